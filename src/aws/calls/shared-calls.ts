import { orAborted } from './abort.ts';

/** Calls under way that several may wait for, each until a signal of their own. */
export interface SharedCalls<Output> {
  /** Waits for a call under way; undefined where there is none. */
  join(key: string, signal: AbortSignal | undefined): Promise<Output> | undefined;
  /** Begins a call that others may join; it is aborted when all who wait have left. */
  begin(key: string, signal: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<Output>): Promise<Output>;
  /** Lets nobody join any more what is under way. */
  close(): void;
}

interface SharedCall<Output> {
  readonly answer: Promise<Output>;
  readonly desertion: AbortController;
  waiting: number;
}

/** None is under way at first. */
export function createSharedCalls<Output>(): SharedCalls<Output> {
  const underway = new Map<string, SharedCall<Output>>();

  const end = (key: string, shared: SharedCall<Output>) => {
    if (underway.get(key) === shared) underway.delete(key);
  };

  const wait = (key: string, shared: SharedCall<Output>, signal: AbortSignal | undefined) => {
    shared.waiting += 1;
    return orAborted(shared.answer, signal, () => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      end(key, shared);
      shared.desertion.abort(signal?.reason);
    });
  };

  return {
    join: (key, signal) => {
      const shared = underway.get(key);
      return shared && wait(key, shared, signal);
    },
    begin: (key, signal, call) => {
      const desertion = new AbortController();
      const answer = call(desertion.signal).finally(() => end(key, shared));
      const shared: SharedCall<Output> = { answer, desertion, waiting: 0 };
      underway.set(key, shared);
      return wait(key, shared, signal);
    },
    close: () => underway.clear(),
  };
}
