import type { WorldJson } from '../control/world-json.ts';
import type { Populate } from '../world.ts';
import { seedClusters } from './clusters.ts';
import { scalePopulate } from './scale.ts';
import { clustersJson, ordinarySnapshots } from './snapshots.ts';
import { specialSnapshots } from './special-snapshots.ts';

/** What a seeded emulator starts with, as `startEmulator` takes it. */
export interface SeedOptions {
  readonly world: WorldJson;
  readonly populate?: Populate;
}

/** Large accounts have their quotas raised; a world that replaces this one has AWS's own again. */
const quota = 1000;

/** The seeded world as `POST /_emulator/world` takes it, its dates told from `now`; the same `now` makes the same world. */
export function seedWorld(now: Date): WorldJson {
  const snapshots = [...seedClusters.flatMap((cluster) => ordinarySnapshots(cluster, now)), ...specialSnapshots(now)];
  return { clusters: clustersJson(now), snapshots };
}

/** The seeded world, with `perSource` filled up to so many snapshots in each source when a region is first used. */
export function seedOptions(perSource?: number, now = new Date()): SeedOptions {
  const room = quota + (perSource ?? 0);
  const assumptions = { redshiftManualSnapshotQuota: room, rdsManualSnapshotQuota: room };
  const world = { ...seedWorld(now), assumptions };
  return perSource === undefined ? { world } : { world, populate: scalePopulate(perSource) };
}
