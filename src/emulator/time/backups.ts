import type { Assumptions } from '../world/assumptions.ts';
import type { Region, World } from '../world/world.ts';
import type { Recurrence } from './recurrence.ts';

/** A cluster of which automated snapshots are taken. */
export interface BackedUpCluster {
  readonly name: string;
  /** How long an automated snapshot is kept; 0 if none are taken. */
  readonly retentionDays: number;
  /** How long an automated snapshot or its copy in another region is kept, whichever is longer. */
  readonly longestDays: number;
  /** When a snapshot is due. */
  readonly next: Recurrence;
  /** Changes when `retentionDays`, `longestDays` or `next` changes. */
  readonly settings: string;
  /** Whether a snapshot that is due at this moment is taken. */
  isAvailable(at: Date): boolean;
}

/** An existing automated snapshot of an existing cluster. */
export interface AutomatedSnapshot {
  readonly id: string;
  readonly cluster: string;
  /** In epoch milliseconds. */
  readonly createdAt: number;
}

/** A snapshot to take. */
export interface DueSnapshot {
  readonly cluster: string;
  /** In epoch milliseconds. */
  readonly at: number;
}

/** The region whose snapshots are taken, and the world for copies in other regions. */
export interface BackupPlace {
  readonly place: Region;
  readonly world: World;
  readonly assumptions: Assumptions;
}

/** The automated snapshots of one service. */
export interface Backups {
  /** Whether the newest automated snapshot of a cluster is kept until a newer one is taken, whatever the retention. */
  readonly keepsNewest: boolean;
  /** Returns a number that changes with the clusters of a region and with the settings of their snapshots. */
  version(place: Region): number;
  clusters(place: Region, now: Date, assumptions: Assumptions): readonly BackedUpCluster[];
  snapshots(place: Region, now: Date): readonly AutomatedSnapshot[];
  take(due: readonly DueSnapshot[], where: BackupPlace): void;
  /** Deletes the expired automated snapshots, and releases the memory of resources that no longer exist. */
  clear(expired: readonly string[], place: Region, now: Date): void;
}

/**
 * Returns when the first automated snapshot of a new cluster is due, in epoch milliseconds: when it becomes available,
 * but after its creation, because everything that is due at that moment has been run by then.
 */
export function firstBackup(readyAt: number | undefined, created: Date): number | undefined {
  return readyAt === undefined ? undefined : Math.max(readyAt, created.getTime() + 1);
}
