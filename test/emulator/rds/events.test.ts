import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DescribeEventsCommand,
  ModifyDBClusterCommand,
  type DescribeEventsCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    clusters: [{ ...here, DBClusterIdentifier: 'orders' }],
  }),
);

const list = async (input: DescribeEventsCommandInput = {}) =>
  (await client.send(new DescribeEventsCommand(input))).Events ?? [];
const messages = async (input?: DescribeEventsCommandInput) => (await list(input)).map(({ Message }) => Message);
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const snapshot = (DBClusterSnapshotIdentifier: string) =>
  client.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier }));

it("an event has the members of the AWS CLI's example of rds describe-events", async () => {
  await snapshot('kept');
  expect(await list()).toEqual([
    {
      SourceType: 'db-cluster-snapshot',
      SourceIdentifier: 'kept',
      EventCategories: ['backup'],
      Message: 'Creating manual cluster snapshot',
      Date: new Date('2026-06-01T12:00:00.000Z'),
      SourceArn: `arn:aws:rds:us-east-1:${home}:cluster-snapshot:kept`,
    },
  ]);
  await advance(30);
  expect(await messages()).toEqual(['Creating manual cluster snapshot', 'Manual cluster snapshot created']);
});

it('events are selected by source, category and time, oldest first', async () => {
  await client.send(
    new ModifyDBClusterCommand({
      DBClusterIdentifier: 'orders',
      NewDBClusterIdentifier: 'sales',
      ApplyImmediately: true,
    }),
  );
  await advance(60);
  await client.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'sales', SkipFinalSnapshot: true }));
  await advance(60);
  const both = ['Renamed cluster from orders to sales', 'DB cluster deleted'];
  expect(await messages({ SourceType: 'db-cluster', SourceIdentifier: 'SALES' })).toEqual(both);
  expect(await messages({ SourceType: 'db-instance' })).toEqual([]);
  expect(await messages({ EventCategories: ['deletion'] })).toEqual(both.slice(1));
  expect(await messages({ EndTime: new Date('2026-06-01T12:01:00Z') })).toEqual(both.slice(0, 1));
  expect(await messages({ StartTime: new Date('2026-06-01T12:01:00Z') })).toEqual(both.slice(1));
  await advance(3601);
  // The API reference of DescribeEvents: the last hour by default, at most 14 days.
  expect(await messages()).toEqual([]);
  expect(await messages({ Duration: 1440 })).toEqual(both);
  await advance(14 * 86_400);
  expect(await messages({ Duration: 14 * 1440 })).toEqual([]);
});

it('events are listed page by page', async () => {
  for (let index = 0; index < 15; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a cluster has one backup at a time
    await snapshot(`s${index}`);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await advance(30);
  }
  const first = await client.send(new DescribeEventsCommand({ MaxRecords: 20 }));
  const second = await client.send(new DescribeEventsCommand({ Marker: first.Marker }));
  expect([first.Events?.length, second.Events?.length, second.Marker]).toEqual([20, 10, undefined]);
});

it.each<[string, DescribeEventsCommandInput, string]>([
  ['a source without its type', { SourceIdentifier: 'orders' }, 'InvalidParameterCombination'],
  ['a duration of 15 days', { Duration: 15 * 1440 }, 'InvalidParameterValue'],
  ['a start more than 14 days ago', { StartTime: new Date('2026-05-01T00:00:00Z') }, 'InvalidParameterValue'],
  [
    'an end before the start',
    { StartTime: new Date('2026-06-01T11:00:00Z'), EndTime: new Date('2026-06-01T10:00:00Z') },
    'InvalidParameterCombination',
  ],
  ['a filter', { Filters: [{ Name: 'x', Values: ['y'] }] }, 'InvalidParameterValue'],
])('a list is refused for %s', async (_, input, code) => {
  expect(await refusal(list(input))).toMatchObject({ code });
});
