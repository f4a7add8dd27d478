import type { SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';

/** The parts of a request that the guards need; its reads ignore what the principal can see. */
export interface DeletionRequest {
  readonly subject: string;
  /** The time of the request. */
  readonly now: Date;
  /** Aborts when the request has run out of time. */
  readonly signal: AbortSignal | undefined;
  /** A dry run passes the same guards, and leaves no trace in them. */
  readonly isDryRun: boolean;
  tagsOf(snapshot: SnapshotRecord): MaybePromise<readonly Tag[] | null>;
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /** Whether the principal can see a record. */
  sees(record: AwsRecord): MaybePromise<boolean>;
  /** Whether a cluster has an available snapshot that does not leave, and that AWS keeps beyond a time. */
  hasOtherSnapshot(cluster: ClusterRecord, others: OtherSnapshots): Promise<boolean>;
}

/** Which snapshots of a cluster count as remaining. */
export interface OtherSnapshots {
  /** Whether a snapshot leaves, or has left although AWS still lists it. */
  isLeaving(snapshot: SnapshotRecord): boolean;
  /** A snapshot that ends until then does not remain. */
  readonly until: Date;
}

/** A snapshot to delete, or whose retention period is to end sooner. */
export interface Leaving {
  readonly snapshot: SnapshotRecord;
  /** Whether it is deleted at once, or ends within the horizon. */
  readonly isSoon: boolean;
  /** Whether it is deleted at once: unlike a retention period, this cannot be changed back. */
  readonly isAtOnce: boolean;
}

/** The snapshots that must not leave, with the reasons. */
export type Refusals = ReadonlyMap<SnapshotRecord, SnapgateError>;

/** Records why snapshots must not leave; throws any other error than a SnapgateError. */
export type Refuse = (snapshots: readonly SnapshotRecord[], error: unknown) => void;

/** The result of a change of leaving snapshots. */
export interface Departure<Result> {
  readonly result: Result;
  /** The snapshots that the change left as they were, because AWS refused it. */
  readonly refused: Refusals;
  /** The snapshots that AWS now keeps longer than before, and beyond the horizon. */
  readonly prolonged: readonly SnapshotRecord[];
}
