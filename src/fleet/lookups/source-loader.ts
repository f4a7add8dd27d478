import DataLoader from 'dataloader';
import PQueue from 'p-queue';
import type { RequestScope } from '../../aws/request-scope.ts';
import { count, createUsage, type Usage } from '../../aws/usage.ts';
import { type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RowIndex } from './row-index.ts';

/** Loads values by source and id, each value once per request, and again after the request has changed something. */
export interface SourceLoader<Value, Id = string> {
  /**
   * Returns a value at once if the request has it, and else reads it with the other loads of this tick. `isAlone` says
   * that no other load is expected in this tick, so that the cache can answer at once.
   */
  load(source: Source, id: Id, isAlone?: boolean): MaybePromise<Value>;
  /** Loads values that are likely to be loaded next, if the cache has all of them; makes no AWS call. */
  loadKnown(source: Source, ids: readonly Id[]): void;
  /** Adds the records of a page that was read, of which those that were not loaded before are used. */
  prime(source: Source, page: RowIndex<Value & {}>): void;
}

/**
 * Reads the ids of one source and returns values in the same order; an Error at a position fails only that id. Counts
 * its AWS calls in `usage`.
 */
export type ReadSource<Value, Id = string> = (
  source: Source,
  ids: readonly Id[],
  usage: Usage,
) => MaybePromise<readonly (Value | Error)[]>;

interface Key<Id> {
  readonly source: Source;
  readonly id: Id;
}

interface LoaderOptions<Id> {
  /** Ids with the same name are one id: the first of them is read. */
  readonly nameOf?: (id: Id) => string;
  /** Whether the cache can answer at once; for reads that depend only on AWS responses. */
  readonly isFromCache?: boolean;
  /** Whether ids of the same tick are not read together anyway. */
  readonly areAlone?: boolean;
}

/** Creates a loader over many sources: all loads in one tick that must be read use one `read` per source. */
export function createSourceLoader<Value, Id = string>(
  read: ReadSource<Value, Id>,
  usage: Usage,
  { nameOf = String, isFromCache = false, areAlone = false }: LoaderOptions<Id> = {},
): SourceLoader<Value, Id> {
  const underway = new Map<string, Promise<Value>>();
  const readNow = isFromCache ? createTrial(read, usage) : () => undefined;
  let values = new Map<string, Value>();
  let pages: { readonly source: Source; readonly page: RowIndex<Value & {}> }[] = [];
  let loader: DataLoader<Key<Id>, Value, string> | undefined;
  usage.outdated.push(() => {
    loader?.clearAll();
    values = new Map();
    pages = [];
  });
  const keyOf = ({ source, id }: Key<Id>) => `${source.key} ${nameOf(id)}`;
  const readTogether = async (keys: readonly Key<Id>[]) => {
    // A value that was read before a change is not kept after it.
    const known = values;
    const found = await readAll(keys, (source, ids) => read(source, ids, usage));
    for (const [index, key] of keys.entries()) {
      const value = found[index] as Value | Error;
      if (!(value instanceof Error)) known.set(keyOf(key), value);
    }
    return found;
  };
  const primed = (source: Source, id: Id) => {
    for (const each of pages) {
      const row = each.source === source ? each.page.get(nameOf(id)) : undefined;
      if (row !== undefined) return row;
    }
    return undefined;
  };
  const keepKnown = (source: Source, ids: readonly Id[]) => {
    const found = readNow(source, ids);
    if (found) for (const [index, id] of ids.entries()) values.set(keyOf({ source, id }), found[index] as Value);
  };

  return {
    load: (source, id, isAlone = areAlone) => {
      const key = keyOf({ source, id });
      if (!values.has(key) && !underway.has(key)) {
        const row = primed(source, id);
        if (row !== undefined) return row;
        if (isAlone) keepKnown(source, [id]);
      }
      if (values.has(key)) return values.get(key) as Value;
      loader ??= new DataLoader(readTogether, { cacheKeyFn: keyOf, cacheMap: underway });
      return loader.load({ source, id });
    },
    loadKnown: (source, ids) => {
      const unknown = ids.filter((id) => {
        const key = keyOf({ source, id });
        return !values.has(key) && !underway.has(key) && primed(source, id) === undefined;
      });
      if (unknown.length > 0) keepKnown(source, unknown);
    },
    prime: (source, page) => void pages.push({ source, page }),
  };
}

/** Returns the function that reads ids from the cache; undefined, without having counted a read, if it lacks one. */
function createTrial<Value, Id>(read: ReadSource<Value, Id>, usage: Usage) {
  let own: Usage | undefined;
  return (source: Source, ids: readonly Id[]): readonly (Value | Error)[] | undefined => {
    if (usage.scope.isFresh || usage.scope.isCachedOnly) return undefined;
    const trial = (own ??= createUsage(undefined, onlyCached(usage.scope)));
    const before = trial.cached;
    const found = orElse(
      () => read(source, ids, trial),
      () => undefined,
    );
    // A promise or an error is that of a response that is not in the cache: the ids are read again.
    if (found instanceof Promise) found.catch(() => {});
    if (found === undefined || found instanceof Promise || found.some((each) => each instanceof Error))
      return undefined;
    count(usage, 'cached', trial.cached - before);
    return found;
  };
}

function onlyCached(scope: RequestScope): RequestScope {
  return Object.assign(Object.create(scope) as RequestScope, { isCachedOnly: true });
}

/** The number of records of one request and source that are read concurrently: the rest lets other requests go first. */
const recordsTogether = 20;

/** Reads records of one source one by one, a few at a time; an Error at a position fails only that record. */
export function readEach<Id, Value>(
  ids: readonly Id[],
  read: (id: Id) => MaybePromise<Value>,
): Promise<(Value | Error)[]> {
  const queue = new PQueue({ concurrency: recordsTogether });
  return queue.addAll(
    ids.map(
      (id) => async () =>
        orElse(
          () => read(id),
          (error) => error as Error,
        ),
    ),
  );
}

/** Creates a loader of values that AWS returns for one record at a time; a failed read fails only its record. */
export function createRecordLoader<Value>(
  read: (source: Source, id: string, usage: Usage) => MaybePromise<Value>,
  usage: Usage,
): SourceLoader<Value> {
  return createSourceLoader(
    (source, ids, own) =>
      own.scope.isCachedOnly
        ? ids.map((id) => read(source, id, own) as Value)
        : readEach(ids, (id) => read(source, id, own)),
    usage,
    { isFromCache: true, areAlone: true },
  );
}

async function readAll<Value, Id>(
  keys: readonly Key<Id>[],
  read: (source: Source, ids: readonly Id[]) => MaybePromise<readonly (Value | Error)[]>,
): Promise<(Value | Error)[]> {
  const idsBySource = Map.groupBy(keys, ({ source }) => source);
  const valuesBySource = new Map(
    await Promise.all(
      [...idsBySource].map(async ([source, own]) => {
        const ids = own.map(({ id }) => id);
        const values = await orElse(
          () => read(source, ids),
          (error) => ids.map(() => error as Error),
        );
        return [source, new Map(ids.map((id, index) => [id, values[index] as Value | Error]))] as const;
      }),
    ),
  );
  return keys.map(({ source, id }) => valuesBySource.get(source)?.get(id) as Value | Error);
}
