// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/docdb/
import * as sdk from '@aws-sdk/client-docdb';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const docdb = { service: 'rds', account: home, region: 'us-west-2' } as const;
const sample = { DBClusterIdentifier: 'sample-cluster' };
const sampleSnapshot = { DBClusterSnapshotIdentifier: 'sample-cluster-snapshot' };
const dates = { ClusterCreateTime: '2019-03-15T20:29:58.836Z' };

const shown = {
  ...sample,
  Engine: 'docdb',
  EngineVersion: '3.6.0',
  MasterUsername: 'master-user',
  SnapshotType: 'manual',
  StorageEncrypted: false,
  Port: 0,
};

export const docdbSnapshotExamples: Examples = {
  title: 'DocumentDB snapshots',
  region: 'us-west-2',
  world: {
    now: '2019-03-18T18:27:14.794Z',
    frozen: true,
    clusters: [{ ...docdb, ...sample, ...dates, EngineVersion: '3.6.0', MasterUsername: 'master-user' }],
    snapshots: [
      { ...docdb, ...sample, ...sampleSnapshot, EngineVersion: '3.6.0', MasterUsername: 'master-user' },
      {
        ...docdb,
        ...sample,
        DBClusterSnapshotIdentifier: 'rds:sample-cluster-2019-03-16-00-01',
        SnapshotType: 'automated',
      },
    ],
  },
  examples: [
    {
      command: 'docdb describe-db-cluster-snapshots --db-cluster-snapshot-identifier sample-cluster-snapshot',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBClusterSnapshotsCommand(sampleSnapshot)),
      answer: {
        DBClusterSnapshots: [
          {
            ...shown,
            ...sampleSnapshot,
            Status: 'available',
            PercentProgress: 100,
            DBClusterSnapshotArn: `arn:aws:rds:us-west-2:${home}:cluster-snapshot:sample-cluster-snapshot`,
            VpcId: expect.stringMatching(/^vpc-/),
          },
        ],
      },
    },
    {
      command:
        'docdb copy-db-cluster-snapshot --source-db-cluster-snapshot-identifier sample-cluster-snapshot ' +
        '--target-db-cluster-snapshot-identifier sample-cluster-snapshot-copy --copy-tags ' +
        '--tags Key=CopyNumber,Value=1',
      call: (clients) =>
        clients.docdb.send(
          new sdk.CopyDBClusterSnapshotCommand({
            SourceDBClusterSnapshotIdentifier: 'sample-cluster-snapshot',
            TargetDBClusterSnapshotIdentifier: 'sample-cluster-snapshot-copy',
            CopyTags: true,
            Tags: [{ Key: 'CopyNumber', Value: '1' }],
          }),
        ),
      answer: { DBClusterSnapshot: { ...shown, DBClusterSnapshotIdentifier: 'sample-cluster-snapshot-copy' } },
    },
    {
      command: 'docdb describe-db-cluster-snapshot-attributes --db-cluster-snapshot-identifier sample-cluster-snapshot',
      call: (clients) => clients.docdb.send(new sdk.DescribeDBClusterSnapshotAttributesCommand(sampleSnapshot)),
      answer: sharedWith([]),
    },
    {
      command:
        'docdb modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier sample-cluster-snapshot ' +
        '--attribute-name restore --values-to-add 123456789011 123456789012 123456789013',
      call: (clients) =>
        clients.docdb.send(
          new sdk.ModifyDBClusterSnapshotAttributeCommand({
            ...sampleSnapshot,
            AttributeName: 'restore',
            ValuesToAdd: ['123456789011', '123456789012', '123456789013'],
          }),
        ),
      answer: sharedWith(['123456789011', '123456789012', '123456789013']),
    },
    {
      command:
        'docdb modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier sample-cluster-snapshot ' +
        '--attribute-name restore --values-to-remove 123456789012',
      call: (clients) =>
        clients.docdb.send(
          new sdk.ModifyDBClusterSnapshotAttributeCommand({
            ...sampleSnapshot,
            AttributeName: 'restore',
            ValuesToRemove: ['123456789012'],
          }),
        ),
      answer: sharedWith(['123456789011', '123456789013']),
    },
    {
      command:
        'docdb create-db-cluster-snapshot --db-cluster-identifier sample-cluster ' +
        '--db-cluster-snapshot-identifier another-snapshot',
      call: (clients) =>
        clients.docdb.send(
          new sdk.CreateDBClusterSnapshotCommand({ ...sample, DBClusterSnapshotIdentifier: 'another-snapshot' }),
        ),
      answer: {
        DBClusterSnapshot: {
          ...shown,
          DBClusterSnapshotIdentifier: 'another-snapshot',
          DBClusterSnapshotArn: `arn:aws:rds:us-west-2:${home}:cluster-snapshot:another-snapshot`,
          SnapshotCreateTime: expect.stringMatching(/^2019-03-18T18:27:14\.794/),
          ClusterCreateTime: expect.stringMatching(/^2019-03-15T20:29:58\.836/),
          PercentProgress: 0,
          Status: 'creating',
        },
      },
    },
    {
      command:
        'docdb restore-db-cluster-from-snapshot --db-cluster-identifier sample-cluster-2019-03-16-00-01-restored ' +
        '--engine docdb --snapshot-identifier rds:sample-cluster-2019-03-16-00-01',
      call: (clients) =>
        clients.docdb.send(
          new sdk.RestoreDBClusterFromSnapshotCommand({
            DBClusterIdentifier: 'sample-cluster-2019-03-16-00-01-restored',
            Engine: 'docdb',
            SnapshotIdentifier: 'rds:sample-cluster-2019-03-16-00-01',
          }),
        ),
      answer: {
        DBCluster: {
          DBClusterIdentifier: 'sample-cluster-2019-03-16-00-01-restored',
          Engine: 'docdb',
          Status: 'creating',
          DBClusterMembers: [],
          MultiAZ: false,
          Port: 27017,
        },
      },
    },
    {
      command: 'docdb delete-db-cluster-snapshot --db-cluster-snapshot-identifier sample-cluster-snapshot',
      call: (clients) => clients.docdb.send(new sdk.DeleteDBClusterSnapshotCommand(sampleSnapshot)),
      answer: { DBClusterSnapshot: { ...shown, ...sampleSnapshot, Status: 'available', PercentProgress: 100 } },
    },
  ],
};

function sharedWith(AttributeValues: readonly string[]): object {
  return {
    DBClusterSnapshotAttributesResult: {
      ...sampleSnapshot,
      DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues }],
    },
  };
}
