import * as sdk from '@aws-sdk/client-redshift';

import type { EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { batchDeleteClusterSnapshots, batchModifyClusterSnapshots } from './snapshots/batches.ts';
import { createCluster, deleteCluster, describeClusters } from './clusters/clusters.ts';
import { modifyCluster } from './clusters/modifications.ts';
import { pauseCluster, resumeCluster } from './clusters/pauses.ts';
import { describeClusterParameterGroups, describeClusterSubnetGroups } from './catalog/groups.ts';
import { describeNodeConfigurationOptions, describeOrderableClusterOptions } from './catalog/node-options.ts';
import {
  createClusterParameterGroup,
  deleteClusterParameterGroup,
  describeClusterParameters,
  describeDefaultClusterParameters,
} from './catalog/parameter-groups.ts';
import { describeEvents } from './clusters/events.ts';
import { describeLoggingStatus, disableLogging, enableLogging } from './clusters/logging.ts';
import { describeStorage } from './clusters/storage.ts';
import { copyClusterSnapshot } from './snapshots/copies.ts';
import { getClusterCredentials, getClusterCredentialsWithIam } from './credentials/credentials.ts';
import {
  disableSnapshotCopy,
  enableSnapshotCopy,
  modifySnapshotCopyRetentionPeriod,
} from './snapshots/region-copies.ts';
import { createSnapshotCopyGrant, deleteSnapshotCopyGrant, describeSnapshotCopyGrants } from './snapshots/grants.ts';
import { restoreFromClusterSnapshot } from './clusters/restores.ts';
import {
  createSnapshotSchedule,
  deleteSnapshotSchedule,
  describeSnapshotSchedules,
  modifyClusterSnapshotSchedule,
  modifySnapshotSchedule,
} from './schedules.ts';
import { authorizeSnapshotAccess, revokeSnapshotAccess } from './snapshots/sharing.ts';
import { describeClusterSnapshots } from './snapshots/lists.ts';
import { createClusterSnapshot, deleteClusterSnapshot, modifyClusterSnapshot } from './snapshots/snapshots.ts';
import { refused } from './refused.ts';
import { redshiftStock } from './stock/stock.ts';
import { describeTableRestoreStatus, restoreTableFromClusterSnapshot } from './clusters/table-restores.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';

/** Amazon Redshift: provisioned clusters and their snapshots. */
export const redshift: EmulatedService = {
  name: 'redshift',
  protocol: { kind: 'query', version: '2012-12-01', namespace: 'http://redshift.amazonaws.com/doc/2012-12-01/' },
  schemas: operationSchemas(sdk),
  operations: {
    AuthorizeSnapshotAccess: authorizeSnapshotAccess,
    BatchDeleteClusterSnapshots: batchDeleteClusterSnapshots,
    BatchModifyClusterSnapshots: batchModifyClusterSnapshots,
    CopyClusterSnapshot: copyClusterSnapshot,
    CreateCluster: createCluster,
    CreateClusterParameterGroup: createClusterParameterGroup,
    CreateClusterSnapshot: createClusterSnapshot,
    CreateSnapshotCopyGrant: createSnapshotCopyGrant,
    CreateSnapshotSchedule: createSnapshotSchedule,
    CreateTags: createTags,
    DeleteCluster: deleteCluster,
    DeleteClusterParameterGroup: deleteClusterParameterGroup,
    DeleteClusterSnapshot: deleteClusterSnapshot,
    DeleteSnapshotCopyGrant: deleteSnapshotCopyGrant,
    DeleteSnapshotSchedule: deleteSnapshotSchedule,
    DeleteTags: deleteTags,
    DescribeClusters: describeClusters,
    DescribeClusterSnapshots: describeClusterSnapshots,
    DescribeSnapshotCopyGrants: describeSnapshotCopyGrants,
    DescribeSnapshotSchedules: describeSnapshotSchedules,
    DescribeClusterParameterGroups: describeClusterParameterGroups,
    DescribeClusterParameters: describeClusterParameters,
    DescribeClusterSubnetGroups: describeClusterSubnetGroups,
    DescribeDefaultClusterParameters: describeDefaultClusterParameters,
    DescribeEvents: describeEvents,
    DescribeLoggingStatus: describeLoggingStatus,
    DescribeNodeConfigurationOptions: describeNodeConfigurationOptions,
    DescribeOrderableClusterOptions: describeOrderableClusterOptions,
    DescribeStorage: describeStorage,
    DescribeTableRestoreStatus: describeTableRestoreStatus,
    DescribeTags: describeTags,
    DisableLogging: disableLogging,
    DisableSnapshotCopy: disableSnapshotCopy,
    EnableLogging: enableLogging,
    EnableSnapshotCopy: enableSnapshotCopy,
    GetClusterCredentials: getClusterCredentials,
    GetClusterCredentialsWithIAM: getClusterCredentialsWithIam,
    ModifyCluster: modifyCluster,
    ModifyClusterSnapshot: modifyClusterSnapshot,
    ModifyClusterSnapshotSchedule: modifyClusterSnapshotSchedule,
    ModifySnapshotCopyRetentionPeriod: modifySnapshotCopyRetentionPeriod,
    ModifySnapshotSchedule: modifySnapshotSchedule,
    PauseCluster: pauseCluster,
    RestoreFromClusterSnapshot: restoreFromClusterSnapshot,
    RestoreTableFromClusterSnapshot: restoreTableFromClusterSnapshot,
    ResumeCluster: resumeCluster,
    RevokeSnapshotAccess: revokeSnapshotAccess,
  },
  refused,
  stock: redshiftStock,
};
