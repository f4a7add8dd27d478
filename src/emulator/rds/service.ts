import * as sdk from '@aws-sdk/client-rds';

import type { EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { createDBCluster, deleteDBCluster, describeDBClusters } from './clusters/clusters.ts';
import { copyDBClusterSnapshot } from './snapshots/copies.ts';
import { restoreDBClusterFromSnapshot } from './clusters/restores.ts';
import { describeDBClusterSnapshotAttributes, modifyDBClusterSnapshotAttribute } from './snapshots/sharing.ts';
import { describeDBClusterSnapshots } from './snapshots/lists.ts';
import { createDBClusterSnapshot, deleteDBClusterSnapshot } from './snapshots/snapshots.ts';
import { refused } from './refused.ts';
import { rdsStock } from './stock/stock.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

/** The RDS control plane: clusters and cluster snapshots of Amazon DocumentDB, Neptune and Aurora. */
export const rds: EmulatedService = {
  name: 'rds',
  protocol: { kind: 'query', version: '2014-10-31', namespace: 'http://rds.amazonaws.com/doc/2014-10-31/' },
  schemas: operationSchemas(sdk),
  refused,
  stock: rdsStock,
  operations: {
    AddTagsToResource: addTagsToResource,
    CopyDBClusterSnapshot: copyDBClusterSnapshot,
    CreateDBCluster: createDBCluster,
    CreateDBClusterSnapshot: createDBClusterSnapshot,
    DeleteDBCluster: deleteDBCluster,
    DeleteDBClusterSnapshot: deleteDBClusterSnapshot,
    DescribeDBClusterSnapshotAttributes: describeDBClusterSnapshotAttributes,
    DescribeDBClusterSnapshots: describeDBClusterSnapshots,
    DescribeDBClusters: describeDBClusters,
    ListTagsForResource: listTagsForResource,
    ModifyDBClusterSnapshotAttribute: modifyDBClusterSnapshotAttribute,
    RemoveTagsFromResource: removeTagsFromResource,
    RestoreDBClusterFromSnapshot: restoreDBClusterFromSnapshot,
  },
};
