import { RestoreTableFromClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { NewTable } from '../../../changes/backend.ts';
import { clockTolerance } from '../../../changes/plans/creation.ts';
import { once } from '../../../changes/plans/once.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import { OutcomeUnknownError } from '../../../errors.ts';
import type { TableName, TableRestoreRecord } from '../../../snapshots/recovery/table-restore.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import { tableRestore } from '../recovery/table-restores.ts';
import type { RedshiftRequest } from '../request.ts';
import type { RedshiftSnapshot } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreTableFromClusterSnapshot.html */
export function planRestoreTable(
  { sender, creations, afresh }: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  { source, aws: { ClusterIdentifier = '' } }: RedshiftCluster,
  table: NewTable,
): Plan<TableRestoreRecord> {
  const { SnapshotIdentifier = '' } = snapshot.aws;
  const command = new RestoreTableFromClusterSnapshotCommand({
    SnapshotIdentifier,
    ClusterIdentifier,
    SourceDatabaseName: table.source.database,
    SourceSchemaName: table.source.schema,
    SourceTableName: table.source.table,
    NewTableName: table.target.table,
    TargetDatabaseName: table.target.database,
    TargetSchemaName: table.target.schema,
    ...(table.isCaseSensitive !== undefined && { EnableCaseSensitiveIdentifier: table.isCaseSensitive }),
  });
  const call = sender.call(source, command);
  const run = async () => {
    const startedAt = creations.now();
    return once(call, {
      fromAnswer: ({ TableRestoreStatus: status }) => {
        const made = status && tableRestore(source, status);
        return made && made.requestId !== '' ? made : undefined;
      },
      readBack: async () => {
        const all = await afresh().tableRestores.ofCluster(source, ClusterIdentifier);
        const fitting = all.filter((each) => isAsSent(each, { SnapshotIdentifier, table, startedAt }));
        if (fitting.length < 2) return fitting[0];
        throw new OutcomeUnknownError(`${fitting.length} restores of the same table were requested at that time`);
      },
    });
  };
  return { calls: [call.planned], run };
}

interface SentTable {
  readonly SnapshotIdentifier: string;
  readonly table: NewTable;
  readonly startedAt: Date;
}

/** Whether a table restore can be the one that was sent. One of which AWS does not report every name and its time is not. */
function isAsSent(
  { snapshotIdentifier, sourceTable, targetTable, requestedAt }: TableRestoreRecord,
  { SnapshotIdentifier, table, startedAt }: SentTable,
): boolean {
  const isSame = (one: TableName<string | null>, other: TableName) =>
    namesOf(one, table).every((name, index) => name === namesOf(other, table)[index]);
  return (
    snapshotIdentifier?.toLowerCase() === SnapshotIdentifier.toLowerCase() &&
    isSame(sourceTable, table.source) &&
    isSame(targetTable, table.target) &&
    requestedAt !== null &&
    requestedAt.getTime() >= startedAt.getTime() - clockTolerance
  );
}

/** Returns the parts of a name as AWS compares them: AWS stores them in lowercase unless they are case-sensitive. */
function namesOf({ database, schema, table }: TableName<string | null>, { isCaseSensitive = false }: NewTable) {
  return [database, schema, table].map((name) => (isCaseSensitive ? name : (name?.toLowerCase() ?? null)));
}
