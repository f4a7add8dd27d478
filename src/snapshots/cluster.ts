import { NotFoundError } from '../errors.ts';
import type { Derived } from './lazily.ts';
import { after, type Maybe, type MaybePromise } from './maybe.ts';
import { toWord } from './snapshot.ts';
import type { Source } from './source.ts';

/** A cluster as AWS returned it, with the source that returned it. */
export interface ClusterRecord<Aws = unknown> extends Derived {
  readonly __typename: string;
  readonly kind: ClusterKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
  /** The instances of the cluster, if they were read together with it. */
  readonly instances?: readonly ClusterInstance[] | undefined;
}

/** An instance of a cluster. */
export interface ClusterInstance {
  readonly identifier: string;
  /** The status as AWS reports it. */
  readonly rawStatus: string;
  readonly instanceClass: Maybe<string>;
  readonly isWriter: Maybe<boolean>;
  readonly availabilityZone: Maybe<string>;
}

/** Maps the cluster of a service to the fields of the Cluster interface: pure functions of the record. */
export interface ClusterKind<Aws> {
  readonly typename: string;
  readonly resource: 'cluster';
  arn(cluster: ClusterRecord<Aws>): string;
  identifier(cluster: ClusterRecord<Aws>): string;
  /** The status as AWS reports it. */
  rawStatus(cluster: ClusterRecord<Aws>): string;
  /** Whether AWS is still restoring the data; if omitted, the status says so. */
  isRestoring?(cluster: ClusterRecord<Aws>): boolean;
  /** The restore that creates or created the cluster; null if AWS reports none. */
  restore(cluster: ClusterRecord<Aws>): ClusterRestore | null;
  /** The names of the instances that AWS reports with the cluster; omitted for a service without instances. */
  instanceNames?(cluster: ClusterRecord<Aws>): readonly string[];
  /** The members of `aws` that change as time passes, without a change of the cluster. */
  readonly movingMembers?: readonly string[];
  createdAt(cluster: ClusterRecord<Aws>): Maybe<Date>;
  engineVersion(cluster: ClusterRecord<Aws>): Maybe<string>;
  endpoint(cluster: ClusterRecord<Aws>): Endpoint | null;
  masterUsername(cluster: ClusterRecord<Aws>): Maybe<string>;
  vpcId(cluster: ClusterRecord<Aws>): Maybe<string>;
  availabilityZones(cluster: ClusterRecord<Aws>): readonly string[];
  encrypted(cluster: ClusterRecord<Aws>): Maybe<boolean>;
  kmsKeyId(cluster: ClusterRecord<Aws>): Maybe<string>;
  backupRetentionDays(cluster: ClusterRecord<Aws>): Maybe<number>;
  /** The latest time to which AWS can restore the cluster; omitted by services that restore only snapshots. */
  latestRestorableAt?(cluster: ClusterRecord<Aws>): Maybe<Date>;
}

export interface Endpoint {
  readonly address: Maybe<string>;
  readonly port: Maybe<number>;
}

/** How far a restore is; null for a value that AWS does not report. */
export interface ClusterRestore {
  readonly state: ClusterRestoreState;
  readonly percent: number | null;
  readonly restoredMegabytes?: number | null;
  readonly totalMegabytes?: number | null;
  readonly rateMegabytesPerSecond?: number | null;
  readonly elapsedSeconds?: number | null;
  readonly remainingSeconds?: number | null;
}

export type ClusterRestoreState = 'STARTING' | 'RESTORING' | 'COMPLETED' | 'FAILED' | 'UNKNOWN';

export type ClusterStatus =
  'AVAILABLE' | 'CREATING' | 'RESTORING' | 'MODIFYING' | 'PAUSED' | 'STOPPED' | 'DELETING' | 'FAILED' | 'UNKNOWN';

/**
 * The statuses of AWS, by status of this API.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-status.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Status.html
 */
const awsStatuses: Readonly<Record<Exclude<ClusterStatus, 'UNKNOWN'>, RegExp>> = {
  AVAILABLE: /^available$/,
  CREATING: /^creating$/,
  RESTORING: /^(restoring|restoring-cluster|migrating)$/,
  MODIFYING:
    /^(modifying|resizing|cancelling-resize|renaming|rebooting|maintenance|upgrading|rotating-keys|updating-hsm|backing-up|failing-over|promoting|resetting-master-credentials|starting|stopping|pausing|resuming|update-iam-db-auth|storage-optimization)$|^(available,|configuring-)/,
  PAUSED: /^paused$/,
  STOPPED: /^stopped$/,
  DELETING: /^(deleting|final-snapshot)$/,
  FAILED: /^(failed|hardware-failure|storage-full)$|-failed$|^(incompatible-|inaccessible-encryption-credentials)/,
};

/** Maps the status that AWS reports to a status of this API; unknown statuses become UNKNOWN. */
export function clusterStatus(cluster: ClusterRecord): ClusterStatus {
  const { kind } = cluster;
  const word = toWord(kind.rawStatus(cluster));
  const statuses = Object.keys(awsStatuses) as (keyof typeof awsStatuses)[];
  const status = statuses.find((each) => awsStatuses[each].test(word)) ?? 'UNKNOWN';
  const isUsable = status === 'AVAILABLE' || status === 'CREATING';
  return isUsable && kind.isRestoring?.(cluster) ? 'RESTORING' : status;
}

/**
 * The statuses of clusters that AWS restores to a time; it does not document the others.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-stop-start.html
 */
const restorableStatuses: readonly ClusterStatus[] = ['AVAILABLE', 'MODIFYING', 'STOPPED'];

/** Whether AWS documents that it restores the backups of a cluster in its status to a time. */
export function isRestorableNow(cluster: ClusterRecord): boolean {
  return restorableStatuses.includes(clusterStatus(cluster));
}

/**
 * Whether a cluster can accept connections, by its status and its instances; `readInstances` is called only if they
 * matter. Null if AWS does not say: in an unknown status, or if it does not describe the instances that it names.
 */
export function isReachable(
  cluster: ClusterRecord,
  readInstances: () => MaybePromise<readonly ClusterInstance[]>,
): MaybePromise<boolean | null> {
  const status = clusterStatus(cluster);
  if (status !== 'AVAILABLE') return status === 'UNKNOWN' ? null : false;
  const names = cluster.kind.instanceNames?.(cluster);
  if (names === undefined) return true;
  if (names.length === 0) return false;
  return after(readInstances(), (instances) => {
    if (instances.some(isAvailable)) return true;
    const described = new Set(instances.map(({ identifier }) => identifier));
    return names.every((name) => described.has(name)) ? false : null;
  });
}

function isAvailable({ rawStatus }: ClusterInstance): boolean {
  return toWord(rawStatus) === 'available';
}

/** Whether AWS is still creating an instance. */
export function isBeingCreated({ rawStatus }: ClusterInstance): boolean {
  return toWord(rawStatus) === 'creating';
}

/** Whether a later record of the same ARN is another cluster, created after the first was deleted. */
export function isOtherCluster(first: ClusterRecord, later: ClusterRecord): boolean {
  const { kind } = later;
  const [one, other] = [kind.createdAt(first), kind.createdAt(later)];
  // AWS rounds the creation time of a cluster differently in its operations, and may not report it at first.
  return one != null && other != null && Math.abs(one.getTime() - other.getTime()) > 1_000;
}

/** Returns the error for a cluster that does not exist or that the caller may not read. */
export function noSuchCluster(): NotFoundError {
  return new NotFoundError('The cluster was not found: it may have been deleted. Use `clusters` to find it.');
}
