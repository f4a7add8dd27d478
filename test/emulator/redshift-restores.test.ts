import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeTableRestoreStatusCommand,
  RestoreFromClusterSnapshotCommand,
  RestoreTableFromClusterSnapshotCommand,
  type RestoreFromClusterSnapshotCommandInput,
  type RestoreTableFromClusterSnapshotCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { home, refusal, useEmulator } from '../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const there = { ...here, account: other, ClusterIdentifier: 'theirs' };
const key = (account: string) => `arn:aws:kms:us-east-1:${account}:key/1a2b3c4d-0000-4000-8000-00000000000a`;
const arn = (path: string, account = home, region = 'us-east-1') =>
  `arn:aws:redshift:${region}:${account}:snapshot:${path}`;
const sales = { ...here, ClusterIdentifier: 'sales' };
const shared = { ...there, AccountsWithRestoreAccess: [{ AccountId: home }] };

const world: WorldJson = {
  now,
  frozen: true,
  keys: [
    { ...here, service: 'kms', KeyId: 'mine' },
    { ...here, service: 'kms', KeyId: 'default', Aliases: ['alias/aws/redshift'] },
  ],
  clusters: [
    {
      ...sales,
      NodeType: 'ra3.4xlarge',
      NumberOfNodes: 4,
      DBName: 'shop',
      MasterUsername: 'boss',
      Endpoint: { Port: 5440 },
      AutomatedSnapshotRetentionPeriod: 9,
      PreferredMaintenanceWindow: 'mon:01:00-mon:02:00',
      Tags: [{ Key: 'team', Value: 'sales' }],
    },
    { ...here, ClusterIdentifier: 'resting', ClusterStatus: 'paused' },
  ],
  snapshots: [
    { ...sales, SnapshotIdentifier: 'Kept', Tags: [{ Key: 'team', Value: 'sales' }] },
    { ...sales, SnapshotIdentifier: 'rs:sales-2026-05-31-00-00-00' },
    { ...sales, SnapshotIdentifier: 'young', ReadyTime: '2026-06-01T12:05:00Z' },
    { ...sales, SnapshotIdentifier: 'broken', Status: 'failed' },
    { ...sales, SnapshotIdentifier: 'sealed', Encrypted: true, KmsKeyId: key(home) },
    { ...here, ClusterIdentifier: 'resting', SnapshotIdentifier: 'rest' },
    {
      ...here,
      ClusterIdentifier: 'gone',
      SnapshotIdentifier: 'old',
      NodeType: 'dc2.large',
      RestorableNodeTypes: ['dc2.large', 'ra3.xlplus'],
      TotalBackupSizeInMegaBytes: 6000,
    },
    { ...shared, SnapshotIdentifier: 'gift' },
    { ...shared, SnapshotIdentifier: 'sealed-gift', Encrypted: true, KmsKeyId: key(other) },
    {
      ...shared,
      SnapshotIdentifier: 'locked-gift',
      Encrypted: true,
      KmsKeyId: `arn:aws:kms:us-east-1:${other}:alias/aws/redshift`,
    },
    { ...there, SnapshotIdentifier: 'secret' },
  ],
};

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() => emulator.load(world));

