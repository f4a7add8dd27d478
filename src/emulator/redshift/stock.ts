import { Cluster$, Snapshot$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import type { Stock } from '../service.ts';
import { readMembers, readTime, writeMembers } from '../wire/json.ts';
import type { Region } from '../world.ts';
import { readCluster, readSnapshot } from './readings.ts';
import { forever } from './rules.ts';
import { isKept, isThere, snapshotArn } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

const clusterSchema = NormalizedSchema.of(Cluster$);
const snapshotSchema = NormalizedSchema.of(Snapshot$);

/**
 * Redshift's part of a world's JSON: the API's `Cluster` and `Snapshot` members, and three dates (ISO 8601).
 * `ReadyTime` is when a cluster or snapshot becomes available. `GoneTime` is when the deletion of a cluster ends, and
 * `DeletingTime` is when the deletion starts, after the final snapshot. Missing members get AWS's defaults.
 */
export const redshiftStock: Stock = {
  load(kind, { ReadyTime, ...json }, place, now) {
    const readyAt = readReadyTime(ReadyTime);
    if (kind === 'cluster') {
      const { DeletingTime, GoneTime, ...members } = json;
      const cluster: Partial<StoredCluster> = readMembers(clusterSchema, members);
      const leaving = readLeaving(DeletingTime, GoneTime, now);
      place.redshift.clusters.add(completeCluster({ ...cluster, ...readyAt, ...leaving }, place, now));
      return;
    }
    const snapshot: Partial<StoredSnapshot> = readMembers(snapshotSchema, json);
    place.redshift.snapshots.add(completeSnapshot({ ...snapshot, ...readyAt }, place, now));
  },
  dump({ account, redshift }, now) {
    const clusters = [...redshift.clusters.values()].filter((cluster) => isThere(cluster, now));
    const snapshots = [...redshift.snapshots.values()].filter((snapshot) => isKept(snapshot, now));
    return {
      clusters: clusters.map((cluster) => ({
        ...writeMembers(clusterSchema, readCluster(cluster, now)),
        ...writeReadyTime(cluster, now),
        ...writeLeaving(cluster),
      })),
      snapshots: snapshots.map((snapshot) => ({
        ...writeMembers(snapshotSchema, readSnapshot(snapshot, account, now)),
        ...writeReadyTime(snapshot, now),
      })),
    };
  },
};

/** Completes a cluster: missing members get AWS's defaults. */
export function completeCluster(
  members: Partial<StoredCluster>,
  { region, account, partition }: Region,
  now: Date,
): StoredCluster {
  const { ClusterIdentifier } = members;
  if (!ClusterIdentifier) throw new Error('Cluster.ClusterIdentifier is missing');
  return {
    NodeType: 'ra3.xlplus',
    NumberOfNodes: 2,
    MasterUsername: 'awsuser',
    DBName: 'dev',
    AvailabilityZone: `${region}a`,
    AutomatedSnapshotRetentionPeriod: 1,
    ManualSnapshotRetentionPeriod: forever,
    ClusterVersion: '1.0',
    AllowVersionUpgrade: true,
    PubliclyAccessible: false,
    Encrypted: false,
    EnhancedVpcRouting: false,
    MaintenanceTrackName: 'current',
    PreferredMaintenanceWindow: 'sun:03:00-sun:03:30',
    VpcId: 'vpc-0a1b2c3d',
    ClusterNamespaceArn: `arn:${partition}:redshift:${region}:${account}:namespace:${ClusterIdentifier}`,
    ClusterCreateTime: now,
    Tags: [],
    ...members,
    Endpoint: {
      Address: `${ClusterIdentifier}.c1a2b3c4d5e6.${region}.redshift.amazonaws.com`,
      Port: 5439,
      ...members.Endpoint,
    },
    ClusterIdentifier,
    ClusterStatus: statusWhenReady(members.ClusterStatus, members.readyAt),
  };
}

/** Completes a snapshot: missing members are taken from its cluster, or else get AWS's defaults. */
export function completeSnapshot(members: Partial<StoredSnapshot>, place: Region, now: Date): StoredSnapshot {
  const { SnapshotIdentifier, ClusterIdentifier, readyAt } = members;
  if (!SnapshotIdentifier) throw new Error('Snapshot.SnapshotIdentifier is missing');
  if (!ClusterIdentifier) throw new Error('Snapshot.ClusterIdentifier is missing');
  const isAutomated = /^(rs|cm):/.test(SnapshotIdentifier);
  const { SnapshotType = isAutomated ? 'automated' : 'manual', SnapshotCreateTime = now, Status } = members;
  return {
    ...fromCluster(place.redshift.clusters.get(ClusterIdentifier)),
    ActualIncrementalBackupSizeInMegaBytes: 512,
    TotalBackupSizeInMegaBytes: 10_240,
    BackupProgressInMegaBytes: members.ActualIncrementalBackupSizeInMegaBytes ?? 512,
    CurrentBackupRateInMegaBytesPerSecond: 0,
    ElapsedTimeInSeconds: 0,
    ...(SnapshotType === 'automated'
      ? { EstimatedSecondsToCompletion: -1 }
      : {
          EstimatedSecondsToCompletion: 0,
          ManualSnapshotRetentionPeriod: forever,
          SnapshotRetentionStartTime: SnapshotCreateTime,
        }),
    ...members,
    SnapshotIdentifier,
    ClusterIdentifier,
    SnapshotCreateTime,
    SnapshotType,
    Status: statusWhenReady(Status, readyAt),
    ...(readyAt === undefined ? {} : { statusUntilReady: members.statusUntilReady ?? Status ?? 'creating' }),
    OwnerAccount: members.OwnerAccount ?? place.account,
    SnapshotArn: members.SnapshotArn ?? snapshotArn(place, ClusterIdentifier, SnapshotIdentifier),
  };
}

function fromCluster(cluster: Partial<StoredCluster> = {}): Partial<StoredSnapshot> {
  return {
    Port: cluster.Endpoint?.Port ?? 5439,
    AvailabilityZone: cluster.AvailabilityZone,
    ClusterCreateTime: cluster.ClusterCreateTime,
    MasterUsername: cluster.MasterUsername ?? 'awsuser',
    ClusterVersion: cluster.ClusterVersion ?? '1.0',
    NodeType: cluster.NodeType ?? 'ra3.xlplus',
    NumberOfNodes: cluster.NumberOfNodes ?? 2,
    DBName: cluster.DBName ?? 'dev',
    VpcId: cluster.VpcId,
    Encrypted: cluster.Encrypted ?? false,
    KmsKeyId: cluster.KmsKeyId,
    EncryptedWithHSM: false,
    EnhancedVpcRouting: cluster.EnhancedVpcRouting ?? false,
    MaintenanceTrackName: cluster.MaintenanceTrackName ?? 'current',
    MasterPasswordSecretArn: cluster.MasterPasswordSecretArn,
    MasterPasswordSecretKmsKeyId: cluster.MasterPasswordSecretKmsKeyId,
  };
}

function statusWhenReady(status = 'available', readyAt: number | undefined): string {
  return readyAt === undefined ? status : 'available';
}

function readReadyTime(value: unknown): { readyAt?: number } {
  const readyAt = readTime('ReadyTime', value);
  return readyAt === undefined ? {} : { readyAt };
}

function readLeaving(deleting: unknown, gone: unknown, now: Date): { deletingAt?: number; goneAt?: number } {
  const deletingAt = readTime('DeletingTime', deleting);
  const goneAt = readTime('GoneTime', gone);
  if (goneAt !== undefined) return { deletingAt: deletingAt ?? now.getTime(), goneAt };
  if (deletingAt === undefined) return {};
  throw new Error('DeletingTime requires GoneTime');
}

function writeLeaving({ deletingAt, goneAt }: StoredCluster): { DeletingTime?: Date; GoneTime?: Date } {
  if (deletingAt === undefined || goneAt === undefined) return {};
  return { DeletingTime: new Date(deletingAt), GoneTime: new Date(goneAt) };
}

function writeReadyTime({ readyAt }: { readyAt?: number }, now: Date): { ReadyTime?: Date } {
  return readyAt === undefined || readyAt <= now.getTime() ? {} : { ReadyTime: new Date(readyAt) };
}
