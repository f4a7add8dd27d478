import {
  DescribeTableRestoreStatusCommand,
  type DescribeTableRestoreStatusCommandInput,
  type DescribeTableRestoreStatusCommandOutput,
  type TableRestoreStatus,
} from '@aws-sdk/client-redshift';
import type { Usage } from '../../../aws/usage.ts';
import { InvalidInputError } from '../../../errors.ts';
import {
  type AwsAnswer,
  findInPages,
  firstOf,
  listableRows,
  noneIfNotFound,
  pageInput,
  readRows,
} from '../../../fleet/backend.ts';
import { createAnswers } from '../../../fleet/lookups/answers.ts';
import { createRecordLoader } from '../../../fleet/lookups/source-loader.ts';
import { after, type MaybePromise, orElse } from '../../../snapshots/maybe.ts';
import { toWord } from '../../../snapshots/snapshot.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { TableRestoreRecord, TableRestoreState } from '../../../snapshots/recovery/table-restore.ts';
import type { RedshiftConnect } from '../client.ts';
import { redshiftCluster } from '../cluster-kind.ts';
import { known, redshiftSnapshot } from '../snapshot-kind.ts';

/** The table restores of Amazon Redshift, for one request. */
export interface RedshiftTableRestores {
  /**
   * Loads a table restore by its name; null if it does not exist, AWS has forgotten it, or its cluster does not exist.
   * Throws INVALID_INPUT for a malformed name.
   */
  load(source: Source, name: string): MaybePromise<TableRestoreRecord | null>;
  /** Returns all table restores of a cluster that AWS remembers. Rejects if some of them cannot be read. */
  ofCluster(source: Source, cluster: string): Promise<readonly TableRestoreRecord[]>;
}

type Answer = AwsAnswer<TableRestoreRecord>;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeTableRestoreStatus.html */
export function createRedshiftTableRestores(connect: RedshiftConnect, usage: Usage): RedshiftTableRestores {
  const describe = (source: Source, input: DescribeTableRestoreStatusCommandInput, own: Usage): MaybePromise<Answer> =>
    after(connect(source).read(DescribeTableRestoreStatusCommand, input, own), (fetched) => {
      const answer = answerOf(fetched, source);
      if (answer.flaw) connect(source).warn(answer.flaw);
      return answer;
    });
  const find = (source: Source, name: string, own: Usage): MaybePromise<TableRestoreRecord | null> => {
    const { cluster, requestId } = readName(name);
    const input = { ClusterIdentifier: cluster, TableRestoreRequestId: requestId };
    const found = findInPages(
      (Marker) => orElse(() => describe(source, { ...input, ...(Marker && { Marker }) }, own), noneIfNotFound),
      (page) => firstOf(page, (row) => row.requestId === requestId) ?? undefined,
    );
    return after(found, (row) => row ?? null);
  };
  const loader = createRecordLoader(find, usage);
  return {
    load: loader.load,
    ofCluster: async (source, cluster) => {
      const read = (marker: string | undefined) =>
        describe(source, { ClusterIdentifier: cluster, ...pageInput(marker) }, usage);
      const { rows, failure } = await readRows(read);
      if (failure !== null) throw failure;
      return rows;
    },
  };
}

/** Returns the table restores of a response, which all requests share. */
const answerOf = createAnswers((output: DescribeTableRestoreStatusCommandOutput, source) => {
  const all = (output.TableRestoreStatusDetails ?? []).map((aws) => tableRestore(source, aws));
  const listable = listableRows(source, all, (row) => (row.requestId === '' ? 'without an identifier' : undefined));
  return { ...listable, marker: output.Marker };
});

/** Converts a table restore that AWS returned; its request id is empty if AWS did not report it or its cluster. */
export function tableRestore(source: Source, aws: TableRestoreStatus): TableRestoreRecord {
  const { TableRestoreRequestId = '', ClusterIdentifier = '', SnapshotIdentifier } = aws;
  const requestId = ClusterIdentifier === '' ? '' : TableRestoreRequestId;
  const cluster = redshiftCluster(source, { ClusterIdentifier });
  const snapshot = SnapshotIdentifier ? redshiftSnapshot(source, { SnapshotIdentifier, ClusterIdentifier }) : null;
  return {
    __typename: 'TableRestore',
    source,
    name: `${ClusterIdentifier}/${requestId}`,
    visibility: { cluster: ClusterIdentifier },
    requestId,
    state: states.get(toWord(aws.Status)) ?? 'UNKNOWN',
    message: aws.Message ?? null,
    requestedAt: aws.RequestTime ?? null,
    restoredMegabytes: known(aws.ProgressInMegaBytes),
    totalMegabytes: known(aws.TotalDataInMegaBytes),
    clusterArn: cluster.kind.arn(cluster),
    snapshotIdentifier: SnapshotIdentifier ?? null,
    snapshotArn: snapshot && snapshot.kind.arn(snapshot),
    sourceTable: {
      database: aws.SourceDatabaseName ?? null,
      schema: aws.SourceSchemaName ?? null,
      table: aws.SourceTableName ?? null,
    },
    targetTable: {
      database: aws.TargetDatabaseName ?? null,
      schema: aws.TargetSchemaName ?? null,
      table: aws.NewTableName ?? null,
    },
  };
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_TableRestoreStatus.html */
const states: ReadonlyMap<string, TableRestoreState> = new Map([
  ['pending', 'PENDING'],
  ['in_progress', 'IN_PROGRESS'],
  ['succeeded', 'SUCCEEDED'],
  ['failed', 'FAILED'],
  ['canceled', 'CANCELED'],
]);

/** Returns the parts of a name; an empty part would make AWS list other table restores. */
function readName(name: string): { readonly cluster: string; readonly requestId: string } {
  const [cluster, requestId, ...others] = name.split('/');
  if (cluster && requestId && others.length === 0) return { cluster, requestId };
  throw new InvalidInputError(
    `${JSON.stringify(name)} does not name a table restore. Use an id that this API returned.`,
    ['id'],
  );
}
