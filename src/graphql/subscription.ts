import { lookup } from '../limits/price.ts';
import { builder } from './builder.ts';
import { SnapshotInterface } from './snapshot.ts';

builder.subscriptionType({ description: 'What can be followed while it happens, as server-sent events.' });

builder.subscriptionField('snapshotProgress', (t) =>
  t.field({
    type: SnapshotInterface,
    description:
      'A snapshot in the making: the snapshot at once, then after every change, until it is available, failed, cancelled or gone. AWS is asked every 1 to 30 seconds, more often near the end, and once for all who follow the same snapshot.',
    args: { id: t.arg.globalID({ required: true, description: 'The `id` of a snapshot.' }) },
    extensions: { price: lookup },
    subscribe: (_root, { id }, ctx) => ctx.progress.follow(id),
    resolve: (event, _args, ctx) => ctx.progress.show(event),
  }),
);
