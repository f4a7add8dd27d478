import { compareRanks, type Order, type Rank } from '../order.ts';

/** The matches of one list, in order. */
export interface SortedList<Row> {
  readonly length: number;
  at(position: number): Row;
}

/** The rank of a record of a page. */
export type RankOf<Row> = Rank & { readonly row: Row };

/** The records between two ranks; undefined for the start and the end of the list. */
export interface Bounds {
  readonly after: Rank | undefined;
  readonly before: Rank | undefined;
}

/** One page of the lists together, and what is around it. */
export interface MergedPage<Row> {
  readonly ranks: readonly RankOf<Row>[];
  /** Whether there are more records within the bounds. */
  readonly isCut: boolean;
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
}

/** Returns the first `length` records within the bounds or, if `isBackward`, the last, without reading the others. */
export function mergePage<Row>(
  lists: readonly SortedList<Row>[],
  order: Order<Row>,
  { after, before }: Bounds,
  length: number,
  isBackward: boolean,
): MergedPage<Row> {
  const ends = lists.map((list) => {
    const place = (isBefore: (rank: Rank) => boolean) => lowerBound(list, order, isBefore);
    const start = after === undefined ? 0 : place((rank) => compareRanks(rank, after, order.direction) <= 0);
    const end = before === undefined ? list.length : place((rank) => compareRanks(rank, before, order.direction) < 0);
    return { list, start, end };
  });
  const within = ends.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0);
  const step = isBackward ? -1 : 1;
  const heads = ends
    .filter(({ start, end }) => start < end)
    .map(({ list, start, end }): Head<Row> => {
      const position = isBackward ? end - 1 : start;
      return { list, position, left: end - start, rank: rankAt(list, position, order) };
    });
  const ranks = takeFirst(heads, length, step, order);
  return {
    ranks: isBackward ? ranks.toReversed() : ranks,
    isCut: within > length,
    hasEarlier: ends.some(({ start }) => start > 0),
    hasLater: ends.some(({ list, end }) => end < list.length),
  };
}

/** The next record of a list. */
interface Head<Row> {
  readonly list: SortedList<Row>;
  position: number;
  /** The number of records that are left, with this one. */
  left: number;
  rank: RankOf<Row>;
}

function rankAt<Row>(list: SortedList<Row>, position: number, order: Order<Row>): RankOf<Row> {
  const row = list.at(position);
  let id: string | undefined;
  return { row, value: order.value(row), id: () => (id ??= order.key(row)) };
}

/** Returns the number of records for which `isBefore` is true, which must be the first of the list. */
function lowerBound<Row>(list: SortedList<Row>, order: Order<Row>, isBefore: (rank: Rank) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(rankAt(list, middle, order))) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes records in order, with a binary heap of the lists by their next records. */
function takeFirst<Row>(heap: Head<Row>[], count: number, step: 1 | -1, order: Order<Row>): RankOf<Row>[] {
  const isFirst = (one: Head<Row>, other: Head<Row>) => step * compareRanks(one.rank, other.rank, order.direction) < 0;
  const sink = (from: number) => {
    for (let place = from; ;) {
      let first = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < heap.length && isFirst(heap[child] as Head<Row>, heap[first] as Head<Row>)) first = child;
      }
      if (first === place) return;
      [heap[place], heap[first]] = [heap[first] as Head<Row>, heap[place] as Head<Row>];
      place = first;
    }
  };
  for (let place = (heap.length >>> 1) - 1; place >= 0; place -= 1) sink(place);
  const taken: RankOf<Row>[] = [];
  for (let [head] = heap; head !== undefined && taken.length < count; [head] = heap) {
    taken.push(head.rank);
    head.left -= 1;
    if (head.left > 0) {
      head.position += step;
      head.rank = rankAt(head.list, head.position, order);
    } else {
      const last = heap.pop();
      if (last !== undefined && last !== head) heap[0] = last;
    }
    sink(0);
  }
  return taken;
}
