// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/redshift/
import * as sdk from '@aws-sdk/client-redshift';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const place = { service: 'redshift', account: home, region: 'us-west-2' } as const;
const ClusterIdentifier = 'mycluster';
const ScheduleIdentifier = 'mysnapshotschedule';
const clusterArn = `arn:aws:redshift:us-west-2:${home}:cluster:mycluster`;

const cluster = {
  ...place,
  ClusterIdentifier,
  AvailabilityZone: 'us-west-2a',
  MasterUsername: 'adminuser',
  NodeType: 'dc2.large',
  NumberOfNodes: 2,
  ClusterCreateTime: '2013-01-22T21:59:29.559Z',
};
const snapshot = { ...place, ClusterIdentifier, SnapshotCreateTime: '2019-12-07T00:34:05.633Z' };

const shown = {
  ClusterVersion: '1.0',
  MasterUsername: 'adminuser',
  DBName: 'dev',
  SnapshotType: 'manual',
  NodeType: 'dc2.large',
  ClusterIdentifier,
  Port: 5439,
  NumberOfNodes: 2,
};

const my = { SnapshotIdentifier: 'my-snapshot-id' };
const partner = { ...my, AccountWithRestoreAccess: '444455556666' };

export const snapshotExamples: Examples = {
  title: 'Redshift snapshots',
  region: 'us-west-2',
  world: {
    now: '2019-12-07T00:36:09Z',
    frozen: true,
    clusters: [
      { ...cluster, Tags: [{ Key: 'clustertagkey', Value: 'clustertagvalue' }] },
      { ...cluster, ClusterIdentifier: 'examplecluster' },
    ],
    snapshots: [
      { ...snapshot, ...my },
      { ...snapshot, SnapshotIdentifier: 'mycluster-2019-11-06-14-12' },
      { ...snapshot, SnapshotIdentifier: 'mycluster-2019-11-06-14-20' },
      { ...snapshot, SnapshotIdentifier: 'mycluster-2019-11-06-16-31' },
      { ...snapshot, SnapshotIdentifier: 'mycluster-2019-11-06-16-32' },
      {
        ...snapshot,
        ClusterIdentifier: 'examplecluster',
        SnapshotIdentifier: 'rs:examplecluster-2013-01-22-19-27-58',
        SnapshotType: 'automated',
        SnapshotCreateTime: '2013-01-22T19:27:58.931Z',
      },
    ],
  },
  examples: [
    {
      command: 'redshift create-cluster-snapshot --cluster-identifier mycluster --snapshot-identifier another-id',
      call: ({ redshift }) =>
        redshift.send(new sdk.CreateClusterSnapshotCommand({ ClusterIdentifier, SnapshotIdentifier: 'another-id' })),
      answer: { Snapshot: { ...shown, SnapshotIdentifier: 'another-id', Status: 'creating' } },
    },
    {
      command:
        'redshift authorize-snapshot-access --snapshot-id my-snapshot-id --account-with-restore-access 444455556666',
      call: ({ redshift }) => redshift.send(new sdk.AuthorizeSnapshotAccessCommand(partner)),
      answer: {
        Snapshot: {
          ...shown,
          ...my,
          Status: 'available',
          OwnerAccount: home,
          Encrypted: false,
          EstimatedSecondsToCompletion: 0,
        },
      },
    },
    {
      command: 'redshift describe-cluster-snapshots --snapshot-identifier my-snapshot-id',
      call: ({ redshift }) => redshift.send(new sdk.DescribeClusterSnapshotsCommand(my)),
      answer: {
        Snapshots: [
          { ...shown, ...my, Status: 'available', AccountsWithRestoreAccess: [{ AccountId: '444455556666' }] },
        ],
      },
    },
    {
      command:
        'redshift revoke-snapshot-access --snapshot-id my-snapshot-id --account-with-restore-access 444455556666',
      call: ({ redshift }) => redshift.send(new sdk.RevokeSnapshotAccessCommand(partner)),
      answer: { Snapshot: { ...shown, ...my, Status: 'available' } },
    },
    {
      command:
        'redshift batch-modify-cluster-snapshots --snapshot-identifier-list mycluster-2019-11-06-16-31 ' +
        'mycluster-2019-11-06-16-32 --manual-snapshot-retention-period 30',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.BatchModifyClusterSnapshotsCommand({
            SnapshotIdentifierList: ['mycluster-2019-11-06-16-31', 'mycluster-2019-11-06-16-32'],
            ManualSnapshotRetentionPeriod: 30,
          }),
        ),
      answer: { Resources: ['mycluster-2019-11-06-16-31', 'mycluster-2019-11-06-16-32'], Errors: [] },
    },
    {
      command:
        'redshift modify-cluster-snapshot --snapshot-identifier mycluster-2019-11-06-16-32 ' +
        '--manual-snapshot-retention-period 10',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.ModifyClusterSnapshotCommand({
            SnapshotIdentifier: 'mycluster-2019-11-06-16-32',
            ManualSnapshotRetentionPeriod: 10,
          }),
        ),
      answer: {
        Snapshot: {
          ...shown,
          SnapshotIdentifier: 'mycluster-2019-11-06-16-32',
          Status: 'available',
          SnapshotCreateTime: expect.stringMatching(/^2019-12-07T00:34:05\.633/),
          ManualSnapshotRetentionPeriod: 10,
          ManualSnapshotRemainingDays: 9,
          SnapshotRetentionStartTime: expect.stringMatching(/^2019-12-07T00:34/),
        },
      },
    },
    {
      command:
        'redshift batch-delete-cluster-snapshots --identifiers SnapshotIdentifier=mycluster-2019-11-06-14-12 ' +
        'SnapshotIdentifier=mycluster-2019-11-06-14-20',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.BatchDeleteClusterSnapshotsCommand({
            Identifiers: [
              { SnapshotIdentifier: 'mycluster-2019-11-06-14-12' },
              { SnapshotIdentifier: 'mycluster-2019-11-06-14-20' },
            ],
          }),
        ),
      answer: { Resources: ['mycluster-2019-11-06-14-12', 'mycluster-2019-11-06-14-20'] },
    },
    {
      command:
        'redshift copy-cluster-snapshot --source-snapshot-identifier rs:examplecluster-2013-01-22-19-27-58 ' +
        '--target-snapshot-identifier my-saved-snapshot-copy',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.CopyClusterSnapshotCommand({
            SourceSnapshotIdentifier: 'rs:examplecluster-2013-01-22-19-27-58',
            TargetSnapshotIdentifier: 'my-saved-snapshot-copy',
          }),
        ),
      answer: {
        Snapshot: {
          ...shown,
          ClusterIdentifier: 'examplecluster',
          SnapshotIdentifier: 'my-saved-snapshot-copy',
        },
      },
    },
    {
      command:
        'redshift restore-table-from-cluster-snapshot --cluster-identifier mycluster ' +
        '--snapshot-identifier mycluster-2019-11-06-16-31 --source-database-name dev --source-schema-name public ' +
        '--source-table-name mytable --target-database-name dev --target-schema-name public ' +
        '--new-table-name mytable-clone',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.RestoreTableFromClusterSnapshotCommand({
            ClusterIdentifier,
            SnapshotIdentifier: 'mycluster-2019-11-06-16-31',
            SourceDatabaseName: 'dev',
            SourceSchemaName: 'public',
            SourceTableName: 'mytable',
            TargetDatabaseName: 'dev',
            TargetSchemaName: 'public',
            NewTableName: 'mytable-clone',
          }),
        ),
      answer: {
        TableRestoreStatus: {
          Status: 'PENDING',
          ClusterIdentifier,
          SnapshotIdentifier: 'mycluster-2019-11-06-16-31',
          SourceTableName: 'mytable',
          NewTableName: 'mytable-clone',
        },
      },
    },
    {
      command: 'redshift describe-table-restore-status --cluster-identifier mycluster',
      call: ({ redshift }) => redshift.send(new sdk.DescribeTableRestoreStatusCommand({ ClusterIdentifier })),
      answer: {
        TableRestoreStatusDetails: [
          {
            ClusterIdentifier,
            SourceDatabaseName: 'dev',
            SourceSchemaName: 'public',
            SourceTableName: 'mytable',
            TargetDatabaseName: 'dev',
            TargetSchemaName: 'public',
            NewTableName: 'mytable-clone',
          },
        ],
      },
    },
    {
      command:
        'redshift restore-from-cluster-snapshot --cluster-identifier mycluster-clone --snapshot-identifier my-snapshot-id',
      call: ({ redshift }) =>
        redshift.send(new sdk.RestoreFromClusterSnapshotCommand({ ClusterIdentifier: 'mycluster-clone', ...my })),
      answer: {
        Cluster: {
          NodeType: 'dc2.large',
          ClusterVersion: '1.0',
          MasterUsername: 'adminuser',
          AllowVersionUpgrade: true,
          AutomatedSnapshotRetentionPeriod: 1,
          ClusterStatus: 'creating',
          ClusterIdentifier: 'mycluster-clone',
          DBName: 'dev',
          NumberOfNodes: 2,
        },
      },
    },
    {
      command: 'redshift delete-cluster-snapshot --snapshot-identifier my-snapshot-id',
      call: ({ redshift }) => redshift.send(new sdk.DeleteClusterSnapshotCommand(my)),
      answer: { Snapshot: { ...my, Status: 'deleted' } },
    },
  ],
};

