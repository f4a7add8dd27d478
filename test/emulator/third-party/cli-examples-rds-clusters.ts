// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/docdb/ and …/rds/
import * as sdk from '@aws-sdk/client-docdb';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const docdb = { service: 'rds', account: home, region: 'us-west-2' } as const;
const sample = { DBClusterIdentifier: 'sample-cluster' };
const sampleArn = `arn:aws:rds:us-west-2:${home}:cluster:sample-cluster`;

export const docdbClusterExamples: Examples = {
  title: 'DocumentDB clusters and tags',
  region: 'us-west-2',
  world: {
    now: '2019-03-18T18:06:34.616Z',
    frozen: true,
    clusters: [{ ...docdb, ...sample, MasterUsername: 'master-user' }],
  },
  examples: [
    {
      command:
        'docdb create-db-cluster --db-cluster-identifier another-cluster --engine docdb ' +
        '--master-username master-user --master-user-password password ' +
        '--preferred-maintenance-window Sun:20:30-Sun:21:00',
      call: (clients) =>
        clients.docdb.send(
          new sdk.CreateDBClusterCommand({
            DBClusterIdentifier: 'another-cluster',
            Engine: 'docdb',
            MasterUsername: 'master-user',
            MasterUserPassword: 'password',
            PreferredMaintenanceWindow: 'Sun:20:30-Sun:21:00',
          }),
        ),
      answer: {
        DBCluster: {
          AssociatedRoles: [],
          BackupRetentionPeriod: 1,
          ClusterCreateTime: expect.stringMatching(/^2019-03-18T18:06:34\.616/),
          DBClusterArn: `arn:aws:rds:us-west-2:${home}:cluster:another-cluster`,
          DBClusterIdentifier: 'another-cluster',
          DBClusterMembers: [],
          DBSubnetGroup: 'default',
          DbClusterResourceId: expect.stringMatching(/^cluster-[A-Z0-9]{26}$/),
          Endpoint: expect.stringMatching(/^another-cluster\.cluster-[a-z0-9]+\.us-west-2\.docdb\.amazonaws\.com$/),
          Engine: 'docdb',
          HostedZoneId: expect.stringMatching(/^Z[A-Z0-9]+$/),
          MasterUsername: 'master-user',
          MultiAZ: false,
          Port: 27017,
          PreferredMaintenanceWindow: 'sun:20:30-sun:21:00',
          ReaderEndpoint: expect.stringMatching(/^another-cluster\.cluster-ro-[a-z0-9]+\.us-west-2\.docdb/),
          Status: 'creating',
          StorageEncrypted: false,
          VpcSecurityGroups: [{ VpcSecurityGroupId: expect.stringMatching(/^sg-/), Status: 'active' }],
        },
      },
    },
    {
      command: 'docdb describe-db-clusters --db-cluster-identifier sample-cluster',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBClustersCommand(sample)),
      answer: { DBClusters: [{ ...sample, DBClusterArn: sampleArn, Engine: 'docdb', Status: 'available' }] },
    },
    {
      command:
        `docdb add-tags-to-resource --resource-name ${sampleArn} ` +
        '--tags Key=CropA,Value=Apple Key=CropB Key=CropC,Value=Corn',
      call: (clients) =>
        clients.docdb.send(
          new sdk.AddTagsToResourceCommand({
            ResourceName: sampleArn,
            Tags: [{ Key: 'CropA', Value: 'Apple' }, { Key: 'CropB' }, { Key: 'CropC', Value: 'Corn' }],
          }),
        ),
      answer: undefined,
    },
    {
      command: `docdb remove-tags-from-resource --resource-name ${sampleArn} --tag-keys CropB`,
      call: (clients) =>
        clients.docdb.send(new sdk.RemoveTagsFromResourceCommand({ ResourceName: sampleArn, TagKeys: ['CropB'] })),
      answer: undefined,
    },
    {
      command: `docdb list-tags-for-resource --resource-name ${sampleArn}`,
      call: (clients) => clients.docdb.send(new sdk.ListTagsForResourceCommand({ ResourceName: sampleArn })),
      answer: {
        TagList: [
          { Key: 'CropA', Value: 'Apple' },
          { Key: 'CropC', Value: 'Corn' },
        ],
      },
    },
    {
      command: 'docdb delete-db-cluster --db-cluster-identifier sample-cluster --skip-final-snapshot',
      call: (clients) => clients.docdb.send(new sdk.DeleteDBClusterCommand({ ...sample, SkipFinalSnapshot: true })),
      answer: {
        DBCluster: { ...sample, DBClusterArn: sampleArn, Engine: 'docdb', Status: 'available', DBClusterMembers: [] },
      },
    },
  ],
};
