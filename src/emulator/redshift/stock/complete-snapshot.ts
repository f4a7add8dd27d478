import type { Assumptions } from '../../world/assumptions.ts';
import type { Region } from '../../world/world.ts';
import { isUnfinished, unmeasured } from '../readings.ts';
import { forever } from '../rules.ts';
import { snapshotArn } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';
import { revision } from './complete-cluster.ts';
import { statusWhenReady } from '../../world/ready-time.ts';

/** Amazon Redshift became available on this day, so that no cluster is older. */
const firstClusterTime = Date.UTC(2013, 1, 15);

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
    ...(members.Encrypted === false ? { KmsKeyId: undefined } : {}),
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
    EngineFullVersion: `${cluster.ClusterVersion ?? '1.0'}.${cluster.ClusterRevisionNumber ?? revision}`,
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

/** Returns the SnapshotCreateTime that a snapshot has when it is available, in epoch milliseconds. */
export function settledCreateTime(started: number, readyAt: number, assumptions: Assumptions): number {
  return Math.min(started + assumptions.redshiftCreateTimeShiftSeconds * 1000, Math.max(started, readyAt));
}
