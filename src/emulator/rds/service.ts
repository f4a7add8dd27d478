import * as sdk from '@aws-sdk/client-docdb';
import { NormalizedSchema } from '@smithy/core/schema';

import type { EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { createDBCluster, deleteDBCluster, describeDBClusters } from './clusters.ts';
import { copyDBClusterSnapshot } from './snapshots/copies.ts';
import { restoreDBClusterFromSnapshot } from './restores.ts';
import { describeDBClusterSnapshotAttributes, modifyDBClusterSnapshotAttribute } from './snapshots/sharing.ts';
import { describeDBClusterSnapshots } from './snapshots/lists.ts';
import { createDBClusterSnapshot, deleteDBClusterSnapshot } from './snapshots/snapshots.ts';
import { rdsStock } from './stock.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

const snapshotSchema = NormalizedSchema.of(sdk.DBClusterSnapshot$);

/** Members that only the RDS model of the same responses has; their schemas are those of members of the same type. */
const rdsMembers = {
  AllocatedStorage: snapshotSchema.getMemberSchema('Port'),
  LicenseModel: snapshotSchema.getMemberSchema('Engine'),
  IAMDatabaseAuthenticationEnabled: snapshotSchema.getMemberSchema('StorageEncrypted'),
  TagList: NormalizedSchema.of(sdk.TagListMessage$).getMemberSchema('TagList'),
};

/** The RDS control plane: clusters and cluster snapshots of Amazon DocumentDB, Neptune and Aurora. */
export const rds: EmulatedService = {
  name: 'rds',
  version: '2014-10-31',
  namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
  schemas: operationSchemas(sdk),
  extraMembers: { DBCluster: rdsMembers, DBClusterSnapshot: rdsMembers },
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
