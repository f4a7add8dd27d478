import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  ListTagsForResourceCommand,
  type CopyDBClusterSnapshotCommandInput,
} from '@aws-sdk/client-docdb';
import * as sdk from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { rdsFaults } from '../../src/emulator/rds/faults.ts';
import { home, refusal, useEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const key = (region: string, account: string) =>
  `arn:aws:kms:${region}:${account}:key/1a2b3c4d-0000-4000-8000-00000000000a`;
const arn = (name: string, region = 'us-east-1', account = home) =>
  `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`;

const emulator = await useEmulator();
const client = emulator.docdb();

const world = {
  now: '2026-06-01T12:00:00Z',
  frozen: true,
  keys: [
    { ...here, service: 'kms' as const, KeyId: '5a2b3c4d-0000-4000-8000-00000000000a', Aliases: ['alias/mine'] },
    { ...here, service: 'kms' as const, region: 'eu-west-1', KeyId: '1a2b3c4d-0000-4000-8000-00000000000a' },
  ],
  clusters: [
    { ...here, DBClusterIdentifier: 'orders' },
    { ...here, DBClusterIdentifier: 'starting', Status: 'creating' },
  ],
  snapshots: [
    { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'mine', Tags: [{ Key: 'a', Value: '1' }] },
    { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'rds:orders-2026-05-31-03-10' },
    { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'young', Status: 'creating' },
    { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'sealed', KmsKeyId: key('us-east-1', home) },
    {
      ...here,
      account: other,
      DBClusterIdentifier: 'theirs',
      DBClusterSnapshotIdentifier: 'gift',
      KmsKeyId: key('us-east-1', other),
      RestoreAccounts: [home],
    },
  ],
};
beforeEach(() => emulator.load(world));

const create = (DBClusterSnapshotIdentifier: string, DBClusterIdentifier = 'orders') =>
  client.send(new CreateDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier, DBClusterIdentifier }));
const remove = (DBClusterSnapshotIdentifier: string) =>
  client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier }));
const copy = (input: Partial<CopyDBClusterSnapshotCommandInput>, from = client) =>
  from.send(
    new CopyDBClusterSnapshotCommand({
      SourceDBClusterSnapshotIdentifier: 'mine',
      TargetDBClusterSnapshotIdentifier: 'twin',
      ...input,
    }),
  );
const read = async (DBClusterSnapshotIdentifier: string, from = client) =>
  (await from.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier }))).DBClusterSnapshots?.[0];
const tagsOf = async (name: string) =>
  (await client.send(new ListTagsForResourceCommand({ ResourceName: arn(name) }))).TagList;
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('creating a snapshot', () => {
  it('lowercases the name and progresses with the clock while the cluster is backing up', async () => {
    const { DBClusterSnapshot } = await create('Before-Upgrade');
    expect(DBClusterSnapshot).toEqual({
      AvailabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      DBClusterSnapshotIdentifier: 'before-upgrade',
      DBClusterIdentifier: 'orders',
      SnapshotCreateTime: new Date('2026-06-01T12:00:00Z'),
      Engine: 'docdb',
      Status: 'creating',
      Port: 0,
      VpcId: 'vpc-0a1b2c3d',
      ClusterCreateTime: new Date('2026-06-01T12:00:00Z'),
      MasterUsername: 'dbadmin',
      EngineVersion: '5.0.0',
      SnapshotType: 'manual',
      PercentProgress: 0,
      StorageEncrypted: false,
      DBClusterSnapshotArn: arn('before-upgrade'),
      StorageType: 'standard',
    });
    const clusterStatus = async () =>
      (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'ORDERS' }))).DBClusters?.[0]?.Status;
    expect(await clusterStatus()).toBe('backing-up');
    await advance(15);
    expect(await read('before-upgrade')).toMatchObject({ Status: 'creating', PercentProgress: 50 });
    await advance(15);
    expect(await read('before-upgrade')).toMatchObject({ Status: 'available', PercentProgress: 100 });
    expect(await clusterStatus()).toBe('available');
  });

  it('rejects snapshots beyond the quota', async () => {
    await emulator.load({ ...world, assumptions: { rdsManualSnapshotQuota: 4 } });
    await create('fourth');
    await advance(60);
    expect(await refusal(create('fifth'))).toEqual({
      name: 'SnapshotQuotaExceededFault',
      code: 'SnapshotQuotaExceeded',
      status: 400,
    });
  });

  it.each([
    ['a name that is in use in another case', 'MINE', 'orders', 'DBClusterSnapshotAlreadyExistsFault', 400],
    ['a missing cluster', 'x', 'absent', 'DBClusterNotFoundFault', 404],
    ['a cluster that is being created', 'x', 'starting', 'InvalidDBClusterStateFault', 400],
    ['a name of 64 characters', 'x'.repeat(64), 'orders', 'InvalidParameterValue', 400],
    ['a name with two hyphens in a row', 'a--b', 'orders', 'InvalidParameterValue', 400],
    ['a name that ends with a hyphen', 'a-', 'orders', 'InvalidParameterValue', 400],
    ['a name that starts with a digit', '1a', 'orders', 'InvalidParameterValue', 400],
    ['the name of an automated snapshot', 'rds:orders', 'orders', 'InvalidParameterValue', 400],
  ])('rejects %s', async (_, name, cluster, code, status) => {
    expect(await refusal(create(name, cluster))).toMatchObject({ code, status });
  });

  it('rejects a second snapshot of a cluster that is backing up', async () => {
    await create('first');
    expect(await refusal(create('second'))).toMatchObject({ code: 'InvalidDBClusterStateFault' });
  });
});

