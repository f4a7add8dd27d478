import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { differences } from '../services/contract/differences.ts';
import { accounts, account, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { runs } from '../support/runs.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { at } from '../support/worlds.ts';
import {
  type Cluster,
  arnOfCluster,
  clustersOf,
  configured,
  defaultAlias,
  eras,
  keyArnOf,
  movedTo,
  regions,
  type Seen,
  seenIn,
  stranger,
  toJson,
  useDateOfWorld,
  worlds,
} from './fleet-world.ts';
import {
  canBeComplete,
  type ClusterFilter,
  clusterOf,
  type Filter,
  isOwn,
  isRefused,
  isUndecided,
  matches,
  matchesCluster,
  orphanhoodOf,
  originClusterOf,
  type Tag,
  typeIn,
} from './reference.ts';

/** One grant, as in the configuration. */
interface Grant {
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  readonly services?: readonly ('redshift' | 'documentdb')[];
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

const roles: Readonly<Record<string, readonly Grant[]>> = {
  everything: [{}],
  account: [{ accounts: [configured[1]!] }],
  place: [{ regions: [regions[0]!], services: ['documentdb'] }],
  tags: [{ tags: { team: ['a'] } }],
  mixed: [
    { accounts: [account], services: ['redshift'], tags: { team: ['a', 'b'], env: ['a'] } },
    { regions: [regions[1]!], tags: { env: ['b'] } },
    { accounts: [configured[1]!], regions: [regions[0]!] },
  ],
};

interface Place {
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

const covers = (grant: Grant, place: Place) =>
  (grant.accounts?.includes(place.account) ?? true) &&
  (grant.regions?.includes(place.region) ?? true) &&
  (grant.services?.some((service) => service.toUpperCase() === place.service) ?? true);

function shows(role: string, place: Place, tags: Readonly<Record<string, string>>): boolean {
  const own = (roles[role] ?? []).filter((grant) => covers(grant, place));
  return own.some((grant) =>
    Object.entries(grant.tags ?? {}).every(([key, values]) => key in tags && values.includes(tags[key] ?? '')),
  );
}

const places: Place[] = [...configured]
  .sort()
  .flatMap((id) =>
    [...regions]
      .sort()
      .flatMap((region) => ['REDSHIFT', 'DOCUMENTDB'].map((service) => ({ account: id, region, service }))),
  );
const reached = (role: string) => places.filter((place) => (roles[role] ?? []).some((grant) => covers(grant, place)));
const placeOf = ({ viewer, region, service }: Seen): Place => ({ account: viewer, region, service });
const tagsOf = (row: Seen) => (isOwn(row) ? row.tags : {});
const isSeen = (role: string, row: Seen) => shows(role, placeOf(row), tagsOf(row));

function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 });
}

/** Usually undefined, so that a combination of many conditions can still match snapshots. */
function seldom<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

type Drawn<Conditions> = {
  [Name in keyof Conditions]: Conditions[Name] extends fc.Arbitrary<infer Value> ? Value | undefined : never;
};

/** Draws conditions: one for certain, so that each is tested in every run, and seldom any of the others. */
function anyOf<Conditions extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(
  conditions: Conditions,
): fc.Arbitrary<Drawn<Conditions>> {
  const others = fc.record(
    Object.fromEntries(Object.entries(conditions).map(([name, value]) => [name, seldom(value)])),
  );
  const certain = Object.entries(conditions).map(([name, value]) => fc.record({ [name]: value }));
  return fc.tuple(others, fc.oneof(...certain)).map(([some, one]) => ({ ...some, ...one })) as fc.Arbitrary<
    Drawn<Conditions>
  >;
}

const scopes = {
  services: fc.subarray(['REDSHIFT', 'DOCUMENTDB'], { minLength: 1 }),
  accounts: fc.subarray(configured, { minLength: 1 }),
  regions: fc.subarray([...regions], { minLength: 1 }),
};
const someScopes = {
  services: seldom(scopes.services),
  accounts: seldom(scopes.accounts),
  regions: seldom(scopes.regions),
};

const someAccounts = fc.subarray([...configured, stranger, '999999999999'], { minLength: 1 });

const types = optional(fc.subarray(['MANUAL', 'AUTOMATED', 'SHARED', 'PUBLIC', 'UNKNOWN'], { minLength: 1 }));

/** Adds the types, which decide which lists of AWS are read, to the other conditions. */
const withTypes = <Conditions extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(conditions: Conditions) =>
  fc.tuple(types, anyOf(conditions)).map(([some, others]) => ({ types: some, ...others }));

