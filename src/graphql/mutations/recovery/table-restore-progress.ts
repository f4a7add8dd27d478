import { followed } from '../../../limits/field-prices.ts';
import { builder } from '../../builder.ts';
import { TableRestoreType } from './table-restore.ts';

builder.subscriptionField('tableRestoreProgress', (t) =>
  t.field({
    type: TableRestoreType,
    description:
      'Follows the restore of a table. Sends the restore immediately and again after every change, until it succeeded, failed or was canceled, or AWS no longer returns it. Waits up to 30 seconds for a restore that AWS does not return yet, then sends NOT_FOUND. Ends without an error if AWS does not return the restore for 10 seconds (three reads in a row), and after 300 seconds with the status UNKNOWN. AWS is called every 1 to 30 seconds, more often toward the end; all subscriptions to the same restore share these calls.',
    args: {
      id: t.arg.id({ required: true, description: 'The Node ID of the restore to follow.' }),
    },
    extensions: { price: followed },
    subscribe: (_root, { id }, ctx) => ctx.progress.tableRestores.follow(id),
    resolve: (event, _args, ctx) => ctx.progress.tableRestores.show(event),
  }),
);