describe('deleting a snapshot', () => {
  it('returns the previous status and deletes the snapshot', async () => {
    expect((await remove('MINE')).DBClusterSnapshot).toMatchObject({ Status: 'available', SnapshotType: 'manual' });
    expect(await refusal(remove('mine'))).toEqual({
      name: 'DBClusterSnapshotNotFoundFault',
      code: 'DBClusterSnapshotNotFoundFault',
      status: 404,
    });
  });

  it('updates lists with the assumed delay, as do creation and copy', async () => {
    const assumptions = { snapshotHiddenSeconds: 5, snapshotLingerSeconds: 5, snapshotSeconds: 0 };
    await emulator.load({ ...world, assumptions });
    await Promise.all([create('made'), copy({})]);
    for (const name of ['made', 'twin']) expect(await refusal(read(name))).toMatchObject({ status: 404 });
    expect(await refusal(create('made'))).toMatchObject({ code: 'DBClusterSnapshotAlreadyExistsFault' });
    await advance(5);
    await Promise.all([remove('made'), remove('twin')]);
    for (const name of ['made', 'twin']) expect(await read(name)).toMatchObject({ Status: 'available' });
    expect(await refusal(remove('twin'))).toMatchObject({ status: 404 });
    await advance(5);
    for (const name of ['made', 'twin']) expect(await refusal(read(name))).toMatchObject({ status: 404 });
  });

  it('cancels a copy', async () => {
    await copy({});
    expect((await remove('twin')).DBClusterSnapshot?.Status).toBe('copying');
    expect(await refusal(read('twin'))).toMatchObject({ status: 404 });
  });

  it.each([
    ['an automated snapshot', 'rds:orders-2026-05-31-03-10'],
    ['a snapshot that is being created', 'young'],
  ])('rejects %s', async (_, name) => {
    expect(await refusal(remove(name))).toMatchObject({ code: 'InvalidDBClusterSnapshotStateFault', status: 400 });
  });
});

