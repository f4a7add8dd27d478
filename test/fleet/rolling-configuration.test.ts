import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountSettings } from '../../src/fleet/settings.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

const ids = ['100000000001', '100000000002', '100000000003', '100000000004'];
const [first, second, third, fourth] = ids as [string, string, string, string];
const regions = ['eu-west-1', 'us-east-1'];

/** The base configuration has the first and the third account. */
const base = accounts([first, third], regions);
const renamed: AccountSettings[] = base
  .map((each) => ({ ...each, name: `team of ${each.id}`, regions: [...each.regions].toReversed() }))
  .map((each) => ({ ...each, role: `${each.role}-v2`, quotas: [{ service: 'REDSHIFT' as const, manualSnapshots: 7 }] }))
  .toReversed();
const changed = (id: string, change: Partial<AccountSettings>) =>
  base.map((each) => (each.id === id ? { ...each, ...change } : each));
const configurations: Readonly<Record<string, AccountSettings[]>> = {
  base,
  renamed,
  'an account is added between the others': accounts([first, second, third], regions),
  'an account is added after the others': accounts([first, third, fourth], regions),
  'an account is replaced': accounts([first, fourth], regions),
  'an account is removed': accounts([third], regions),
  'the first account loses a region': changed(first, { regions: [regions[1]!] }),
  'the last account loses a region': changed(third, { regions: [regions[0]!] }),
  'the first account loses a service': changed(first, { services: ['DOCUMENTDB'] }),
  'the last account loses a service': changed(third, { services: ['REDSHIFT'] }),
};
const names = Object.keys(configurations);

const gateways = new Map<string, Gateway>();
const gatewayOf = (name: string) => gateways.get(name) ?? Promise.reject<Gateway>(new Error(name));
beforeAll(async () => {
  let endpoint: string | undefined;
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- all gateways read the emulator of the first
    const gateway = await startGateway({
      accounts: configurations[name] ?? [],
      ...(endpoint !== undefined && { aws: { endpoint } }),
    });
    endpoint ??= gateway.emulator.url;
    gateways.set(name, gateway);
  }
});
afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
});

/** A list: its field and arguments. */
interface List {
  readonly field: 'snapshots' | 'clusters';
  readonly filter?: object;
  readonly orderBy?: object;
}

const lists: readonly List[] = [
  { field: 'snapshots' },
  { field: 'snapshots', filter: { types: ['MANUAL', 'SHARED'] } },
  { field: 'snapshots', filter: { types: ['SHARED'], services: ['REDSHIFT'] } },
  { field: 'snapshots', filter: { types: ['SHARED'], accounts: [third] } },
  { field: 'snapshots', filter: { ownerAccounts: [first, second] } },
  { field: 'snapshots', filter: { exposure: 'EXTERNAL' } },
  { field: 'snapshots', filter: { sharedOutside: ['999999999999'] } },
  { field: 'snapshots', filter: { sharedWith: [second], youngerThanDays: 1_000_000 } },
  { field: 'snapshots', filter: { clusterIdentifiers: ['a', 'b', 'c'], search: '1' } },
  { field: 'snapshots', filter: { regions: [regions[1]], search: '0' } },
  { field: 'snapshots', filter: { types: ['MANUAL', 'SHARED'] }, orderBy: { field: 'CREATED_AT', direction: 'DESC' } },
  { field: 'snapshots', orderBy: { field: 'IDENTIFIER', direction: 'ASC' } },
  { field: 'clusters' },
];

/** Reads one page; `rejected` if the gateway rejects the cursor, or the filter names what is not configured. */
async function readPage(configuration: string, { field, filter, orderBy }: List, length: number, after: string | null) {
  const order = field === 'snapshots' ? ', $orderBy: SnapshotOrder' : '';
  const document = `query ($first: Int!, $after: String, $filter: ${field === 'snapshots' ? 'Snapshot' : 'Cluster'}Filter${order}) {
    list: ${field}(first: $first, after: $after, filter: $filter${order && ', orderBy: $orderBy'}) {
      nodes { id } pageInfo { hasNextPage endCursor } sources { status source { id } }
    }
  }`;
  const gateway = await gatewayOf(configuration);
  const { data, errors } = await gateway.query(document, { first: length, after, filter, orderBy });
  if (errors) {
    const path = expect.arrayContaining([expect.stringMatching(after === null ? /^filter$/ : /^(filter|after)$/)]);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: path } }]);
    return 'rejected';
  }
  for (const { status } of data.list.sources) expect(status).toMatch(/COMPLETE|PASSED|NOT_REACHED|PARTIAL/);
  expect(data.list.pageInfo.endCursor?.length ?? 0).toBeLessThan(2048);
  return data.list as { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** Reads all pages, each with the next configuration; returns the ids, or `rejected`. */
async function walk(list: List, length: number, configurationAt: (index: number) => string) {
  const found: string[] = [];
  for (let after: string | null = null, index = 0; ; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a page needs the cursor of the previous page
    const page = await readPage(configurationAt(index), list, length, after);
    if (page === 'rejected') return { found, pages: index, isRejected: true };
    found.push(...page.nodes.map(({ id }) => id));
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return { found, pages: index + 1, isRejected: false };
  }
}

const world = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 21 })), {
  minLength: 16,
  maxLength: 16,
});

