import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { InvalidInputError } from '../../errors.ts';
import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Connection, Count, PageArgs, Wanted } from '../lists/connection.ts';
import type { Binding, CursorContent, Cursors } from './cursor.ts';
import { requireRange } from '../range.ts';
import { createReports, type Reports } from '../reports.ts';
import { type Opened, type Position, toContent, toPosition } from './position.ts';
import { createReadBefore, type ReadBefore } from './read-before.ts';
import { type Found, type ListQuestion, walk } from './walk.ts';

const defaultFirst = 20;
const maximumFirst = 100;

/**
 * Reads one page of a list. Whether another record follows is determined concurrently with the fields of the records,
 * and only if it is selected, because it can require more AWS pages.
 */
export async function readPage<Row, Conditions>(
  list: Omit<ListQuestion<Row, Conditions>, 'reports'>,
  args: PageArgs & Wanted,
  cursors: Cursors,
  binding: Binding,
  totalCount: () => Promise<Count>,
): Promise<Connection<Row>> {
  const first = pageLength(args.first);
  const readBefore = createReadBefore(list);
  const start = args.after == null ? undefined : openAt(cursors.open(args.after, binding), list.sources, readBefore);
  const reports = createReports(list.sources, list.usage, start?.earlier);
  const question = { ...list, reports };
  const found: Found<Row>[] = [];
  const steps = walk(question, start?.position, () => (found.length < first ? first - found.length : first));
  let end: { stopped: Position | null } | undefined;
  while (found.length < first && !end) {
    const step = await steps.next();
    if (step.done) end = { stopped: step.value };
    else found.push(step.value);
  }
  const last = found.at(-1);
  const seal = (position: Position) => cursors.seal(toContent(position, list.sources, readBefore), binding);
  let next: MaybePromise<boolean> | undefined = end && end.stopped !== null;
  const hasNextPage = () => (next ??= isFollowed(last, steps, question));
  /** Resolves after all reports that were requested, because `hasNextPage` can change them. */
  const reported = async () => {
    if (args.isNextPageWanted) await hasNextPage();
    return reports;
  };
  return {
    edges: found.map(({ row, after }) => ({
      node: row,
      get cursor() {
        return seal(after());
      },
    })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: start !== undefined,
      get startCursor() {
        return found[0] ? seal(found[0].after()) : null;
      },
      get endCursor() {
        const position = end?.stopped ?? last?.after();
        return position ? seal(position) : null;
      },
    },
    sources: async () => (await reported()).all(),
    totalCount: async () => {
      const [count] = await Promise.all([totalCount(), reported()]);
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
  return createHash('sha256').update(stringify(parts)).digest('base64url');
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

async function isFollowed<Row, Conditions>(
  last: Found<Row> | undefined,
  steps: AsyncGenerator<Found<Row>, Position | null>,
  { reports }: ListQuestion<Row, Conditions>,
): Promise<boolean> {
  if (last?.isFollowed) return true;
  const failures = reports.failures();
  const step = await steps.next();
  // A source that fails now comes after endCursor, so the next page tries it again.
  return !step.done || step.value !== null || reports.failures() !== failures;
}
