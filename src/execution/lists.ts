import {
  GraphQLError,
  type GraphQLOutputType,
  isNonNullType,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import { catchLate, catchNow, writeLate } from './errors.ts';
import type { InfoSpot } from './info.ts';
import { fill, leaveHole } from './parts.ts';
import { abandon, ignore, isPromiseLike, type Pending, type Run, type Spot, type WriteValue } from './run.ts';
import { writeByte, writeText } from './sink.ts';

const [openBracket, closeBracket, comma] = [0x5b, 0x5d, 0x2c];

type WriteItem = (run: Run, item: unknown, list: ResponsePath, index: number) => Pending;

/** Creates the writer of a list. */
export function listWriter(spot: InfoSpot, itemType: GraphQLOutputType, writeValue: WriteValue): WriteValue {
  const items: Spot = { nodes: spot.nodes, isNonNull: isNonNullType(itemType) };
  const writeItem = itemWriter(items, writeValue);
  return (run, value, path) => {
    if (isAsyncIterable(value)) return writeLateItems(run, spot, writeItem, value, path);
    if (isIterable(value)) return writeItems(run, writeItem, value, path);
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${spot.parentType.name}.${spot.field.name}".`,
    );
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function itemWriter(spot: Spot, write: WriteValue): WriteItem {
  return (run, item, list, index) => {
    const path: ResponsePath = { prev: list, key: index, typename: undefined };
    if (isPromiseLike(item)) return writeLate(run, spot, write, item, path);
    const start = run.sink.position;
    const count = run.splices.length;
    try {
      const pending = write(run, item, path);
      return pending && catchLate(run, spot, path, start, count, pending);
    } catch (error) {
      return catchNow(run, spot, path, start, count, error);
    }
  };
}

function writeItems(run: Run, writeItem: WriteItem, items: Iterable<unknown>, path: ResponsePath): Pending {
  const { sink } = run;
  const pending: Promise<unknown>[] = [];
  // An error does not close the iterator, as in graphql-js: its other promises must be found.
  const iterator = items[Symbol.iterator]();
  let index = 0;
  writeByte(sink, openBracket);
  try {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      if (index > 0) writeByte(sink, comma);
      const waiting = writeItem(run, next.value, path, index);
      if (waiting !== undefined) pending.push(waiting);
      index += 1;
    }
  } catch (error) {
    abandon([...pending, ...rest(iterator)]);
    throw error;
  }
  writeByte(sink, closeBracket);
  return pending.length === 0 ? undefined : Promise.all(pending);
}

function rest(iterator: Iterator<unknown>): readonly unknown[] {
  const values: unknown[] = [];
  try {
    for (let next = iterator.next(); !next.done; next = iterator.next()) values.push(next.value);
  } catch {
    // The error that ended the list has been reported already.
  }
  return values;
}

/**
 * Writes the items of an asynchronous iterable as they arrive, each as a further part of one hole. It waits exactly as
 * often as graphql-js, so that resolvers are called in the same order.
 */
async function writeLateItems(
  run: Run,
  { nodes }: Spot,
  writeItem: WriteItem,
  items: AsyncIterable<unknown>,
  path: ResponsePath,
): Promise<unknown> {
  const hole = leaveHole(run);
  const iterator = items[Symbol.asyncIterator]();
  const pending: Promise<unknown>[] = [];
  const writeNext = (value: unknown, index: number) =>
    fill(run, hole, () => {
      writeByte(run.sink, index === 0 ? openBracket : comma);
      return writeItem(run, value, path, index);
    });
  try {
    for (let index = 0; ; index += 1) {
      let next: IteratorResult<unknown>;
      try {
        next = await iterator.next();
      } catch (error) {
        throw locatedError(error, nodes, responsePathAsArray(path));
      }
      if (run.isFinished) throw new Error('Aborted!');
      if (next.done) break;
      const waiting = writeNext(next.value, index);
      if (waiting === undefined) continue;
      waiting.then(undefined, ignore);
      pending.push(waiting);
    }
  } catch (error) {
    abandon(pending);
    void (async () => iterator.return?.())().catch(ignore);
    throw error;
  }
  fill(run, hole, () => writeText(run.sink, hole.replacement === undefined ? '[]' : ']'));
  return pending.length === 0 ? undefined : Promise.all(pending);
}
