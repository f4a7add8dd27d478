import { NotFoundError } from '../../errors.ts';
import { type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import { noSuchSnapshot, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Reading } from './poll.ts';

/** An event of a stream. An error is the last event. */
export type ProgressEvent = SnapshotRecord | Error;

/** One listener of a snapshot. */
export interface Listener {
  receive(reading: Reading | Error): void;
  /** No reading will follow. */
  end(): void;
}

export interface ListenerOptions {
  /** Whether the principal of the listener can see a snapshot. */
  readonly sees: (snapshot: SnapshotRecord) => MaybePromise<boolean>;
  readonly push: (event: ProgressEvent) => void;
  readonly stop: () => void;
  /** Waits as long as a snapshot can take to appear. */
  readonly patience: () => Promise<unknown>;
}

/**
 * Creates a listener that receives the snapshot once it exists and its principal can see it. Until then, a hidden
 * snapshot is not distinguishable from one that does not exist: both end the stream with NOT_FOUND after the same time.
 */
export function createListener({ sees, push, stop, patience }: ListenerOptions): Listener {
  let isShown = false;
  let hasEnded = false;
  let appearance: Promise<void> | undefined;
  let work = Promise.resolve();

  const finish = (event?: ProgressEvent) => {
    if (hasEnded) return;
    hasEnded = true;
    if (event) push(event);
    stop();
  };
  const awaitAppearance = () => {
    appearance ??= patience().then(
      () => (isShown ? undefined : finish(noSuchSnapshot())),
      () => finish(),
    );
  };
  const take = async (reading: Reading | Error) => {
    // The error of a snapshot that the principal has not seen would reveal that the snapshot exists.
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
    return isShown ? finish(noSuchSnapshot()) : awaitAppearance();
  };
  const enqueue = (task: () => Promise<void> | void) => {
    work = work.then(task);
  };
  return {
    receive: (reading) => enqueue(() => take(reading)),
    end: () => enqueue(() => (isShown || appearance === undefined ? finish() : undefined)),
  };
}
