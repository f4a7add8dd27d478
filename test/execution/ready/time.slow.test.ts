import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type TestEmulator, useEmulator } from '../../support/emulator.ts';
import { serviceNames } from '../../support/services.ts';
import { makeCluster, makeSnapshot } from '../../support/worlds.ts';
import { type Asker, createAsker } from './asker.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Ten minutes before midnight in UTC; 5:20 in the morning of the next day in Kolkata. */
const evening = Date.parse('2026-03-10T23:50:00Z');
const berlinMidnight = Date.parse('2026-03-10T23:00:00Z');

let time = evening;
let emulator: TestEmulator;
let asker: Asker;
beforeAll(async () => {
  emulator = await useEmulator();
  await emulator.load({
    now: new Date(evening).toISOString(),
    frozen: true,
    clusters: serviceNames.map((service) =>
      makeCluster(service, 'shop', { createdAt: new Date(evening - 20 * day).toISOString() }),
    ),
    snapshots: serviceNames.flatMap((service) =>
      [0, 1, 3].map((days) =>
        makeSnapshot(service, `s-${days}`, {
          cluster: 'shop',
          createdAt: new Date(evening - days * day - 7 * minute).toISOString(),
          clusterCreatedAt: new Date(evening - 20 * day).toISOString(),
          days: 5,
        }),
      ),
    ),
  });
});
beforeEach(() => {
  time = evening;
  asker = createAsker({ endpoint: emulator.url, now: () => new Date(time) });
});

const snapshots = (filter: string, orderBy = '') =>
  `{ snapshots(first: 100, filter: { ${filter} } ${orderBy}) { isComplete totalCount { value } nodes { identifier } } }`;
const clusters = (filter: string) =>
  `{ clusters(filter: { ${filter} }) { isComplete nodes { identifier latestSnapshot { identifier } } } }`;
const byTime = 'orderBy: { field: CREATED_AT, direction: DESC }';

it.each([
  snapshots('olderThanDays: 1'),
  snapshots('olderThanDays: 1', byTime),
  snapshots('youngerThanDays: 1'),
  snapshots('youngerThanDays: 1', byTime),
  snapshots('youngerThanDays: 3, olderThanDays: 1, statuses: [AVAILABLE]'),
  snapshots('expiringWithinDays: 2, services: [REDSHIFT]'),
  snapshots('expiringWithinDays: 3, services: [REDSHIFT]', byTime),
  clusters('withoutSnapshotForHours: 1'),
  clusters('withoutSnapshotForHours: 24'),
  clusters('gapWithinDays: 2'),
  clusters('gapWithinDays: 1, timeZone: "Europe/Berlin"'),
  clusters('gapWithinDays: 1, timeZone: "Asia/Kolkata"'),
  '{ snapshotSummary(groupBy: [SERVICE], filter: { olderThanDays: 1 }) { total { value } } }',
  '{ clusters { nodes { snapshotDays(last: 3, timeZone: "Asia/Kolkata") { date count } } } }',
  '{ clusters { nodes { snapshotDays(last: 2) { date count newestAt } } } }',
  '{ recoveryReport { nodes { point { time } ageSeconds } } }',
])('has the data of the current time at all times: %s', async (text) => {
  const moments = [
    0,
    1,
    53 * minute - 1,
    53 * minute,
    53 * minute + 1,
    10 * minute,
    day - 7 * minute - 1,
    day - 7 * minute,
    day - 7 * minute + 1,
    2 * day - 7 * minute + 1,
    berlinMidnight + day - evening,
    day + 1,
    3 * day,
    -1,
  ];
  const seen = new Set<string>();
  for (const moment of [...moments].sort((one, other) => one - other)) {
    time = evening + moment;
    /* oxlint-disable no-await-in-loop -- one request after another */
    const first = await asker.ask(text);
    const again = await asker.ask(text);
    const expected = await asker.execute(text, {});
    /* oxlint-enable no-await-in-loop */
    expect(first.errors).toEqual([]);
    expect([moment, first.data, again.data]).toEqual([moment, expected.data, expected.data]);
    seen.add(first.data);
  }
  expect(seen.size).toBeGreaterThan(1);
});

it('is kept until the time matters', async () => {
  const text = snapshots('olderThanDays: 1, services: [REDSHIFT]');
  await asker.ask(text);
  time += 1;
  await asker.ask(text);
  expect((await asker.ask(text)).isReady).toBe(true);
  time += 9 * minute;
  expect((await asker.ask(text)).isReady).toBe(true);
  time += minute;
  expect((await asker.ask(text)).isReady).toBe(false);
});

it('later pages do not depend on the time, because they refer to that of the first page', async () => {
  const page = (after: string) =>
    `{ snapshots(first: 1, filter: { olderThanDays: 1 } ${after}) { pageInfo { endCursor } nodes { identifier } } }`;
  const { endCursor } = JSON.parse((await asker.ask(page(''))).data).snapshots.pageInfo;
  const next = page(`after: "${endCursor}"`);
  const first = await asker.ask(next);
  await asker.ask(next);
  time += 30 * day;
  expect(await asker.ask(next)).toMatchObject({ isReady: true, data: first.data });
});
