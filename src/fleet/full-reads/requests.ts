import type { RequestScope } from '../../aws/request-scope.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { Run } from './run.ts';

/** The full reads that each request uses, which it reuses even if they are not kept for other requests. */
export interface Requests {
  /** The runs of a request, by the key of their list. */
  runs(scope: RequestScope): Map<string, Run>;
  /** Whether this is the first time that the request asks about a source. */
  isFirst(scope: RequestScope, source: string): boolean;
  /** Keeps what a request has read, because the request will be repeated for the lists that are still being read. */
  hold(scope: RequestScope): void;
}

/** How long a finished list is held for a repeated request, and the maximum of all times together, in milliseconds. */
export const holding = 60_000;
const longestHolding = 600_000;

/** Creates the memory of what requests use. */
export function createRequests(kept: KeptRuns): Requests {
  const known = new WeakMap<RequestScope, { readonly runs: Map<string, Run>; readonly seen: Set<string> }>();
  const of = (scope: RequestScope) => {
    const own = known.get(scope) ?? { runs: new Map(), seen: new Set() };
    known.set(scope, own);
    return own;
  };
  return {
    runs: (scope) => of(scope).runs,
    isFirst: (scope, source) => {
      const { seen } = of(scope);
      return seen.size < seen.add(source).size;
    },
    hold: (scope) => {
      for (const [key, run] of of(scope).runs) {
        const isOld = performance.now() - run.endedAt > longestHolding;
        if (run.reading.isEnded && !isOld && kept.timeLeft(key, run) < holding) kept.keep(key, run, holding);
      }
    },
  };
}
