import type { Maybe } from './maybe.ts';
import type { Source } from './source.ts';

/** A cluster as AWS returned it, with the source that returned it. */
export interface ClusterRecord<Aws = unknown> {
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
  status(cluster: ClusterRecord<Aws>): string;
  createdAt(cluster: ClusterRecord<Aws>): Maybe<Date>;
  engineVersion(cluster: ClusterRecord<Aws>): Maybe<string>;
  endpoint(cluster: ClusterRecord<Aws>): Endpoint | null;
  masterUsername(cluster: ClusterRecord<Aws>): Maybe<string>;
  vpcId(cluster: ClusterRecord<Aws>): Maybe<string>;
  availabilityZones(cluster: ClusterRecord<Aws>): readonly string[];
  encrypted(cluster: ClusterRecord<Aws>): Maybe<boolean>;
  kmsKeyId(cluster: ClusterRecord<Aws>): Maybe<string>;
  backupRetentionDays(cluster: ClusterRecord<Aws>): Maybe<number>;
}

export interface Endpoint {
  readonly address: Maybe<string>;
  readonly port: Maybe<number>;
}