/** Restores the snapshot `Kept`, unless the input has another snapshot. */
const restore = async (input: Partial<RestoreFromClusterSnapshotCommandInput> = {}) => {
  const source = 'SnapshotArn' in input ? {} : { SnapshotIdentifier: 'Kept' };
  const asked = { ClusterIdentifier: 'again', ...source, ...input };
  return (await client.send(new RestoreFromClusterSnapshotCommand(asked))).Cluster;
};
const read = async (ClusterIdentifier = 'again') =>
  (await client.send(new DescribeClustersCommand({ ClusterIdentifier }))).Clusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('a restored cluster', () => {
  it('has the settings of the original cluster, and becomes available', async () => {
    expect(await restore()).toMatchObject({
      ClusterIdentifier: 'again',
      ClusterStatus: 'creating',
      ClusterCreateTime: new Date(now),
      RestoreStatus: { Status: 'starting' },
      NodeType: 'ra3.4xlarge',
      NumberOfNodes: 4,
      DBName: 'shop',
      MasterUsername: 'boss',
      AutomatedSnapshotRetentionPeriod: 9,
      PreferredMaintenanceWindow: 'mon:01:00-mon:02:00',
      Encrypted: false,
      Tags: [],
    });
    const deletion = { ClusterIdentifier: 'again', SkipFinalClusterSnapshot: true };
    expect(await refusal(client.send(new DeleteClusterCommand(deletion)))).toMatchObject({
      code: 'InvalidClusterState',
    });
    await advance(6);
    // AWS does not update the figures for nodes other than DC2.
    expect((await read())?.RestoreStatus).toEqual({ Status: 'restoring' });
    await advance(54);
    expect(await read()).toMatchObject({ ClusterStatus: 'available', Endpoint: { Port: 5440 } });
    expect((await read())?.RestoreStatus).toEqual({ Status: 'completed' });
  });

  it('takes settings from the input rather than from the snapshot', async () => {
    const overrides = {
      NumberOfNodes: 2,
      AvailabilityZone: 'us-east-1c',
      EnhancedVpcRouting: true,
      PubliclyAccessible: true,
      AutomatedSnapshotRetentionPeriod: 3,
      ManualSnapshotRetentionPeriod: 30,
      PreferredMaintenanceWindow: 'sat:23:45-sun:00:15',
      MaintenanceTrackName: 'trailing',
      IpAddressType: 'dualstack',
    };
    await restore({ ...overrides, Port: 8191, MultiAZ: true, ManageMasterPassword: true });
    await advance(60);
    expect(await read()).toMatchObject({
      ...overrides,
      MultiAZ: 'Enabled',
      MasterPasswordSecretArn: `arn:aws:secretsmanager:us-east-1:${home}:secret:redshift!again-boss`,
      Endpoint: { Port: 8191 },
    });
  });

  it("has the snapshot's EnhancedVpcRouting, or by an option none", async () => {
    const snapshots = [{ ...sales, SnapshotIdentifier: 'routed', EnhancedVpcRouting: true }];
    const routing = async (input: object = {}) =>
      (await restore({ SnapshotIdentifier: 'routed', ClusterIdentifier: `c${ids++}`, ...input }))?.EnhancedVpcRouting;
    let ids = 1;
    await emulator.load({ ...world, snapshots });
    expect(await routing()).toBe(true);
    expect(await routing({ EnhancedVpcRouting: false })).toBe(false);
    await emulator.load({ ...world, snapshots, assumptions: { redshiftRestoresVpcRouting: false } });
    expect(await routing()).toBe(false);
  });

  it('reports the figures of its progress for DC2 nodes', async () => {
    expect(await restore({ SnapshotIdentifier: 'old' })).toMatchObject({ NodeType: 'dc2.large', NumberOfNodes: 2 });
    const figuresAfter = async (seconds: number) => {
      await advance(seconds);
      return (await read())?.RestoreStatus;
    };
    const rate = { SnapshotSizeInMegaBytes: 6000, CurrentRestoreRateInMegaBytesPerSecond: 100 };
    const at = (Status: string, elapsed: number) => ({
      ...rate,
      Status,
      ProgressInMegaBytes: 100 * elapsed,
      ElapsedTimeInSeconds: elapsed,
      EstimatedTimeToCompletionInSeconds: 60 - elapsed,
    });
    expect(await figuresAfter(0)).toEqual(at('starting', 0));
    expect(await figuresAfter(15)).toEqual(at('restoring', 15));
    expect(await figuresAfter(30)).toEqual(at('restoring', 45));
    expect(await figuresAfter(15)).toEqual(at('completed', 60));
    expect(await figuresAfter(3600)).toEqual(at('completed', 60));
  });

  it('is complete when it takes less than a second', async () => {
    await emulator.load({ ...world, assumptions: { clusterSeconds: 0 } });
    expect(await restore({ SnapshotIdentifier: 'old' })).toMatchObject({
      ClusterStatus: 'available',
      RestoreStatus: { Status: 'completed', ProgressInMegaBytes: 6000 },
    });
  });

  it('keeps its progress when the world is dumped and loaded', async () => {
    await restore({ SnapshotIdentifier: 'old' });
    await advance(15);
    const { content } = await emulator.control('GET', 'world');
    await emulator.load(content);
    expect(await read()).toMatchObject({ ClusterStatus: 'creating', RestoreStatus: { ElapsedTimeInSeconds: 15 } });
    await advance(45);
    expect(await read()).toMatchObject({ ClusterStatus: 'available', RestoreStatus: { Status: 'completed' } });
  });

  it.each([
    ['an automated snapshot', { SnapshotIdentifier: 'rs:sales-2026-05-31-00-00-00' }],
    ['a name in another case', { SnapshotIdentifier: 'KEPT' }],
    ['an ARN', { SnapshotArn: arn('sales/Kept') }],
    ['a name with its cluster', { SnapshotClusterIdentifier: 'sales' }],
    ['the snapshot of a deleted cluster', { SnapshotIdentifier: 'old' }],
    ['another node type that the snapshot allows', { SnapshotIdentifier: 'old', NodeType: 'ra3.xlplus' }],
    ['a shared snapshot by name and owner', { SnapshotIdentifier: 'gift', OwnerAccount: other }],
    ['a shared snapshot by ARN', { SnapshotArn: arn('theirs/gift', other) }],
  ])('is created from %s', async (_, input) => {
    expect(await restore(input)).toMatchObject({ ClusterIdentifier: 'again', ClusterStatus: 'creating' });
  });

  it.each([
    ['a key for an unencrypted snapshot', { KmsKeyId: key(home) }, key(home)],
    ['encryption without a key', { Encrypted: true }, `arn:aws:kms:us-east-1:${home}:key/default`],
    ['an encrypted snapshot', { SnapshotIdentifier: 'sealed' }, key(home)],
    [
      'an encrypted snapshot and another key',
      { SnapshotIdentifier: 'sealed', KmsKeyId: 'mine' },
      `arn:aws:kms:us-east-1:${home}:key/mine`,
    ],
    ['an encrypted shared snapshot', { SnapshotIdentifier: 'sealed-gift', OwnerAccount: other }, key(other)],
  ])('is encrypted when restored with %s', async (_, input, KmsKeyId) => {
    expect(await restore(input)).toMatchObject({ Encrypted: true, KmsKeyId });
  });
});