/** Conditions that also the snapshots of one cluster can be filtered by. */
const recordConditions = {
  statuses: fc.subarray(['AVAILABLE', 'FAILED', 'CREATING'], { minLength: 1 }),
  createdAfter: fc.integer({ min: 0, max: 30 }).map(at),
  createdBefore: fc.integer({ min: 31, max: 60 }).map(at),
  olderThanDays: fc.integer({ min: 0, max: 2 }),
  youngerThanDays: fc.integer({ min: 0, max: 3 }),
  tags: fc.constantFrom<Tag[]>(
    [{ key: 'team' }],
    [{ key: 'env', values: ['', 'b'] }],
    [{ key: 'team', values: ['a'] }, { key: 'env' }],
  ),
  encrypted: fc.boolean(),
  orphaned: fc.boolean(),
  untagged: fc.boolean(),
  exposure: fc.constantFrom('PRIVATE', 'SHARED', 'EXTERNAL', 'PUBLIC'),
  sharedWith: someAccounts,
  sharedOutside: someAccounts,
  copies: fc.boolean(),
  minimumMegabytes: fc.constantFrom(0, 1, 30, 30.5, 500),
  kmsKeyIds: fc.subarray([...serviceNames.map(defaultAlias), 'alias/absent'], { minLength: 1 }),
  keptForever: fc.boolean(),
  expiringWithinDays: fc.constantFrom(0, 1, 2, 10, 40),
};

/** `identifiers` are indexes of snapshots in the world, because the names depend on the world. */
const filters = withTypes({
  ...scopes,
  ...recordConditions,
  clusterIdentifiers: fc.subarray(['alpha', 'BETA', 'gone', 'nowhere', 'a', 'b', 'c'], { minLength: 1 }),
  identifiers: fc.array(fc.nat({ max: 69 }), { minLength: 1, maxLength: 12 }),
  search: fc.constantFrom('PHA', 'rs:', '-1', 'ds:', 'gone'),
  ownerAccounts: fc.subarray([...configured, stranger], { minLength: 1 }),
});
type DrawnFilter = typeof filters extends fc.Arbitrary<infer Value> ? Value : never;

const orders = fc.record({
  field: fc.constantFrom('CREATED_AT', 'IDENTIFIER', 'CLUSTER', 'SIZE'),
  direction: fc.constantFrom('ASC', 'DESC'),
});
type Order = typeof orders extends fc.Arbitrary<infer Value> ? Value : never;

/** `sinceMinute` is counted in the minutes of the era. */
const clusterFilters = fc.record({
  ...someScopes,
  identifiers: seldom(fc.subarray(['ALPHA', 'beta', 'nowhere'], { minLength: 1 })),
  sinceMinute: seldom(fc.integer({ min: 0, max: 60 })),
  withoutSnapshotForHours: optional(fc.constantFrom(1, 1, 2, 5, 24, 24, 49, 168, 8784)),
  gapWithinDays: optional(fc.constantFrom(1, 1, 2, 3, 5, 10, 366)),
  timeZone: optional(
    fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/Santiago',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Antarctica/Troll',
      'Pacific/Kiritimati',
      'Etc/GMT+12',
    ),
  ),
});

function areRefused({
  withoutSnapshotSince,
  withoutSnapshotForHours,
  gapWithinDays,
  timeZone,
}: ClusterFilter): boolean {
  return (
    (withoutSnapshotSince !== undefined && withoutSnapshotForHours !== undefined) ||
    (timeZone !== undefined && gapWithinDays === undefined)
  );
}

const clusterOrders = fc.record({
  field: fc.constantFrom('IDENTIFIER', 'CREATED_AT', 'LATEST_SNAPSHOT_AT'),
  direction: fc.constantFrom('ASC', 'DESC'),
});

function clustersInOrder(
  clusters: readonly Cluster[],
  { field, direction }: { readonly field: string; readonly direction: string },
  available: (cluster: Cluster) => readonly Seen[],
): string[] {
  return inOrderOf(clusters, direction, arnOfCluster, (cluster) => {
    if (field === 'IDENTIFIER') return cluster.name;
    if (field === 'CREATED_AT') return cluster.minute;
    const minutes = available(cluster).map(({ minute }) => minute);
    return minutes.length > 0 ? Math.max(...minutes) : undefined;
  });
}

/** Returns the keys of records in the order of their values; records without a value come last in both directions. */
function inOrderOf<Row>(
  rows: readonly Row[],
  direction: string,
  key: (row: Row) => string,
  value: (row: Row) => string | number | undefined,
): string[] {
  const sign = direction === 'ASC' ? 1 : -1;
  return [...rows]
    .sort((one, other) => {
      const [left, right] = [value(one), value(other)];
      if (left === right) return compare(key(one), key(other));
      if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
      return sign * compare(left, right);
    })
    .map(key);
}

