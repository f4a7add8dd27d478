// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/docdb/ and …/rds/
import * as sdk from '@aws-sdk/client-docdb';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const docdb = { service: 'rds', account: home, region: 'us-west-2' } as const;
const sample = { DBClusterIdentifier: 'sample-cluster' };
const known = { DBInstanceIdentifier: 'sample-cluster-instance' };
const instance = { DBInstanceIdentifier: 'sample-cluster-instance-2' };

export const failoverExamples: Examples = {
  title: 'a failover of DocumentDB',
  region: 'us-west-2',
  world: {
    clusters: [{ ...docdb, ...sample }],
    instances: [
      { ...docdb, ...sample, DBInstanceIdentifier: 'sample-cluster', PromotionTier: 1 },
      { ...docdb, ...sample, DBInstanceIdentifier: 'sample-cluster2', PromotionTier: 2 },
    ],
  },
  examples: [
    {
      command: 'docdb failover-db-cluster --db-cluster-identifier sample-cluster',
      call: (clients) => clients.docdb.send(new sdk.FailoverDBClusterCommand(sample)),
      answer: {
        DBCluster: {
          ...sample,
          Status: 'available',
          DBClusterMembers: [
            {
              DBInstanceIdentifier: 'sample-cluster',
              DBClusterParameterGroupStatus: 'in-sync',
              IsClusterWriter: false,
              PromotionTier: 1,
            },
            {
              DBInstanceIdentifier: 'sample-cluster2',
              DBClusterParameterGroupStatus: 'in-sync',
              IsClusterWriter: true,
              PromotionTier: 2,
            },
          ],
        },
      },
    },
  ],
};

