import { followed } from '../limits/field-prices.ts';
import { builder } from './builder.ts';
import { ClusterInterface } from './cluster.ts';
import { SnapshotInterface } from './snapshot.ts';

builder.subscriptionType({ description: 'The root of all subscriptions, which are delivered as server-sent events.' });

builder.subscriptionField('snapshotProgress', (t) =>
  t.field({
    type: SnapshotInterface,
    description:
      'Follows the creation of a snapshot. Sends the snapshot immediately and again after every change, until the snapshot is available, failed or canceled, or no longer exists. Waits up to 30 seconds for a snapshot that AWS does not return yet, then sends NOT_FOUND. Exception: for an ARN of an account that is not configured, without `account`, sends NOT_FOUND immediately if several accounts are configured in the region and none of them can see the snapshot. Ends without an error if AWS does not return the snapshot for 10 seconds (three reads in a row), and after 300 seconds with the status UNKNOWN. Sends NOT_FOUND if the snapshot is replaced by another snapshot with the same identifier. AWS is called every 1 to 30 seconds, more often toward the end; all subscriptions to the same snapshot share these calls.',
    args: {
      id: t.arg.id({ required: true, description: 'The Node ID or ARN of the snapshot to follow.' }),
      account: t.arg({
        type: 'AccountId',
        description:
          'The configured AWS account in which to look up the snapshot. Required only for the ARN of a snapshot that an account outside the configuration shares with several configured accounts. Must not differ from the account of a Node ID.',
      }),
    },
    extensions: { price: followed },
    subscribe: (_root, { id, account }, ctx) => ctx.progress.snapshots.follow(id, account),
    resolve: (event, _args, ctx) => ctx.progress.snapshots.show(event),
  }),
);

builder.subscriptionField('clusterProgress', (t) =>
  t.field({
    type: ClusterInterface,
    description:
      'Follows a cluster while it is being created or restored. Sends the cluster immediately and again after every change of the cluster or its instances, until the cluster is available and none of its instances is being created, or the cluster failed or no longer exists. An available cluster without instances ends the stream, too. Waits up to 30 seconds for a cluster that AWS does not return yet, then sends NOT_FOUND. Ends without an error if AWS does not return the cluster for 10 seconds (three reads in a row), and after 300 seconds with the status UNKNOWN. Sends NOT_FOUND if the cluster is replaced by another cluster with the same identifier. AWS is called every 1 to 30 seconds, more often toward the end of a restore, once for the cluster and once for the instances of an Amazon DocumentDB cluster; all subscriptions to the same cluster share these calls. If the gateway may not read the instances, the cluster alone is followed.',
    args: {
      id: t.arg.id({ required: true, description: 'The Node ID or ARN of the cluster to follow.' }),
      account: t.arg({
        type: 'AccountId',
        description:
          'The AWS account of the cluster. Never required, because the Node ID or ARN contains it; must not differ from it.',
      }),
    },
    extensions: { price: followed },
    subscribe: (_root, { id, account }, ctx) => ctx.progress.clusters.follow(id, account),
    resolve: (event, _args, ctx) => ctx.progress.clusters.show(event),
  }),
);
