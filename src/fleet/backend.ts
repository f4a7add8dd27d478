import type { Usage } from '../aws/usage.ts';
import { SnapgateError } from '../errors.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { ClusterConditions, SnapshotConditions } from './lists/conditions.ts';

/** What a service offers to the fleet, for one request. A method asks AWS only where the record does not say. */
export interface Backend<
  Snapshot extends SnapshotRecord = SnapshotRecord,
  Cluster extends ClusterRecord = ClusterRecord,
> {
  readonly snapshots: Listing<Snapshot, SnapshotConditions>;
  readonly clusters: Listing<Cluster, ClusterConditions>;
  /** Reads one snapshot by its ARN; null when AWS does not know it. Throws INVALID_INPUT for an ARN of another kind. */
  snapshot(source: Source, arn: string): Promise<Snapshot | null>;
  /** Reads one cluster by its ARN; null when AWS does not know it. Throws INVALID_INPUT for an ARN of another kind. */
  cluster(source: Source, arn: string): Promise<Cluster | null>;
  /** The cluster a snapshot was taken from; null when it no longer exists, or is another account's. */
  clusterOf(snapshot: Snapshot): MaybePromise<Cluster | null>;
  /** Null where only the owner may see them. */
  tagsOf(record: Snapshot | Cluster): MaybePromise<readonly Tag[] | null>;
  /** Null where only the owner may see it. */
  sharingOf(snapshot: Snapshot): MaybePromise<SnapshotSharing | null>;
  /** The newest available snapshot of a cluster, by its identifier. */
  latestSnapshot(source: Source, clusterIdentifier: string): Promise<Snapshot | null>;
  readonly manualSnapshotQuota: ManualSnapshotQuota;
}

/** Finds the backend of a source's service. */
export type BackendOf = (source: Pick<Source, 'service'>) => Backend;

/** A call that shows whether the gateway may do one thing in a source; rejects where it may not. */
export type Probe = (source: Source) => Promise<unknown>;

/** What AWS counts against the quota of manual snapshots, and the quota unless it was raised. */
export interface ManualSnapshotQuota {
  readonly standard: number;
  readonly counted: AwsQuery<SnapshotConditions>;
}

/** One kind of record of a service as a list that AWS pages by Marker. */
export interface Listing<Row, Conditions> {
  /**
   * The AWS queries whose answers together hold every record that matches, none of them twice.
   * None means that nothing can match. Throws NOT_SUPPORTED where the service cannot answer.
   */
  queries(source: Source, conditions: Conditions): readonly AwsQuery<Conditions>[];
  /** One AWS page. A record of another database engine is null, so that the others keep their places. */
  read(source: Source, query: AwsQuery<Conditions>, page: AwsPage, usage: Usage): Promise<AwsAnswer<Row>>;
}

/** One AWS list call with fixed input, and the conditions that AWS itself applies in full. */
export interface AwsQuery<Conditions> {
  readonly input: object;
  readonly pushed: ReadonlySet<keyof Conditions>;
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

/** Most records that AWS puts on a page. */
export const largestPage = 100;

/** The pages of one AWS query, each read when it is asked for, until AWS returns no Marker or there were so many. */
export async function* pagesOf<Row>(
  read: (marker: string | undefined) => Promise<AwsAnswer<Row>>,
  maximumPages = Infinity,
): AsyncGenerator<AwsAnswer<Row>, undefined> {
  let marker: string | undefined;
  let pages = 0;
  do {
    const page: AwsAnswer<Row> = await read(marker);
    yield page;
    marker = page.marker;
    pages += 1;
  } while (marker && pages < maximumPages);
}

/** The paging members of an AWS list call's input. */
export function pageInput(marker: string | undefined, size = largestPage) {
  return { MaxRecords: size, ...(marker && { Marker: marker }) };
}

/** AWS answers a question about one missing thing with a fault; for a list that is an empty one. */
export function noneIfNotFound(error: unknown): AwsAnswer<never> {
  if (!(error instanceof SnapgateError) || error.code !== 'NOT_FOUND') throw error;
  return { rows: [], marker: undefined, fetchedAt: new Date() };
}
