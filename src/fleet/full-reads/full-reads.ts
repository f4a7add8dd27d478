import { count, type Usage } from '../../aws/usage.ts';
import type { SnapgateError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FullReadSettings } from '../settings.ts';
import { createEstimates, type Estimates } from './estimates.ts';
import { type ActivityState, createActivity, type ObserveRead } from './activity.ts';
import { createKeptRuns, type KeptRunsState } from './kept-runs.ts';
import { createLengths } from './lengths.ts';
import type { FullRead } from './pages.ts';
import { createReading, type FullQuestion, groupOf, nameOf, type Reading } from './reading.ts';
import { createRequests, holding } from './requests.ts';
import type { Run, RunEnd } from './run.ts';
import { createSchedule } from './schedule.ts';
import type { Sharing } from './packed/sharing.ts';
import { createWaits } from './waits.ts';

/** The records that were read, and why the list is not read to its end, if it is not. */
export interface SomeRead<Row> extends FullRead<Row> {
  readonly failure: SnapgateError | null;
}

/**
 * Full reads for all requests. A list is read once for concurrent requests, and its records are kept for later requests.
 * A full read that takes longer than the request that started it is continued for the next request.
 */
export interface FullReads extends Estimates {
  /** The maximum number of AWS pages, of 100 records each, of one full read. */
  readonly maximumPages: number;
  /** Reads all records, or returns a kept read. Rejects with the error of AWS, or if the request cannot wait longer. */
  read<Row extends AwsRecord, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
  ): Promise<FullRead<Row>>;
  /** Reads the first pages at most, which a later full read continues. Rejects like `read`. */
  readStart<Row extends AwsRecord, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
    pages: number,
  ): Promise<FullRead<Row>>;
  /** Like `read`, but if not all pages could be read, returns the records of the others. Rejects if there are none. */
  readSome<Row extends AwsRecord, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
  ): Promise<SomeRead<Row>>;
  /** Discards the kept reads of a source, because it was changed. A read in progress is returned, but not kept. */
  forget(source: Source): void;
  state(): FullReadsState;
}

/** The state of the full reads, for metrics. */
export interface FullReadsState extends KeptRunsState, ActivityState {
  /** Since the start: the requests for a list that was kept. */
  readonly hits: number;
  /** Since the start: the requests for a list that was being read for another request. */
  readonly coalesced: number;
  /** Since the start: the requests for a list that started or continued to read it. */
  readonly misses: number;
}

/** Concurrent sources. With more, reads would wait for the CPU and delay other work. */
const concurrency = 32;
/** How long an unfinished list is kept, in milliseconds; its oldest records are reported with their time. */
const keepingUnfinished = 600_000;

export interface FullReadOptions {
  /** After it aborts, only the full reads that requests wait for are continued. */
  readonly stopping?: AbortSignal | undefined;
  /** Reports a problem to the operator. */
  readonly warn?: ((problem: Error) => void) | undefined;
  readonly observeRead?: ObserveRead | undefined;
  /** If omitted, this replica shares no full reads. */
  readonly sharing?: Sharing | undefined;
}

/** Creates the full reads of a gateway. */
export function createFullReads(settings: FullReadSettings, options: FullReadOptions = {}): FullReads {
  const { stopping, warn, sharing } = options;
  const { ageSeconds, megabytes, maximumPages } = settings;
  const schedule = createSchedule(concurrency);
  const kept = createKeptRuns(megabytes, warn);
  const lengths = createLengths();
  const estimates = createEstimates(kept, lengths, maximumPages);
  const counts = { hits: 0, coalesced: 0, misses: 0 };
  const nextStart = createCounter();
  const requests = createRequests(kept, nextStart);
  const waits = createWaits();
  const activity = createActivity(options.observeRead);
  const start = <Row extends AwsRecord, Conditions>(question: FullQuestion<Row, Conditions>, key: string): Run => {
    const { source } = question;
    const name = nameOf(question);
    const run = activity.createRun({
      startedAt: nextStart(),
      reading: createReading(question, maximumPages, sharing?.of(source, name)),
      enter: (next) => schedule.enter(source.key, next),
      isWanted: () => !stopping?.aborted && !run.isEvicted && kept.keyOf(source, name) === key,
      onPage: () => kept.keep(key, run, keepingUnfinished),
      onEnd: (end) => {
        lengths.learn(name, groupOf(question), run.reading);
        kept.keep(key, run, timeToKeep(run.reading, end, ageSeconds * 1000));
      },
    });
    kept.keep(key, run, keepingUnfinished);
    return run;
  };

  const finish = async (run: Run, source: Source, usage: Usage, pages: number): Promise<SnapgateError | null> => {
    const { reading, isInProgress } = run;
    if (reading.isEnded || reading.pages >= pages) {
      counts.hits += 1;
      count(usage, 'cached');
      return null;
    }
    counts[isInProgress ? 'coalesced' : 'misses'] += 1;
    if (isInProgress) count(usage, 'coalesced');
    const reason = await waits.wait(run, usage, source, pages);
    if (reason === null || reading.isEnded) return null;
    if (run.isInProgress) requests.hold(usage.scope);
    if (reading.pages === 0) throw reason;
    return reason;
  };

  const readPages = async <Row extends AwsRecord, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
    pages: number,
  ) => {
    const key = kept.keyOf(question.source, nameOf(question));
    const run = requests.find(usage.scope, key) ?? start(question, key);
    requests.use(usage.scope, key, run);
    const failure = await finish(run, question.source, usage, pages);
    if (usage.scope.basis) kept.addTo(usage.scope.basis, key, run);
    // The key contains the operation and its parameters, which determine the type of the records.
    return { ...(run.reading.result() as FullRead<Row>), failure };
  };

  return {
    maximumPages,
    ...estimates,
    read: (question, usage) => withoutFailure(readPages(question, usage, Infinity)),
    readStart: (question, usage, pages) => withoutFailure(readPages(question, usage, pages)),
    readSome: (question, usage) => readPages(question, usage, Infinity),
    forget: (source) => [kept, sharing].forEach((each) => each?.forget(source)),
    state: () => ({ ...kept.state(), ...counts, ...activity.state() }),
  };
}

function createCounter(): () => number {
  let count = 0;
  return () => (count += 1);
}

async function withoutFailure<Row>(reading: Promise<SomeRead<Row>>): Promise<FullRead<Row>> {
  const { failure, ...read } = await reading;
  if (failure !== null) throw failure;
  return read;
}

/** Returns for how long a reading is kept that has ended, failed or paused. */
function timeToKeep(reading: Reading, { hasWaiters, isEnough, failure }: RunEnd, longestAge: number): number {
  const age = Math.max(0, longestAge - reading.sharedFor);
  if (failure === null && reading.isEnded) return Math.max(age, hasWaiters ? 0 : holding);
  if (isEnough) return age;
  // Without reuse, a failed list starts again with the next request.
  const isContinued = !reading.isBroken && reading.pages > 0 && (failure === null || age > 0);
  return isContinued ? keepingUnfinished : 0;
}
