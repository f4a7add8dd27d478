import type {
  Cluster,
  ClustersMessage,
  CreateClusterMessage,
  CreateClusterResult,
  DeleteClusterMessage,
  DeleteClusterResult,
  DescribeClustersMessage,
} from '@aws-sdk/client-redshift';

import { invalidCombination } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { resolveKey } from '../keys.ts';
import { clusterStatusOf, readCluster } from '../readings.ts';
import { checkClusterSettings, checkManualRetention, forever, hasTags, mergeTags } from '../rules.ts';
import { expectedSnapshot } from '../schedules.ts';
import { newSnapshotIdentifier, requireRoom, schedule } from '../snapshots/snapshots.ts';
import { requireFreeName, statusOfChange } from './changes.ts';
import { recordEvent } from './events.ts';
import { checkNodeQuota } from './quotas.ts';
import { nodeCount } from './resizes.ts';
import { checkDatabaseNames, checkNodes, checkPassword, settingsOf } from './settings.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { defaultKey, isThere, requireCluster } from '../store.ts';
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
 * Creates a cluster, which is `creating` at first. Whether security groups and roles exist is not checked.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html
 */
export function createCluster(input: CreateClusterMessage, call: Call): CreateClusterResult {
  checkClusterSettings(input, input.NodeType);
  checkNodes(input);
  checkDatabaseNames(input);
  checkCredentials(input);
  const cluster = newCluster(input, call);
  const added = addCluster(cluster, call);
  const at = cluster.readyAt ?? call.now.getTime();
  recordEvent('clusterCreated', { cluster: cluster.ClusterIdentifier, at }, call.here, call.now);
  return { Cluster: added };
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
  if (['creating', 'final-snapshot', 'deleting'].includes(status) || statusOfChange(cluster, now) !== undefined) {
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
  recordEvent('clusterDeleted', { cluster: cluster.ClusterIdentifier, at: leaving.goneAt }, here, now);
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
  const names = { cluster: cluster.ClusterIdentifier, snapshot: SnapshotIdentifier };
  recordEvent('finalSnapshotStarted', { ...names, at: now.getTime() }, here, now);
  recordEvent('finalSnapshotCompleted', { ...names, at: times.readyAt }, here, now);
  return times.readyAt;
}

/** Adds a new cluster to the world. Throws ClusterAlreadyExists or NumberOfNodesQuotaExceeded. */
export function addCluster(cluster: StoredCluster, call: Call): Cluster {
  const { here, now } = call;
  const { ClusterIdentifier } = cluster;
  requireFreeName(ClusterIdentifier, here, now);
  checkNodeQuota(cluster.NumberOfNodes ?? 1, call);
  here.redshift.clusters.put(cluster);
  if (cluster.changes) here.redshift.changing.add(ClusterIdentifier);
  return readCluster(cluster, now);
}

function newCluster(input: CreateClusterMessage, call: Call): StoredCluster {
  const { here, now, assumptions } = call;
  const { KmsKeyId, Encrypted = KmsKeyId !== undefined } = input;
  if (!Encrypted && KmsKeyId !== undefined) {
    throw invalidCombination('KmsKeyId cannot be specified when Encrypted is false.');
  }
  const readyAt = now.getTime() + assumptions.clusterSeconds * 1000;
  return completeCluster(
    {
      ...settingsOf(input, input.MasterUsername, call),
      ClusterIdentifier: input.ClusterIdentifier ?? '',
      NodeType: input.NodeType,
      NumberOfNodes: nodeCount(input.ClusterType ?? 'multi-node', input.NumberOfNodes),
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
      readyAt,
      // AWS shows that the password is not set yet.
      ...(input.MasterUserPassword === undefined
        ? {}
        : { changes: [{ at: readyAt, shown: { MasterUserPassword: '****' }, members: {} }] }),
    },
    here,
    now,
  );
}

function encryptionKey(asked: string | undefined, call: Call): string {
  return asked === undefined ? defaultKey(call.here) : resolveKey(asked, call);
}

/** Throws a fault unless exactly one way to get a password is given, and a given password is allowed. */
function checkCredentials(input: CreateClusterMessage): void {
  const { MasterUserPassword, ManageMasterPassword = false } = input;
  if (ManageMasterPassword === (MasterUserPassword !== undefined)) {
    throw invalidCombination('Specify either MasterUserPassword or ManageMasterPassword.');
  }
  if (input.MasterPasswordSecretKmsKeyId !== undefined && !ManageMasterPassword) {
    throw invalidCombination('MasterPasswordSecretKmsKeyId requires ManageMasterPassword.');
  }
  if (MasterUserPassword !== undefined) checkPassword(MasterUserPassword);
}
