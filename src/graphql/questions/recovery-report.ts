import type { RecoveryPoint } from '../../fleet/questions/recovery-report.ts';
import { clusterList, copiesOfClusters, latestOfClusters, restoreChecks } from '../../limits/field-prices.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';
import { RestoreCheckType, VerdictEnum } from '../errors/restore-check.ts';
import { ClusterFilterInput } from '../lists/cluster-filter.ts';
import { uncountedConnectionType } from '../lists/connection-type.ts';
import { isSelected } from '../lists/selection.ts';
import { SnapshotInterface } from '../snapshot.ts';

const RecoveryPointType = builder.objectRef<RecoveryPoint>('RecoveryPoint').implement({
  description: 'A point in time to which a cluster can be restored.',
  fields: (t) => ({
    time: t.expose('time', {
      type: 'DateTime',
      description: 'The time whose data a restore brings back: of a snapshot, when AWS started to create it.',
    }),
    snapshot: t.expose('snapshot', {
      type: SnapshotInterface,
      nullable: true,
      description: 'The snapshot to restore. Null if `continuous` is true.',
    }),
    continuous: t.exposeBoolean('continuous', {
      description:
        'Whether the cluster has continuous backups, so that it can be restored to any time up to `time` (Amazon DocumentDB only).',
    }),
  }),
});

const checkCosts =
  'Costs the AWS calls of `point` and, for each distinct AWS KMS key, group and version that a restore needs, one AWS call per source.';

/** An entry has no data besides its cluster: what it reports is read when it is selected. */
const RecoveryReportEntryType = builder.objectRef<ClusterRecord>('RecoveryReportEntry');
RecoveryReportEntryType.implement({
  description:
    'What can be recovered of one cluster: the newest point to restore, its copies elsewhere, and whether AWS could restore it now. Each field is read only if it is selected, for all entries of a page together.',
  fields: (t) => ({
    cluster: t.field({
      type: ClusterInterface,
      description: 'The cluster that this entry is about.',
      resolve: (cluster) => cluster,
    }),
    point: t.field({
      type: RecoveryPointType,
      nullable: true,
      description:
        'The newest point in time to which this cluster can be restored in its own source: the latest restorable time of Amazon DocumentDB if continuous backups are on, otherwise the newest available snapshot of this cluster that you can see. Null if there is none, or if it is unknown which snapshot is the newest of this cluster; SNAPSHOT_AVAILABLE in `checks` says which. Null, with an error, if the snapshots cannot be read. Snapshots cost usually one AWS call per cluster; for several clusters, their source is read in full instead, one AWS call per 100 snapshots, if that takes no more calls. A latest restorable time costs no AWS call.',
      extensions: { price: latestOfClusters },
      resolve: (cluster, _args, ctx) => ctx.fleet.recoveryReport.pointOf(cluster),
    }),
    ageSeconds: t.float({
      nullable: true,
      description:
        'The age of `point`, in whole seconds: how much of the latest data a restore would lose. Null if `point` is null. Costs the AWS calls of `point`.',
      extensions: { price: latestOfClusters },
      resolve: (cluster, _args, ctx) => ctx.fleet.recoveryReport.ageSecondsOf(cluster),
    }),
    copies: t.field({
      type: [SnapshotInterface],
      nullable: true,
      description:
        'The available copies of snapshots of this cluster in other regions and accounts that are configured and that you can see: at most the 100 newest, newest first. A copy is included even if the creation times that AWS reports do not show whether it was made of this cluster or of an earlier cluster of the same name. Reads every other source of the service in full, one AWS call per 100 snapshots; a recent full read is reused. Null, with an error, if one of these sources cannot be read in full, because copies may be missing.',
      extensions: { price: copiesOfClusters },
      resolve: (cluster, _args, ctx) => ctx.fleet.recoveryReport.copiesOf(cluster),
    }),
    restorable: t.field({
      type: VerdictEnum,
      description: `Whether AWS could restore \`point\` now, into a cluster like this one: NO if the verdict of a check in \`checks\` is NO; UNKNOWN if none is NO and at least one is UNKNOWN. ${checkCosts}`,
      extensions: { price: restoreChecks },
      resolve: (cluster, _args, ctx) => ctx.fleet.recoveryReport.restorableOf(cluster),
    }),
    checks: t.field({
      type: [RestoreCheckType],
      description: `The requirements of a restore of \`point\` into a cluster like this one, with its subnet group and parameter group and the AWS KMS key of the backup. Only SNAPSHOT_AVAILABLE if \`point\` is null. The name of the new cluster, quotas and the configuration of this gateway are not checked. What cannot be read, because the gateway lacks an IAM permission for example, is UNKNOWN. ${checkCosts}`,
      extensions: { price: restoreChecks },
      resolve: (cluster, _args, ctx) => ctx.fleet.recoveryReport.checksOf(cluster),
    }),
  }),
});

const RecoveryReportConnectionType = uncountedConnectionType('RecoveryReport', RecoveryReportEntryType, {
  one: 'An entry',
  many: 'entries',
});

builder.queryField('recoveryReport', (t) =>
  t.field({
    type: RecoveryReportConnectionType,
    nullable: true,
    description:
      'Reports for each cluster what can be recovered: the newest point to restore, its age, copies in other regions and accounts, and whether AWS could restore it now. One entry for each cluster that you can see, in the order of `clusters` without `orderBy`. The list costs the AWS calls of `clusters`; the fields of the entries cost more.',
    args: {
      first: t.arg.int({ description: 'The number of entries to return, 1 to 100. Defaults to 20.' }),
      after: t.arg.string({
        description: 'Returns only entries after this cursor, which must be of this field and the same filter.',
      }),
      filter: t.arg({
        type: ClusterFilterInput,
        description: 'The conditions that clusters must meet to have an entry.',
      }),
    },
    extensions: { price: clusterList },
    resolve: (_root, args, ctx, info) => {
      const isNextPageWanted = isSelected(info, 'pageInfo', 'hasNextPage');
      return ctx.fleet.lists.clusters(args, { isNextPageWanted }, 'recoveryReport');
    },
  }),
);
