import type {
  Cluster,
  ClustersMessage,
  CreateClusterMessage,
  CreateClusterResult,
  DeleteClusterMessage,
  DeleteClusterResult,
  DescribeClustersMessage,
} from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { resolveKey } from '../keys.ts';
import { clusterStatusOf, readCluster } from '../readings.ts';
import { checkClusterSettings, checkManualRetention, forever, hasTags, mergeTags } from '../rules.ts';
import { expectedSnapshot, requireSchedule } from '../schedules.ts';
import { newSnapshotIdentifier, requireRoom, schedule } from '../snapshots/snapshots.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { defaultKey, findCluster, isThere, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';

/**
 * Lists the caller's clusters, or only the named cluster; names are case sensitive.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html
 */
export function describeClusters(input: DescribeClustersMessage, { here, now }: Call): ClustersMessage {
  const { ClusterIdentifier, Marker, TagKeys = [], TagValues = [] } = input;
  if (ClusterIdentifier !== undefined && Marker) {
    throw invalidCombination('ClusterIdentifier and Marker cannot be specified together.');
  }
  const isTagged = TagKeys.length > 0 || TagValues.length > 0;
  const { items, marker } = readPage(
    ClusterIdentifier === undefined
      ? here.redshift.clusters.inOrder()
      : [{ key: [ClusterIdentifier], item: requireCluster(here, ClusterIdentifier, now) }],
    input,
    (cluster) => isThere(cluster, now) && (!isTagged || hasTags(cluster.Tags ?? [], input)),
  );
  const read = (cluster: StoredCluster) => ({ ...readCluster(cluster, now), ...expectedSnapshot(cluster, here, now) });
  return { Clusters: items.map(read), Marker: marker };
}

/**
 * Creates a cluster, which is `creating` at first. Whether networks, roles and parameter groups exist is not checked.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html
 */
export function createCluster(input: CreateClusterMessage, call: Call): CreateClusterResult {
  checkClusterSettings(input, input.NodeType);
  checkPassword(input);
  return { Cluster: addCluster(newCluster(input, call), call) };
}

/**
 * Deletes a cluster and its automated snapshots, after a final manual snapshot unless the input skips it.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteCluster.html
 */
export function deleteCluster(input: DeleteClusterMessage, call: Call): DeleteClusterResult {
  const { here, now, assumptions } = call;
  const { SkipFinalClusterSnapshot = false, FinalClusterSnapshotIdentifier } = input;
  const { FinalClusterSnapshotRetentionPeriod = forever } = input;
  checkManualRetention(FinalClusterSnapshotRetentionPeriod);
  if (SkipFinalClusterSnapshot === (FinalClusterSnapshotIdentifier !== undefined)) {
    throw invalidCombination(
      SkipFinalClusterSnapshot
        ? 'FinalClusterSnapshotIdentifier cannot be specified when SkipFinalClusterSnapshot is true.'
        : 'FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.',
    );
  }
  const cluster = requireCluster(here, input.ClusterIdentifier, now);
  const status = clusterStatusOf(cluster, now);
  if (['creating', 'final-snapshot', 'deleting'].includes(status)) {
    throw redshiftFault('InvalidClusterState', `Cannot delete a cluster whose status is ${status}.`);
  }
  const deletingAt = SkipFinalClusterSnapshot
    ? now.getTime()
    : makeFinalSnapshot(cluster, FinalClusterSnapshotIdentifier, FinalClusterSnapshotRetentionPeriod, call);
  for (const snapshot of here.redshift.snapshots.values()) {
    const isOwn = snapshot.ClusterIdentifier === cluster.ClusterIdentifier && snapshot.SourceRegion === undefined;
    if (isOwn && snapshot.SnapshotType === 'automated') here.redshift.snapshots.delete(snapshot.SnapshotIdentifier);
  }
  const leaving = { ...cluster, deletingAt, goneAt: deletingAt + assumptions.clusterSeconds * 1000 };
  here.redshift.clusters.put(leaving);
  return { Cluster: readCluster(leaving, now) };
}

/** Starts the final snapshot and returns when it becomes available, in epoch milliseconds. */
function makeFinalSnapshot(
  cluster: StoredCluster,
  name: string | undefined,
  ManualSnapshotRetentionPeriod: number,
  call: Call,
): number {
  const { here, now } = call;
  const SnapshotIdentifier = newSnapshotIdentifier(name, 'FinalClusterSnapshotIdentifier', call);
  requireRoom(SnapshotIdentifier, call);
  const times = schedule(call);
  here.redshift.snapshots.put(
    completeSnapshot(
      {
        SnapshotIdentifier,
        ClusterIdentifier: cluster.ClusterIdentifier,
        ManualSnapshotRetentionPeriod,
        Tags: [],
        statusUntilReady: 'final snapshot',
        ...times,
      },
      here,
      now,
      cluster,
    ),
  );
  return times.readyAt;
}

