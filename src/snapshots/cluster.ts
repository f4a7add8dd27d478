import type { Derived } from './lazily.ts';
import type { Maybe } from './maybe.ts';
import { toWord } from './snapshot.ts';
import type { Source } from './source.ts';

/** A cluster as AWS returned it, with the source that returned it. */
export interface ClusterRecord<Aws = unknown> extends Derived {
  readonly __typename: string;
  readonly kind: ClusterKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
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
