import {
  BatchDeleteClusterSnapshotsCommand,
  BatchModifyClusterSnapshotsCommand,
  CopyClusterSnapshotCommand,
  CreateClusterCommand,
  CreateClusterSnapshotCommand,
  CreateSnapshotCopyGrantCommand,
  CreateSnapshotScheduleCommand,
  DeleteClusterCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  ModifyClusterSnapshotCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
  type CreateClusterSnapshotCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const automated = 'rs:sales-2026-05-31-00-00-00';

const emulator = await useEmulator();
const client = emulator.redshift();
const world = {
  now,
  frozen: true,
  clusters: [
    { ...here, ClusterIdentifier: 'sales', NodeType: 'ra3.4xlarge', NumberOfNodes: 4 },
    { ...here, ClusterIdentifier: 'resting', ClusterStatus: 'paused' },
  ],
  snapshots: [
    { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: automated, SnapshotCreateTime: '2026-05-31T00:00:00Z' },
    { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'kept', SnapshotCreateTime: '2026-01-01T00:00:00Z' },
    {
      ...here,
      ClusterIdentifier: 'sales',
      SnapshotIdentifier: 'lent',
      AccountsWithRestoreAccess: [{ AccountId: '210987654321' }],
    },
    { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'broken', Status: 'failed' },
    { ...here, ClusterIdentifier: 'gone', SnapshotIdentifier: 'last', Status: 'final snapshot' },
  ],
};
beforeEach(() => emulator.load(world));

async function describeOne(SnapshotIdentifier: string) {
  const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier }));
  return Snapshots?.[0];
}

const create = (input: Partial<CreateClusterSnapshotCommandInput> = {}) =>
  client.send(
    new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'before-release', ...input }),
  );
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('a manual snapshot', () => {
  it('is creating with changing numbers if they are reported, then available, as the clock advances', async () => {
    await emulator.load({ ...world, assumptions: { redshiftMeasuresUnfinished: true } });
    const { Snapshot } = await create({ Tags: [{ Key: 'team', Value: '' }], ManualSnapshotRetentionPeriod: 10 });
    expect(Snapshot).toMatchObject({
      Status: 'creating',
      SnapshotType: 'manual',
      SnapshotCreateTime: new Date(now),
      NodeType: 'ra3.4xlarge',
      NumberOfNodes: 4,
      BackupProgressInMegaBytes: 0,
      EstimatedSecondsToCompletion: 30,
      ManualSnapshotRetentionPeriod: 10,
      OwnerAccount: home,
      Tags: [{ Key: 'team', Value: '' }],
      SnapshotArn: `arn:aws:redshift:us-east-1:${home}:snapshot:sales/before-release`,
    });
    await advance(15);
    expect(await describeOne('before-release')).toMatchObject({
      Status: 'creating',
      BackupProgressInMegaBytes: 256,
      ActualIncrementalBackupSizeInMegaBytes: 512,
      ElapsedTimeInSeconds: 15,
    });
    await advance(15);
    expect(await describeOne('before-release')).toMatchObject({
      Status: 'available',
      BackupProgressInMegaBytes: 512,
      EstimatedSecondsToCompletion: 0,
    });
  });

  it('is deleted when its retention ends', async () => {
    await create({ ManualSnapshotRetentionPeriod: 1 });
    await advance(30 + 24 * 60 * 60 - 1);
    expect(await describeOne('before-release')).toMatchObject({ ManualSnapshotRemainingDays: 0 });
    await advance(1);
    expect(await refusal(describeOne('before-release'))).toMatchObject({ code: 'ClusterSnapshotNotFound' });
  });

  it('appears in lists and disappears from lists with the assumed delay', async () => {
    await emulator.load({
      frozen: true,
      assumptions: { snapshotHiddenSeconds: 5, snapshotLingerSeconds: 5, snapshotSeconds: 0 },
      clusters: [{ ...here, ClusterIdentifier: 'sales' }],
    });
    await create();
    expect(await refusal(describeOne('before-release'))).toMatchObject({ status: 404 });
    expect(await refusal(create())).toMatchObject({ code: 'ClusterSnapshotAlreadyExists' });
    await advance(5);
    const deletion = new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'before-release' });
    await client.send(deletion);
    expect(await describeOne('before-release')).toMatchObject({ Status: 'available' });
    expect(await refusal(client.send(deletion))).toMatchObject({ status: 404 });
    await advance(5);
    expect(await refusal(describeOne('before-release'))).toMatchObject({ status: 404 });
  });

  it('is returned as deleted, without node types, and no longer exists', async () => {
    const { Snapshot } = await client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'kept' }));
    expect(Snapshot?.Status).toBe('deleted');
    expect(Snapshot).not.toHaveProperty('RestorableNodeTypes');
    expect(await refusal(describeOne('kept'))).toEqual({
      name: 'ClusterSnapshotNotFoundFault',
      code: 'ClusterSnapshotNotFound',
      status: 404,
    });
  });

  it('is deleted immediately by Force if it is older than the new period', async () => {
    const change = { SnapshotIdentifier: 'kept', ManualSnapshotRetentionPeriod: 7 };
    expect(await refusal(client.send(new ModifyClusterSnapshotCommand(change)))).toMatchObject({
      code: 'InvalidRetentionPeriodFault',
      status: 400,
    });
    const { Snapshot } = await client.send(new ModifyClusterSnapshotCommand({ ...change, Force: true }));
    expect(Snapshot?.Status).toBe('deleted');
  });
});

