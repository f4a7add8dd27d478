import { once } from 'node:events';
import type { Pause } from '../../src/fleet/progress/progress.ts';

/** A pause of the gateway that lasts until the test ends it. */
interface HeldPause {
  readonly milliseconds: number;
  /** Aborted when the gateway stops waiting. */
  readonly signal: AbortSignal;
  end(): void;
}

/** Lets a test end each pause of the gateway, so that the test does not need to sleep. */
export function createPauses() {
  const held: HeldPause[] = [];
  const started = new EventTarget();
  const pause: Pause = (milliseconds, signal) => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    held.push({ milliseconds, signal, end: resolve });
    started.dispatchEvent(new Event('pause'));
    return promise;
  };
  return {
    pause,
    /** Returns the next pause, as soon as it starts. */
    async next(): Promise<HeldPause> {
      if (held.length === 0) await once(started, 'pause');
      return held.shift()!;
    },
    /** The number of pauses that `next` has not returned. */
    held: () => held.length,
  };
}
