import type { DBCluster, DBClusterMember, DBClusterSnapshot, DBInstance, Tag } from '@aws-sdk/client-rds';

import { day } from '../time/dates.ts';
import type { Assumptions } from '../world/assumptions.ts';
import type { Region } from '../world/world.ts';
import { findEngine } from './catalog/engines.ts';
import { groupsOf, subnetGroup } from './catalog/groups.ts';
import { hostedZone, hostOf } from './catalog/hosts.ts';
import { instancesOf, isThere } from './store.ts';
import type { StoredCluster, StoredInstance, StoredSnapshot } from './stored.ts';

/** The account that reads, and the moment of the read. */
export interface Reader {
  readonly account: string;
  /** The reader's own account and region. */
  readonly here: Region;
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
  const { TagList, StorageType, EarliestRestorableTime: _earliest, PercentProgress: _progress, ...members } = stored;
  const Status = clusterStatusOf(stored, reader.now);
  const isCreating = Status === 'creating';
  const engine = findEngine(stored.Engine);
  // AWS returns the storage type only if it is not the default; Multi-AZ DB clusters have no default.
  const isShown = engine?.isMultiAz || StorageType !== engine?.storageTypes[0];
  return {
    ...members,
    ...(isShown && StorageType !== undefined ? { StorageType } : {}),
    ...tagMembers(TagList, reader),
    ...memberMembers(stored, reader),
    ...restoreProgress(stored, reader.now),
    ...(isCreating
      ? {}
      : { EarliestRestorableTime: earliestRestorable(stored, reader.now), LatestRestorableTime: reader.now }),
    ...(isCreating && stored.MasterUserSecret
      ? { MasterUserSecret: { ...stored.MasterUserSecret, SecretStatus: 'creating' } }
      : {}),
    Status,
  };
}

/**
 * Returns the progress of the restore that creates a cluster, which AWS reports as a text. A new cluster has none, and a
 * cluster that never becomes available keeps the progress with which it was loaded.
 */
export function restoreProgress(cluster: StoredCluster, now: Date): Pick<DBCluster, 'PercentProgress'> {
  const { PercentProgress, ClusterCreateTime, readyAt } = cluster;
  const isRestored = ['creating', 'migrating'].includes(clusterStatusOf(cluster, now));
  if (PercentProgress === undefined || !isRestored) return {};
  if (readyAt === undefined) return { PercentProgress };
  return { PercentProgress: String(percentBetween(ClusterCreateTime.getTime(), readyAt, now)) };
}

/** Returns the first moment to which a cluster can be restored: the start of its retention period, or its creation. */
export function earliestRestorable(cluster: StoredCluster, now: Date): Date {
  const { EarliestRestorableTime = cluster.ClusterCreateTime, BackupRetentionPeriod = 1 } = cluster;
  return new Date(Math.max(EarliestRestorableTime.getTime(), now.getTime() - BackupRetentionPeriod * day));
}

/** Returns a cluster's current status: `backing-up` while one of its snapshots is being created. */
export function clusterStatusOf(cluster: StoredCluster, now: Date): string {
  const { Status, readyAt, statusUntilReady = 'creating', backedUpAt, goneAt } = cluster;
  const time = now.getTime();
  if (goneAt !== undefined && isThere(cluster, now)) return 'deleting';
  if (readyAt !== undefined && time < readyAt) return statusUntilReady;
  return backedUpAt !== undefined && time < backedUpAt && Status === 'available' ? 'backing-up' : Status;
}

