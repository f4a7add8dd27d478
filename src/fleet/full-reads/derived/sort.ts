import { compareValues, type Order, type OrderValue } from '../order.ts';
import { recordsInStep, type Steps } from './slices.ts';
import { indexAt, type Indexes } from './verdicts.ts';

/** Returns the indexes of records in an order, with 4 bytes of memory for each. */
export function* sortRecords<Row>(
  rows: readonly Row[],
  indexes: Indexes,
  { value, key, direction }: Order<Row>,
): Steps<Uint32Array> {
  const values: OrderValue[] = [];
  const sorted = new Uint32Array(indexes.size);
  for (let position = 0; position < indexes.size; position += 1) {
    values.push(value(rows[indexAt(indexes, position)] as Row));
    sorted[position] = position;
    if (position % recordsInStep === recordsInStep - 1) yield;
  }
  // Most records differ in their values, so that their ids are not needed.
  const ids: string[] = [];
  const idAt = (position: number) => (ids[position] ??= key(rows[indexAt(indexes, position)] as Row));
  const valueAt = (position: number) => values[position] ?? null;
  const order = yield* sortInSteps(
    sorted,
    (one, other) =>
      compareValues(valueAt(one), valueAt(other), direction) || compareValues(idAt(one), idAt(other), 'ASC'),
  );
  return order.map((position) => indexAt(indexes, position));
}

type Compare = (one: number, other: number) => number;

/** Sorts parts of the list, and merges them in pairs. */
function* sortInSteps(list: Uint32Array, compare: Compare): Steps<Uint32Array> {
  for (let start = 0; start < list.length; start += recordsInStep) {
    list.subarray(start, start + recordsInStep).sort(compare);
    yield;
  }
  let [from, to]: [Uint32Array, Uint32Array] = [list, new Uint32Array(list.length)];
  for (let width = recordsInStep; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) yield* merge(from, to, start, width, compare);
    [from, to] = [to, from];
  }
  return from;
}

/** Merges two neighboring sorted parts of `from`, of at most `width` numbers each, into `to`. */
function* merge(from: Uint32Array, to: Uint32Array, start: number, width: number, compare: Compare): Steps<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  let [left, right] = [start, middle];
  for (let place = start; place < end; place += 1) {
    const isLeft = right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0);
    to[place] = from[isLeft ? left++ : right++] ?? 0;
    if (place % recordsInStep === 0) yield;
  }
}