describe('a restore is rejected', () => {
  it.each<[string, Partial<RestoreFromClusterSnapshotCommandInput>, string, number]>([
    ['without a cluster name', { ClusterIdentifier: undefined }, 'MissingParameter', 400],
    ['without a snapshot', { SnapshotIdentifier: undefined }, 'MissingParameter', 400],
    ['with a cluster name in capitals', { ClusterIdentifier: 'Again' }, 'InvalidParameterValue', 400],
    ['with a cluster name that is in use', { ClusterIdentifier: 'sales' }, 'ClusterAlreadyExists', 400],
    [
      'with both a snapshot name and an ARN',
      { SnapshotArn: arn('sales/Kept'), SnapshotIdentifier: 'Kept' },
      'InvalidParameterCombination',
      400,
    ],
    [
      'with an ARN of another owner',
      { SnapshotArn: arn('theirs/gift', other), OwnerAccount: home },
      'InvalidParameterCombination',
      400,
    ],
    ['with an invalid ARN', { SnapshotArn: 'arn:aws:s3:::x' }, 'InvalidParameterValue', 400],
    ['with an invalid owner', { OwnerAccount: 'me' }, 'InvalidParameterValue', 400],
    ['from a missing snapshot', { SnapshotIdentifier: 'absent' }, 'ClusterSnapshotNotFound', 404],
    [
      'from a snapshot in another region',
      { SnapshotArn: arn('sales/Kept', home, 'eu-west-1') },
      'ClusterSnapshotNotFound',
      404,
    ],
    ['from a snapshot of another cluster', { SnapshotClusterIdentifier: 'resting' }, 'ClusterSnapshotNotFound', 404],
    ['from a shared snapshot without its owner', { SnapshotIdentifier: 'gift' }, 'ClusterSnapshotNotFound', 404],
    [
      'from a snapshot that is not shared',
      { SnapshotIdentifier: 'secret', OwnerAccount: other },
      'AccessToSnapshotDenied',
      400,
    ],
    [
      "from a snapshot under another account's default key",
      { SnapshotIdentifier: 'locked-gift', OwnerAccount: other, KmsKeyId: key(home) },
      'DependentServiceAccessDenied',
      403,
    ],
    ['from a snapshot that is being created', { SnapshotIdentifier: 'young' }, 'InvalidClusterSnapshotState', 400],
    ['from a failed snapshot', { SnapshotIdentifier: 'broken' }, 'InvalidClusterSnapshotState', 400],
    ['to nodes that the snapshot does not allow', { NodeType: 'dc2.large' }, 'InvalidRestore', 406],
    [
      'without encryption from an encrypted snapshot',
      { SnapshotIdentifier: 'sealed', Encrypted: false },
      'InvalidRestore',
      406,
    ],
    [
      'with a key but without encryption',
      { Encrypted: false, KmsKeyId: key(home) },
      'InvalidParameterCombination',
      400,
    ],
    ['to zero nodes', { NumberOfNodes: 0 }, 'InvalidParameterValue', 400],
    ['to 129 nodes', { NumberOfNodes: 129 }, 'NumberOfNodesPerClusterLimitExceeded', 400],
    ['with a port that RA3 nodes do not allow', { Port: 5456 }, 'InvalidParameterValue', 400],
    // The reference lists no InvalidRetentionPeriodFault, as it does for CreateCluster:
    // https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreFromClusterSnapshot.html
    [
      'with an automated retention of zero days for RA3 nodes',
      { AutomatedSnapshotRetentionPeriod: 0 },
      'InvalidParameterValue',
      400,
    ],
    ['with an automated retention of 36 days', { AutomatedSnapshotRetentionPeriod: 36 }, 'InvalidParameterValue', 400],
    ['with a manual retention of zero days', { ManualSnapshotRetentionPeriod: 0 }, 'InvalidParameterValue', 400],
    [
      'with a maintenance window of 29 minutes',
      { PreferredMaintenanceWindow: 'sat:23:46-sun:00:15' },
      'InvalidParameterValue',
      400,
    ],
    [
      'with a maintenance window on an invalid day',
      { PreferredMaintenanceWindow: 'day:01:00-day:02:00' },
      'InvalidParameterValue',
      400,
    ],
    ['with an unknown IP address type', { IpAddressType: 'ipv6' }, 'InvalidParameterValue', 400],
    [
      'with a secret key but without a managed password',
      { MasterPasswordSecretKmsKeyId: 'a' },
      'InvalidParameterCombination',
      400,
    ],
    ['with a missing schedule', { SnapshotScheduleIdentifier: 'absent' }, 'SnapshotScheduleNotFound', 400],
  ])('%s', async (_, input, code, status) => {
    expect(await refusal(restore(input))).toMatchObject({ code, status });
  });

  it('beyond the node quota, as is a new cluster', async () => {
    await emulator.load({ ...world, assumptions: { redshiftNodeQuota: 9 } });
    expect(await refusal(restore())).toEqual({
      name: 'NumberOfNodesQuotaExceededFault',
      code: 'NumberOfNodesQuotaExceeded',
      status: 400,
    });
    const cluster = { ClusterIdentifier: 'trial', NodeType: 'ra3.large', MasterUsername: 'boss' };
    const made = client.send(new CreateClusterCommand({ ...cluster, ManageMasterPassword: true, NumberOfNodes: 4 }));
    expect(await refusal(made)).toMatchObject({ code: 'NumberOfNodesQuotaExceeded' });
    expect(await restore({ NumberOfNodes: 3 })).toMatchObject({ NumberOfNodes: 3 });
  });
});

