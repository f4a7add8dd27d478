import type { WorldJson } from '../support/emulator.ts';
import { home } from '../support/emulator.ts';
import { identityToken } from './identity-token.ts';

const place = { account: home, region: 'us-east-1' };
const east = `us-east-1:${home}`;
const roleArn = `arn:aws:iam::${home}:role/loader`;

/** A world in which each of the inputs below is valid. */
export const inputWorld: WorldJson = {
  now: '2026-03-01T00:00:00Z',
  frozen: true,
  keys: [{ service: 'kms', ...place, KeyId: '12345678-1234-1234-1234-123456789012' }],
  schedules: [
    {
      service: 'redshift',
      ...place,
      ScheduleIdentifier: 'nightly',
      ScheduleDefinitions: ['rate(24 hours)'],
    },
  ],
  grants: [{ service: 'redshift', ...place, SnapshotCopyGrantName: 'backups' }],
  parameterGroups: [{ service: 'redshift', ...place, ParameterGroupName: 'unused' }],
  clusters: [
    { service: 'redshift', ...place, ClusterIdentifier: 'sales' },
    {
      service: 'redshift',
      ...place,
      ClusterIdentifier: 'copied',
      ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1', RetentionPeriod: 7 },
    },
    { service: 'redshift', ...place, ClusterIdentifier: 'resting', ClusterStatus: 'paused' },
    { service: 'rds', ...place, DBClusterIdentifier: 'orders', Engine: 'docdb' },
    {
      service: 'rds',
      ...place,
      DBClusterIdentifier: 'carts',
      Engine: 'docdb',
      AssociatedRoles: [{ RoleArn: roleArn, Status: 'ACTIVE' }],
    },
    { service: 'rds', ...place, DBClusterIdentifier: 'billing', Engine: 'aurora-mysql' },
    { service: 'rds', ...place, DBClusterIdentifier: 'stopped', Engine: 'docdb', Status: 'stopped' },
  ],
  instances: ['carts-1', 'carts-2'].map((DBInstanceIdentifier) => ({
    service: 'rds',
    ...place,
    DBClusterIdentifier: 'carts',
    DBInstanceIdentifier,
  })),
  snapshots: [
    {
      service: 'redshift',
      ...place,
      ClusterIdentifier: 'sales',
      SnapshotIdentifier: 'monthly',
      AccountsWithRestoreAccess: [{ AccountId: '210987654321' }],
    },
    { service: 'redshift', ...place, ClusterIdentifier: 'sales', SnapshotIdentifier: 'unshared' },
    { service: 'redshift', ...place, ClusterIdentifier: 'sales', SnapshotIdentifier: 'rs:sales-nightly' },
    {
      service: 'rds',
      ...place,
      Engine: 'docdb',
      DBClusterIdentifier: 'orders',
      DBClusterSnapshotIdentifier: 'orders-monthly',
    },
  ],
};

const tags = [{ Key: 'team', Value: 'sales' }];
const redshiftArn = `arn:aws:redshift:${east}:snapshot:sales/monthly`;
const rdsArn = `arn:aws:rds:${east}:cluster-snapshot:orders-monthly`;

type Inputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The smallest valid input of each emulated operation, by service. */
export const minimalInputs: Readonly<Record<string, Inputs>> = {
  kms: {
    DescribeKey: { KeyId: '12345678-1234-1234-1234-123456789012' },
    ListAliases: {},
  },
  redshift: {
    AuthorizeSnapshotAccess: { SnapshotIdentifier: 'monthly', AccountWithRestoreAccess: '111122223333' },
    BatchDeleteClusterSnapshots: { Identifiers: [{ SnapshotIdentifier: 'monthly' }] },
    BatchModifyClusterSnapshots: { SnapshotIdentifierList: ['monthly'], ManualSnapshotRetentionPeriod: 7 },
    CopyClusterSnapshot: { SourceSnapshotIdentifier: 'rs:sales-nightly', TargetSnapshotIdentifier: 'copy' },
    CreateCluster: {
      ClusterIdentifier: 'new',
      NodeType: 'ra3.xlplus',
      MasterUsername: 'awsuser',
      MasterUserPassword: 'Secret99',
    },
    CreateClusterParameterGroup: {
      ParameterGroupName: 'new',
      ParameterGroupFamily: 'redshift-1.0',
      Description: 'New',
    },
    CreateClusterSnapshot: { SnapshotIdentifier: 'new', ClusterIdentifier: 'sales' },
    CreateSnapshotCopyGrant: { SnapshotCopyGrantName: 'new' },
    CreateSnapshotSchedule: { ScheduleDefinitions: ['rate(12 hours)'] },
    CreateTags: { ResourceName: redshiftArn, Tags: tags },
    DeleteCluster: { ClusterIdentifier: 'sales', SkipFinalClusterSnapshot: true },
    DeleteClusterParameterGroup: { ParameterGroupName: 'unused' },
    DeleteClusterSnapshot: { SnapshotIdentifier: 'unshared' },
    DeleteSnapshotCopyGrant: { SnapshotCopyGrantName: 'backups' },
    DeleteSnapshotSchedule: { ScheduleIdentifier: 'nightly' },
    DeleteTags: { ResourceName: redshiftArn, TagKeys: ['team'] },
    DescribeClusters: {},
    DescribeClusterSnapshots: {},
    DescribeSnapshotCopyGrants: {},
    DescribeSnapshotSchedules: {},
    DescribeClusterParameterGroups: {},
    DescribeClusterParameters: { ParameterGroupName: 'unused' },
    DescribeClusterSubnetGroups: {},
    DescribeDefaultClusterParameters: { ParameterGroupFamily: 'redshift-1.0' },
    DescribeEvents: {},
    DescribeLoggingStatus: { ClusterIdentifier: 'sales' },
    DescribeNodeConfigurationOptions: { ActionType: 'restore-cluster', SnapshotIdentifier: 'monthly' },
    DescribeOrderableClusterOptions: {},
    DescribeStorage: {},
    DescribeTableRestoreStatus: {},
    DescribeTags: {},
    DisableLogging: { ClusterIdentifier: 'sales' },
    DisableSnapshotCopy: { ClusterIdentifier: 'copied' },
    EnableLogging: { ClusterIdentifier: 'sales', BucketName: 'audit-logs' },
    EnableSnapshotCopy: { ClusterIdentifier: 'sales', DestinationRegion: 'eu-west-1' },
    GetClusterCredentials: { DbUser: 'reader', ClusterIdentifier: 'sales' },
    GetClusterCredentialsWithIAM: { ClusterIdentifier: 'sales' },
    ModifyCluster: { ClusterIdentifier: 'sales' },
    ModifyClusterSnapshot: { SnapshotIdentifier: 'monthly', ManualSnapshotRetentionPeriod: 7 },
    ModifyClusterSnapshotSchedule: { ClusterIdentifier: 'sales', DisassociateSchedule: true },
    ModifySnapshotCopyRetentionPeriod: { ClusterIdentifier: 'copied', RetentionPeriod: 7 },
    ModifySnapshotSchedule: { ScheduleIdentifier: 'nightly', ScheduleDefinitions: ['rate(12 hours)'] },
    PauseCluster: { ClusterIdentifier: 'sales' },
    RestoreFromClusterSnapshot: { ClusterIdentifier: 'new', SnapshotIdentifier: 'monthly' },
    RestoreTableFromClusterSnapshot: {
      ClusterIdentifier: 'sales',
      SnapshotIdentifier: 'monthly',
      SourceDatabaseName: 'dev',
      SourceTableName: 'customers',
      NewTableName: 'customers_restored',
    },
    ResumeCluster: { ClusterIdentifier: 'resting' },
    RevokeSnapshotAccess: { SnapshotIdentifier: 'monthly', AccountWithRestoreAccess: '210987654321' },
  },
  rds: {
    AddRoleToDBCluster: { DBClusterIdentifier: 'orders', RoleArn: roleArn },
    AddTagsToResource: { ResourceName: rdsArn, Tags: tags },
    CopyDBClusterSnapshot: {
      SourceDBClusterSnapshotIdentifier: 'orders-monthly',
      TargetDBClusterSnapshotIdentifier: 'copy',
    },
    CreateDBCluster: {
      DBClusterIdentifier: 'new',
      Engine: 'docdb',
      MasterUsername: 'dbadmin',
      MasterUserPassword: 'Secret99',
    },
    CreateDBClusterSnapshot: { DBClusterSnapshotIdentifier: 'new', DBClusterIdentifier: 'orders' },
    CreateDBInstance: {
      DBInstanceIdentifier: 'new',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'docdb',
      DBClusterIdentifier: 'orders',
    },
    DeleteDBCluster: { DBClusterIdentifier: 'orders', SkipFinalSnapshot: true },
    DeleteDBClusterSnapshot: { DBClusterSnapshotIdentifier: 'orders-monthly' },
    DeleteDBInstance: { DBInstanceIdentifier: 'carts-1' },
    DescribeDBClusterParameterGroups: {},
    DescribeDBClusterSnapshotAttributes: { DBClusterSnapshotIdentifier: 'orders-monthly' },
    DescribeDBClusterSnapshots: {},
    DescribeDBClusters: {},
    DescribeDBEngineVersions: {},
    DescribeDBInstances: {},
    DescribeDBSubnetGroups: {},
    DescribeEvents: {},
    DescribeGlobalClusters: {},
    DescribeOrderableDBInstanceOptions: { Engine: 'docdb' },
    FailoverDBCluster: { DBClusterIdentifier: 'carts' },
    ListTagsForResource: { ResourceName: rdsArn },
    ModifyDBCluster: { DBClusterIdentifier: 'billing' },
    ModifyDBClusterSnapshotAttribute: {
      DBClusterSnapshotIdentifier: 'orders-monthly',
      AttributeName: 'restore',
      ValuesToAdd: ['111122223333'],
    },
    RemoveRoleFromDBCluster: { DBClusterIdentifier: 'carts', RoleArn: roleArn },
    RemoveTagsFromResource: { ResourceName: rdsArn, TagKeys: ['team'] },
    RestoreDBClusterFromSnapshot: {
      DBClusterIdentifier: 'new',
      SnapshotIdentifier: 'orders-monthly',
      Engine: 'docdb',
    },
    RestoreDBClusterToPointInTime: {
      DBClusterIdentifier: 'new',
      SourceDBClusterIdentifier: 'billing',
      UseLatestRestorableTime: true,
    },
    StartDBCluster: { DBClusterIdentifier: 'stopped' },
    StopDBCluster: { DBClusterIdentifier: 'orders' },
  },
  sts: {
    AssumeRole: { RoleArn: `arn:aws:iam::${home}:role/reader`, RoleSessionName: 'session' },
    AssumeRoleWithWebIdentity: {
      RoleArn: `arn:aws:iam::${home}:role/reader`,
      RoleSessionName: 'session',
      WebIdentityToken: identityToken(),
    },
    GetCallerIdentity: {},
  },
  iam: {
    SimulatePrincipalPolicy: {
      PolicySourceArn: `arn:aws:iam::${home}:role/reader`,
      ActionNames: ['redshift:DeleteClusterSnapshot'],
    },
  },
};
