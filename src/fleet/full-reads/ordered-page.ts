import { InvalidInputError } from '../../errors.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { SnapshotConditions } from '../lists/conditions.ts';
import type { Connection, SnapshotConnectionArgs } from '../lists/connection.ts';
import type { Binding, CursorArgument, Cursors } from '../paging/cursor.ts';
import { pageLength } from '../paging/page.ts';
import { countOf, gather, type WholeQuestion } from './gather.ts';
import { firstInOrder, type Order, type Rank, toContent, toRank } from './order.ts';

interface Ranked {
  readonly row: SnapshotRecord;
  readonly rank: Rank;
}

/**
 * Reads one page of a list in an order, forward or backward. Its cursors hold the rank of a record and not its
 * position, so that they mean the same after others came and went, and even after that record did.
 */
export async function readOrderedPage(
  question: WholeQuestion<SnapshotRecord, SnapshotConditions>,
  args: SnapshotConnectionArgs,
  order: Order,
  cursors: Cursors,
  binding: Binding,
): Promise<Connection<SnapshotRecord>> {
  if (args.first != null && args.last != null) {
    throw new InvalidInputError('first and last exclude each other; give one of them.', ['last']);
  }
  const isBackward = args.last != null;
  const length = isBackward ? pageLength(args.last, 'last') : pageLength(args.first);
  const open = (argument: CursorArgument) => {
    const cursor = args[argument];
    return cursor == null ? undefined : toRank(cursors.open(cursor, binding, argument));
  };
  const [after, before] = [open('after'), open('before')];

  const gathered = await gather(question);
  const ranked = gathered.rows.map((row): Ranked => ({ row, rank: order.rank(row) }));
  const isEarly = ({ rank }: Ranked) => after !== undefined && order.compare(rank, after) <= 0;
  const isLate = ({ rank }: Ranked) => before !== undefined && order.compare(rank, before) >= 0;
  const within = after || before ? ranked.filter((each) => !isEarly(each) && !isLate(each)) : ranked;
  const forward = (one: Ranked, other: Ranked) => order.compare(one.rank, other.rank);
  const page = isBackward
    ? firstInOrder(within, length, (one, other) => forward(other, one)).toReversed()
    : firstInOrder(within, length, forward);
  const isCut = within.length > length;

  const hasNextPage = ranked.some(isLate) || (isCut && !isBackward);
  const edges = page.map(({ row, rank }) => ({ cursor: cursors.seal(toContent(rank), binding), node: row }));
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
