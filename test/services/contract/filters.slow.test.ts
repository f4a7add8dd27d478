import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  arnOfCluster,
  clustersOf,
  configured,
  dayMinutes,
  type Made,
  nowMinute,
  type RandomWorld,
  regions,
  type Seen,
  seenIn,
  stranger,
  toJson,
  useDateOfWorld,
} from '../../fleet/fleet-world.ts';
import {
  canBeComplete,
  type ClusterFilter,
  type Filter,
  isOwn,
  isRefused,
  isUndecided,
  matches,
  matchesCluster,
} from '../../fleet/reference.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { at, serviceOf } from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { credentials } from './support.ts';

useDateOfWorld();

let gateway: Gateway;
beforeAll(async () => {
  const accounts = configured.map((id) => ({
    id,
    role: `arn:aws:iam::${id}:role/snapgate`,
    regions,
    services: [...serviceNames],
  }));
  gateway = await startGateway({ accounts, credentials });
});
afterAll(() => gateway.close());

const pick = <Value>(values: readonly Value[], index: number): Value => values[index % values.length]!;

/** Creates snapshots in which every property has every value; the lengths of the lists have no common factor. */
function worldOf(service: ServiceName): RandomWorld {
  const shares = [[], configured, [], [stranger], differences[service].groups, [], ['all', configured[1]!]];
  const originals = Array.from({ length: 44 }, (_, index): Made => ({
    service,
    owner: pick([configured[0]!, configured[1]!, configured[0]!, stranger, configured[0]!], index),
    region: pick([regions[0]!, regions[0]!, regions[1]!], index),
    cluster: pick(['alpha', 'beta', 'gone', 'alpha'], index),
    minute: pick([0, 0, nowMinute - dayMinutes, -dayMinutes, -2 * dayMinutes], index) + ((index * 17) % 61),
    isManual: index % 3 !== 1,
    status: pick(['available', 'available', 'failed', 'available', 'creating'], index),
    encrypted: index % 2 === 0,
    tags: pick<Made['tags']>(
      [{}, { team: 'a' }, { team: 'b', env: '' }, {}, { env: 'a', team: 'a' }, { env: 'b' }, {}],
      index,
    ),
    megabytes: pick([1, 30, 400.5], index),
    days: pick([-1, 3, 30, -1, 3650], index),
    shares: pick(shares, index),
    isForeign: index % 11 === 5,
  }));
  // A copy within its own place is of the same cluster; Amazon Redshift does not report it.
  const snapshots = originals.map((each, index) =>
    index % 3 === 2 ? { ...each, copiedFrom: { account: each.owner, region: each.region } } : each,
  );
  return { snapshots, clusterTags: [] };
}

/** Every condition; also with more values than AWS accepts, so that the gateway applies the condition. */
const many = (name: string) => Array.from({ length: 9 }, (_, index) => `${name}-${index}`);
const conditions: readonly Filter[] = [
  {},
  { accounts: [configured[0]!] },
  { accounts: [configured[1]!], regions: [regions[1]!] },
  { regions: [regions[0]!] },
  { clusterIdentifiers: ['ALPHA'] },
  { clusterIdentifiers: ['beta', 'gone', 'nowhere'] },
  { clusterIdentifiers: ['beta', ...many('c')] },
  { search: 'PHA-1' },
  { search: ':' },
  { types: ['MANUAL'] },
  { types: ['AUTOMATED'] },
  { types: ['MANUAL', 'AUTOMATED'] },
  { types: ['SHARED'] },
  { types: ['PUBLIC'] },
  { types: ['MANUAL', 'SHARED', 'PUBLIC'] },
  { types: ['UNKNOWN'] },
  { statuses: ['AVAILABLE'] },
  { statuses: ['CREATING', 'FAILED'] },
  { createdAfter: at(20) },
  { createdBefore: at(40) },
  { createdAfter: at(17), createdBefore: at(34) },
  { ownerAccounts: [configured[0]!] },
  { ownerAccounts: [stranger, configured[1]!] },
  { tags: [{ key: 'team' }] },
  { tags: [{ key: 'env', values: ['', 'b'] }] },
  { tags: [{ key: 'team', values: ['a'] }, { key: 'env' }] },
  { untagged: true },
  { untagged: false },
  { encrypted: true },
  { encrypted: false },
  { orphaned: true },
  { orphaned: false },
  { exposure: 'PRIVATE' },
  { exposure: 'SHARED' },
  { exposure: 'EXTERNAL' },
  { exposure: 'PUBLIC' },
  { sharedWith: [configured[1]!] },
  { sharedWith: ['999999999999', stranger] },
  { sharedOutside: [stranger] },
  { sharedOutside: ['999999999999'] },
  { copies: true },
  { copies: false },
  { olderThanDays: 1 },
  { youngerThanDays: 1 },
  { youngerThanDays: 2, olderThanDays: 1 },
  { keptForever: true },
  { keptForever: false },
  { expiringWithinDays: 10 },
  { expiringWithinDays: 0 },
];
/** A service without sizes rejects conditions on the size. */
const sizes = (service: ServiceName): Filter[] =>
  differences[service].hasSize ? [{ minimumMegabytes: 0 }, { minimumMegabytes: 30 }, { minimumMegabytes: 30.5 }] : [];
const named = (all: readonly Seen[], cased: (name: string) => string): Filter[] => [
  { identifiers: [cased(all[0]!.name), 'nowhere'] },
  { identifiers: [...all.slice(0, 8).map(({ name }) => name), ...many('s')] },
];

