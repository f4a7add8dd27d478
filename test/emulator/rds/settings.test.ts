import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  type CreateDBClusterCommandInput,
  type CreateDBInstanceCommandInput,
  type ModifyDBClusterCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const kmsFault = 'KMSKeyNotAccessibleFault';
const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555';

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    keys: [{ ...here, service: 'kms', KeyId: key.slice(-36), Aliases: ['alias/secrets'] }],
    clusters: [
      {
        ...here,
        DBClusterIdentifier: 'orders',
        PreferredBackupWindow: '02:00-02:30',
        PreferredMaintenanceWindow: 'tue:05:00-tue:06:00',
        ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 8 },
      },
      { ...here, DBClusterIdentifier: 'carts', EngineVersion: '4.0.0' },
    ],
  }),
);

const user = { MasterUsername: 'benchuser', MasterUserPassword: 'benchpass123' };
const create = async (input: Partial<CreateDBClusterCommandInput> = {}) => {
  const asked = { DBClusterIdentifier: 'trial', Engine: 'docdb', ...user, ...input };
  return (await client.send(new CreateDBClusterCommand(asked))).DBCluster;
};
const modify = async (input: Partial<ModifyDBClusterCommandInput> = {}) =>
  (await client.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'orders', ...input }))).DBCluster;
const addInstance = async (input: Partial<CreateDBInstanceCommandInput> = {}) => {
  const asked = { DBInstanceIdentifier: 'one', DBInstanceClass: 'db.r5.large', Engine: 'docdb', ...input };
  return (await client.send(new CreateDBInstanceCommand({ DBClusterIdentifier: 'orders', ...asked }))).DBInstance;
};
const managed = { MasterUserPassword: undefined, ManageMasterUserPassword: true } as const;
const capacities = (MinCapacity: number, MaxCapacity?: number) => ({
  ServerlessV2ScalingConfiguration: { MinCapacity, ...(MaxCapacity === undefined ? {} : { MaxCapacity }) },
});

/** Texts of AWS, as published with the calls that they answered. */
const invalid: [string, Partial<CreateDBClusterCommandInput>, string][] = [
  [
    'overlapping windows',
    { PreferredBackupWindow: '07:00-07:30', PreferredMaintenanceWindow: 'mon:07:29-mon:07:59' },
    'The backup window and maintenance window must not overlap.',
  ],
  [
    'windows that overlap after midnight',
    { PreferredBackupWindow: '23:30-00:30', PreferredMaintenanceWindow: 'Sun:00:00-Sun:00:30' },
    'The backup window and maintenance window must not overlap.',
  ],
  ['a short backup window', { PreferredBackupWindow: '07:00-07:29' }, 'Backup window must be at least 30 minutes.'],
  [
    'a malformed backup window',
    { PreferredBackupWindow: '0700-0730' },
    "Invalid backup window time '0700' specified. Should be specified as a time hh24:mi (24H Clock UTC). Example: 03:15",
  ],
  [
    'a short maintenance window',
    { PreferredMaintenanceWindow: 'mon:07:00-mon:07:29' },
    'Maintenance window must be at least 30 minutes.',
  ],
  [
    'a maintenance window without a day',
    { PreferredMaintenanceWindow: '07:30-08:00' },
    "Invalid maintenance window time '07:30' specified. Should be specified as a time ddd:hh24:mi (24H Clock UTC). Example: Mon:00:15",
  ],
  [
    'a retention of 36 days',
    { BackupRetentionPeriod: 36 },
    'Invalid backup retention period: 36. Retention period must be between 1 and 35.',
  ],
  ['a user that starts with a digit', { MasterUsername: '1benchuser' }, 'Invalid master user name'],
  [
    'a reserved user',
    { MasterUsername: 'admin' },
    'MasterUsername admin cannot be used as it is a reserved word used by the engine',
  ],
  [
    'two passwords',
    { ManageMasterUserPassword: true },
    'MasterUserPassword and ManageMasterUserPassword are mutually exclusive. Specify only one of these parameters.',
  ],
  [
    'a key without a secret',
    { MasterUserSecretKmsKeyId: 'alias/aws/secretsmanager' },
    'A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.',
  ],
  [
    'one capacity',
    capacities(1),
    'Both MinCapacity and MaxCapacity must be specified when you initialize Serverless v2 scaling configuration.',
  ],
  [
    'a capacity between two steps',
    capacities(8.3, 16),
    'Serverless v2 capacity value 8.3 is not valid. It must be a multiple of 0.5.',
  ],
  [
    'capacities in the wrong order',
    capacities(8.5, 8),
    'Serverless v2 minimum capacity must be less than or equal to maximum capacity',
  ],
  [
    'a capacity of half a unit',
    capacities(0.5, 0.5),
    "Serverless v2 maximum capacity 0.5 isn't valid. The maximum capacity must be at least 1.0.",
  ],
];

