import { InvalidInputError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Connection, PageArgs } from '../lists/connection.ts';
import type { Binding, CursorArgument, CursorContent, Cursors } from '../paging/cursor.ts';
import { Edge } from '../paging/edge.ts';
import { decodeFailures, encodeFailures } from '../paging/failures.ts';
import { pageLength } from '../paging/page.ts';
import type { EarlierFailures, Failure } from '../reports.ts';
import { keptResult } from './derived/kept-results.ts';
import { mergePage, type SortedList } from './derived/merged-page.ts';
import { inSlices } from './derived/slices.ts';
import type { Indexes } from './derived/verdicts.ts';
import { sortRecords } from './derived/sort.ts';
import { countOf, gather, type GatheredList, rowsOf, type WholeQuestion } from './gather.ts';
import { type Order, type Rank, toContent, toRank } from './order.ts';

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
  await order.readValues?.(rowsOf(gathered), gathered.reports);
  const sorted = await Promise.all(gathered.lists.map((list) => sort(list, order)));
  for (const place of places) if (place) gathered.reports.failedBefore(place);
  const failures = gathered.reports.failures();
  const page = mergePage(sorted, order, { after, before }, length, isBackward);

  const hasNextPage = page.hasLater || (page.isCut && !isBackward);
  const edges = page.ranks.map(
    (rank) => new Edge(rank.row, () => cursors.seal(withFailures(toContent(rank), failures), binding)),
  );
  return {
    nodes: page.ranks.map(({ row }) => row),
    edges: () => edges,
    pageInfo: {
      hasNextPage: () => hasNextPage,
      hasPreviousPage: page.hasEarlier || (page.isCut && isBackward),
      startCursor: () => edges.at(0)?.cursor ?? null,
      endCursor: () => edges.at(-1)?.cursor ?? null,
    },
    sources: () => gathered.reports.all(),
    totalCount: () => Promise.resolve(countOf(gathered)),
  };
}

/** Sorts the matches of a list. The order is kept unless it, or the matches, depend on more than the records. */
async function sort<Row extends AwsRecord>(
  { rows, matching, name }: GatheredList<Row>,
  order: Order<Row>,
): Promise<SortedList<Row>> {
  const sorted = (some: Indexes) => inSlices(sortRecords(rows, some, order));
  const kept = (ofName: string, some: Indexes) => keptResult(rows, `order ${order.name} ${ofName}`, () => sorted(some));
  const select = async () => {
    if (order.readValues !== undefined || name === undefined) return sorted(matching);
    return kept(name, matching);
  };
  const indexes = await select();
  return { length: indexes.length, at: (position) => rows[indexes[position] ?? 0] as Row };
}

/** A place in an ordered list, and what is missing from the pages that lead to it. */
interface Place extends EarlierFailures {
  readonly rank: Rank;
}

function withFailures(content: CursorContent, failures: readonly Failure[]): CursorContent {
  return [...content, encodeFailures(failures, content.join('').length)];
}

function openPlace(content: CursorContent, sources: readonly Source[]): Place {
  const [value, id, failures] = content as readonly [string | number | null, string, string | null];
  return { rank: toRank([value, id]), ...decodeFailures(failures, sources, sources.length) };
}
