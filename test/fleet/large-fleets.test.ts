import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultLimits } from '../../src/limits/settings.ts';
import { accounts, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeCluster, makeSnapshots, snapshotId } from '../support/worlds.ts';

useStallFreeClock();

const regions = ['eu-west-1', 'us-east-1'];
const [account] = ['123456789012'];
const perSource = 450;
const pagesPerSource = 5;
const total = 2 * regions.length * perSource;

const summary = `{
  snapshotSummary { isComplete total { value precision } sources { status fetchedAt awsCalls error { code message } } }
}`;
const ordered = `{
  snapshots(first: 3, orderBy: { field: CREATED_AT, direction: DESC }) {
    isComplete totalCount { value precision } nodes { identifier }
  }
}`;

let gateway: Gateway;
async function start(options: GatewayOptions = {}) {
  gateway = await startGateway({
    accounts: accounts([account], regions),
    fullReads: { ageSeconds: 600 },
    aws: { timeouts: { requestSeconds: 2 } },
    ...options,
  });
  await gateway.load({
    clusters: regions.map((region) => makeCluster('REDSHIFT', undefined, { region })),
    snapshots: regions.flatMap((region) => [
      ...makeSnapshots('REDSHIFT', perSource, { region }),
      ...makeSnapshots('DOCUMENTDB', perSource, { region }),
    ]),
  });
}
afterEach(() => gateway.close());

/** Repeats a query until it is complete, and returns all answers. */
async function repeat(field: string, query: string, headers = {}) {
  const answers = [await gateway.query(query, {}, headers)];
  while (!answers.at(-1)?.data[field].isComplete && answers.length < 10)
    answers.push(await gateway.query(query, {}, headers));
  return answers;
}

