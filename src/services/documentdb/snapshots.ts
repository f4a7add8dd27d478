import { DescribeDBClusterSnapshotsCommand, type DescribeDBClusterSnapshotsCommandInput } from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import { type AwsAnswer, type Listing, noneIfNotFound, pageInput, pagesOf } from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import { createSourceLoader, type SourceLoader } from '../../fleet/lookups/source-loader.ts';
import { newestOf } from '../../fleet/questions/newest.ts';
import { matchResource, parseArn } from '../../snapshots/arn.ts';
import { chunksOf } from '../../snapshots/chunks.ts';
import { snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DocumentDBConnect } from './client.ts';
import {
  type DocumentDBSnapshot,
  documentDBEngine,
  documentDBSnapshot,
  documentDBSnapshotKind,
} from './snapshot-kind.ts';
import { snapshotQueries } from './snapshot-queries.ts';

/** The snapshots of Amazon DocumentDB, for one request. */
export interface DocumentDBSnapshots extends Listing<DocumentDBSnapshot, SnapshotConditions> {
  /** By ARN; null when AWS does not know it. */
  readonly byArn: SourceLoader<DocumentDBSnapshot | null>;
  /** One of the source's account by its name, in any case; null when it has none. */
  find(source: Source, identifier: string): Promise<DocumentDBSnapshot | null>;
  /** The newest available one of a cluster; AWS has no order here, so all of them are read. */
  latest(source: Source, clusterIdentifier: string): Promise<DocumentDBSnapshot | null>;
}

/** AWS takes 100 values in a filter of clusters, and does not say how many in one of snapshots. */
const namesTogether = 100;

type Input = DescribeDBClusterSnapshotsCommandInput;
type Answer = AwsAnswer<DocumentDBSnapshot>;

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterSnapshots.html */
export function createDocumentDBSnapshots(connect: DocumentDBConnect, usage: Usage): DocumentDBSnapshots {
  const describe = async (source: Source, input: Input, tally = usage, isForAll = false): Promise<Answer> => {
    const { output, fetchedAt } = await connect(source).read(new DescribeDBClusterSnapshotsCommand(input), tally);
    const rows = (output.DBClusterSnapshots ?? []).map((aws) =>
      // AWS does not promise to honour the engine filter on this operation.
      aws.Engine === documentDBEngine ? documentDBSnapshot(source, aws) : null,
    );
    if (!isForAll) for (const row of rows) if (row) byArn.prime(source, documentDBSnapshotKind.arn(row), row);
    return { rows, marker: output.Marker, fetchedAt };
  };

  /** Reads a whole list, page after page. */
  const describeAll = async (source: Source, input: Input): Promise<DocumentDBSnapshot[]> => {
    const all: DocumentDBSnapshot[] = [];
    for await (const { rows } of pagesOf((marker) => describe(source, { ...input, ...pageInput(marker) }))) {
      all.push(...rows.filter((row) => row !== null));
    }
    return all;
  };

  const findShared = async (source: Source, arn: string) => {
    const input = { DBClusterSnapshotIdentifier: arn, IncludeShared: true, IncludePublic: true };
    const { rows } = await describe(source, input).catch(noneIfNotFound);
    return rows.find((row) => row?.aws.DBClusterSnapshotArn === arn) ?? null;
  };

  const byArn = createSourceLoader<DocumentDBSnapshot | null>(async (source, arns) => {
    const own = arns.filter((arn) => parseArn(arn).account === source.account);
    const groups = chunksOf(own.map(identifierOf), namesTogether);
    const found = await Promise.all(
      groups
        .flatMap((identifiers) => snapshotQueries(source, { identifiers }))
        .map(({ input }) => describeAll(source, input)),
    );
    const byOwnArn = new Map(found.flat().map((row) => [documentDBSnapshotKind.arn(row), row]));
    return Promise.all(
      arns.map(async (arn) =>
        own.includes(arn) ? (byOwnArn.get(arn) ?? null) : findShared(source, arn).catch((error: Error) => error),
      ),
    );
  });

  return {
    byArn,
    find: async (source, identifier) => {
      const [query] = snapshotQueries(source, { identifiers: [identifier.toLowerCase()] });
      const [found] = await describeAll(source, query?.input ?? {});
      return found ?? null;
    },
    queries: snapshotQueries,
    read: (source, query, { marker, size, isForAll }, tally) =>
      describe(source, { ...query.input, ...pageInput(marker, size) }, tally, isForAll).catch(noneIfNotFound),
    latest: async (source, clusterIdentifier) => {
      const [query] = snapshotQueries(source, { clusterIdentifiers: [clusterIdentifier] });
      const all = await describeAll(source, query?.input ?? {});
      return newestOf(all.filter((row) => snapshotStatus(row) === 'AVAILABLE'));
    },
  };
}

/** The name in the ARN of a snapshot, which AWS stores in lower case. */
export function identifierOf(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^cluster-snapshot:(.+)$/,
    'Amazon DocumentDB snapshot',
    'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:orders-2026-03-01',
  );
  return identifier;
}
