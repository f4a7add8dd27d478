import { builder } from './builder.ts';
import { SnapshotInterface } from './snapshot.ts';
import { noSuchSnapshot } from './records/snapshot-record.ts';

builder.subscriptionType({ description: 'What can be followed while it happens, as server-sent events.' });

builder.subscriptionField('snapshotProgress', (t) =>
  t.field({
    type: SnapshotInterface,
    description:
      'A snapshot in the making: the snapshot at once, then after every change, until it is available, failed, cancelled or gone. AWS is asked every 1 to 30 seconds, more often near the end, and once for all who follow the same snapshot.',
    args: { id: t.arg.globalID({ required: true, description: 'The `id` of a snapshot.' }) },
    subscribe: (_root, { id }, ctx) => ctx.progress.follow(ctx.fleet.located(id)),
    resolve: async (event, _args, ctx) => {
      if (event instanceof Error) throw event;
      if (!(await ctx.rights.sees(event))) throw noSuchSnapshot();
      return event;
    },
  }),
);
