import type { Usage } from '../aws/usage.ts';
import { SnapgateError, UpstreamError } from '../errors.ts';
import type { RestoreCheck } from '../errors/restore-checks.ts';
import type { ClusterInstance, ClusterRecord } from '../snapshots/cluster.ts';
import { after, type MaybePromise, orElse } from '../snapshots/maybe.ts';
import type { NodeRecord } from '../snapshots/record.ts';
import type { SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { SnapshotScheduleRecord } from '../snapshots/recovery/snapshot-schedule.ts';
import type { ClusterConditions, SnapshotConditions, Visibility } from './lists/conditions.ts';

/** The reads of a service, for one request. A method calls AWS only if the record itself lacks the data. */
export interface Backend<
  Snapshot extends SnapshotRecord = SnapshotRecord,
  Cluster extends ClusterRecord = ClusterRecord,
> {
  readonly snapshots: Listing<Snapshot, SnapshotConditions>;
  readonly clusters: Listing<Cluster, ClusterConditions>;
  /** Undefined if the service has no snapshot schedules. */
  readonly schedules?: Listing<SnapshotScheduleRecord, Visibility>;
  /**
   * Reads a snapshot by its ARN; null if it does not exist. Throws INVALID_INPUT for an ARN of another kind. Returns it
   * at once if it is cached and `isAlone`: records that are read in the same tick are read together.
   */
  snapshot(source: Source, arn: string, isAlone: boolean): MaybePromise<Snapshot | null>;
  /** Reads a cluster by its ARN in the same way. */
  cluster(source: Source, arn: string, isAlone: boolean): MaybePromise<Cluster | null>;
  /**
   * Reads an object of one of the service's `otherTypes` by its name, regardless of visibility; null if it does not exist.
   * Undefined if the service has no such types.
   */
  otherNode?(source: Source, typename: string, name: string): MaybePromise<NodeRecord | null>;
  /** Throws INVALID_INPUT unless an ARN has the format of a snapshot or cluster of the service. */
  requireArn(resource: 'snapshot' | 'cluster', arn: string): void;
  /** Returns the cluster that has a name, in any case, today; null if there is none. */
  clusterNamed(source: Source, identifier: string): MaybePromise<Cluster | null>;
  /** Announces that the clusters of most snapshots of a list are needed: they are listed instead of looked up. */
  expectClusters(source: Source): void;
  /** Loads the clusters with these names if the cache has all of them, so that `clusterNamed` returns them at once. */
  loadKnownClusters(source: Source, identifiers: readonly string[]): void;
  /**
   * Reads the instances of a cluster, with those of the other clusters of this tick. Undefined if the clusters of the
   * service have no instances.
   */
  instancesOf?(cluster: Cluster): MaybePromise<readonly ClusterInstance[]>;
  /** Returns the tags of a record; null if only the owner can see them. */
  tagsOf(record: Snapshot | Cluster): MaybePromise<readonly Tag[] | null>;
  /** Returns how a snapshot is shared; null if only the owner can see it. */
  sharingOf(snapshot: Snapshot): MaybePromise<SnapshotSharing | null>;
  /**
   * Reads the newest available snapshot of each of several clusters of a source that is not known to be unrelated to the
   * cluster; an Error at a position fails only that cluster.
   */
  latestSnapshots(source: Source, clusters: readonly Cluster[]): Promise<readonly (Snapshot | Error | null)[]>;
  /**
   * Checks what AWS requires besides the key in order to restore a cluster like itself: from its snapshot or, if null, to
   * its latest restorable time. A requirement that cannot be read is UNKNOWN. Undefined if nothing else is checked.
   */
  restoreChecks?(cluster: Cluster, snapshot: Snapshot | null): MaybePromise<readonly RestoreCheck[]>;
  /** The number of clusters whose newest snapshots can be read in one AWS call. */
  readonly clustersPerCall: number;
  readonly manualSnapshotQuota: ManualSnapshotQuota;
  /** Whether AWS reports the size of snapshots; otherwise, the size of every snapshot is null. */
  readonly hasSizes: boolean;
}

/** Returns the backend for the service of a source. */
export type BackendOf = (source: Pick<Source, 'service'>) => Backend;

/** An AWS call that checks whether the gateway has one permission in a source. Rejects if it does not. */
export type Probe = (source: Source) => Promise<unknown>;

/** The default quota of manual snapshots, and the AWS query for the snapshots that count against it. */
export interface ManualSnapshotQuota {
  readonly standard: number;
  readonly counted: AwsQuery<SnapshotConditions>;
}

/** A list of one kind of record of a service, which AWS pages by Marker. */
export interface Listing<Row, Conditions> {
  /**
   * Returns the AWS queries that together return every matching record exactly once; empty if no record can match.
   * Throws NOT_SUPPORTED if the service does not support the conditions.
   */
  queries(source: Source, conditions: Conditions): readonly AwsQuery<Conditions>[];
  /** Returns an error that says which matching records no AWS query can list; undefined if there are none. */
  unseen?(source: Source, conditions: Conditions): SnapgateError | undefined;
  /** The AWS calls that reading the tags or the sharing of one record takes. */
  readonly callsPerTest: 0 | 1;
  /** Whether AWS returned the tags of a record with the record; if omitted, it does so for all records or for none. */
  hasTags?(row: Row): boolean;
  /** Returns a record without data, whose source and kind are those of all records of the source in the list. */
  record(source: Source): Row;
  /** Reads one AWS page. A record of another database engine is null, so that other records keep their positions. */
  read(source: Source, query: AwsQuery<Conditions>, page: AwsPage, usage: Usage): MaybePromise<AwsAnswer<Row>>;
}

/** An AWS list call with fixed input, and the conditions that AWS fully applies. */
export interface AwsQuery<Conditions> {
  readonly input: object;
  readonly pushed: ReadonlySet<keyof Conditions>;
}

export interface AwsPage {
  readonly marker: string | undefined;
  /** 20 to 100. */
  readonly size: number;
  /** True if the page is shared by requests, so that the loaders of this request are not primed with its records. */
  readonly isForAll?: boolean;
  /** True for the snapshots of one of several clusters, whose first pages are read together if that is cheaper. */
  readonly isOfMany?: boolean;
}

export interface AwsAnswer<Row> {
  readonly rows: readonly (Row | null)[];
  /** Falsy at the end of the list. */
  readonly marker: string | undefined;
  readonly fetchedAt: Date;
  /** Why records are missing in `rows`; the source must not be reported as complete. */
  readonly flaw?: UpstreamError | undefined;
  /** The page size with which AWS returns these records, if it is not the requested one. */
  readonly size?: number;
}

/** The maximum number of records on an AWS page. */
export const largestPage = 100;

/** Checks a page of an AWS query, and returns it. Throws UPSTREAM if AWS repeats a Marker. */
export type CheckPage = <Row>(page: AwsAnswer<Row>) => AwsAnswer<Row>;

/**
 * Creates the check of the pages of one AWS query, which is read from `first` on. A page with a Marker that occurred
 * before is rejected with its records, because they would be listed again and again.
 */
export function createPageCheck(first?: string): CheckPage {
  const markers = new Set([first]);
  return (page) => {
    if (page.marker && markers.has(page.marker)) throw repeatedMarker();
    markers.add(page.marker);
    return page;
  };
}

/** Returns the error for a list whose next page would be a page that was already read. */
export function repeatedMarker(): UpstreamError {
  return new UpstreamError(
    'AWS returned a repeated Marker: the next page would be a page that was already read, so the list has no end. Records after the repeated Marker are missing.',
    { isListBroken: true },
  );
}

/**
 * Reads the pages of one AWS query until `visit` returns a result, and returns it; undefined at the end of the list.
 * Returns at once if all pages are cached. Throws UPSTREAM if AWS repeats a Marker.
 */
export function findInPages<Row, Result>(
  read: (marker: string | undefined) => MaybePromise<AwsAnswer<Row>>,
  visit: (page: AwsAnswer<Row>) => Result | undefined,
): MaybePromise<Result | undefined> {
  const check = createPageCheck();
  const from = (marker?: string): MaybePromise<Result | undefined> =>
    after(read(marker), (answer) => {
      const page = check(answer);
      const result = visit(page);
      return result === undefined && page.marker ? from(page.marker) : result;
    });
  return from();
}

/**
 * Yields the pages of one AWS query, each read on demand, until AWS returns no Marker or `maximumPages` were read.
 * Throws UPSTREAM if AWS repeats a Marker.
 */
export async function* pagesOf<Row>(
  read: (marker: string | undefined) => MaybePromise<AwsAnswer<Row>>,
  maximumPages = Infinity,
): AsyncGenerator<AwsAnswer<Row>, undefined> {
  const check = createPageCheck();
  let marker: string | undefined;
  let pages = 0;
  do {
    const page: AwsAnswer<Row> = check(await read(marker));
    yield page;
    marker = page.marker;
    pages += 1;
  } while (marker && pages < maximumPages);
}

/** The records of the pages that were read, and the error because of which records are missing, if any. */
export interface RowsRead<Row> {
  readonly rows: readonly Row[];
  readonly failure: Error | null;
}

/** Returns the records of all pages, without those of other database engines. An error ends the list. */
export function readRows<Row>(
  read: (marker: string | undefined) => MaybePromise<AwsAnswer<Row>>,
): MaybePromise<RowsRead<Row>> {
  const rows: Row[] = [];
  let failure: Error | null = null;
  const visit = (page: AwsAnswer<Row>) => {
    rows.push(...page.rows.filter((row) => row !== null));
    failure ??= page.flaw ?? null;
  };
  return orElse(
    () => after(findInPages(read, visit), () => ({ rows, failure })),
    (error) => ({ rows, failure: error as Error }),
  );
}

/** Returns the paging parameters of an AWS list call. */
export function pageInput(marker: string | undefined, size = largestPage) {
  return { MaxRecords: size, ...(marker && { Marker: marker }) };
}

/** What is wrong with a record, as the end of a sentence such as `AWS returned records of … without an identifier.` */
export type Defect = 'without an identifier' | 'without an engine' | 'without an owner' | 'with two different owners';

/**
 * Replaces records that cannot be listed by null, and describes this flaw: nothing could refer to a record without an
 * identifier, and it is unknown whether a record of unknown engine or owner belongs to the list.
 */
export function listableRows<Row>(
  { service, account, region }: Source,
  rows: readonly (Row | null)[],
  defectOf: (row: Row) => Defect | undefined,
): Pick<AwsAnswer<Row>, 'rows' | 'flaw'> {
  const defects = rows.map((row) => (row === null ? undefined : defectOf(row)));
  const defect = defects.find((each) => each !== undefined);
  if (defect === undefined) return { rows };
  const what = `${service} in account ${account}, region ${region}`;
  return {
    rows: rows.map((row, index) => (defects[index] === undefined ? row : null)),
    flaw: new UpstreamError(`AWS returned records of ${what} ${defect}. They are not listed.`),
  };
}

/** Returns the first record of a lookup; null if there is none. Throws if AWS returned a record that cannot be listed. */
export function firstOf<Row>(
  { rows, flaw }: Pick<AwsAnswer<Row>, 'rows' | 'flaw'>,
  isWanted: (row: Row) => boolean = () => true,
): Row | null {
  const [first = null] = rows.filter((row) => row !== null && isWanted(row));
  if (first === null && flaw) throw flaw;
  return first;
}

/** Returns an empty page if AWS reports a resource as not found; throws any other error. */
export function noneIfNotFound(error: unknown): AwsAnswer<never> {
  if (!(error instanceof SnapgateError) || error.code !== 'NOT_FOUND') throw error;
  return { rows: [], marker: undefined, fetchedAt: new Date() };
}
