import { setTimeout as sleep } from 'node:timers/promises';
import PQueue, { TimeoutError } from 'p-queue';
import { RateLimitedError, ThrottledError, UpstreamError } from '../../errors.ts';
import type { SourceLimits } from '../settings.ts';
import { orAborted } from './abort.ts';
import type { Pace } from './pace.ts';

/** How one call is queued. */
export interface Turn {
  /** Aborts the wait in the queue, and a read that is in progress. */
  readonly signal: AbortSignal | undefined;
  /** The timeout of the call itself, in milliseconds, without the time in the queue. */
  readonly timeout: number;
  /** Whether a change needs this read; such reads are sent before other reads. */
  readonly isForChange?: boolean | undefined;
}

interface Waiter {
  readonly signal?: AbortSignal | undefined;
}

/** Makes a call. Before it sends the request of a change, it calls `begin`, which throws if it is too late for that. */
type Call<Output> = (signal: AbortSignal, begin?: () => void) => Promise<Output>;

/** The calls to one source: some in progress, the others queued. */
export interface Lane {
  /**
   * Queues a read. Throws immediately, without sending the read: RATE_LIMITED if too many calls are queued, THROTTLED
   * if the wait for AWS would exceed the timeout.
   */
  read<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
  /** Makes a change before all queued reads. Once sent, a change is finished even if its caller leaves. */
  change<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
}

const reading = { priority: 0 };
const changing = { priority: 1 };
/** The number of calls that are held back before a change, so that AWS does not throttle the change. */
const roomForChange = 2;
const neverAborted = new AbortController().signal;

/** Creates the lane of a source, which sends changes before reads; `name` identifies the source in messages. */
export function createLane({ concurrency, callsPerSecond, waiting }: SourceLimits, pace: Pace, name: string): Lane {
  const queue = new PQueue({
    concurrency,
    ...(callsPerSecond !== undefined && { interval: 1000, intervalCap: callsPerSecond, strict: true }),
  });
  // Calls wait for the pace before they enter the queue, so that they do not occupy a place in the queue meanwhile.
  const gate = new PQueue({ concurrency: 1 });
  const keepPace = async (room: number, signal: AbortSignal | undefined): Promise<void> => {
    const wait = pace.wait(room);
    if (wait === 0) return;
    await sleep(wait, undefined, { signal });
    return keepPace(room, signal);
  };
  const tooMany = `Too many calls are queued for ${name}: the limit is ${waiting}. Retry in 1 s.`;
  return {
    read: async ({ signal, timeout, isForChange = false }, call) => {
      const rank = isForChange ? changing : reading;
      const ahead = isForChange ? gate.sizeBy(changing) : gate.size;
      if (ahead + gate.pending + queue.sizeBy(reading) >= waiting) {
        throw new RateLimitedError(tooMany, { retryAfterSeconds: 1 });
      }
      const wait = pace.wait(ahead);
      if (wait > timeout) {
        const seconds = Math.ceil(wait / 1000);
        throw new ThrottledError(
          `AWS is throttling ${name}: the next call can be sent in ${seconds} s. Retry in ${seconds} s.`,
          { retryAfterSeconds: seconds },
        );
      }
      const until = signal && { signal };
      const begin = async (waiter: Waiter) => {
        if (queue.size > 0) await queue.onSizeLessThan(1);
        if (pace.wait() > 0) await keepPace(0, waiter.signal);
        pace.take();
        const answer = queue.add((task) => call(task.signal ?? neverAborted), { ...reading, timeout, ...until });
        answer.catch(() => {});
        return { answer };
      };
      const { answer } = await gate.add(begin, { ...rank, ...until });
      return answer;
    },
    change: (turn, call) => {
      let isSent = false;
      const send = async (task: Waiter) => {
        const begin = () => {
          turn.signal?.throwIfAborted();
          task.signal?.throwIfAborted();
          isSent = true;
        };
        turn.signal?.throwIfAborted();
        return call(task.signal ?? neverAborted, begin);
      };
      const wait = async () => {
        const until = turn.signal && { signal: turn.signal };
        if (pace.wait(roomForChange) > 0) {
          await gate.add(({ signal }) => keepPace(roomForChange, signal), { ...changing, ...until });
        }
        pace.take();
        return queue.add(send, { ...changing, timeout: turn.timeout });
      };
      return orAborted(wait(), turn.signal).catch((error: unknown) => {
        // The credentials can also take too long, after the wait in the queue.
        if (isSent || !(turn.signal?.aborted || error instanceof TimeoutError)) throw error;
        throw notSent(name);
      });
    },
  };
}

function notSent(name: string): UpstreamError {
  return new UpstreamError(
    `The change was not sent to ${name}: the request ended before the change could be sent. Retry later.`,
    { code: 'TIMED_OUT' },
  );
}
