import { compareKeys, firstAtOrAfter, type Order } from '../world/sorted.ts';
import type { Region } from '../world/world.ts';
import { rdsFault } from './faults.ts';
import type { StoredCluster, StoredInstance, StoredSnapshot } from './stored.ts';

/** Whether a cluster exists; a cluster that is being deleted still does. */
export function isThere({ goneAt }: StoredCluster, now: Date): boolean {
  return goneAt === undefined || now.getTime() < goneAt;
}

/** Returns the cluster with this name, in any case, or undefined. */
export function findCluster({ rds }: Region, name: string | undefined, now: Date): StoredCluster | undefined {
  const cluster = rds.clusters.get((name ?? '').toLowerCase());
  return cluster && isThere(cluster, now) ? cluster : undefined;
}

/** Returns the cluster with this name, in any case. Throws DBClusterNotFoundFault. */
export function requireCluster(place: Region, name: string | undefined, now: Date): StoredCluster {
  const cluster = findCluster(place, name, now);
  if (cluster) return cluster;
  throw rdsFault('DBClusterNotFoundFault', `DBCluster ${name} not found.`);
}

const byCluster: Order<StoredInstance> = {
  name: 'cluster',
  keyOf: (instance) => [
    instance.DBClusterIdentifier,
    instance.InstanceCreateTime.getTime(),
    instance.DBInstanceIdentifier,
  ],
};

/** Returns the instances of a cluster, also those that are being deleted, oldest first. */
export function instancesOf({ rds }: Region, cluster: string, now: Date): StoredInstance[] {
  const entries = rds.instances.inOrder(byCluster);
  const found: StoredInstance[] = [];
  for (let index = firstAtOrAfter(entries, [cluster], byCluster); index < entries.length; index += 1) {
    const entry = entries[index];
    if (!entry || compareKeys(entry.key.slice(0, 1), [cluster]) !== 0) break;
    if (instanceIsThere(entry.item, now)) found.push(entry.item);
  }
  return found;
}

/** Whether an instance exists; an instance that is being deleted still does. */
export function instanceIsThere({ goneAt }: StoredInstance, now: Date): boolean {
  return goneAt === undefined || now.getTime() < goneAt;
}

/** Returns the instance with this name, in any case, or undefined. */
export function findInstance({ rds }: Region, name: string | undefined, now: Date): StoredInstance | undefined {
  const instance = rds.instances.get((name ?? '').toLowerCase());
  return instance && instanceIsThere(instance, now) ? instance : undefined;
}

/** Returns the instance with this name, in any case. Throws DBInstanceNotFound. */
export function requireInstance(place: Region, name: string | undefined, now: Date): StoredInstance {
  const instance = findInstance(place, name, now);
  if (instance) return instance;
  throw rdsFault('DBInstanceNotFound', `DBInstance ${name} not found.`);
}

/** Whether lists show a snapshot; lists can lag behind its creation and deletion. */
export function isListed({ listedAt = -Infinity, goneAt = Infinity }: StoredSnapshot, now: Date): boolean {
  return now.getTime() >= listedAt && now.getTime() < goneAt;
}

/** Returns the account's own existing snapshot with this name, in any case, or undefined. */
export function findSnapshot({ rds }: Region, name: string | undefined): StoredSnapshot | undefined {
  const snapshot = rds.snapshots.get((name ?? '').toLowerCase());
  return snapshot?.goneAt === undefined ? snapshot : undefined;
}

/** Returns the account's own snapshot. Throws DBClusterSnapshotNotFoundFault. */
export function requireSnapshot(place: Region, name: string | undefined): StoredSnapshot {
  const snapshot = findSnapshot(place, name);
  if (snapshot) return snapshot;
  throw snapshotNotFound(name);
}

/** Returns the fault for a snapshot that does not exist or that the caller cannot see. */
export function snapshotNotFound(name: string | undefined): Error {
  return rdsFault('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${name}`);
}
