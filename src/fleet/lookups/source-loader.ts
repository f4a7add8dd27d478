import DataLoader from 'dataloader';
import type { Source } from '../../snapshots/source.ts';

/** Loads values by their source and an id in it, once for each request. */
export interface SourceLoader<Value> {
  load(source: Source, id: string): Promise<Value>;
  /** Tells the loader what a list has read already. */
  prime(source: Source, id: string, value: Value): void;
  /** Forgets everything, so that what follows is read from AWS again. */
  clear(): void;
}

/** Reads the ids of one source, in their order; an Error in a place fails that id alone. */
export type ReadSource<Value> = (source: Source, ids: readonly string[]) => Promise<readonly (Value | Error)[]>;

interface Key {
  readonly source: Source;
  readonly id: string;
}

/** A DataLoader over many sources: what is asked in one tick is read with one `read` for each source. */
export function createSourceLoader<Value>(read: ReadSource<Value>): SourceLoader<Value> {
  const loader = new DataLoader<Key, Value, string>((keys) => readAll(keys, read), {
    cacheKeyFn: ({ source, id }) => `${source.key} ${id}`,
  });
  return {
    load: (source, id) => loader.load({ source, id }),
    prime: (source, id, value) => {
      loader.prime({ source, id }, value);
    },
    clear: () => {
      loader.clearAll();
    },
  };
}

async function readAll<Value>(keys: readonly Key[], read: ReadSource<Value>): Promise<(Value | Error)[]> {
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
