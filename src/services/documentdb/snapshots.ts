import {
  DescribeDBClusterSnapshotsCommand,
  type DescribeDBClusterSnapshotsCommandInput,
  type DescribeDBClusterSnapshotsCommandOutput,
  type Filter,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
  pagesOf,
  readRows,
} from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import { createAnswers } from '../../fleet/lookups/answers.ts';
import { createClusterPages } from '../../fleet/lookups/cluster-pages.ts';
import type { KnownLengths } from '../../fleet/lookups/known-length.ts';
import { createRowIndex } from '../../fleet/lookups/row-index.ts';
import { createSourceLoader, type ReadSource, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import { newestOf } from '../../fleet/questions/newest.ts';
import { matchResource, parseArn } from '../../snapshots/arn.ts';
import { chunksOf } from '../../aws/calls/chunks.ts';
import { isRecoveryPoint } from '../../snapshots/lineage.ts';
import { after, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import { isOwn } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DocumentDBConnect } from './client.ts';
import type { DocumentDBCluster } from './cluster-kind.ts';
import { defectOf, isOtherEngine } from './engine.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from './snapshot-kind.ts';
import { snapshotQueries } from './snapshot-queries.ts';

/** The snapshots of Amazon DocumentDB, for one request. */
export interface DocumentDBSnapshots extends Listing<DocumentDBSnapshot, SnapshotConditions> {
  /** Loads snapshots by ARN, in any case; null for a snapshot that does not exist. */
  readonly byArn: SourceLoader<DocumentDBSnapshot | null>;
  /** Finds a snapshot that the source's account owns, by its identifier in any case; null if there is none. */
  find(source: Source, identifier: string): Promise<DocumentDBSnapshot | null>;
  /** Finds the snapshot that has a name: all engines of the control plane of Amazon RDS share these names. */
  holderOf(source: Source, identifier: string): Promise<DocumentDBSnapshot | 'OTHER_ENGINE' | null>;
  /**
   * Returns the newest available snapshot of each cluster that is not known to be unrelated to it; reads all snapshots of
   * clusters of these names, because AWS cannot sort them.
   */
  latest(source: Source, clusters: readonly DocumentDBCluster[]): Promise<readonly (DocumentDBSnapshot | null)[]>;
}

/** AWS accepts 100 values in a filter of clusters, and does not document a limit for snapshots. */
export const namesTogether = 100;

type Input = DescribeDBClusterSnapshotsCommandInput;
type Answer = AwsAnswer<DocumentDBSnapshot>;

/** Reads one page, and adds its rows to the loader unless they are read for all requests. */
type Describe = (source: Source, input: Input, tally?: Usage, isForAll?: boolean) => MaybePromise<Answer>;

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterSnapshots.html */
export function createDocumentDBSnapshots(
  connect: DocumentDBConnect,
  usage: Usage,
  lengths: KnownLengths,
): DocumentDBSnapshots {
  const describe: Describe = (source, input, tally = usage, isForAll = false) =>
    after(connect(source).read(DescribeDBClusterSnapshotsCommand, input, tally), (fetched) => {
      const answer = answerOf(fetched, source, { input, isForAll });
      if (answer.flaw) connect(source).warn(answer.flaw);
      if (!isForAll) byArn.prime(source, indexOf(answer.rows));
      return answer;
    });

  /** Reads all pages of a list. */
  const describeAll = async (source: Source, input: Input): Promise<readonly DocumentDBSnapshot[]> => {
    const { rows, failure } = await allRows(describe, source, input);
    if (failure !== null) throw failure;
    return rows;
  };

  const byArn = createSourceLoader(readByArn(describe), usage, { nameOf: fold, isFromCache: true });
  const ofClusters = createClusterPages<DocumentDBSnapshot, Input>({
    usage,
    describe: (source, input, tally) => orElse(() => describe(source, input, tally), noneIfNotFound),
    clusterIn,
    inputFor,
    clusterOf: (row) => fold(documentDBSnapshotKind.clusterIdentifier(row)),
    lengths,
  });

  return {
    byArn,
    find: async (source, identifier) => {
      const [query] = snapshotQueries(source, { identifiers: [identifier.toLowerCase()] });
      const found = await describeAll(source, query?.input ?? {});
      return found.find((row) => fold(documentDBSnapshotKind.identifier(row)) === fold(identifier)) ?? null;
    },
    holderOf: async (source, identifier) => {
      const name = { Name: 'db-cluster-snapshot-id', Values: [identifier.toLowerCase()] };
      for await (const { rows } of pagesOf((marker) => describe(source, { Filters: [name], ...pageInput(marker) }))) {
        const own = rows.find((row) => row && fold(documentDBSnapshotKind.identifier(row)) === fold(identifier));
        if (own) return own;
        if (rows.includes(null)) return 'OTHER_ENGINE';
      }
      return null;
    },
    callsPerTest: 1,
    record: (source) => documentDBSnapshot(source, {}),
    hasTags: ({ aws }) => aws.TagList !== undefined,
    queries: snapshotQueries,
    read: (source, query, { marker, size, isForAll, isOfMany }, tally) => {
      if (isOfMany && marker === undefined) return ofClusters.read(source, query.input, size);
      const read = () => describe(source, { ...query.input, ...pageInput(marker, size) }, tally, isForAll);
      return orElse(read, noneIfNotFound);
    },
    latest: async (source, clusters) => {
      const groups = chunksOf(clusters, namesTogether).map(async (group) => {
        const clusterIdentifiers = group.map((cluster) => cluster.kind.identifier(cluster));
        const [query] = snapshotQueries(source, { clusterIdentifiers });
        return newestOfEach(await describeAll(source, query?.input ?? {}), group);
      });
      return (await Promise.all(groups)).flat();
    },
  };
}

const indexOf = createRowIndex((row: DocumentDBSnapshot) => fold(documentDBSnapshotKind.arn(row)));

/** Returns the snapshots of a response, which all requests share. */
const answerOf = createAnswers(
  (
    output: DescribeDBClusterSnapshotsCommandOutput,
    source,
    { input, isForAll }: { input: Input; isForAll: boolean },
  ) => {
    const all = (output.DBClusterSnapshots ?? [])
      .map((aws) => documentDBSnapshot(source, aws, isForAll ? undefined : []))
      .filter((row) => isRequested(row, input))
      // AWS does not document that this operation applies the engine filter.
      .map((row) => (isOtherEngine(row.aws) ? null : row));
    const listable = listableRows(source, all, (row) => defectOf(row.aws, documentDBSnapshotKind.identifier(row)));
    return { ...listable, marker: output.Marker };
  },
);

const clusterFilter = 'db-cluster-id';

function isOfClusters({ Name }: Filter): boolean {
  return Name === clusterFilter;
}

function clusterIn({ Filters = [], ...rest }: Input): { cluster: string; rest: Input } {
  return {
    cluster: fold(Filters.find(isOfClusters)?.Values?.[0] ?? ''),
    rest: { ...rest, Filters: Filters.filter((each) => !isOfClusters(each)) },
  };
}

function inputFor(clusters: readonly string[], { Filters = [], ...rest }: Input): Input {
  // A longer filter is refused.
  const ofClusters = clusters.length > namesTogether ? [] : [{ Name: clusterFilter, Values: [...clusters] }];
  return { ...rest, Filters: [...Filters, ...ofClusters] };
}

function allRows(describe: Describe, source: Source, input: Input) {
  return readRows((marker) => describe(source, { ...input, ...pageInput(marker) }));
}

/** Returns the newest snapshot that each cluster can be restored from; null if there is none. */
function newestOfEach(
  rows: readonly DocumentDBSnapshot[],
  clusters: readonly DocumentDBCluster[],
): (DocumentDBSnapshot | null)[] {
  const byName = Map.groupBy(rows, (row) => fold(documentDBSnapshotKind.clusterIdentifier(row)));
  return clusters.map((cluster) => {
    const own = byName.get(fold(cluster.kind.identifier(cluster))) ?? [];
    return newestOf(own.filter((row) => isRecoveryPoint(row, cluster)));
  });
}

/** Lists the account's own snapshots together, and looks up those of other accounts one by one. */
function readByArn(describe: Describe): ReadSource<DocumentDBSnapshot | null> {
  return (source, arns, usage) => {
    const ownDescribe: Describe = (...asked) => describe(asked[0], asked[1], usage);
    const own = arns.filter((arn) => parseArn(arn).account === source.account);
    const known = new Map<string, DocumentDBSnapshot | Error | null>();
    const groups = chunksOf(own, namesTogether).map((group) => {
      const [query] = snapshotQueries(source, { identifiers: group.map(identifierOf) });
      return after(allRows(ownDescribe, source, query?.input ?? {}), ({ rows, failure }) => {
        // A snapshot that was read is known, even if another page of the list failed.
        for (const arn of group) known.set(fold(arn), failure);
        for (const row of rows) known.set(fold(documentDBSnapshotKind.arn(row)), row);
      });
    });
    return after(together(groups), () =>
      together(
        arns.map((arn): MaybePromise<DocumentDBSnapshot | Error | null> =>
          own.includes(arn)
            ? (known.get(fold(arn)) ?? null)
            : orElse<DocumentDBSnapshot | null, Error>(
                () => findShared(ownDescribe, source, arn),
                (error) => error as Error,
              ),
        ),
      ),
    );
  };
}

function findShared(describe: Describe, source: Source, arn: string): MaybePromise<DocumentDBSnapshot | null> {
  const input = { DBClusterSnapshotIdentifier: arn, IncludeShared: true, IncludePublic: true };
  return after(
    orElse(() => describe(source, input), noneIfNotFound),
    ({ rows }) => rows.find((row) => row && fold(documentDBSnapshotKind.arn(row)) === fold(arn)) ?? null,
  );
}

/** Whether AWS was asked for a row: snapshots of other accounts are listed only on request. */
function isRequested(row: DocumentDBSnapshot, { SnapshotType, IncludeShared, IncludePublic }: Input): boolean {
  if (SnapshotType === 'manual' || SnapshotType === 'automated') {
    const type = documentDBSnapshotKind.type(row);
    return isOwn(row) && (type === 'UNKNOWN' || (type === 'AUTOMATED') === (SnapshotType === 'automated'));
  }
  return SnapshotType !== undefined || IncludeShared === true || IncludePublic === true || isOwn(row);
}

function fold(name: string): string {
  return name.toLowerCase();
}

/** Returns the identifier in the ARN of a snapshot; AWS stores it in lowercase. */
export function identifierOf(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^cluster-snapshot:(.+)$/,
    'Amazon DocumentDB snapshot',
    'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:orders-2026-03-01',
  );
  return identifier;
}
