import { InvalidInputError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Connection, PageArgs } from '../lists/connection.ts';
import type { Binding, CursorArgument, CursorContent, Cursors } from '../paging/cursor.ts';
import { decodeFailures, encodeFailures } from '../paging/failures.ts';
import { pageLength } from '../paging/page.ts';
import { countOf, gather, type WholeQuestion } from './gather.ts';
import type { EarlierFailures, Failure } from '../reports.ts';
import { firstInOrder, type Order, type OrderValue, type Rank, toRank } from './order.ts';

interface Ranked<Row> {
  readonly row: Row;
  readonly rank: Rank<Row>;
}

/**
 * Reads one page of an ordered list, forward or backward. A cursor contains the rank of a record instead of its
 * position, so it stays valid when other records are created or deleted, and even when the record itself is deleted. It
 * also contains the sources of which records are missing so far: this page does not list those before the cursor.
 */
export async function readOrderedPage<Row extends AwsRecord, Conditions>(
  question: WholeQuestion<Row, Conditions>,
  args: PageArgs,
  order: Order<Row>,
  cursors: Cursors,
  binding: Binding,
): Promise<Connection<Row>> {
  if (args.first != null && args.last != null) {
    throw new InvalidInputError('first and last are mutually exclusive. Pass only one of them.', ['last']);
  }
  const isBackward = args.last != null;
  const length = isBackward ? pageLength(args.last, 'last') : pageLength(args.first);
  const open = (argument: CursorArgument) => {
    const cursor = args[argument];
    return cursor == null ? undefined : openPlace(cursors.open(cursor, binding, argument), question.sources);
  };
  const places = [open('after'), open('before')];
  const [after, before] = places.map((place) => place?.rank);

  const gathered = await gather(question);
  const values = await order.values(gathered.rows, gathered.reports);
  for (const place of places) if (place) gathered.reports.failedBefore(place);
  const failures = gathered.reports.failures();
  const ranked = gathered.rows.map((row, index): Ranked<Row> => ({
    row,
    rank: { value: values[index] ?? null, of: row },
  }));
  const isEarly = ({ rank }: Ranked<Row>) => after !== undefined && order.compare(rank, after) <= 0;
  const isLate = ({ rank }: Ranked<Row>) => before !== undefined && order.compare(rank, before) >= 0;
  const within = after || before ? ranked.filter((each) => !isEarly(each) && !isLate(each)) : ranked;
  const forward = (one: Ranked<Row>, other: Ranked<Row>) => order.compare(one.rank, other.rank);
  const page = isBackward
    ? firstInOrder(within, length, (one, other) => forward(other, one)).toReversed()
    : firstInOrder(within, length, forward);
  const isCut = within.length > length;

  const hasNextPage = ranked.some(isLate) || (isCut && !isBackward);
  const edges = page.map(({ row, rank }) => ({
    cursor: cursors.seal(toContent(order.toContent(rank), failures), binding),
    node: row,
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: () => hasNextPage,
      hasPreviousPage: ranked.some(isEarly) || (isCut && isBackward),
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    sources: () => gathered.reports.all(),
    totalCount: () => Promise.resolve(countOf(gathered)),
  };
}

/** A place in an ordered list, and what is missing from the pages that lead to it. */
interface Place extends EarlierFailures {
  readonly rank: Rank<never>;
}

function toContent(rank: CursorContent, failures: readonly Failure[]): CursorContent {
  return [...rank, encodeFailures(failures, rank.join('').length)];
}

function openPlace(content: CursorContent, sources: readonly Source[]): Place {
  const [value, id, failures] = content as readonly [OrderValue, string, string | null];
  return { rank: toRank([value, id]), ...decodeFailures(failures, sources, sources.length) };
}
