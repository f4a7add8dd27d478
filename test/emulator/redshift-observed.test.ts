import {
  BatchDeleteClusterSnapshotsCommand,
  CopyClusterSnapshotCommand,
  CreateClusterSnapshotCommand,
  CreateTagsCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  ModifyClusterSnapshotCommand,
  AuthorizeSnapshotAccessCommand,
  type DescribeClusterSnapshotsCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

// Behavior of Amazon Redshift that its reference does not state, as observed in AWS's sample responses and in recorded
// responses: https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html

const now = '2019-12-26T22:38:18.854Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const later = (seconds: number) => new Date(Date.parse(now) + seconds * 1000);

const emulator = await useEmulator();
const client = emulator.redshift();

const world = { now, frozen: true, clusters: [{ ...here, ClusterIdentifier: 'sales' }] };
beforeEach(() => emulator.load(world));

const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const list = async (input: DescribeClusterSnapshotsCommandInput = {}) =>
  (await client.send(new DescribeClusterSnapshotsCommand(input))).Snapshots ?? [];
const read = async (SnapshotIdentifier: string) => (await list({ SnapshotIdentifier }))[0];
const names = async (input: DescribeClusterSnapshotsCommandInput = {}) =>
  (await list(input)).map(({ SnapshotIdentifier }) => SnapshotIdentifier);
const create = async (SnapshotIdentifier = 'taken', ManualSnapshotRetentionPeriod = -1) => {
  const input = { ClusterIdentifier: 'sales', SnapshotIdentifier, ManualSnapshotRetentionPeriod };
  return (await client.send(new CreateClusterSnapshotCommand(input))).Snapshot;
};
/** Loads the world from its own JSON. */
const reload = async () => emulator.load((await emulator.control('GET', 'world')).content);

const unmeasured = {
  TotalBackupSizeInMegaBytes: -1,
  ActualIncrementalBackupSizeInMegaBytes: -1,
  EstimatedSecondsToCompletion: -1,
  CurrentBackupRateInMegaBytesPerSecond: 0,
};

describe('the SnapshotCreateTime', () => {
  it('moves on by 20 seconds when the snapshot is complete, as between 22:38:18.854 and 22:38:38.944', async () => {
    expect((await create())?.SnapshotCreateTime).toEqual(later(0));
    await advance(29);
    expect((await read('taken'))?.SnapshotCreateTime).toEqual(later(0));
    await advance(1);
    expect((await read('taken'))?.SnapshotCreateTime).toEqual(later(20));
    expect(await names({ StartTime: later(20), EndTime: later(20) })).toEqual(['taken']);
    expect(await names({ EndTime: later(19) })).toEqual([]);
    await reload();
    expect((await read('taken'))?.SnapshotCreateTime).toEqual(later(20));
  });

  it.each([
    { snapshotSeconds: 5 },
    { snapshotSeconds: 30, redshiftCreateTimeShiftSeconds: 5 },
    { snapshotSeconds: 5, redshiftCreateTimeShiftSeconds: 0 },
  ])('moves by the option, but not past the completion: %j', async (assumptions) => {
    await emulator.load({ ...world, assumptions });
    await create();
    await advance(30);
    const { redshiftCreateTimeShiftSeconds: shift = 5 } = assumptions;
    expect((await read('taken'))?.SnapshotCreateTime).toEqual(later(shift));
  });

  it('also moves for a snapshot that a world contains as unfinished, and not for any other', async () => {
    const snapshot = (SnapshotIdentifier: string, more: object) => ({
      ...here,
      ClusterIdentifier: 'sales',
      SnapshotIdentifier,
      SnapshotCreateTime: now,
      ...more,
    });
    await emulator.load({
      ...world,
      snapshots: [snapshot('finished', {}), snapshot('unfinished', { ReadyTime: later(60).toISOString() })],
    });
    const times = async () =>
      Object.fromEntries((await list()).map((each) => [each.SnapshotIdentifier, each.SnapshotCreateTime]));
    expect(await times()).toEqual({ finished: later(0), unfinished: later(0) });
    await advance(60);
    expect(await times()).toEqual({ finished: later(0), unfinished: later(20) });
  });

  it('of a copy is always that of its source, even if its world is loaded in the meantime', async () => {
    const SnapshotIdentifier = 'rs:sales-2019-12-01-00-00-00';
    const SnapshotCreateTime = '2019-12-01T00:00:00.000Z';
    await emulator.load({
      ...world,
      snapshots: [{ ...here, ClusterIdentifier: 'sales', SnapshotIdentifier, SnapshotCreateTime }],
    });
    const target = { SourceSnapshotIdentifier: SnapshotIdentifier, TargetSnapshotIdentifier: 'copy' };
    await client.send(new CopyClusterSnapshotCommand(target));
    await advance(10);
    await reload();
    expect(await read('copy')).toMatchObject({ Status: 'creating', ElapsedTimeInSeconds: 10 });
    await advance(20);
    expect(await read('copy')).toMatchObject({
      Status: 'available',
      SnapshotCreateTime: new Date(SnapshotCreateTime),
      ElapsedTimeInSeconds: 30,
    });
  });
});

describe('a snapshot that is being created', () => {
  it('has -1 as its sizes and its estimate, and no rate', async () => {
    expect(await create()).toMatchObject({ Status: 'creating', ...unmeasured });
    await advance(29);
    expect(await read('taken')).toMatchObject({ Status: 'creating', ...unmeasured, ElapsedTimeInSeconds: 29 });
    await advance(1);
    expect(await read('taken')).toMatchObject({ Status: 'available', TotalBackupSizeInMegaBytes: 10_240 });
  });

  it('also has these values in a world that does not say when it becomes available', async () => {
    const stuck = { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'stuck', Status: 'creating' };
    await emulator.load({ ...world, snapshots: [stuck] });
    expect(await read('stuck')).toMatchObject(unmeasured);
    expect(await read('stuck')).not.toHaveProperty('SnapshotRetentionStartTime');
  });

  it('has no start of its retention and no remaining days, and the response to Create no node types', async () => {
    const created = await create('taken', 10);
    expect(created).toMatchObject({ ManualSnapshotRetentionPeriod: 10 });
    for (const name of ['RestorableNodeTypes', 'SnapshotRetentionStartTime', 'ManualSnapshotRemainingDays']) {
      expect(created).not.toHaveProperty(name);
    }
    const described = await read('taken');
    expect(described).toMatchObject({
      RestorableNodeTypes: ['ra3.xlplus', 'ra3.large', 'ra3.4xlarge', 'ra3.16xlarge'],
    });
    expect(described).not.toHaveProperty('SnapshotRetentionStartTime');
    expect(described).not.toHaveProperty('ManualSnapshotRemainingDays');
  });

  it('keeps its final size if its world is loaded in the meantime', async () => {
    await create();
    await advance(10);
    await reload();
    expect(await read('taken')).toMatchObject({ ...unmeasured, ElapsedTimeInSeconds: 10 });
    await advance(20);
    expect(await read('taken')).toMatchObject({
      SnapshotCreateTime: later(20),
      SnapshotRetentionStartTime: later(30),
      TotalBackupSizeInMegaBytes: 10_240,
      ElapsedTimeInSeconds: 30,
    });
  });
});

describe('a finished snapshot', () => {
  it('keeps its last rate and its elapsed time, although the reference says that the rate is 0', async () => {
    await create();
    await advance(3600);
    expect(await read('taken')).toMatchObject({
      CurrentBackupRateInMegaBytesPerSecond: 512 / 30,
      ElapsedTimeInSeconds: 30,
      EstimatedSecondsToCompletion: 0,
    });
  });

  it('starts its retention when it is complete', async () => {
    await create();
    await advance(3600);
    expect((await read('taken'))?.SnapshotRetentionStartTime).toEqual(later(30));
  });

  it.each([
    [2, 1],
    [10, 9],
  ])('that is kept for %i days has %i remaining days two hours later: they are rounded down', async (days, left) => {
    await create('taken', days);
    await advance(30 + 2 * 60 * 60);
    expect((await read('taken'))?.ManualSnapshotRemainingDays).toBe(left);
  });

  it('that is kept forever has no remaining days', async () => {
    await create();
    await advance(30);
    expect(await read('taken')).toMatchObject({ ManualSnapshotRetentionPeriod: -1 });
    expect(await read('taken')).not.toHaveProperty('ManualSnapshotRemainingDays');
  });
});

describe('a list', () => {
  const snapshots = ['b-oldest', 'c-newest', 'a-middle'].map((SnapshotIdentifier, index) => ({
    ...here,
    ClusterIdentifier: 'sales',
    SnapshotIdentifier,
    SnapshotCreateTime: later([-300, -100, -200][index] ?? 0).toISOString(),
  }));

  it('has the newest snapshots first, or is in the order of their identifiers by an option', async () => {
    await emulator.load({ ...world, snapshots });
    expect(await names()).toEqual(['c-newest', 'a-middle', 'b-oldest']);
    await emulator.load({ ...world, snapshots, assumptions: { redshiftListsNewestFirst: false } });
    expect(await names()).toEqual(['a-middle', 'b-oldest', 'c-newest']);
  });

  it('rejects the name of a snapshot of another type, or is empty by an option', async () => {
    await emulator.load({ ...world, snapshots });
    const input = { SnapshotIdentifier: 'a-middle', SnapshotType: 'automated' };
    expect((await refusal(list(input))).code).toBe('ClusterSnapshotNotFound');
    await emulator.load({ ...world, snapshots, assumptions: { redshiftRefusesOtherTypes: false } });
    expect(await list(input)).toEqual([]);
  });

  it('omits no snapshot between two pages while a snapshot is created and its SnapshotCreateTime moves', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...here,
      ClusterIdentifier: 'sales',
      SnapshotIdentifier: `s${index}`,
      SnapshotCreateTime: later(index - 40).toISOString(),
      // The times of these snapshots move past those of the others.
      ...(index % 3 === 0 ? { ReadyTime: later(30).toISOString() } : {}),
    }));
    await emulator.load({ ...world, snapshots: many, assumptions: { redshiftManualSnapshotQuota: 100 } });
    const first = await client.send(new DescribeClusterSnapshotsCommand({ MaxRecords: 20 }));
    await create();
    const deletable = first.Snapshots?.findLast(({ Status }) => Status === 'available');
    await client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: deletable?.SnapshotIdentifier }));
    await advance(30);
    const listed = [...(first.Snapshots ?? []), ...(await list({ MaxRecords: 20, Marker: first.Marker }))];
    const found = listed.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier);
    expect(found.toSorted()).toEqual(many.map(({ SnapshotIdentifier }) => SnapshotIdentifier).toSorted());
  });
});

