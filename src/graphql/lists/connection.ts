import type { GraphQLResolveInfo } from 'graphql';
import { list, listOfCluster } from '../../limits/field-prices.ts';
import { calls } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';
import { SnapshotInterface } from '../snapshot.ts';
import { connectionType } from './connection-type.ts';
import { ClusterFilterInput, SnapshotFilterInput, SnapshotOrderInput } from './filter.ts';
import { isSelected } from './selection.ts';

const SnapshotConnectionType = connectionType('Snapshot', SnapshotInterface);
const ClusterConnectionType = connectionType('Cluster', ClusterInterface);

const first = 'How many records to read, 1 to 100; 20 when left out.';
const after = 'The cursor after which to continue.';

const inAll = 'The order over all sources together. Reads every source in full';
const inOne = 'The order of the list. Reads all of it';

const snapshotArgs = (order: string) =>
  builder.args((arg) => ({
    first: arg.int({ description: first }),
    after: arg.string({ description: after }),
    last: arg.int({
      description: 'How many records to read from the end, 1 to 100, instead of `first`. Needs `orderBy`.',
    }),
    before: arg.string({ description: 'The cursor before which to end. Needs `orderBy`.' }),
    filter: arg.field({ type: SnapshotFilterInput, description: 'Which snapshots to list.' }),
    orderBy: arg.field({
      type: SnapshotOrderInput,
      description: `${order}, a call for each 100 snapshots, or what others read of it shortly before; \`sources\` says when.`,
    }),
  }));

builder.queryField('snapshots', (t) =>
  t.field({
    type: SnapshotConnectionType,
    description:
      'Snapshots of every source. Without `orderBy` source after source in AWS’s own order, where a page costs only the AWS pages it needs, mostly one call.',
    args: snapshotArgs(inAll),
    extensions: { price: list },
    resolve: (_root, args, ctx, info) => ctx.fleet.lists.snapshots(args, wantedIn(info)),
  }),
);

builder.queryField('clusters', (t) =>
  t.field({
    type: ClusterConnectionType,
    description:
      'Clusters of every source, source after source in AWS’s own order. A page costs only the AWS pages it needs, mostly one call.',
    args: {
      first: t.arg.int({ description: first }),
      after: t.arg.string({ description: after }),
      filter: t.arg({ type: ClusterFilterInput, description: 'Which clusters to list.' }),
    },
    extensions: { price: list },
    resolve: (_root, args, ctx, info) => ctx.fleet.lists.clusters(args, wantedIn(info)),
  }),
);

builder.interfaceFields(ClusterInterface, (t) => ({
  snapshots: t.field({
    type: SnapshotConnectionType,
    description:
      'The snapshots of this cluster, in AWS’s own order or in that of `orderBy`. Each cluster costs the AWS pages it needs, mostly one call.',
    args: snapshotArgs(inOne),
    extensions: { price: listOfCluster },
    resolve: (cluster, args, ctx, info) => ctx.fleet.lists.snapshotsOf(cluster, args, wantedIn(info)),
  }),
  latestSnapshot: t.field({
    type: SnapshotInterface,
    nullable: true,
    description:
      'The newest of its snapshots that is available, which a restore would start from. Null when there is none. For several clusters their source is read in full, a call for each 100 snapshots, where that is fewer calls than one for each.',
    extensions: { price: calls(10) },
    resolve: (cluster, _args, ctx) => ctx.fleet.questions.latestSnapshot(cluster),
  }),
}));

/** Whether a record follows a page may cost an AWS call, which is made only for those who ask. */
function wantedIn(info: GraphQLResolveInfo) {
  return { isNextPageWanted: isSelected(info, 'pageInfo', 'hasNextPage') };
}
