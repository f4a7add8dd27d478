// The calls of https://github.com/hashicorp/terraform-provider-aws, internal/service/redshift, in our own words.
import {
  CreateClusterSnapshotCommand,
  CreateSnapshotScheduleCommand,
  CreateTagsCommand,
  DeleteClusterSnapshotCommand,
  DeleteSnapshotScheduleCommand,
  DeleteTagsCommand,
  DescribeClusterSnapshotsCommand,
  DescribeSnapshotSchedulesCommand,
  ModifyClusterSnapshotCommand,
  ModifyClusterSnapshotScheduleCommand,
  ModifySnapshotScheduleCommand,
  type ClusterAssociatedToSchedule,
  type Snapshot,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { onlyOne, unlessRefused, waitForState } from '../../support/terraform.ts';

const place = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const ClusterIdentifier = 'tf-cluster';
const ScheduleIdentifier = 'tf-schedule';

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({ now: '2026-06-01T12:00:00Z', frozen: true, clusters: [{ ...place, ClusterIdentifier }] }),
);

describe('aws_redshift_cluster_snapshot', () => {
  const SnapshotIdentifier = 'tf-snapshot';

  async function find(): Promise<Snapshot | null> {
    const answer = await unlessRefused(
      client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier })),
      'ClusterNotFoundFault',
      'ClusterSnapshotNotFoundFault',
    );
    const snapshot = onlyOne(answer?.Snapshots);
    return snapshot?.Status === 'deleted' ? null : snapshot;
  }
  const status = async () => (await find())?.Status ?? null;

  async function create(): Promise<void> {
    const Tags = [{ Key: 'team', Value: 'data' }];
    const input = { SnapshotIdentifier, ClusterIdentifier, ManualSnapshotRetentionPeriod: -1, Tags };
    const { Snapshot: created } = await client.send(new CreateClusterSnapshotCommand(input));
    expect(created).toMatchObject({ SnapshotIdentifier, Status: 'creating' });
    await waitForState(emulator, status, { pending: ['creating'], target: 'available' });
  }

  it('is created and read', async () => {
    await create();
    expect(await find()).toMatchObject({
      SnapshotArn: `arn:aws:redshift:us-east-1:${home}:snapshot:${ClusterIdentifier}/${SnapshotIdentifier}`,
      ClusterIdentifier,
      ManualSnapshotRetentionPeriod: -1,
      OwnerAccount: home,
      SnapshotIdentifier,
      Tags: [{ Key: 'team', Value: 'data' }],
    });
    expect(await find()).not.toHaveProperty('KmsKeyId');
  });

  it('gets another retention period and other tags', async () => {
    await create();
    const ResourceName = (await find())?.SnapshotArn;
    await client.send(new ModifyClusterSnapshotCommand({ ManualSnapshotRetentionPeriod: 7, SnapshotIdentifier }));
    await client.send(new DeleteTagsCommand({ ResourceName, TagKeys: ['team'] }));
    await client.send(new CreateTagsCommand({ ResourceName, Tags: [{ Key: 'purpose', Value: 'test' }] }));
    expect(await find()).toMatchObject({
      ManualSnapshotRetentionPeriod: 7,
      Tags: [{ Key: 'purpose', Value: 'test' }],
    });
  });

  it('is deleted, also if it is gone already', async () => {
    await create();
    const destroy = () => client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier }));
    await destroy();
    await waitForState(emulator, status, { pending: ['available'], target: null });
    expect(await unlessRefused(destroy(), 'ClusterSnapshotNotFoundFault')).toBeNull();
    expect(await find()).toBeNull();
  });
});

async function findSchedule(input: object) {
  return onlyOne((await client.send(new DescribeSnapshotSchedulesCommand(input))).SnapshotSchedules);
}

