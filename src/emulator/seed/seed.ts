import type { WorldJson } from '../control/world-json.ts';
import type { Populate } from '../world/world.ts';
import { seedAccounts } from './accounts.ts';
import { seedClusters } from './clusters.ts';
import { instancesJson } from './instances.ts';
import { keysJson } from './keys.ts';
import { seedRoles } from './roles.ts';
import { scalePopulate } from './scale.ts';
import { schedulesJson } from './schedules.ts';
import { clustersJson, ordinarySnapshots } from './snapshots.ts';
import { specialSnapshots } from './special-snapshots.ts';

/** The options of `startEmulator` that start it with the seeded world. */
export interface SeedOptions {
  readonly world: WorldJson;
  readonly populate?: Populate;
}

/** The raised snapshot quota of the seeded accounts. A world that replaces the seeded world has AWS's default quota. */
const quota = 1000;

/** The parameter groups of each seeded account and region, besides the default. */
const parameterGroupsJson = seedAccounts.flatMap(({ id, regions }) =>
  regions.map((region) => ({
    service: 'redshift' as const,
    account: id,
    region,
    ParameterGroupName: 'reporting',
    Description: 'Queues and time limits of reports',
  })),
);

/** Returns the seeded world as `POST /_emulator/world` accepts it. The same `now` always returns the same world. */
export function seedWorld(now: Date): WorldJson {
  const snapshots = [...seedClusters.flatMap((cluster) => ordinarySnapshots(cluster, now)), ...specialSnapshots(now)];
  return {
    roles: seedRoles,
    keys: keysJson(now),
    schedules: schedulesJson(now),
    parameterGroups: parameterGroupsJson,
    clusters: clustersJson(now),
    instances: instancesJson(now),
    snapshots,
  };
}

/** Returns the seeded world. With `perSource`, each region is filled to that many snapshots per source on first use. */
export function seedOptions(perSource?: number, now = new Date()): SeedOptions {
  const room = quota + (perSource ?? 0);
  const assumptions = { redshiftManualSnapshotQuota: room, rdsManualSnapshotQuota: room };
  const world = { ...seedWorld(now), assumptions };
  return perSource === undefined ? { world } : { world, populate: scalePopulate(perSource) };
}
