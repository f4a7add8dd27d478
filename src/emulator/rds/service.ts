import * as sdk from '@aws-sdk/client-rds';

import type { EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { describeDBClusterParameterGroups, describeDBSubnetGroups, describeGlobalClusters } from './catalog/lists.ts';
import { describeDBEngineVersions, describeOrderableDBInstanceOptions } from './catalog/versions.ts';
import { createDBCluster, describeDBClusters } from './clusters/clusters.ts';
import { deleteDBCluster } from './clusters/deletions.ts';
import { createDBInstance, deleteDBInstance, describeDBInstances } from './clusters/instances.ts';
import { modifyDBCluster } from './clusters/modifications.ts';
import { restoreDBClusterToPointInTime } from './clusters/point-in-time.ts';
import { restoreDBClusterFromSnapshot } from './clusters/restores.ts';
import { addRoleToDBCluster, removeRoleFromDBCluster } from './clusters/roles.ts';
import { failoverDBCluster, startDBCluster, stopDBCluster } from './clusters/running.ts';
import { describeEvents } from './events/events.ts';
import { refused } from './refused.ts';
import { copyDBClusterSnapshot } from './snapshots/copies.ts';
import { describeDBClusterSnapshotAttributes, modifyDBClusterSnapshotAttribute } from './snapshots/sharing.ts';
import { describeDBClusterSnapshots } from './snapshots/lists.ts';
import { createDBClusterSnapshot, deleteDBClusterSnapshot } from './snapshots/snapshots.ts';
import { rdsStock } from './stock/stock.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

const operations: EmulatedService['operations'] = {
  AddRoleToDBCluster: addRoleToDBCluster,
  AddTagsToResource: addTagsToResource,
  CopyDBClusterSnapshot: copyDBClusterSnapshot,
  CreateDBCluster: createDBCluster,
  CreateDBClusterSnapshot: createDBClusterSnapshot,
  CreateDBInstance: createDBInstance,
  DeleteDBCluster: deleteDBCluster,
  DeleteDBClusterSnapshot: deleteDBClusterSnapshot,
  DeleteDBInstance: deleteDBInstance,
  DescribeDBClusterParameterGroups: describeDBClusterParameterGroups,
  DescribeDBClusterSnapshotAttributes: describeDBClusterSnapshotAttributes,
  DescribeDBClusterSnapshots: describeDBClusterSnapshots,
  DescribeDBClusters: describeDBClusters,
  DescribeDBEngineVersions: describeDBEngineVersions,
  DescribeDBInstances: describeDBInstances,
  DescribeDBSubnetGroups: describeDBSubnetGroups,
  DescribeEvents: describeEvents,
  DescribeGlobalClusters: describeGlobalClusters,
  DescribeOrderableDBInstanceOptions: describeOrderableDBInstanceOptions,
  FailoverDBCluster: failoverDBCluster,
  ListTagsForResource: listTagsForResource,
  ModifyDBCluster: modifyDBCluster,
  ModifyDBClusterSnapshotAttribute: modifyDBClusterSnapshotAttribute,
  RemoveRoleFromDBCluster: removeRoleFromDBCluster,
  RemoveTagsFromResource: removeTagsFromResource,
  RestoreDBClusterFromSnapshot: restoreDBClusterFromSnapshot,
  RestoreDBClusterToPointInTime: restoreDBClusterToPointInTime,
  StartDBCluster: startDBCluster,
  StopDBCluster: stopDBCluster,
};

/** The RDS control plane: clusters and cluster snapshots of DocumentDB, Neptune, Aurora and Multi-AZ DB clusters. */
export const rds: EmulatedService = {
  name: 'rds',
  protocol: { kind: 'query', version: '2014-10-31', namespace: 'http://rds.amazonaws.com/doc/2014-10-31/' },
  schemas: operationSchemas(sdk),
  refused,
  stock: rdsStock,
  operations,
};
