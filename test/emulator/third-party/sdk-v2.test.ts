// The AWS SDK for JavaScript v2, which has its own parser, paginators and waiters.
import DocDB from 'aws-sdk/clients/docdb.js';
import Neptune from 'aws-sdk/clients/neptune.js';
import RDS from 'aws-sdk/clients/rds.js';
import Redshift from 'aws-sdk/clients/redshift.js';
import STS from 'aws-sdk/clients/sts.js';
import { describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';

const redshiftPlace = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const rdsPlace = { service: 'rds', account: home, region: 'us-east-1' } as const;
const names = Array.from({ length: 45 }, (_, index) => `s${index}`);

const emulator = await useEmulator();
const credentials = { accessKeyId: home, secretAccessKey: 'secret' };
const settings = { endpoint: emulator.url, region: 'us-east-1', credentials };

describe('the AWS SDK for JavaScript v2', () => {
  it('creates, shares, lists, tags and deletes a Redshift snapshot', async () => {
    const redshift = new Redshift(settings);
    const ClusterIdentifier = 'sales';
    const SnapshotIdentifier = 'manual';
    await emulator.load({
      now: '2026-06-01T12:00:00Z',
      frozen: true,
      clusters: [{ ...redshiftPlace, ClusterIdentifier, ClusterCreateTime: '2026-05-01T00:00:00Z' }],
    });
    const created = await redshift.createClusterSnapshot({ ClusterIdentifier, SnapshotIdentifier }).promise();
    expect(created.Snapshot).toMatchObject({
      Status: 'creating',
      ClusterCreateTime: new Date('2026-05-01T00:00:00Z'),
      TotalBackupSizeInMegaBytes: -1,
      Tags: [],
    });

    const waiting = redshift.waitFor('snapshotAvailable', { SnapshotIdentifier, $waiter: { delay: 0 } }).promise();
    await emulator.control('POST', 'clock', { advanceSeconds: 60 });
    expect((await waiting).Snapshots).toMatchObject([{ SnapshotIdentifier, Status: 'available' }]);

    const ResourceName = `arn:aws:redshift:us-east-1:${home}:snapshot:sales/manual`;
    const Tags = [{ Key: 'a + b', Value: 'ü / @' }];
    await redshift.createTags({ ResourceName, Tags }).promise();
    await redshift.authorizeSnapshotAccess({ SnapshotIdentifier, AccountWithRestoreAccess: '012345678901' }).promise();
    const { Snapshots } = await redshift.describeClusterSnapshots({ SnapshotIdentifier }).promise();
    expect(Snapshots).toMatchObject([{ Tags, AccountsWithRestoreAccess: [{ AccountId: '012345678901' }] }]);

    await redshift.revokeSnapshotAccess({ SnapshotIdentifier, AccountWithRestoreAccess: '012345678901' }).promise();
    expect((await redshift.deleteClusterSnapshot({ SnapshotIdentifier }).promise()).Snapshot).toMatchObject({
      Status: 'deleted',
    });
  });

  it('creates, copies, shares and deletes a DocumentDB snapshot', async () => {
    const docdb = new DocDB(settings);
    const snapshot = { DBClusterSnapshotIdentifier: 'manual' };
    await emulator.load({ frozen: true, clusters: [{ ...rdsPlace, DBClusterIdentifier: 'orders' }] });
    await docdb.createDBClusterSnapshot({ DBClusterIdentifier: 'orders', ...snapshot }).promise();
    const waiting = new RDS(settings)
      .waitFor('dBClusterSnapshotAvailable', { ...snapshot, $waiter: { delay: 0 } })
      .promise();
    await emulator.control('POST', 'clock', { advanceSeconds: 60 });
    expect((await waiting).DBClusterSnapshots).toMatchObject([{ Engine: 'docdb', PercentProgress: 100 }]);

    const copy = {
      SourceDBClusterSnapshotIdentifier: 'manual',
      TargetDBClusterSnapshotIdentifier: 'copy',
      CopyTags: true,
    };
    expect((await docdb.copyDBClusterSnapshot(copy).promise()).DBClusterSnapshot).toMatchObject({ Status: 'copying' });
    const share = { ...snapshot, AttributeName: 'restore', ValuesToAdd: ['012345678901', 'all'] };
    const shared = await docdb.modifyDBClusterSnapshotAttribute(share).promise();
    expect(shared.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes).toEqual([
      { AttributeName: 'restore', AttributeValues: ['012345678901', 'all'] },
    ]);
    await docdb.deleteDBClusterSnapshot(snapshot).promise();
    await expect(docdb.describeDBClusterSnapshots(snapshot).promise()).rejects.toMatchObject({
      code: 'DBClusterSnapshotNotFoundFault',
      statusCode: 404,
    });
  });

  it('pages', async () => {
    await emulator.load({
      clusters: names.map((name) => ({ ...rdsPlace, DBClusterIdentifier: name, Engine: 'neptune' })),
      snapshots: names.map((name) => ({ ...redshiftPlace, ClusterIdentifier: 'c', SnapshotIdentifier: name })),
      assumptions: { rdsClusterQuota: 100 },
    });
    const snapshots = await sizesOf(new Redshift(settings).describeClusterSnapshots({ MaxRecords: 20 }), 'Snapshots');
    const clusters = await sizesOf(new Neptune(settings).describeDBClusters({ MaxRecords: 20 }), 'DBClusters');
    expect({ snapshots, clusters }).toEqual({ snapshots: [20, 20, 5], clusters: [20, 20, 5] });
  });

  it('reads errors', async () => {
    await emulator.load({});
    const absent = new Redshift(settings).deleteClusterSnapshot({ SnapshotIdentifier: 'absent' });
    await expect(absent.promise()).rejects.toMatchObject({
      code: 'ClusterSnapshotNotFound',
      message: 'Snapshot absent not found.',
      statusCode: 404,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      retryable: false,
    });
  });

  it('assumes a role, whose keys then work', async () => {
    await emulator.load({});
    const role = { RoleArn: 'arn:aws:iam::012345678901:role/reader', RoleSessionName: 'test' };
    const { Credentials: keys } = await new STS(settings).assumeRole(role).promise();
    const credentials = {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken ?? '',
    };
    const caller = await new STS({ ...settings, credentials }).getCallerIdentity().promise();
    expect(caller.Arn).toBe('arn:aws:sts::012345678901:assumed-role/reader/test');
  });
});

/** Reads every page of a request and returns the number of items of each. */
async function sizesOf<T extends object>(
  request: { eachPage(read: (error: Error | null, page: T | null) => boolean): void },
  list: keyof T,
): Promise<number[]> {
  const sizes: number[] = [];
  await new Promise<void>((resolve, reject) => {
    request.eachPage((error, page) => {
      if (error) reject(error);
      else if (page) {
        const items = page[list];
        sizes.push(Array.isArray(items) ? items.length : 0);
      } else resolve();
      return true;
    });
  });
  return sizes;
}