/** Returns an instance as Describe returns it now; most of its members are those of its cluster. */
export function readInstance(stored: StoredInstance, cluster: StoredCluster, reader: Reader): DBInstance {
  const { TagList, isWriter: _isWriter, ...members } = stored;
  const { now, here } = reader;
  const { Engine, EngineVersion, DBSubnetGroup = 'default', Port } = cluster;
  const status = instanceStatusOf(stored, cluster, now);
  const isCreating = status === 'creating';
  const Endpoint = { Address: hostOf(stored.DBInstanceIdentifier, '', Engine, here), Port, HostedZoneId: hostedZone };
  return {
    ...members,
    Engine,
    EngineVersion,
    LicenseModel: findEngine(Engine)?.orderLicense,
    MasterUsername: cluster.MasterUsername,
    DBName: cluster.DatabaseName,
    AllocatedStorage: cluster.AllocatedStorage,
    PreferredBackupWindow: cluster.PreferredBackupWindow,
    BackupRetentionPeriod: cluster.BackupRetentionPeriod,
    VpcSecurityGroups: cluster.VpcSecurityGroups,
    DBSubnetGroup: subnetGroup(
      groupsOf('subgrp', here).get(DBSubnetGroup) ?? { name: DBSubnetGroup, description: '' },
      here,
    ),
    MultiAZ: false,
    StorageType: cluster.StorageType,
    StorageEncrypted: cluster.StorageEncrypted,
    KmsKeyId: cluster.KmsKeyId,
    IAMDatabaseAuthenticationEnabled: cluster.IAMDatabaseAuthenticationEnabled,
    EnabledCloudwatchLogsExports: cluster.EnabledCloudwatchLogsExports,
    DeletionProtection: cluster.DeletionProtection,
    NetworkType: cluster.NetworkType,
    DbInstancePort: 0,
    DBParameterGroups: stored.DBParameterGroups ?? [
      { DBParameterGroupName: cluster.DBClusterParameterGroup, ParameterApplyStatus: 'in-sync' },
    ],
    ...tagMembers(TagList, reader),
    ...(isCreating ? { InstanceCreateTime: undefined } : { Endpoint }),
    DBInstanceStatus: status,
  };
}

/** Returns an instance's current status; the instances of a stopped cluster are stopped. */
export function instanceStatusOf(
  { DBInstanceStatus, readyAt, goneAt }: StoredInstance,
  cluster: StoredCluster,
  now: Date,
): string {
  if (goneAt !== undefined) return 'deleting';
  if (readyAt !== undefined && now.getTime() < readyAt) return 'creating';
  const status = clusterStatusOf(cluster, now);
  return ['stopping', 'stopped', 'starting', 'deleting'].includes(status) ? status : DBInstanceStatus;
}

/** Returns the current progress of a snapshot's creation, in whole percent. */
export function progressOf(stored: StoredSnapshot, now: Date): number {
  const { PercentProgress = 100, SnapshotCreateTime, startedAt, readyAt } = stored;
  if (readyAt === undefined) return PercentProgress;
  return percentBetween(startedAt ?? SnapshotCreateTime.getTime(), readyAt, now);
}

function percentBetween(start: number, end: number, now: Date): number {
  const share = (now.getTime() - start) / Math.max(1, end - start);
  return Math.floor(100 * Math.min(1, Math.max(0, share)));
}

/** Returns the members of a cluster that depend on its instances. A loaded cluster can have members without instances. */
function memberMembers(stored: StoredCluster, { here, now }: Reader): Pick<DBCluster, 'DBClusterMembers' | 'MultiAZ'> {
  const instances = instancesOf(here, stored.DBClusterIdentifier, now);
  if (instances.length === 0) return {};
  const zones = new Set(instances.map(({ AvailabilityZone }) => AvailabilityZone));
  return {
    DBClusterMembers: instances.map(({ DBInstanceIdentifier, isWriter, PromotionTier }): DBClusterMember => ({
      DBInstanceIdentifier,
      IsClusterWriter: isWriter,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier,
    })),
    MultiAZ: zones.size > 1,
  };
}

function tagMembers(TagList: readonly Tag[], { assumptions }: Reader): { TagList?: Tag[] } {
  return assumptions.rdsAnswersTagList ? { TagList: [...TagList] } : {};
}
