import type { GraphQLResolveInfo } from 'graphql';
import { clusterList, latestOfClusters, list, listOfCluster } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { ClusterInterface } from '../cluster.ts';
import { SnapshotInterface } from '../snapshot.ts';
import { ClusterFilterInput } from './cluster-filter.ts';
import { connectionType } from './connection-type.ts';
import { ClusterOrderInput, SnapshotOrderInput } from './order.ts';
import { isSelected } from './selection.ts';
import { SnapshotFilterInput } from './snapshot-filter.ts';

const SnapshotConnectionType = connectionType('Snapshot', SnapshotInterface);
const ClusterConnectionType = connectionType('Cluster', ClusterInterface);

const pageArgs = builder.args((arg) => ({
  first: arg.int({ description: 'The number of records to return, 1 to 100. Defaults to 20.' }),
  after: arg.string({ description: 'Returns only records after this cursor.' }),
  last: arg.int({
    description:
      'The number of records to return from the end of the list, 1 to 100; cannot be combined with `first`. Requires `orderBy`.',
  }),
  before: arg.string({ description: 'Returns only records before this cursor. Requires `orderBy`.' }),
}));

const inAll = 'The order of the list, across all sources. Reads every source in full';
const inOne = 'The order of the list. Reads the whole list';

const snapshotArgs = (order: string) =>
  builder.args((arg) => ({
    ...pageArgs,
    filter: arg.field({
      type: SnapshotFilterInput,
      description: 'The conditions that snapshots must meet to be listed.',
    }),
    orderBy: arg.field({
      type: SnapshotOrderInput,
      description: `${order}, one AWS call per 100 snapshots; a recent full read is reused, and \`sources\` reports when it was made.`,
    }),
  }));

builder.queryField('snapshots', (t) =>
  t.field({
    type: SnapshotConnectionType,
    nullable: true,
    description:
      'Lists the snapshots of all sources. Without `orderBy`, lists one source after another, in the order in which AWS returns the snapshots; a page then reads only the AWS pages that it needs, usually in one AWS call.',
    args: snapshotArgs(inAll),
    extensions: { price: list },
    resolve: (_root, args, ctx, info) => ctx.fleet.lists.snapshots(args, wantedOfSnapshots(info)),
  }),
);

builder.queryField('clusters', (t) =>
  t.field({
    type: ClusterConnectionType,
    nullable: true,
    description:
      'Lists the clusters of all sources. Without `orderBy`, lists one source after another, in the order in which AWS returns the clusters; a page then reads only the AWS pages that it needs, usually in one AWS call.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: ClusterFilterInput, description: 'The conditions that clusters must meet to be listed.' }),
      orderBy: t.arg({
        type: ClusterOrderInput,
        description: `${inAll}, one AWS call per 100 clusters; LATEST_SNAPSHOT_AT reads the snapshots, too. A recent full read is reused.`,
      }),
    },
    extensions: { price: clusterList },
    resolve: (_root, args, ctx, info) => ctx.fleet.lists.clusters(args, wantedIn(info)),
  }),
);

builder.interfaceFields(ClusterInterface, (t) => ({
  snapshots: t.field({
    type: SnapshotConnectionType,
    nullable: true,
    description:
      'Lists the snapshots of this cluster, without those of a deleted cluster of the same name and without copies from another region or account, in the order in which AWS returns them or in the order of `orderBy`. Reads only the AWS pages that are needed, usually in one AWS call per cluster; for several clusters, their first snapshots are listed together, one AWS call per 100 snapshots, if that takes fewer calls.',
    args: snapshotArgs(inOne),
    extensions: { price: listOfCluster },
    resolve: (cluster, args, ctx, info) => ctx.fleet.lists.snapshotsOf(cluster, args, wantedOfSnapshots(info)),
  }),
  latestSnapshot: t.field({
    type: SnapshotInterface,
    nullable: true,
    description:
      'The newest available snapshot of this cluster, which is the snapshot to restore from; never a snapshot of a deleted cluster of the same name, or a copy from another region or account. Null if there is none. Usually one AWS call per cluster; for several clusters, their source is read in full instead, one AWS call per 100 snapshots, if that takes no more calls.',
    extensions: { price: latestOfClusters },
    resolve: (cluster, _args, ctx) => ctx.fleet.questions.latestSnapshot(cluster),
  }),
}));

/** The fields of a page of snapshots that can cost AWS calls. */
function wantedOfSnapshots(info: GraphQLResolveInfo) {
  const areClustersWanted = isSelected(info, 'nodes', 'cluster') || isSelected(info, 'edges', 'node', 'cluster');
  return { ...wantedIn(info), areClustersWanted };
}

/** Whether fields of a page are selected that can cost additional AWS calls. */
function wantedIn(info: GraphQLResolveInfo) {
  return {
    isNextPageWanted: isSelected(info, 'pageInfo', 'hasNextPage'),
    isCountWanted: isSelected(info, 'totalCount'),
  };
}
