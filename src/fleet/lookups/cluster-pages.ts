import stringify from 'safe-stable-stringify';
import { createUsage, type Usage } from '../../aws/usage.ts';
import { after, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsAnswer, findInPages, largestPage, pageInput } from '../backend.ts';
import { isListCheaper, isWorthExploring, type KnownLengths } from './known-length.ts';
import { createSourceLoader, type ReadSource } from './source-loader.ts';

/** The first pages of the snapshots of single clusters, for a request that asks for those of several clusters. */
export interface ClusterPages<Row, Input> {
  /** Reads the first page of an input that selects one cluster, with the inputs of the same tick if that is cheaper. */
  read(source: Source, input: Input, size: number): MaybePromise<AwsAnswer<Row>>;
}

export interface ClusterPagesOptions<Row, Input> {
  readonly usage: Usage;
  readonly describe: (source: Source, input: Input, usage: Usage) => MaybePromise<AwsAnswer<Row>>;
  /** Returns the cluster that an input selects, in lowercase, and the rest of the input. */
  readonly clusterIn: (input: Input) => { readonly cluster: string; readonly rest: Input };
  /** Returns an input that selects these clusters, and possibly others. */
  readonly inputFor: (clusters: readonly string[], rest: Input) => Input;
  /** Returns the cluster of a snapshot, in lowercase. */
  readonly clusterOf: (row: Row) => string;
  readonly lengths: KnownLengths;
}

interface Asked<Input> {
  readonly input: Input;
  readonly size: number;
}

/** Returns the most pages of a list that are read one after another, instead of one page of each cluster side by side. */
function mostPagesFor(clusters: number): number {
  return Math.max(5, Math.min(20, clusters / 2));
}

/**
 * Creates the pages of one request. Snapshots of several clusters are listed together, as long as that is expected to
 * take fewer calls than one for each cluster. If the list turns out to be longer, or a cluster has more snapshots than
 * fit on a page, the page of the cluster is read by itself.
 */
export function createClusterPages<Row, Input extends object>(
  options: ClusterPagesOptions<Row, Input>,
): ClusterPages<Row, Input> {
  const { usage, describe, clusterIn } = options;
  type Answer = AwsAnswer<Row>;
  const readAlone = (source: Source, { input, size }: Asked<Input>, own: Usage) =>
    orElse<Answer, Error>(
      () => describe(source, { ...input, ...pageInput(undefined, size) }, own),
      (error) => error as Error,
    );
  const readGroup = (source: Source, asked: readonly Asked<Input>[], own: Usage) =>
    after(readTogether(options, source, asked, own), (pages) =>
      together(asked.map((each) => pages?.get(clusterIn(each.input).cluster) ?? readAlone(source, each, own))),
    );
  const read: ReadSource<Answer, Asked<Input>> = (source, asked, own) => {
    const groups = [...Map.groupBy(asked, ({ input }) => stringify(clusterIn(input).rest)).values()];
    return after(together(groups.map((group) => readGroup(source, group, own))), (answers) => {
      const found = new Map(groups.flatMap((group, at) => group.map((each, index) => [each, answers[at]?.[index]])));
      return asked.map((each) => found.get(each) as Answer | Error);
    });
  };
  const loader = createSourceLoader(read, usage, {
    nameOf: ({ input, size }) => stringify([input, size]),
    isFromCache: true,
  });
  return {
    read: (source, input, size) => {
      loader.loadKnown(source, [{ input, size }]);
      return loader.load(source, { input, size });
    },
  };
}

/** Returns the pages of the clusters that a list contains in full; undefined if the list must not be used. */
function readTogether<Row, Input extends object>(
  { describe, clusterIn, inputFor, clusterOf, lengths }: ClusterPagesOptions<Row, Input>,
  source: Source,
  asked: readonly Asked<Input>[],
  usage: Usage,
): MaybePromise<ReadonlyMap<string, AwsAnswer<Row>> | undefined> {
  const [first, ...others] = asked.map(({ input }) => clusterIn(input));
  const { isCachedOnly = false } = usage.scope;
  // The cache can have the list because the same request, or another, has read it for several clusters.
  if (first === undefined || (others.length === 0 && !isCachedOnly)) return undefined;
  const clusters = [first, ...others].map(({ cluster }) => cluster);
  const list = inputFor(clusters, first.rest);
  const rows = new Map(clusters.map((cluster): [string, Row[]] => [cluster, []]));
  const lookups = clusters.length;
  const mostPages = mostPagesFor(lookups);
  const known = lengths.of(source, list);
  const isTooLong = (known?.pages ?? 1) > mostPages || !isWorthExploring(known, lookups);
  if (isTooLong && !isCachedOnly) return undefined;
  const isListedOn = (pages: number) => {
    const found = [...rows.values()].filter((own) => own.length > 0).length;
    return pages < mostPages && (isCachedOnly || isListCheaper({ known, pages, found, lookups }));
  };
  if (!isListedOn(0)) return undefined;
  let [pages, fetchedAt] = [0, new Date()];
  const own = createUsage(usage);
  const read = (marker?: string) => {
    const input = { ...list, ...pageInput(marker) };
    return after(describe(source, input, own), (page) => {
      lengths.learn(source, input, page.marker);
      return page;
    });
  };
  const visit = (page: AwsAnswer<Row>) => {
    pages += 1;
    if (page.fetchedAt < fetchedAt) ({ fetchedAt } = page);
    for (const row of page.rows) if (row !== null) rows.get(clusterOf(row))?.push(row);
    // A record that is missing, or of another engine, has a position on the page of its cluster.
    const isUnusable = page.flaw !== undefined || page.rows.includes(null) || (page.marker && !isListedOn(pages));
    return isUnusable ? ('UNUSABLE' as const) : undefined;
  };
  const found = orElse(
    () => findInPages(read, visit),
    (error) => {
      if (!isCachedOnly) throw error;
      return 'UNUSABLE' as const;
    },
  );
  return after(found, (unusable) => {
    if (unusable) return undefined;
    const whole = [...rows].filter(([, all]) => all.length <= largestPage);
    return new Map(whole.map(([name, all]) => [name, { rows: all, marker: undefined, fetchedAt, size: largestPage }]));
  });
}
