import { completeSnapshot as completeRds } from '../rds/stock/complete-snapshot.ts';
import { completeSnapshot as completeRedshift } from '../redshift/stock/complete-snapshot.ts';
import type { Populate, Region } from '../world/world.ts';
import { seedAccounts } from './accounts.ts';
import { day, nameDate } from '../time/dates.ts';

const hour = day / 24;

/**
 * Fills each seeded region on its first use until each service has `perSource` snapshots.
 * A region takes memory, about 1 kB per snapshot, only after its first use.
 */
export function scalePopulate(perSource: number): Populate {
  return (place, now) => {
    const isSeeded = seedAccounts.some(({ id, regions }) => id === place.account && regions.includes(place.region));
    if (!isSeeded) return;
    fillRedshift(place, perSource, now);
    fillRds(place, perSource, now);
  };
}

/** Adds one snapshot per hour, of each cluster in turn; every fifth snapshot is manual. */
function fillRedshift(place: Region, perSource: number, now: Date): void {
  const { clusters, snapshots } = place.redshift;
  const living = new Map(Array.from(clusters.values(), (cluster) => [cluster.ClusterIdentifier, cluster]));
  const names = [...living.keys()];
  for (let index = [...snapshots.values()].length; index < perSource; index += 1) {
    const { cluster, date, isManual } = turn(names, index, now);
    const SnapshotIdentifier = isManual
      ? `${cluster}-hourly-${index}`
      : `rs:${cluster}-${nameDate(date.toISOString(), 'seconds')}`;
    const members = { SnapshotIdentifier, ClusterIdentifier: cluster, SnapshotCreateTime: date };
    snapshots.put(completeRedshift(members, place, now, living.get(cluster)));
  }
}

function fillRds(place: Region, perSource: number, now: Date): void {
  const { clusters, snapshots } = place.rds;
  const living = new Map(
    [...clusters.values()].flatMap((each) => (each.Engine === 'docdb' ? [[each.DBClusterIdentifier, each]] : [])),
  );
  const names = [...living.keys()];
  const present = [...snapshots.values()].filter(({ Engine }) => Engine === 'docdb').length;
  for (let index = present; index < perSource; index += 1) {
    const { cluster, date, isManual } = turn(names, index, now);
    const DBClusterSnapshotIdentifier = isManual
      ? `${cluster}-hourly-${index}`
      : `rds:${cluster}-${nameDate(date.toISOString(), 'minutes')}`;
    const members = { DBClusterSnapshotIdentifier, DBClusterIdentifier: cluster, SnapshotCreateTime: date };
    snapshots.put(completeRds(members, place, now, living.get(cluster)));
  }
}

function turn(names: readonly string[], index: number, now: Date) {
  return {
    cluster: names[index % names.length] ?? 'hourly',
    date: new Date(now.getTime() - (index + 1) * hour),
    isManual: index % 5 === 0,
  };
}
