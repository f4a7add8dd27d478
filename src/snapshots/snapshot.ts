import { NotFoundError } from '../errors.ts';
import type { Derived } from './lazily.ts';
import type { Maybe } from './maybe.ts';
import type { SnapshotRetention } from './retention.ts';
import type { Source } from './source.ts';

/** A snapshot as AWS returned it, with the source that returned it. */
export interface SnapshotRecord<Aws = unknown> extends Derived {
  readonly __typename: string;
  readonly kind: SnapshotKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
}

/** Maps the snapshot of a service to the fields of the Snapshot interface: pure functions of the record. */
export interface SnapshotKind<Aws> {
  readonly typename: string;
  readonly resource: 'snapshot';
  /** By how many seconds AWS can change the creation time of a snapshot after it has reported it. */
  readonly createdAtDriftSeconds: number;
  /** Whether manual snapshots have a retention period; otherwise, AWS keeps them until they are deleted. */
  readonly hasRetention: boolean;
  arn(snapshot: SnapshotRecord<Aws>): string;
  identifier(snapshot: SnapshotRecord<Aws>): string;
  ownerAccountId(snapshot: SnapshotRecord<Aws>): Maybe<string>;
  clusterIdentifier(snapshot: SnapshotRecord<Aws>): string;
  type(snapshot: SnapshotRecord<Aws>): SnapshotType;
  rawStatus(snapshot: SnapshotRecord<Aws>): string;
  createdAt(snapshot: SnapshotRecord<Aws>): Maybe<Date>;
  clusterCreatedAt(snapshot: SnapshotRecord<Aws>): Maybe<Date>;
  masterUsername(snapshot: SnapshotRecord<Aws>): Maybe<string>;
  engineVersion(snapshot: SnapshotRecord<Aws>): Maybe<string>;
  port(snapshot: SnapshotRecord<Aws>): Maybe<number>;
  vpcId(snapshot: SnapshotRecord<Aws>): Maybe<string>;
  availabilityZones(snapshot: SnapshotRecord<Aws>): readonly string[];
  encrypted(snapshot: SnapshotRecord<Aws>): Maybe<boolean>;
  kmsKeyId(snapshot: SnapshotRecord<Aws>): Maybe<string>;
  progress(snapshot: SnapshotRecord<Aws>): SnapshotProgress;
  size(snapshot: SnapshotRecord<Aws>): SnapshotSize | null;
  retention(snapshot: SnapshotRecord<Aws>): SnapshotRetention | null;
  /** Where a copy came from; null for a snapshot that is not a copy, as far as AWS reports it. */
  origin(snapshot: SnapshotRecord<Aws>): SnapshotOrigin | null;
}

/** The snapshot that a copy was made from; null for a part that AWS does not report. */
export interface SnapshotOrigin {
  readonly region: string | null;
  readonly account: string | null;
  readonly snapshotArn: string | null;
}

/** The type of a snapshot, from the point of view of the account that lists it. */
export type SnapshotType = 'MANUAL' | 'AUTOMATED' | 'SHARED' | 'PUBLIC' | 'UNKNOWN';

/** The status of a snapshot, in terms common to all services. */
export type SnapshotStatus =
  'CREATING' | 'COPYING' | 'AVAILABLE' | 'FINAL' | 'DELETING' | 'DELETED' | 'FAILED' | 'CANCELLED' | 'UNKNOWN';

/** The statuses of snapshots that are not available and never will be. */
export const neverAvailable: readonly SnapshotStatus[] = ['DELETING', 'DELETED', 'FAILED', 'CANCELLED'];

/** Who a snapshot is shared with. */
export type SnapshotExposure = 'PRIVATE' | 'SHARED' | 'EXTERNAL' | 'PUBLIC';

export interface SnapshotProgress {
  readonly percent: Maybe<number>;
  readonly transferredMegabytes?: Maybe<number>;
  readonly rateMegabytesPerSecond?: Maybe<number>;
  readonly elapsedSeconds?: Maybe<number>;
  readonly remainingSeconds?: Maybe<number>;
}

export interface SnapshotSize {
  readonly totalMegabytes: Maybe<number>;
  readonly incrementalMegabytes: Maybe<number>;
}