const keyOf = (row: Seen) => (isOwn(row) ? row.arn : `${row.arn}#${row.viewer}`);
const compare = (one: string | number, other: string | number) => (one === other ? 0 : one < other ? -1 : 1);

function inOrder(rows: readonly Seen[], { field, direction }: Order): string[] {
  return inOrderOf(rows, direction, keyOf, (row) => {
    if (field === 'CREATED_AT') return row.minute;
    if (field === 'IDENTIFIER') return row.name;
    if (field === 'CLUSTER') return row.cluster;
    return differences[row.service].hasSize ? row.megabytes : undefined;
  });
}

const dimensions: Readonly<Record<string, (row: Seen, filter: Filter) => string | null>> = {
  SERVICE: ({ service }) => service,
  ACCOUNT: ({ viewer }) => viewer,
  REGION: ({ region }) => region,
  CLUSTER: ({ cluster }) => cluster,
  TYPE: (row, filter) => typeIn(row, filter) ?? '',
  STATUS: ({ status }) => status.toUpperCase(),
  KMS_KEY: keyArnOf,
  ENCRYPTED: ({ encrypted }) => String(encrypted),
};

const groupOrders = {
  COUNT: ({ count }) => count,
  TOTAL_MEGABYTES: ({ totalMegabytes }) => totalMegabytes,
  OLDEST_AT: ({ oldestAt }) => oldestAt,
  NEWEST_AT: ({ newestAt }) => newestAt,
} as const satisfies Readonly<Record<string, (group: Group) => string | number | null>>;

interface Group {
  readonly keys: readonly { readonly dimension: string; readonly value: string | null }[];
  readonly count: number;
  readonly totalMegabytes: number | null;
  readonly unknownSizeCount: number;
  readonly oldestAt: string | null;
  readonly newestAt: string | null;
}

/** The arguments of a summary, except for its filter. */
const groupings = fc.record({
  groupBy: fc.subarray(Object.keys(dimensions)),
  first: fc.constantFrom(undefined, undefined, 1, 3, 1000),
  orderBy: optional(
    fc.record({
      field: fc.constantFrom(...(Object.keys(groupOrders) as (keyof typeof groupOrders)[])),
      direction: fc.constantFrom('ASC', 'DESC'),
    }),
  ),
});
type Grouping = typeof groupings extends fc.Arbitrary<infer Value> ? Value : never;

function summaryOf(rows: readonly Seen[], filter: Filter, { groupBy, first, orderBy }: Grouping) {
  const groups = groupsOf(rows, filter, groupBy);
  const valuesOf = ({ keys }: Group) => keys.map(({ value }) => value ?? '\uffff').join(' ');
  const rank = orderBy && groupOrders[orderBy.field];
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  const sorted = groups.toSorted((one, other) => {
    const [left, right] = [rank?.(one) ?? null, rank?.(other) ?? null];
    if (left === right) return compare(valuesOf(one), valuesOf(other));
    if (left === null || right === null) return left === null ? 1 : -1;
    return sign * compare(left, right);
  });
  return { groups: sorted.slice(0, first), groupCount: groups.length };
}

function groupsOf(rows: readonly Seen[], filter: Filter, groupBy: readonly string[]): Group[] {
  const keys = (row: Seen) => groupBy.map((dimension) => ({ dimension, value: dimensions[dimension]?.(row, filter) }));
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys(row)));
  if (groupBy.length === 0) groups.set('[]', [...rows]);
  return [...groups].map(([key, own]) => {
    const minutes = own.map(({ minute }) => minute).sort((one, other) => one - other);
    const sizes = own.flatMap(({ service, megabytes }) => (differences[service].hasSize ? [megabytes] : []));
    return {
      keys: JSON.parse(key) as Group['keys'],
      count: own.length,
      totalMegabytes: own.length > 0 && sizes.length === 0 ? null : sizes.reduce((sum, each) => sum + each, 0),
      unknownSizeCount: own.length - sizes.length,
      oldestAt: own.length > 0 ? at(minutes[0]!) : null,
      newestAt: own.length > 0 ? at(minutes.at(-1)!) : null,
    };
  });
}

const page = /* GraphQL */ `
  query Page(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $orderBy: SnapshotOrder
    $filter: SnapshotFilter
  ) {
    snapshots(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter) {
      isComplete
      totalCount {
        value
        precision
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      nodes {
        id
        arn
        type
        cluster {
          identifier
        }
        origin {
          region
          account
          cluster {
            arn
          }
        }
      }
    }
  }
`;

