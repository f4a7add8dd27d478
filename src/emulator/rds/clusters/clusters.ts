import type {
  CreateDBClusterMessage,
  CreateDBClusterResult,
  DBCluster,
  DBClusterMessage,
  DeleteDBClusterMessage,
  DeleteDBClusterResult,
  DescribeDBClustersMessage,
} from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { parseArn } from '../arns.ts';
import { rdsFault } from '../faults.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import { resolveKey } from '../keys.ts';
import { clusterStatusOf, readCluster } from '../readings.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { takeSnapshot } from '../snapshots/snapshots.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { findCluster, isThere, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';

const engines = ['docdb', 'neptune', 'aurora-postgresql', 'aurora-mysql'];

const filterFields: FilterFields<StoredCluster> = {
  'db-cluster-id': ({ DBClusterIdentifier, DBClusterArn }) => [DBClusterIdentifier, DBClusterArn],
  engine: ({ Engine }) => [Engine],
};

/**
 * Lists the caller's clusters of every engine, or only the named cluster.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusters.html
 */
export function describeDBClusters(input: DescribeDBClustersMessage, call: Call): DBClusterMessage {
  const { here, now } = call;
  const matches = filterTest(input.Filters ?? [], filterFields);
  const name = input.DBClusterIdentifier === undefined ? undefined : localName(input.DBClusterIdentifier, call);
  const { items, marker } = readPage(
    name === undefined
      ? here.rds.clusters.inOrder()
      : [{ key: [name.toLowerCase()], item: requireCluster(here, name, now) }],
    input,
    (cluster) => isThere(cluster, now) && matches(cluster),
  );
  return { DBClusters: items.map((cluster) => readCluster(cluster, call)), Marker: marker };
}

/**
 * Creates a cluster without instances, which is `creating` at first. Whether networks and parameter groups exist is not
 * checked.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html
 */
export function createDBCluster(input: CreateDBClusterMessage, call: Call): CreateDBClusterResult {
  const { here, now, assumptions } = call;
  const { Engine = '', BackupRetentionPeriod = 1, KmsKeyId, StorageEncrypted = KmsKeyId !== undefined } = input;
  const DBClusterIdentifier = newIdentifier(input.DBClusterIdentifier ?? '', 'DBClusterIdentifier');
  checkEngine(Engine);
  if (BackupRetentionPeriod < 1 || BackupRetentionPeriod > 35) {
    throw invalidValue(`Invalid backup retention period: ${BackupRetentionPeriod}. Must be between 1 and 35`);
  }
  checkMasterUser(input);
  const TagList = mergeTags([], input.Tags ?? []);
  if (KmsKeyId !== undefined && !StorageEncrypted) {
    throw invalidCombination('KmsKeyId cannot be specified when StorageEncrypted is false.');
  }
  const cluster = completeCluster(
    {
      ...settingsOf(input, call),
      ...(KmsKeyId === undefined ? {} : { KmsKeyId: resolveKey(KmsKeyId, call) }),
      DBClusterIdentifier,
      Engine,
      BackupRetentionPeriod,
      StorageEncrypted,
      TagList,
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
  return { DBCluster: addCluster(cluster, call) };
}

/** Throws InvalidParameterValue for an engine that the emulator does not support. */
export function checkEngine(engine: string): void {
  if (!engines.includes(engine)) throw invalidValue(`Invalid DB engine: ${engine}`);
}

/** Adds a new cluster to the world. Throws DBClusterAlreadyExistsFault or DBClusterQuotaExceededFault. */
export function addCluster(cluster: StoredCluster, call: Call): DBCluster {
  const { here, now, assumptions } = call;
  if (findCluster(here, cluster.DBClusterIdentifier, now)) {
    throw rdsFault('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
  }
  const { rdsClusterQuota: quota } = assumptions;
  const clusters = [...here.rds.clusters.values()].filter((other) => isThere(other, now));
  if (clusters.length >= quota) {
    throw rdsFault('DBClusterQuotaExceededFault', `Cannot create more than ${quota} DB clusters`);
  }
  here.rds.clusters.put(cluster);
  return readCluster(cluster, call);
}

/** Returns the optional settings of the input as cluster members. */
export function settingsOf(input: Partial<CreateDBClusterMessage>, { here }: Call): Partial<StoredCluster> {
  const settings: Partial<DBCluster> = {
    // An empty list counts as absent.
    AvailabilityZones: input.AvailabilityZones?.length ? input.AvailabilityZones : undefined,
    DBClusterParameterGroup: input.DBClusterParameterGroupName,
    DBSubnetGroup: input.DBSubnetGroupName,
    DeletionProtection: input.DeletionProtection,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports,
    EngineVersion: input.EngineVersion,
    MasterUsername: input.MasterUsername,
    MasterUserSecret: input.ManageMasterUserPassword
      ? {
          SecretArn: `arn:${here.partition}:secretsmanager:${here.region}:${here.account}:secret:rds!cluster-${input.DBClusterIdentifier}`,
          SecretStatus: 'active',
          KmsKeyId: input.MasterUserSecretKmsKeyId,
        }
      : undefined,
    NetworkType: input.NetworkType,
    Port: input.Port,
    PreferredBackupWindow: input.PreferredBackupWindow,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow,
    ServerlessV2ScalingConfiguration: input.ServerlessV2ScalingConfiguration,
    StorageType: input.StorageType,
    VpcSecurityGroups: input.VpcSecurityGroupIds?.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/**
 * Deletes a cluster and its automated snapshots, after a final manual snapshot unless the input skips it.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DeleteDBCluster.html
 */
export function deleteDBCluster(input: DeleteDBClusterMessage, call: Call): DeleteDBClusterResult {
  const { here, now, assumptions } = call;
  const { SkipFinalSnapshot = false, FinalDBSnapshotIdentifier } = input;
  if (SkipFinalSnapshot === (FinalDBSnapshotIdentifier !== undefined)) {
    throw invalidCombination(
      SkipFinalSnapshot
        ? 'FinalDBSnapshotIdentifier cannot be specified when SkipFinalSnapshot is true.'
        : 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    );
  }
  const cluster = requireCluster(here, input.DBClusterIdentifier, now);
  if (cluster.DeletionProtection) {
    throw invalidCombination('Cannot delete protected Cluster, please disable deletion protection and try again.');
  }
  const status = clusterStatusOf(cluster, now);
  if (status !== 'available') {
    throw rdsFault('InvalidDBClusterStateFault', `Cluster ${cluster.DBClusterIdentifier} is in ${status} state.`);
  }
  const deletingAt = SkipFinalSnapshot ? now.getTime() : finalSnapshot(cluster, FinalDBSnapshotIdentifier ?? '', call);
  for (const snapshot of here.rds.snapshots.values()) {
    if (snapshot.DBClusterIdentifier !== cluster.DBClusterIdentifier || snapshot.SnapshotType !== 'automated') continue;
    here.rds.snapshots.delete(snapshot.DBClusterSnapshotIdentifier);
  }
  const leaving = { ...cluster, goneAt: deletingAt + assumptions.clusterSeconds * 1000 };
  here.rds.clusters.put(leaving);
  return { DBCluster: readCluster(leaving, call) };
}

/** Starts the final snapshot and returns when it becomes available, in epoch milliseconds. */
function finalSnapshot(cluster: StoredCluster, name: string, call: Call): number {
  return takeSnapshot(cluster, newIdentifier(name, 'FinalDBSnapshotIdentifier'), [], call).readyAt;
}

/** Returns the name in an ARN of the caller's own cluster in this region; returns any other text unchanged. */
function localName(name: string, { account, region }: Call): string {
  const named = parseArn(name);
  return named?.kind === 'cluster' && named.account === account && named.region === region ? named.name : name;
}

/** Throws unless the master user has either a valid password or one in Secrets Manager. Neptune has no master user. */
function checkMasterUser(input: CreateDBClusterMessage): void {
  const { Engine, MasterUsername, MasterUserPassword, ManageMasterUserPassword = false } = input;
  if (Engine === 'neptune') return;
  if (!MasterUsername) throw invalidValue('The parameter MasterUsername must be provided and must not be blank.');
  if (ManageMasterUserPassword) {
    if (MasterUserPassword === undefined) return;
    throw invalidCombination('MasterUserPassword cannot be specified with ManageMasterUserPassword.');
  }
  if (/^[!#-.0-?A-~]{8,100}$/.test(MasterUserPassword ?? '')) return;
  throw invalidValue(
    'The parameter MasterUserPassword is not a valid password. It must be 8 to 100 printable ASCII characters ' +
      'without a slash, a double quote, an at sign or a space.',
  );
}
