import * as z from 'zod';
import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { TableName, TableRestoreRecord } from '../../snapshots/recovery/table-restore.ts';
import { requireValid } from '../input/problems.ts';
import { shown } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { PlannedCall } from '../plans/call.ts';
import { requireAvailable, requireAvailableSnapshot } from '../requirements/requirements.ts';

export interface RestoreTableInput {
  readonly snapshotId: string;
  readonly clusterId: string;
  readonly source: TableName;
  readonly target: {
    readonly database?: Maybe<string>;
    readonly schema?: Maybe<string>;
    readonly table: string;
  };
  readonly caseSensitive?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

/** The outcome of the change: the request, null in a dry run, or a function that reads it. */
export interface TableRestoreChange {
  readonly request: TableRestoreRecord | null | (() => MaybePromise<TableRestoreRecord | null>);
  readonly plannedCalls: readonly PlannedCall[];
}

/** https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
const longestName = 127;

const inputRule = z.object({
  source: z.object({
    database: nameRule('source.database'),
    schema: nameRule('source.schema'),
    table: nameRule('source.table'),
  }),
  target: z.object({
    database: nameRule('target.database').nullish(),
    schema: nameRule('target.schema').nullish(),
    table: nameRule('target.table'),
  }),
});

/** Starts to restore one table from a snapshot to the cluster that the snapshot was taken from, as a new table. */
export async function restoreTable(targets: Targets, input: RestoreTableInput): Promise<TableRestoreChange> {
  const from = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const to = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const { planRestoreTable, rules } = await from.findBackend();
  requireValid(inputRule, input);
  if (!planRestoreTable) {
    throw new NotSupportedError(
      `Cannot restore a table: ${rules.serviceName} restores only whole clusters. Restore the cluster, and copy the data from there.`,
    );
  }

  const snapshot = await from.read();
  requireOwner(snapshot);
  const cluster = await to.read();
  requireSameCluster(snapshot, cluster);
  requireAvailableSnapshot(snapshot, 'restore a table from');
  requireAvailable(cluster, 'restore a table to');

  const { source, caseSensitive } = input;
  const target = {
    database: input.target.database ?? source.database,
    schema: input.target.schema ?? source.schema,
    table: input.target.table,
  };
  const plan = planRestoreTable(snapshot, cluster, { source, target, isCaseSensitive: caseSensitive ?? undefined });
  return { request: input.dryRun ? null : await plan.run(), plannedCalls: plan.calls };
}

function nameRule(field: string) {
  const hasLength = (text: string) => text !== '' && Buffer.byteLength(text) <= longestName;
  return z.string().refine(hasLength, {
    error: ({ input }) => `${field} is ${shown(input)}; it must have 1 to ${longestName} bytes in UTF-8.`,
  });
}

/** AWS has no parameter for the owner of the snapshot. */
function requireOwner(snapshot: SnapshotRecord): void {
  if (isOwn(snapshot)) return;
  throw new NotSupportedError(
    `Cannot restore a table from snapshot ${snapshot.kind.identifier(snapshot)}: it belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and AWS restores tables only from snapshots of the account of the cluster. Restore the snapshot to a new cluster, and copy the table from there.`,
  );
}

/** AWS restores a table only to the cluster of the snapshot. */
function requireSameCluster(snapshot: SnapshotRecord, cluster: ClusterRecord): void {
  const name = snapshot.kind.clusterIdentifier(snapshot);
  const isSame = name.toLowerCase() === cluster.kind.identifier(cluster).toLowerCase();
  if (isSame && snapshot.source.key === cluster.source.key) return;
  throw new InvalidInputError(
    `Cannot restore a table from snapshot ${snapshot.kind.identifier(snapshot)} to cluster ${cluster.kind.identifier(cluster)} in ${placeOf(cluster)}: the snapshot was taken from cluster ${name} in ${placeOf(snapshot)}, and AWS restores tables only to the cluster of the snapshot. Use that cluster, or a snapshot of this one.`,
    ['input', 'clusterId'],
  );
}

function placeOf({ source: { account, region, service } }: SnapshotRecord | ClusterRecord): string {
  return `${service}, account ${account}, region ${region}`;
}
