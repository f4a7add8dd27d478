import { Cluster$, LoggingStatus$, type LoggingStatus } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { ResourceStock } from '../../service.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import { derivedNames } from '../clusters/derived.ts';
import { storedForm } from '../readings.ts';
import { isThere } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { completeCluster } from './complete-cluster.ts';
import { readChanges, writeChanges } from './changes.ts';
import { readAppearance, writeAppearance } from '../../world/ready-time.ts';

const schema = NormalizedSchema.of(Cluster$);
const loggingSchema = NormalizedSchema.of(LoggingStatus$);

/**
 * Clusters of a world's JSON: the API's `Cluster` members, and three dates (ISO 8601). `ReadyTime` is when the cluster
 * becomes available, `DeletingTime` when its deletion starts, after the final snapshot, and `GoneTime` when it ends.
 * `Changes` are its changes in progress, and `Logging` are the settings of its audit log. Missing members get AWS's defaults; members that follow from others or from
 * the time, such as `ClusterNodes`, are ignored.
 */
export const clusterStock: ResourceStock = {
  load({ ReadyTime, DeletingTime, GoneTime, Changes, Logging, ...json }, loading) {
    const { place, now } = loading;
    const members: Partial<StoredCluster> = readMembers(
      schema,
      Object.fromEntries(Object.entries(json).filter(([name]) => !derivedNames.includes(name))),
    );
    const times = {
      ...readAppearance({ ReadyTime }),
      ...readLeaving(DeletingTime, GoneTime, now),
      ...loadedKey(members, loading),
      ...readLogging(Logging),
      ...readChanges(Changes),
    };
    const cluster = completeCluster({ ...members, ...times }, place, now);
    place.redshift.clusters.add(cluster);
    if (cluster.changes) place.redshift.changing.add(cluster.ClusterIdentifier);
  },
  dump({ redshift }, now) {
    const clusters = [...redshift.clusters.values()].filter((cluster) => isThere(cluster, now));
    return clusters.map((cluster) => ({
      ...writeMembers(schema, storedForm(cluster, now)),
      ...(cluster.logging ? { Logging: cluster.logging } : {}),
      ...writeChanges(cluster),
      ...writeAppearance(cluster, now),
      ...writeLeaving(cluster),
    }));
  },
};

/** Reads the settings of the audit log, the members of `LoggingStatus`. */
function readLogging(json: unknown): { logging?: LoggingStatus } {
  if (json === undefined) return {};
  if (typeof json !== 'object' || json === null) throw new Error('Logging must be an object');
  return { logging: readMembers(loggingSchema, Object.fromEntries(Object.entries(json))) };
}

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
