import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { at, makeSnapshot, snapshotArn } from '../support/worlds.ts';

const other = '012345678901';

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
      edges {
        cursor
        node {
          arn
        }
      }
    }
  }
`;

interface Made {
  readonly service: ServiceName;
  readonly account: string;
  readonly cluster: string;
  readonly minute: number;
  readonly size: number;
}

const made: fc.Arbitrary<Made> = fc.record({
  service: fc.constantFrom(...serviceNames),
  account: fc.constantFrom(account, other),
  cluster: fc.constantFrom('alpha', 'beta'),
  minute: fc.integer({ min: 0, max: 9 }),
  size: fc.constantFrom(1, 2.5, 30, 400),
});

type Field = 'CREATED_AT' | 'IDENTIFIER' | 'CLUSTER' | 'SIZE';
type Direction = 'ASC' | 'DESC';
const orders = fc.record({
  field: fc.constantFrom<Field>('CREATED_AT', 'IDENTIFIER', 'CLUSTER', 'SIZE'),
  direction: fc.constantFrom<Direction>('ASC', 'DESC'),
});

const nameOf = ({ cluster, minute }: Made, index: number) => `${cluster}-${minute}-${index}`;

const arnOf = (each: Made, index: number) => snapshotArn(each.service, nameOf(each, index), each);

function toWorld(all: readonly Made[], isGone: (index: number) => boolean = () => false) {
  return {
    snapshots: all
      .map((each, index) => {
        const { service, minute, size, ...where } = each;
        return makeSnapshot(service, nameOf(each, index), { ...where, createdAt: at(minute), megabytes: size });
      })
      .filter((_each, index) => !isGone(index)),
  };
}

/** Returns the ARNs in the order of the query, computed from the world alone. */
function inOrder(all: readonly Made[], { field, direction }: { field: Field; direction: Direction }): string[] {
  const key = (each: Made, index: number): string | number | null => {
    if (field === 'CREATED_AT') return each.minute;
    if (field === 'IDENTIFIER') return nameOf(each, index);
    if (field === 'CLUSTER') return each.cluster;
    return each.service === 'REDSHIFT' ? each.size : null;
  };
  const ranked = all.map((each, index) => ({ key: key(each, index), arn: arnOf(each, index) }));
  const known = ranked.filter((each) => each.key !== null);
  const unknown = ranked.filter((each) => each.key === null);
  const byArn = (one: { arn: string }, two: { arn: string }) => (one.arn < two.arn ? -1 : 1);
  known.sort((one, two) => {
    if (one.key === two.key) return byArn(one, two);
    const isLess = (one.key ?? 0) < (two.key ?? 0);
    return isLess === (direction === 'ASC') ? -1 : 1;
  });
  return [...known, ...unknown.sort(byArn)].map(({ arn }) => arn);
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
});
afterAll(() => gateway.close());

const arnsOf = (connection: any): string[] => connection.edges.map((edge: any) => edge.node.arn);

async function read(variables: object) {
  const answer = await gateway.query(page, { ...variables });
  expect(answer.errors).toBeUndefined();
  return answer.data.snapshots;
}

describe('an ordered list', () => {
  it('is ordered across both services and all sources, in both directions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { maxLength: 30 }),
        orders,
        fc.integer({ min: 1, max: 40 }),
        async (all, orderBy, size) => {
          await gateway.load(toWorld(all));
          const expected = inOrder(all, orderBy);
          const forward: string[] = [];
          for (let after: string | null = null, more = true; more;) {
            const connection: any = await read({ first: size, after, orderBy });
            expect(connection.isComplete).toBe(true);
            expect(connection.totalCount).toEqual({ value: all.length, precision: 'EXACT' });
            expect(connection.pageInfo.hasPreviousPage).toBe(forward.length > 0);
            forward.push(...arnsOf(connection));
            after = connection.pageInfo.endCursor;
            more = connection.pageInfo.hasNextPage;
          }
          expect(forward).toEqual(expected);
          const backward: string[] = [];
          for (let before: string | null = null, more = true; more;) {
            const connection: any = await read({ last: size, before, orderBy });
            expect(connection.pageInfo.hasNextPage).toBe(backward.length > 0);
            backward.unshift(...arnsOf(connection));
            before = connection.pageInfo.startCursor;
            more = connection.pageInfo.hasPreviousPage;
          }
          expect(backward).toEqual(expected);
        },
      ),
      { numRuns: runs(8, 500) },
    );
  });

  it('continues after snapshots were created and deleted, including the snapshot of the cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 2, maxLength: 20 }),
        orders,
        fc.nat(),
        fc.func(fc.boolean()),
        async (all, orderBy, pick, chance) => {
          const isGone = (index: number) => chance(index);
          const rest = all.slice(0, -1);
          await gateway.load(toWorld(rest));
          const first = inOrder(rest, orderBy);
          const index = pick % first.length;
          const { cursor } = (await read({ first: 100, orderBy })).edges[index];
          await gateway.load(toWorld(all, isGone));
          const left = new Set(all.map(arnOf).filter((_arn, each) => !isGone(each)));
          const everything = inOrder(all, orderBy);
          const behind = everything.slice(everything.indexOf(first[index] ?? '') + 1).filter((arn) => left.has(arn));
          const ahead = everything.slice(0, everything.indexOf(first[index] ?? '')).filter((arn) => left.has(arn));
          expect(arnsOf(await read({ first: 100, after: cursor, orderBy }))).toEqual(behind);
          expect(arnsOf(await read({ last: 100, before: cursor, orderBy }))).toEqual(ahead);
        },
      ),
      { numRuns: runs(8, 500) },
    );
  });

  it('applies its filter, and the range between two cursors', async () => {
    const all = Array.from({ length: 9 }, (_, minute): Made => ({
      service: minute % 2 === 0 ? 'REDSHIFT' : 'DOCUMENTDB',
      account,
      cluster: 'alpha',
      minute,
      size: 1,
    }));
    await gateway.load(toWorld(all));
    const orderBy = { field: 'CREATED_AT', direction: 'DESC' };
    const filter = { createdAfter: at(2) };
    const whole = await read({ first: 100, orderBy, filter });
    expect(whole.totalCount.value).toBe(7);
    const [after, before] = [whole.edges[1].cursor, whole.edges[5].cursor];
    const between = await read({ first: 2, after, before, orderBy, filter });
    expect(arnsOf(between)).toEqual(arnsOf(whole).slice(2, 4));
    expect(between.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(arnsOf(await read({ last: 2, after, before, orderBy, filter }))).toEqual(arnsOf(whole).slice(3, 5));
  });

  it.each([
    [{ first: 2, last: 2, orderBy: { field: 'SIZE', direction: 'ASC' } }, /first and last are mutually exclusive/],
    [{ last: 2 }, /last requires orderBy/],
    [{ before: 'x' }, /before requires orderBy/],
    [{ last: 0, orderBy: { field: 'SIZE', direction: 'ASC' } }, /last is 0; it must be 1 to 100/],
    [{ before: 'x', orderBy: { field: 'SIZE', direction: 'ASC' } }, /`before` is not a cursor of this list/],
  ])('rejects %j before any AWS call', async (variables, message) => {
    await gateway.calls();
    const answer = await gateway.query(page, variables);
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(answer.errors?.[0]?.extensions['code']).toBe('INVALID_INPUT');
    expect(await gateway.calls()).toEqual([]);
  });

  it('rejects a cursor of another order', async () => {
    await gateway.load(toWorld([{ service: 'DOCUMENTDB', account, cluster: 'alpha', minute: 1, size: 1 }]));
    const { pageInfo } = await read({ first: 1, orderBy: { field: 'CREATED_AT', direction: 'ASC' } });
    const answer = await gateway.query(page, {
      after: pageInfo.endCursor,
      orderBy: { field: 'CREATED_AT', direction: 'DESC' },
    });
    expect(answer.errors?.[0]?.message).toMatch(/`after` is not a cursor of this list/);
  });
});
