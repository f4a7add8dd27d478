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
 * Reads one page of an ordered list, forward or backward. A cursor contains the rank of a record instead of its
 * position, so it stays valid when other records are created or deleted, and even when the record itself is deleted.
 */
export async function readOrderedPage(
  question: WholeQuestion<SnapshotRecord, SnapshotConditions>,
  args: SnapshotConnectionArgs,
  order: Order,
  cursors: Cursors,
  binding: Binding,
): Promise<Connection<SnapshotRecord>> {
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