describe('a fleet that cannot be read within the time limit of a request', () => {
  beforeEach(() => start());

  it.each([
    ['snapshotSummary', summary, 'total'],
    ['snapshots', ordered, 'totalCount'],
  ])('is answered by %s within a few requests, with one call per page', async (field, query, count) => {
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    const answers = await repeat(field, query);
    const counts = answers.map(({ data }) => data[field][count]);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.length).toBeLessThan(5);
    expect(counts[0]).toMatchObject({ precision: 'AT_LEAST' });
    expect(counts[0].value).toBeGreaterThan(0);
    expect(counts.map(({ value }) => value)).toEqual(counts.map(({ value }) => value).toSorted((a, b) => a - b));
    expect(counts.at(-1)).toEqual({ value: total, precision: 'EXACT' });
    expect(answers.at(-1)?.extensions.aws.calls).toBe(0);
    expect(await gateway.calls()).toHaveLength(2 * regions.length * pagesPerSource);
  });

  it('is reported with the time of its oldest page', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    const asked = Date.now();
    const answers = await repeat('snapshotSummary', summary);
    const times = answers.map(({ data }) => data.snapshotSummary.sources.map(({ fetchedAt }: any) => fetchedAt));
    expect(answers[0]?.data.snapshotSummary.sources[0]).toMatchObject({
      status: 'PARTIAL',
      error: { code: 'TIMED_OUT', message: expect.stringContaining('continues in the background') },
    });
    for (const each of times) expect(each).toEqual(times[0]);
    expect(Date.parse(times[0][0])).toBeGreaterThanOrEqual(asked);
  });

  it('keeps the pages that were read before AWS failed, and continues after them', async () => {
    await gateway.disturb({
      action: 'DescribeClusterSnapshots',
      nth: Array.from({ length: 30 }, (_, index) => index + 3),
      kind: 'error',
      code: 'InternalFailure',
      status: 500,
    });
    const first = await gateway.query(summary);
    expect(first.data.snapshotSummary).toMatchObject({ isComplete: false, total: { precision: 'AT_LEAST' } });
    const read = await gateway.calls();
    await gateway.disturb();
    const second = await gateway.query(summary);
    expect(second.data.snapshotSummary).toMatchObject({
      isComplete: true,
      total: { value: total, precision: 'EXACT' },
    });
    const pages = new Set(
      [...read, ...(await gateway.calls())].map(({ region, action, parameters }) =>
        JSON.stringify([region, action, parameters]),
      ),
    );
    expect(pages.size).toBe(2 * regions.length * pagesPerSource);
    expect(second.extensions.aws.calls).toBeLessThan(2 * regions.length * pagesPerSource);
  });

  it('is read again from the start after a change', async () => {
    await gateway.query(summary);
    const id = snapshotId('REDSHIFT', 'sales-0001', { region: 'us-east-1' });
    const deletion = 'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename } }';
    expect((await gateway.query(deletion, { id })).data.deleteSnapshot.__typename).toBe('DeleteSnapshotPayload');
    const { data, extensions } = await gateway.query(summary);
    expect(data.snapshotSummary.total).toEqual({ value: total - 1, precision: 'EXACT' });
    expect(extensions.aws.calls).toBe(pagesPerSource);
  });

  it('returns the latest snapshots of its clusters, or says that they are not known yet', async () => {
    await gateway.load({
      clusters: regions.flatMap((region) => ['one', 'two'].map((name) => makeCluster('REDSHIFT', name, { region }))),
      snapshots: regions.flatMap((region) => makeSnapshots('REDSHIFT', perSource, { region, cluster: 'one' })),
    });
    const delay = { action: 'DescribeClusterSnapshots', kind: 'delay', milliseconds: 1_800 } as const;
    await gateway.disturb({ ...delay, times: regions.length });
    const query = '{ clusters { nodes { identifier latestSnapshot { identifier } } } }';
    const known = [
      { identifier: 'one', latestSnapshot: { identifier: 'one-0449' } },
      { identifier: 'two', latestSnapshot: null },
    ];
    const first = await gateway.query(query);
    for (const { extensions, path } of first.errors ?? []) {
      expect(extensions['code']).toBe('TIMED_OUT');
      expect(path?.at(-1)).toBe('latestSnapshot');
    }
    expect(first.errors).toHaveLength(2 * known.length);
    // A page has shown that the lists are long, so the clusters are looked up instead.
    const second = await gateway.query(query);
    expect(second.errors).toBeUndefined();
    expect(second.data.clusters.nodes).toEqual([...known, ...known]);
    await expect.poll(async () => (await gateway.query(summary)).data.snapshotSummary.isComplete).toBe(true);
    await gateway.calls();
    expect((await gateway.query(query)).data.clusters.nodes).toEqual([...known, ...known]);
    expect((await gateway.calls()).map(({ action }) => action)).not.toContain('DescribeClusterSnapshots');
  });

  it('is read for a minute after the last request, and then continued by the next', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 25_000 });
    await gateway.query(summary);
    for (let step = 0; step < 30; step += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      await gateway.query('{ viewer { subject } }');
    }
    const read = await gateway.calls();
    expect(read.length).toBeGreaterThan(2 * regions.length);
    expect(read.length).toBeLessThan(2 * regions.length * pagesPerSource);
    await gateway.disturb();
    const { data } = await gateway.query(summary);
    expect(data.snapshotSummary.total).toEqual({ value: total, precision: 'EXACT' });
    const pages = [...read, ...(await gateway.calls())].map(({ region, action, parameters }) =>
      JSON.stringify([region, action, parameters]),
    );
    expect(pages).toHaveLength(2 * regions.length * pagesPerSource);
    expect(new Set(pages).size).toBe(pages.length);
  });

  it('is not read further after the gateway was stopped', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    await gateway.query(summary);
    await gateway.stop({ noticeSeconds: 0, deadlineSeconds: 1 });
    const before = (await gateway.calls()).length;
    await vi.advanceTimersByTimeAsync(30_000);
    // At most the page of each source that was in progress.
    expect(before + (await gateway.calls()).length).toBeLessThan(2 * regions.length * (pagesPerSource - 1));
  });

  it('is answered within a few requests that bypass the cache', async () => {
    await gateway.query(summary);
    await gateway.calls();
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    const answers = await repeat('snapshotSummary', summary, { 'cache-control': 'no-cache' });
    expect(answers.length).toBeLessThan(5);
    expect(answers.at(-1)?.data.snapshotSummary.total).toEqual({ value: total, precision: 'EXACT' });
    expect(await gateway.calls()).toHaveLength(2 * regions.length * pagesPerSource);
    await gateway.query(summary, {}, { 'cache-control': 'no-cache' });
    expect(await gateway.calls()).not.toHaveLength(0);
  });

  it('is answered although another caller bypasses the cache again and again', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    const answered = new AbortController();
    const bypassing = async () => {
      while (!answered.signal.aborted) await gateway.query(summary, {}, { 'cache-control': 'no-cache' });
    };
    const others = bypassing();
    await expect
      .poll(async () => (await gateway.emulator.control('GET', 'calls')).content['calls'])
      .not.toHaveLength(0);
    const answers = await repeat('snapshotSummary', summary);
    answered.abort();
    expect(answers.at(-1)?.data.snapshotSummary).toMatchObject({
      isComplete: true,
      total: { value: total, precision: 'EXACT' },
    });
    await others;
  });

  it('does not delay a list that needs one page', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 300 });
    const long = gateway.query(summary);
    await expect
      .poll(async () => (await gateway.emulator.control('GET', 'calls')).content['calls'])
      .not.toHaveLength(0);
    const start = performance.now();
    const { data } = await gateway.query('{ snapshots(first: 5) { isComplete nodes { id } } }');
    expect(data.snapshots).toMatchObject({ isComplete: true, nodes: { length: 5 } });
    expect(performance.now() - start).toBeLessThan(1200);
    await long;
  });
});

