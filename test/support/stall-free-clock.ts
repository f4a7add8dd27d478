import { Socket } from 'node:net';
import { afterAll, beforeAll, vi } from 'vitest';

/** The most that the clock advances in one turn of the event loop, in milliseconds. */
const beat = 20;

/**
 * Runs the timers of a file or block on a clock that stops while a busy machine stalls this process. A timeout of two
 * seconds then gives the gateway and its emulator as many turns as on an idle machine, and an answer that waits for a
 * timer too long is still late.
 */
export function useStallFreeClock(): void {
  beforeAll(() => {
    vi.useFakeTimers({
      // Dates stay those of the machine, because the SDK compares them with the dates of answers.
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
      fakeNodeBuiltins: true,
      shouldAdvanceTime: true,
      advanceTimeDelta: beat,
    });
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(abortAfter);
    // Sockets measure inactivity by the machine's clock. The gateway also ends each call by a timer.
    vi.spyOn(Socket.prototype, 'setTimeout').mockReturnThis();
  });
  afterAll(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}

function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  setTimeout(abort, milliseconds);
  return controller.signal;
}
