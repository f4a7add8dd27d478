import { DBCluster$ } from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { ResourceStock } from '../../service.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import { nextMaintenance, withPending } from '../clusters/pending.ts';
import { restoreProgress } from '../readings.ts';
import { isThere } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { completeCluster } from './complete-cluster.ts';
import { readAppearance, writeAppearance } from '../../world/ready-time.ts';
import { readTags } from './tags.ts';

const schema = NormalizedSchema.of(DBCluster$);

/**
 * Clusters of a world's JSON: the API's `DBCluster` members, `Tags`, and three dates (ISO 8601): `ReadyTime`, when the
 * cluster becomes available, `ApplyTime`, when its pending modifications are applied (default: in its next maintenance
 * window), and `GoneTime`, when its deletion ends. Missing members get AWS's defaults.
 */
export const clusterStock: ResourceStock = {
  load({ ReadyTime, GoneTime, ApplyTime, Tags, ...json }, loading) {
    const { place, now } = loading;
    const members: Partial<StoredCluster> = readMembers(schema, json);
    const goneAt = readTime('GoneTime', GoneTime);
    const leaving = goneAt === undefined ? {} : { goneAt };
    const extras = { ...readTags(Tags), ...readAppearance({ ReadyTime }), ...leaving, ...loadedKey(members, loading) };
    const cluster = completeCluster({ ...members, ...extras }, place, now);
    const applyAt = readTime('ApplyTime', ApplyTime) ?? nextMaintenance(cluster, now);
    place.rds.clusters.add(cluster.PendingModifiedValues ? withPending(cluster, applyAt, place) : cluster);
  },
  dump({ rds }, now) {
    const clusters = [...rds.clusters.values()].filter((cluster) => isThere(cluster, now));
    return clusters.map((stored) => {
      const { TagList, PercentProgress: _progress, ...cluster } = stored;
      const { readyAt, goneAt, applyAt, statusUntilReady } = cluster;
      return {
        ...writeMembers(schema, cluster),
        ...restoreProgress(stored, now),
        Tags: TagList,
        ...writeAppearance(cluster, now),
        ...(readyAt !== undefined && readyAt > now.getTime() ? { Status: statusUntilReady } : {}),
        ...(applyAt === undefined ? {} : { ApplyTime: new Date(applyAt) }),
        ...(goneAt === undefined ? {} : { GoneTime: new Date(goneAt) }),
      };
    });
  },
};
