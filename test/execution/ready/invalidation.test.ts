import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TestEmulator, useEmulator } from '../../support/emulator.ts';
import { serviceNames } from '../../support/services.ts';
import {
  at,
  clusterId,
  makeCluster,
  makeSnapshot,
  makeSnapshots,
  serviceOf,
  snapshotId,
} from '../../support/worlds.ts';
import { type Asker, createAsker } from './asker.ts';

const list = /* GraphQL */ `
  query ($service: Service!) {
    snapshots(first: 20, filter: { services: [$service] }) {
      isComplete
      pageInfo {
        endCursor
      }
      nodes {
        id
        identifier
        createdAt
        tags {
          key
          value
        }
        sharing {
          accounts
        }
        cluster {
          identifier
        }
      }
      sources {
        status
        fetchedAt
      }
    }
  }
`;
const ordered = /* GraphQL */ `
  query ($service: Service!) {
    snapshots(first: 5, filter: { services: [$service] }, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount {
        value
      }
      nodes {
        identifier
      }
    }
  }
`;
const tag = /* GraphQL */ `
  mutation ($id: ID!, $value: String!) {
    tagSnapshot(input: { snapshotId: $id, tags: [{ key: "team", value: $value }] }) {
      __typename
    }
  }
`;

let emulator: TestEmulator;
let asker: Asker;
beforeAll(async () => {
  emulator = await useEmulator();
});
beforeEach(async () => {
  asker = createAsker({ endpoint: emulator.url });
  await emulator.load({
    clusters: serviceNames.map((service) => makeCluster(service)),
    snapshots: serviceNames.flatMap((service) => makeSnapshots(service, 8, { tags: { team: 'bi' } })),
  });
});
afterEach(() => vi.restoreAllMocks());

const nameOf = (service: (typeof serviceNames)[number]) => `${serviceOf(service).cluster}-0000`;

async function askTwice(text: string, variables: Record<string, unknown>, from = asker) {
  const first = await from.ask(text, { variables });
  const second = await from.ask(text, { variables });
  expect(first.errors).toEqual([]);
  expect([first.isReady, second.isReady]).toEqual([false, true]);
  expect(second).toEqual({ ...first, isReady: true });
  return second;
}

const realNow = performance.now.bind(performance);

/** Moves the clock that the age of responses is measured with. */
function pass(seconds: number) {
  vi.spyOn(performance, 'now').mockImplementation(() => realNow() + seconds * 1000);
}

describe.each(serviceNames)('a ready response of %s', (service) => {
  it.each([list, ordered])(
    'is the same as a new response from the caches, and reports the responses behind it',
    async (text) => {
      const { data, cachedReads } = await askTwice(text, { service });
      expect(cachedReads).toBeGreaterThan(0);
      expect((await asker.execute(text, { variables: { service } })).data).toBe(data);
      expect((await asker.ask(text, { variables: { service } })).isReady).toBe(true);
    },
  );

  it.each([list, ordered])('ends with a change of the source, and not of another one', async (text) => {
    await askTwice(text, { service });
    const other = serviceNames.find((each) => each !== service)!;
    const change = (where: typeof service) =>
      asker.ask(tag, { variables: { id: snapshotId(where, nameOf(where)), value: 'shop' } });
    expect((await change(other)).data).toContain('TagSnapshotPayload');
    expect((await asker.ask(text, { variables: { service } })).isReady).toBe(true);
    expect((await change(service)).data).toContain('TagSnapshotPayload');
    const after = await asker.ask(text, { variables: { service } });
    expect(after.isReady).toBe(false);
    if (text === list) expect(after.data).toContain('shop');
    await asker.ask(text, { variables: { service } });
    expect((await asker.ask(text, { variables: { service } })).isReady).toBe(true);
  });

  it.each([list, ordered])('ends when a response behind it is read again', async (text) => {
    await askTwice(text, { service });
    await emulator.load({
      clusters: [makeCluster(service)],
      snapshots: [makeSnapshot(service, 'new', { createdAt: at(999) })],
    });
    const fresh = await asker.execute(text, { variables: { service }, isFresh: true });
    expect(fresh.data).toContain('"new"');
    const after = await asker.ask(text, { variables: { service } });
    expect(after.data).toBe(fresh.data);
  });

  it.each([list, ordered])('ends when a response behind it expires', async (text) => {
    await askTwice(text, { service });
    pass(3500);
    expect((await asker.ask(text, { variables: { service } })).isReady).toBe(true);
    pass(3601);
    expect((await asker.ask(text, { variables: { service } })).isReady).toBe(false);
  });

  it('is not kept if one of several responses changes during the request', async () => {
    const [listed, changed] = await Promise.all([
      asker.ask(list, { variables: { service } }),
      asker.ask(tag, { variables: { id: snapshotId(service, nameOf(service)), value: 'shop' } }),
    ]);
    expect([listed.errors, changed.errors]).toEqual([[], []]);
    const { data } = await asker.ask(list, { variables: { service } });
    expect(data).toContain('shop');
  });
});

it.each([
  ['the cache', { aws: { cache: { ageSeconds: 0 } } }, list],
  ['full reads', { fullReads: { ageSeconds: 0, megabytes: 64, maximumPages: 100 } }, ordered],
])('nothing is kept without %s', async (_what, options, text) => {
  const uncached = createAsker({ endpoint: emulator.url, ...options });
  const variables = { service: 'REDSHIFT' };
  await uncached.ask(text, { variables });
  expect((await uncached.ask(text, { variables })).isReady).toBe(false);
  expect(uncached.ready.state().entries).toBe(0);
});

describe('is not kept', () => {
  it.each([
    ['a partial response', '{ snapshots { nodes { id } sources { status } } }'],
    ['a response with errors', `{ node(id: "wrong") { id } }`],
    ['a null because a record is not found', `{ node(id: "${snapshotId('REDSHIFT', 'missing')}") { id } }`],
    ['the schema', '{ __schema { queryType { name } } }'],
    [
      'a mutation',
      `mutation { tagSnapshot(input: { snapshotId: "${snapshotId('REDSHIFT', 'sales-0000')}", tags: [{ key: "a", value: "b" }] }) { __typename } }`,
    ],
  ])('%s', async (what, text) => {
    if (what.includes('partial')) {
      const rule = { action: 'DescribeDBClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 };
      await emulator.control('POST', 'faults', [rule]);
    }
    await asker.ask(text);
    expect((await asker.ask(text)).isReady).toBe(false);
    expect(asker.ready.state().entries).toBe(0);
    await emulator.control('POST', 'faults', []);
  });
});

it('a lookup of a cluster and its newest snapshot is kept', async () => {
  const text = `query ($id: ID!) { node(id: $id) { ... on Cluster { identifier latestSnapshot { identifier } } } }`;
  await askTwice(text, { id: clusterId('REDSHIFT') });
  await askTwice(text, { id: clusterId('DOCUMENTDB') });
});

it('AWS calls are reported only of responses that made them', async () => {
  const text = '{ snapshots { nodes { identifier } sources { awsCalls } } }';
  const answers = [await asker.ask(text), await asker.ask(text), await asker.ask(text)];
  expect(answers.map(({ isReady }) => isReady)).toEqual([false, false, true]);
  expect(answers.map(({ data }) => /"awsCalls":[1-9]/.test(data))).toEqual([true, false, false]);
});
