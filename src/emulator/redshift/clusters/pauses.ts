import type {
  PauseClusterMessage,
  PauseClusterResult,
  ResumeClusterMessage,
  ResumeClusterResult,
} from '@aws-sdk/client-redshift';

import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { clusterStatusOf, readCluster, requireAvailable } from '../readings.ts';
import { automatedSnapshot } from '../snapshots/automated.ts';
import { copyToOtherRegion } from '../snapshots/region-copies.ts';
import { requireCluster } from '../store.ts';
import { recordEvent } from './events.ts';
import { startChange } from './changes.ts';

/**
 * Pauses an available cluster, which is `pausing` at first, and takes an automated snapshot.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_PauseCluster.html and
 * https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
 */
export function pauseCluster({ ClusterIdentifier }: PauseClusterMessage, call: Call): PauseClusterResult {
  const cluster = requireCluster(call.here, ClusterIdentifier, call.now);
  requireAvailable(cluster, call.now);
  const { here, now, assumptions } = call;
  if (cluster.AutomatedSnapshotRetentionPeriod === 0) {
    throw redshiftFault(
      'UnsupportedOperation',
      `The cluster ${ClusterIdentifier} cannot be paused because its automated snapshots are turned off.`,
    );
  }
  const snapshot = automatedSnapshot(cluster, now, here, assumptions);
  if (assumptions.automatedSnapshots && !here.redshift.snapshots.get(snapshot.SnapshotIdentifier)) {
    here.redshift.snapshots.put(snapshot);
    copyToOtherRegion(snapshot, cluster, call);
  }
  const name = cluster.ClusterIdentifier;
  const start = now.getTime();
  recordEvent('pauseStarted', { cluster: name, at: start }, here, now);
  recordEvent('clusterPaused', { cluster: name, at: start + assumptions.clusterSeconds * 1000 }, here, now);
  return { Cluster: switchTo('paused', 'pausing', ClusterIdentifier, call) };
}

/**
 * Resumes a paused cluster, which is `resuming` at first.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ResumeCluster.html
 */
export function resumeCluster({ ClusterIdentifier }: ResumeClusterMessage, call: Call): ResumeClusterResult {
  const status = clusterStatusOf(requireCluster(call.here, ClusterIdentifier, call.now), call.now);
  if (status !== 'paused') {
    throw redshiftFault(
      'InvalidClusterState',
      `The cluster ${ClusterIdentifier} is not paused; its status is ${status}.`,
    );
  }
  return { Cluster: switchTo('available', 'resuming', ClusterIdentifier, call) };
}

function switchTo(ClusterStatus: string, status: string, name: string | undefined, call: Call) {
  const { here, now, assumptions } = call;
  const at = now.getTime() + assumptions.clusterSeconds * 1000;
  const change = { at, status, shown: {}, members: { ClusterStatus } };
  return readCluster(startChange(requireCluster(here, name, now), change, here), now);
}
