import {
  AddRoleToDBClusterCommand,
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
  type ModifyDBClusterCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() =>
  emulator.load({
    // A Monday.
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    clusters: [
      {
        ...here,
        DBClusterIdentifier: 'orders',
        EngineVersion: '4.0.0',
        PreferredMaintenanceWindow: 'tue:03:00-tue:03:30',
      },
      { ...here, DBClusterIdentifier: 'carts' },
    ],
  }),
);

const modify = async (input: Partial<ModifyDBClusterCommandInput> = {}) =>
  (await client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'orders', ...input }))).DBCluster;
const read = async (DBClusterIdentifier = 'orders') =>
  (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('a changed cluster', () => {
  it("has the new backup settings at once, as in the AWS CLI's example of docdb modify-db-cluster", async () => {
    const changes = {
      BackupRetentionPeriod: 7,
      PreferredBackupWindow: '18:00-18:30',
      PreferredMaintenanceWindow: 'sun:20:00-sun:20:30',
    };
    const changed = await modify({ ...changes, ApplyImmediately: false });
    expect(changed).toMatchObject({ ...changes, Status: 'available' });
    expect(changed).not.toHaveProperty('PendingModifiedValues');
    expect(await read()).toMatchObject({ ...changes, Status: 'available' });
  });

  it('is `available` in the answer and resets its password afterwards, as in the example of rds modify-db-cluster', async () => {
    const changes = { BackupRetentionPeriod: 14, MasterUserPassword: 'newpassword99', ApplyImmediately: true };
    expect(await modify(changes)).toMatchObject({ BackupRetentionPeriod: 14, Status: 'available' });
    expect(await read()).toMatchObject({ Status: 'resetting-master-credentials' });
    await advance(60);
    expect(await read()).toMatchObject({ Status: 'available', BackupRetentionPeriod: 14 });
  });

  it('keeps what the input does not name, and has the rest', async () => {
    const before = await read('carts');
    await modify({
      DBClusterIdentifier: 'carts',
      DeletionProtection: true,
      VpcSecurityGroupIds: ['sg-2'],
      Port: 27_018,
      StorageType: 'iopt1',
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ['audit', 'profiler'] },
    });
    await modify({
      DBClusterIdentifier: 'carts',
      CloudwatchLogsExportConfiguration: { DisableLogTypes: ['profiler'] },
    });
    expect(await read('carts')).toEqual({
      ...before,
      DeletionProtection: true,
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-2', Status: 'active' }],
      Port: 27_018,
      StorageType: 'iopt1',
      EnabledCloudwatchLogsExports: ['audit'],
    });
  });

  it('has a new name at once with ApplyImmediately, and no longer the old one', async () => {
    const instance = { DBInstanceIdentifier: 'one', DBInstanceClass: 'db.r6g.large', Engine: 'docdb' };
    await client.send(new CreateDBInstanceCommand({ ...instance, DBClusterIdentifier: 'orders' }));
    const renamed = {
      DBClusterIdentifier: 'sales',
      DBClusterArn: `arn:aws:rds:us-east-1:${home}:cluster:sales`,
      Status: 'renaming',
      Endpoint: expect.stringMatching(/^sales\./),
    };
    expect(await modify({ NewDBClusterIdentifier: 'SALES', ApplyImmediately: true })).toMatchObject(renamed);
    expect(await refusal(read())).toMatchObject({ code: 'DBClusterNotFoundFault' });
    expect(await read('sales')).toMatchObject({ ...renamed, DBClusterMembers: [{ DBInstanceIdentifier: 'one' }] });
    await advance(60);
    expect(await read('sales')).toMatchObject({ Status: 'available' });
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances).toMatchObject([{ DBClusterIdentifier: 'sales' }]);
  });

  // The API reference of ModifyDBCluster: without ApplyImmediately, in the next maintenance window.
  it('has a new version, password and name only in its next maintenance window', async () => {
    const changes = { EngineVersion: '5.0.0', AllowMajorVersionUpgrade: true, MasterUserPassword: 'newpassword99' };
    const pending = { EngineVersion: '5.0.0', MasterUserPassword: '****', DBClusterIdentifier: 'sales' };
    expect(await modify({ ...changes, NewDBClusterIdentifier: 'sales' })).toMatchObject({
      DBClusterIdentifier: 'orders',
      EngineVersion: '4.0.0',
      Status: 'available',
      PendingModifiedValues: pending,
    });
    await advance(14 * 3600);
    expect(await read()).toMatchObject({ PendingModifiedValues: pending });
    await advance(3600);
    const applied = { EngineVersion: '5.0.0', DBClusterParameterGroup: 'default.docdb5.0' };
    expect(await read('sales')).toMatchObject({ ...applied, Status: 'renaming' });
    expect(await read('sales')).not.toHaveProperty('PendingModifiedValues');
    expect(await refusal(read())).toMatchObject({ code: 'DBClusterNotFoundFault' });
  });

  it('keeps its name if another cluster has the new one when the maintenance window begins', async () => {
    await modify({ NewDBClusterIdentifier: 'sales', MasterUserPassword: 'newpassword99' });
    const other = { Engine: 'docdb', MasterUsername: 'root', MasterUserPassword: 'password99' };
    await client.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'sales', Port: 27_020, ...other }));
    const now = { ApplyImmediately: true };
    expect(await refusal(modify(now))).toMatchObject({ code: 'DBClusterAlreadyExistsFault' });
    await advance(15 * 3600);
    expect(await read()).toMatchObject({ Port: 27_017, Status: 'resetting-master-credentials' });
    expect(await read()).not.toHaveProperty('PendingModifiedValues');
    expect(await read('sales')).toMatchObject({ Port: 27_020, Status: 'available' });
  });

  it('keeps its pending modifications in a world, byte for byte', async () => {
    await modify({ MasterUserPassword: 'newpassword99' });
    const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
    const first = await dump();
    await fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: first });
    expect(await dump()).toBe(first);
    await advance(15 * 3600);
    expect(await read()).toMatchObject({ Status: 'resetting-master-credentials' });
  });

  it('has its password in a secret, which a rotation changes', async () => {
    const managed = await modify({ ManageMasterUserPassword: true });
    expect(managed?.MasterUserSecret).toMatchObject({ SecretStatus: 'creating' });
    expect((await read())?.MasterUserSecret).toEqual({ ...managed?.MasterUserSecret, SecretStatus: 'active' });
    const rotated = await modify({ RotateMasterUserPassword: true, ApplyImmediately: true });
    expect(rotated?.MasterUserSecret).toMatchObject({ SecretStatus: 'rotating' });
    expect(await modify({ ManageMasterUserPassword: false })).not.toHaveProperty('MasterUserSecret');
  });

  it.each<[string, Partial<ModifyDBClusterCommandInput>, string]>([
    ['a missing cluster', { DBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault'],
    ['a name in use', { NewDBClusterIdentifier: 'carts' }, 'DBClusterAlreadyExistsFault'],
    ['an invalid name', { NewDBClusterIdentifier: 'a--b' }, 'InvalidParameterValue'],
    ['a short password', { MasterUserPassword: 'hunter2' }, 'InvalidParameterValue'],
    ['a retention of 36 days', { BackupRetentionPeriod: 36 }, 'InvalidParameterValue'],
    ['an invalid window', { PreferredBackupWindow: '1:00-2:00' }, 'InvalidParameterValue'],
    ['a missing parameter group', { DBClusterParameterGroupName: 'absent' }, 'DBClusterParameterGroupNotFound'],
    ['an earlier version', { EngineVersion: '3.6.0' }, 'InvalidParameterCombination'],
    ['a major version without the flag', { EngineVersion: '5.0.0' }, 'InvalidParameterCombination'],
    ['a rotation that waits', { RotateMasterUserPassword: true }, 'InvalidParameterCombination'],
  ])('is refused for %s', async (_, input, code) => {
    expect(await refusal(modify(input))).toMatchObject({ code });
  });

  it('is refused until an earlier change is complete, with the text for which Terraform waits', async () => {
    await modify({ NewDBClusterIdentifier: 'sales', ApplyImmediately: true });
    await expect(modify({ DBClusterIdentifier: 'sales', Port: 27_018 })).rejects.toMatchObject({
      name: 'InvalidDBClusterStateFault',
      message: expect.stringContaining('is not currently in the available state'),
    });
  });
});

