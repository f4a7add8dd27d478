import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotsPage } from '../support/listed-snapshots.ts';
import { runs } from '../support/runs.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { useStaticUpstream } from '../support/static-upstream.ts';

const fixed = useStaticUpstream();

/** Shows a list whose Markers are the names of the last records of the pages, also after those are deleted. */
function show(service: ServiceName, list: readonly string[], deleted: ReadonlySet<string>) {
  fixed.upstream.answer(({ Marker, MaxRecords }) => {
    const rest = list.slice(Marker ? list.indexOf(Marker) + 1 : 0).filter((name) => !deleted.has(name));
    const page = rest.slice(0, Number(MaxRecords));
    return snapshotsPage(service, page, page.length < rest.length ? page.at(-1) : undefined);
  });
}

/** Lists all pages of these lengths in turn, and calls `change` after each. */
async function listAll(
  {
    lengths,
    ...filter
  }: {
    readonly services: readonly ServiceName[];
    readonly search?: string | undefined;
    readonly lengths: readonly number[];
  },
  change: (index: number) => void,
) {
  const pages: string[][] = [];
  for (let after: string | null = null, more = true, index = 0; more; index += 1) {
    const { data, errors } = await fixed.gateway.query(
      `query ($first: Int!, $after: String, $filter: SnapshotFilter) {
        snapshots(first: $first, after: $after, filter: $filter) {
          isComplete nodes { identifier } pageInfo { hasNextPage endCursor }
        }
      }`,
      { first: lengths[index % lengths.length], after, filter },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo, isComplete } = data.snapshots;
    expect(isComplete).toBe(true);
    expect(pageInfo.endCursor?.length ?? 0).toBeLessThan(2048);
    pages.push(nodes.map(({ identifier }: { identifier: string }) => identifier));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
    change(index);
  }
  return pages;
}

describe.each(serviceNames)('a list of %s to which AWS adds new records at its start', (service) => {
  it('has every record once, although AWS moves listed records to the next AWS page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 150 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(undefined, 'x'),
        fc.array(fc.record({ made: fc.integer({ min: 0, max: 20 }), gone: fc.array(fc.nat(), { maxLength: 3 }) }), {
          maxLength: 5,
        }),
        async (size, lengths, search, changes) => {
          let made = 0;
          const names = (count: number) => Array.from({ length: count }, () => `x${made++}`);
          const list = names(size);
          const stayed = new Set(list);
          const deleted = new Set<string>();
          show(service, list, deleted);
          const pages = await listAll({ services: [service], lengths, search }, (index) => {
            const { made: added = 0, gone = [] } = changes[index] ?? {};
            for (const at of gone) {
              const name = list[at % list.length];
              if (name === undefined) continue;
              deleted.add(name);
              stayed.delete(name);
            }
            list.unshift(...names(added));
          });
          const listed = pages.flat();
          expect(listed.filter((name, index) => listed.indexOf(name) !== index)).toEqual([]);
          expect([...stayed].filter((name) => !listed.includes(name))).toEqual([]);
        },
      ),
      { numRuns: runs(40, 2000) },
    );
  });

  it('has no next page if AWS has moved only listed records behind the page', async () => {
    const list = Array.from({ length: 20 }, (_, index) => `x${index}`);
    show(service, list, new Set());
    const pages = await listAll({ services: [service], lengths: [19, 5] }, (index) => {
      if (index === 0) list.unshift('new-1', 'new-2', 'new-3');
    });
    expect(pages.flat()).toHaveLength(23);
    expect(pages.at(-1)).not.toEqual([]);
  });
});
