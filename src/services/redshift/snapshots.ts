import {
  DescribeClusterSnapshotsCommand,
  type DescribeClusterSnapshotsCommandInput,
  type DescribeClusterSnapshotsCommandOutput,
} from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsPage,
  type AwsQuery,
  type Defect,
  type Listing,
  listableRows,
  pageInput,
  pagesOf,
} from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import { createAnswers } from '../../fleet/lookups/answers.ts';
import { createClusterPages } from '../../fleet/lookups/cluster-pages.ts';
import type { KnownLengths } from '../../fleet/lookups/known-length.ts';
import { createRowIndex } from '../../fleet/lookups/row-index.ts';
import { createSourceLoader, readEach, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import { newestOf } from '../../fleet/questions/newest.ts';
import { isRecoveryPoint } from '../../snapshots/lineage.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import { toWord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect } from './client.ts';
import type { RedshiftCluster } from './cluster-kind.ts';
import { type Describe, findNamed, readNamed, readOfCluster } from './lookups/named-snapshots.ts';
import { type RedshiftSnapshot, ownersOf, redshiftSnapshot, redshiftSnapshotKind } from './snapshot-kind.ts';
import { snapshotQueries, unseenShares } from './snapshot-queries.ts';
import { listInput, readByArn } from './lookups/snapshots-by-arn.ts';

/** The snapshots of Amazon Redshift, for one request. */
export interface RedshiftSnapshots extends Listing<RedshiftSnapshot, SnapshotConditions> {
  /** Loads snapshots by ARN, in any case; null for a snapshot that does not exist. */
  readonly byArn: SourceLoader<RedshiftSnapshot | null>;
  /**
   * Finds a snapshot by its identifier, in any case, and its owner, by default the source's account; null if there is
   * none.
   */
  find(source: Source, identifier: string, owner?: string): MaybePromise<RedshiftSnapshot | null>;
  /**
   * Returns the newest available snapshot of each cluster that is not known to be unrelated to it: one call for each,
   * unless its newest 20 are all unavailable or unrelated.
   */
  latest(source: Source, clusters: readonly RedshiftCluster[]): Promise<readonly (RedshiftSnapshot | Error | null)[]>;
}

type Input = DescribeClusterSnapshotsCommandInput;

const smallestPage = 20;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html */
export function createRedshiftSnapshots(
  connect: RedshiftConnect,
  accountsIn: (source: Source) => readonly string[],
  requestUsage: Usage,
  lengths: KnownLengths,
): RedshiftSnapshots {
  const describe: Describe = (source, input, usage = requestUsage, isForAll = false) =>
    after(connect(source).read(DescribeClusterSnapshotsCommand, input, usage), (fetched) => {
      const answer = answerOf(fetched, source, { input, isForAll });
      if (answer.flaw) connect(source).warn(answer.flaw);
      learnLength(lengths, source, input, answer.marker);
      if (!isForAll) byArn.prime(source, indexOf(answer.rows));
      return answer;
    });
  const byArn = createSourceLoader(readByArn(describe, lengths), requestUsage, { nameOf: fold, isFromCache: true });
  const ofClusters = createClusterPages<RedshiftSnapshot, Input>({
    usage: requestUsage,
    describe: (source, input, usage) => readOfCluster((asked) => describe(source, asked, usage), input),
    clusterIn: ({ ClusterIdentifier = '', ...rest }) => ({ cluster: fold(ClusterIdentifier), rest }),
    // AWS accepts one cluster per call.
    inputFor: (_clusters, rest) => rest,
    clusterOf: (row) => fold(redshiftSnapshotKind.clusterIdentifier(row)),
    lengths,
  });

  return {
    byArn,
    find: (source, identifier, owner) => findNamed(describe, source, identifier, owner),
    callsPerTest: 0,
    record: (source) => redshiftSnapshot(source, {}),
    queries: (source, conditions) => snapshotQueries(source, conditions, accountsIn(source)),
    unseen: (_source, conditions) => unseenShares(conditions),
    read: (source, query, page, usage) => {
      const isTogether = page.isOfMany && page.marker === undefined;
      return isTogether
        ? ofClusters.read(source, query.input, page.size)
        : readPage(describe, source, query, page, usage);
    },
    latest: (_source, clusters) => readEach(clusters, (cluster) => findLatest(describe, cluster)),
  };
}

const indexOf = createRowIndex((row: RedshiftSnapshot) => fold(redshiftSnapshotKind.arn(row)));

/** Returns the snapshots of a response, which all requests share. */
const answerOf = createAnswers(
  (output: DescribeClusterSnapshotsCommandOutput, source, { input, isForAll }: { input: Input; isForAll: boolean }) => {
    const all = (output.Snapshots ?? []).map((aws) => redshiftSnapshot(source, aws, isForAll ? undefined : []));
    const asked = all.filter((row) => isRequested(row, input));
    return { ...listableRows(source, asked, (row) => defectOf(row, input)), marker: output.Marker };
  },
);

/** Whether AWS was asked for a row: it does not document that it omits snapshots that other accounts share. */
function isRequested(row: RedshiftSnapshot, input: Input): boolean {
  const { OwnerAccount, SnapshotType, ClusterIdentifier, SnapshotIdentifier } = input;
  const { clusterIdentifier, identifier } = redshiftSnapshotKind;
  const owners = ownersOf(row);
  return (
    (owners.length === 0 || owners.includes(OwnerAccount ?? row.source.account)) &&
    isOfType(row, SnapshotType) &&
    isNamed(clusterIdentifier(row), ClusterIdentifier) &&
    isNamed(identifier(row), SnapshotIdentifier)
  );
}

/** Whether a row has the requested type, as far as AWS reports a type that is known here. */
function isOfType({ aws }: RedshiftSnapshot, requested: string | undefined): boolean {
  const type = toWord(aws.SnapshotType);
  return requested === undefined || type === requested || !['manual', 'automated'].includes(type);
}

function defectOf(row: RedshiftSnapshot, { OwnerAccount }: Input): Defect | undefined {
  if (redshiftSnapshotKind.identifier(row) === '') return 'without an identifier';
  const owners = ownersOf(row);
  if (owners.length > 1) return 'with two different owners';
  return owners.length === 0 && OwnerAccount !== undefined ? 'without an owner' : undefined;
}

/** Whether a row has the requested name, if a name was requested and AWS reports the name of the row. */
function isNamed(name: string, requested: string | undefined): boolean {
  return requested === undefined || name === '' || fold(name) === fold(requested);
}

async function findLatest(describe: Describe, cluster: RedshiftCluster): Promise<RedshiftSnapshot | null> {
  const input: Input = {
    ClusterIdentifier: cluster.kind.identifier(cluster),
    SortingEntities: [{ Attribute: 'CREATE_TIME', SortOrder: 'DESC' }],
  };
  let newest: RedshiftSnapshot | null = null;
  // Snapshots of a deleted cluster of the same name can fill the first page: more are read with the largest pages.
  const pages = pagesOf((marker) =>
    describe(cluster.source, { ...input, ...(marker ? pageInput(marker) : pageInput(marker, smallestPage)) }),
  );
  for await (const { rows, flaw } of pages) {
    // A record that cannot be listed can be the newest.
    if (flaw) throw flaw;
    const known = rows.filter((row) => row !== null);
    newest = newestOf([...(newest ? [newest] : []), ...known.filter((row) => isRecoveryPoint(row, cluster))]);
    if (newest !== null && isNewestFirst(known)) return newest;
  }
  return newest;
}

/** Whether AWS has sorted a page, so that no later page has a newer snapshot. */
function isNewestFirst(rows: readonly RedshiftSnapshot[]): boolean {
  const times = rows.map((row) => Number(row.aws.SnapshotCreateTime ?? 0));
  return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? Infinity));
}

/** Learns the length of the list of a source, or of one of its clusters. */
function learnLength(lengths: KnownLengths, source: Source, input: Input, next: string | undefined): void {
  const { Marker, MaxRecords, ClusterIdentifier, ...rest } = input;
  if (Object.keys(rest).length === 0)
    lengths.learn(source, { Marker, MaxRecords, ...listInput(ClusterIdentifier) }, next);
}

function readPage(
  describe: Describe,
  source: Source,
  query: AwsQuery<SnapshotConditions>,
  { marker, size, isForAll }: AwsPage,
  usage: Usage,
) {
  const input: Input = { ...query.input, ...pageInput(marker, size) };
  const read = (asked: Input) => describe(source, asked, usage, isForAll);
  return input.SnapshotIdentifier === undefined ? readOfCluster(read, input) : readNamed(read, input);
}

function fold(name: string): string {
  return name.toLowerCase();
}
