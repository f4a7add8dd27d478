import { Cluster$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { ResourceStock } from '../../service.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import { readCluster } from '../readings.ts';
import { isThere } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { completeCluster } from './complete-cluster.ts';
import { readReadyTime, writeReadyTime } from './ready-time.ts';

const schema = NormalizedSchema.of(Cluster$);

/**
 * Clusters of a world's JSON: the API's `Cluster` members, and three dates (ISO 8601). `ReadyTime` is when the cluster
 * becomes available, `DeletingTime` when its deletion starts, after the final snapshot, and `GoneTime` when it ends.
 * Missing members get AWS's defaults.
 */
export const clusterStock: ResourceStock = {
  load({ ReadyTime, DeletingTime, GoneTime, ...json }, loading) {
    const { place, now } = loading;
    const members: Partial<StoredCluster> = readMembers(schema, json);
    const times = {
      ...readReadyTime(ReadyTime),
      ...readLeaving(DeletingTime, GoneTime, now),
      ...loadedKey(members, loading),
    };
    place.redshift.clusters.add(completeCluster({ ...members, ...times }, place, now));
  },
  dump({ redshift }, now) {
    const clusters = [...redshift.clusters.values()].filter((cluster) => isThere(cluster, now));
    return clusters.map((cluster) => ({
      ...writeMembers(schema, readCluster(cluster, now)),
      ...writeReadyTime(cluster, now),
      ...writeLeaving(cluster),
    }));
  },
};

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
