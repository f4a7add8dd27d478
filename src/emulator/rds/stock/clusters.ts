import { DBCluster$ } from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { ResourceStock } from '../../service.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import { isThere } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { completeCluster } from './complete-cluster.ts';
import { readReadyTime, readTags, writeExtras } from './extras.ts';

const schema = NormalizedSchema.of(DBCluster$);

/**
 * Clusters of a world's JSON: the API's `DBCluster` members, `Tags`, and two dates (ISO 8601): `ReadyTime`, when the
 * cluster becomes available, and `GoneTime`, when its deletion ends. Missing members get AWS's defaults.
 */
export const clusterStock: ResourceStock = {
  load({ ReadyTime, GoneTime, Tags, ...json }, loading) {
    const { place, now } = loading;
    const members: Partial<StoredCluster> = readMembers(schema, json);
    const goneAt = readTime('GoneTime', GoneTime);
    const leaving = goneAt === undefined ? {} : { goneAt };
    const extras = { ...readTags(Tags), ...readReadyTime(ReadyTime), ...leaving, ...loadedKey(members, loading) };
    place.rds.clusters.add(completeCluster({ ...members, ...extras }, place, now));
  },
  dump({ rds }, now) {
    const clusters = [...rds.clusters.values()].filter((cluster) => isThere(cluster, now));
    return clusters.map(({ TagList, ...cluster }) => ({
      ...writeMembers(schema, cluster),
      ...writeExtras({ TagList, ...cluster }, now),
      ...(cluster.goneAt === undefined ? {} : { GoneTime: new Date(cluster.goneAt) }),
    }));
  },
};