const summary = /* GraphQL */ `
  query Summary($filter: SnapshotFilter, $groupBy: [SnapshotDimension!]!, $first: Int, $orderBy: SnapshotGroupOrder) {
    snapshotSummary(filter: $filter, groupBy: $groupBy, first: $first, orderBy: $orderBy) {
      isComplete
      groupCount
      total {
        value
        precision
      }
      groups {
        keys {
          dimension
          value
        }
        count
        totalMegabytes
        unknownSizeCount
        oldestAt
        newestAt
      }
    }
  }
`;

const clusterPage = /* GraphQL */ `
  query Clusters($first: Int, $after: String, $filter: ClusterFilter) {
    clusters(first: $first, after: $after, filter: $filter) {
      isComplete
      totalCount {
        value
        precision
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        arn
        latestSnapshot {
          createdAt
        }
        snapshots(first: 100) {
          totalCount {
            value
          }
          nodes {
            arn
          }
        }
      }
    }
  }
`;

const orderedClusterPage = /* GraphQL */ `
  query Clusters(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $orderBy: ClusterOrder
    $filter: ClusterFilter
  ) {
    clusters(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter) {
      isComplete
      totalCount {
        value
        precision
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      nodes {
        arn
      }
    }
  }
`;

const ofCluster = /* GraphQL */ `
  query OfCluster($arn: String!, $first: Int, $after: String, $orderBy: SnapshotOrder, $filter: SnapshotFilter) {
    cluster(arn: $arn) {
      snapshots(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {
        isComplete
        totalCount {
          value
          precision
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          arn
        }
      }
    }
  }
`;

const report = /* GraphQL */ `
  isComplete
  sources {
    status
    error {
      code
    }
  }
`;
const troubled = `query Troubled($filter: SnapshotFilter, $orderBy: SnapshotOrder) {
  snapshots(first: 100, filter: $filter, orderBy: $orderBy) {
    ${report} totalCount { value precision } pageInfo { hasNextPage } nodes { id }
  }
}`;
const troubledSummary = `query Troubled($filter: SnapshotFilter) {
  snapshotSummary(filter: $filter) { ${report} total { value precision } groups { count } }
}`;
const troubledClusters = `query Troubled($failing: ClusterFilter, $orderBy: ClusterOrder) {
  failing: clusters(first: 100, filter: $failing) { ${report} totalCount { value precision } nodes { arn } }
  ordered: clusters(first: 100, orderBy: $orderBy) { ${report} totalCount { value precision } nodes { arn } }
  all: clusters(first: 100) { nodes { arn latestSnapshot { createdAt } snapshotDays(last: 3) { count } } }
}`;

const toKey = (id: string) =>
  Buffer.from(id, 'base64url')
    .toString()
    .replace(/^[^:]*:/, '');

useDateOfWorld();

let gateway: Gateway;
const headers: Record<string, Record<string, string>> = {};
async function signIn() {
  for (const role of Object.keys(roles)) headers[role] = await as({ role, sub: role });
}

/** Sets the date of the gateway, and gets tokens that are valid at that date. */
async function moveTo(date: string) {
  vi.setSystemTime(new Date(date));
  await signIn();
}
beforeAll(async () => {
  const grants = Object.entries(roles).flatMap(([role, own]) =>
    own.map((grant) => ({ ...grant, when: { role }, permissions: ['SNAPSHOT_READ'] })),
  );
  gateway = await startGateway({
    accounts: accounts(configured, regions),
    authenticate: authenticationWith(grants),
    limits: { cost: 1e9 },
    maximumPages: 1000,
  });
  await signIn();
});
afterAll(() => gateway.close());