/** Loads snapshots of each account, region and service; some are shared with all other accounts. */
async function load(sizes: readonly number[]) {
  const places = ids.flatMap((account) =>
    regions.flatMap((region) => (['REDSHIFT', 'DOCUMENTDB'] as const).map((service) => ({ account, region, service }))),
  );
  const gateway = await gatewayOf('base');
  await gateway.load({
    clusters: places.flatMap(({ service, ...place }) =>
      ['a', 'b', 'c'].map((name) => makeCluster(service, name, place)),
    ),
    snapshots: places.flatMap(({ service, ...place }, index) => {
      const others = ids.filter((id) => id !== place.account);
      const own = makeSnapshots(service, sizes[index] ?? 0, { ...place, cluster: 'a' });
      const shared = makeSnapshots(service, (sizes[index] ?? 0) % 7, { ...place, cluster: 'b', shares: others });
      const outside = makeSnapshots(service, 2, { ...place, cluster: 'c', shares: ['555566667777', others[0]!] });
      return [...own, ...shared, ...outside];
    }),
  });
}

describe('a list whose pages are read from gateways with different configurations', () => {
  it('has every record once, as the configuration of its last page lists them, or its cursor is rejected', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.constantFrom(...lists),
        fc.integer({ min: 4, max: 25 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...names)), { minLength: 1, maxLength: 3 }),
        async (sizes, list, length, changes) => {
          await load(sizes);
          let current = 'base';
          const { found, isRejected } = await walk(list, length, (index) => {
            current = changes.find(([page]) => page === index)?.[1] ?? current;
            return current;
          });
          expect(new Set(found).size).toBe(found.length);
          const whole = await walk(list, 100, () => current);
          if (!isRejected) expect(found).toEqual(whole.found);
        },
      ),
      { numRuns: runs(8, 1000) },
    );
  });

  it.each(lists)('is not affected by names, roles, quotas and the order of the configuration: %j', async (list) => {
    await load(Array.from({ length: 16 }, (_, index) => index % 5));
    const mixed = await walk(list, 7, (index) => (index % 2 === 0 ? 'base' : 'renamed'));
    const whole = await walk(list, 100, () => 'base');
    expect(mixed).toMatchObject({ found: whole.found, isRejected: false });
    expect(mixed.found.length).toBeGreaterThan(0);
  });

  it('continues after an account is added or removed behind the position', async () => {
    await load(Array.from({ length: 16 }, () => 3));
    const list: List = { field: 'snapshots' };
    const added = await walk(list, 5, (index) => (index < 2 ? 'base' : 'an account is added after the others'));
    expect(added.isRejected).toBe(false);
    expect(added.found.length).toBeGreaterThan((await walk(list, 100, () => 'base')).found.length);
    const removed = await walk(list, 5, (index) => (index < 2 ? 'base' : 'the last account loses a service'));
    expect(removed.isRejected).toBe(false);
  });

  it.each([{ exposure: 'EXTERNAL' }, { sharedOutside: ['999999999999'] }])(
    'is rejected if accounts that were outside are configured since: %j',
    async (filter) => {
      await load(Array.from({ length: 16 }, () => 3));
      const list: List = { field: 'snapshots', filter };
      const page = await readPage('base', list, 2, null);
      if (page === 'rejected') throw new Error('The first page was rejected.');
      const { endCursor } = page.pageInfo;
      expect(await readPage('renamed', list, 2, endCursor)).toMatchObject({ nodes: expect.any(Array) });
      expect(await readPage('an account is added after the others', list, 2, endCursor)).toBe('rejected');
    },
  );

  const otherLists = 'an account is added between the others';
  it.each([
    ['an AWS query is added before its own', 'base', otherLists],
    ['an AWS query before its own is removed', otherLists, 'base'],
  ])('is rejected if %s', async (_change, before, after) => {
    await load(Array.from({ length: 16 }, () => 20));
    const filter = { types: ['SHARED'], services: ['REDSHIFT'], accounts: [first], regions: [regions[0]] };
    const list: List = { field: 'snapshots', filter };
    const page = await readPage(before, list, 9, null);
    if (page === 'rejected') throw new Error('The first page was rejected.');
    const { endCursor } = page.pageInfo;
    expect(await readPage(before, list, 9, endCursor)).toMatchObject({ nodes: expect.any(Array) });
    expect(await readPage(after, list, 9, endCursor)).toBe('rejected');
  });
});
