import { DescribeClustersCommand, DescribeClusterSnapshotsCommand } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import type { Probe } from '../../fleet/backend.ts';
import type { WriteAction } from '../service.ts';
import type { RedshiftConnect } from './client.ts';

const smallestPage = { MaxRecords: 20 };

/** Creates calls that check whether the gateway may read a source: one for each AWS action that it needs. */
export function createRedshiftProbes(connect: RedshiftConnect, usage: Usage): Probe[] {
  return [
    async (source) => connect(source).read(DescribeClusterSnapshotsCommand, smallestPage, usage),
    async (source) => connect(source).read(DescribeClustersCommand, smallestPage, usage),
  ];
}

const snapshot = 'snapshot:*/*';
const schedule = 'snapshotschedule:*';
const databaseUser = 'dbuser:*/*';
const cluster = 'cluster:*';

/**
 * The actions of changes, and the resources that AWS authorizes them for.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html
 */
export const redshiftWrites: readonly WriteAction[] = [
  { action: 'redshift:CreateClusterSnapshot', resource: snapshot, permission: 'SNAPSHOT_CREATE' },
  { action: 'redshift:CopyClusterSnapshot', resource: snapshot, permission: 'SNAPSHOT_COPY' },
  { action: 'redshift:ModifyClusterSnapshot', resource: snapshot, permission: 'SNAPSHOT_RETAIN' },
  { action: 'redshift:BatchModifyClusterSnapshots', resource: snapshot, permission: 'SNAPSHOT_RETAIN' },
  { action: 'redshift:CreateTags', resource: snapshot, permission: 'SNAPSHOT_TAG' },
  { action: 'redshift:DeleteTags', resource: snapshot, permission: 'SNAPSHOT_TAG' },
  { action: 'redshift:DeleteClusterSnapshot', resource: snapshot, permission: 'SNAPSHOT_DELETE' },
  { action: 'redshift:BatchDeleteClusterSnapshots', resource: snapshot, permission: 'SNAPSHOT_DELETE' },
  { action: 'redshift:AuthorizeSnapshotAccess', resource: snapshot, permission: 'SNAPSHOT_SHARE' },
  { action: 'redshift:RevokeSnapshotAccess', resource: snapshot, permission: 'SNAPSHOT_SHARE' },
  { action: 'redshift:RestoreFromClusterSnapshot', resource: cluster, permission: 'CLUSTER_RESTORE' },
  { action: 'redshift:RestoreTableFromClusterSnapshot', resource: cluster, permission: 'CLUSTER_RESTORE' },
  { action: 'redshift:CreateSnapshotSchedule', resource: schedule, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:ModifySnapshotSchedule', resource: schedule, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:DeleteSnapshotSchedule', resource: schedule, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:ModifyCluster', resource: cluster, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:ModifyClusterSnapshotSchedule', resource: cluster, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:EnableSnapshotCopy', resource: cluster, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:ModifySnapshotCopyRetentionPeriod', resource: cluster, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:DisableSnapshotCopy', resource: cluster, permission: 'BACKUP_CONFIGURE' },
  { action: 'redshift:GetClusterCredentials', resource: databaseUser, permission: 'CLUSTER_CREDENTIALS' },
  {
    action: 'redshift:CreateClusterUser',
    resource: databaseUser,
    permission: 'CLUSTER_CREDENTIALS',
    isNeeded: ({ autoCreate }) => autoCreate,
  },
  {
    action: 'redshift:JoinGroup',
    resource: 'dbgroup:*/*',
    permission: 'CLUSTER_CREDENTIALS',
    isNeeded: ({ databaseGroups }) => databaseGroups.length > 0,
  },
];
