import stringify from 'safe-stable-stringify';
import type { RequestScope } from '../../aws/request-scope.ts';
import { count, type Usage } from '../../aws/usage.ts';
import type { SnapgateError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FullReadSettings } from '../settings.ts';
import { createKeptRuns } from './kept-runs.ts';
import { createLengths, type Length } from './lengths.ts';
import type { FullRead } from './pages.ts';
import { type AwsRow, createReading, type FullQuestion, type Reading } from './reading.ts';
import { createRequests, holding } from './requests.ts';
import { createRun, type Run, type RunEnd } from './run.ts';
import { createSchedule } from './schedule.ts';
import { createWaits } from './waits.ts';

/** The records that were read, and why the list is not read to its end, if it is not. */
export interface SomeRead<Row> extends FullRead<Row> {
  readonly failure: SnapgateError | null;
}

/** The estimated size of a full read. */
export interface Estimate {
  /** The AWS calls that it still takes: none if its records are kept, or if it is in progress. */
  readonly calls: number;
  readonly records: number;
  /** The number of records that AWS is expected to return without their tags. */
  readonly untagged: number;
}

/**
 * Full reads for all requests. A list is read once for concurrent requests, and its records are kept for later requests.
 * A full read that takes longer than the request that started it is continued for the next request.
 */
export interface FullReads {
  /** The maximum number of AWS pages, of 100 records each, of one full read. */
  readonly maximumPages: number;
  /** Reads all records, or returns a kept read. Rejects with the error of AWS, or if the request cannot wait longer. */
  read<Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage): Promise<FullRead<Row>>;
  /** Like `read`, but if not all pages could be read, returns the records of the others. Rejects if there are none. */
  readSome<Row extends AwsRow, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
  ): Promise<SomeRead<Row>>;
  /**
   * Returns the AWS calls that a full read is known to take at least: none if its records are kept, otherwise the number
   * of pages of the last read, or of the read in progress; 1 if the list was never read.
   */
  atLeast<Row, Conditions>(question: FullQuestion<Row, Conditions>, scope: RequestScope): number;
  /** Estimates the size of a full read, from the last one. */
  estimate<Row, Conditions>(question: FullQuestion<Row, Conditions>, scope: RequestScope): Estimate;
  /** Discards the kept reads of a source, because it was changed. A read in progress is returned, but not kept. */
  forget(source: Source): void;
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
}

/** Creates the full reads of a gateway. */
export function createFullReads(settings: FullReadSettings, { stopping, warn }: FullReadOptions = {}): FullReads {
  const { ageSeconds, megabytes, maximumPages } = settings;
  const schedule = createSchedule(concurrency);
  const kept = createKeptRuns(megabytes, warn);
  const lengths = createLengths();
  let starts = 0;
  const nextStart = () => (starts += 1);
  const requests = createRequests(kept, nextStart);
  const waits = createWaits();
  const keptRun = <Row, Conditions>(question: FullQuestion<Row, Conditions>) =>
    kept.peek(kept.keyOf(question.source, nameOf(question)));
  const start = <Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, key: string): Run => {
    const { source } = question;
    const name = nameOf(question);
    const run = createRun({
      startedAt: nextStart(),
      reading: createReading(question, maximumPages),
      enter: (next) => schedule.enter(source.key, next),
      isWanted: () => !stopping?.aborted && !run.isEvicted && kept.keyOf(source, name) === key,
      onPage: () => kept.keep(key, run, keepingUnfinished),
      onEnd: (end) => {
        if (run.reading.isEnded) lengths.set(name, groupOf(question), run.reading);
        kept.keep(key, run, timeToKeep(run.reading, end, ageSeconds * 1000));
      },
    });
    kept.keep(key, run, keepingUnfinished);
    return run;
  };

  const finish = async (run: Run, source: Source, usage: Usage): Promise<SnapgateError | null> => {
    const { reading, isInProgress } = run;
    if (reading.isEnded) {
      count(usage, 'cached');
      return null;
    }
    if (isInProgress) count(usage, 'coalesced');
    const reason = await waits.wait(run, usage, source);
    if (reason === null || reading.isEnded) return null;
    if (run.isInProgress) requests.hold(usage.scope);
    if (reading.pages === 0) throw reason;
    return reason;
  };

  const readSome = async <Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage) => {
    const { scope } = usage;
    const key = kept.keyOf(question.source, nameOf(question));
    const run = requests.find(scope, key) ?? start(question, key);
    requests.use(scope, key, run);
    const failure = await finish(run, question.source, usage);
    // The key contains the operation and its parameters, which determine the type of the records.
    return { ...(run.reading.result() as FullRead<Row>), failure };
  };

  return {
    maximumPages,
    atLeast: (question, scope) =>
      atLeastOf(lengths.of(nameOf(question)), scope.isFresh ? undefined : keptRun(question)),
    estimate: (question, scope) =>
      estimateOf(lengths.estimate(nameOf(question), groupOf(question)), scope.isFresh ? undefined : keptRun(question)),
    read: async (question, usage) => {
      const { failure, ...read } = await readSome(question, usage);
      if (failure !== null) throw failure;
      return read;
    },
    readSome,
    forget: kept.forget,
  };
}

function atLeastOf(length: Length | undefined, run: Run | undefined): number {
  if (run?.reading.isEnded) return 0;
  return length?.pages ?? (run?.reading.pages ?? 0) + 1;
}

function estimateOf(length: Length, run: Run | undefined): Estimate {
  if (run === undefined) return { ...length, calls: length.pages };
  const { pages, records, untagged, isEnded } = run.reading;
  return {
    calls: run.isInProgress || isEnded ? 0 : Math.max(length.pages - pages, 1),
    records: isEnded ? records : Math.max(length.records, records),
    untagged: isEnded ? untagged : Math.max(length.untagged, untagged),
  };
}

/** Returns for how long a reading is kept that has ended, failed or paused. */
function timeToKeep(reading: Reading, { hasWaiters, failure }: RunEnd, age: number): number {
  if (failure === null && reading.isEnded) return Math.max(age, hasWaiters ? 0 : holding);
  // Without reuse, a failed list starts again with the next request.
  const isContinued = !reading.isBroken && reading.pages > 0 && (failure === null || age > 0);
  return isContinued ? keepingUnfinished : 0;
}

function nameOf<Row, Conditions>({ what, source, query }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what} ${stringify(query.input)}`;
}

function groupOf<Row, Conditions>({ what, source }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what}`;
}