describe('a stopped cluster', () => {
  const stop = () => client.send(new StopDBClusterCommand({ DBClusterIdentifier: 'orders' }));
  const start = () => client.send(new StartDBClusterCommand({ DBClusterIdentifier: 'orders' }));

  it('is `available` in the answer, then `stopping` and `stopped`, and starts again', async () => {
    expect((await stop()).DBCluster).toMatchObject({ Status: 'available' });
    expect(await read()).toMatchObject({ Status: 'stopping' });
    await advance(60);
    expect(await read()).toMatchObject({ Status: 'stopped' });
    expect((await start()).DBCluster).toMatchObject({ Status: 'starting' });
    await advance(60);
    expect(await read()).toMatchObject({ Status: 'available' });
  });

  it('is not stopped again, and an available one not started', async () => {
    await expect(start()).rejects.toMatchObject({
      message:
        'DbCluster orders is in available state but expected it to be one of ' +
        'stopped,inaccessible-encryption-credentials-recoverable.',
    });
    await stop();
    await advance(60);
    const role = { DBClusterIdentifier: 'orders', RoleArn: `arn:aws:iam::${home}:role/loader` };
    await expect(client.send(new AddRoleToDBClusterCommand(role))).rejects.toThrow('in a valid state');
    await expect(stop()).rejects.toMatchObject({
      message: 'DbCluster orders is in stopped state but expected it to be one of available.',
    });
  });
});
