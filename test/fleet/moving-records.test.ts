import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotsPage } from '../support/listed-snapshots.ts';
import { runs } from '../support/runs.ts';
import { serviceNames } from '../support/services.ts';
import { useStaticUpstream } from '../support/static-upstream.ts';

const fixed = useStaticUpstream();

/** The identifiers on each AWS page. */
type AwsPages = readonly (readonly string[])[];

describe.each(serviceNames)('a list of %s', (service) => {
  const show = (pages: AwsPages) =>
    fixed.upstream.answer(({ Marker }) => {
      const index = Number(Marker ?? 0);
      return snapshotsPage(service, pages[index] ?? [], index + 1 < pages.length ? String(index + 1) : undefined);
    });

  /** Lists all pages with `first` records each; before the page at `index`, AWS returns `pagesAt(index)`. */
  async function listAll(first: number, search: string | undefined, pagesAt: (index: number) => AwsPages) {
    const listed: string[] = [];
    for (let after: string | null = null, more = true, index = 0; more; index += 1) {
      show(pagesAt(index));
      const { data, errors } = await fixed.gateway.query(
        `query ($first: Int!, $after: String, $filter: SnapshotFilter) {
          snapshots(first: $first, after: $after, filter: $filter) {
            isComplete nodes { identifier } pageInfo { hasNextPage endCursor }
          }
        }`,
        { first, after, filter: { services: [service], ...(search && { search }) } },
      );
      expect(errors).toBeUndefined();
      const { nodes, pageInfo, isComplete } = data.snapshots;
      expect(isComplete).toBe(true);
      listed.push(...nodes.map(({ identifier }: { identifier: string }) => identifier));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    return listed;
  }

  const ten = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const rest = ['k', 'l', 'm', 'n', 'o', 'p'];
  const letters = [...ten, ...rest];
  const without = (names: readonly string[], name: string) => names.filter((each) => each !== name);
  it.each([
    { change: 'reverses its records', now: letters.toReversed() },
    { change: 'moves an unread record to the start', now: ['m', ...without(letters, 'm')] },
    {
      change: 'moves an unread record among the last records read',
      now: [...ten.slice(0, 7), 'm', ...ten.slice(7), ...without(rest, 'm')],
    },
    { change: 'moves a read record to the end', now: [...without(letters, 'j'), 'j'] },
    { change: 'repeats a read record at the end', now: [...letters, 'j'] },
    { change: 'repeats read records among the unread records', now: [...ten, 'k', 'd', 'l', 'j', ...rest.slice(2)] },
    { change: 'deletes the last records read', now: ['a', 'b', ...rest] },
    { change: 'deletes all records read', now: rest },
  ])('has every record once if AWS $change', async ({ now }) => {
    const listed = await listAll(10, undefined, (index) => [index === 0 ? letters : now]);
    expect(listed).toHaveLength(letters.length);
    expect(listed.toSorted()).toEqual(letters);
  });

  const edit = fc.oneof(
    fc.record({ kind: fc.constant('move' as const), from: fc.nat(), to: fc.nat() }),
    fc.record({ kind: fc.constant('repeat' as const), from: fc.nat(), to: fc.nat() }),
    fc.record({ kind: fc.constant('insert' as const), from: fc.nat(), to: fc.nat() }),
    fc.record({ kind: fc.constant('delete' as const), from: fc.nat(), to: fc.nat() }),
    fc.record({ kind: fc.constant('reverse' as const), from: fc.nat(), to: fc.nat() }),
  );

  it('has every record once, in whatever order AWS returns the records of its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 19 }),
        fc.constantFrom(undefined, 'even'),
        fc.infiniteStream(fc.array(fc.tuple(fc.nat(), edit), { maxLength: 5 })),
        async (sizes, first, search, edits) => {
          let made = 0;
          const nextName = () => `s-${made}-${made++ % 2 === 0 ? 'even' : 'odd'}`;
          let pages = sizes.map((size) => Array.from({ length: size }, nextName));
          const stayed = new Set(pages.flat());
          const listed = await listAll(first, search, (index) => {
            if (index === 0 || index > 40) return pages;
            pages = pages.map((page) => [...page]);
            for (const [at, { kind, from, to }] of edits.next().value) {
              const page = pages[at % pages.length] ?? [];
              const source = from % (page.length + 1);
              const target = to % (page.length + 1);
              const name = page[source];
              if (kind === 'reverse') page.reverse();
              else if (kind === 'insert') page.splice(target, 0, nextName());
              else if (name === undefined) continue;
              else if (kind === 'move') page.splice(target, 0, ...page.splice(source, 1));
              else if (kind === 'repeat') page.splice(target, 0, name);
              else {
                stayed.delete(name);
                pages[at % pages.length] = page.filter((each) => each !== name);
              }
            }
            return pages;
          });
          const wanted = [...stayed].filter((name) => search === undefined || name.includes(search));
          expect(wanted.filter((name) => !listed.includes(name))).toEqual([]);
          expect(listed.length).toBe(new Set(listed).size);
        },
      ),
      { numRuns: runs(30, 2000) },
    );
  });
});
