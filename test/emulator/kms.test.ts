import { DescribeKeyCommand, ListAliasesCommand, paginateListAliases } from '@aws-sdk/client-kms';
import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-docdb';
import {
  CreateClusterCommand,
  CreateSnapshotCopyGrantCommand,
  RestoreFromClusterSnapshotCommand,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator, type WorldJson } from '../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const region = 'us-east-1';
const other = '210987654321';
const key = { service: 'kms', account: home, region } as const;
const idOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const arnOf = (digit: number, account = home) => `arn:aws:kms:${region}:${account}:key/${idOf(digit)}`;
const aliasArn = (alias: string, account = home) => `arn:aws:kms:${region}:${account}:${alias}`;
const rds = { service: 'rds', account: home, region, DBClusterIdentifier: 'orders' } as const;
const redshift = { service: 'redshift', account: home, region, ClusterIdentifier: 'sales' } as const;

const world: WorldJson = {
  now,
  frozen: true,
  keys: [
    { ...key, KeyId: idOf(1), Aliases: ['alias/backups', 'alias/archive'], Description: 'Backups' },
    { ...key, KeyId: idOf(2), Aliases: ['alias/disabled'], KeyState: 'Disabled' },
    { ...key, KeyId: idOf(3), Aliases: ['alias/leaving'], KeyState: 'PendingDeletion' },
    { ...key, account: other, KeyId: idOf(4), Aliases: ['alias/open'], AllowedAccounts: [home] },
    { ...key, account: other, KeyId: idOf(5), Aliases: ['alias/closed'] },
    { ...key, KeyId: 'mrk-11112222333344445555666677778888' },
  ],
  clusters: [rds, { ...rds, DBClusterIdentifier: 'named', KmsKeyId: `arn:aws:kms:${region}:${home}:key/sample-key` }],
  snapshots: [
    { ...rds, DBClusterSnapshotIdentifier: 'plain' },
    { ...rds, DBClusterSnapshotIdentifier: 'sealed', KmsKeyId: arnOf(1) },
    { ...rds, DBClusterSnapshotIdentifier: 'lost', KmsKeyId: arnOf(2) },
    { ...rds, DBClusterSnapshotIdentifier: 'defaulted', KmsKeyId: 'alias/aws/rds' },
    { ...rds, account: other, DBClusterSnapshotIdentifier: 'open', KmsKeyId: arnOf(4, other), RestoreAccounts: [home] },
    {
      ...rds,
      account: other,
      DBClusterSnapshotIdentifier: 'closed',
      KmsKeyId: arnOf(5, other),
      RestoreAccounts: [home],
    },
    { ...redshift, SnapshotIdentifier: 'kept' },
    { ...redshift, SnapshotIdentifier: 'lost', Encrypted: true, KmsKeyId: arnOf(3) },
  ],
};

const emulator = await useEmulator();
beforeEach(() => emulator.load(world));

