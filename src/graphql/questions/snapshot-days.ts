import type { SnapshotDay } from '../../fleet/questions/days.ts';
import { calls } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';

const SnapshotDayType = builder.objectRef<SnapshotDay>('SnapshotDay').implement({
  description: 'What a day left of a cluster. Without an available snapshot it is a gap.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The day, such as `2026-03-01`.' }),
    hasSnapshot: t.boolean({
      description: 'Whether an available snapshot was begun on it.',
      resolve: ({ count }) => count > 0,
    }),
    count: t.exposeInt('count', { description: 'How many available snapshots were begun on it.' }),
    newestAt: t.expose('newestAt', { type: 'DateTime', nullable: true, description: 'When the last of them began.' }),
  }),
});

builder.interfaceFields(ClusterInterface, (t) => ({
  snapshotDays: t.field({
    type: [SnapshotDayType],
    nullable: true,
    description:
      'One entry for each of the last days, oldest first and today last, so that a gap shows with its date. Reads the snapshots of the cluster, or for several clusters those of their source together: those of these days for Amazon Redshift, all for Amazon DocumentDB. Null with an error where AWS does not answer, because unknown is not a gap.',
    args: {
      last: t.arg.int({ required: true, description: 'How many days, 1 to 366.' }),
      timeZone: t.arg.string({
        required: true,
        defaultValue: 'UTC',
        description: 'Whose days, by the name of a time zone such as `Europe/Berlin`.',
      }),
    },
    extensions: { price: calls(10) },
    resolve: (cluster, args, ctx) => ctx.fleet.questions.snapshotDays(cluster, args),
  }),
}));
