import { LRUCache } from 'lru-cache';
import type { RequestScope } from '../../aws/request-scope.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { Run } from './run.ts';
import { upTo } from '../../snapshots/lazily.ts';

/** The full reads that each request uses, which it reuses even if they are not kept for other requests. */
export interface Requests {
  /** Returns the run that the request uses for a list, or can use; undefined if it has to start one. */
  find(scope: RequestScope, key: string): Run | undefined;
  use(scope: RequestScope, key: string, run: Run): void;
  /** Keeps what a request has read, because the request will be repeated for the lists that are still being read. */
  hold(scope: RequestScope): void;
}

/** How long a finished list is held for a repeated request, and the maximum of all times together, in milliseconds. */
export const holding = 60_000;
const longestHolding = 600_000;
const maximumRepeated = 20_000;

/** What one request uses, by the key of the list. */
interface Used {
  readonly runs: Map<string, Run>;
  /** The start after which a run must have been started, if the request bypasses the cache. */
  readonly since: Map<string, number>;
}

/** Creates the memory of what requests use. */
export function createRequests(kept: KeptRuns, nextStart: () => number): Requests {
  const known = new WeakMap<RequestScope, Used>();
  /** When the principals began to repeat requests that bypass the cache, so that a repeated request makes progress. */
  const repeated = new LRUCache<string, number>({ ...upTo(maximumRepeated), ttl: holding });
  const nameOf = ({ subject }: RequestScope, key: string) => `${subject} ${key}`;
  const usedBy = (scope: RequestScope) => {
    const used = known.get(scope) ?? { runs: new Map(), since: new Map() };
    known.set(scope, used);
    return used;
  };
  const sinceOf = (scope: RequestScope, key: string) => {
    const name = nameOf(scope, key);
    const { since } = usedBy(scope);
    const moment = since.get(key) ?? repeated.get(name) ?? nextStart();
    since.set(key, moment);
    repeated.delete(name);
    return moment;
  };
  return {
    find: (scope, key) => {
      const own = usedBy(scope).runs.get(key);
      if (own && !own.reading.isBroken) return own;
      return kept.get(key, scope.isFresh ? sinceOf(scope, key) : undefined);
    },
    use: (scope, key, run) => void usedBy(scope).runs.set(key, run),
    hold: (scope) => {
      const { runs, since } = usedBy(scope);
      for (const [key, moment] of since) repeated.set(nameOf(scope, key), moment);
      for (const [key, run] of runs) {
        const isOld = performance.now() - run.endedAt > longestHolding;
        if (run.reading.isEnded && !isOld && kept.timeLeft(key, run) < holding) kept.keep(key, run, holding);
      }
    },
  };
}