const statusByAwsName: ReadonlyMap<string, SnapshotStatus> = new Map([
  ['creating', 'CREATING'],
  ['copying', 'COPYING'],
  ['available', 'AVAILABLE'],
  ['final snapshot', 'FINAL'],
  ['deleting', 'DELETING'],
  ['deleted', 'DELETED'],
  ['failed', 'FAILED'],
  ['cancelled', 'CANCELLED'],
]);

/** Returns a status or type of AWS in lower case and without extra white space, so that all its spellings are equal. */
export function toWord(text: string | undefined): string {
  return (text ?? '').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Maps the status that AWS reports to a status of this API; unknown statuses become UNKNOWN. */
export function snapshotStatus(snapshot: SnapshotRecord): SnapshotStatus {
  return statusByAwsName.get(toWord(snapshot.kind.rawStatus(snapshot))) ?? 'UNKNOWN';
}

/**
 * Returns the key of a snapshot: its ARN and, if the snapshot is shared, the account that lists it. A snapshot that is
 * shared with two configured accounts is two nodes.
 */
export function snapshotKey(snapshot: SnapshotRecord): string {
  return viewKey(snapshot.kind.arn(snapshot), isOwn(snapshot) ? undefined : snapshot.source.account);
}

/** Returns the key of a snapshot by its ARN and the other account that lists it; undefined for the owner. */
export function viewKey(arn: string, viewer: string | undefined): string {
  return viewer === undefined ? arn : `${arn}#${viewer}`;
}

/** Returns the ARN in the key of a snapshot, and the other account that lists it; undefined for the owner. */
export function readViewKey(key: string): { readonly arn: string; readonly viewer?: string | undefined } {
  const [arn = '', viewer] = key.split('#', 2);
  return { arn, viewer };
}

/** Whether the account that lists a snapshot owns it. */
export function isOwn(snapshot: SnapshotRecord): boolean {
  const owner = snapshot.kind.ownerAccountId(snapshot);
  return owner == null || owner === snapshot.source.account;
}

/**
 * Returns when the retention of a snapshot started, as AWS reports it or else at its creation. The retention of a
 * snapshot that is being created starts when it is complete, so not before `now`, however old the source of a copy is.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_Snapshot.html
 */
export function retentionStart(snapshot: SnapshotRecord, now: Date): Maybe<Date> {
  const startedAt = snapshot.kind.retention(snapshot)?.startedAt;
  if (startedAt != null) return startedAt;
  const createdAt = snapshot.kind.createdAt(snapshot);
  const isUnfinished = ['CREATING', 'COPYING'].includes(snapshotStatus(snapshot));
  return isUnfinished && createdAt != null && createdAt < now ? now : createdAt;
}

/** Whether a snapshot can have been created at a time, which AWS can move for a new snapshot. */
export function isCreatedAt(snapshot: SnapshotRecord, time: Maybe<Date>): boolean {
  const { kind } = snapshot;
  const createdAt = kind.createdAt(snapshot);
  if (createdAt == null || time == null) return true;
  return Math.abs(createdAt.getTime() - time.getTime()) <= kind.createdAtDriftSeconds * 1_000;
}

/** Whether a later record of the same ARN is another snapshot, created after the first was deleted. */
export function isOtherSnapshot(first: SnapshotRecord, later: SnapshotRecord): boolean {
  const { kind } = later;
  const [one, other] = [kind.clusterCreatedAt(first), kind.clusterCreatedAt(later)];
  if (!isCreatedAt(later, kind.createdAt(first))) return true;
  return one != null && other != null && Math.abs(one.getTime() - other.getTime()) > 1_000;
}

/** Returns a snapshot that was found by its identifier; null if it is another one than before. */
export function sameOrNull<Row extends SnapshotRecord>(before: Row, found: Row | null): Row | null {
  if (found === null || isOtherSnapshot(before, found)) return null;
  // Amazon Redshift finds an identifier in every cluster.
  return found.kind.arn(found).toLowerCase() === before.kind.arn(before).toLowerCase() ? found : null;
}

/** Returns the error for a snapshot that does not exist or that the caller may not read. */
export function noSuchSnapshot(): NotFoundError {
  return new NotFoundError('The snapshot was not found: it may have been deleted. Use `snapshots` to find it.');
}
