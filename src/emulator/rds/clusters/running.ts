import type {
  FailoverDBClusterMessage,
  FailoverDBClusterResult,
  StartDBClusterMessage,
  StartDBClusterResult,
  StopDBClusterMessage,
  StopDBClusterResult,
} from '@aws-sdk/client-rds';

import { invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { recordEvent } from '../events/events.ts';
import { rdsFault } from '../faults.ts';
import { clusterStatusOf, readCluster } from '../readings.ts';
import { findInstance, instancesOf, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { requireAvailable } from './states.ts';

/**
 * Stops an available cluster and its instances: `stopping`, then `stopped`. The answer still says `available`. A stopped
 * cluster is not started again after seven days.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBCluster.html
 */
export function stopDBCluster(input: StopDBClusterMessage, call: Call): StopDBClusterResult {
  const cluster = requireCluster(call.here, input.DBClusterIdentifier, call.now);
  expectStatus(cluster, ['available'], call);
  const answer = readCluster(cluster, call);
  move(cluster, 'stopping', 'DB cluster stopped', call);
  return { DBCluster: answer };
}

/**
 * Starts a stopped cluster and its instances: `starting`, then `available`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBCluster.html
 */
export function startDBCluster(input: StartDBClusterMessage, call: Call): StartDBClusterResult {
  const cluster = requireCluster(call.here, input.DBClusterIdentifier, call.now);
  expectStatus(cluster, ['stopped', 'inaccessible-encryption-credentials-recoverable'], call);
  return { DBCluster: readCluster(move(cluster, 'starting', 'DB cluster started', call), call) };
}

/**
 * Makes another instance of a cluster its writer: the given one, or the reader with the lowest promotion tier.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
 */
export function failoverDBCluster(input: FailoverDBClusterMessage, call: Call): FailoverDBClusterResult {
  const { here, now } = call;
  const { TargetDBInstanceIdentifier: target, DBClusterIdentifier } = input;
  if (target !== undefined && !findInstance(here, target, now))
    throw invalidValue(`Cannot find target instance ${target}`);
  const cluster = requireCluster(here, DBClusterIdentifier, now);
  requireAvailable(cluster, now);
  const { DBClusterIdentifier: name } = cluster;
  const members = instancesOf(here, name, now).filter(({ goneAt }) => goneAt === undefined);
  const readers = members.filter(({ isWriter }) => !isWriter);
  const [next] = readers
    .filter(({ DBInstanceIdentifier }) => target === undefined || DBInstanceIdentifier === target.toLowerCase())
    .toSorted((left, right) => left.PromotionTier - right.PromotionTier);
  if (!next) {
    throw rdsFault('InvalidDBClusterStateFault', `The cluster ${name} has no reader that can become the writer.`);
  }
  for (const instance of members) {
    here.rds.instances.put({ ...instance, isWriter: instance === next });
  }
  const event = { type: 'db-cluster', name, category: 'failover', at: now.getTime() } as const;
  recordEvent({ ...event, message: `Started cross AZ failover to DB instance: ${next.DBInstanceIdentifier}` }, here);
  recordEvent({ ...event, message: `Completed failover to DB instance: ${next.DBInstanceIdentifier}` }, here);
  return { DBCluster: readCluster(cluster, call) };
}

function expectStatus(cluster: StoredCluster, expected: readonly string[], { now }: Call): void {
  const status = clusterStatusOf(cluster, now);
  if (expected.includes(status)) return;
  throw rdsFault(
    'InvalidDBClusterStateFault',
    `DbCluster ${cluster.DBClusterIdentifier} is in ${status} state but expected it to be one of ${expected.join(',')}.`,
  );
}

function move(cluster: StoredCluster, status: 'stopping' | 'starting', message: string, call: Call): StoredCluster {
  const { here, now, assumptions } = call;
  const at = now.getTime() + assumptions.clusterSeconds * 1000;
  const Status = status === 'stopping' ? 'stopped' : 'available';
  const moved: StoredCluster = { ...cluster, Status, statusUntilReady: status, readyAt: at };
  here.rds.clusters.put(moved);
  recordEvent({ type: 'db-cluster', name: cluster.DBClusterIdentifier, category: 'notification', message, at }, here);
  return moved;
}