describe('an automated snapshot', () => {
  it('has no retention members and no estimate', async () => {
    const snapshot = await describeOne(automated);
    expect(snapshot).toMatchObject({ SnapshotType: 'automated', EstimatedSecondsToCompletion: -1 });
    expect(snapshot).not.toHaveProperty('ManualSnapshotRetentionPeriod');
    expect(snapshot).not.toHaveProperty('ManualSnapshotRemainingDays');
    expect(snapshot).not.toHaveProperty('AccountsWithRestoreAccess');
  });

  it('is copied to a manual snapshot that keeps its date and starts its retention when it is complete', async () => {
    const { Snapshot } = await client.send(
      new CopyClusterSnapshotCommand({
        SourceSnapshotIdentifier: automated,
        TargetSnapshotIdentifier: 'audit',
        ManualSnapshotRetentionPeriod: 30,
      }),
    );
    expect(Snapshot).toMatchObject({
      SnapshotIdentifier: 'audit',
      SnapshotType: 'manual',
      Status: 'creating',
      SnapshotCreateTime: new Date('2026-05-31T00:00:00Z'),
      Tags: [],
    });
    await advance(30);
    expect(await describeOne('audit')).toMatchObject({
      Status: 'available',
      SnapshotCreateTime: new Date('2026-05-31T00:00:00Z'),
      SnapshotRetentionStartTime: new Date('2026-06-01T12:00:30Z'),
      ManualSnapshotRemainingDays: 30,
    });
  });

  it('has a copy that appears in lists with the assumed delay', async () => {
    await emulator.load({
      frozen: true,
      assumptions: { snapshotHiddenSeconds: 5 },
      snapshots: [{ ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: automated }],
    });
    const names = { SourceSnapshotIdentifier: automated, TargetSnapshotIdentifier: 'audit' };
    await client.send(new CopyClusterSnapshotCommand(names));
    expect(await refusal(describeOne('audit'))).toMatchObject({ status: 404 });
    await advance(5);
    expect(await describeOne('audit')).toMatchObject({ Status: 'creating' });
  });
});

describe('a batch', () => {
  it('succeeds with the deleted snapshots and an error for each of the others', async () => {
    const { Resources, Errors } = await client.send(
      new BatchDeleteClusterSnapshotsCommand({
        Identifiers: ['kept', automated, 'lent', 'absent', 'broken'].map((SnapshotIdentifier) => ({
          SnapshotIdentifier,
        })),
      }),
    );
    expect(Resources).toEqual(['kept', 'broken']);
    expect(Errors?.map(({ SnapshotIdentifier, FailureCode }) => [SnapshotIdentifier, FailureCode])).toEqual([
      [automated, 'InvalidClusterSnapshotState'],
      ['lent', 'InvalidClusterSnapshotState'],
      ['absent', 'ClusterSnapshotNotFound'],
    ]);
  });

  it('changes the retention of each snapshot independently', async () => {
    const { Resources, Errors } = await client.send(
      new BatchModifyClusterSnapshotsCommand({
        SnapshotIdentifierList: ['broken', 'kept'],
        ManualSnapshotRetentionPeriod: 3,
      }),
    );
    expect(Resources).toEqual(['broken']);
    expect(Errors?.[0]?.FailureCode).toBe('InvalidRetentionPeriodFault');
  });

  it('rejects more than 100 names', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `s-${index}`);
    const Identifiers = names.map((SnapshotIdentifier) => ({ SnapshotIdentifier }));
    expect(await refusal(client.send(new BatchDeleteClusterSnapshotsCommand({ Identifiers })))).toEqual({
      name: 'BatchDeleteRequestSizeExceededFault',
      code: 'BatchDeleteRequestSizeExceeded',
      status: 400,
    });
    const list = { SnapshotIdentifierList: names, ManualSnapshotRetentionPeriod: 1 };
    expect(await refusal(client.send(new BatchModifyClusterSnapshotsCommand(list)))).toEqual({
      name: 'BatchModifyClusterSnapshotsLimitExceededFault',
      code: 'BatchModifyClusterSnapshotsLimitExceededFault',
      status: 400,
    });
  });
});