const describeKey = async (KeyId: string, caller = {}) =>
  (await emulator.kms(caller).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
/** Returns the error of a call. */
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();

// The members and the predefined aliases of the API reference of AWS KMS:
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
describe('DescribeKey', () => {
  it.each([
    ['id', idOf(1)],
    ['ARN', arnOf(1)],
    ['alias', 'alias/backups'],
    ['alias ARN', aliasArn('alias/archive')],
  ])('describes a key by its %s', async (_, name) => {
    expect(await describeKey(name)).toMatchObject({
      AWSAccountId: home,
      KeyId: idOf(1),
      Arn: arnOf(1),
      CreationDate: new Date(now),
      Description: 'Backups',
      Enabled: true,
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    });
  });

  it('describes keys in every state, and multi-Region keys', async () => {
    expect(await describeKey('alias/disabled')).toMatchObject({ Enabled: false, KeyState: 'Disabled' });
    expect(await describeKey('alias/leaving')).toMatchObject({
      Enabled: false,
      KeyState: 'PendingDeletion',
      DeletionDate: new Date('2026-07-01T12:00:00Z'),
    });
    expect(await describeKey('mrk-11112222333344445555666677778888')).toMatchObject({ MultiRegion: true });
  });

  it('describes the AWS managed keys of every account and region, whose ids never change', async () => {
    const managed = await describeKey('alias/aws/rds', { account: other });
    expect(managed).toMatchObject({ KeyManager: 'AWS', Enabled: true, AWSAccountId: other });
    expect(await describeKey('alias/aws/redshift', { account: other })).not.toMatchObject({ KeyId: managed?.KeyId });
    await emulator.load({});
    expect(await describeKey(managed?.Arn ?? '', { account: other })).toMatchObject({ KeyId: managed?.KeyId });
  });

  it('describes a key of another account only if its policy allows it', async () => {
    expect(await describeKey(arnOf(4, other))).toMatchObject({ AWSAccountId: other });
    const managed = await describeKey('alias/aws/rds', { account: other });
    for (const closed of [arnOf(5, other), arnOf(6, other), aliasArn('alias/closed', other), managed?.Arn ?? '']) {
      // oxlint-disable-next-line no-await-in-loop -- one call at a time
      expect(await errorOf(describeKey(closed))).toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringMatching(`is not authorized to perform: kms:DescribeKey on resource: ${closed} because`),
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it.each([
    [idOf(9), 'NotFoundException', `Key '${arnOf(9)}' does not exist`],
    ['nothing', 'NotFoundException', "Invalid keyId 'nothing'"],
    ['alias/nothing', 'NotFoundException', `Alias ${aliasArn('alias/nothing')} is not found.`],
    [arnOf(1).replace(region, 'eu-west-1'), 'NotFoundException', 'Invalid arn eu-west-1'],
    [
      arnOf(1).replace(':aws:', ':aws-cn:'),
      'InvalidArnException',
      `Invalid arn ${arnOf(1).replace(':aws:', ':aws-cn:')}`,
    ],
    [`arn:aws:iam::${home}:role/r`, 'InvalidArnException', `Invalid arn arn:aws:iam::${home}:role/r`],
    [arnOf(1).replace('aws', 'aws-cn'), 'InvalidArnException', `Invalid arn ${arnOf(1).replace('aws', 'aws-cn')}`],
  ])('rejects %s', async (name, code, message) => {
    expect(await errorOf(describeKey(name))).toMatchObject({ name: code, message, $metadata: { httpStatusCode: 400 } });
  });

  it('no longer finds a key after its DeletionDate', async () => {
    await emulator.control('POST', 'clock', { advanceSeconds: 30 * 24 * 60 * 60 });
    expect(await errorOf(describeKey('alias/leaving'))).toMatchObject({ name: 'NotFoundException' });
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
describe('ListAliases', () => {
  const names = ['alias/archive', 'alias/aws/rds', 'alias/aws/redshift', 'alias/backups', 'alias/disabled'];

  it('lists the aliases of an account and region in pages', async () => {
    const pages = [];
    for await (const page of paginateListAliases({ client: emulator.kms(), pageSize: 2 }, {})) pages.push(page);
    expect(pages.map(({ Truncated }) => Truncated)).toEqual([true, true, false]);
    const aliases = pages.flatMap(({ Aliases = [] }) => Aliases);
    expect(aliases.map(({ AliasName }) => AliasName)).toEqual([...names, 'alias/leaving']);
    expect(aliases[3]).toMatchObject({ AliasArn: aliasArn('alias/backups'), TargetKeyId: idOf(1) });
  });

  it('lists the aliases of one key', async () => {
    const { Aliases, Truncated } = await emulator.kms().send(new ListAliasesCommand({ KeyId: arnOf(1) }));
    expect(Aliases?.map(({ AliasName }) => AliasName)).toEqual(['alias/archive', 'alias/backups']);
    expect(Truncated).toBe(false);
  });

  it.each([
    [{ Marker: 'nowhere' }, 'InvalidMarkerException'],
    [{ Limit: 101 }, 'ValidationException'],
    [{ KeyId: 'alias/backups' }, 'NotFoundException'],
    [{ KeyId: idOf(9) }, 'NotFoundException'],
    [{ KeyId: 'arn:aws:s3:::b' }, 'InvalidArnException'],
  ])('rejects %j', async (input, name) => {
    expect(await errorOf(emulator.kms().send(new ListAliasesCommand(input)))).toMatchObject({ name });
  });
});

describe('a key of RDS', () => {
  const copy = (input: object) =>
    emulator.docdb().send(
      new CopyDBClusterSnapshotCommand({
        SourceDBClusterSnapshotIdentifier: 'sealed',
        TargetDBClusterSnapshotIdentifier: 'copy',
        ...input,
      }),
    );
  const shared = (name: string) => ({
    SourceDBClusterSnapshotIdentifier: `arn:aws:rds:${region}:${other}:cluster-snapshot:${name}`,
    KmsKeyId: 'alias/backups',
  });

  it.each([idOf(1), arnOf(1), 'alias/backups', aliasArn('alias/backups')])(
    'can be named %s, and is shown by its ARN',
    async (KmsKeyId) => {
      expect((await copy({ KmsKeyId })).DBClusterSnapshot?.KmsKeyId).toBe(arnOf(1));
      const settings = { MasterUsername: 'boss', MasterUserPassword: 'Secret99', Engine: 'docdb' };
      const created = new CreateDBClusterCommand({ ...settings, DBClusterIdentifier: 'new', KmsKeyId });
      expect((await emulator.docdb().send(created)).DBCluster?.KmsKeyId).toBe(arnOf(1));
    },
  );

  it('is by default the AWS managed key, under which no snapshot can be shared', async () => {
    const input = { MasterUsername: 'boss', MasterUserPassword: 'Secret99', Engine: 'docdb', StorageEncrypted: true };
    const created = new CreateDBClusterCommand({ ...input, DBClusterIdentifier: 'new' });
    const arn = (await describeKey('alias/aws/rds'))?.Arn;
    expect((await emulator.docdb().send(created)).DBCluster?.KmsKeyId).toBe(arn);
    const share = new ModifyDBClusterSnapshotAttributeCommand({
      DBClusterSnapshotIdentifier: 'defaulted',
      AttributeName: 'restore',
      ValuesToAdd: [other],
    });
    expect(await errorOf(emulator.docdb().send(share))).toMatchObject({ name: 'InvalidDBClusterSnapshotStateFault' });
  });

  // The text of a copy is in the tests of others that were verified with AWS; the other texts are in error reports.
  const reason = 'does not exist, is not enabled or you do not have permissions to access it.';
  it.each([
    'alias/nothing',
    idOf(9),
    'alias/disabled',
    arnOf(3),
    arnOf(5, other),
    arnOf(1).replace(region, 'eu-west-1'),
  ])('cannot be %s', async (KmsKeyId) => {
    const name = 'KMSKeyNotAccessibleFault';
    const message = `specified KMS key [${KmsKeyId}] ${reason}`;
    expect(await errorOf(copy({ KmsKeyId }))).toMatchObject({ name, message: message.replace('s', 'S') });
    const restore = { DBClusterIdentifier: 'again', Engine: 'docdb', SnapshotIdentifier: 'plain', KmsKeyId };
    const restored = emulator.docdb().send(new RestoreDBClusterFromSnapshotCommand(restore));
    expect(await errorOf(restored)).toMatchObject({ name, message: `The ${message}` });
  });

  it('must be usable also for the source of a copy or a restore', async () => {
    expect((await copy(shared('open'))).DBClusterSnapshot?.KmsKeyId).toBe(arnOf(1));
    const source = (arn: string) => ({
      name: 'KMSKeyNotAccessibleFault',
      message: `The source snapshot KMS key [${arn}] ${reason}`,
    });
    expect(await errorOf(copy(shared('closed')))).toMatchObject(source(arnOf(5, other)));
    const lost = { SourceDBClusterSnapshotIdentifier: 'lost', KmsKeyId: arnOf(1) };
    expect(await errorOf(copy(lost))).toMatchObject(source(arnOf(2)));
  });
});

describe('a key of Redshift', () => {
  const create = (input: object) =>
    emulator.redshift().send(
      new CreateClusterCommand({
        ClusterIdentifier: 'new',
        NodeType: 'ra3.xlplus',
        MasterUsername: 'boss',
        MasterUserPassword: 'Secret99',
        ...input,
      }),
    );

  it('is shown by its ARN, and is by default the AWS managed key', async () => {
    expect((await create({ KmsKeyId: 'alias/backups' })).Cluster?.KmsKeyId).toBe(arnOf(1));
    const arn = (await describeKey('alias/aws/redshift'))?.Arn;
    expect((await create({ ClusterIdentifier: 'second', Encrypted: true })).Cluster?.KmsKeyId).toBe(arn);
    const grant = { SnapshotCopyGrantName: 'copies', KmsKeyId: 'alias/archive' };
    const granted = await emulator.redshift().send(new CreateSnapshotCopyGrantCommand(grant));
    expect(granted.SnapshotCopyGrant?.KmsKeyId).toBe(arnOf(1));
  });

  it.each(['alias/nothing', 'alias/disabled', 'alias/leaving', arnOf(5, other)])('cannot be %s', async (KmsKeyId) => {
    const refused = { name: 'DependentServiceAccessDeniedFault', message: expect.stringContaining(KmsKeyId) };
    expect(await errorOf(create({ KmsKeyId }))).toMatchObject(refused);
    const restore = { ClusterIdentifier: 'again', SnapshotIdentifier: 'kept', KmsKeyId };
    expect(await errorOf(emulator.redshift().send(new RestoreFromClusterSnapshotCommand(restore)))).toMatchObject(
      refused,
    );
  });

  it('must be usable also for the snapshot that is restored', async () => {
    const restore = { ClusterIdentifier: 'again', SnapshotIdentifier: 'lost' };
    expect(await errorOf(emulator.redshift().send(new RestoreFromClusterSnapshotCommand(restore)))).toMatchObject({
      name: 'DependentServiceAccessDeniedFault',
    });
  });
});

describe('the keys of a world', () => {
  it('contain the keys that its clusters and snapshots name, and are the same after a second round trip', async () => {
    const first = await dump();
    expect(JSON.parse(first)).toMatchObject({
      keys: expect.arrayContaining([
        expect.objectContaining({ ...key, KeyId: 'sample-key', KeyManager: 'CUSTOMER', AllowedAccounts: ['*'] }),
      ]),
    });
    await fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: first });
    expect(await dump()).toBe(first);
    expect(await describeKey('sample-key')).toMatchObject({ KeyState: 'Enabled' });
  });

  it.each([
    [{ KeyId: 'a', KeyState: 'Broken' }, 'KeyState cannot be Broken'],
    [{ KeyId: 'a', Aliases: ['backups'] }, 'Aliases cannot contain "backups"'],
    [{ KeyId: 'a', AllowedAccounts: ['me'] }, 'AllowedAccounts cannot contain "me"'],
    [{ KeyId: 'a', Arn: arnOf(1) }, 'Arn must be'],
    [{ Aliases: ['alias/a'] }, 'KeyMetadata.KeyId is missing'],
    [{ KeyId: 'a', Colour: 'red' }, 'Colour is not a member'],
  ])('are rejected with %j', async (members, message) => {
    await expect(emulator.load({ keys: [{ ...key, ...members }] })).rejects.toThrow(message);
  });

  it('have each alias once, and are of the region of what they encrypt', async () => {
    const twice = [1, 2].map((digit) => ({ ...key, KeyId: idOf(digit), Aliases: ['alias/a'] }));
    await expect(emulator.load({ keys: twice })).rejects.toThrow('another key has the alias alias/a');
    const far = { ...rds, KmsKeyId: arnOf(1).replace(region, 'eu-west-1') };
    await expect(emulator.load({ clusters: [far] })).rejects.toThrow('is not a key of us-east-1');
  });
});
