import { hash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { InvalidInputError } from '../../errors.ts';
import { after, type Maybe, type MaybePromise } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Connection, Count, PageArgs, Wanted } from '../lists/connection.ts';
import type { Binding, CursorContent, Cursors } from './cursor.ts';
import { Edge } from './edge.ts';
import { requireRange } from '../range.ts';
import { createReports, type Reports } from '../reports.ts';
import { advance, type Found, isFollowed, type Steps } from './found.ts';
import { type Opened, type Position, toPosition } from './position.ts';
import { createReadBefore, type ReadBefore } from './read-before.ts';
import { createSeal, type Seal } from './seal.ts';
import type { ListQuestion } from './question.ts';
import { walk } from './walk.ts';

const defaultFirst = 20;
const maximumFirst = 100;

/**
 * Reads one page of a list: at once, if the AWS pages that it needs are cached. Whether another record follows is
 * determined concurrently with the fields of the records, and only if it is selected, because it can require more AWS
 * pages.
 */
export function readPage<Row, Conditions>(
  list: Omit<ListQuestion<Row, Conditions>, 'reports'>,
  args: PageArgs & Wanted,
  cursors: Cursors,
  bindingOfList: () => Binding,
  totalCount: () => Promise<Count>,
): MaybePromise<Connection<Row>> {
  const first = pageLength(args.first);
  const readBefore = createReadBefore(list);
  const start =
    args.after == null ? undefined : openAt(cursors.open(args.after, bindingOfList()), list.sources, readBefore);
  const reports = createReports(list.sources, list.usage, start?.earlier);
  const found: Found<Row>[] = [];
  const wanted = () => (found.length < first ? first - found.length : first);
  const steps = walk({ ...list, reports }, start?.position, wanted);
  const take = (): MaybePromise<End> =>
    after(advance(steps), (step) => {
      if (step.done) return { stopped: step.value, hasMore: false };
      const some = step.value.slice(0, first - found.length);
      found.push(...some);
      return found.length < first ? take() : { stopped: undefined, hasMore: some.length < step.value.length };
    });
  return after(take(), (end): Connection<Row> => {
    const seal = createSeal<Row>(cursors, bindingOfList, list.sources, readBefore);
    return createPage({ args, found, end, steps, reports, seal, isFirst: start === undefined, totalCount });
  });
}

/** Where the records of a page end. */
interface End {
  /** Null at the end of the list, and undefined if the page is full. */
  readonly stopped: Position | null | undefined;
  /** Whether a further match is known already. */
  readonly hasMore: boolean;
}

interface ReadPage<Row> {
  readonly args: Wanted;
  readonly found: readonly Found<Row>[];
  readonly end: End;
  readonly steps: Steps<Row>;
  readonly reports: Reports;
  readonly seal: Seal<Row>;
  readonly isFirst: boolean;
  readonly totalCount: () => Promise<Count>;
}

function createPage<Row>({
  args,
  found,
  end,
  steps,
  reports,
  seal,
  isFirst,
  totalCount,
}: ReadPage<Row>): Connection<Row> {
  const last = found.at(-1);
  let next: MaybePromise<boolean> | undefined;
  const hasNextPage = () =>
    (next ??= end.stopped === undefined ? hasNext(end, last, steps, reports) : end.stopped !== null);
  /** Continues after all reports that were requested, because `hasNextPage` can change them. */
  const reported = (): MaybePromise<unknown> => (args.isNextPageWanted ? hasNextPage() : undefined);
  return {
    nodes: found.map(({ row }) => row),
    edges: () => found.map((each) => new Edge(each.row, () => seal.of(each))),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: !isFirst,
      startCursor: () => (found[0] ? seal.of(found[0]) : null),
      endCursor: () => {
        if (end.stopped) return seal.at(end.stopped);
        return last ? seal.of(last) : null;
      },
    },
    sources: () => after(reported(), () => reports.all()),
    totalCount: async () => {
      const [count] = await Promise.all([totalCount(), Promise.resolve(reported())]);
      return consistentCount(count, found.length, reports);
    },
  };
}

/** Corrects a count by what the page of the same response shows: more records, or records that may be missing. */
function consistentCount(count: Count, shown: number, reports: Reports): Count {
  const isExact = count.precision === 'EXACT' && count.value >= shown && reports.isComplete();
  return { value: Math.max(count.value, shown), precision: isExact ? 'EXACT' : 'AT_LEAST' };
}

/** Returns the binding of a list, so that its cursors do not open for another field, filter or order. */
export function bindingOf(...parts: readonly unknown[]): Binding {
  return hash('sha256', stringify(parts), 'base64url');
}

/** Returns the length of a page. Throws INVALID_INPUT, naming the argument, if the length is out of range. */
export function pageLength(given: Maybe<number>, argument = 'first'): number {
  const length = given ?? defaultFirst;
  requireRange(argument, length, maximumFirst);
  return length;
}

function openAt(content: CursorContent, sources: readonly Source[], readBefore: ReadBefore): Opened {
  const opened = toPosition(content, sources, readBefore);
  if (opened) return opened;
  throw new InvalidInputError(
    '`after` does not match the configuration of this gateway: other sources, or other lists of AWS, were read before it. Start again without `after`.',
    ['after'],
  );
}

function hasNext<Row>(
  { hasMore }: End,
  last: Found<Row> | undefined,
  steps: Steps<Row>,
  reports: Reports,
): MaybePromise<boolean> {
  if (hasMore || (last && isFollowed(last))) return true;
  const failures = reports.failures();
  // A source that fails now comes after endCursor, so the next page tries it again.
  return after(advance(steps), (step) => !step.done || step.value !== null || reports.failures() !== failures);
}
