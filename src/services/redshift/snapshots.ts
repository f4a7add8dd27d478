import { DescribeClusterSnapshotsCommand, type DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import { type AwsAnswer, type Listing, noneIfNotFound } from '../../fleet/backend.ts';
import type { SnapshotFilter } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import type { Source } from '../../graphql/source.ts';
import { matchResource, parseArn } from '../../snapshots/arn.ts';
import { snapshotStatus } from '../../snapshots/snapshot.ts';
import type { RedshiftConnection } from './client.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from './snapshot-kind.ts';
import { planSnapshots } from './snapshot-queries.ts';

/** The snapshots of Amazon Redshift, for one request. */
export interface RedshiftSnapshots extends Listing<RedshiftSnapshot, SnapshotFilter> {
  /** By ARN; null when AWS does not know it. */
  readonly byArn: SourceLoader<RedshiftSnapshot | null>;
  /** One by its name; null when the owner, mostly the source's account, has none. */
  find(source: Source, identifier: string, owner?: string): Promise<RedshiftSnapshot | null>;
  /** The newest available one of a cluster, in one call unless its newest twenty are all unfinished. */
  latest(source: Source, clusterIdentifier: string): Promise<RedshiftSnapshot | null>;
}

type Input = DescribeClusterSnapshotsCommandInput;
type Answer = AwsAnswer<RedshiftSnapshot>;

/** Snapshots that are looked up one by one; more of them are likelier found in a list. */
const mostLookUps = 10;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html */
export function createRedshiftSnapshots(
  connect: (source: Source) => RedshiftConnection,
  accountsIn: (source: Source) => readonly string[],
  usage: Usage,
): RedshiftSnapshots {
  const describe = async (source: Source, input: Input, tally = usage, isForAll = false): Promise<Answer> => {
    const { output, fetchedAt } = await connect(source).read(new DescribeClusterSnapshotsCommand(input), tally);
    const owner = input.OwnerAccount ?? source.account;
    const rows = (output.Snapshots ?? [])
      .map((aws) => redshiftSnapshot(source, aws))
      // AWS does not promise to leave out what others share with the account.
      .filter((row) => redshiftSnapshotKind.ownerAccountId(row) === owner);
    if (!isForAll) for (const row of rows) byArn.prime(source, redshiftSnapshotKind.arn(row), row);
    return { rows, marker: output.Marker, fetchedAt };
  };

  const find = async (source: Source, identifier: string, owner = source.account) => {
    const foreign = owner === source.account ? {} : { OwnerAccount: owner };
    const { rows } = await describe(source, { SnapshotIdentifier: identifier, ...foreign }).catch(noneIfNotFound);
    return rows[0] ?? null;
  };

  const findByArn = async (source: Source, arn: string): Promise<RedshiftSnapshot | null> => {
    const [, cluster, identifier = ''] = matchResource(
      arn,
      /^snapshot:([^/]+)\/(.+)$/,
      'Amazon Redshift snapshot',
      'arn:aws:redshift:us-east-1:123456789012:snapshot:sales/sales-2026-03-01',
    );
    const found = await find(source, identifier, parseArn(arn).account);
    return found?.aws.ClusterIdentifier === cluster ? found : null;
  };

  /** Adds pages of the account's own to what was found, as long as that can be fewer calls than single look-ups. */
  const listOwn = async (source: Source, arns: readonly string[], found: Map<string, RedshiftSnapshot>) => {
    const missing = () => arns.filter((arn) => parseArn(arn).account === source.account && !found.has(arn));
    let marker: string | undefined;
    for (let pages = 0; pages < missing().length - 1; pages += 1) {
      const page = await describe(source, { MaxRecords: 100, ...(marker && { Marker: marker }) });
      for (const row of page.rows) if (row) found.set(redshiftSnapshotKind.arn(row), row);
      marker = page.marker;
      if (!marker) return;
    }
  };

  const byArn = createSourceLoader<RedshiftSnapshot | null>(async (source, arns) => {
    const found = new Map<string, RedshiftSnapshot>();
    // AWS takes one identifier in a call, or lists all.
    if (arns.length > mostLookUps) await listOwn(source, arns, found);
    return Promise.all(
      arns.map(async (arn) => found.get(arn) ?? findByArn(source, arn).catch((error: Error) => error)),
    );
  });

  return {
    byArn,
    find,
    plan: (source, filter) => planSnapshots(source, filter, accountsIn(source)),
    read: async (source, strand, { marker, size, isForAll }, tally) => {
      const input: Input = { ...strand.input, MaxRecords: size, ...(marker && { Marker: marker }) };
      return describe(source, input, tally, isForAll).catch((error: unknown) => {
        const { ClusterIdentifier, ClusterExists } = input;
        const none = noneIfNotFound(error);
        // A cluster that is gone may still have snapshots, which AWS promises only for ClusterExists=false.
        if (ClusterIdentifier === undefined || ClusterExists !== undefined) return none;
        return describe(source, { ...input, ClusterExists: false }, tally, isForAll).catch(noneIfNotFound);
      });
    },
    latest: async (source, clusterIdentifier) => {
      const input: Input = {
        ClusterIdentifier: clusterIdentifier,
        SortingEntities: [{ Attribute: 'CREATE_TIME', SortOrder: 'DESC' }],
        MaxRecords: 20,
      };
      let page = await describe(source, input);
      let newest = page.rows.find(isAvailable);
      while (!newest && page.marker) {
        page = await describe(source, { ...input, Marker: page.marker });
        newest = page.rows.find(isAvailable);
      }
      return newest ?? null;
    },
  };
}

function isAvailable(row: RedshiftSnapshot | null): row is RedshiftSnapshot {
  return row !== null && snapshotStatus(row) === 'AVAILABLE';
}
