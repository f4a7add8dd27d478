import DataLoader from 'dataloader';
import type { Usage } from '../../aws/usage.ts';
import type { Source } from '../../snapshots/source.ts';

/** Loads values by source and id, each value once per request, and again after the request has changed something. */
export interface SourceLoader<Value> {
  load(source: Source, id: string): Promise<Value>;
  /** Adds a value that a list has already read. */
  prime(source: Source, id: string, value: Value): void;
}

/** Reads the ids of one source and returns values in the same order; an Error at a position fails only that id. */
export type ReadSource<Value> = (source: Source, ids: readonly string[]) => Promise<readonly (Value | Error)[]>;

interface Key {
  readonly source: Source;
  readonly id: string;
}

/** Creates a DataLoader over many sources: all loads in one tick use one `read` per source. */
export function createSourceLoader<Value>(
  read: ReadSource<Value>,
  { outdated }: Pick<Usage, 'outdated'>,
): SourceLoader<Value> {
  const loader = new DataLoader<Key, Value, string>((keys) => readAll(keys, read), {
    cacheKeyFn: ({ source, id }) => `${source.key} ${id}`,
  });
  outdated.push(() => loader.clearAll());
  return {
    load: (source, id) => loader.load({ source, id }),
    prime: (source, id, value) => {
      loader.prime({ source, id }, value);
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
