import { NotFoundError } from '../errors.ts';
import type { Maybe } from './maybe.ts';
import type { SnapshotRetention } from './retention.ts';
import type { Source } from './source.ts';

/** An AWS snapshot as AWS gave it, with the source that gave it. */
export interface SnapshotRecord<Aws = unknown> {
  readonly __typename: string;
  readonly kind: SnapshotKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
}

/** How a service's own snapshot shape is read in the words of the Snapshot interface: pure functions of the record. */
export interface SnapshotKind<Aws> {
  readonly typename: string;
  readonly resource: 'snapshot';
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
}

/** How a snapshot came to be, seen from the account that lists it. */
export type SnapshotType = 'MANUAL' | 'AUTOMATED' | 'SHARED' | 'PUBLIC' | 'UNKNOWN';

/** What a snapshot is doing, in the same words for every service. */
export type SnapshotStatus =
  'CREATING' | 'COPYING' | 'AVAILABLE' | 'FINAL' | 'DELETING' | 'DELETED' | 'FAILED' | 'CANCELLED' | 'UNKNOWN';

/** With whom a snapshot is shared. */
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

const statusByAwsName: Readonly<Record<string, SnapshotStatus>> = {
  creating: 'CREATING',
  copying: 'COPYING',
  available: 'AVAILABLE',
  'final snapshot': 'FINAL',
  deleting: 'DELETING',
  deleted: 'DELETED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** AWS's open set of status words as our closed one. */
export function snapshotStatus(snapshot: SnapshotRecord): SnapshotStatus {
  return statusByAwsName[snapshot.kind.rawStatus(snapshot)] ?? 'UNKNOWN';
}

/**
 * The ARN, and the account that sees it where that is not its owner: one snapshot shared
 * with two configured accounts is two nodes.
 */
export function snapshotKey(snapshot: SnapshotRecord): string {
  const arn = snapshot.kind.arn(snapshot);
  return isOwn(snapshot) ? arn : `${arn}#${snapshot.source.account}`;
}

/** Whether the account that sees a snapshot owns it. */
export function isOwn(snapshot: SnapshotRecord): boolean {
  const owner = snapshot.kind.ownerAccountId(snapshot);
  return owner == null || owner === snapshot.source.account;
}

/** What followers hear of a snapshot that AWS does not know, or that they may not see. */
export function noSuchSnapshot(): NotFoundError {
  return new NotFoundError('AWS knows no such snapshot: it may have been deleted. Look for it with `snapshots`.');
}
