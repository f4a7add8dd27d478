import type { ClusterPendingModifiedValues } from '@aws-sdk/client-rds';

import type { Assumptions } from '../../world/assumptions.ts';
import type { Region, World } from '../../world/world.ts';
import { clusterArn } from '../arns.ts';
import { familyOf, majorOf } from '../catalog/engines.ts';
import { hostOf } from '../catalog/hosts.ts';
import { recordEvent } from '../events/events.ts';
import { findCluster, instancesOf } from '../store.ts';
import type { StoredCluster } from '../stored.ts';

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Returns when a cluster's next maintenance window starts, in epoch milliseconds. */
export function nextMaintenance({ PreferredMaintenanceWindow = '' }: StoredCluster, now: Date): number {
  const [day = 'sun', hour = 0, minute = 0] = PreferredMaintenanceWindow.slice(0, 9).split(':');
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const daysAhead = (days.indexOf(day.toLowerCase()) - now.getUTCDay() + 7) % 7;
  const start = midnight + daysAhead * 86_400_000 + Number(hour) * 3_600_000 + Number(minute) * 60_000;
  return start > now.getTime() ? start : start + 7 * 86_400_000;
}

/** Returns a cluster whose pending modifications are applied at `applyAt`, in epoch milliseconds. */
export function withPending(cluster: StoredCluster, applyAt: number, { rds }: Region): StoredCluster {
  rds.due.at = Math.min(rds.due.at, applyAt);
  return { ...cluster, applyAt };
}

/** Returns when maintenance windows apply pending modifications, until `now`, in epoch milliseconds. */
export function momentsOfPending(world: World, now: number): number[] {
  const moments = [];
  for (const { rds } of world.regions()) {
    const clusters = rds.due.at > now ? [] : rds.clusters.values();
    for (const { applyAt = Infinity, goneAt } of clusters) {
      if (goneAt === undefined && applyAt <= now) moments.push(applyAt);
    }
  }
  return moments;
}

/** Applies the pending modifications of all regions whose maintenance window has begun. Cheap if there are none. */
export function applyPending(world: World, now: number, assumptions: Assumptions): void {
  for (const place of world.regions()) {
    const { clusters, due } = place.rds;
    if (due.at > now) continue;
    const living = [...clusters.values()].filter(({ goneAt }) => goneAt === undefined);
    due.at = Infinity;
    for (const cluster of living) {
      const { applyAt = Infinity, PendingModifiedValues = {} } = cluster;
      if (applyAt <= now)
        applyChanges(cluster, possible(PendingModifiedValues, place, applyAt), place, applyAt, assumptions);
      else due.at = Math.min(due.at, applyAt);
    }
  }
}

/** Returns the modifications without a new name that another cluster has got meanwhile. */
function possible(
  { DBClusterIdentifier: name, ...changes }: ClusterPendingModifiedValues,
  place: Region,
  at: number,
): ClusterPendingModifiedValues {
  const isFree = name !== undefined && !findCluster(place, name, new Date(at));
  return isFree ? { ...changes, DBClusterIdentifier: name } : changes;
}

/**
 * Applies modifications that take time: from `at` (in epoch milliseconds), the cluster has the status of a change for
 * `clusterSeconds`. Returns the changed cluster; no modification is pending then.
 */
export function applyChanges(
  { PendingModifiedValues: _pending, applyAt: _applyAt, ...cluster }: StoredCluster,
  changes: ClusterPendingModifiedValues,
  place: Region,
  at: number,
  assumptions: Assumptions,
): StoredCluster {
  const { DBClusterIdentifier: name, MasterUserPassword: password, EngineVersion: version, ...rest } = changes;
  const { PendingCloudwatchLogsExports: _logs, ...members } = rest;
  const renamed = name === undefined ? cluster : rename(cluster, name, place, at, assumptions);
  const status = statusDuring(changes);
  const changed: StoredCluster = {
    ...renamed,
    ...members,
    ...(version === undefined ? {} : upgrade(cluster, version)),
    ...(status === undefined ? {} : { readyAt: at + assumptions.clusterSeconds * 1000, statusUntilReady: status }),
  };
  place.rds.clusters.put(changed);
  if (password !== undefined) {
    const { DBClusterIdentifier } = changed;
    const message = 'Reset master credentials';
    recordEvent(
      { type: 'db-cluster', name: DBClusterIdentifier, category: 'configuration change', message, at },
      place,
    );
  }
  return changed;
}

function statusDuring(changes: ClusterPendingModifiedValues): string | undefined {
  if (changes.DBClusterIdentifier !== undefined) return 'renaming';
  if (changes.EngineVersion !== undefined) return 'upgrading';
  if (changes.MasterUserPassword !== undefined) return 'resetting-master-credentials';
  return Object.keys(changes).length > 0 ? 'modifying' : undefined;
}

/** Moves a cluster, its instances and its automated snapshots, which end with the cluster, to a new name. */
function rename(
  cluster: StoredCluster,
  name: string,
  place: Region,
  at: number,
  { rdsRenamesManualSnapshots: movesAll }: Assumptions,
): StoredCluster {
  const { clusters, instances, snapshots } = place.rds;
  const { DBClusterIdentifier: former, Engine } = cluster;
  const members = instancesOf(place, former, new Date(at));
  clusters.delete(former);
  for (const instance of members) instances.put({ ...instance, DBClusterIdentifier: name });
  const moved = Array.from(snapshots.values()).filter(
    ({ DbClusterResourceId, SnapshotType }) =>
      DbClusterResourceId === cluster.DbClusterResourceId && (movesAll || SnapshotType === 'automated'),
  );
  for (const snapshot of moved) snapshots.put({ ...snapshot, DBClusterIdentifier: name });
  const message = `Renamed cluster from ${former} to ${name}`;
  recordEvent({ type: 'db-cluster', name, category: 'notification', message, at }, place);
  return {
    ...cluster,
    DBClusterIdentifier: name,
    DBClusterArn: clusterArn(place, name),
    Endpoint: hostOf(name, 'cluster-', Engine, place),
    ReaderEndpoint: hostOf(name, 'cluster-ro-', Engine, place),
  };
}

/** Returns the members that an upgrade changes: after a major upgrade, the default parameter group is another one. */
function upgrade(
  { Engine, EngineVersion, DBClusterParameterGroup: group }: StoredCluster,
  version: string,
): Partial<StoredCluster> {
  const isMajor = majorOf(Engine, EngineVersion) !== majorOf(Engine, version);
  const isDefault = group === `default.${familyOf(Engine, EngineVersion)}`;
  return {
    EngineVersion: version,
    ...(isMajor && isDefault ? { DBClusterParameterGroup: `default.${familyOf(Engine, version)}` } : {}),
  };
}
