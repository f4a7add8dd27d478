import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { ThrottledError, UpstreamError } from '../../errors.ts';
import type { SourceLimits } from '../settings.ts';
import { orAborted } from './abort.ts';
import type { Pace } from './pace.ts';

/** How one call takes its turn. */
export interface Turn {
  /** Gives up waiting, and a read under way with it. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for the call itself, once it is its turn. */
  readonly timeout: number;
  /** Whether a change needs the read, which then goes before the others. */
  readonly isForChange?: boolean | undefined;
}

interface Waiter {
  readonly signal?: AbortSignal | undefined;
}

type Call<Output> = (signal: AbortSignal) => Promise<Output>;

/** The calls to one source, some under way and the others in their order. */
export interface Lane {
  /** Makes a read when it is its turn; THROTTLED at once, and nothing sent, when too many wait already, or too long. */
  read<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
  /** Makes a change before all reads that wait. Once sent it goes on, whether or not anybody waits for its answer. */
  change<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
}

const reading = { priority: 0 };
const changing = { priority: 1 };
/** Calls that are not sent before a change, so that AWS has room for it. */
const roomForChange = 2;
const neverAborted = new AbortController().signal;

/** `name` stands for the source in messages. Changes go before reads, in the pace as in the queue. */
export function createLane({ concurrency, callsPerSecond, waiting }: SourceLimits, pace: Pace, name: string): Lane {
  const queue = new PQueue({
    concurrency,
    ...(callsPerSecond !== undefined && { interval: 1000, intervalCap: callsPerSecond, strict: true }),
  });
  // In front of the queue, so that nothing takes a place in it while it waits for the pace.
  const gate = new PQueue({ concurrency: 1 });
  const keepPace = async (room: number, signal: AbortSignal | undefined): Promise<void> => {
    const wait = pace.wait(room);
    if (wait === 0) return;
    await sleep(wait, undefined, { signal });
    return keepPace(room, signal);
  };
  const refuse = (why: string, seconds: number) =>
    new ThrottledError(`${why} in ${name} already. Ask again a little later.`, { retryAfterSeconds: seconds });
  return {
    read: async ({ signal, timeout, isForChange = false }, call) => {
      const rank = isForChange ? changing : reading;
      const ahead = isForChange ? gate.sizeBy(changing) : gate.size;
      if (ahead + gate.pending + queue.sizeBy(reading) >= waiting) throw refuse(`${waiting} calls wait for AWS`, 1);
      const wait = pace.wait(ahead);
      if (wait > timeout) {
        const seconds = Math.ceil(wait / 1000);
        throw refuse(`AWS asked to slow down, and calls wait for ${seconds} seconds`, seconds);
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
        turn.signal?.throwIfAborted();
        isSent = true;
        return call(task.signal ?? neverAborted);
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
        if (isSent || !turn.signal?.aborted) throw error;
        throw new UpstreamError(`The change had to wait too long for its turn in ${name}, and was not sent.`, {
          code: 'TIMED_OUT',
        });
      });
    },
  };
}
