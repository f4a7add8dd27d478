import type { SnapshotDay } from '../../fleet/questions/days.ts';
import { daysOfClusters } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';

const SnapshotDayType = builder.objectRef<SnapshotDay>('SnapshotDay').implement({
  description:
    'The available snapshots of a cluster that were created on one day. A day without an available snapshot is a gap.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The date of this day, such as `2026-03-01`.' }),
    hasSnapshot: t.boolean({
      description: 'Whether an available snapshot was created on this day.',
      resolve: ({ count }) => count > 0,
    }),
    count: t.exposeInt('count', { description: 'The number of available snapshots that were created on this day.' }),
    newestAt: t.expose('newestAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the newest of these snapshots was created. Null if there is none.',
    }),
  }),
});

builder.interfaceFields(ClusterInterface, (t) => ({
  snapshotDays: t.field({
    type: [SnapshotDayType],
    nullable: true,
    description:
      'The number of available snapshots of this cluster created on each of the last days, from the oldest day to today. Every day has an entry, so that gaps are visible. Reads the snapshots of the cluster or, for several clusters, the snapshots of their source together: for Amazon Redshift, those of these days; for Amazon DocumentDB, all of them. Null, with an error, if AWS does not respond, so that unknown days are not reported as gaps.',
    args: {
      last: t.arg.int({ required: true, description: 'The number of days to report, 1 to 366.' }),
      timeZone: t.arg.string({
        required: true,
        defaultValue: 'UTC',
        description: 'The IANA name of the time zone in which days are counted, such as `Europe/Berlin`.',
      }),
    },
    extensions: { price: daysOfClusters },
    resolve: (cluster, args, ctx) => ctx.fleet.questions.snapshotDays(cluster, args),
  }),
}));