describe('a new cluster', () => {
  it.each(invalid)("is refused for %s, with AWS's text", async (_, input, message) => {
    await expect(create(input)).rejects.toMatchObject({ name: 'InvalidParameterValue', message });
  });

  it.each<[string, Partial<CreateDBClusterCommandInput>, string]>([
    ['a zone of another region', { AvailabilityZones: ['eu-west-1a'] }, 'InvalidParameterValue'],
    ['a capacity of more than 256 units', capacities(1, 256.5), 'InvalidParameterValue'],
    ['a key for its secret that does not exist', { ...managed, MasterUserSecretKmsKeyId: 'alias/absent' }, kmsFault],
    ['a storage type that came later', { EngineVersion: '4.0.0', StorageType: 'iopt1' }, 'InvalidParameterCombination'],
    ['the user rdsadmin', { Engine: 'aurora-mysql', MasterUsername: 'rdsadmin' }, 'InvalidParameterValue'],
  ])('is refused for %s', async (_, input, name) => {
    await expect(create(input)).rejects.toMatchObject({ name });
  });

  it('has windows that do not overlap if only one is given', async () => {
    const backup = await create({ PreferredBackupWindow: '02:30-03:30' });
    expect(backup).toMatchObject({ PreferredMaintenanceWindow: 'sun:04:00-sun:04:30' });
    const maintenance = await create({
      DBClusterIdentifier: 'other',
      PreferredMaintenanceWindow: 'sat:23:00-sun:00:30',
    });
    expect(maintenance).toMatchObject({ PreferredBackupWindow: '01:00-01:30' });
  });

  it('can have the user admin in MySQL only, as AWS says', async () => {
    expect(await create({ Engine: 'aurora-mysql', MasterUsername: 'admin' })).toMatchObject({
      MasterUsername: 'admin',
    });
  });

  it('has its secret under the key that an alias names', async () => {
    const cluster = await create({ ...managed, MasterUserSecretKmsKeyId: 'alias/secrets' });
    expect(cluster?.MasterUserSecret).toMatchObject({ KmsKeyId: key });
    const other = { ...managed, DBClusterIdentifier: 'other', MasterUserSecretKmsKeyId: 'alias/aws/secretsmanager' };
    expect((await create(other))?.MasterUserSecret?.KmsKeyId).toMatch(/^arn:aws:kms:/);
  });
});

describe('a changed cluster', () => {
  it.each([{ PreferredBackupWindow: '05:30-06:30' }, { PreferredMaintenanceWindow: 'mon:02:15-mon:02:45' }])(
    'is refused for a window that overlaps the other one: %o',
    async (input) => {
      await expect(modify(input)).rejects.toThrow('must not overlap');
    },
  );

  it('keeps the capacity that a change does not name', async () => {
    await modify(capacities(2));
    const { DBClusters } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'orders' }));
    expect(DBClusters).toMatchObject([{ ServerlessV2ScalingConfiguration: { MinCapacity: 2, MaxCapacity: 8 } }]);
  });
});

describe('a new instance', () => {
  it.each<[string, Partial<CreateDBInstanceCommandInput>, string]>([
    ['a zone that does not exist', { AvailabilityZone: 'us-east-1zz' }, 'InvalidParameterValue'],
    ['a malformed window', { PreferredMaintenanceWindow: 'junk' }, 'InvalidParameterValue'],
    ['an unknown interval of monitoring', { MonitoringInterval: 7 }, 'InvalidParameterValue'],
    ['monitoring without a role', { MonitoringInterval: 60 }, 'InvalidParameterCombination'],
    ['a key that does not exist', { PerformanceInsightsKMSKeyId: 'alias/absent' }, kmsFault],
  ])('is refused for %s', async (_, input, name) => {
    await expect(addInstance(input)).rejects.toMatchObject({ name });
  });

  it('is serverless only in a cluster with capacities', async () => {
    const serverless = { DBInstanceClass: 'db.serverless' };
    await expect(addInstance({ ...serverless, DBClusterIdentifier: 'carts' })).rejects.toMatchObject({
      name: 'InvalidDBClusterStateFault',
      message:
        'Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.',
    });
    expect(await addInstance(serverless)).toMatchObject(serverless);
  });
});
