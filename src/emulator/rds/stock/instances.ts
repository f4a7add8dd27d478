import { DBInstance$ } from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import type { ResourceStock } from '../../service.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import { instanceIsThere, instancesOf } from '../store.ts';
import type { StoredInstance } from '../stored.ts';
import { completeInstance } from './complete-instance.ts';
import { readAppearance } from '../../world/ready-time.ts';
import { readTags } from './tags.ts';

const schema = NormalizedSchema.of(DBInstance$);

/**
 * Instances of clusters of a world's JSON: the API's `DBInstance` members, `Tags`, `IsClusterWriter` (default: true for
 * the first instance of a cluster), and two dates (ISO 8601): `ReadyTime`, when the instance becomes available, and
 * `GoneTime`, when its deletion ends. Missing members get AWS's defaults.
 */
export const instanceStock: ResourceStock = {
  load({ ReadyTime, GoneTime, Tags, IsClusterWriter, ...json }, { place, now }) {
    const members: Partial<StoredInstance> = readMembers(schema, json);
    const cluster = place.rds.clusters.get((members.DBClusterIdentifier ?? '').toLowerCase());
    if (!cluster) throw new Error(`DBInstance.DBClusterIdentifier names no cluster of the world`);
    const goneAt = readTime('GoneTime', GoneTime);
    const isFirst = instancesOf(place, cluster.DBClusterIdentifier, now).length === 0;
    place.rds.instances.add(
      completeInstance(
        {
          ...members,
          ...readTags(Tags),
          ...readAppearance({ ReadyTime }),
          ...(goneAt === undefined ? {} : { goneAt }),
          isWriter: typeof IsClusterWriter === 'boolean' ? IsClusterWriter : isFirst,
        },
        cluster,
        place,
        now,
      ),
    );
  },
  dump({ rds }, now) {
    const instances = [...rds.instances.values()].filter((instance) => instanceIsThere(instance, now));
    return instances.map(({ TagList, readyAt, goneAt, isWriter, ...instance }) => ({
      ...writeMembers(schema, instance),
      Tags: TagList,
      IsClusterWriter: isWriter,
      ...(readyAt === undefined || readyAt <= now.getTime() ? {} : { ReadyTime: new Date(readyAt) }),
      ...(goneAt === undefined ? {} : { GoneTime: new Date(goneAt) }),
    }));
  },
};
