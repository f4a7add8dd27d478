import type { SnapgateError } from '../errors.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import type { SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { TableName, TableRestoreRecord } from '../snapshots/recovery/table-restore.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { ScheduleChanges } from './backups/schedule-changes.ts';
import type { BackupBackend } from './backups/backend.ts';
import type { Rules } from './input/rules.ts';
import type { Plan } from './plans/plan.ts';
import type { RestoreBackend } from './restores/backend.ts';

/**
 * The changes that a service supports, for one request. A plan is created only if every requirement is met; AWS can
 * still refuse its calls. After a call of a plan, the loaders of the service read from AWS again.
 */
export interface ChangeBackend<
  Snapshot extends SnapshotRecord = SnapshotRecord,
  Cluster extends ClusterRecord = ClusterRecord,
> {
  readonly rules: Rules;
  /** Undefined if the service cannot restore clusters. */
  readonly restores?: RestoreBackend<Snapshot, Cluster>;
  /**
   * Finds the snapshot that has a name in the account of the source, in any cluster; null if the name is free. A
   * snapshot of another database engine on the same control plane is OTHER_ENGINE.
   */
  find(source: Source, identifier: string): Promise<Snapshot | 'OTHER_ENGINE' | null>;
  planCreate(cluster: Cluster, snapshot: NewSnapshot): Plan<SnapshotRecord>;
  /** Throws if the service cannot create such a copy; the message says which copies it supports. */
  requireRoute(snapshot: Snapshot, route: CopyRoute): void;
  planCopy(snapshot: Snapshot, copy: NewCopy): Plan<SnapshotRecord>;
  /** Undefined if the service does not copy snapshots to other accounts. */
  readonly accountCopies?: AccountCopies<Snapshot> | undefined;
  /** The result is the snapshot as it was before, with the status DELETED. */
  planDelete(snapshot: Snapshot): Plan<SnapshotRecord>;
  /** Deletes snapshots of one source in as few calls as the service allows; the outcomes are in the same order. */
  planDeletes(snapshots: readonly Snapshot[]): Plan<readonly Outcome[]>;
  /** For snapshots of one source; the outcomes are in the same order. Only for services with `hasRetention`. */
  planRetention(snapshots: readonly Snapshot[], retention: NewRetention): Plan<readonly Outcome[]>;
  /** Replaces the values of keys that already exist. */
  planTag(snapshot: Snapshot, tags: readonly Tag[]): Plan<SnapshotRecord>;
  planUntag(snapshot: Snapshot, keys: readonly string[]): Plan<SnapshotRecord>;
  /** Undefined if the service has no temporary passwords. */
  planCredentials?(cluster: Cluster, credentials: NewCredentials): Plan<IssuedCredentials>;
  /** Undefined if the service restores only whole clusters. The snapshot must be of this cluster. */
  planRestoreTable?(snapshot: Snapshot, cluster: Cluster, table: NewTable): Plan<TableRestoreRecord>;
  /** Undefined if the service has no snapshot schedules. */
  readonly schedules?: ScheduleChanges;
  /** Undefined if the backup settings of the service cannot be changed. */
  readonly backups?: BackupBackend<Cluster>;
  /** The added parties must not have access yet. */
  planShare(snapshot: Snapshot, added: SnapshotSharing): Plan<SnapshotRecord>;
  /** The removed parties must have access now. */
  planUnshare(snapshot: Snapshot, removed: SnapshotSharing): Plan<SnapshotRecord>;
  /** The same for snapshots of one source; the outcomes are in the same order. */
  planUnshares(revocations: readonly Revocation<Snapshot>[]): Plan<readonly Outcome[]>;
}

/** A snapshot to create. */
export interface NewSnapshot {
  readonly identifier: string;
  /** Undefined, or -1 as in the AWS API: kept forever. */
  readonly retentionDays: number | undefined;
  readonly tags: readonly Tag[];
}

/** The target region of a copy, and the key that encrypts the copy. */
export interface CopyRoute {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
}

/** A copy to create. */
export interface NewCopy extends NewSnapshot {
  readonly target: Source;
  readonly kmsKeyId: string | undefined;
  /** Whether AWS copies the tags of the source snapshot; `tags` is empty then. */
  readonly copyTags: boolean;
  /** Reads the ARN of the key that the copy has, to read it back; undefined if AWS chooses the key. */
  copyKeyArn(): Promise<string | undefined>;
}

/** A table in a snapshot, and the table to create from it. */
export interface NewTable {
  readonly source: TableName;
  readonly target: TableName;
  /** Whether the names are case-sensitive; undefined for the default of AWS, which converts them to lowercase. */
  readonly isCaseSensitive: boolean | undefined;
}

/** What copies to another account, in several steps, need of a service. */
export interface AccountCopies<Snapshot> {
  /** The alias of the key that AWS manages for the service in each account and region. */
  readonly defaultKey: string;
  /** Returns the copy of a snapshot as it will be, to plan the calls that follow it. */
  expected(snapshot: Snapshot, copy: Pick<NewCopy, 'target' | 'identifier'>): Snapshot;
}

/** The access to a snapshot to revoke. */
export interface Revocation<Snapshot> {
  readonly snapshot: Snapshot;
  readonly removed: SnapshotSharing;
}

/** The retention period to set on a snapshot. */
export interface NewRetention {
  /** Undefined, or -1 as in the AWS API: kept forever. */
  readonly days: number | undefined;
  /** Whether AWS can delete a snapshot immediately if the new period is already over. */
  readonly force: boolean;
  /** The time of the request. */
  readonly now: Date;
}

/** The outcome for one snapshot of a batch: the error, the changed snapshot, or a function that reads it. */
export type Outcome = SnapgateError | SnapshotRecord | (() => Promise<SnapshotRecord | null>);

/** A temporary password to issue. */
export interface NewCredentials {
  readonly databaseUser: string;
  readonly databaseName: string | undefined;
  readonly durationSeconds: number;
  readonly autoCreate: boolean;
  readonly databaseGroups: readonly string[];
}

/** A temporary password; it is a function so that logging or serializing this object does not expose it. */
export interface IssuedCredentials {
  readonly databaseUser: string;
  readonly databasePassword: () => string;
  readonly expiresAt: Date | undefined;
}

/** Returns the change backend of a service. */
export type ChangesOf = (source: Pick<Source, 'service'>) => ChangeBackend;

type Functions<First> = Readonly<Record<string, (first: First, ...rest: never[]) => unknown>>;
type Bound<First, Table extends Functions<First>> = {
  readonly [Name in keyof Table]: Table[Name] extends (first: First, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** Binds the first argument of every function: the value that the plans of a service share during one request. */
export function withFirst<First, Table extends Functions<First>>(first: First, functions: Table): Bound<First, Table> {
  const entries = Object.entries(functions).map(([name, plan]) => [name, plan.bind(undefined, first)]);
  return Object.fromEntries(entries) as Bound<First, Table>;
}