export const instanceExamples: Examples = {
  title: 'DocumentDB instances, changes and catalogs',
  region: 'us-west-2',
  world: {
    now: '2019-03-18T18:06:34.616Z',
    frozen: true,
    clusters: [{ ...docdb, ...sample, MasterUsername: 'master-user', BackupRetentionPeriod: 3 }],
    instances: [{ ...docdb, ...sample, DBInstanceIdentifier: 'sample-cluster-instance' }],
  },
  examples: [
    {
      command:
        'docdb modify-db-cluster --db-cluster-identifier sample-cluster --no-apply-immediately ' +
        '--backup-retention-period 7 --preferred-backup-window 18:00-18:30 ' +
        '--preferred-maintenance-window sun:20:00-sun:20:30',
      call: (clients) =>
        clients.docdb.send(
          new sdk.ModifyDBClusterCommand({
            ...sample,
            ApplyImmediately: false,
            BackupRetentionPeriod: 7,
            PreferredBackupWindow: '18:00-18:30',
            PreferredMaintenanceWindow: 'sun:20:00-sun:20:30',
          }),
        ),
      answer: {
        DBCluster: {
          ...sample,
          BackupRetentionPeriod: 7,
          PreferredBackupWindow: '18:00-18:30',
          PreferredMaintenanceWindow: 'sun:20:00-sun:20:30',
        },
      },
    },
    {
      command:
        'docdb restore-db-cluster-to-point-in-time --db-cluster-identifier sample-cluster-pit ' +
        `--source-db-cluster-identifier arn:aws:rds:us-west-2:${home}:cluster:sample-cluster ` +
        '--use-latest-restorable-time',
      call: (clients) =>
        clients.docdb.send(
          new sdk.RestoreDBClusterToPointInTimeCommand({
            DBClusterIdentifier: 'sample-cluster-pit',
            SourceDBClusterIdentifier: `arn:aws:rds:us-west-2:${home}:cluster:sample-cluster`,
            UseLatestRestorableTime: true,
          }),
        ),
      answer: {
        DBCluster: {
          DBClusterIdentifier: 'sample-cluster-pit',
          DBClusterMembers: [],
          Engine: 'docdb',
          MasterUsername: 'master-user',
          Status: 'creating',
        },
      },
    },
    {
      command:
        'docdb create-db-instance --db-cluster-identifier sample-cluster --db-instance-class db.r4.xlarge ' +
        '--db-instance-identifier sample-cluster-instance-2 --engine docdb',
      call: (clients) =>
        clients.docdb.send(
          new sdk.CreateDBInstanceCommand({
            ...sample,
            ...instance,
            DBInstanceClass: 'db.r4.xlarge',
            Engine: 'docdb',
          }),
        ),
      answer: {
        DBInstance: {
          ...sample,
          ...instance,
          DBInstanceClass: 'db.r4.xlarge',
          DBInstanceArn: `arn:aws:rds:us-west-2:${home}:db:sample-cluster-instance-2`,
          DBInstanceStatus: 'creating',
          Engine: 'docdb',
        },
      },
    },
    {
      command: 'docdb describe-db-instances --db-instance-identifier sample-cluster-instance',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBInstancesCommand(known)),
      answer: {
        DBInstances: [
          {
            ...sample,
            ...known,
            DBInstanceStatus: 'available',
            Endpoint: {
              Address: expect.stringMatching(/^sample-cluster-instance\..+\.us-west-2\.docdb\.amazonaws\.com$/),
              HostedZoneId: expect.stringMatching(/^Z[A-Z0-9]+$/),
              Port: 27017,
            },
            Engine: 'docdb',
          },
        ],
      },
    },
    {
      command: 'docdb describe-db-clusters --db-cluster-identifier sample-cluster',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBClustersCommand(sample)),
      answer: {
        DBClusters: [
          {
            ...sample,
            DBClusterMembers: expect.arrayContaining([
              { ...known, IsClusterWriter: true, DBClusterParameterGroupStatus: 'in-sync', PromotionTier: 1 },
              { ...instance, IsClusterWriter: false, DBClusterParameterGroupStatus: 'in-sync', PromotionTier: 1 },
            ]),
          },
        ],
      },
    },
    {
      command: 'docdb describe-db-engine-versions --engine docdb',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBEngineVersionsCommand({ Engine: 'docdb' })),
      answer: {
        DBEngineVersions: expect.arrayContaining([
          expect.objectContaining({ Engine: 'docdb', DBParameterGroupFamily: 'docdb5.0', EngineVersion: '5.0.0' }),
        ]),
      },
    },
    {
      command: 'docdb describe-orderable-db-instance-options --engine docdb',
      call: (clients) => clients.docdb.send(new sdk.DescribeOrderableDBInstanceOptionsCommand({ Engine: 'docdb' })),
      answer: {
        OrderableDBInstanceOptions: expect.arrayContaining([
          expect.objectContaining({ Engine: 'docdb', DBInstanceClass: expect.stringMatching(/^db\./), Vpc: true }),
        ]),
      },
    },
    {
      command: 'docdb describe-db-subnet-groups --db-subnet-group-name default',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'default' })),
      answer: {
        DBSubnetGroups: [
          {
            DBSubnetGroupArn: `arn:aws:rds:us-west-2:${home}:subgrp:default`,
            DBSubnetGroupDescription: 'default',
            DBSubnetGroupName: 'default',
            SubnetGroupStatus: 'Complete',
          },
        ],
      },
    },
    {
      command: 'docdb describe-db-cluster-parameter-groups',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBClusterParameterGroupsCommand({})),
      answer: {
        DBClusterParameterGroups: expect.arrayContaining([
          expect.objectContaining({
            DBClusterParameterGroupName: 'default.docdb5.0',
            DBParameterGroupFamily: 'docdb5.0',
          }),
        ]),
      },
    },
    {
      command: 'docdb describe-events --duration 1440',
      call: (clients) => clients.docdb.send(new sdk.DescribeEventsCommand({ Duration: 1440 })),
      answer: { Events: expect.any(Array) },
    },
    {
      command: 'rds describe-global-clusters',
      call: (clients) => clients.docdb.send(new sdk.DescribeGlobalClustersCommand({})),
      answer: { GlobalClusters: [] },
    },
    {
      command: 'docdb delete-db-instance --db-instance-identifier sample-cluster-instance',
      call: (clients) => clients.docdb.send(new sdk.DeleteDBInstanceCommand(known)),
      answer: { DBInstance: { ...sample, ...known, DBInstanceStatus: 'deleting' } },
    },
  ],
};