describe('a cluster', () => {
  it('keeps the settings of its creation and passes them to its snapshots', async () => {
    const input = {
      ClusterIdentifier: 'trial',
      NodeType: 'ra3.large',
      MasterUsername: 'awsuser',
      ManageMasterPassword: true,
      PreferredMaintenanceWindow: 'mon:03:00-mon:03:30',
      PubliclyAccessible: true,
      MaintenanceTrackName: 'trailing',
      VpcSecurityGroupIds: ['sg-1'],
      IamRoles: ['arn:aws:iam::123456789012:role/load'],
      SnapshotScheduleIdentifier: 'nightly',
    };
    const make = () => client.send(new CreateClusterCommand(input));
    expect(await refusal(make())).toMatchObject({ code: 'SnapshotScheduleNotFound' });
    const schedule = { ScheduleIdentifier: 'nightly', ScheduleDefinitions: ['rate(24 hours)'] };
    await client.send(new CreateSnapshotScheduleCommand(schedule));
    const MasterPasswordSecretArn = `arn:aws:secretsmanager:us-east-1:${home}:secret:redshift!trial-awsuser`;
    expect((await make()).Cluster).toMatchObject({
      PreferredMaintenanceWindow: 'mon:03:00-mon:03:30',
      PubliclyAccessible: true,
      MaintenanceTrackName: 'trailing',
      MasterPasswordSecretArn,
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
      IamRoles: [{ IamRoleArn: 'arn:aws:iam::123456789012:role/load', ApplyStatus: 'in-sync' }],
      SnapshotScheduleIdentifier: 'nightly',
      SnapshotScheduleState: 'ACTIVE',
    });
    await advance(60);
    await create({ ClusterIdentifier: 'trial' });
    const snapshot = await describeOne('before-release');
    expect(snapshot).toMatchObject({ MaintenanceTrackName: 'trailing', MasterPasswordSecretArn });
  });

  it('is created, reports its status and is deleted with a final snapshot', async () => {
    const made = await client.send(
      new CreateClusterCommand({
        ClusterIdentifier: 'trial',
        NodeType: 'ra3.large',
        MasterUsername: 'awsuser',
        MasterUserPassword: 'Secret123',
      }),
    );
    expect(made.Cluster).toMatchObject({ ClusterStatus: 'creating', NumberOfNodes: 2 });
    expect(await refusal(create({ ClusterIdentifier: 'trial' }))).toMatchObject({ code: 'InvalidClusterState' });
    await advance(60);
    const left = await client.send(
      new DeleteClusterCommand({ ClusterIdentifier: 'trial', FinalClusterSnapshotIdentifier: 'trial-final' }),
    );
    expect(left.Cluster?.ClusterStatus).toBe('final-snapshot');
    expect(await describeOne('trial-final')).toMatchObject({ Status: 'final snapshot', ClusterIdentifier: 'trial' });
    await advance(90);
    expect(await describeOne('trial-final')).toMatchObject({ Status: 'available' });
    const gone = client.send(new DescribeClustersCommand({ ClusterIdentifier: 'trial' }));
    expect(await refusal(gone)).toEqual({ name: 'ClusterNotFoundFault', code: 'ClusterNotFound', status: 404 });
  });

  it('is deleted with its automated snapshots, and its manual snapshots remain', async () => {
    await client.send(new DeleteClusterCommand({ ClusterIdentifier: 'sales', SkipFinalClusterSnapshot: true }));
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({ ClusterIdentifier: 'sales' }));
    expect(Snapshots?.map(({ SnapshotIdentifier }) => SnapshotIdentifier)).toEqual(['broken', 'lent', 'kept']);
  });

  it('copies its new snapshots to the configured region', async () => {
    const cluster = { ClusterIdentifier: 'sales' };
    const KmsKeyId = `arn:aws:kms:us-east-1:${home}:key/1a2b3c4d-0000-4000-8000-00000000000a`;
    const grant = { SnapshotCopyGrantName: 'copies', KmsKeyId: KmsKeyId.replace('us-east-1', 'eu-west-1') };
    const keys = [{ service: 'kms' as const, account: home, region: 'eu-west-1', KeyId: grant.KmsKeyId.split('/')[1] }];
    await emulator.load({ now, frozen: true, keys, clusters: [{ ...here, ...cluster, Encrypted: true, KmsKeyId }] });
    await emulator.redshift({ region: 'eu-west-1' }).send(new CreateSnapshotCopyGrantCommand(grant));
    const { SnapshotCopyGrantName } = grant;
    const enabled = { ...cluster, DestinationRegion: 'eu-west-1', SnapshotCopyGrantName };
    await client.send(new EnableSnapshotCopyCommand(enabled));
    const { Cluster } = await client.send(
      new ModifySnapshotCopyRetentionPeriodCommand({ ...cluster, RetentionPeriod: 90, Manual: true }),
    );
    expect(Cluster?.ClusterSnapshotCopyStatus).toEqual({
      DestinationRegion: 'eu-west-1',
      RetentionPeriod: 7,
      ManualSnapshotRetentionPeriod: 90,
      SnapshotCopyGrantName,
    });
    await create({ Tags: [{ Key: 'a', Value: 'b' }] });
    const { Snapshots } = await emulator
      .redshift({ region: 'eu-west-1' })
      .send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: 'before-release' }));
    expect(Snapshots?.[0]).toMatchObject({
      SourceRegion: 'us-east-1',
      ManualSnapshotRetentionPeriod: 90,
      Tags: [],
      KmsKeyId: grant.KmsKeyId,
      SnapshotArn: `arn:aws:redshift:eu-west-1:${home}:snapshot:sales/before-release`,
    });
    await client.send(new DisableSnapshotCopyCommand(cluster));
    expect(await refusal(client.send(new DisableSnapshotCopyCommand(cluster)))).toMatchObject({
      code: 'SnapshotCopyAlreadyDisabledFault',
    });
  });
});

