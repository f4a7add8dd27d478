// The calls of https://github.com/hashicorp/terraform-provider-aws, internal/service/docdb, in our own words.
import {
  AddTagsToResourceCommand,
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeGlobalClustersCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterCommand,
  RemoveTagsFromResourceCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type DBCluster,
} from '@aws-sdk/client-docdb';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { onlyOne, unlessRefused, waitForState } from '../../support/terraform.ts';

const DBClusterIdentifier = 'tf-cluster';
const ResourceName = `arn:aws:rds:us-east-1:${home}:cluster:${DBClusterIdentifier}`;

const emulator = await useEmulator();
const client = emulator.docdb();
beforeEach(() => emulator.load({ now: '2026-06-01T12:00:00Z', frozen: true }));

async function find(identifier = DBClusterIdentifier): Promise<DBCluster | null> {
  const answer = await unlessRefused(
    client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier })),
    'DBClusterNotFoundFault',
  );
  return onlyOne(answer?.DBClusters);
}
const status = (identifier?: string) => async () => (await find(identifier))?.Status ?? null;

const untilAvailable = (identifier?: string) =>
  waitForState(emulator, status(identifier), {
    pending: ['creating', 'backing-up', 'modifying', 'migrating', 'resetting-master-credentials', 'upgrading'],
    target: 'available',
    minutes: 120,
  });
const untilDeleted = () =>
  waitForState(emulator, status(), {
    pending: ['available', 'deleting', 'backing-up', 'modifying'],
    target: null,
    minutes: 120,
  });

async function create(input: object = {}): Promise<void> {
  await client.send(
    new CreateDBClusterCommand({
      BackupRetentionPeriod: 1,
      DBClusterIdentifier,
      DeletionProtection: false,
      Engine: 'docdb',
      MasterUserPassword: 'avoid-plaintext-passwords',
      MasterUsername: 'tfacctest',
      Tags: [{ Key: 'team', Value: 'data' }],
      ...input,
    }),
  );
  await untilAvailable();
}

const tags = async () => (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;

describe('aws_docdb_cluster', () => {
  it('is created and read', async () => {
    await create({ StorageEncrypted: true, PreferredBackupWindow: '07:00-09:00' });
    expect(await find()).toMatchObject({
      AvailabilityZones: expect.arrayContaining([expect.stringMatching(/^us-east-1[a-f]$/)]),
      BackupRetentionPeriod: 1,
      DBClusterArn: ResourceName,
      DBClusterIdentifier,
      DBClusterMembers: [],
      DBClusterParameterGroup: expect.stringMatching(/^default\.docdb\d\.\d$/),
      DBSubnetGroup: 'default',
      DbClusterResourceId: expect.stringMatching(/^cluster-[A-Z0-9]{26}$/),
      DeletionProtection: false,
      Endpoint: expect.stringMatching(/^tf-cluster\.cluster-.+\.us-east-1\.docdb\.amazonaws\.com$/),
      Engine: 'docdb',
      EngineVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      HostedZoneId: expect.stringMatching(/^Z[A-Z0-9]+$/),
      KmsKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:\d{12}:key\//),
      MasterUsername: 'tfacctest',
      Port: 27017,
      PreferredBackupWindow: '07:00-09:00',
      PreferredMaintenanceWindow: expect.stringMatching(/^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/),
      ReaderEndpoint: expect.stringMatching(/^tf-cluster\.cluster-ro-.+\.us-east-1\.docdb\.amazonaws\.com$/),
      StorageEncrypted: true,
      VpcSecurityGroups: [{ VpcSecurityGroupId: expect.stringMatching(/^sg-/), Status: 'active' }],
    });
    expect(await tags()).toEqual([{ Key: 'team', Value: 'data' }]);
    const { GlobalClusters } = await client.send(new DescribeGlobalClustersCommand({}));
    expect(GlobalClusters).toEqual([]);
  });

  it('gets other settings and tags', async () => {
    await create();
    const changes = {
      BackupRetentionPeriod: 7,
      DeletionProtection: true,
      PreferredBackupWindow: '08:00-09:00',
      PreferredMaintenanceWindow: 'wed:01:00-wed:01:30',
    };
    await client.send(new ModifyDBClusterCommand({ ApplyImmediately: true, DBClusterIdentifier, ...changes }));
    await untilAvailable();
    await client.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ['team'] }));
    await client.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: 'purpose', Value: 'test' }] }));
    expect(await find()).toMatchObject(changes);
    expect(await tags()).toEqual([{ Key: 'purpose', Value: 'test' }]);
  });

  it('is restored from a snapshot, and then gets the settings that the restore does not take', async () => {
    await create();
    const SnapshotIdentifier = 'tf-snapshot';
    const snapshot = { DBClusterIdentifier, DBClusterSnapshotIdentifier: SnapshotIdentifier };
    await client.send(new CreateDBClusterSnapshotCommand(snapshot));
    await untilAvailable();
    const restored = 'tf-restored';
    await client.send(
      new RestoreDBClusterFromSnapshotCommand({
        DBClusterIdentifier: restored,
        DeletionProtection: false,
        Engine: 'docdb',
        SnapshotIdentifier,
        Tags: [{ Key: 'team', Value: 'data' }],
      }),
    );
    await untilAvailable(restored);
    const settings = { BackupRetentionPeriod: 5, PreferredBackupWindow: '07:00-09:00' };
    const modification = { ApplyImmediately: true, DBClusterIdentifier: restored, ...settings };
    await client.send(new ModifyDBClusterCommand(modification));
    await untilAvailable(restored);
    expect(await find(restored)).toMatchObject({ ...settings, MasterUsername: 'tfacctest' });
  });

  it('is restored to the latest restorable time', async () => {
    await create();
    const restored = 'tf-restored';
    await client.send(
      new RestoreDBClusterToPointInTimeCommand({
        DBClusterIdentifier: restored,
        DeletionProtection: false,
        RestoreType: 'full-copy',
        SourceDBClusterIdentifier: DBClusterIdentifier,
        UseLatestRestorableTime: true,
      }),
    );
    await untilAvailable(restored);
    expect(await find(restored)).toMatchObject({ Engine: 'docdb', MasterUsername: 'tfacctest', Port: 27017 });
  });
});

describe('the deletion of aws_docdb_cluster', () => {
  const destroy = (input: object) => client.send(new DeleteDBClusterCommand({ DBClusterIdentifier, ...input }));

  it('skips the final snapshot if asked, and accepts that the cluster is gone already', async () => {
    await create();
    await destroy({ SkipFinalSnapshot: true });
    await untilDeleted();
    expect(await unlessRefused(destroy({ SkipFinalSnapshot: true }), 'DBClusterNotFoundFault')).toBeNull();
  });

  it('leaves a final snapshot', async () => {
    await create();
    await destroy({ SkipFinalSnapshot: false, FinalDBSnapshotIdentifier: 'tf-final' });
    await untilDeleted();
    const input = { DBClusterSnapshotIdentifier: 'tf-final' };
    const { DBClusterSnapshots } = await client.send(new DescribeDBClusterSnapshotsCommand(input));
    expect(DBClusterSnapshots).toMatchObject([{ DBClusterIdentifier, SnapshotType: 'manual', Status: 'available' }]);
  });
});
