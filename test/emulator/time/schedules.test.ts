import {
  CreateSnapshotScheduleCommand,
  DescribeClustersCommand,
  DescribeSnapshotSchedulesCommand,
  ModifySnapshotScheduleCommand,
  type CreateSnapshotScheduleCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

// A Monday.
const now = '2026-06-01T12:10:00.000Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() => emulator.load({ now, frozen: true }));

const create = (ScheduleDefinitions: string[], input: Partial<CreateSnapshotScheduleCommandInput> = {}) =>
  client.send(new CreateSnapshotScheduleCommand({ ScheduleIdentifier: 'mine', ScheduleDefinitions, ...input }));
/** Returns the next moments without the year and the seconds. */
const next = async (definitions: string[], NextInvocations = 4) => {
  const { NextInvocations: moments } = await create(definitions, { DryRun: true, NextInvocations });
  return moments?.map((moment) => moment.toISOString().slice(5, 16));
};

// https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#working-with-snapshot-scheduling
describe('a snapshot schedule', () => {
  it.each<[string, string[], string[]]>([
    ['every hour between 2pm and 8pm on Tuesday', ['cron(0 14-20/1 TUE)'], ['06-02T14:00', '06-02T15:00']],
    ['every night at 9pm Monday to Friday', ['cron(0 21 MON-FRI)'], ['06-01T21:00', '06-02T21:00', '06-03T21:00']],
    ['every 6 hours on Saturday and Sunday', ['cron(30 0/6 SAT-SUN)'], ['06-06T00:30', '06-06T06:30', '06-06T12:30']],
    ['every 4 hours from 12:30 each day', ['cron(30 12/4 *)'], ['06-01T12:30', '06-01T16:30', '06-01T20:30']],
    ['every 2 hours from 15:15 each day', ['cron(15 15/2 *)'], ['06-01T15:15', '06-01T17:15', '06-01T19:15']],
    ['two expressions', ['cron(0 17 SAT,SUN)', 'cron(0 9,17 MON-FRI)'], ['06-01T17:00', '06-02T09:00', '06-02T17:00']],
    ['days by number, 1 for Sunday', ['cron(5 3 1,4)'], ['06-03T03:05', '06-07T03:05', '06-10T03:05']],
    ['every 12 hours', ['rate(12 hours)'], ['06-02T00:00', '06-02T12:00', '06-03T00:00']],
    ['every hour', ['rate(1 hour)'], ['06-01T13:00', '06-01T14:00']],
    ['a minute that has just begun', ['cron(10 12 *)'], ['06-02T12:10', '06-03T12:10']],
  ])('is %s, as in samples of AWS', async (_, definitions, moments) => {
    expect(await next(definitions, moments.length)).toEqual(moments);
  });

  it('continues on the next day with the first moment of an increment', async () => {
    expect(await next(['cron(30 12/4 *)'])).toEqual(['06-01T12:30', '06-01T16:30', '06-01T20:30', '06-02T12:30']);
  });

  it('reports its next invocations only when it is created with their number, as in samples of AWS', async () => {
    expect(await create(['rate(12 hours)'], { NextInvocations: 1 })).toMatchObject({
      NextInvocations: [new Date('2026-06-02T00:00:00Z')],
    });
    const { SnapshotSchedules } = await client.send(new DescribeSnapshotSchedulesCommand({}));
    expect(SnapshotSchedules).toHaveLength(1);
    expect(SnapshotSchedules?.[0]).not.toHaveProperty('NextInvocations');
    expect(await refusal(create(['rate(1 hour)'], { ScheduleIdentifier: 'other', NextInvocations: -1 }))).toMatchObject(
      {
        code: 'InvalidParameterValue',
      },
    );
  });

  it.each([
    ['no definition', []],
    ['a minute with a wildcard', ['cron(* 12 *)']],
    ['several minutes', ['cron(0,30 12 *)']],
    ['a minute of 60', ['cron(60 12 *)']],
    ['an hour of 24', ['cron(0 24 *)']],
    ['a range of hours that ends before it starts', ['cron(0 22-2 *)']],
    ['an eighth day', ['cron(0 12 8)']],
    ['a day of zero', ['cron(0 12 0)']],
    ['an unknown day', ['cron(0 12 FOO)']],
    ['the wildcard of other cron expressions', ['cron(0 12 ?)']],
    ['an increment of zero', ['cron(0 0/0 *)']],
    ['four fields', ['cron(0 12 * *)']],
    ['a rate above 24 hours', ['rate(25 hours)']],
    ['a rate of zero', ['rate(0 hours)']],
    ['a rate in minutes', ['rate(90 minutes)']],
    ['two expressions less than an hour apart', ['cron(0 9 *)', 'cron(30 9 MON)']],
    ['two expressions less than an hour apart across the week', ['cron(45 23 SAT)', 'cron(15 0 SUN)']],
  ])('is rejected with %s', async (_, definitions) => {
    expect(await refusal(create(definitions))).toMatchObject({ code: 'InvalidSchedule', status: 400 });
    await create(['rate(24 hours)']);
    const change = { ScheduleIdentifier: 'mine', ScheduleDefinitions: definitions };
    expect(await refusal(client.send(new ModifySnapshotScheduleCommand(change)))).toMatchObject({
      code: 'InvalidSchedule',
    });
  });
});

describe('a cluster', () => {
  const cluster = { ...here, ClusterIdentifier: 'sales', SnapshotScheduleIdentifier: 'mine' };
  const read = async (members: object) => {
    const schedules = [{ ...here, ScheduleIdentifier: 'mine', ScheduleDefinitions: ['cron(30 2 *)'] }];
    await emulator.load({ now, frozen: true, schedules, clusters: [{ ...cluster, ...members }] });
    const { Clusters } = await client.send(new DescribeClustersCommand({}));
    return Clusters?.[0];
  };
  const moment = 'ExpectedNextSnapshotScheduleTime';

  it('has the time of its next scheduled snapshot', async () => {
    expect(await read({})).toMatchObject({
      [moment]: new Date('2026-06-02T02:30:00Z'),
      [`${moment}Status`]: 'OnTrack',
    });
  });

  it('has a pending snapshot while it is not available', async () => {
    expect(await read({ ClusterStatus: 'paused' })).toMatchObject({ [`${moment}Status`]: 'Pending' });
  });

  it.each([
    ['without a schedule', { SnapshotScheduleIdentifier: null }],
    ['without automated snapshots', { AutomatedSnapshotRetentionPeriod: 0, NodeType: 'dc2.large' }],
  ])('has no such time %s', async (_, members) => {
    expect(await read(members)).not.toHaveProperty(moment);
  });
});
