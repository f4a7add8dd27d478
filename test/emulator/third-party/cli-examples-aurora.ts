// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/rds/
import * as sdk from '@aws-sdk/client-rds';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const rds = { service: 'rds', account: home, region: 'us-east-1' } as const;
const mydbcluster = { DBClusterIdentifier: 'mydbcluster' };
const snapshotArn = (name: string) => `arn:aws:rds:us-east-1:${home}:cluster-snapshot:${name}`;
const RoleArn = `arn:aws:iam::${home}:role/RDSLoadFromS3`;
const automated = 'rds:myaurora-2019-06-04-09-16';
const group = 'sg-0b9130572daf3dc16';

const shown = {
  Engine: 'aurora-mysql',
  IAMDatabaseAuthenticationEnabled: false,
  LicenseModel: 'aurora-mysql',
  MasterUsername: 'myadmin',
  Port: 0,
  SnapshotType: 'manual',
};

export const auroraExamples: Examples = {
  title: 'Aurora clusters and snapshots',
  region: 'us-east-1',
  world: {
    now: '2019-06-18T21:21:00.469Z',
    frozen: true,
    clusters: [
      { ...rds, ...mydbcluster, Engine: 'aurora-mysql', MasterUsername: 'myadmin' },
      { ...rds, DBClusterIdentifier: 'mycluster', Engine: 'aurora-postgresql', BackupRetentionPeriod: 7 },
      { ...rds, DBClusterIdentifier: 'database-4', Engine: 'aurora-postgresql', MasterUsername: 'postgres' },
      { ...rds, DBClusterIdentifier: 'cluster-2', Engine: 'aurora-mysql' },
      {
        ...rds,
        DBClusterIdentifier: 'stopped',
        Engine: 'aurora-mysql',
        BackupRetentionPeriod: 1,
        DatabaseName: 'mydb',
        Status: 'stopped',
      },
    ],
    snapshots: [
      {
        ...rds,
        DBClusterIdentifier: 'myaurora',
        DBClusterSnapshotIdentifier: automated,
        Engine: 'aurora-mysql',
        MasterUsername: 'myadmin',
        SnapshotCreateTime: '2019-06-04T09:16:42.649Z',
        SnapshotType: 'automated',
      },
      { ...rds, ...mydbcluster, DBClusterSnapshotIdentifier: 'myclustersnapshot', Engine: 'aurora-mysql' },
    ],
  },
  examples: [
    {
      command: `rds add-role-to-db-cluster --db-cluster-identifier mydbcluster --role-arn ${RoleArn}`,
      call: (clients) => clients.rds.send(new sdk.AddRoleToDBClusterCommand({ ...mydbcluster, RoleArn })),
      answer: undefined,
    },
    {
      command: `rds remove-role-from-db-cluster --db-cluster-identifier mydbcluster --role-arn ${RoleArn}`,
      call: (clients) => clients.rds.send(new sdk.RemoveRoleFromDBClusterCommand({ ...mydbcluster, RoleArn })),
      answer: undefined,
    },
    {
      command:
        'rds create-db-cluster-snapshot --db-cluster-identifier mydbcluster ' +
        '--db-cluster-snapshot-identifier mydbclustersnapshot',
      call: (clients) =>
        clients.rds.send(
          new sdk.CreateDBClusterSnapshotCommand({
            ...mydbcluster,
            DBClusterSnapshotIdentifier: 'mydbclustersnapshot',
          }),
        ),
      answer: {
        DBClusterSnapshot: {
          ...shown,
          ...mydbcluster,
          DBClusterSnapshotArn: snapshotArn('mydbclustersnapshot'),
          DBClusterSnapshotIdentifier: 'mydbclustersnapshot',
          PercentProgress: 0,
          SnapshotCreateTime: expect.stringMatching(/^2019-06-18T21:21:00\.469/),
          Status: 'creating',
        },
      },
    },
    {
      command:
        `rds copy-db-cluster-snapshot --source-db-cluster-snapshot-identifier ${snapshotArn(automated)} ` +
        '--target-db-cluster-snapshot-identifier myclustersnapshotcopy --copy-tags',
      call: (clients) =>
        clients.rds.send(
          new sdk.CopyDBClusterSnapshotCommand({
            SourceDBClusterSnapshotIdentifier: snapshotArn(automated),
            TargetDBClusterSnapshotIdentifier: 'myclustersnapshotcopy',
            CopyTags: true,
          }),
        ),
      answer: {
        DBClusterSnapshot: {
          ...shown,
          DBClusterIdentifier: 'myaurora',
          DBClusterSnapshotArn: snapshotArn('myclustersnapshotcopy'),
          DBClusterSnapshotIdentifier: 'myclustersnapshotcopy',
          SnapshotCreateTime: expect.stringMatching(/^2019-06-04T09:16:42\.649/),
        },
      },
    },
    {
      command:
        'rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier myclustersnapshot ' +
        '--attribute-name restore --values-to-add 123456789011',
      call: (clients) =>
        clients.rds.send(
          new sdk.ModifyDBClusterSnapshotAttributeCommand({
            DBClusterSnapshotIdentifier: 'myclustersnapshot',
            AttributeName: 'restore',
            ValuesToAdd: ['123456789011'],
          }),
        ),
      answer: {
        DBClusterSnapshotAttributesResult: {
          DBClusterSnapshotIdentifier: 'myclustersnapshot',
          DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: ['123456789011'] }],
        },
      },
    },
    {
      command:
        'rds create-db-cluster --db-cluster-identifier sample-pg-cluster --engine aurora-postgresql ' +
        '--master-username master --master-user-password secret99 --db-subnet-group-name default ' +
        `--vpc-security-group-ids ${group}`,
      call: (clients) =>
        clients.rds.send(
          new sdk.CreateDBClusterCommand({
            DBClusterIdentifier: 'sample-pg-cluster',
            Engine: 'aurora-postgresql',
            MasterUsername: 'master',
            MasterUserPassword: 'secret99',
            DBSubnetGroupName: 'default',
            VpcSecurityGroupIds: [group],
          }),
        ),
      answer: {
        DBCluster: {
          AssociatedRoles: [],
          BackupRetentionPeriod: 1,
          CopyTagsToSnapshot: false,
          CrossAccountClone: false,
          DBClusterMembers: [],
          DBSubnetGroup: 'default',
          DeletionProtection: false,
          Endpoint: expect.stringMatching(/^sample-pg-cluster\.cluster-[a-z0-9]+\.us-east-1\.rds\.amazonaws\.com$/),
          EngineMode: 'provisioned',
          HttpEndpointEnabled: false,
          IAMDatabaseAuthenticationEnabled: false,
          Port: 5432,
          Status: 'creating',
          VpcSecurityGroups: [{ VpcSecurityGroupId: group, Status: 'active' }],
        },
      },
    },
    {
      command:
        'rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier database-4 ' +
        '--db-cluster-identifier sample-cluster-clone --restore-type copy-on-write --use-latest-restorable-time',
      call: (clients) =>
        clients.rds.send(
          new sdk.RestoreDBClusterToPointInTimeCommand({
            SourceDBClusterIdentifier: 'database-4',
            DBClusterIdentifier: 'sample-cluster-clone',
            RestoreType: 'copy-on-write',
            UseLatestRestorableTime: true,
          }),
        ),
      answer: {
        DBCluster: {
          CloneGroupId: expect.stringMatching(/^[\da-f-]{36}$/),
          DBClusterIdentifier: 'sample-cluster-clone',
          DBClusterMembers: [],
          Engine: 'aurora-postgresql',
          MasterUsername: 'postgres',
          Port: 5432,
          Status: 'creating',
        },
      },
    },
    {
      command:
        'rds modify-db-cluster --db-cluster-identifier cluster-2 --backup-retention-period 14 ' +
        '--master-user-password newpassword99 --apply-immediately',
      call: (clients) =>
        clients.rds.send(
          new sdk.ModifyDBClusterCommand({
            DBClusterIdentifier: 'cluster-2',
            BackupRetentionPeriod: 14,
            MasterUserPassword: 'newpassword99',
            ApplyImmediately: true,
          }),
        ),
      answer: { DBCluster: { DBClusterIdentifier: 'cluster-2', BackupRetentionPeriod: 14, Status: 'available' } },
    },
    {
      command: 'rds stop-db-cluster --db-cluster-identifier database-4',
      call: (clients) => clients.rds.send(new sdk.StopDBClusterCommand({ DBClusterIdentifier: 'database-4' })),
      answer: { DBCluster: { DBClusterIdentifier: 'database-4', Status: 'available' } },
    },
    {
      // The example starts the cluster that another example created.
      command: 'rds start-db-cluster --db-cluster-identifier stopped',
      call: (clients) => clients.rds.send(new sdk.StartDBClusterCommand({ DBClusterIdentifier: 'stopped' })),
      answer: {
        DBCluster: {
          AllocatedStorage: 1,
          AvailabilityZones: expect.any(Array),
          BackupRetentionPeriod: 1,
          DatabaseName: 'mydb',
          DBClusterIdentifier: 'stopped',
        },
      },
    },
    {
      command:
        'rds delete-db-cluster --db-cluster-identifier mycluster --no-skip-final-snapshot ' +
        '--final-db-snapshot-identifier mycluster-final-snapshot',
      call: (clients) =>
        clients.rds.send(
          new sdk.DeleteDBClusterCommand({
            DBClusterIdentifier: 'mycluster',
            SkipFinalSnapshot: false,
            FinalDBSnapshotIdentifier: 'mycluster-final-snapshot',
          }),
        ),
      answer: { DBCluster: { BackupRetentionPeriod: 7, DBClusterIdentifier: 'mycluster', Status: 'available' } },
    },
  ],
};
