import { once } from 'node:events';
import type { Pause } from '../../src/fleet/progress/progress.ts';

/** A wait that lasts until the test lets it go. */
interface HeldPause {
  readonly milliseconds: number;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
  end(): void;
}

/** Lets a test decide how long each wait of the gateway lasts, so that it needs no sleeps. */
export function createPauses() {
  const held: HeldPause[] = [];
  const begun = new EventTarget();
  const pause: Pause = (milliseconds, signal) => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    held.push({ milliseconds, signal, end: resolve });
    begun.dispatchEvent(new Event('pause'));
    return promise;
  };
  return {
    pause,
    /** The next wait, as soon as it begins. */
    async next(): Promise<HeldPause> {
      if (held.length === 0) await once(begun, 'pause');
      return held.shift()!;
    },
    /** Waits that nobody has looked at. */
    held: () => held.length,
  };
}