/** Adds a new cluster to the world. Throws ClusterAlreadyExists or NumberOfNodesQuotaExceeded. */
export function addCluster(cluster: StoredCluster, { here, now, assumptions }: Call): Cluster {
  const { ClusterIdentifier } = cluster;
  if (findCluster(here, ClusterIdentifier, now)) {
    throw redshiftFault('ClusterAlreadyExists', `Cluster ${ClusterIdentifier} already exists.`);
  }
  const { redshiftNodeQuota: quota } = assumptions;
  let nodes = cluster.NumberOfNodes ?? 1;
  for (const other of here.redshift.clusters.values()) if (isThere(other, now)) nodes += other.NumberOfNodes ?? 1;
  if (nodes > quota) throw redshiftFault('NumberOfNodesQuotaExceeded', `Cannot have more than ${quota} nodes.`);
  here.redshift.clusters.put(cluster);
  return readCluster(cluster, now);
}

function newCluster(input: CreateClusterMessage, call: Call): StoredCluster {
  const { here, now, assumptions } = call;
  const { KmsKeyId, Encrypted = KmsKeyId !== undefined } = input;
  return completeCluster(
    {
      ...settingsOf(input, input.MasterUsername, call),
      ClusterIdentifier: input.ClusterIdentifier ?? '',
      NodeType: input.NodeType,
      NumberOfNodes: nodeCount(input),
      MasterUsername: input.MasterUsername,
      DBName: input.DBName ?? 'dev',
      AvailabilityZone: input.AvailabilityZone ?? `${here.region}a`,
      Endpoint: { Port: input.Port ?? 5439 },
      Encrypted,
      KmsKeyId: Encrypted ? encryptionKey(KmsKeyId, call) : undefined,
      EnhancedVpcRouting: input.EnhancedVpcRouting ?? false,
      AutomatedSnapshotRetentionPeriod: input.AutomatedSnapshotRetentionPeriod ?? 1,
      ManualSnapshotRetentionPeriod: input.ManualSnapshotRetentionPeriod ?? forever,
      Tags: mergeTags([], input.Tags ?? []),
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
}

/** Returns the optional settings of the input as cluster members. Only the schedule is checked for existence. */
export function settingsOf(
  input: Partial<CreateClusterMessage>,
  user: string | undefined,
  call: Call,
): Partial<StoredCluster> {
  const { here } = call;
  const secret = `redshift!${input.ClusterIdentifier}-${user}`;
  const { AvailabilityZoneRelocation, ClusterParameterGroupName, MultiAZ, SnapshotScheduleIdentifier } = input;
  const settings: Partial<Cluster> = {
    AllowVersionUpgrade: input.AllowVersionUpgrade,
    AvailabilityZoneRelocationStatus: AvailabilityZoneRelocation ? 'enabled' : undefined,
    ClusterParameterGroups: ClusterParameterGroupName
      ? [{ ParameterGroupName: ClusterParameterGroupName, ParameterApplyStatus: 'in-sync' }]
      : undefined,
    ClusterSubnetGroupName: input.ClusterSubnetGroupName,
    ClusterVersion: input.ClusterVersion,
    DefaultIamRoleArn: input.DefaultIamRoleArn,
    IamRoles: input.IamRoles?.map((IamRoleArn) => ({ IamRoleArn, ApplyStatus: 'in-sync' })),
    IpAddressType: input.IpAddressType,
    MaintenanceTrackName: input.MaintenanceTrackName,
    MasterPasswordSecretArn: input.ManageMasterPassword
      ? `arn:${here.partition}:secretsmanager:${here.region}:${here.account}:secret:${secret}`
      : undefined,
    MasterPasswordSecretKmsKeyId: input.MasterPasswordSecretKmsKeyId,
    MultiAZ: MultiAZ ? 'Enabled' : undefined,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow,
    PubliclyAccessible: input.PubliclyAccessible,
    ...(SnapshotScheduleIdentifier === undefined
      ? {}
      : {
          SnapshotScheduleIdentifier: requireSchedule(SnapshotScheduleIdentifier, call).ScheduleIdentifier,
          SnapshotScheduleState: 'ACTIVE',
        }),
    VpcSecurityGroups: input.VpcSecurityGroupIds?.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function encryptionKey(asked: string | undefined, call: Call): string {
  return asked === undefined ? defaultKey(call.here) : resolveKey(asked, call);
}

function checkPassword({ MasterUserPassword, ManageMasterPassword = false }: CreateClusterMessage): void {
  if (ManageMasterPassword !== (MasterUserPassword !== undefined)) {
    const isStrong = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[!#-&(-.0-?A-~]{8,64}$/.test(MasterUserPassword ?? '');
    if (ManageMasterPassword || isStrong) return;
    throw invalidValue(
      'The parameter MasterUserPassword is not valid. It must be 8 to 64 printable ASCII characters with an uppercase ' +
        'letter, a lowercase letter and a digit, and without a slash, a backslash, a quote, an at sign or a space.',
    );
  }
  throw invalidCombination('Specify either MasterUserPassword or ManageMasterPassword.');
}

function nodeCount({ ClusterType, NumberOfNodes }: CreateClusterMessage): number {
  const type = ClusterType ?? 'multi-node';
  if (type !== 'single-node' && type !== 'multi-node') throw invalidValue('Invalid cluster type');
  const least = type === 'single-node' ? 1 : 2;
  const nodes = NumberOfNodes ?? least;
  if (type === 'single-node' ? nodes === 1 : nodes >= least && nodes <= 100) return nodes;
  throw invalidCombination(
    type === 'single-node'
      ? 'Number of nodes for cluster type single-node must be 1'
      : `Number of nodes for cluster type multi-node must be ${nodes < 2 ? 'greater than or equal to 2' : 'at most 100'}`,
  );
}
