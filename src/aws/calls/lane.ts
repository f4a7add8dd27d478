import PQueue, { TimeoutError } from 'p-queue';
import { RateLimitedError, ThrottledError, UpstreamError } from '../../errors.ts';
import { isThrottled } from '../fault-table.ts';
import type { SourceLimits } from '../settings.ts';
import { orAborted } from './abort.ts';
import { addTo, type Caller, createFairQueue, type FairQueue, type FairTurn, noCaller } from './fair-queue.ts';
import { createGate, type Gate } from './gate.ts';
import type { SourcePace } from './pace.ts';

/** How one call is queued. */
export interface Turn {
  /** Aborts the wait in the queue, and a read that is in progress. */
  readonly signal: AbortSignal | undefined;
  /** The timeout of the call itself, in milliseconds, without the time in the queue. */
  readonly timeout: number;
  /** The callers that wait for the call, the one that started it first; full reads and calls of no request by default. */
  readonly callers?: ReadonlySet<Caller> | undefined;
  /** Whether a change needs this read; such reads are sent before other reads. */
  readonly isForChange?: boolean | undefined;
}

/** How a read of a single record is queued. */
export interface RecordTurn extends Turn {
  /** The AWS operation, which has a pace of its own. */
  readonly operation: string;
  /** The time, in milliseconds, after which the read is not queued again if AWS throttles it. */
  readonly patience: number;
}

/** Makes a call. Before it sends the request of a change, it calls `begin`, which throws if it is too late for that. */
type Call<Output> = (signal: AbortSignal, begin?: () => void) => Promise<Output>;

/** The calls of a lane now. */
export interface LaneState {
  /** The calls in progress. */
  readonly running: number;
  readonly waiting: number;
  /** The calls per second for lists and changes, while AWS throttles them. */
  readonly listsPerSecond: number | undefined;
  /** The calls per second of the slowest operation that reads single records, while AWS throttles it. */
  readonly recordsPerSecond: number | undefined;
}

/** The calls to one source: some in progress, the others queued. */
export interface Lane {
  /**
   * Queues a read. Throws immediately, without sending the read: RATE_LIMITED if too many calls are queued and none of
   * another caller is refused instead, THROTTLED if the wait for AWS would exceed the timeout. A queued read is refused
   * with RATE_LIMITED for a read of a caller with fewer.
   */
  read<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
  /**
   * Queues a read of a single record, behind the other reads and at the pace of its operation. The read waits as long
   * as necessary, and is queued again if AWS throttles it, which `call` must not retry. Throws RATE_LIMITED, without
   * sending the read, if too many reads of the operation are queued, as for other reads.
   */
  readRecord<Output>(turn: RecordTurn, call: Call<Output>): Promise<Output>;
  /** Makes a change before all queued reads. Once sent, a change is finished even if its caller leaves. */
  change<Output>(turn: Turn, call: Call<Output>): Promise<Output>;
  state(): LaneState;
}

/** Which of the waiting calls is sent first; calls of the same priority are sent in turn by caller. */
const priority = { record: -1, read: 0, repeatedRecord: 1, change: 2 };
/** The part of the concurrent calls that reads of single records can use, so that lists never wait for all of them. */
const shareOfRecords = 0.75;
/** The number of calls that are held back before a change, so that AWS does not throttle the change. */
const roomForChange = 2;
const neverAborted = new AbortController().signal;

