import type { Maybe } from '../maybe.ts';
import type { NodeRecord } from '../record.ts';

/** The status of a table restore, in terms common to all services. */
export type TableRestoreState = 'PENDING' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'UNKNOWN';

/** The full name of a table. */
export interface TableName<Part extends Maybe<string> = string> {
  readonly database: Part;
  readonly schema: Part;
  readonly table: Part;
}

/** The restore of one table from a snapshot to the cluster of the snapshot; null for what AWS does not report. */
export interface TableRestoreRecord extends NodeRecord {
  readonly __typename: 'TableRestore';
  /** A caller who can see the cluster can see the restore. */
  readonly visibility: { readonly cluster: string };
  readonly requestId: string;
  readonly state: TableRestoreState;
  readonly message: string | null;
  readonly requestedAt: Date | null;
  readonly restoredMegabytes: number | null;
  readonly totalMegabytes: number | null;
  readonly clusterArn: string;
  readonly snapshotIdentifier: string | null;
  /** The ARN that the snapshot has as long as the cluster is not renamed. */
  readonly snapshotArn: string | null;
  readonly sourceTable: TableName<string | null>;
  readonly targetTable: TableName<string | null>;
}

export function isTableRestore(record: NodeRecord): record is TableRestoreRecord {
  return record.__typename === 'TableRestore';
}