describe('a fleet that takes more memory than fullReads.megabytes', () => {
  it('is answered while requests wait for it, and reported to the operator', async () => {
    const warnings: unknown[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (...what: unknown[]) => warnings.push(what.at(-1)),
    };
    await start({ fullReads: { ageSeconds: 600, megabytes: 1 }, log });
    // Each of them is read in full by itself, because AWS applies the conditions.
    await gateway.query(`{ snapshotSummary(filter: { types: [AUTOMATED, MANUAL] }) { total { value } } }`);
    await gateway.query(`{ snapshotSummary(filter: { types: [MANUAL] }) { total { value } } }`);
    const { data } = await gateway.query(summary);
    expect(data.snapshotSummary.total).toEqual({ value: total, precision: 'EXACT' });
    expect(warnings).toEqual([expect.stringContaining('Increase fullReads.megabytes')]);
  });
});

describe('the AWS calls of full reads', () => {
  const pages = 2 * regions.length * pagesPerSource;
  const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);
  const remaining = async (sub: string) =>
    (await gateway.query('{ viewer { subject } }', {}, await as({ sub }))).extensions.cost!.remaining;

  it('are charged to the principal that started them, also after its request has ended', async () => {
    await start({ authenticate, limits: { costPerMinute: 1000 } });
    await gateway.disturb({ kind: 'delay', milliseconds: 500 });
    const first = await gateway.query(summary, {}, await as({ sub: 'ada' }));
    expect(first.extensions.aws.calls).toBeLessThan(pages);
    const answers = await repeat('snapshotSummary', summary, await as({ sub: 'bob' }));
    expect(answers.at(-1)?.data.snapshotSummary.isComplete).toBe(true);
    expect(await gateway.calls()).toHaveLength(pages);
    expect([await remaining('ada'), await remaining('bob')]).toEqual([1000 - pages, 1000]);
  });

  it('are not limited by the maximum of the request that started them', async () => {
    await start({ authenticate, limits: { costPerMinute: 1000, calls: 6 } });
    const first = await gateway.query(summary, {}, await as({ sub: 'ada' }));
    expect(first.extensions.aws.calls).toBeLessThanOrEqual(6);
    expect(JSON.stringify(first.data.snapshotSummary.sources)).toContain('ALLOWANCE_EXCEEDED');
    const [joined] = await Promise.all([
      gateway.query(summary, {}, await as({ sub: 'bob' })),
      gateway.query(summary, {}, await as({ sub: 'ada' })),
    ]);
    expect(joined?.data.snapshotSummary).toMatchObject({
      isComplete: true,
      total: { value: total, precision: 'EXACT' },
    });
    expect(await gateway.calls()).toHaveLength(pages);
    expect([await remaining('ada'), await remaining('bob')]).toEqual([1000 - pages, 1000]);
  });

  it('are not made by a request that cannot make more, whose answer contains what was read before', async () => {
    await start({ limits: { calls: 1 } });
    const [action, region] = ['DescribeClusterSnapshots', 'us-east-1'];
    const nth = Array.from({ length: 30 }, (_, index) => index + 3);
    await gateway.disturb({ action, region, nth, kind: 'error', code: 'InternalFailure', status: 500 });
    const list = (filter: string) =>
      `snapshots(first: 1 ${filter}, orderBy: { field: CREATED_AT, direction: ASC }) { totalCount { value precision } sources { error { code } } }`;
    const filter = `services: [REDSHIFT], regions: ["${region}"]`;
    await gateway.query(`{ ${list(`, filter: { ${filter}, clusterIdentifiers: ["sales"] }`)} }`);
    const ofCluster = async () => {
      const { data } = await gateway.query(`{ clusters(filter: { ${filter} }) { nodes { ${list('')} } } }`);
      return data.clusters.nodes[0].snapshots;
    };
    // The read goes on until AWS fails.
    await expect.poll(ofCluster).toEqual({
      totalCount: { value: 200, precision: 'AT_LEAST' },
      sources: [{ error: { code: 'ALLOWANCE_EXCEEDED' } }],
    });
  });

  it('can make the allowance negative, until the minute is over', async () => {
    await start({ authenticate, limits: { costPerMinute: 12 } });
    const { extensions } = await gateway.query(summary, {}, await as({ sub: 'ada' }));
    expect(extensions.cost).toEqual({ announced: 8, remaining: 12 - pages });
    const refused = await gateway.query('{ snapshots { isComplete } }', {}, await as({ sub: 'ada' }));
    expect(refused.errors).toMatchObject([{ extensions: { code: 'ALLOWANCE_EXCEEDED' } }]);
    // What is in memory costs nothing.
    const warm = await gateway.query(summary, {}, await as({ sub: 'ada' }));
    expect(warm.data.snapshotSummary.isComplete).toBe(true);
    expect(warm.extensions.cost).toEqual({ announced: 0, remaining: 12 - pages });
  });
});