/** Creates the lane of a source, which sends changes before reads; `name` identifies the source in messages. */
export function createLane(limits: SourceLimits, pace: SourcePace, name: string): Lane {
  const { concurrency, callsPerSecond, waiting } = limits;
  const { queue } = createFairQueue({
    concurrency,
    ...(callsPerSecond !== undefined && { interval: 1000, intervalCap: callsPerSecond, strict: true }),
  });
  const places = new PQueue({ concurrency: Math.max(1, Math.floor(concurrency * shareOfRecords)) });
  const lists = createGate(pace);
  const records = new Map<string, Gate>();
  const gateOf = (operation: string) => {
    const gate = records.get(operation) ?? createGate(pace.addRecords(operation));
    records.set(operation, gate);
    return gate;
  };

  const send = <Output>(rank: number, { signal, timeout, callers }: Turn, call: Call<Output>, begin: () => void) => {
    const make = (task: { readonly signal?: AbortSignal | undefined }) => {
      begin();
      return call(task.signal ?? neverAborted);
    };
    return addTo(queue, { priority: rank, timeout, callers, ...(signal && { signal }) }, make);
  };

  const readRecord = <Output>(turn: RecordTurn, rank: number, end: number, call: Call<Output>): Promise<Output> => {
    const { operation, signal, callers = noCaller } = turn;
    const gate = gateOf(operation);
    const answer = gate.send({ priority: rank, callers, signal }, (begin) =>
      addTo(places, signal ? { signal } : {}, () => send(priority.record, turn, call, begin)),
    );
    return answer.catch((error: unknown) => {
      if (!isThrottled(error)) throw error;
      gate.pace.slow();
      if (performance.now() > end) throw error;
      return readRecord(turn, Math.max(rank, priority.repeatedRecord), end, call);
    });
  };

  return {
    read: async (turn, call) => {
      const { signal, timeout, isForChange, callers = noCaller } = turn;
      const [caller] = callers;
      const rank = isForChange ? priority.change : priority.read;
      const sending = lists.passing() + queue.sizeBy({ priority: priority.read });
      requireRoom(lists, turn, sending, waiting, name);
      const wait = pace.wait(lists.ahead(rank, caller));
      if (wait > timeout) throw throttled(name, Math.ceil(wait / 1000));
      return lists.send({ priority: rank, callers, signal }, (begin) => send(priority.read, turn, call, begin));
    },
    readRecord: async (turn, call) => {
      const gate = gateOf(turn.operation);
      const rank = turn.isForChange ? priority.change : priority.record;
      requireRoom(gate, turn, gate.passing(), waiting, name);
      return readRecord(turn, rank, performance.now() + turn.patience, call);
    },
    change: async (turn, call) => {
      // AWS can count the reads of records toward the same limit, so they also make room.
      const gates = [lists, ...[...records.values()].filter(({ pace: own }) => own.isThrottled())];
      const makeRoom = async () => {
        const full = gates.filter((gate) => gate.pace.wait(roomForChange) > 0);
        const wait = { priority: priority.change, callers: turn.callers ?? noCaller, signal: turn.signal };
        await Promise.all(full.map((gate) => gate.makeRoom(wait, roomForChange)));
        for (const gate of gates) gate.pace.take();
      };
      return sendChange(queue, turn, call, makeRoom, name);
    },
    state: () => stateOf([queue, places], lists, [...records.values()]),
  };
}

/** Returns the state of a lane; of its queues, the first one makes the calls. */
function stateOf(queues: readonly [PQueue, PQueue], lists: Gate, records: readonly Gate[]): LaneState {
  const waiting = [...queues.map(({ size }) => size), ...[lists, ...records].map((gate) => gate.waiting(() => true))];
  const rates = records.flatMap(({ pace }) => pace.throttledRate() ?? []);
  return {
    running: queues[0].pending,
    waiting: waiting.reduce((sum, count) => sum + count, 0),
    listsPerSecond: lists.pace.throttledRate(),
    recordsPerSecond: rates.length === 0 ? undefined : Math.min(...rates),
  };
}

/**
 * Throws RATE_LIMITED if too many calls wait at a gate or are being sent, unless a waiting call of a caller with more of
 * them is refused instead. Reads for changes are counted separately.
 */
function requireRoom(gate: Gate, turn: Turn, sending: number, waiting: number, name: string): void {
  const { isForChange = false, callers: [caller] = noCaller } = turn;
  const isCounted = (rank: number) => isForChange === (rank === priority.change);
  if (gate.waiting(isCounted) + sending < waiting) return;
  const refused = tooMany(name, waiting);
  if (!gate.refuseSurplus(isCounted, caller, refused)) throw refused;
}

function tooMany(name: string, waiting: number): RateLimitedError {
  return new RateLimitedError(`Too many calls are queued for ${name}: the limit is ${waiting}. Retry in 1 s.`, {
    retryAfterSeconds: 1,
  });
}

function throttled(name: string, seconds: number): ThrottledError {
  return new ThrottledError(
    `AWS is throttling ${name}: the next call can be sent in ${seconds} s. Retry in ${seconds} s.`,
    { retryAfterSeconds: seconds },
  );
}

/** Sends a change after `makeRoom`. Throws TIMED_OUT if the request ends before the change is sent. */
function sendChange<Output>(
  queue: PQueue<FairQueue, FairTurn>,
  turn: Turn,
  call: Call<Output>,
  makeRoom: () => Promise<void>,
  name: string,
): Promise<Output> {
  let isSent = false;
  const send = async (task: { readonly signal?: AbortSignal | undefined }) => {
    const begin = () => {
      turn.signal?.throwIfAborted();
      task.signal?.throwIfAborted();
      isSent = true;
    };
    turn.signal?.throwIfAborted();
    return call(task.signal ?? neverAborted, begin);
  };
  const sent = makeRoom().then(() =>
    addTo(queue, { priority: priority.change, timeout: turn.timeout, callers: turn.callers }, send),
  );
  return orAborted(sent, turn.signal).catch((error: unknown) => {
    // The credentials can also take too long, after the wait in the queue.
    if (isSent || !(turn.signal?.aborted || error instanceof TimeoutError)) throw error;
    throw new UpstreamError(
      `The change was not sent to ${name}: the request ended before the change could be sent. Retry later.`,
      { code: 'TIMED_OUT' },
    );
  });
}
