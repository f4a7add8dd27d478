import { DescribeDBClustersCommand, type DescribeDBClustersCommandInput } from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
  pagesOf,
  rowsOf,
} from '../../fleet/backend.ts';
import type { ClusterConditions } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import { readArn } from '../../snapshots/arn.ts';
import { chunksOf } from '../../snapshots/chunks.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DocumentDBConnect } from './client.ts';
import { type DocumentDBCluster, documentDBCluster } from './cluster-kind.ts';
import { defectOf, documentDBEngine, isOtherEngine } from './engine.ts';

/** The clusters of Amazon DocumentDB, for one request. */
export interface DocumentDBClusters extends Listing<DocumentDBCluster, ClusterConditions> {
  /** Returns null if the cluster does not exist or has another engine. */
  load(source: Source, identifier: string): Promise<DocumentDBCluster | null>;
}

type Input = DescribeDBClustersCommandInput;
type Answer = AwsAnswer<DocumentDBCluster>;

/** "Only up to 100 unique filter DB Cluster Identifiers may be specified per filter." */
const maximumIdentifiers = 100;

/** The number of lookups by name that one request makes in a source before it reads all clusters. */
const mostLookups = 2;

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusters.html */
export function createDocumentDBClusters(connect: DocumentDBConnect, usage: Usage): DocumentDBClusters {
  const describe = async (source: Source, input: Input, tally = usage): Promise<Answer> => {
    const { output, fetchedAt } = await connect(source).read(new DescribeDBClustersCommand(input), tally);
    const all = (output.DBClusters ?? [])
      .map((aws) => documentDBCluster(source, aws))
      .filter(isOwnCluster)
      .map((row) => (isOtherEngine(row.aws) ? null : row));
    const { rows, flaw } = listableRows(source, all, ({ aws }) => defectOf(aws, aws.DBClusterIdentifier ?? ''));
    if (flaw) connect(source).warn(flaw);
    for (const row of rows) if (row) loader.prime(source, nameOf(row), row);
    return { rows, marker: output.Marker, fetchedAt, flaw };
  };

  /** Reads clusters; all clusters of the source without identifiers. A cluster that is not found can have an error. */
  const read = async (source: Source, identifiers?: readonly string[]) => {
    const { rows, failure } = await rowsOf(
      pagesOf((marker) => describe(source, { ...inputFor(identifiers), ...pageInput(marker) })),
    );
    const found = new Map(rows.map((row) => [nameOf(row), row]));
    // A cluster that was read is known, even if another page of the list failed.
    return { isWhole: failure === null, find: (identifier: string) => found.get(identifier) ?? failure };
  };

  /** The number of times that this request has looked for clusters of a source by name, or that it has all of them. */
  const looked = new Map<string, number | 'all'>();

  const loader: SourceLoader<DocumentDBCluster | null> = createSourceLoader(async (source, identifiers) => {
    const before = looked.get(source.key) ?? 0;
    if (before === 'all') return identifiers.map(() => null);
    looked.set(source.key, before + 1);
    // A request that asks again and again reads all clusters, which are few, so that it does not ask any more.
    if (before >= mostLookups) {
      const all = await read(source);
      if (all.isWhole) looked.set(source.key, 'all');
      return identifiers.map(all.find);
    }
    const groups = chunksOf(identifiers, maximumIdentifiers).map(async (group) =>
      group.map((await read(source, group)).find),
    );
    return (await Promise.all(groups)).flat();
  }, usage);
  usage.outdated.push(() => looked.clear());

  return {
    // AWS stores identifiers in lowercase and finds them in any case.
    load: (source, identifier) => loader.load(source, identifier.toLowerCase()),
    callsPerTest: 1,
    hasTags: ({ aws }) => aws.TagList !== undefined,
    queries: (_source, { identifiers }) => [
      { input: inputFor(identifiers?.map((each) => each.toLowerCase())), pushed: new Set(['identifiers'] as const) },
    ],
    read: (source, query, { marker, size }, tally) =>
      describe(source, { ...query.input, ...pageInput(marker, size) }, tally).catch(noneIfNotFound),
  };
}

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
