import type { Region } from '../../world/world.ts';
import { snapshotArn } from '../arns.ts';
import { findEngine } from '../catalog/engines.ts';
import { defaultVpc, zones } from '../catalog/groups.ts';
import { defaultKey } from '../keys.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';
import { clusterResourceId } from './complete-cluster.ts';
import { statusWhenReady } from '../../world/ready-time.ts';

/** Amazon DocumentDB became available on this day. */
const firstClusterTime = Date.UTC(2019, 0, 9);

/**
 * Completes a snapshot: missing members are taken from its cluster, or else get AWS's defaults.
 * The port is 0: AWS does not report the port of the DocumentDB cluster in its snapshots.
 */
export function completeSnapshot(
  members: Partial<StoredSnapshot>,
  place: Region,
  now: Date,
  cluster?: StoredCluster,
): StoredSnapshot {
  const { DBClusterSnapshotIdentifier, DBClusterIdentifier, SnapshotCreateTime = now, Status, readyAt } = members;
  if (!DBClusterSnapshotIdentifier) throw new Error('DBClusterSnapshot.DBClusterSnapshotIdentifier is missing');
  if (!DBClusterIdentifier) throw new Error('DBClusterSnapshot.DBClusterIdentifier is missing');
  const name = DBClusterSnapshotIdentifier.toLowerCase();
  const clusterName = DBClusterIdentifier.toLowerCase();
  const Engine = members.Engine ?? cluster?.Engine ?? 'docdb';
  const key = members.KmsKeyId ?? (members.StorageEncrypted === false ? undefined : cluster?.KmsKeyId);
  const StorageEncrypted = members.StorageEncrypted ?? key !== undefined;
  const engine = findEngine(Engine);
  const ClusterCreateTime =
    members.ClusterCreateTime ??
    cluster?.ClusterCreateTime ??
    new Date(Math.min(firstClusterTime, SnapshotCreateTime.getTime()));
  return {
    AvailabilityZones: cluster?.AvailabilityZones ?? zones(place.region),
    ClusterCreateTime,
    EngineVersion: cluster?.EngineVersion ?? engine?.defaultVersion,
    EngineMode: cluster?.EngineMode ?? 'provisioned',
    AllocatedStorage: cluster?.AllocatedStorage ?? (Engine === 'docdb' ? 0 : 1),
    MasterUsername: cluster?.MasterUsername ?? 'dbadmin',
    LicenseModel: engine?.snapshotLicense ?? 'amazon-license',
    IAMDatabaseAuthenticationEnabled: cluster?.IAMDatabaseAuthenticationEnabled ?? false,
    StorageType: cluster?.StorageType ?? engine?.storageTypes[0],
    DbClusterResourceId: isOf(cluster, ClusterCreateTime)
      ? cluster?.DbClusterResourceId
      : clusterResourceId(clusterName, ClusterCreateTime, place),
    databaseName: cluster?.DatabaseName,
    VpcId: defaultVpc,
    Port: 0,
    TagList: [],
    RestoreAccounts: [],
    SnapshotCreateTime,
    SnapshotType: name.startsWith('rds:') ? 'automated' : 'manual',
    PercentProgress: Status === 'creating' || Status === 'copying' ? 0 : 100,
    ...members,
    ...(StorageEncrypted ? { KmsKeyId: key ?? defaultKey(place) } : {}),
    ...(readyAt === undefined ? {} : making(members, readyAt, now)),
    StorageEncrypted,
    Engine,
    DBClusterSnapshotIdentifier: name,
    DBClusterIdentifier: clusterName,
    DBClusterSnapshotArn: members.DBClusterSnapshotArn ?? snapshotArn(place, name),
    Status: statusWhenReady(Status, readyAt),
  };
}

/** Whether a snapshot belongs to the cluster of its name, and not to an earlier one. */
function isOf(cluster: StoredCluster | undefined, created: Date): boolean {
  return cluster?.ClusterCreateTime.getTime() === created.getTime();
}

/** Returns the members of a snapshot that is being created. Its start is computed from its current progress. */
function making(members: Partial<StoredSnapshot>, readyAt: number, now: Date): Partial<StoredSnapshot> {
  const { Status = 'creating', statusUntilReady = Status, PercentProgress = 0, startedAt } = members;
  const left = readyAt - now.getTime();
  // A little more than the whole percent, so that rounding down returns the same number again.
  const percent = PercentProgress === 0 ? 0 : PercentProgress + 1e-6;
  const start = now.getTime() - (left * percent) / Math.max(1, 100 - percent);
  return { statusUntilReady, startedAt: startedAt ?? start, PercentProgress: 100 };
}
