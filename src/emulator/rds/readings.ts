import type { DBCluster, DBClusterSnapshot, Tag } from '@aws-sdk/client-rds';

import { day } from '../time/dates.ts';
import type { Assumptions } from '../world/assumptions.ts';
import { isThere } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

/** The account that reads, and the moment of the read. */
export interface Reader {
  readonly account: string;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** Why a reader sees a snapshot. */
export type Relation = 'own' | 'shared' | 'public';

/** Returns a snapshot as an account sees it. Other accounts see its ARN as id, the relation as type and no tags. */
export function readSnapshot(stored: StoredSnapshot, reader: Reader, relation: Relation = 'own'): DBClusterSnapshot {
  const { TagList, ...members } = stored;
  return {
    ...members,
    ...rdsMembers(stored.Engine),
    LicenseModel: licenses[stored.Engine] ?? 'amazon-license',
    ...(relation === 'own' ? tagMembers(TagList, reader) : { SnapshotType: relation }),
    DBClusterSnapshotIdentifier: identifierSeen(stored, relation),
    Status: statusOf(stored, reader.now),
    PercentProgress: progressOf(stored, reader.now),
  };
}

/** Returns the identifier that a reader sees. */
export function identifierSeen(snapshot: StoredSnapshot, relation: Relation): string {
  return relation === 'own' ? snapshot.DBClusterSnapshotIdentifier : snapshot.DBClusterSnapshotArn;
}

/** Returns a snapshot's current status. */
export function statusOf({ Status, readyAt, statusUntilReady = 'creating' }: StoredSnapshot, now: Date): string {
  return readyAt !== undefined && now.getTime() < readyAt ? statusUntilReady : Status;
}

/** Returns a cluster as Describe returns it now. */
export function readCluster(stored: StoredCluster, reader: Reader): DBCluster {
  const { TagList, ...members } = stored;
  return {
    ...members,
    ...rdsMembers(stored.Engine),
    ...tagMembers(TagList, reader),
    Status: clusterStatusOf(stored, reader.now),
    EarliestRestorableTime: earliestRestorable(stored, reader.now),
    LatestRestorableTime: reader.now,
  };
}

/** Returns the first moment to which a cluster can be restored: the start of its retention period, or its creation. */
function earliestRestorable(cluster: StoredCluster, now: Date): Date {
  const { EarliestRestorableTime = cluster.ClusterCreateTime, BackupRetentionPeriod = 1 } = cluster;
  return new Date(Math.max(EarliestRestorableTime.getTime(), now.getTime() - BackupRetentionPeriod * day));
}

/** Returns a cluster's current status: `backing-up` while one of its snapshots is being created. */
export function clusterStatusOf(cluster: StoredCluster, now: Date): string {
  const { Status, readyAt, backedUpAt, goneAt } = cluster;
  const time = now.getTime();
  if (goneAt !== undefined && isThere(cluster, now)) return 'deleting';
  if (readyAt !== undefined && time < readyAt) return 'creating';
  return backedUpAt !== undefined && time < backedUpAt && Status === 'available' ? 'backing-up' : Status;
}

/** Returns the current progress of a snapshot's creation, in whole percent. */
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

function rdsMembers(engine: string): Pick<DBCluster, 'AllocatedStorage' | 'IAMDatabaseAuthenticationEnabled'> {
  return { AllocatedStorage: engine === 'docdb' ? 0 : 1, IAMDatabaseAuthenticationEnabled: false };
}

function tagMembers(TagList: readonly Tag[], { assumptions }: Reader): { TagList?: Tag[] } {
  return assumptions.rdsAnswersTagList ? { TagList: [...TagList] } : {};
}
