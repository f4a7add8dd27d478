import DataLoader from 'dataloader';
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
