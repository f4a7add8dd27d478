import { Socket } from 'node:net';
import { afterAll, beforeAll, vi } from 'vitest';

/** The maximum time that the clock advances in one turn of the event loop, in milliseconds. */
const maximumStep = 20;

/**
 * Runs the timers of a test file or block on a clock that stops while a busy machine stalls this process. A timeout
 * then allows the gateway and its emulator as many turns of the event loop as on an idle machine, but still ends a
 * response that waits too long for a timer.
 */
export function useStallFreeClock(): void {
  beforeAll(() => {
    vi.useFakeTimers({
      // Dates stay real, because the SDK compares them with the dates of responses.
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
      fakeNodeBuiltins: true,
      shouldAdvanceTime: true,
      advanceTimeDelta: maximumStep,
    });
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(abortAfter);
    // Sockets measure inactivity by the real clock. The gateway also ends each call with a timer.
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