export const clusterExamples: Examples = {
  title: 'Redshift clusters, schedules and tags',
  region: 'us-west-2',
  world: {
    now: '2019-12-10T17:10:05Z',
    frozen: true,
    clusters: [{ ...cluster, Tags: [{ Key: 'clustertagkey', Value: 'clustertagvalue' }] }],
  },
  examples: [
    {
      command:
        'redshift create-cluster --node-type dc2.large --number-of-nodes 2 --master-username adminuser ' +
        '--master-user-password TopSecret1 --cluster-identifier another',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.CreateClusterCommand({
            NodeType: 'dc2.large',
            NumberOfNodes: 2,
            MasterUsername: 'adminuser',
            MasterUserPassword: 'TopSecret1',
            ClusterIdentifier: 'another',
          }),
        ),
      answer: {
        Cluster: {
          NodeType: 'dc2.large',
          ClusterVersion: '1.0',
          MasterUsername: 'adminuser',
          AllowVersionUpgrade: true,
          AutomatedSnapshotRetentionPeriod: 1,
          ClusterStatus: 'creating',
          ClusterIdentifier: 'another',
          DBName: 'dev',
          NumberOfNodes: 2,
        },
      },
    },
    {
      command: "redshift describe-clusters --query 'Clusters[].ClusterIdentifier'",
      call: async ({ redshift }) => {
        const { Clusters = [] } = await redshift.send(new sdk.DescribeClustersCommand({}));
        return Clusters.map((found) => found.ClusterIdentifier);
      },
      answer: ['another', ClusterIdentifier],
    },
    {
      command:
        `redshift describe-tags --resource-name ${clusterArn} --tag-keys clustertagkey ` +
        '--tag-values clustertagvalue',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.DescribeTagsCommand({
            ResourceName: clusterArn,
            TagKeys: ['clustertagkey'],
            TagValues: ['clustertagvalue'],
          }),
        ),
      answer: {
        TaggedResources: [{ Tag: { Key: 'clustertagkey', Value: 'clustertagvalue' }, ResourceName: clusterArn }],
      },
    },
    {
      command: `redshift create-tags --resource-name ${clusterArn} --tags Key=mytags,Value=tag1`,
      call: ({ redshift }) =>
        redshift.send(
          new sdk.CreateTagsCommand({ ResourceName: clusterArn, Tags: [{ Key: 'mytags', Value: 'tag1' }] }),
        ),
      answer: undefined,
    },
    {
      command: `redshift delete-tags --resource-name ${clusterArn} --tag-keys clustertagkey clustertagvalue`,
      call: ({ redshift }) =>
        redshift.send(
          new sdk.DeleteTagsCommand({ ResourceName: clusterArn, TagKeys: ['clustertagkey', 'clustertagvalue'] }),
        ),
      answer: undefined,
    },
    {
      command: 'redshift get-cluster-credentials --db-user adminuser --db-name dev --cluster-identifier mycluster',
      call: ({ redshift }) =>
        redshift.send(new sdk.GetClusterCredentialsCommand({ DbUser: 'adminuser', DbName: 'dev', ClusterIdentifier })),
      answer: {
        DbUser: 'IAM:adminuser',
        DbPassword: expect.any(String),
        Expiration: expect.stringMatching(/^2019-12-10T17:25:05/),
      },
    },
    {
      command:
        "redshift create-snapshot-schedule --schedule-definitions 'rate(12 hours)' " +
        "--schedule-identifier mysnapshotschedule --schedule-description 'My schedule description'",
      call: ({ redshift }) =>
        redshift.send(
          new sdk.CreateSnapshotScheduleCommand({
            ScheduleDefinitions: ['rate(12 hours)'],
            ScheduleIdentifier,
            ScheduleDescription: 'My schedule description',
          }),
        ),
      answer: {
        ScheduleDefinitions: ['rate(12 hours)'],
        ScheduleIdentifier,
        ScheduleDescription: 'My schedule description',
        Tags: [],
      },
    },
    {
      command: `redshift modify-cluster-snapshot-schedule --cluster-identifier mycluster --schedule-identifier ${ScheduleIdentifier}`,
      call: ({ redshift }) =>
        redshift.send(new sdk.ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier, ScheduleIdentifier })),
      answer: undefined,
    },
    {
      command: `redshift modify-snapshot-schedule --schedule-identifier ${ScheduleIdentifier} --schedule-definitions 'rate(10 hours)'`,
      call: ({ redshift }) =>
        redshift.send(
          new sdk.ModifySnapshotScheduleCommand({ ScheduleIdentifier, ScheduleDefinitions: ['rate(10 hours)'] }),
        ),
      answer: {
        ScheduleDefinitions: ['rate(10 hours)'],
        ScheduleIdentifier,
        ScheduleDescription: 'My schedule description',
        Tags: [],
      },
    },
    {
      command: `redshift describe-snapshot-schedules --cluster-identifier mycluster --schedule-identifier ${ScheduleIdentifier}`,
      call: ({ redshift }) =>
        redshift.send(new sdk.DescribeSnapshotSchedulesCommand({ ClusterIdentifier, ScheduleIdentifier })),
      answer: {
        SnapshotSchedules: [
          {
            ScheduleDefinitions: ['rate(10 hours)'],
            ScheduleIdentifier,
            ScheduleDescription: 'My schedule description',
            Tags: [],
            AssociatedClusterCount: 1,
            AssociatedClusters: [{ ClusterIdentifier }],
          },
        ],
      },
    },
    {
      command: 'redshift enable-snapshot-copy --cluster-identifier mycluster --destination-region us-west-1',
      call: ({ redshift }) =>
        redshift.send(new sdk.EnableSnapshotCopyCommand({ ClusterIdentifier, DestinationRegion: 'us-west-1' })),
      answer: {
        Cluster: {
          ClusterIdentifier,
          ClusterStatus: 'available',
          ClusterAvailabilityStatus: 'Available',
          ClusterSnapshotCopyStatus: {
            DestinationRegion: 'us-west-1',
            RetentionPeriod: 7,
            ManualSnapshotRetentionPeriod: -1,
          },
        },
      },
    },
    {
      command: 'redshift modify-snapshot-copy-retention-period --cluster-identifier mycluster --retention-period 15',
      call: ({ redshift }) =>
        redshift.send(new sdk.ModifySnapshotCopyRetentionPeriodCommand({ ClusterIdentifier, RetentionPeriod: 15 })),
      answer: {
        Cluster: { ClusterSnapshotCopyStatus: { RetentionPeriod: 15, ManualSnapshotRetentionPeriod: -1 } },
      },
    },
    {
      command: 'redshift disable-snapshot-copy --cluster-identifier mycluster',
      call: ({ redshift }) => redshift.send(new sdk.DisableSnapshotCopyCommand({ ClusterIdentifier })),
      answer: { Cluster: { ClusterIdentifier, ClusterStatus: 'available' } },
    },
    {
      command:
        'redshift delete-cluster --cluster-identifier mycluster --final-cluster-snapshot-identifier myfinalsnapshot',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.DeleteClusterCommand({ ClusterIdentifier, FinalClusterSnapshotIdentifier: 'myfinalsnapshot' }),
        ),
      answer: { Cluster: { ClusterIdentifier, ClusterStatus: 'final-snapshot' } },
    },
  ],
};
