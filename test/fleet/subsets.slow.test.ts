import { describe, expect, it } from 'vitest';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots } from '../support/worlds.ts';

const ids = ['100000000001', '100000000002', '100000000003', '100000000004'];
const sources = ids.flatMap((account) =>
  (['redshift', 'rds'] as const).map((service) => ({ account, service, region: 'us-east-1' })),
);

/** The failures, assigned to sources in turn, and the status and code that the client receives. */
const failures = [
  { fault: { kind: 'error', code: 'AccessDenied', status: 403 }, status: 'DENIED', code: 'FORBIDDEN' },
  { fault: { kind: 'html', status: 200 }, status: 'FAILED', code: 'UPSTREAM' },
  { fault: { kind: 'error', code: 'OptInRequired', status: 403 }, status: 'DENIED', code: 'FORBIDDEN' },
  { fault: { kind: 'empty' }, status: 'FAILED', code: 'UPSTREAM' },
  { fault: { kind: 'cut', bytes: 700 }, status: 'FAILED', code: 'UPSTREAM' },
] as const;

const list = /* GraphQL */ `
  query ($after: String) {
    snapshots(first: 100, after: $after) {
      isComplete
      edges {
        cursor
        node {
          arn
        }
      }
      sources {
        status
        error {
          code
        }
      }
    }
  }
`;

interface Edge {
  readonly cursor: string;
  readonly node: { readonly arn: string };
}

async function startFleet(): Promise<Gateway> {
  const gateway = await startGateway({ accounts: accounts(ids) });
  await gateway.load({
    snapshots: ids.flatMap((account) => [
      ...makeSnapshots('REDSHIFT', 3, { account }),
      ...makeSnapshots('DOCUMENTDB', 2, { account }),
      ...makeSnapshots('DOCUMENTDB', 2, { account, isForeign: true }),
    ]),
  });
  return gateway;
}

const sourceOf = ({ node }: Edge) =>
  sources.findIndex(
    ({ account, service }) => node.arn.includes(`:${account}:`) && node.arn.startsWith(`arn:aws:${service}:`),
  );
const arnsOf = (edges: readonly Edge[]) => edges.map(({ node }) => node.arn);
const failureOf = (source: number) => failures[source % failures.length] ?? failures[0];

const parts = 16;
const size = 2 ** sources.length / parts;

describe.concurrent('a list over 8 sources', () => {
  it.each(Array.from({ length: parts }, (_, part) => part))(
    'returns all sources that do not fail, reports each failed source, and resumes exactly (%i)',
    async (part) => {
      const gateway = await startFleet();
      const whole: Edge[] = (await gateway.query(list)).data.snapshots.edges;
      expect(whole).toHaveLength(4 * (3 + 2));
      for (let subset = part * size; subset < (part + 1) * size; subset += 1) {
        const isFailing = (source: number) => (subset & (2 ** source)) !== 0;
        const rules = sources.map((source, index) => ({ ...source, ...failureOf(index).fault }));
        await gateway.disturb(...rules.filter((_, index) => isFailing(index)));
        const { data, errors } = await gateway.query(list);
        const { isComplete, edges, sources: reports } = data.snapshots;
        expect(errors).toBeUndefined();
        expect(isComplete).toBe(subset === 0);
        expect(arnsOf(edges)).toEqual(arnsOf(whole.filter((edge) => !isFailing(sourceOf(edge)))));
        expect(reports).toEqual(
          sources.map((_, index) => {
            const { status, code } = failureOf(index);
            return isFailing(index) ? { status, error: { code } } : { status: 'COMPLETE', error: null };
          }),
        );

        const firstFailing = sources.findIndex((_, index) => isFailing(index));
        const after = edges.findLast((edge: Edge) => firstFailing < 0 || sourceOf(edge) < firstFailing)?.cursor;
        await gateway.disturb();
        const resumed = await gateway.query(list, { after });
        const expected = firstFailing < 0 ? [] : whole.filter((edge) => sourceOf(edge) >= firstFailing);
        expect(arnsOf(resumed.data.snapshots.edges)).toEqual(arnsOf(expected));
      }
      await gateway.close();
    },
  );
});