describe('aws_redshift_snapshot_schedule', () => {
  const ResourceName = `arn:aws:redshift:us-east-1:${home}:snapshotschedule:${ScheduleIdentifier}`;
  const find = () => findSchedule({ ScheduleIdentifier });
  const create = () =>
    client.send(
      new CreateSnapshotScheduleCommand({
        ScheduleIdentifier,
        ScheduleDefinitions: ['rate(12 hours)'],
        ScheduleDescription: 'twice a day',
        Tags: [{ Key: 'team', Value: 'data' }],
      }),
    );

  it('is created and read', async () => {
    expect(await create()).toMatchObject({ ScheduleIdentifier });
    expect(await find()).toMatchObject({
      ScheduleIdentifier,
      ScheduleDefinitions: ['rate(12 hours)'],
      ScheduleDescription: 'twice a day',
      Tags: [{ Key: 'team', Value: 'data' }],
    });
  });

  it('gets other definitions and tags', async () => {
    await create();
    const ScheduleDefinitions = ['cron(30 12 *)', 'cron(15 6 *)'];
    await client.send(new ModifySnapshotScheduleCommand({ ScheduleDefinitions, ScheduleIdentifier }));
    await client.send(new DeleteTagsCommand({ ResourceName, TagKeys: ['team'] }));
    await client.send(new CreateTagsCommand({ ResourceName, Tags: [{ Key: 'purpose', Value: 'test' }] }));
    const schedule = await find();
    expect(schedule?.ScheduleDefinitions?.toSorted()).toEqual(ScheduleDefinitions.toSorted());
    expect(schedule?.Tags).toEqual([{ Key: 'purpose', Value: 'test' }]);
  });

  it('is deleted, also if it is gone already', async () => {
    await create();
    const destroy = () => client.send(new DeleteSnapshotScheduleCommand({ ScheduleIdentifier }));
    await destroy();
    expect(await unlessRefused(destroy(), 'SnapshotScheduleNotFoundFault')).toBeNull();
    expect(await find()).toBeNull();
  });
});

describe('aws_redshift_snapshot_schedule_association', () => {
  const schedule = (identifier: string) =>
    client.send(
      new CreateSnapshotScheduleCommand({ ScheduleIdentifier: identifier, ScheduleDefinitions: ['rate(12 hours)'] }),
    );

  async function find(): Promise<ClusterAssociatedToSchedule | null> {
    const found = await findSchedule({ ClusterIdentifier, ScheduleIdentifier });
    return found?.AssociatedClusters?.find((cluster) => cluster.ClusterIdentifier === ClusterIdentifier) ?? null;
  }
  const state = async () => (await find())?.ScheduleAssociationState ?? null;
  const modify = (DisassociateSchedule: boolean) =>
    client.send(
      new ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier, ScheduleIdentifier, DisassociateSchedule }),
    );

  async function create(): Promise<void> {
    await modify(false);
    await waitForState(emulator, state, { pending: ['MODIFYING'], target: 'ACTIVE', minutes: 75 });
  }
  const untilDeleted = () =>
    waitForState(emulator, state, { pending: ['MODIFYING', 'ACTIVE'], target: null, minutes: 75 });

  beforeEach(async () => {
    await schedule(ScheduleIdentifier);
    await schedule('other');
  });

  it('is created and read', async () => {
    await create();
    expect(await find()).toEqual({ ClusterIdentifier, ScheduleAssociationState: 'ACTIVE' });
  });

  it('is deleted with both the schedule and the flag, also if the schedule or the cluster is gone', async () => {
    await create();
    await modify(true);
    await untilDeleted();
    await client.send(new DeleteSnapshotScheduleCommand({ ScheduleIdentifier }));
    expect(await unlessRefused(modify(true), 'SnapshotScheduleNotFoundFault')).toBeNull();
    await emulator.load({});
    expect(await unlessRefused(modify(true), 'ClusterNotFoundFault')).toBeNull();
  });

  it('keeps its schedule from being deleted, until force_destroy removes it', async () => {
    await create();
    const destroy = () => client.send(new DeleteSnapshotScheduleCommand({ ScheduleIdentifier }));
    expect(await unlessRefused(destroy(), 'InvalidClusterSnapshotScheduleStateFault')).toBeNull();
    const associated = (await findSchedule({ ScheduleIdentifier }))?.AssociatedClusters ?? [];
    expect(associated).toHaveLength(1);
    await modify(true);
    await untilDeleted();
    await destroy();
    expect(await findSchedule({ ScheduleIdentifier })).toBeNull();
  });
});
