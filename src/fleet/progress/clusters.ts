import { ForbiddenError, NotFoundError } from '../../errors.ts';
import {
  type ClusterInstance,
  type ClusterRecord,
  clusterStatus,
  isBeingCreated,
  isOtherCluster,
  noSuchCluster,
} from '../../snapshots/cluster.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import type { Lookups } from '../lookups/lookups.ts';
import type { Estimate, Followed } from './followed.ts';

/** Clusters are followed, together with their instances, until they are ready for use or have failed. */
export const followedClusters: Followed<ClusterRecord> = {
  contentOf: ({ aws, kind, instances }) => [lastingMembers(aws, kind.movingMembers), instances],
  isOther: isOtherCluster,
  outlookOf: (cluster) => {
    const status = clusterStatus(cluster);
    if (status === 'FAILED') return 'FINAL';
    if (status === 'AVAILABLE' && !cluster.instances?.some(isBeingCreated)) return 'FINAL';
    return { progress: estimateOf(cluster), isUnknown: status === 'UNKNOWN' };
  },
  missing: noSuchCluster,
  replaced: () =>
    new NotFoundError(
      'The cluster was deleted, and another cluster now has its identifier. Subscribe again to follow that cluster.',
    ),
};

/** Reads a cluster and, where they can exist, its instances; null if there is none under any of the ids. */
export async function readCluster(lookups: Lookups, ids: readonly GlobalId[]): Promise<ClusterRecord | null> {
  const cluster = await lookups.firstCluster(ids);
  return cluster && { ...cluster, instances: await instancesIn(lookups, cluster) };
}

/** Returns the instances of a cluster; undefined if they do not matter, or if the gateway may not read them. */
async function instancesIn(lookups: Lookups, cluster: ClusterRecord): Promise<readonly ClusterInstance[] | undefined> {
  const names = cluster.kind.instanceNames?.(cluster);
  if (names === undefined || (names.length === 0 && clusterStatus(cluster) !== 'AVAILABLE')) return undefined;
  try {
    return await lookups.instancesOf(cluster);
  } catch (error) {
    // The permission to read instances is optional: without it, the cluster is followed alone.
    if (error instanceof ForbiddenError) return undefined;
    throw error;
  }
}

/** Only a restore in progress has an estimate: AWS keeps the figures of a completed one, and starts with those at 0. */
function estimateOf(cluster: ClusterRecord): Estimate {
  const restore = cluster.kind.restore(cluster);
  if (restore?.state !== 'STARTING' && restore?.state !== 'RESTORING') return {};
  return { percent: restore.percent, remainingSeconds: restore.remainingSeconds || null };
}

function lastingMembers(aws: unknown, moving: readonly string[] = []): unknown {
  if (moving.length === 0) return aws;
  return Object.fromEntries(Object.entries(aws as object).filter(([name]) => !moving.includes(name)));
}
