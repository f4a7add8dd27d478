import type { Usage } from '../usage.ts';
import { orAborted } from './abort.ts';
import type { Caller } from './fair-queue.ts';

/** A call in progress, and the request that started it. */
export interface JoinedCall<Output> {
  readonly answer: Promise<Output>;
  readonly payer: Usage;
}

/** Calls in progress that several callers can wait for, each until its own signal aborts. */
export interface SharedCalls<Output> {
  /** Waits for a call in progress; undefined if there is none, or if the request uses none that started as early. */
  join(key: string, joining: Usage, signal: AbortSignal | undefined): JoinedCall<Output> | undefined;
  /**
   * Starts a call that others can join. The call is aborted when all callers have stopped waiting. `call` receives the
   * subjects of the requests that have waited for it, to which those of the requests that join later are added.
   */
  begin(
    key: string,
    payer: Usage,
    signal: AbortSignal | undefined,
    call: (signal: AbortSignal, callers: ReadonlySet<Caller>) => Promise<Output>,
  ): Promise<Output>;
  /** Prevents further callers from joining the calls in progress. */
  close(): void;
}

interface SharedCall<Output> {
  readonly answer: Promise<Output>;
  readonly payer: Usage;
  readonly controller: AbortController;
  readonly callers: Set<Caller>;
  /** In milliseconds of `performance.now()`. */
  readonly startedAt: number;
  waiting: number;
}

/** Creates shared calls, with none in progress. */
export function createSharedCalls<Output>(): SharedCalls<Output> {
  // Not a Map: V8 keeps what was in the earlier tables of a Map until a full collection, with the whole response.
  let underway = noCalls<SharedCall<Output>>();

  const end = (key: string, shared: SharedCall<Output>) => {
    if (underway[key] === shared) delete underway[key];
  };

  const wait = (key: string, shared: SharedCall<Output>, signal: AbortSignal | undefined) => {
    shared.waiting += 1;
    return orAborted(shared.answer, signal, () => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      end(key, shared);
      shared.controller.abort(signal?.reason);
    });
  };

  return {
    join: (key, joining, signal) => {
      const shared = underway[key];
      const { isFresh, since = Infinity, subject } = joining.scope;
      if (shared === undefined || (isFresh && shared.startedAt < since)) return undefined;
      shared.callers.add(subject);
      return { answer: wait(key, shared, signal), payer: shared.payer };
    },
    begin: (key, payer, signal, call) => {
      const controller = new AbortController();
      const startedAt = performance.now();
      const callers = new Set([payer.scope.subject]);
      const answer = call(controller.signal, callers).finally(() => end(key, shared));
      const shared: SharedCall<Output> = { answer, payer, controller, callers, startedAt, waiting: 0 };
      underway[key] = shared;
      return wait(key, shared, signal);
    },
    close: () => {
      underway = noCalls();
    },
  };
}

function noCalls<Call>(): Record<string, Call | undefined> {
  return Object.create(null) as Record<string, Call | undefined>;
}
