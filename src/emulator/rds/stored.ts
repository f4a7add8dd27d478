import type { DBCluster, DBClusterSnapshot, DBInstance, Event, Tag } from '@aws-sdk/client-rds';
import { createSorted, type Sorted } from '../world/sorted.ts';

/** A cluster in its final state; members that depend on the time are computed on each read. */
export interface StoredCluster extends Omit<DBCluster, 'TagList'> {
  readonly DBClusterIdentifier: string;
  readonly DBClusterArn: string;
  readonly DbClusterResourceId: string;
  readonly Engine: string;
  readonly EngineVersion: string;
  readonly Status: string;
  readonly ClusterCreateTime: Date;
  readonly TagList: readonly Tag[];
  /** The progress at the start of the restore that created the cluster; absent if it was not restored. */
  readonly PercentProgress?: string;
  /** When `statusUntilReady` ends, in epoch milliseconds. */
  readonly readyAt?: number;
  /** The status before `readyAt`: `creating`, `modifying`, `renaming` … */
  readonly statusUntilReady?: string;
  /** When the running snapshot becomes available and `backing-up` ends. */
  readonly backedUpAt?: number;
  /** When `deleting` ends and the cluster no longer exists. */
  readonly goneAt?: number;
  /** When the pending modifications are applied: in the next maintenance window. */
  readonly applyAt?: number;
}

/** An instance of a cluster in its final state. Its other members are those of its cluster. */
export interface StoredInstance extends Omit<DBInstance, 'TagList'> {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceArn: string;
  readonly DBClusterIdentifier: string;
  readonly DBInstanceStatus: string;
  readonly InstanceCreateTime: Date;
  readonly AvailabilityZone: string;
  readonly PromotionTier: number;
  readonly TagList: readonly Tag[];
  readonly isWriter: boolean;
  /** When `creating` ends, in epoch milliseconds. */
  readonly readyAt?: number;
  /** When `deleting` ends and the instance no longer exists. */
  readonly goneAt?: number;
}

/** A snapshot in its final state; members that depend on the time are computed on each read. */
export interface StoredSnapshot extends Omit<DBClusterSnapshot, 'TagList'> {
  readonly DBClusterSnapshotIdentifier: string;
  readonly DBClusterSnapshotArn: string;
  readonly DBClusterIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: string;
  readonly Engine: string;
  readonly Status: string;
  readonly TagList: readonly Tag[];
  /** The accounts that can restore the snapshot; `all` makes it public. */
  readonly RestoreAccounts: readonly string[];
  /** The initial database of the cluster, which a restored cluster has too; AWS shows it only in clusters. */
  readonly databaseName?: string | undefined;
  /** When the creation starts and ends, in epoch milliseconds; absent if the status never changes. */
  readonly startedAt?: number;
  readonly readyAt?: number;
  /** The status before `readyAt`. */
  readonly statusUntilReady?: string;
  /** When lists start to show the snapshot, in epoch milliseconds. */
  readonly listedAt?: number;
  /** When lists stop showing the deleted snapshot. */
  readonly goneAt?: number;
}

/** A subnet group or cluster parameter group that a world defines, or that has tags. */
export interface StoredGroup {
  /** The kind in its ARN. */
  readonly kind: 'subgrp' | 'cluster-pg';
  readonly name: string;
  readonly description: string;
  /** The family of a parameter group. */
  readonly family?: string;
  readonly TagList: readonly Tag[];
}

/** An event and its position among the events of the region. */
export interface StoredEvent extends Event {
  readonly SourceIdentifier: string;
  readonly SourceType: NonNullable<Event['SourceType']>;
  readonly EventCategories: string[];
  readonly Date: Date;
  readonly number: number;
}

/** The RDS control plane's resources in one account and region, of every engine. */
export interface RdsStore {
  readonly clusters: Sorted<StoredCluster>;
  readonly instances: Sorted<StoredInstance>;
  readonly snapshots: Sorted<StoredSnapshot>;
  readonly groups: Sorted<StoredGroup>;
  readonly events: Sorted<StoredEvent>;
  /** When the first pending modification of a cluster is applied, in epoch milliseconds. */
  readonly due: { at: number };
  /** Returns a new number for an event. */
  readonly nextEvent: () => number;
}

/** Creates an empty store. */
export function createRdsStore(): RdsStore {
  let recorded = 0;
  return {
    clusters: createSorted((cluster) => cluster.DBClusterIdentifier),
    instances: createSorted((instance) => instance.DBInstanceIdentifier),
    snapshots: createSorted((snapshot) => snapshot.DBClusterSnapshotIdentifier),
    groups: createSorted(({ kind, name }) => `${kind}:${name}`),
    events: createSorted((event) => String(event.number)),
    due: { at: Infinity },
    nextEvent: () => (recorded += 1),
  };
}