describe('copying a snapshot', () => {
  it.each(['mine', 'rds:orders-2026-05-31-03-10', 'Sealed', arn('mine')])('accepts the source %s', async (source) => {
    const { DBClusterSnapshot } = await copy({ SourceDBClusterSnapshotIdentifier: source });
    expect(DBClusterSnapshot).toMatchObject({ Status: 'copying', SnapshotType: 'manual', PercentProgress: 0 });
    expect(DBClusterSnapshot?.SourceDBClusterSnapshotArn).toMatch(/^arn:aws:rds:us-east-1:123456789012:/);
    await advance(30);
    expect(await read('twin')).toMatchObject({ Status: 'available', DBClusterSnapshotArn: arn('twin') });
  });

  it.each([
    ['no tags', {}, []],
    ["the source's tags", { CopyTags: true }, [{ Key: 'a', Value: '1' }]],
    ['new tags', { Tags: [{ Key: 'b', Value: '2' }] }, [{ Key: 'b', Value: '2' }]],
    // Observed by others in AWS itself: if `Tags` is not empty, `CopyTags` has no effect.
    // https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CopyDBClusterSnapshot.html
    ['new tags alone', { CopyTags: true, Tags: [{ Key: 'b', Value: '2' }] }, [{ Key: 'b', Value: '2' }]],
    ["the source's tags, if the list of new tags is empty", { CopyTags: true, Tags: [] }, [{ Key: 'a', Value: '1' }]],
  ])('tags the copy with %s', async (_, input, tags) => {
    await copy(input);
    expect(await tagsOf('twin')).toEqual(tags);
  });

  it('crosses regions, called in the destination region with a key of that region', async () => {
    const europe = emulator.docdb({ region: 'eu-west-1' });
    const sealed = { SourceDBClusterSnapshotIdentifier: arn('sealed') };
    expect(await refusal(copy(sealed, europe))).toMatchObject({ code: 'KMSKeyNotAccessibleFault', status: 400 });
    const KmsKeyId = key('eu-west-1', home);
    const { DBClusterSnapshot } = await copy({ ...sealed, KmsKeyId }, europe);
    expect(DBClusterSnapshot).toMatchObject({
      KmsKeyId,
      DBClusterSnapshotArn: arn('twin', 'eu-west-1'),
      AvailabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    });
  });

  // "You can't copy a snapshot to or from the following AWS Regions: China (Beijing)", nor between AWS GovCloud (US) and
  // other regions: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CopySnapshot.html
  it.each(['cn-north-1', 'us-gov-west-1'])('does not cross partitions, as to %s', async (region) => {
    const source = { SourceDBClusterSnapshotIdentifier: arn('mine') };
    const code = 'DBClusterSnapshotNotFoundFault';
    expect(await refusal(copy(source, emulator.docdb({ region })))).toMatchObject({ code, status: 404 });
  });

  it('accepts an encrypted shared snapshot only with a key of the caller', async () => {
    const gift = { SourceDBClusterSnapshotIdentifier: arn('gift', 'us-east-1', other) };
    expect(await refusal(copy(gift))).toMatchObject({ code: 'KMSKeyNotAccessibleFault' });
    const { DBClusterSnapshot } = await copy({ ...gift, KmsKeyId: 'alias/mine' });
    expect(DBClusterSnapshot).toMatchObject({ DBClusterSnapshotArn: arn('twin'), StorageEncrypted: true });
    const europe = emulator.docdb({ region: 'eu-west-1' });
    expect(await refusal(copy(gift, europe))).toMatchObject({ code: 'InvalidParameterCombination' });
  });

  it.each([
    ['a missing snapshot', { SourceDBClusterSnapshotIdentifier: 'absent' }, 'DBClusterSnapshotNotFoundFault'],
    [
      'a snapshot that is being created',
      { SourceDBClusterSnapshotIdentifier: 'young' },
      'InvalidDBClusterSnapshotStateFault',
    ],
    ['an existing target', { TargetDBClusterSnapshotIdentifier: 'SEALED' }, 'DBClusterSnapshotAlreadyExistsFault'],
    ['a key for an unencrypted source', { KmsKeyId: 'alias/mine' }, 'InvalidParameterCombination'],
    ['a target with a colon', { TargetDBClusterSnapshotIdentifier: 'rds:x' }, 'InvalidParameterValue'],
  ])('rejects %s', async (_, input, code) => {
    expect(await refusal(copy(input))).toMatchObject({ code });
  });
});

it('returns every fault with the code and status in the AWS model', () => {
  const modelled = new Map(Object.values(sdk).flatMap(errorOf));
  for (const [code, status] of rdsFaults) expect([code, modelled.get(code)]).toEqual([code, status]);
});

const errorTraits = z.object({ awsQueryError: z.tuple([z.string(), z.number()]).optional(), httpError: z.number() });

/** Returns the wire code and status of an SDK error schema, and an empty list for any other export. */
function errorOf(value: unknown): [string, number][] {
  const errorKind = -3;
  if (!Array.isArray(value) || value[0] !== errorKind) return [];
  const traits = errorTraits.safeParse(value[3]);
  if (!traits.success) return [];
  // A fault whose wire code equals its class name has no awsQueryError trait.
  return [traits.data.awsQueryError ?? [String(value[2]), traits.data.httpError]];
}