const paged = `query ($filter: SnapshotFilter, $after: String) {
  snapshots(first: 20, after: $after, filter: $filter) {
    isComplete pageInfo { hasNextPage endCursor } nodes { arn source { account } }
  }
}`;
const whole = `query ($filter: SnapshotFilter) {
  snapshots(first: 100, filter: $filter, orderBy: { field: IDENTIFIER, direction: ASC }) {
    isComplete totalCount { value precision } nodes { arn source { account } }
  }
  snapshotSummary(filter: $filter) { isComplete total { value precision } groups { count } }
}`;

const keyOf = ({ arn, viewer }: Pick<Seen, 'arn' | 'viewer'>) => `${arn} in ${viewer}`;
const keysOf = (nodes: readonly any[]) => nodes.map(({ arn, source }) => keyOf({ arn, viewer: source.account })).sort();

async function ask(text: string, variables: Record<string, unknown>) {
  const { data, errors } = await gateway.query(text, variables);
  expect(errors).toBeUndefined();
  return data;
}

/** Reads page by page, where AWS applies what it supports, and in full, where the gateway applies all conditions. */
async function expectSame(service: ServiceName, filter: Filter, all: readonly Seen[]): Promise<void> {
  const expected = all.filter((row) => matches(row, filter)).map(keyOf);
  const variables = { filter: { services: [service], ...filter } };
  const isComplete = canBeComplete(service, filter) && !all.some((row) => isUndecided(row, filter));
  const nodes: any[] = [];
  for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
    const { snapshots }: any = await ask(paged, { ...variables, after });
    expect(snapshots.isComplete).toBe(isComplete);
    nodes.push(...snapshots.nodes);
    ({ hasNextPage, endCursor: after } = snapshots.pageInfo);
  }
  expect({ filter, keys: keysOf(nodes) }).toEqual({ filter, keys: expected.toSorted() });
  const { snapshots, snapshotSummary } = await ask(whole, variables);
  expect({ filter, keys: keysOf(snapshots.nodes) }).toEqual({ filter, keys: expected.toSorted() });
  const count = { value: expected.length, precision: isComplete ? 'EXACT' : 'AT_LEAST' };
  expect(snapshots).toMatchObject({ isComplete, totalCount: count });
  expect(snapshotSummary).toEqual({ isComplete, total: count, groups: [{ count: expected.length }] });
}

describe.each(serviceNames)('the snapshots of %s', (service) => {
  const world = worldOf(service);
  const all = seenIn(world);
  const cased = (name: string) => name.toUpperCase();
  const everyCondition = [...conditions, ...sizes(service), ...named(all, cased)];
  beforeAll(() => gateway.load(toJson(world)));

  it.each(everyCondition)('are the same whether AWS or the gateway applies %j', async (filter) => {
    await expectSame(service, filter, all);
  });

  it('are the same for two combined conditions', async () => {
    for (const [index, one] of everyCondition.entries()) {
      const other = pick(everyCondition, index * 7 + 3);
      const both = { ...one, ...other };
      // oxlint-disable-next-line no-await-in-loop -- sequential, so that a failure is easy to read
      if (!isRefused(both, [service])) await expectSame(service, both, all);
    }
  });

  it('are the same if AWS does not filter by engine', async () => {
    await gateway.load({ ...toJson(world), assumptions: { rdsFiltersSnapshotsByEngine: false } });
    await expectSame(service, {}, all);
    await expectSame(service, { types: ['MANUAL'], encrypted: true }, all);
    await gateway.load(toJson(world));
  });
});

describe.each(serviceNames)('the clusters of %s', (service) => {
  const world = worldOf(service);
  const rows = seenIn(world);
  const clusters = clustersOf(world).filter((cluster) => cluster.service === service);
  beforeAll(() => gateway.load(toJson(world)));

  const available = ({ owner, region, name }: (typeof clusters)[number]) =>
    rows.filter(
      (row) =>
        isOwn(row) &&
        row.owner === owner &&
        row.region === region &&
        row.cluster === name &&
        row.status === 'available',
    );

  it.each<ClusterFilter>([
    {},
    { accounts: [configured[1]!] },
    { regions: [regions[1]!] },
    { identifiers: ['ALPHA'] },
    { identifiers: ['alpha', 'beta', 'nowhere'] },
    { identifiers: ['nowhere'] },
    { identifiers: ['beta', ...many('c')] },
    { withoutSnapshotSince: at(0) },
    { withoutSnapshotSince: at(30) },
    { withoutSnapshotSince: at(55) },
    { withoutSnapshotSince: at(90), identifiers: ['beta'], accounts: [configured[0]!] },
    { withoutSnapshotForHours: 1 },
    { withoutSnapshotForHours: 2 },
  ])('match %j', async (filter) => {
    const expected = clusters.filter((cluster) => matchesCluster(cluster, available(cluster), filter, at(120)));
    const data = await ask(
      `query ($filter: ClusterFilter) {
        clusters(first: 100, filter: $filter) { isComplete totalCount { value precision } nodes { arn __typename } }
      }`,
      { filter: { services: [service], ...filter } },
    );
    expect(data.clusters).toMatchObject({
      isComplete: true,
      totalCount: { value: expected.length, precision: 'EXACT' },
    });
    expect(data.clusters.nodes.map(({ arn }: any) => arn).sort()).toEqual(expected.map(arnOfCluster).sort());
    expect(data.clusters.nodes.map(({ __typename }: any) => __typename)).toEqual(
      expected.map(() => `${serviceOf(service).typePrefix}Cluster`),
    );
  });
});
