import { LRUCache } from 'lru-cache';
import type { Source } from '../../snapshots/source.ts';
import type { Run } from './run.ts';

/** The full reads that are kept in memory for later requests, by the key of their list. */
export interface KeptRuns {
  /** Returns the key of a list of a source as it is now: a change of the source changes the key. */
  keyOf(source: Source, name: string): string;
  get(key: string): Run | undefined;
  /** Like `get`, without marking the run as recently used. */
  peek(key: string): Run | undefined;
  /** Keeps a run with its current size, for some milliseconds; 0 removes it. Does nothing for a run that was evicted. */
  keep(key: string, run: Run, milliseconds: number): void;
  /** Returns the milliseconds for which a run is still kept. */
  timeLeft(key: string, run: Run): number;
  /** Stops keeping the runs of a source. */
  forget(source: Source): void;
}

/** Creates the memory of a gateway, which evicts the least recently used runs first, and then calls `warn`. */
export function createKeptRuns(megabytes: number, warn: (problem: Error) => void = () => {}): KeptRuns {
  const evicted = (run: Run) => {
    run.isEvicted = true;
    warn(
      new Error(
        `Full reads take more memory than fullReads.megabytes (${megabytes}), so they are discarded before they can be reused, and large queries may never be complete. Increase fullReads.megabytes.`,
      ),
    );
  };

  const kept = new LRUCache<string, { readonly run: Run }>({
    maxSize: megabytes * 1024 * 1024,
    ttl: 1,
    ttlAutopurge: true,
    dispose: ({ run }, _key, reason) => {
      if (reason === 'evict') evicted(run);
    },
  });
  /** How often each source was changed. */
  const changes = new Map<string, number>();
  return {
    keyOf: ({ key }, name) => `${changes.get(key) ?? 0} ${name}`,
    get: (key) => kept.get(key)?.run,
    peek: (key) => kept.peek(key)?.run,
    keep: (key, run, milliseconds) => {
      if (run.isEvicted) return;
      if (milliseconds === 0) {
        kept.delete(key);
        return;
      }
      // The cache updates the size only of a new value.
      kept.set(key, { run }, { size: Math.max(run.reading.bytes, 1), ttl: milliseconds });
      // A list that is larger than the memory for all lists is not kept.
      if (kept.peek(key)?.run !== run) evicted(run);
    },
    timeLeft: (key, run) => (kept.peek(key)?.run === run ? kept.getRemainingTTL(key) : 0),
    forget: ({ key }) => {
      changes.set(key, (changes.get(key) ?? 0) + 1);
    },
  };
}