async function ask(role: string, query: string, variables: Record<string, unknown>) {
  const answer = await gateway.query(query, variables, headers[role]);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

const precisionOf = (isWhole: boolean) => (isWhole ? 'EXACT' : 'AT_LEAST');

/** Reads all pages of a list, forward or backward; `isWhole` says whether it is known which snapshots match. */
async function readAll(role: string, query: string, variables: object, isBackward = false, isWhole = true) {
  const nodes: any[] = [];
  // Time passes after each page, and must not change which records match.
  const start = Date.now();
  let pages = 0;
  const size = isBackward ? 'last' : 'first';
  const { count, ...rest } = variables as { count: number };
  for (let cursor: string | null = null, isMore = true; isMore;) {
    const place = { [size]: count, [isBackward ? 'before' : 'after']: cursor };
    vi.setSystemTime(start + 1000 * pages);
    pages += 1;
    const data: any = await ask(role, query, { ...rest, ...place });
    const list: any = data.snapshots ?? data.clusters ?? data.cluster.snapshots;
    if (isWhole) expect(list.isComplete).toBe(true);
    expect(list.nodes.length).toBeLessThanOrEqual(count);
    nodes.splice(isBackward ? 0 : nodes.length, 0, ...list.nodes);
    cursor = isBackward ? list.pageInfo.startCursor : list.pageInfo.endCursor;
    isMore = isBackward ? list.pageInfo.hasPreviousPage : list.pageInfo.hasNextPage;
    if (isMore) expect(list.nodes.length).toBe(count);
    if (isMore) continue;
    expect(list.totalCount).toEqual({ value: nodes.length, precision: precisionOf(isWhole) });
    if (!isWhole) expect(list.isComplete).toBe(false);
  }
  vi.setSystemTime(start);
  return nodes;
}

const anyRole = fc.oneof(fc.constant('everything'), fc.constantFrom(...Object.keys(roles)));

/** Whether a scope names a value for which the role has no source, which is rejected as not configured. */
function isOutside(role: string, scope: Pick<DrawnFilter, 'services' | 'accounts' | 'regions'>): boolean {
  const own = reached(role);
  const isIn = (place: Place) =>
    (scope.services?.includes(place.service) ?? true) &&
    (scope.accounts?.includes(place.account) ?? true) &&
    (scope.regions?.includes(place.region) ?? true);
  const isUnknown = (names: readonly string[] | undefined, word: keyof Place) =>
    names?.some((name) => !own.some((place) => place[word] === name)) ?? false;
  return (
    isUnknown(scope.services, 'service') ||
    isUnknown(scope.accounts, 'account') ||
    isUnknown(scope.regions, 'region') ||
    !own.some(isIn)
  );
}

/** Whether AWS can list all snapshots that match a filter, in every source that a role reaches. */
function canBeRead(role: string, filter: Filter): boolean {
  return servicesRead(role, filter).every((service) => canBeComplete(service, filter));
}

/** The services of the sources that a filter selects for a role. */
function servicesRead(role: string, filter: Pick<Filter, 'services' | 'accounts' | 'regions'>): Seen['service'][] {
  return reached(role)
    .filter((place) => filter.accounts?.includes(place.account) ?? true)
    .filter((place) => filter.regions?.includes(place.region) ?? true)
    .map(({ service }) => service as Seen['service'])
    .filter((service) => filter.services?.includes(service) ?? true);
}

async function expectRefusal(role: string, query: string, variables: Record<string, unknown>) {
  const { errors } = await gateway.query(query, variables, headers[role]);
  expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['INVALID_INPUT']);
}