describe('the estimated cost', () => {
  const announced = async (query: string, headers = {}) =>
    (await gateway.query(query, {}, headers)).extensions.cost?.announced;

  it('depends on the known size of the sources, and on what is in memory', async () => {
    await start({ aws: {} });
    const unknown = await announced(summary);
    expect(await announced(summary)).toBe(0);
    expect(await announced(summary, { 'cache-control': 'no-cache' })).toBe(2 * regions.length * pagesPerSource);
    expect(unknown).toBeLessThan(2 * regions.length * pagesPerSource);
    expect(
      await announced(
        '{ snapshots(first: 1, filter: { services: [REDSHIFT] }, orderBy: { field: SIZE, direction: ASC }) { isComplete } }',
      ),
    ).toBe(0);
  });

  it('allows a summary of 500 sources, from AWS and from memory', async () => {
    const many = Array.from({ length: 250 }, (_, index) => `us-east-${index + 1}`);
    await start({ accounts: accounts([account], many), aws: {} });
    const [cold, warm] = [await gateway.query(summary), await gateway.query(summary)];
    const cost = [cold, warm].map(({ extensions }) => extensions.cost?.announced);
    expect([cold.errors, warm.errors]).toEqual([undefined, undefined]);
    expect(cost[0]).toBeLessThan(defaultLimits.cost / 2);
    expect(cost[1]).toBe(0);
    expect(warm.data.snapshotSummary).toMatchObject({ isComplete: true, total: { precision: 'EXACT' } });
  });

  it.each([true, false])('of tag conditions does not count tags that AWS lists: %s', async (rdsAnswersTagList) => {
    await start({ authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } }]) });
    await gateway.load({
      snapshots: makeSnapshots('DOCUMENTDB', 150, { tags: { team: 'bi' } }),
      assumptions: { rdsAnswersTagList },
    });
    const ada = await as({ sub: 'ada' });
    const { data, extensions } = await gateway.query(summary, {}, ada);
    expect(data.snapshotSummary.total).toEqual({ value: 150, precision: 'EXACT' });
    expect(extensions.aws.calls).toBe(5 + (rdsAnswersTagList ? 0 : 150));
    expect(await announced(summary, ada)).toBe(rdsAnswersTagList ? 0 : 150);
    expect(await announced('{ snapshots(first: 5) { totalCount { value } } }', ada)).toBeLessThan(
      rdsAnswersTagList ? 50 : 500,
    );
  });

  it('of the snapshots of many clusters is that of reading the clusters together', async () => {
    await start({ aws: {} });
    const clusters = (fields: string) => announced(`{ clusters(first: 100) { nodes { ${fields} } } }`);
    const each = 'snapshots(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } }';
    expect(await clusters(each)).toBeLessThan(250);
    expect(await clusters('snapshotDays(last: 7) { date }')).toBeLessThan(50);
    expect(await announced('{ snapshots(first: 100) { nodes { cluster { id } } } }')).toBeLessThan(50);
  });
});
