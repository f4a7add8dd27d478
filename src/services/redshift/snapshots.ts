import { DescribeClusterSnapshotsCommand, type DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import {
  type AwsAnswer,
  type AwsPage,
  type AwsQuery,
  firstOf,
  type Listing,
  namedRows,
  noneIfNotFound,
  pageInput,
  pagesOf,
} from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type ReadSource, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import { matchResource, parseArn } from '../../snapshots/arn.ts';
import { snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect } from './client.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from './snapshot-kind.ts';
import { snapshotQueries } from './snapshot-queries.ts';

/** The snapshots of Amazon Redshift, for one request. */
export interface RedshiftSnapshots extends Listing<RedshiftSnapshot, SnapshotConditions> {
  /** Loads snapshots by ARN; null for a snapshot that does not exist. */
  readonly byArn: SourceLoader<RedshiftSnapshot | null>;
  /** Finds a snapshot by its identifier and owner, by default the source's account; null if there is none. */
  find(source: Source, identifier: string, owner?: string): Promise<RedshiftSnapshot | null>;
  /** Returns the newest available snapshot of a cluster, in one call unless the newest 20 are all unavailable. */
  latest(source: Source, clusterIdentifier: string): Promise<RedshiftSnapshot | null>;
}

type Input = DescribeClusterSnapshotsCommandInput;
type Answer = AwsAnswer<RedshiftSnapshot>;

/** Reads one page, and adds its rows to the loader unless they are read for all requests. */
type Describe = (source: Source, input: Input, usage?: Usage, isForAll?: boolean) => Promise<Answer>;

/** The maximum number of snapshots that are looked up one by one; for more, listing usually takes fewer calls. */
const mostLookups = 10;
const smallestPage = 20;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html */
export function createRedshiftSnapshots(
  connect: RedshiftConnect,
  accountsIn: (source: Source) => readonly string[],
  requestUsage: Usage,
): RedshiftSnapshots {
  const describe: Describe = async (source, input, usage = requestUsage, isForAll = false) => {
    const { output, fetchedAt } = await connect(source).read(new DescribeClusterSnapshotsCommand(input), usage);
    const owner = input.OwnerAccount ?? source.account;
    const all = (output.Snapshots ?? [])
      .map((aws) => redshiftSnapshot(source, aws))
      // AWS does not document that it omits snapshots that other accounts share.
      .filter((row) => (redshiftSnapshotKind.ownerAccountId(row) ?? source.account) === owner);
    const { rows, flaw } = namedRows(source, all, redshiftSnapshotKind.identifier);
    if (flaw) connect(source).warn(flaw);
    if (!isForAll) for (const row of rows) if (row) byArn.prime(source, redshiftSnapshotKind.arn(row), row);
    return { rows, marker: output.Marker, fetchedAt, flaw };
  };
  const byArn = createSourceLoader(readByArn(describe), requestUsage);

  return {
    byArn,
    find: (source, identifier, owner) => find(describe, source, identifier, owner),
    queries: (source, conditions) => snapshotQueries(source, conditions, accountsIn(source)),
    read: (source, query, page, usage) => readPage(describe, source, query, page, usage),
    latest: async (source, clusterIdentifier) => {
      const input: Input = {
        ClusterIdentifier: clusterIdentifier,
        SortingEntities: [{ Attribute: 'CREATE_TIME', SortOrder: 'DESC' }],
      };
      const pages = pagesOf((marker) => describe(source, { ...input, ...pageInput(marker, smallestPage) }));
      for await (const { rows } of pages) {
        const newest = rows.find((row) => row !== null && snapshotStatus(row) === 'AVAILABLE');
        if (newest) return newest;
      }
      return null;
    },
  };
}

async function readPage(
  describe: Describe,
  source: Source,
  query: AwsQuery<SnapshotConditions>,
  { marker, size, isForAll }: AwsPage,
  usage: Usage,
): Promise<Answer> {
  const input: Input = { ...query.input, ...pageInput(marker, size) };
  return describe(source, input, usage, isForAll).catch((error: unknown) => {
    const { ClusterIdentifier, ClusterExists } = input;
    const none = noneIfNotFound(error);
    // A deleted cluster can still have snapshots, which AWS documents only for ClusterExists=false.
    if (ClusterIdentifier === undefined || ClusterExists !== undefined) return none;
    return describe(source, { ...input, ClusterExists: false }, usage, isForAll).catch(noneIfNotFound);
  });
}

async function find(
  describe: Describe,
  source: Source,
  identifier: string,
  owner = source.account,
): Promise<RedshiftSnapshot | null> {
  const foreign = owner === source.account ? {} : { OwnerAccount: owner };
  return firstOf(await describe(source, { SnapshotIdentifier: identifier, ...foreign }).catch(noneIfNotFound));
}

/** AWS accepts one identifier per call, or lists all: many are listed as long as that can take fewer calls. */
function readByArn(describe: Describe): ReadSource<RedshiftSnapshot | null> {
  return async (source, arns) => {
    const found = new Map<string, RedshiftSnapshot>();
    if (arns.length > mostLookups) await listOwn(describe, source, arns, found);
    return Promise.all(
      arns.map(async (arn) => found.get(arn) ?? findByArn(describe, source, arn).catch((error: Error) => error)),
    );
  };
}

/** Adds the account's own snapshots to `found`, page by page, as long as that can take fewer calls than lookups. */
async function listOwn(
  describe: Describe,
  source: Source,
  arns: readonly string[],
  found: Map<string, RedshiftSnapshot>,
): Promise<void> {
  const missing = () => arns.filter((arn) => parseArn(arn).account === source.account && !found.has(arn));
  if (missing().length < 2) return;
  let pages = 0;
  for await (const { rows } of pagesOf((marker) => describe(source, pageInput(marker)))) {
    for (const row of rows) if (row) found.set(redshiftSnapshotKind.arn(row), row);
    pages += 1;
    if (pages >= missing().length - 1) return;
  }
}

async function findByArn(describe: Describe, source: Source, arn: string): Promise<RedshiftSnapshot | null> {
  const [, cluster, identifier = ''] = matchResource(
    arn,
    /^snapshot:([^/]*)\/(.+)$/,
    'Amazon Redshift snapshot',
    'arn:aws:redshift:us-east-1:123456789012:snapshot:sales/sales-2026-03-01',
  );
  const found = await find(describe, source, identifier, parseArn(arn).account);
  return found && (found.aws.ClusterIdentifier ?? '') === cluster ? found : null;
}
