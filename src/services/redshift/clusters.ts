import { DescribeClustersCommand, type DescribeClustersCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  firstOf,
  type Listing,
  namedRows,
  noneIfNotFound,
  pageInput,
  pagesOf,
} from '../../fleet/backend.ts';
import type { ClusterConditions } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect } from './client.ts';
import { type RedshiftCluster, redshiftCluster } from './cluster-kind.ts';

/** The clusters of Amazon Redshift, for one request. */
export interface RedshiftClusters extends Listing<RedshiftCluster, ClusterConditions> {
  /** Finds a cluster by its identifier in any case; null if the cluster does not exist. */
  load(source: Source, identifier: string): Promise<RedshiftCluster | null>;
}

/** How many pages the whole list of each source had when last read, by the source's key; shared by all requests. */
export type ListLengths = Map<string, number>;

type Answer = AwsAnswer<RedshiftCluster>;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html */
export function createRedshiftClusters(
  connect: RedshiftConnect,
  usage: Usage,
  listLengths: ListLengths,
): RedshiftClusters {
  const describe = async (source: Source, input: DescribeClustersCommandInput, tally = usage): Promise<Answer> => {
    const { output, fetchedAt } = await connect(source).read(new DescribeClustersCommand(input), tally);
    const all = (output.Clusters ?? []).map((aws) => redshiftCluster(source, aws));
    const { rows, flaw } = namedRows(source, all, ({ aws }) => aws.ClusterIdentifier ?? '');
    if (flaw) connect(source).warn(flaw);
    for (const row of rows) if (row) loader.prime(source, row.aws.ClusterIdentifier ?? '', row);
    return { rows, marker: output.Marker, fetchedAt, flaw };
  };

  const find = async (source: Source, identifier: string) => {
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
  };

  /** The sources that this request has listed to the end: further clusters do not exist. */
  const listed = new Set<string>();

  const loader: SourceLoader<RedshiftCluster | null> = createSourceLoader(
    async (source, identifiers) => {
      const found = new Map<string, RedshiftCluster | Error | null>();
      const missing = () => identifiers.filter((each) => !found.has(fold(each)));
      // AWS accepts one identifier per call, or lists all clusters: list while that takes, or may take, fewer calls.
      const isListed = (pages: number) => isListCheaper(missing().length, pages, listLengths.get(source.key));
      let pages = 0;
      const list = !listed.has(source.key) && isListed(0) ? pagesOf((at) => describe(source, pageInput(at))) : [];
      try {
        for await (const { rows, marker } of list) {
          for (const row of rows) if (row) found.set(nameOf(row), row);
          pages += 1;
          if (!marker) {
            listLengths.set(source.key, pages);
            listed.add(source.key);
          } else if (!isListed(pages)) break;
        }
      } catch (error) {
        // A cluster that was read is known, even if another page of the list failed.
        return identifiers.map((each) => found.get(fold(each)) ?? (error as Error));
      }
      if (!listed.has(source.key)) {
        await Promise.all(
          missing().map(async (each) => found.set(fold(each), await find(source, each).catch((error: Error) => error))),
        );
      }
      return identifiers.map((each) => found.get(fold(each)) ?? null);
    },
    usage,
    fold,
  );
  usage.outdated.push(() => listed.clear());

  return {
    load: loader.load,
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

/** Whether listing takes fewer calls than lookups; a list of unknown length is read until it costs as many calls. */
function isListCheaper(missing: number, pagesRead: number, listLength: number | undefined): boolean {
  return listLength === undefined ? pagesRead < missing - 1 : listLength - pagesRead < missing;
}
