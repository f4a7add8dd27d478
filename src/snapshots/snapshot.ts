import type { Context } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import type { Source } from '../graphql/source.ts';
import type { Tag } from '../graphql/tag.ts';
import type { ClusterRecord } from './cluster.ts';

export type Maybe<T> = T | null | undefined;
export type MaybePromise<T> = T | Promise<T>;

/** An AWS snapshot as AWS gave it, with the source that gave it. */
export interface SnapshotRecord<Aws = unknown> {
  readonly __typename: string;
  readonly kind: SnapshotKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
}

/** How a service's own snapshot shape is read in the words of the Snapshot interface. */
export interface SnapshotKind<Aws> {
  readonly typename: string;
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
  /** Null when the cluster no longer exists, or is another account's. */
  cluster(snapshot: SnapshotRecord<Aws>, ctx: Context): MaybePromise<ClusterRecord | null>;
  tags(snapshot: SnapshotRecord<Aws>, ctx: Context): MaybePromise<readonly Tag[] | null>;
  sharing(snapshot: SnapshotRecord<Aws>, ctx: Context): MaybePromise<SnapshotSharing | null>;
}

export const snapshotTypes = {
  MANUAL: { description: 'Made on request; kept until deleted or until its retention ends.' },
  AUTOMATED: { description: "Made by AWS on the cluster's schedule and deleted by AWS." },
  SHARED: { description: "Another account's snapshot, shared with this account." },
  PUBLIC: { description: "Another account's snapshot, shared with everybody (Amazon DocumentDB)." },
  UNKNOWN: { description: 'AWS gave a type that this API does not know.' },
} as const;
export type SnapshotType = keyof typeof snapshotTypes;

export const snapshotStatuses = {
  CREATING: { description: 'Being made.' },
  COPYING: { description: 'Being copied from another snapshot.' },
  AVAILABLE: { description: 'Complete; it can be restored, shared and copied.' },
  FINAL: { description: 'The last one of a cluster that is being deleted (Amazon Redshift).' },
  DELETING: { description: 'Being deleted.' },
  DELETED: { description: 'Deleted.' },
  FAILED: { description: 'Could not be made.' },
  CANCELLED: { description: 'Was stopped before it was complete.' },
  UNKNOWN: { description: 'AWS gave a status that this API does not know; see `rawStatus`.' },
} as const;
export type SnapshotStatus = keyof typeof snapshotStatuses;

export const snapshotExposures = {
  PRIVATE: { description: 'With nobody.' },
  SHARED: { description: 'With anybody at all.' },
  EXTERNAL: {
    description: 'With somebody outside the configured accounts: another account, AWS Support or everybody.',
  },
  PUBLIC: { description: 'With everybody.' },
} as const;
export type SnapshotExposure = keyof typeof snapshotExposures;

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

export interface SnapshotRetention {
  readonly days: Maybe<number>;
  readonly remainingDays: Maybe<number>;
  readonly startedAt: Maybe<Date>;
  readonly forever: boolean;
}

export interface SnapshotSharing {
  readonly public: boolean;
  readonly awsSupport: boolean;
  readonly accounts: readonly string[];
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
  const owner = snapshot.kind.ownerAccountId(snapshot);
  const arn = snapshot.kind.arn(snapshot);
  return owner == null || owner === snapshot.source.account ? arn : `${arn}#${snapshot.source.account}`;
}

/** The cluster it was taken from; null where that is gone, another account's, or not to be seen by the principal. */
export async function clusterOf(snapshot: SnapshotRecord, ctx: Context): Promise<ClusterRecord | null> {
  return ctx.rights.seen(await snapshot.kind.cluster(snapshot, ctx));
}

/** What followers hear of a snapshot that AWS does not know, or that they may not see. */
export function noSuchSnapshot(): NotFoundError {
  return new NotFoundError('AWS knows no such snapshot: it may have been deleted. Look for it with `snapshots`.');
}