describe('restoring a table', () => {
  const table = { SourceDatabaseName: 'shop', SourceTableName: 'orders', NewTableName: 'orders_before' };
  const restoreTable = async (input: Partial<RestoreTableFromClusterSnapshotCommandInput> = {}) => {
    const asked = { ClusterIdentifier: 'sales', SnapshotIdentifier: 'Kept', ...table, ...input };
    return (await client.send(new RestoreTableFromClusterSnapshotCommand(asked))).TableRestoreStatus;
  };
  const list = async (input = {}) =>
    (await client.send(new DescribeTableRestoreStatusCommand(input))).TableRestoreStatusDetails;

  it('is pending, in progress and then successful, as the clock advances', async () => {
    const started = await restoreTable();
    expect(started).toMatchObject({
      ...table,
      ClusterIdentifier: 'sales',
      SnapshotIdentifier: 'kept',
      SourceSchemaName: 'public',
      TargetDatabaseName: 'shop',
      TargetSchemaName: 'public',
      Status: 'PENDING',
      RequestTime: new Date(now),
      ProgressInMegaBytes: 0,
    });
    const { TableRestoreRequestId } = started ?? {};
    await advance(15);
    expect(await list({ TableRestoreRequestId })).toMatchObject([
      { Status: 'IN_PROGRESS', ProgressInMegaBytes: 128, TotalDataInMegaBytes: 512 },
    ]);
    await advance(15);
    expect(await list({ TableRestoreRequestId })).toMatchObject([
      { Status: 'IN_PROGRESS', ProgressInMegaBytes: 256, TotalDataInMegaBytes: 512 },
    ]);
    const second = await restoreTable({ NewTableName: 'another', SourceSchemaName: 'web', TargetSchemaName: 'old' });
    await advance(30);
    expect(await list({ ClusterIdentifier: 'sales' })).toMatchObject([
      { TableRestoreRequestId, Status: 'SUCCEEDED', ProgressInMegaBytes: 512 },
      { TableRestoreRequestId: second?.TableRestoreRequestId, SourceSchemaName: 'web', TargetSchemaName: 'old' },
    ]);
    expect(await list({ ClusterIdentifier: 'resting' })).toEqual([]);
  });

  it.each<[string, Partial<RestoreTableFromClusterSnapshotCommandInput>, string, number]>([
    ['a missing cluster', { ClusterIdentifier: 'absent' }, 'ClusterNotFound', 404],
    ['a paused cluster', { ClusterIdentifier: 'resting', SnapshotIdentifier: 'rest' }, 'InvalidClusterState', 400],
    ['a missing snapshot', { SnapshotIdentifier: 'absent' }, 'ClusterSnapshotNotFound', 404],
    ['a snapshot of another cluster', { SnapshotIdentifier: 'rest' }, 'ClusterSnapshotNotFound', 404],
    ['a snapshot that is being created', { SnapshotIdentifier: 'young' }, 'InvalidClusterSnapshotState', 400],
    ['an empty table name', { SourceTableName: '' }, 'InvalidTableRestoreArgument', 400],
    ['a missing new table name', { NewTableName: undefined }, 'MissingParameter', 400],
  ])('rejects %s', async (_, input, code, status) => {
    expect(await refusal(restoreTable(input))).toMatchObject({ code, status });
  });

  it('enforces the quota of running restores, and rejects unknown request ids', async () => {
    await emulator.load({ ...world, assumptions: { redshiftTableRestoreQuota: 1 } });
    await restoreTable();
    expect(await refusal(restoreTable())).toMatchObject({ code: 'InProgressTableRestoreQuotaExceededFault' });
    await advance(60);
    expect(await restoreTable()).toMatchObject({ Status: 'PENDING' });
    expect(await refusal(list({ TableRestoreRequestId: 'absent' }))).toEqual({
      name: 'TableRestoreNotFoundFault',
      code: 'TableRestoreNotFoundFault',
      status: 400,
    });
    expect(await refusal(list({ ClusterIdentifier: 'absent' }))).toMatchObject({ code: 'ClusterNotFound' });
  });
});
