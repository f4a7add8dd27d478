import { beforeEach, describe, expect, it } from 'vitest';
import { snapshotsPage } from '../support/listed-snapshots.ts';
import { serviceNames } from '../support/services.ts';
import { useStaticUpstream } from '../support/static-upstream.ts';

const fixed = useStaticUpstream();

const fields = 'isComplete nodes { identifier } sources { status error { code message } }';
const failed = {
  status: 'FAILED',
  error: { code: 'UPSTREAM', message: expect.stringMatching(/repeated Marker/) },
};

describe.each(serviceNames)('the snapshots of %s', (service) => {
  /** Returns one snapshot for each Marker, and the next Marker in `next`. */
  const answerWith = (next: Readonly<Record<string, string>>) =>
    fixed.upstream.answer((parameters) => {
      const marker = parameters['Marker'] ?? '';
      return snapshotsPage(service, [`after-${marker}`], next[marker]);
    });
  const ask = async (args: string, selected = fields) => {
    const { data, errors } = await fixed.gateway.query(
      `{ snapshots(${args}, filter: { services: [${service}] }) { ${selected} } }`,
    );
    expect(errors).toBeUndefined();
    return data.snapshots;
  };

  describe('if AWS returns the same Marker on every page', () => {
    beforeEach(() => answerWith({ '': 'm', m: 'm' }));

    it('are listed once, and their source is FAILED', async () => {
      const expected = { isComplete: false, nodes: [{ identifier: 'after-' }], sources: [failed] };
      expect(await ask('first: 5')).toEqual(expected);
      expect(await ask('first: 5, orderBy: { field: IDENTIFIER, direction: ASC }')).toEqual(expected);
    });

    it('are listed once over several pages', async () => {
      const page = await ask('first: 1', `${fields} pageInfo { endCursor }`);
      expect(page.nodes).toEqual([{ identifier: 'after-' }]);
      const next = await ask(`first: 1, after: "${page.pageInfo.endCursor}"`);
      expect(next).toEqual({ isComplete: false, nodes: [], sources: [{ ...failed }] });
    });

    it('are counted once', async () => {
      expect(await ask('first: 5', 'totalCount { value precision }')).toEqual({
        totalCount: { value: 1, precision: 'AT_LEAST' },
      });
    });
  });

  it.each([2, 3, 7])(
    'end on one of the next pages if AWS repeats %i Markers, each on a page of its own',
    async (length) => {
      answerWith({
        '': 'm0',
        ...Object.fromEntries(Array.from({ length }, (_, index) => [`m${index}`, `m${(index + 1) % length}`])),
      });
      const names = new Set<string>();
      let page = await ask('first: 1', `${fields} pageInfo { endCursor hasNextPage }`);
      let pages = 1;
      for (; page.pageInfo.endCursor !== null && pages < 50; pages += 1) {
        names.add(page.nodes[0].identifier);
        page = await ask(
          `first: 1, after: "${page.pageInfo.endCursor}"`,
          `${fields} pageInfo { endCursor hasNextPage }`,
        );
      }
      expect(page).toMatchObject({ isComplete: false, nodes: [], sources: [failed], pageInfo: { hasNextPage: false } });
      expect(names.size).toBe(length + 1);
      expect(pages).toBeLessThanOrEqual(4 * length);
    },
  );

  it('are listed once each if AWS returns an earlier Marker', async () => {
    answerWith({ '': 'one', one: 'two', two: 'one' });
    const nodes = [{ identifier: 'after-' }, { identifier: 'after-one' }];
    for (const args of ['first: 100', 'first: 100, orderBy: { field: IDENTIFIER, direction: ASC }'])
      expect(await ask(args)).toEqual({ isComplete: false, nodes, sources: [failed] });
  });
});
