import { type Sink, writeLatin1 } from './sink.ts';

/** The kept JSON of one run of pure fields, by the object that they were read from. */
export interface Fragments {
  recent: WeakMap<object, string>;
  older: WeakMap<object, string>;
}

/** Bounded memory for the JSON of objects that never change. */
export interface FragmentMemory {
  /** Writes the kept JSON of an object; returns whether there is any. */
  write(fragments: Fragments, of: object, sink: Sink): boolean;
  /** Keeps the JSON that has been written since `start`. */
  keep(fragments: Fragments, of: object, sink: Sink, start: number): void;
  /** The number of bytes that are kept at most at present; fewer if objects have been collected. */
  bytes(): number;
}

/** What a kept text costs in addition to its characters: its header, and its entry in the map. */
const overhead = 64;

export function createFragments(): Fragments {
  return { recent: new WeakMap(), older: new WeakMap() };
}

/**
 * Creates a memory for this number of bytes. Texts are kept in two generations: once the recent one has half of the
 * bytes, it becomes the older one, whose texts are dropped unless they are used.
 */
export function createFragmentMemory(limit: number): FragmentMemory {
  let [recentBytes, olderBytes] = [0, 0];
  let used = new Set<Fragments>();
  let usedBefore = new Set<Fragments>();

  const rotate = (): void => {
    for (const fragments of usedBefore) if (!used.has(fragments)) fragments.older = new WeakMap();
    for (const fragments of used) Object.assign(fragments, { recent: new WeakMap(), older: fragments.recent });
    [usedBefore, used] = [used, new Set()];
    [olderBytes, recentBytes] = [recentBytes, 0];
  };
  const add = (fragments: Fragments, of: object, json: string): void => {
    if (recentBytes + json.length + overhead > limit / 2) rotate();
    recentBytes += json.length + overhead;
    fragments.recent.set(of, json);
    used.add(fragments);
  };
  return {
    write: (fragments, of, sink) => {
      const recent = fragments.recent.get(of);
      const json = recent ?? fragments.older.get(of);
      if (json === undefined) return false;
      if (recent === undefined) add(fragments, of, json);
      writeLatin1(sink, json);
      return true;
    },
    keep: (fragments, of, { bytes, position }, start) => {
      // A text that would fill a generation would only evict the others.
      if (position - start < limit / 8) add(fragments, of, bytes.toString('latin1', start, position));
    },
    bytes: () => recentBytes + olderBytes,
  };
}

/**
 * Whether the pure fields of a value always have the same JSON: a record, as AWS returned it, or a source. The next
 * response of AWS has other objects.
 */
export function isLasting(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !('__typename' in value)) return false;
  return ('aws' in value && 'kind' in value && 'source' in value) || value.__typename === 'Source';
}
