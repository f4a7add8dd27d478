import { Cluster$, Snapshot$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import type { Assumptions } from '../assumptions.ts';
import type { Loading, Stock } from '../service.ts';
import { readMembers, readTime, writeMembers } from '../wire/json.ts';
import type { Region } from '../world.ts';
import { isUnfinished, readCluster, readSnapshot, unmeasured } from './readings.ts';
import { forever } from './rules.ts';
import { defaultKey, foldIdentifier, isKept, isThere, snapshotArn } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

const clusterSchema = NormalizedSchema.of(Cluster$);
const snapshotSchema = NormalizedSchema.of(Snapshot$);

/** Amazon Redshift became available on this day, so that no cluster is older. */
const firstClusterTime = Date.UTC(2013, 1, 15);

/**
 * Redshift's part of a world's JSON: the API's `Cluster` and `Snapshot` members, and four dates (ISO 8601).
 * `ReadyTime` is when a cluster or snapshot becomes available, and `CopyTime` when the copy that creates a snapshot
 * started. `GoneTime` is when the deletion of a cluster ends, and `DeletingTime` is when the deletion starts, after the
 * final snapshot. Missing members get AWS's defaults; an unfinished snapshot has the members that it will have.
 */
export const redshiftStock: Stock = {
  load(kind, { ReadyTime, ...json }, loading) {
    const { place, now } = loading;
    const readyAt = readReadyTime(ReadyTime);
    if (kind === 'cluster') {
      const { DeletingTime, GoneTime, ...members } = json;
      const cluster: Partial<StoredCluster> = readMembers(clusterSchema, members);
      const leaving = readLeaving(DeletingTime, GoneTime, now);
      place.redshift.clusters.add(completeCluster({ ...cluster, ...readyAt, ...leaving }, place, now));
      return;
    }
    const { CopyTime, ...members } = json;
    const snapshot: Partial<StoredSnapshot> = readMembers(snapshotSchema, members);
    const copiedAt = readTime('CopyTime', CopyTime);
    const times = { ...readyAt, ...(copiedAt === undefined ? {} : { copiedAt }) };
    place.redshift.snapshots.add(loadedSnapshot({ ...snapshot, ...times }, loading));
  },
  dump({ account, redshift }, now, assumptions) {
    const clusters = [...redshift.clusters.values()].filter((cluster) => isThere(cluster, now));
    const snapshots = [...redshift.snapshots.values()].filter((snapshot) => isKept(snapshot, now));
    return {
      clusters: clusters.map((cluster) => ({
        ...writeMembers(clusterSchema, readCluster(cluster, now)),
        ...writeReadyTime(cluster, now),
        ...writeLeaving(cluster),
      })),
      snapshots: snapshots.map((snapshot) => ({
        ...writeMembers(snapshotSchema, readSnapshot(snapshot, { account, now, assumptions })),
        ...(isUnfinished(snapshot, now) ? writeUnfinished(snapshot) : {}),
        ...writeReadyTime(snapshot, now),
      })),
    };
  },
};

/** Returns a snapshot of a world's JSON. The cluster of a copy from another region is in that region. */
function loadedSnapshot(members: Partial<StoredSnapshot>, { place, world, now, assumptions }: Loading): StoredSnapshot {
  const { SnapshotIdentifier = '', ClusterIdentifier = '', SourceRegion, readyAt, copiedAt } = members;
  const cluster =
    SourceRegion === undefined
      ? place.redshift.clusters.get(ClusterIdentifier)
      : seenFrom(place, world.unfilled(place.account, SourceRegion).redshift.clusters.get(ClusterIdentifier));
  const snapshot = completeSnapshot(
    { ...members, SnapshotIdentifier: foldIdentifier(SnapshotIdentifier, assumptions) },
    place,
    now,
    cluster,
  );
  if (readyAt === undefined || copiedAt !== undefined) return snapshot;
  const started = snapshot.SnapshotCreateTime.getTime();
  return { ...snapshot, settledCreateTime: settledCreateTime(started, readyAt, assumptions) };
}

/** Returns a cluster without the members that depend on its region, with the key that a copy in another region gets. */
function seenFrom(place: Region, cluster: StoredCluster | undefined): Partial<StoredCluster> {
  const { AvailabilityZone: _zone, VpcId: _vpc, KmsKeyId, ...members } = cluster ?? {};
  return KmsKeyId === undefined ? members : { ...members, KmsKeyId: defaultKey(place) };
}

/** Returns the SnapshotCreateTime that a snapshot has when it is available, in epoch milliseconds. */
export function settledCreateTime(started: number, readyAt: number, assumptions: Assumptions): number {
  return Math.min(started + assumptions.redshiftCreateTimeShiftSeconds * 1000, Math.max(started, readyAt));
}

/** Returns the members that AWS does not report yet, so that loading them restores the same snapshot. */
function writeUnfinished(snapshot: StoredSnapshot): object {
  const { copiedAt, ...members } = snapshot;
  const names = [
    'TotalBackupSizeInMegaBytes',
    'ActualIncrementalBackupSizeInMegaBytes',
    'BackupProgressInMegaBytes',
    'CurrentBackupRateInMegaBytesPerSecond',
    'EstimatedSecondsToCompletion',
    'ElapsedTimeInSeconds',
    'SnapshotRetentionStartTime',
  ] as const;
  return {
    ...Object.fromEntries(names.map((name) => [name, members[name]])),
    ...(copiedAt === undefined ? {} : { CopyTime: new Date(copiedAt) }),
  };
}

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
export function completeSnapshot(
  members: Partial<StoredSnapshot>,
  place: Region,
  now: Date,
  cluster: Partial<StoredCluster> = {},
): StoredSnapshot {
  const { SnapshotIdentifier, ClusterIdentifier, readyAt } = members;
  if (!SnapshotIdentifier) throw new Error('Snapshot.SnapshotIdentifier is missing');
  if (!ClusterIdentifier) throw new Error('Snapshot.ClusterIdentifier is missing');
  const isAutomated = /^(rs|cm):/.test(SnapshotIdentifier);
  const { SnapshotType = isAutomated ? 'automated' : 'manual', SnapshotCreateTime = now, Status } = members;
  return {
    ClusterCreateTime: new Date(Math.min(firstClusterTime, SnapshotCreateTime.getTime())),
    ...fromCluster(cluster),
    ...(isUnfinished({ Status, readyAt }, now) && readyAt === undefined ? unmeasured : figures(members, now)),
    ...(SnapshotType === 'automated'
      ? { EstimatedSecondsToCompletion: -1 }
      : {
          ManualSnapshotRetentionPeriod: forever,
          SnapshotRetentionStartTime: readyAt === undefined ? SnapshotCreateTime : new Date(readyAt),
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

/** Returns the figures of a finished snapshot, which keeps its last rate and its elapsed time. */
function figures(members: Partial<StoredSnapshot>, now: Date): Partial<StoredSnapshot> {
  const { ActualIncrementalBackupSizeInMegaBytes: size = 512, SnapshotCreateTime = now, readyAt, copiedAt } = members;
  const started = copiedAt ?? SnapshotCreateTime.getTime();
  const seconds = readyAt === undefined ? 30 : Math.max(1, Math.round((readyAt - started) / 1000));
  return {
    ActualIncrementalBackupSizeInMegaBytes: size,
    TotalBackupSizeInMegaBytes: 10_240,
    BackupProgressInMegaBytes: size,
    CurrentBackupRateInMegaBytesPerSecond: size / seconds,
    ElapsedTimeInSeconds: seconds,
    EstimatedSecondsToCompletion: 0,
  };
}

function fromCluster(cluster: Partial<StoredCluster>): Partial<StoredSnapshot> {
  return {
    Port: cluster.Endpoint?.Port ?? 5439,
    AvailabilityZone: cluster.AvailabilityZone,
    ...(cluster.ClusterCreateTime ? { ClusterCreateTime: cluster.ClusterCreateTime } : {}),
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
