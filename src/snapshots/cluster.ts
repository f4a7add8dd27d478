import type { Context } from '../context.ts';
import type { Source } from '../graphql/source.ts';
import type { Tag } from '../graphql/tag.ts';
import type { Maybe, MaybePromise } from './snapshot.ts';

/** An AWS cluster as AWS gave it, with the source that gave it. */
export interface ClusterRecord<Aws = unknown> {
  readonly __typename: string;
  readonly kind: ClusterKind<Aws>;
  readonly source: Source;
  readonly aws: Aws;
}

/** How a service's own cluster shape is read in the words of the Cluster interface. */
export interface ClusterKind<Aws> {
  readonly typename: string;
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
  tags(cluster: ClusterRecord<Aws>, ctx: Context): MaybePromise<readonly Tag[] | null>;
}

export interface Endpoint {
  readonly address: Maybe<string>;
  readonly port: Maybe<number>;
}
