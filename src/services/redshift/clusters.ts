import { DescribeClustersCommand, type DescribeClustersCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  firstOf,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
  pagesOf,
} from '../../fleet/backend.ts';
import type { ClusterConditions } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect } from './client.ts';
import { type RedshiftCluster, redshiftCluster } from './cluster-kind.ts';
import { type ListLengths, listWhileCheaper } from './list-or-lookup.ts';

/** The clusters of Amazon Redshift, for one request. */
export interface RedshiftClusters extends Listing<RedshiftCluster, ClusterConditions> {
  /** Finds a cluster by its identifier in any case; null if the cluster does not exist. */
  load(source: Source, identifier: string): Promise<RedshiftCluster | null>;
}

type Answer = AwsAnswer<RedshiftCluster>;
type Describe = (source: Source, input: DescribeClustersCommandInput, tally?: Usage) => Promise<Answer>;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html */
export function createRedshiftClusters(connect: RedshiftConnect, usage: Usage, lengths: ListLengths): RedshiftClusters {
  const describe: Describe = async (source, input, tally = usage) => {
    const { output, fetchedAt } = await connect(source).read(new DescribeClustersCommand(input), tally);
    const all = (output.Clusters ?? []).map((aws) => redshiftCluster(source, aws));
    const { rows, flaw } = listableRows(source, all, ({ aws }) =>
      aws.ClusterIdentifier === undefined ? 'without an identifier' : undefined,
    );
    if (flaw) connect(source).warn(flaw);
    for (const row of rows) if (row) loader.prime(source, row.aws.ClusterIdentifier ?? '', row);
    return { rows, marker: output.Marker, fetchedAt, flaw };
  };

  /** The sources that this request has listed to the end: further clusters do not exist. */
  const listed = new Set<string>();
  const loader: SourceLoader<RedshiftCluster | null> = createSourceLoader(
    async (source, identifiers) => {
      if (listed.has(source.key)) return identifiers.map(() => null);
      const { rows, rest } = await listWhileCheaper({
        read: (marker) => describe(source, pageInput(marker)),
        nameOf,
        names: identifiers.map(fold),
        lengths,
        key: source.key,
      });
      if (rest === null) listed.add(source.key);
      return Promise.all(
        identifiers.map(async (each) => {
          const known = rows.get(fold(each)) ?? rest;
          return known === undefined ? find(describe, source, each).catch((error: Error) => error) : known;
        }),
      );
    },
    usage,
    fold,
  );
  usage.outdated.push(() => listed.clear());

  return {
    load: loader.load,
    callsPerTest: 0,
    queries: (_source, { identifiers }) => {
      const [name, ...others] = foldClusters(identifiers ?? []);
      // AWS accepts one identifier per call; a region has so few clusters that listing all is usually one call, too.
      if (name === undefined || others.length > 0) return [{ input: {}, pushed: new Set() }];
      return [{ input: { ClusterIdentifier: name }, pushed: new Set(['identifiers'] as const) }];
    },
    read: (source, query, { marker, size }, tally) =>
      describe(source, { ...query.input, ...pageInput(marker, size) }, tally).catch(noneIfNotFound),
  };
}

async function find(describe: Describe, source: Source, identifier: string): Promise<RedshiftCluster | null> {
  for (const ClusterIdentifier of spellingsOf(identifier)) {
    const pages = pagesOf((Marker) =>
      describe(source, { ClusterIdentifier, ...(Marker && { Marker }) }).catch(noneIfNotFound),
    );
    for await (const page of pages) {
      const found = firstOf(page, (row) => nameOf(row) === fold(identifier));
      if (found) return found;
    }
  }
  return null;
}

/** Returns the cluster identifiers in lowercase, as AWS stores them, without duplicates. */
export function foldClusters(names: readonly string[]): string[] {
  return [...new Set(names.map(fold))];
}

/**
 * Returns a name as given and in lowercase, without duplicates: names are the same in any case, but AWS does not
 * document whether it also finds them in any case.
 */
function spellingsOf(name: string): string[] {
  return [...new Set([name, fold(name)])];
}

function fold(name: string): string {
  return name.toLowerCase();
}

function nameOf({ aws }: RedshiftCluster): string {
  return fold(aws.ClusterIdentifier ?? '');
}
