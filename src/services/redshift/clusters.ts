import {
  DescribeClustersCommand,
  type DescribeClustersCommandInput,
  type DescribeClustersCommandOutput,
} from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import { createAnswers } from '../../fleet/lookups/answers.ts';
import {
  type AwsAnswer,
  findInPages,
  firstOf,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
} from '../../fleet/backend.ts';
import type { ClusterConditions } from '../../fleet/lists/conditions.ts';
import type { KnownLength, KnownLengths } from '../../fleet/lookups/known-length.ts';
import { createRowIndex } from '../../fleet/lookups/row-index.ts';
import { createSourceLoader, type ReadSource } from '../../fleet/lookups/source-loader.ts';
import { after, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect } from './client.ts';
import { type RedshiftCluster, redshiftCluster } from './cluster-kind.ts';
import { listWhileCheaper } from './lookups/list-or-lookup.ts';

/** The clusters of Amazon Redshift, for one request. */
export interface RedshiftClusters extends Listing<RedshiftCluster, ClusterConditions> {
  /** Finds a cluster by its identifier in any case; null if the cluster does not exist. */
  load(source: Source, identifier: string, isAlone?: boolean): MaybePromise<RedshiftCluster | null>;
  /** Announces that most clusters of a source are needed. */
  expect(source: Source): void;
  /** Loads clusters if the cache has all of them. */
  loadKnown(source: Source, identifiers: readonly string[]): void;
}

type Answer = AwsAnswer<RedshiftCluster>;

/** The number of clusters that are looked up in a source of which most clusters are needed, if it has many pages. */
const expectedClusters = 4;
/** The assumed length of the list of such a source, if it is unknown. */
const assumedLength: KnownLength = { pages: expectedClusters - 1, isExact: true };

type Describe = (source: Source, input: DescribeClustersCommandInput, tally?: Usage) => MaybePromise<Answer>;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html */
export function createRedshiftClusters(
  connect: RedshiftConnect,
  usage: Usage,
  lengths: KnownLengths,
): RedshiftClusters {
  const describe: Describe = (source, input, tally = usage) =>
    after(connect(source).read(DescribeClustersCommand, input, tally), (fetched) => {
      const answer = answerOf(fetched, source);
      if (answer.flaw) connect(source).warn(answer.flaw);
      if (input.ClusterIdentifier === undefined) lengths.learn(source, input, answer.marker);
      loader.prime(source, indexOf(answer.rows));
      return answer;
    });

  /** The sources that this request has listed to the end: further clusters do not exist. */
  const listed = new Set<string>();
  /** The sources of which most clusters are needed. */
  const expected = new Set<string>();
  const readNamed: ReadSource<RedshiftCluster | null> = (source, identifiers, tally) => {
    if (listed.has(source.key)) return identifiers.map(() => null);
    const own: Describe = (...asked) => describe(asked[0], asked[1], tally);
    const areMost = expected.has(source.key);
    const known = lengths.of(source, {});
    const list = listWhileCheaper({
      read: (marker) => own(source, pageInput(marker)),
      nameOf,
      names: identifiers.map(fold),
      lookupsFor: (names) => (areMost ? Math.max(names.length, expectedClusters) : names.length),
      known: areMost && !known?.isExact ? assumedLength : known,
    });
    return after(list, ({ rows, rest }) => {
      if (rest === null) listed.add(source.key);
      return together(
        identifiers.map((each) => {
          const known = rows.get(fold(each)) ?? rest;
          if (known !== undefined) return known;
          return orElse<RedshiftCluster | null, Error>(
            () => find(own, source, each),
            (error) => error as Error,
          );
        }),
      );
    });
  };
  const loader = createSourceLoader(readNamed, usage, { nameOf: fold, isFromCache: true });
  usage.outdated.push(() => listed.clear());

  return {
    load: loader.load,
    expect: (source) => void expected.add(source.key),
    loadKnown: (source, identifiers) => loader.loadKnown(source, foldClusters(identifiers)),
    callsPerTest: 0,
    record: (source) => redshiftCluster(source, {}),
    queries: (_source, { identifiers }) => {
      const [name, ...others] = foldClusters(identifiers ?? []);
      // AWS accepts one identifier per call; a region has so few clusters that listing all is usually one call, too.
      if (name === undefined || others.length > 0) return [{ input: {}, pushed: new Set() }];
      return [{ input: { ClusterIdentifier: name }, pushed: new Set(['identifiers'] as const) }];
    },
    read: (source, query, { marker, size }, tally) =>
      orElse(() => describe(source, { ...query.input, ...pageInput(marker, size) }, tally), noneIfNotFound),
  };
}

const indexOf = createRowIndex(nameOf);

/** Returns the clusters of a response, which all requests share. */
const answerOf = createAnswers((output: DescribeClustersCommandOutput, source) => {
  const all = (output.Clusters ?? []).map((aws) => redshiftCluster(source, aws));
  const listable = listableRows(source, all, ({ aws }) =>
    aws.ClusterIdentifier === undefined ? 'without an identifier' : undefined,
  );
  return { ...listable, marker: output.Marker };
});

function find(
  describe: Describe,
  source: Source,
  identifier: string,
  [ClusterIdentifier, ...others] = spellingsOf(identifier),
): MaybePromise<RedshiftCluster | null> {
  if (ClusterIdentifier === undefined) return null;
  const found = findInPages(
    (Marker) => orElse(() => describe(source, { ClusterIdentifier, ...(Marker && { Marker }) }), noneIfNotFound),
    (page) => firstOf(page, (row) => nameOf(row) === fold(identifier)) ?? undefined,
  );
  return after(found, (cluster) => cluster ?? find(describe, source, identifier, others));
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
