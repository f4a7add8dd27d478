import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WorldJson } from '../support/emulator.ts';
import { readEvents } from '../support/event-stream.ts';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, globalId, makeCluster } from '../support/worlds.ts';

const now = '2026-06-01T12:00:00.000Z';
const read = 'DescribeTableRestoreStatus';
const place = { service: 'redshift', account, region } as const;

let pauses: ReturnType<typeof createPauses>;
let gateway: Gateway;
beforeEach(async () => {
  pauses = createPauses();
  gateway = await startGateway({
    pause: pauses.pause,
    authenticate: authenticationWith([
      { when: { groups: 'readers' }, permissions: ['SNAPSHOT_READ'] },
      { when: { groups: 'team' }, permissions: ['SNAPSHOT_READ'], tags: { team: ['bi'] } },
    ]),
  });
  await load();
});
afterEach(() => gateway.close());

/** Loads a restore that ends after 100 seconds, unless it is changed, at a time in seconds after the start. */
async function load(changed: object | null = {}, tags = { team: 'bi' }, seconds = 0): Promise<void> {
  const restore = {
    ...place,
    ClusterIdentifier: 'sales',
    TableRestoreRequestId: 'one',
    RequestTime: now,
    ReadyTime: '2026-06-01T12:01:40Z',
    TotalDataInMegaBytes: 1000,
    ...changed,
  };
  const world: WorldJson = {
    now: new Date(Date.parse(now) + seconds * 1000).toISOString(),
    frozen: true,
    clusters: [makeCluster('REDSHIFT', 'sales', { tags })],
    snapshots: [],
    tableRestores: changed === null ? [] : [restore],
  };
  await gateway.load(world);
  await gateway.calls();
}

const id = globalId('TableRestore', `${account}/${region}/REDSHIFT/sales/one`);

/** Starts a listener and reads its server-sent events. */
async function follow(followed = id, groups = ['readers']) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(await as({ groups })) },
    body: JSON.stringify({
      query: `subscription ($id: ID!) {
        tableRestoreProgress(id: $id) { id restoreState restoredMegabytes totalMegabytes }
      }`,
      variables: { id: followed },
    }),
  });
  const events = readEvents(response);
  return async () => (await events.next()).value;
}

const advance = (advanceSeconds: number) => gateway.emulator.control('POST', 'clock', { advanceSeconds });
const reads = async () => (await gateway.calls()).map(({ action }) => action);
const event = (restoreState: string, restoredMegabytes: number) => ({
  data: { tableRestoreProgress: { id, restoreState, restoredMegabytes, totalMegabytes: 1000 } },
});

it('is sent immediately and after every change, until the restore succeeded', async () => {
  const next = await follow();
  expect(await next()).toMatchObject(event('PENDING', 0));
  // Nothing has changed.
  (await pauses.next()).end();
  await advance(50);
  (await pauses.next()).end();
  expect(await next()).toMatchObject(event('IN_PROGRESS', 500));
  await advance(50);
  (await pauses.next()).end();
  expect(await next()).toMatchObject(event('SUCCEEDED', 1000));
  expect(await next()).toBeUndefined();
  expect(await reads()).toEqual([read, read, read, read]);
  expect(pauses.held()).toBe(0);
});

it('shares the calls of all followers', async () => {
  const followers = [await follow(), await follow(), await follow()];
  expect(await Promise.all(followers.map((next) => next()))).toMatchObject(Array(3).fill(event('PENDING', 0)));
  await advance(100);
  (await pauses.next()).end();
  expect(await Promise.all(followers.map((next) => next()))).toMatchObject(Array(3).fill(event('SUCCEEDED', 1000)));
  expect(await Promise.all(followers.map((next) => next()))).toEqual([undefined, undefined, undefined]);
  expect(await reads()).toEqual([read, read]);
});

it.each(['SUCCEEDED', 'FAILED', 'CANCELED'])('ends after one event if the restore is already %s', async (Status) => {
  await load({ Status, ReadyTime: undefined, ProgressInMegaBytes: 1000 });
  const next = await follow();
  expect(await next()).toMatchObject(event(Status, 1000));
  expect(await next()).toBeUndefined();
  expect(await reads()).toEqual([read]);
});

it('ends if AWS no longer returns the restore', async () => {
  const next = await follow();
  await next();
  await load(null);
  (await pauses.next()).end();
  (await pauses.next()).end();
  (await pauses.next()).end();
  expect(await next()).toBeUndefined();
  expect(await reads()).toEqual([read, read, read]);
});

it('waits for a restore that AWS does not return yet', async () => {
  await load(null);
  const next = await follow();
  const waits = [await pauses.next(), await pauses.next()];
  const poller = waits.find(({ milliseconds }) => milliseconds < 30_000);
  await load();
  poller?.end();
  expect(await next()).toMatchObject(event('PENDING', 0));
});

it('sends NOT_FOUND if AWS does not return the restore in time', async () => {
  await load(null);
  const next = await follow();
  const waits = [await pauses.next(), await pauses.next()];
  waits.find(({ milliseconds }) => milliseconds === 30_000)?.end();
  expect(await next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  expect(await next()).toBeUndefined();
});

it('waits as long for a restore to a cluster that the caller cannot see', async () => {
  await load({}, { team: 'hr' });
  const next = await follow(id, ['team']);
  const waits = [await pauses.next(), await pauses.next()];
  waits.find(({ milliseconds }) => milliseconds === 30_000)?.end();
  expect(await next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

it('ends with NOT_FOUND if the cluster becomes hidden from the caller', async () => {
  const next = await follow(id, ['team']);
  expect(await next()).toMatchObject(event('PENDING', 0));
  await load({}, { team: 'hr' }, 50);
  (await pauses.next()).end();
  expect(await next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  expect(await next()).toBeUndefined();
});

it.each([
  ['of nothing', 'x'],
  ['of another type', clusterId('REDSHIFT')],
  ['of a source that is not configured', globalId('TableRestore', `${account}/eu-west-1/REDSHIFT/sales/one`)],
  ['without a request id', globalId('TableRestore', `${account}/${region}/REDSHIFT/sales`)],
])('refuses an id %s', async (_what, other) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(await as({ groups: ['readers'] })),
    },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { tableRestoreProgress(id: $id) { id } }',
      variables: { id: other },
    }),
  });
  expect(await response.text()).toContain('"code":"INVALID_INPUT"');
  expect(await reads()).toEqual([]);
});
