import { afterEach, describe, expect, it } from 'vitest';
import type { AwsSettings } from '../../src/aws/settings.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

useStallFreeClock();

let gateway: Gateway;
afterEach(() => gateway.close());

async function start(rows: number, aws: AwsSettings = {}): Promise<void> {
  gateway = await startGateway({ aws });
  await gateway.load({
    snapshots: makeSnapshots('DOCUMENTDB', rows, { cluster: 'docdb', tags: { team: 'bi' }, shares: ['012345678901'] }),
    assumptions: { rdsAnswersTagList: false },
  });
}

const tags = `{ snapshots(first: 100, filter: { services: [DOCUMENTDB] }) { nodes { value: tags { key } } sources { status } } }`;
const sharing = tags.replace('tags { key }', 'sharing { accounts }');
const clusters = '{ clusters(filter: { services: [DOCUMENTDB] }) { sources { status } } }';

/** Sends a query, and returns the values that were read and the errors of the others. */
async function read(query: string) {
  const { data, errors = [] } = await gateway.query(query);
  const values = data.snapshots.nodes.map(({ value }: any) => value).filter((value: unknown) => value !== null);
  return { rows: data.snapshots.nodes.length, values, errors };
}

/** Sends a query without waiting for the response. */
function readLater(query: string) {
  const state = { isDone: false, answer: read(query) };
  void state.answer.finally(() => (state.isDone = true));
  return state;
}

async function recorded(action: string): Promise<RecordedCall[]> {
  const { content } = await gateway.emulator.control('GET', 'calls');
  return (content['calls'] as RecordedCall[]).filter((call) => call.action === action);
}

async function throttled(action: string): Promise<number> {
  return (await recorded(action)).filter(({ code }) => code === 'Throttling').length;
}

async function untilThrottled(): Promise<void> {
  await expect.poll(() => throttled('ListTagsForResource'), { interval: 10 }).toBeGreaterThan(0);
}

describe('the reads of single records, while AWS throttles them,', () => {
  it.each([
    ['tags', tags, 'ListTagsForResource'],
    ['sharing', sharing, 'DescribeDBClusterSnapshotAttributes'],
  ])('wait for their turn, so that none fails: %s', async (_, query, action) => {
    await start(40, { timeouts: { callSeconds: 1 } });
    await gateway.disturb({ kind: 'throttle', action, perSecond: 10 });
    const { values, errors } = await read(query);
    expect(errors).toEqual([]);
    expect(values).toHaveLength(40);
    expect(await throttled(action)).toBeLessThan(15);
  });

  it('do not delay lists of the same source', async () => {
    await start(30);
    await gateway.disturb({ kind: 'throttle', action: 'ListTagsForResource', perSecond: 5 });
    const page = readLater(tags);
    await untilThrottled();
    for (let list = 0; list < 5; list += 1) await gateway.query(clusters);
    expect(page.isDone).toBe(false);
    expect((await page.answer).values).toHaveLength(30);
  });

  it('let a change go first, if all actions have one limit', async () => {
    await start(40);
    await gateway.disturb({ kind: 'throttle', perSecond: 10 });
    const page = readLater(tags);
    await untilThrottled();
    const input = `{ snapshotId: "${snapshotId('DOCUMENTDB', 'docdb-0000')}", tags: [{ key: "a", value: "b" }] }`;
    const { data } = await gateway.query(`mutation { tagSnapshot(input: ${input}) { __typename } }`);
    expect(data.tagSnapshot.__typename).toBe('TagSnapshotPayload');
    expect(page.isDone).toBe(false);
    expect((await page.answer).values).toHaveLength(40);
  });

  it('let a small request finish before a large request', async () => {
    await start(60);
    await gateway.disturb({ kind: 'throttle', action: 'ListTagsForResource', perSecond: 10 });
    const page = readLater(tags);
    await untilThrottled();
    const small = await gateway.query(
      `{ node(id: "${snapshotId('DOCUMENTDB', 'docdb-0059')}") { ... on Snapshot { tags { key } } } }`,
    );
    expect(small.data.node.tags).toEqual([{ key: 'team' }]);
    expect(page.isDone).toBe(false);
    await page.answer;
  });

  it('fail as THROTTLED when the request ends, with a time, and are rarely sent', async () => {
    await start(20, { timeouts: { requestSeconds: 1 } });
    await gateway.disturb({ kind: 'throttle', action: 'ListTagsForResource' });
    const { rows, values, errors } = await read(tags);
    expect({ rows, values }).toEqual({ rows: 20, values: [] });
    expect(errors).toHaveLength(20);
    for (const { message, extensions } of errors) {
      expect(extensions).toMatchObject({ code: 'THROTTLED', retryAfterSeconds: expect.any(Number) });
      expect(message).toMatch(/^AWS is throttling rds:ListTagsForResource in .*: the request ended before/);
    }
    expect((await recorded('ListTagsForResource')).length).toBeLessThan(15);
  });

  it('are kept for the next request, so that repeated requests make progress', async () => {
    await start(40, { timeouts: { requestSeconds: 2 }, cache: { ageSeconds: 0.1 } });
    await gateway.disturb({ kind: 'throttle', action: 'ListTagsForResource', perSecond: 10 });
    const counts = [];
    while (counts.at(-1) !== 40 && counts.length < 10) counts.push((await read(tags)).values.length);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(40);
  });
});

it('does not let hanging reads of single records block the lists of the source', async () => {
  await start(40, { timeouts: { requestSeconds: 3 } });
  await gateway.disturb({ kind: 'hang', action: 'ListTagsForResource' });
  const page = readLater(tags);
  await expect.poll(async () => (await recorded('DescribeDBClusterSnapshots')).length, { interval: 10 }).toBe(1);
  const { data } = await gateway.query(clusters);
  expect(data.clusters.sources).toEqual([{ status: 'COMPLETE' }]);
  expect(page.isDone).toBe(false);
  expect((await page.answer).errors.map(({ extensions }) => extensions['code'])).toEqual(Array(40).fill('TIMED_OUT'));
});
