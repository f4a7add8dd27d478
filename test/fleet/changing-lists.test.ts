import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { serviceNames } from '../support/services.ts';
import { at, makeSnapshot } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Loads a world with these snapshots in both services. */
function load(names: Iterable<string>): Promise<void> {
  return gateway.load({
    snapshots: [...names].flatMap((name) =>
      serviceNames.map((service) => makeSnapshot(service, name, { createdAt: createdAt(name) })),
    ),
  });
}

/** Lists all pages, and changes the world after each page. */
async function listAll(first: number, filter: object, change: (shown: readonly string[]) => Promise<void>) {
  const listed: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const answer = await gateway.query(
      `query ($first: Int, $after: String, $filter: SnapshotFilter) { snapshots(first: $first, after: $after, filter: $filter) {
        pageInfo { hasNextPage endCursor } nodes { identifier __typename }
      } }`,
      { first, after, filter },
    );
    expect(answer.errors).toBeUndefined();
    const { nodes, pageInfo } = answer.data.snapshots;
    listed.push(
      ...nodes.map((node: { identifier: string; __typename: string }) => `${node.__typename} ${node.identifier}`),
    );
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
    await change(nodes.map(({ identifier }: { identifier: string }) => identifier));
  }
  return listed;
}

const bothOf = (names: Iterable<string>) =>
  [...names].flatMap((name) => [`RedshiftSnapshot ${name}`, `DocumentDBSnapshot ${name}`]).sort();
/** Orders the snapshots by time differently than by name. */
const createdAt = (name: string) => at((Number(name.slice(1, 4)) * 7) % 50);
const nameOf = (number: number) => `s${String(number).padStart(3, '0')}`;

describe('a list that changes between its pages', () => {
  it.each([
    { first: 5, filter: {} },
    { first: 20, filter: {} },
    { first: 5, filter: { statuses: ['AVAILABLE'] } },
    { first: 30, filter: { search: 's' } },
  ])('lists each snapshot once while listed snapshots are deleted: $first, $filter', async ({ first, filter }) => {
    for (const services of [['REDSHIFT'], ['DOCUMENTDB']]) {
      const names = new Set(Array.from({ length: 130 }, (_, index) => nameOf(index)));
      const all = bothOf(names).filter((each) => each.toUpperCase().startsWith(services[0] ?? ''));
      await load(names);
      const listed = await listAll(first, { services, ...filter }, (shown) => {
        for (const name of shown) names.delete(name);
        return load(names);
      });
      expect(listed.toSorted()).toEqual(all);
    }
  });

  it('omits no snapshot that exists the whole time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 30, maxLength: 150, size: 'max' }),
        fc.constantFrom(3, 7, 20, 33),
        fc.constantFrom({}, { statuses: ['AVAILABLE'] }),
        fc.infiniteStream(
          fc.record({
            gone: fc.array(fc.nat(), { maxLength: 12 }),
            made: fc.array(
              fc.integer({ min: 0, max: 999 }).map((number) => `${nameOf(number)}-made`),
              { maxLength: 6 },
            ),
          }),
        ),
        async (numbers, first, filter, changes) => {
          const names = new Set(numbers.map(nameOf));
          const stayed = new Set(names);
          await load(names);
          let pages = 0;
          const listed = await listAll(first, filter, async () => {
            pages += 1;
            const { gone, made } = changes.next().value;
            for (const index of gone) {
              const name = [...names][index % names.size] ?? '';
              names.delete(name);
              stayed.delete(name);
            }
            // After 20 pages no more snapshots are created, so that the list ends.
            for (const name of pages < 20 ? made : []) names.add(name);
            await load(names);
          });
          expect(bothOf(stayed).filter((each) => !listed.includes(each))).toEqual([]);
        },
      ),
      { numRuns: runs(6, 200) },
    );
  });
});
