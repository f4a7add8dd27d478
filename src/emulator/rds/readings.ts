import type { DBCluster, DBClusterSnapshot, Tag } from '@aws-sdk/client-docdb';

import type { Assumptions } from '../assumptions.ts';
import { isThere } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

/** Who reads, and when. */
export interface Reader {
  readonly account: string;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** What the RDS control plane sends beside the members that the DocumentDB model has. */
export interface RdsMembers {
  readonly AllocatedStorage: number;
  readonly LicenseModel: string;
  readonly IAMDatabaseAuthenticationEnabled: boolean;
  readonly TagList?: readonly Tag[];
}

/** How a snapshot came before its reader. */
export type Relation = 'own' | 'shared' | 'public';

/** A snapshot as an account sees it: someone else's is named by its ARN, typed by its relation, and has no tags. */
export function readSnapshot(
  stored: StoredSnapshot,
  reader: Reader,
  relation: Relation = 'own',
): DBClusterSnapshot & RdsMembers {
  const { TagList, ...members } = stored;
  return {
    ...members,
    ...rdsMembers(stored.Engine),
    ...(relation === 'own' ? tagMembers(TagList, reader) : { SnapshotType: relation }),
    DBClusterSnapshotIdentifier: identifierSeen(stored, relation),
    Status: statusOf(stored, reader.now),
    PercentProgress: progressOf(stored, reader.now),
  };
}

/** The name that a reader sees. */
export function identifierSeen(snapshot: StoredSnapshot, relation: Relation): string {
  return relation === 'own' ? snapshot.DBClusterSnapshotIdentifier : snapshot.DBClusterSnapshotArn;
}

/** A snapshot's status at a moment. */
export function statusOf({ Status, readyAt, statusUntilReady = 'creating' }: StoredSnapshot, now: Date): string {
  return readyAt !== undefined && now.getTime() < readyAt ? statusUntilReady : Status;
}

/** A cluster as Describe answers it at a moment. */
export function readCluster(stored: StoredCluster, reader: Reader): DBCluster & RdsMembers {
  const { TagList, ...members } = stored;
  return {
    ...members,
    ...rdsMembers(stored.Engine),
    ...tagMembers(TagList, reader),
    Status: clusterStatusOf(stored, reader.now),
    LatestRestorableTime: reader.now,
  };
}

/** A cluster's status at a moment; `backing-up` while one of its snapshots is being made. */
export function clusterStatusOf(cluster: StoredCluster, now: Date): string {
  const { Status, readyAt, backedUpAt, goneAt } = cluster;
  const time = now.getTime();
  if (goneAt !== undefined && isThere(cluster, now)) return 'deleting';
  if (readyAt !== undefined && time < readyAt) return 'creating';
  return backedUpAt !== undefined && time < backedUpAt && Status === 'available' ? 'backing-up' : Status;
}

/** How much of a snapshot is made at a moment, in whole percent. */
export function progressOf(stored: StoredSnapshot, now: Date): number {
  const { PercentProgress = 100, SnapshotCreateTime, startedAt, readyAt } = stored;
  if (readyAt === undefined) return PercentProgress;
  const start = startedAt ?? SnapshotCreateTime.getTime();
  const share = (now.getTime() - start) / Math.max(1, readyAt - start);
  return Math.floor(100 * Math.min(1, Math.max(0, share)));
}

const licenses: Readonly<Record<string, string>> = {
  docdb: 'docdb',
  neptune: 'amazon-license',
  'aurora-postgresql': 'postgresql-license',
  'aurora-mysql': 'aurora',
};

function rdsMembers(engine: string): RdsMembers {
  return {
    AllocatedStorage: engine === 'docdb' ? 0 : 1,
    LicenseModel: licenses[engine] ?? 'amazon-license',
    IAMDatabaseAuthenticationEnabled: false,
  };
}

function tagMembers(TagList: readonly Tag[], { assumptions }: Reader): { readonly TagList?: readonly Tag[] } {
  return assumptions.rdsAnswersTagList ? { TagList } : {};
}
