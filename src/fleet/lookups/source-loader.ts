import DataLoader from 'dataloader';
import PQueue from 'p-queue';
import type { Usage } from '../../aws/usage.ts';
import type { Source } from '../../snapshots/source.ts';

/** Loads values by source and id, each value once per request, and again after the request has changed something. */
export interface SourceLoader<Value, Id = string> {
  load(source: Source, id: Id): Promise<Value>;
  /** Adds a value that a list has already read. */
  prime(source: Source, id: Id, value: Value): void;
}

/** Reads the ids of one source and returns values in the same order; an Error at a position fails only that id. */
export type ReadSource<Value, Id = string> = (
  source: Source,
  ids: readonly Id[],
) => Promise<readonly (Value | Error)[]>;

interface Key<Id> {
  readonly source: Source;
  readonly id: Id;
}

/**
 * Creates a DataLoader over many sources: all loads in one tick use one `read` per source. Ids with the same `nameOf`
 * are one id: the first of them is read.
 */
export function createSourceLoader<Value, Id = string>(
  read: ReadSource<Value, Id>,
  { outdated }: Pick<Usage, 'outdated'>,
  nameOf: (id: Id) => string = String,
): SourceLoader<Value, Id> {
  const loader = new DataLoader<Key<Id>, Value, string>((keys) => readAll(keys, read), {
    cacheKeyFn: ({ source, id }) => `${source.key} ${nameOf(id)}`,
  });
  outdated.push(() => loader.clearAll());
  return {
    load: (source, id) => loader.load({ source, id }),
    prime: (source, id, value) => {
      loader.prime({ source, id }, value);
    },
  };
}

/** The number of records of one request and source that are read concurrently: the rest lets other requests go first. */
const readTogether = 20;

/** Reads records of one source one by one, a few at a time; an Error at a position fails only that record. */
export function readEach<Id, Value>(ids: readonly Id[], read: (id: Id) => Promise<Value>): Promise<(Value | Error)[]> {
  const queue = new PQueue({ concurrency: readTogether });
  return queue.addAll(ids.map((id) => () => read(id).catch((error: Error) => error)));
}

/** Creates a loader of values that AWS returns for one record at a time; a failed read fails only its record. */
export function createRecordLoader<Value>(
  read: (source: Source, id: string) => Promise<Value>,
  usage: Pick<Usage, 'outdated'>,
): SourceLoader<Value> {
  return createSourceLoader((source, ids) => readEach(ids, (id) => read(source, id)), usage);
}

async function readAll<Value, Id>(keys: readonly Key<Id>[], read: ReadSource<Value, Id>): Promise<(Value | Error)[]> {
  const idsBySource = Map.groupBy(keys, ({ source }) => source);
  const valuesBySource = new Map(
    await Promise.all(
      [...idsBySource].map(async ([source, own]) => {
        const ids = own.map(({ id }) => id);
        const values = await read(source, ids).catch((error: Error) => ids.map(() => error));
        return [source, new Map(ids.map((id, index) => [id, values[index] as Value | Error]))] as const;
      }),
    ),
  );
  return keys.map(({ source, id }) => valuesBySource.get(source)?.get(id) as Value | Error);
}
