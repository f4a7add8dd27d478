import {
  DBClusterSnapshot$,
  ModifyDBClusterSnapshotAttributeMessage$,
  type ModifyDBClusterSnapshotAttributeMessage,
} from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { Loading, ResourceStock } from '../../service.ts';
import { readMembers, writeMembers } from '../../wire/json.ts';
import type { Region } from '../../world/world.ts';
import { parseArn } from '../arns.ts';
import { zones } from '../catalog/groups.ts';
import { defaultKey } from '../keys.ts';
import { progressOf, statusOf } from '../readings.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';
import { completeSnapshot } from './complete-snapshot.ts';
import { readAppearance, writeAppearance } from '../../world/ready-time.ts';
import { readTags } from './tags.ts';

const schema = NormalizedSchema.of(DBClusterSnapshot$);
const sharingSchema = NormalizedSchema.of(ModifyDBClusterSnapshotAttributeMessage$);

/**
 * Snapshots of a world's JSON: the API's `DBClusterSnapshot` members, `Tags`, `RestoreAccounts` (`all` for a public
 * snapshot), `DatabaseName`, the initial database of the cluster, and two dates (ISO 8601): `ReadyTime`, when the
 * snapshot becomes available, and `ListedTime`, when lists start to show it. Missing members get AWS's defaults.
 */
export const snapshotStock: ResourceStock = {
  load({ ReadyTime, ListedTime, Tags, RestoreAccounts, DatabaseName, ...json }, loading) {
    const { place, now } = loading;
    const snapshot: Partial<StoredSnapshot> = readMembers(schema, json);
    const members = {
      ...snapshot,
      ...readTags(Tags),
      ...readAccounts(RestoreAccounts),
      ...readAppearance({ ReadyTime, ListedTime }),
      ...loadedKey(snapshot, loading),
      ...readDatabaseName(DatabaseName),
    };
    const complete = completeSnapshot(members, place, now, clusterOf(snapshot, loading));
    place.rds.snapshots.add(complete);
    markBackingUp(complete, place);
  },
  dump({ rds }, now) {
    const snapshots = [...rds.snapshots.values()].filter(({ goneAt }) => goneAt === undefined);
    return snapshots.map(({ TagList, ...snapshot }) => {
      const stored = { TagList, ...snapshot };
      return {
        ...writeMembers(schema, snapshot),
        Tags: TagList,
        ...writeAppearance(stored, now),
        Status: statusOf(stored, now),
        PercentProgress: progressOf(stored, now),
        RestoreAccounts: snapshot.RestoreAccounts,
        DatabaseName: snapshot.databaseName,
      };
    });
  },
};

/** Returns a snapshot's cluster. The cluster of a copy is where the source snapshot is, with another key. */
function clusterOf(snapshot: Partial<StoredSnapshot>, { place, world }: Loading): StoredCluster | undefined {
  const source = parseArn(snapshot.SourceDBClusterSnapshotArn ?? '');
  const home = source ? world.unfilled(source.account, source.region) : place;
  const cluster = home.rds.clusters.get((snapshot.DBClusterIdentifier ?? '').toLowerCase());
  if (home === place || !cluster) return cluster;
  const { KmsKeyId, ...members } = { ...cluster, AvailabilityZones: zones(place.region) };
  return KmsKeyId === undefined ? members : { ...members, KmsKeyId: defaultKey(place) };
}

/** Marks a cluster as `backing-up` while its snapshot is `creating`. */
function markBackingUp({ DBClusterIdentifier, readyAt, statusUntilReady }: StoredSnapshot, { rds }: Region): void {
  const cluster = rds.clusters.get(DBClusterIdentifier);
  if (!cluster || readyAt === undefined || statusUntilReady !== 'creating') return;
  rds.clusters.put({ ...cluster, backedUpAt: Math.max(readyAt, cluster.backedUpAt ?? 0) });
}

function readAccounts(json: unknown): { RestoreAccounts?: readonly string[] } {
  if (json === undefined) return {};
  const read: Partial<ModifyDBClusterSnapshotAttributeMessage> = readMembers(
    sharingSchema,
    { ValuesToAdd: json },
    'RestoreAccounts',
  );
  return { RestoreAccounts: read.ValuesToAdd ?? [] };
}

function readDatabaseName(value: unknown): { databaseName?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string') throw new Error('DatabaseName must be a string');
  return { databaseName: value };
}
