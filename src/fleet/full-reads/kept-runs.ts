import { LRUCache } from 'lru-cache';
import { type Basis, createVersions, type Versions } from '../../aws/calls/basis.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Run } from './run.ts';

/** The full reads that are kept in memory for later requests, by the key of their list. */
export interface KeptRuns {
  /** Returns the key of a list of a source as it is now: a change of the source changes the key. */
  keyOf(source: Source, name: string): string;
  /** Returns a run that can be used or continued, and that was started after `since`. */
  get(key: string, since?: number): Run | undefined;
  /** Like `get`, without marking the run as recently used. */
  peek(key: string): Run | undefined;
  /**
   * Keeps a run with its current size, for some milliseconds; 0 removes it. A run that has ended replaces the run that
   * was kept; until then, both are kept. Does nothing for a run that was evicted.
   */
  keep(key: string, run: Run, milliseconds: number): void;
  /** Returns the milliseconds for which a run is still kept. */
  timeLeft(key: string, run: Run): number;
  /** Adds the run that was found for a key to a basis, or refuses it if the run is not kept, or not read to its end. */
  addTo(basis: Basis, key: string, run: Run): void;
  /** Stops keeping the runs of a source. */
  forget(source: Source): void;
  state(): KeptRunsState;
}

/** The state of the full reads in memory, for metrics. */
export interface KeptRunsState {
  /** The approximate memory of the full reads that are kept for later requests, in bytes. */
  readonly bytes: number;
  readonly entries: number;
  /** The approximate memory of the full reads that only requests in progress still use, in bytes. */
  readonly unkeptBytes: number;
  /** Since the start: the full reads that were discarded because all of them together took too much memory. */
  readonly evictions: number;
}

const megabyte = 1024 * 1024;

/** Creates the memory of a gateway, which evicts the least recently used runs first, and then calls `warn`. */
export function createKeptRuns(megabytes: number, warn: (problem: Error) => void = () => {}): KeptRuns {
  const versions = createVersions();
  const { evicted, neverKept, ...counted } = createEvictions(megabytes, warn, versions);
  const alive = createLivingRuns();

  const kept = new LRUCache<string, { readonly run: Run }>({
    maxSize: megabytes * megabyte,
    ttl: 1,
    ttlAutopurge: true,
    dispose: ({ run }, _key, reason) => {
      if (reason === 'evict') evicted(run);
    },
  });
  /** How often each source was changed. */
  const changes = new Map<string, number>();
  const keepAt = (place: string, run: Run, milliseconds: number) => {
    const before = kept.peek(place)?.run;
    if (milliseconds === 0) {
      if (before === run) kept.delete(place);
      return;
    }
    if (before && before !== run) {
      before.isEvicted = true;
      versions.increase(run.reading.source.key);
    }
    // The cache updates the size only of a new value.
    kept.set(place, { run }, { size: Math.max(run.reading.bytes, 1), ttl: milliseconds });
    alive.add(run);
    // A list that is larger than the memory for all lists is not kept.
    if (kept.peek(place)?.run !== run) neverKept(run);
  };
  const keyOf = ({ key }: Source, name: string) => `${changes.get(key) ?? 0} ${name}`;
  const timeLeft = (key: string, run: Run) => (kept.peek(key)?.run === run ? kept.getRemainingTTL(key) : 0);
  return {
    keyOf,
    get: (key, since = -Infinity) => {
      const isUsable = (run: Run | undefined) => run && !run.reading.isBroken && run.startedAt > since;
      const place = [key, besides(key)].find((each) => isUsable(kept.peek(each)?.run));
      return place === undefined ? undefined : kept.get(place)?.run;
    },
    peek: (key) => (kept.peek(key) ?? kept.peek(besides(key)))?.run,
    keep: (key, run, milliseconds) => {
      if (run.isEvicted) return;
      const before = kept.peek(key)?.run;
      const isReplaced = before === undefined || before.reading.isBroken || (run.reading.isEnded && milliseconds > 0);
      if (before !== run && !isReplaced) {
        keepAt(besides(key), run, milliseconds);
        return;
      }
      keepAt(besides(key), run, 0);
      keepAt(key, run, milliseconds);
    },
    timeLeft,
    addTo: (basis, key, run) => {
      const { source, isEnded } = run.reading;
      basis.restOn(versions.of(source.key), performance.now() + timeLeft(key, run));
      if (!isEnded || !key.startsWith(keyOf(source, ''))) basis.refuse();
    },
    forget: ({ key }) => {
      changes.set(key, (changes.get(key) ?? 0) + 1);
      versions.increase(key);
    },
    state: () => {
      const own = new Set(Array.from(kept.values(), ({ run }) => run));
      const unkept = alive.list().filter((run) => !own.has(run));
      const unkeptBytes = unkept.reduce((sum, run) => sum + run.reading.bytes, 0);
      return { bytes: kept.calculatedSize, entries: kept.size, unkeptBytes, evictions: counted.evictions() };
    },
  };
}

/** Creates the counter of the runs that are discarded because of the memory limit, each of which calls `warn`. */
function createEvictions(megabytes: number, warn: (problem: Error) => void, versions: Versions) {
  let evictions = 0;
  const tooLarge = new Set<string>();
  return {
    evictions: () => evictions,
    evicted: (run: Run) => {
      run.isEvicted = true;
      evictions += 1;
      versions.increase(run.reading.source.key);
      warn(tooMuchError(megabytes));
    },
    neverKept: (run: Run) => {
      run.isEvicted = true;
      evictions += 1;
      if (!tooLarge.has(run.reading.source.key)) warn(tooLargeError(run, megabytes));
      tooLarge.add(run.reading.source.key);
    },
  };
}

function tooMuchError(megabytes: number): Error {
  return new Error(
    `Full reads take more memory than fullReads.megabytes (${megabytes}), so they are discarded before they can be reused, and large queries may never be complete. Increase fullReads.megabytes.`,
  );
}

function tooLargeError({ reading: { source, pages, bytes } }: Run, megabytes: number): Error {
  const { service, account, region } = source;
  const size = (bytes / megabyte).toFixed(1);
  return new Error(
    `A full read of ${service} in account ${account}, region ${region} takes ${size} megabytes after ${pages} AWS pages, more than fullReads.megabytes (${megabytes}) for all full reads together, so it is not kept, and each request reads it again. Increase fullReads.megabytes.`,
  );
}

/** Creates the list of the runs that are in memory, which does not keep them there. */
function createLivingRuns() {
  const references = new Set<WeakRef<Run>>();
  const known = new WeakSet<Run>();
  const registry = new FinalizationRegistry<WeakRef<Run>>((reference) => void references.delete(reference));
  return {
    add: (run: Run) => {
      if (known.has(run)) return;
      known.add(run);
      const reference = new WeakRef(run);
      references.add(reference);
      registry.register(run, reference);
    },
    list: (): Run[] => [...references].map((reference) => reference.deref()).filter((run) => run !== undefined),
  };
}

/** Returns the key of the run that will replace the run of a list. */
function besides(key: string): string {
  return `next ${key}`;
}