// "This parameter isn't case sensitive", says the reference of SnapshotIdentifier:
// https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreFromClusterSnapshot.html
describe('a snapshot identifier', () => {
  const arn = (name: string) => `arn:aws:redshift:us-east-1:${home}:snapshot:sales/${name}`;
  const mixed = { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'Before-Upgrade' };
  beforeEach(() => emulator.load({ ...world, snapshots: [mixed] }));

  it('is stored in lowercase and found in any case', async () => {
    const stored = [{ SnapshotIdentifier: 'before-upgrade', SnapshotArn: arn('before-upgrade') }];
    expect(await list()).toMatchObject(stored);
    expect(await list({ SnapshotIdentifier: 'BEFORE-upgrade' })).toMatchObject(stored);
    expect(await list({ SnapshotArn: arn('BEFORE-upgrade') })).toMatchObject(stored);
    expect(await create('Taken')).toMatchObject({ SnapshotIdentifier: 'taken', SnapshotArn: arn('taken') });
    expect(await refusal(create('BEFORE-UPGRADE'))).toMatchObject({ code: 'ClusterSnapshotAlreadyExists' });
  });

  it('is changed, shared, tagged and deleted in any case', async () => {
    const SnapshotIdentifier = 'BEFORE-Upgrade';
    const partner = { AccountWithRestoreAccess: '210987654321' };
    const Tags = [{ Key: 'a', Value: 'b' }];
    await client.send(new AuthorizeSnapshotAccessCommand({ ...partner, SnapshotArn: arn(SnapshotIdentifier) }));
    await client.send(new ModifyClusterSnapshotCommand({ SnapshotIdentifier, ManualSnapshotRetentionPeriod: 9 }));
    await client.send(new CreateTagsCommand({ ResourceName: arn(SnapshotIdentifier), Tags }));
    expect(await list()).toMatchObject([
      { AccountsWithRestoreAccess: [{ AccountId: '210987654321' }], ManualSnapshotRetentionPeriod: 9, Tags },
    ]);
    await emulator.load({ ...world, snapshots: [mixed] });
    await client.send(new BatchDeleteClusterSnapshotsCommand({ Identifiers: [{ SnapshotIdentifier }] }));
    expect(await list()).toEqual([]);
  });

  it('cannot be loaded twice in different cases', async () => {
    const both = { ...world, snapshots: [mixed, { ...mixed, SnapshotIdentifier: 'before-UPGRADE' }] };
    await expect(emulator.load(both)).rejects.toThrow('before-upgrade already exists');
    await emulator.load({ ...both, assumptions: { redshiftFoldsIdentifiers: false } });
    expect((await names()).toSorted()).toEqual(['Before-Upgrade', 'before-UPGRADE']);
  });
});
