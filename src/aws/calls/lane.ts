import PQueue from 'p-queue';
import { ThrottledError, UpstreamError } from '../../errors.ts';
import { orAborted } from './abort.ts';
import type { Limits } from '../settings.ts';

/** How one call takes its turn. */
export interface Turn {
  /** Gives up waiting, and a read under way with it. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds for the call itself, once it is its turn. */
  readonly timeout: number;
}

type Call<Output> = (signal: AbortSignal) => Promise<Output>;

/** The calls to one source, some under way and the others in their order. */
export interface Lane {
  /** Makes a read when it is its turn; THROTTLED at once, and nothing sent, when too many wait already. */
  read<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
  /** Makes a change before all reads that wait. Once sent it goes on, whether or not anybody waits for its answer. */
  change<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
}

const reading = { priority: 0 };
const changing = { priority: 1 };
const neverAborted = new AbortController().signal;

/** `name` stands for the source in messages. */
export function createLane({ concurrency, callsPerSecond, waiting }: Limits, name: string): Lane {
  const queue = new PQueue({
    concurrency,
    ...(callsPerSecond !== undefined && { interval: 1000, intervalCap: callsPerSecond, strict: true }),
  });
  return {
    read: async ({ signal, timeout }, call) => {
      if (queue.sizeBy(reading) >= waiting) {
        throw new ThrottledError(`${waiting} calls wait for AWS in ${name} already. Ask again a little later.`, {
          retryAfterSeconds: 1,
        });
      }
      const options = { ...reading, timeout, ...(signal && { signal }) };
      return queue.add((task) => call(task.signal ?? neverAborted), options);
    },
    change: (turn, call) => {
      let isSent = false;
      const send = async (task: { signal?: AbortSignal | undefined }) => {
        turn.signal?.throwIfAborted();
        isSent = true;
        return call(task.signal ?? neverAborted);
      };
      return orAborted(queue.add(send, { ...changing, timeout: turn.timeout }), turn.signal).catch((error: unknown) => {
        if (isSent || !turn.signal?.aborted) throw error;
        throw new UpstreamError(`The change had to wait too long for its turn in ${name}, and was not sent.`, {
          code: 'TIMED_OUT',
        });
      });
    },
  };
}