describe('misuse', () => {
  it.each<[string, Partial<CreateClusterSnapshotCommandInput>, string, number]>([
    ['a name that starts with a digit', { SnapshotIdentifier: '1st' }, 'InvalidParameterValue', 400],
    ['a name with two hyphens in a row', { SnapshotIdentifier: 'a--b' }, 'InvalidParameterValue', 400],
    ['a name that ends with a hyphen', { SnapshotIdentifier: 'a-' }, 'InvalidParameterValue', 400],
    ['a name of 256 letters', { SnapshotIdentifier: 'a'.repeat(256) }, 'InvalidParameterValue', 400],
    ['no name', { SnapshotIdentifier: undefined }, 'MissingParameter', 400],
    ['a name that is in use', { SnapshotIdentifier: 'kept' }, 'ClusterSnapshotAlreadyExists', 400],
    ['a missing cluster', { ClusterIdentifier: 'absent' }, 'ClusterNotFound', 404],
    ['a paused cluster', { ClusterIdentifier: 'resting' }, 'InvalidClusterState', 400],
    ['a retention of zero days', { ManualSnapshotRetentionPeriod: 0 }, 'InvalidRetentionPeriodFault', 400],
    ['a retention of more than 3653 days', { ManualSnapshotRetentionPeriod: 3654 }, 'InvalidRetentionPeriodFault', 400],
    ['a reserved tag key', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidTagFault', 400],
    [
      'more than 50 tags',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
      'TagLimitExceededFault',
      400,
    ],
  ])('rejects creating a snapshot with %s', async (_, input, code, status) => {
    expect(await refusal(create(input))).toMatchObject({ code, status });
  });

  it('rejects manual snapshots beyond the quota', async () => {
    await emulator.load({
      assumptions: { redshiftManualSnapshotQuota: 1 },
      clusters: [{ ...here, ClusterIdentifier: 'sales' }],
    });
    await create();
    expect(await refusal(create({ SnapshotIdentifier: 'another' }))).toEqual({
      name: 'ClusterSnapshotQuotaExceededFault',
      code: 'ClusterSnapshotQuotaExceeded',
      status: 400,
    });
  });

  it.each(['lent', automated, 'last'])('rejects deleting %s', async (SnapshotIdentifier) => {
    const deletion = client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier }));
    expect(await refusal(deletion)).toMatchObject({ code: 'InvalidClusterSnapshotState', status: 400 });
  });

  it.each([
    ['a manual snapshot', 'kept', 'InvalidClusterSnapshotState'],
    ['a missing snapshot', 'absent', 'ClusterSnapshotNotFound'],
  ])('rejects copying %s', async (_, SourceSnapshotIdentifier, code) => {
    const copy = new CopyClusterSnapshotCommand({ SourceSnapshotIdentifier, TargetSnapshotIdentifier: 'target' });
    expect(await refusal(client.send(copy))).toMatchObject({ code });
  });

  it('rejects deleting a cluster without a choice about the final snapshot', async () => {
    const deletion = client.send(new DeleteClusterCommand({ ClusterIdentifier: 'sales' }));
    expect(await refusal(deletion)).toMatchObject({ code: 'InvalidParameterCombination', status: 400 });
  });
});
