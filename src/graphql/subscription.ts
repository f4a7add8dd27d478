import { lookup } from '../limits/price.ts';
import { builder } from './builder.ts';
import { SnapshotInterface } from './snapshot.ts';

builder.subscriptionType({ description: 'The root of all subscriptions, which are delivered as server-sent events.' });

builder.subscriptionField('snapshotProgress', (t) =>
  t.field({
    type: SnapshotInterface,
    description:
      'Follows the creation of a snapshot. Sends the snapshot immediately and again after every change, until the snapshot is available, failed or canceled, or no longer exists. Waits up to 30 seconds for a snapshot that AWS does not return yet, then sends NOT_FOUND. Ends without an error if AWS does not return the snapshot for 10 seconds (three reads in a row), and after 300 seconds with the status UNKNOWN. Sends NOT_FOUND if the snapshot is replaced by another snapshot with the same identifier. AWS is called every 1 to 30 seconds, more often toward the end; all subscriptions to the same snapshot share these calls.',
    args: { id: t.arg.globalID({ required: true, description: 'The Node ID of the snapshot to follow.' }) },
    extensions: { price: lookup },
    subscribe: (_root, { id }, ctx) => ctx.progress.follow(id),
    resolve: (event, _args, ctx) => ctx.progress.show(event),
  }),
);
