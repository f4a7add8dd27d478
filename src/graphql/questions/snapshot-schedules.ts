import { clusterOf, scheduledClusters, scheduleList } from '../../limits/field-prices.ts';
import { encodeGlobalId } from '../../snapshots/global-id.ts';
import { nodeKey } from '../../snapshots/record.ts';
import type {
  ScheduleAssociationState,
  ScheduledCluster,
  SnapshotScheduleRecord,
} from '../../snapshots/recovery/snapshot-schedule.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';
import { uncountedConnectionType } from '../lists/connection-type.ts';
import { isSelected } from '../lists/selection.ts';
import { toInt } from '../scalars.ts';
import { SourceType } from '../source.ts';
import { TagType } from '../tag.ts';

const ScheduledClusterType = builder.objectRef<ScheduledCluster>('ScheduledCluster').implement({
  description: 'A cluster that a snapshot schedule is attached to.',
  fields: (t) => ({
    identifier: t.exposeString('identifier', { description: 'The identifier (name) of the cluster.' }),
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The cluster. Null if it no longer exists, or if you may not read it. The clusters of several schedules are read together: one AWS call per 100 clusters of a source, or one call per cluster if that takes fewer calls.',
      extensions: { price: clusterOf },
      resolve: ({ source, identifier }, _args, ctx) => ctx.fleet.lookups.clusterNamed(source, identifier),
    }),
    state: t.expose('state', {
      description: 'The state of the attachment.',
      type: builder.enumType('ScheduleAssociationState', {
        description: 'The state of the attachment of a snapshot schedule to a cluster.',
        values: {
          MODIFYING: { description: 'AWS is attaching the schedule to the cluster, or is changing it.' },
          ACTIVE: { description: 'AWS creates automated snapshots of the cluster on this schedule.' },
          FAILED: { description: 'AWS could not attach the schedule to the cluster.' },
          UNKNOWN: { description: 'AWS reports no state, or a state that this API does not know.' },
        } satisfies Record<ScheduleAssociationState, object>,
      }),
    }),
  }),
});

export const SnapshotScheduleType = builder.objectRef<SnapshotScheduleRecord>('SnapshotSchedule').implement({
  description:
    'A snapshot schedule of Amazon Redshift: AWS creates automated snapshots of the clusters that it is attached to at these times, instead of about every eight hours.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The Node ID of this schedule, for `node(id:)` and mutations.',
      resolve: (schedule) => encodeGlobalId(schedule.__typename, nodeKey(schedule)),
    }),
    arn: t.exposeString('arn', { description: 'The ARN (Amazon Resource Name) of this schedule.' }),
    identifier: t.exposeString('name', {
      description: 'The identifier (name) of this schedule, unique within its account and region.',
    }),
    source: t.expose('source', { type: SourceType, description: 'The source that returned this schedule.' }),
    description: t.exposeString('description', { nullable: true, description: 'The description of this schedule.' }),
    definitions: t.stringList({
      description:
        'The definitions of this schedule in the format of AWS: `rate(12 hours)` or `cron(30 12 *)`, in UTC.',
      resolve: ({ definitions }) => [...definitions],
    }),
    tags: t.field({
      type: [TagType],
      nullable: true,
      description: 'The tags of this schedule. AWS returns them with the schedule.',
      resolve: ({ visibility }) => [...visibility.tags],
    }),
    nextInvocations: t.field({
      type: ['DateTime'],
      description:
        'The next times at which AWS creates snapshots on this schedule, as far as AWS computes them. Empty for a schedule without clusters.',
      resolve: ({ nextInvocations }) => [...nextInvocations],
    }),
    clusterCount: t.int({
      nullable: true,
      description:
        'The number of clusters that this schedule is attached to, including clusters that you may not read.',
      resolve: ({ clusterCount }) => toInt(clusterCount),
    }),
    clusters: t.field({
      type: [ScheduledClusterType],
      description: 'The clusters that this schedule is attached to, at most 100: AWS returns no more.',
      extensions: { price: scheduledClusters },
      resolve: ({ clusters }) => [...clusters],
    }),
  }),
});

const SnapshotScheduleConnectionType = uncountedConnectionType('SnapshotSchedule', SnapshotScheduleType, {
  one: 'A snapshot schedule',
  many: 'snapshot schedules',
});

builder.queryField('snapshotSchedules', (t) =>
  t.field({
    type: SnapshotScheduleConnectionType,
    nullable: true,
    description:
      'Lists the snapshot schedules of all sources of services that have them (Amazon Redshift), one source after another, in the order in which AWS returns them. Sources of other services are neither read nor reported. Reads only the AWS pages that it needs: usually one AWS call per source, fewer if the page is full before.',
    args: {
      first: t.arg.int({ description: 'The number of schedules to return, 1 to 100. Defaults to 20.' }),
      after: t.arg.string({ description: 'Returns only schedules after this cursor.' }),
      accounts: t.arg({
        type: ['AccountId'],
        description: 'Only schedules in these accounts. Limits the sources that are read.',
      }),
      regions: t.arg.stringList({
        description: 'Only schedules in these regions. Limits the sources that are read.',
      }),
    },
    extensions: { price: scheduleList },
    resolve: (_root, args, ctx, info) =>
      ctx.fleet.lists.schedules(args, { isNextPageWanted: isSelected(info, 'pageInfo', 'hasNextPage') }),
  }),
);