describe('for any role and combination of conditions', () => {
  afterEach(() => moveTo(at(120)));

  it('lists, counts and summarizes the same snapshots, in both directions and in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(
          fc.record({
            filter: filters,
            role: anyRole,
            orderBy: orders,
            count: fc.constantFrom(1, 3, 7, 20, 100),
            grouping: groupings,
          }),
          { minLength: 6, maxLength: 6 },
        ),
        async (world, questions) => {
          await gateway.load(toJson(world));
          const all = seenIn(world);
          const clusters = clustersOf(world);
          for (const { filter: drawn, role, orderBy, count, grouping } of questions) {
            const names = drawn.identifiers?.map(
              (place) => all.find((_row, index) => index === place)?.name.toUpperCase() ?? `nowhere-${place}`,
            );
            const isNamed = names?.map((name, index) => (index % 2 === 0 ? name.toLowerCase() : name));
            const filter = { ...drawn, identifiers: isNamed };
            if (isOutside(role, drawn) || isRefused(filter, servicesRead(role, drawn))) {
              await expectRefusal(role, page, { filter });
              await expectRefusal(role, summary, { filter, ...grouping });
              continue;
            }
            const orphanhood = (row: Seen) => orphanhoodOf(row, clusters, reached(role));
            const rows = all.filter((row) => matches(row, filter, orphanhood) && isSeen(role, row));
            const isUnknown = (row: Seen) => isUndecided(row, filter, orphanhood) && isSeen(role, row);
            const isWhole = canBeRead(role, filter) && !all.some(isUnknown);

            const listed = await readAll(role, page, { count, filter }, false, isWhole);
            const keys = listed.map(({ id }) => toKey(id));
            expect(keys.toSorted()).toEqual(rows.map(keyOf).toSorted());
            const byKey = new Map(rows.map((row) => [keyOf(row), row]));
            const inPlaces = keys.map((key) => places.findIndex((place) => isSame(place, placeOf(byKey.get(key)!))));
            expect(inPlaces).toEqual(inPlaces.toSorted((one, other) => one - other));
            for (const { id, arn, type, cluster, origin } of listed) {
              const row = byKey.get(toKey(id))!;
              expect([arn, type]).toEqual([row.arn, typeIn(row, filter)]);
              expect(cluster?.identifier ?? null).toBe(shown(role, clusterOf(row, clusters))?.name ?? null);
              const from = shown(role, originClusterOf(row, clusters, reached(role)));
              expect(origin).toEqual(
                row.origin ? { ...row.origin, cluster: from ? { arn: arnOfCluster(from) } : null } : null,
              );
            }

            const ordered = await readAll(role, page, { count, filter, orderBy }, false, isWhole);
            expect(ordered.map(({ id }) => toKey(id))).toEqual(inOrder(rows, orderBy));
            const backward = await readAll(role, page, { count, filter, orderBy }, true, isWhole);
            expect(backward.map(({ id }) => toKey(id))).toEqual(inOrder(rows, orderBy));

            const { snapshotSummary } = await ask(role, summary, { filter, ...grouping });
            expect(snapshotSummary).toEqual({
              isComplete: isWhole,
              total: { value: rows.length, precision: precisionOf(isWhole) },
              ...summaryOf(rows, filter, grouping),
            });
          }
        },
      ),
      { numRuns: runs(4, 100) },
    );
  });

  it('lists clusters by the time of their snapshots, in both directions and in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        eras,
        fc.array(
          fc.record({
            drawn: clusterFilters,
            role: anyRole,
            count: fc.constantFrom(2, 5, 100),
            orderBy: clusterOrders,
          }),
          {
            minLength: 4,
            maxLength: 4,
          },
        ),
        async (original, era, questions) => {
          const world = movedTo(era, original);
          const now = world.now!;
          await moveTo(now);
          await gateway.load(toJson(world));
          const all = seenIn(world);
          const clusters = clustersOf(world);
          for (const {
            drawn: { sinceMinute, ...rest },
            role,
            count,
            orderBy,
          } of questions) {
            const since = sinceMinute === undefined ? undefined : at(era.start + sinceMinute * era.step);
            const filter = { ...rest, withoutSnapshotSince: since };
            if (isOutside(role, filter) || areRefused(filter)) {
              await expectRefusal(role, orderedClusterPage, { filter, orderBy });
              continue;
            }
            const available = (cluster: Cluster) =>
              all.filter(
                (row) => row.status === 'available' && clusterOf(row, clusters) === cluster && isSeen(role, row),
              );
            const expected = clusters.filter(
              (cluster) =>
                shows(role, placeHolding(cluster), cluster.tags) &&
                matchesCluster(cluster, available(cluster), filter, now),
            );
            const variables = { count, filter };
            const listed = await readAll(role, orderedClusterPage, variables);
            expect(listed.map(({ arn }) => arn).toSorted()).toEqual(expected.map(arnOfCluster).toSorted());
            const inOrder = clustersInOrder(expected, orderBy, available);
            for (const isBackward of [false, true]) {
              const ordered = await readAll(role, orderedClusterPage, { ...variables, orderBy }, isBackward);
              expect(ordered.map(({ arn }) => arn)).toEqual(inOrder);
            }
          }
        },
      ),
      { numRuns: runs(3, 40) },
    );
  });

  it('lists clusters with their snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(
          fc.record({
            filter: fc.record({
              ...someScopes,
              identifiers: seldom(fc.subarray(['ALPHA', 'beta', 'nowhere'], { minLength: 1 })),
              withoutSnapshotSince: optional(fc.integer({ min: 0, max: 60 }).map(at)),
            }),
            role: anyRole,
            count: fc.constantFrom(1, 3, 100),
          }),
          { minLength: 3, maxLength: 3 },
        ),
        async (world, questions) => {
          await gateway.load(toJson(world));
          const all = seenIn(world);
          const clusters = clustersOf(world);
          for (const { filter, role, count } of questions) {
            if (isOutside(role, filter)) {
              await expectRefusal(role, clusterPage, { filter });
              continue;
            }
            const own = (cluster: Cluster) =>
              all.filter((row) => clusterOf(row, clusters) === cluster && isSeen(role, row));
            const available = (cluster: Cluster) => own(cluster).filter(({ status }) => status === 'available');
            const expected = clusters.filter((cluster) =>
              [
                shows(role, placeHolding(cluster), cluster.tags),
                filter.services?.includes(cluster.service) ?? true,
                filter.accounts?.includes(cluster.owner) ?? true,
                filter.regions?.includes(cluster.region) ?? true,
                filter.identifiers?.some((name) => name.toLowerCase() === cluster.name) ?? true,
                !available(cluster).some(({ minute }) => at(minute) >= (filter.withoutSnapshotSince ?? '9')),
              ].every(Boolean),
            );
            const found = await readAll(role, clusterPage, { count, filter });
            const actual = found.map(({ arn, latestSnapshot, snapshots }) => ({
              arn,
              latest: latestSnapshot?.createdAt ?? null,
              count: snapshots.totalCount.value,
              arns: snapshots.nodes.map((node: { arn: string }) => node.arn).sort(),
            }));
            expect(actual.sort((one, other) => compare(one.arn, other.arn))).toEqual(
              expected
                .map((cluster) => ({
                  arn: arnOfCluster(cluster),
                  latest:
                    available(cluster).length > 0
                      ? at(Math.max(...available(cluster).map(({ minute }) => minute)))
                      : null,
                  count: own(cluster).length,
                  arns: own(cluster)
                    .map(({ arn }) => arn)
                    .sort(),
                }))
                .sort((one, other) => compare(one.arn, other.arn)),
            );
          }
        },
      ),
      { numRuns: runs(4, 100) },
    );
  });

  it('lists and counts the snapshots of a cluster, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(
          fc.record({
            filter: withTypes(recordConditions),
            role: anyRole,
            index: fc.nat({ max: 15 }),
            orderBy: optional(orders),
            count: fc.constantFrom(1, 3, 100),
          }),
          { minLength: 8, maxLength: 8 },
        ),
        async (world, questions) => {
          await gateway.load(toJson(world));
          const clusters = clustersOf(world);
          for (const { filter, role, index, orderBy, count } of questions) {
            const cluster = clusters[index]!;
            if (!shows(role, placeHolding(cluster), cluster.tags)) continue;
            const variables = { arn: arnOfCluster(cluster), filter, orderBy, count };
            if (isRefused(filter, [cluster.service])) {
              await expectRefusal(role, ofCluster, { ...variables, count: undefined });
              continue;
            }
            const orphanhood = (row: Seen) => orphanhoodOf(row, clusters, reached(role));
            const own = seenIn(world).filter((row) => clusterOf(row, clusters) === cluster && isSeen(role, row));
            const whole = { ...filter, ownerAccounts: [cluster.owner] };
            const rows = own.filter((row) => matches(row, whole, orphanhood));
            const isWhole = !own.some((row) => isUndecided(row, whole, orphanhood));
            const listed = await readAll(role, ofCluster, variables, false, isWhole);
            const arns = listed.map(({ arn }) => arn);
            if (orderBy) expect(arns).toEqual(inOrder(rows, orderBy));
            else expect(arns.toSorted()).toEqual(rows.map(({ arn }) => arn).toSorted());
          }
        },
      ),
      { numRuns: runs(4, 100) },
    );
  });

  it('finds by id exactly the snapshots that lists return', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.constantFrom(...Object.keys(roles)), async (world, role) => {
        await gateway.load(toJson(world));
        const own = reached(role);
        const rows = seenIn(world).filter((row) => own.some((place) => isSame(place, placeOf(row))));
        const ids = rows.map((row) => {
          const kind = row.service === 'REDSHIFT' ? 'RedshiftSnapshot' : 'DocumentDBSnapshot';
          return Buffer.from(`${kind}:${keyOf(row)}`).toString('base64url');
        });
        const { nodes } = await ask(role, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
          ids: ids.slice(0, 100),
        });
        const expected = rows.slice(0, 100).map((row, index) => (isSeen(role, row) ? { id: ids[index] } : null));
        expect(nodes).toEqual(expected);
      }),
      { numRuns: runs(4, 100) },
    );
  });
});

