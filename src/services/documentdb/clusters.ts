import {
  DescribeDBClustersCommand,
  type DescribeDBClustersCommandInput,
  type DescribeDBClustersCommandOutput,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
  readRows,
} from '../../fleet/backend.ts';
import type { ClusterConditions } from '../../fleet/lists/conditions.ts';
import { createAnswers } from '../../fleet/lookups/answers.ts';
import { createRowIndex } from '../../fleet/lookups/row-index.ts';
import { createSourceLoader, type ReadSource } from '../../fleet/lookups/source-loader.ts';
import { readArn } from '../../snapshots/arn.ts';
import { chunksOf } from '../../aws/calls/chunks.ts';
import { after, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DocumentDBConnect } from './client.ts';
import { type DocumentDBCluster, documentDBCluster } from './cluster-kind.ts';
import { defectOf, documentDBEngine, isOtherEngine } from './engine.ts';

/** The clusters of Amazon DocumentDB, for one request. */
export interface DocumentDBClusters extends Listing<DocumentDBCluster, ClusterConditions> {
  /** Returns null if the cluster does not exist or has another engine. */
  load(source: Source, identifier: string, isAlone?: boolean): MaybePromise<DocumentDBCluster | null>;
  /** Announces that most clusters of a source are needed. */
  expect(source: Source): void;
  /** Loads clusters if the cache has all of them. */
  loadKnown(source: Source, identifiers: readonly string[]): void;
}

type Input = DescribeDBClustersCommandInput;
type Answer = AwsAnswer<DocumentDBCluster>;

/** "Only up to 100 unique filter DB Cluster Identifiers may be specified per filter." */
const maximumIdentifiers = 100;

/** The number of lookups by name that one request makes in a source before it reads all clusters. */
const mostLookups = 2;

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusters.html */
export function createDocumentDBClusters(connect: DocumentDBConnect, usage: Usage): DocumentDBClusters {
  const describe = (source: Source, input: Input, tally = usage): MaybePromise<Answer> =>
    after(connect(source).read(DescribeDBClustersCommand, input, tally), (fetched) => {
      const answer = answerOf(fetched, source);
      if (answer.flaw) connect(source).warn(answer.flaw);
      loader.prime(source, indexOf(answer.rows));
      return answer;
    });

  /** Reads clusters; all clusters of the source without identifiers. A cluster that is not found can have an error. */
  const read = (source: Source, tally: Usage, identifiers?: readonly string[]) =>
    after(
      readRows((marker) => describe(source, { ...inputFor(identifiers), ...pageInput(marker) }, tally)),
      ({ rows, failure }) => {
        const found = new Map(rows.map((row) => [nameOf(row), row]));
        // A cluster that was read is known, even if another page of the list failed.
        return { isWhole: failure === null, find: (identifier: string) => found.get(identifier) ?? failure };
      },
    );

  /** The number of times that this request has looked for clusters of a source by name, or that it has all of them. */
  const looked = new Map<string, number | 'all'>();
  /** The sources of which most clusters are needed. */
  const expected = new Set<string>();

  const readNamed: ReadSource<DocumentDBCluster | null> = (source, identifiers, tally) => {
    const before = looked.get(source.key) ?? 0;
    if (before === 'all') return identifiers.map(() => null);
    if (!tally.scope.isCachedOnly) looked.set(source.key, before + 1);
    // A request that asks again and again reads all clusters, which are few, so that it does not ask any more.
    if (before >= mostLookups || expected.has(source.key)) {
      return after(read(source, tally), (all) => {
        if (all.isWhole) looked.set(source.key, 'all');
        return identifiers.map(all.find);
      });
    }
    const groups = chunksOf(identifiers, maximumIdentifiers).map((group) =>
      after(read(source, tally, group), ({ find }) => group.map(find)),
    );
    return after(together(groups), (found) => found.flat());
  };
  const loader = createSourceLoader(readNamed, usage, { isFromCache: true });
  usage.outdated.push(() => looked.clear());

  return {
    expect: (source) => void expected.add(source.key),
    // AWS stores identifiers in lowercase and finds them in any case.
    load: (source, identifier, isAlone) => loader.load(source, identifier.toLowerCase(), isAlone),
    loadKnown: (source, identifiers) => {
      loader.loadKnown(source, [...new Set(identifiers.map((each) => each.toLowerCase()))]);
    },
    callsPerTest: 1,
    record: (source) => documentDBCluster(source, {}),
    hasTags: ({ aws }) => aws.TagList !== undefined,
    queries: (_source, { identifiers }) => [
      { input: inputFor(identifiers?.map((each) => each.toLowerCase())), pushed: new Set(['identifiers'] as const) },
    ],
    read: (source, query, { marker, size }, tally) =>
      orElse(() => describe(source, { ...query.input, ...pageInput(marker, size) }, tally), noneIfNotFound),
  };
}

const indexOf = createRowIndex(nameOf);

/** Returns the clusters of a response, which all requests share. */
const answerOf = createAnswers((output: DescribeDBClustersCommandOutput, source) => {
  const all = (output.DBClusters ?? [])
    .map((aws) => documentDBCluster(source, aws))
    .filter(isOwnCluster)
    .map((row) => (isOtherEngine(row.aws) ? null : row));
  const listable = listableRows(source, all, ({ aws }) => defectOf(aws, aws.DBClusterIdentifier ?? ''));
  return { ...listable, marker: output.Marker };
});

/** Whether the account of the source owns a cluster, as far as its ARN shows: clusters are never shared. */
function isOwnCluster({ aws, source }: DocumentDBCluster): boolean {
  const owner = readArn(aws.DBClusterArn ?? '')?.account;
  return owner === undefined || owner === source.account;
}

function nameOf({ aws }: DocumentDBCluster): string {
  return (aws.DBClusterIdentifier ?? '').toLowerCase();
}

function inputFor(identifiers: readonly string[] | undefined): Input {
  return {
    Filters: [
      { Name: 'engine', Values: [documentDBEngine] },
      ...(identifiers ? [{ Name: 'db-cluster-id', Values: [...identifiers] }] : []),
    ],
  };
}
