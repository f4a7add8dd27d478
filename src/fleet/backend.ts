import type { Aws } from '../aws/client.ts';
import type { Usage } from '../aws/usage.ts';
import { SnapgateError } from '../errors.ts';
import type { ServiceName, Source } from '../graphql/source.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { ClusterFilter, SnapshotFilter } from './lists/conditions.ts';
import type { Sources } from './sources.ts';

/** An AWS service: it connects each source once, and serves each request with loaders of its own. */
export interface Service<Api extends ServiceApi> {
  /** `onChange` is told of each source in which something may have changed. */
  open(aws: Aws, sources: Sources, onChange: (source: Source) => void): (usage: Usage) => Api;
}

export interface ServiceApi {
  readonly backend: Backend;
}

/** A call that shows whether the gateway may do one thing in a source; rejects where it may not. */
export type Check = (source: Source) => Promise<unknown>;

/** What a service offers to the fleet, for one request. */
export interface Backend {
  readonly service: ServiceName;
  readonly snapshots: Listing<SnapshotRecord, SnapshotFilter>;
  readonly clusters: Listing<ClusterRecord, ClusterFilter>;
  /** One call for each action that reading a source needs. */
  readonly checks: readonly Check[];
  /** The type in front of the global ids of its snapshots and of its clusters. */
  readonly typenames: { readonly snapshot: string; readonly cluster: string };
  /** Reads one snapshot by its ARN; null when AWS does not know it. Throws INVALID_INPUT for an ARN of another kind. */
  snapshot(source: Source, arn: string): Promise<SnapshotRecord | null>;
  /** Reads one cluster by its ARN; null when AWS does not know it. Throws INVALID_INPUT for an ARN of another kind. */
  cluster(source: Source, arn: string): Promise<ClusterRecord | null>;
  readonly manualSnapshotQuota: ManualSnapshotQuota;
  /** The newest available snapshot of a cluster, by its identifier. */
  latestSnapshot(source: Source, clusterIdentifier: string): Promise<SnapshotRecord | null>;
}

/** What AWS counts against the quota of manual snapshots, and the quota unless it was raised. */
export interface ManualSnapshotQuota {
  readonly standard: number;
  readonly counted: Strand<SnapshotFilter>;
}

/** One kind of record of a service as a list that AWS pages by Marker. */
export interface Listing<Row, Filter> {
  /**
   * The AWS queries whose answers together hold every record that matches, none of them twice.
   * None means that nothing can match. Throws NOT_SUPPORTED where the service cannot answer.
   */
  plan(source: Source, filter: Filter): readonly Strand<Filter>[];
  /** One AWS page. A record of another database engine is null, so that the others keep their places. */
  read(source: Source, strand: Strand<Filter>, page: AwsPage, usage: Usage): Promise<AwsAnswer<Row>>;
}

/** One AWS query: its parameters, and the conditions of the filter that AWS itself applies in full. */
export interface Strand<Filter> {
  readonly input: object;
  readonly pushed: ReadonlySet<keyof Filter>;
}

export interface AwsPage {
  readonly marker: string | undefined;
  /** 20 to 100. */
  readonly size: number;
  /** True where the page is not for this request alone, so that its loaders need not learn what it holds. */
  readonly isForAll?: boolean;
}

export interface AwsAnswer<Row> {
  readonly rows: readonly (Row | null)[];
  /** Falsy at the end of the list. */
  readonly marker: string | undefined;
  readonly fetchedAt: Date;
}

/** AWS answers a question about one missing thing with a fault; for a list that is an empty one. */
export function noneIfNotFound(error: unknown): AwsAnswer<never> {
  if (!(error instanceof SnapgateError) || error.code !== 'NOT_FOUND') throw error;
  return { rows: [], marker: undefined, fetchedAt: new Date() };
}
