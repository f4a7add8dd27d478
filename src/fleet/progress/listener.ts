import { NotFoundError } from '../../errors.ts';
import { type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import type { Reading } from './poll.ts';

/** An event of a stream. An error is the last event. */
export type ProgressEvent<State> = State | Error;

/** One listener of an object. */
export interface Listener<State> {
  receive(reading: Reading<State> | Error): void;
  /** No reading will follow. */
  end(): void;
}

export interface ListenerOptions<State> {
  /** Whether the principal of the listener can see an object. */
  readonly sees: (state: State) => MaybePromise<boolean>;
  /** Returns the error for an object that does not exist, or is hidden. */
  readonly missing: () => NotFoundError;
  readonly push: (event: ProgressEvent<State>) => void;
  readonly stop: () => void;
  /** Waits as long as an object can take to appear. */
  readonly patience: () => Promise<unknown>;
}

/**
 * Creates a listener that receives the object once it exists and its principal can see it. Until then, a hidden object
 * is not distinguishable from one that does not exist: both end the stream with NOT_FOUND after the same time.
 */
export function createListener<State extends object>(options: ListenerOptions<State>): Listener<State> {
  const { sees, missing, push, stop, patience } = options;
  let isShown = false;
  let hasEnded = false;
  let appearance: Promise<void> | undefined;
  let work = Promise.resolve();

  const finish = (event?: ProgressEvent<State>) => {
    if (hasEnded) return;
    hasEnded = true;
    if (event) push(event);
    stop();
  };
  const awaitAppearance = () => {
    appearance ??= patience().then(
      () => (isShown ? undefined : finish(missing())),
      () => finish(),
    );
  };
  const take = async (reading: Reading<State> | Error) => {
    // The error of an object that the principal has not seen would reveal that the object exists.
    if (reading instanceof NotFoundError && !isShown) return awaitAppearance();
    if (reading instanceof Error) return finish(reading);
    const isSeen =
      reading !== null &&
      (await orElse(
        () => sees(reading),
        (error) => error as Error,
      ));
    if (hasEnded) return;
    if (isSeen instanceof Error) return finish(isSeen);
    if (reading !== null && isSeen) {
      isShown = true;
      return push(reading);
    }
    return isShown ? finish(missing()) : awaitAppearance();
  };
  const enqueue = (task: () => Promise<void> | void) => {
    work = work.then(task);
  };
  return {
    receive: (reading) => enqueue(() => take(reading)),
    end: () => enqueue(() => (isShown || appearance === undefined ? finish() : undefined)),
  };
}
