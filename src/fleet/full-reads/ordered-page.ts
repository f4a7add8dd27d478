import { InvalidInputError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Connection, PageArgs } from '../lists/connection.ts';
import type { Binding, CursorArgument, Cursors } from '../paging/cursor.ts';
import { pageLength } from '../paging/page.ts';
import { countOf, gather, type WholeQuestion } from './gather.ts';
import { firstInOrder, type Order, type Rank, toRank } from './order.ts';

interface Ranked<Row> {
  readonly row: Row;
  readonly rank: Rank<Row>;
}

/**
 * Reads one page of an ordered list, forward or backward. A cursor contains the rank of a record instead of its
 * position, so it stays valid when other records are created or deleted, and even when the record itself is deleted.
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
    return cursor == null ? undefined : toRank(cursors.open(cursor, binding, argument));
  };
  const [after, before] = [open('after'), open('before')];

  const gathered = await gather(question);
  const values = await order.values(gathered.rows, gathered.reports);
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
  const edges = page.map(({ row, rank }) => ({ cursor: cursors.seal(order.toContent(rank), binding), node: row }));
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