const actions = [
  'DescribeClusterSnapshots',
  'DescribeClusters',
  'DescribeDBClusterSnapshots',
  'DescribeDBClusters',
  'ListTagsForResource',
  'DescribeDBClusterSnapshotAttributes',
];
const faults = fc.array(
  fc.record({
    kind: fc.constant('error' as const),
    code: fc.constant('AccessDenied'),
    status: fc.constant(403),
    action: fc.constantFrom(...actions),
    account: fc.constantFrom(...configured),
    region: fc.constantFrom(...regions),
    ...({ probability: fc.constantFrom(1, 0.5), seed: fc.nat() } as const),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('while some AWS calls fail', () => {
  afterEach(() => gateway.disturb());

  it('returns only correct data, and reports missing data', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds,
        faults,
        fc.array(
          fc.record({
            filter: filters,
            role: anyRole,
            failing: fc.oneof(
              fc.record({ withoutSnapshotSince: fc.integer({ min: 0, max: 60 }).map(at) }),
              fc.record({ withoutSnapshotForHours: fc.constantFrom(1, 2, 24) }),
              fc.record({ gapWithinDays: fc.constantFrom(1, 2) }),
            ),
            orderBy: clusterOrders,
          }),
          { minLength: 4, maxLength: 4 },
        ),
        async (world, rules, questions) => {
          await gateway.load(toJson(world));
          const all = seenIn(world);
          for (const {
            filter: { identifiers: _, ...filter },
            role,
            failing: lacking,
            orderBy: clusterOrder,
          } of questions) {
            if (isOutside(role, filter) || isRefused(filter, servicesRead(role, filter))) continue;
            await gateway.disturb(...rules);
            const everyCluster = clustersOf(world);
            const orphanhood = (row: Seen) => orphanhoodOf(row, everyCluster, reached(role));
            const expected = all.filter((row) => matches(row, filter, orphanhood) && isSeen(role, row)).map(keyOf);
            for (const orderBy of [undefined, { field: 'CREATED_AT', direction: 'DESC' }]) {
              const { snapshots } = await ask(role, troubled, { filter, orderBy });
              expectTruth(
                snapshots,
                expected,
                snapshots.nodes.map(({ id }: { id: string }) => toKey(id)),
              );
              if (!snapshots.pageInfo.hasNextPage && snapshots.isComplete)
                expect(snapshots.nodes).toHaveLength(expected.length);
            }
            const { snapshotSummary } = await ask(role, troubledSummary, { filter });
            expect(snapshotSummary.groups[0].count).toBe(snapshotSummary.total.value);
            expectTruth({ ...snapshotSummary, totalCount: snapshotSummary.total }, expected, []);

            const variables = { failing: lacking, orderBy: clusterOrder };
            const { data } = await gateway.query(troubledClusters, variables, headers[role]);
            const clusters = everyCluster.filter((cluster) => shows(role, placeHolding(cluster), cluster.tags));
            const available = (cluster: Cluster) =>
              all.filter(
                (row) => clusterOf(row, everyCluster) === cluster && row.status === 'available' && isSeen(role, row),
              );
            const failing = clusters.filter((cluster) => matchesCluster(cluster, available(cluster), lacking, at(120)));
            const arns = data.failing.nodes.map(({ arn }: { arn: string }) => arn);
            expectTruth(data.failing, failing.map(arnOfCluster), arns);
            const ordered = data.ordered.nodes.map(({ arn }: { arn: string }) => arn);
            expectTruth(data.ordered, clusters.map(arnOfCluster), ordered);
            if (data.ordered.isComplete) expect(ordered).toEqual(clustersInOrder(clusters, clusterOrder, available));
            for (const { arn, snapshotDays, latestSnapshot } of data.all.nodes) {
              const own = available(clusters.find((cluster) => arnOfCluster(cluster) === arn)!);
              const { service, owner, region } = clusters.find((cluster) => arnOfCluster(cluster) === arn)!;
              const isUnknown = rules.some(
                (rule) =>
                  rule.probability === 1 &&
                  rule.account === owner &&
                  rule.region === region &&
                  rule.action === (service === 'REDSHIFT' ? 'DescribeClusterSnapshots' : 'DescribeDBClusterSnapshots'),
              );
              if (isUnknown)
                expect({ snapshotDays, latestSnapshot }).toEqual({ snapshotDays: null, latestSnapshot: null });
              if (isUnknown) expect(arns).not.toContain(arn);
              if (latestSnapshot) {
                expect(latestSnapshot.createdAt).toBe(at(Math.max(...own.map(({ minute }) => minute))));
              }
            }
          }
        },
      ),
      { numRuns: runs(4, 100) },
    );
  });
});

/** Checks that a list returns only expected records, and reports whether records are missing. */
function expectTruth(list: any, expected: readonly string[], given: readonly string[]): void {
  expect(expected).toEqual(expect.arrayContaining([...given]));
  const { value, precision } = list.totalCount;
  expect(value).toBeLessThanOrEqual(expected.length);
  if (precision === 'EXACT') expect(value).toBe(expected.length);
  const isAnswered = list.sources.every(({ status, error }: any) => !error && /COMPLETE|NOT_REACHED/.test(status));
  expect(list.isComplete).toBe(isAnswered);
}

const placeHolding = ({ owner, region, service }: Cluster): Place => ({ account: owner, region, service });

function isSame(one: Place, other: Place): boolean {
  return one.account === other.account && one.region === other.region && one.service === other.service;
}

/** Returns a cluster if a role sees it. */
function shown(role: string, cluster: Cluster | undefined): Cluster | undefined {
  return cluster && shows(role, placeHolding(cluster), cluster.tags) ? cluster : undefined;
}
