import type { Usage } from '../aws/usage.ts';
import { type ErrorCode, retryAfterSecondsOf, SnapgateError, UpstreamError } from '../errors.ts';
import type { Source } from '../snapshots/source.ts';

/** How much of a source was read. */
export type SourceStatus =
  'COMPLETE' | 'PASSED' | 'PARTIAL' | 'NOT_REACHED' | 'DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** The report on one source in one response. */
export interface SourceReport {
  readonly source: Source;
  readonly status: SourceStatus;
  readonly error: SourceError | null;
  readonly fetchedAt: Date | null;
  readonly awsCalls: number;
}

/** Whether a source is not known to lack anything: it returned everything so far, or it is still to come. */
export function isAnswered({ status }: { readonly status: string }): boolean {
  return status === 'COMPLETE' || status === 'PASSED' || status === 'NOT_REACHED';
}

export interface SourceError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requestId: string | null;
  /** The number of seconds to wait before a retry; null if a retry does not help, or the time is not known. */
  readonly retryAfterSeconds: number | null;
}

/** A source that failed, or answered only in part, so that records are missing from the pages after it, too. */
export interface Failure {
  readonly source: Source;
  readonly code: ErrorCode;
  /** Whether some records of the source were read. */
  readonly isPartial: boolean;
}

/** The sources of which the pages before a page lack records. */
export interface EarlierFailures {
  readonly failures: readonly Failure[];
  /** The sources that may have failed, because more sources failed than a cursor can carry. */
  readonly doubtful: readonly Source[];
}

/** What the earlier pages of a walk have read. */
export interface EarlierPages extends EarlierFailures {
  /** The sources before the first source of this page. */
  readonly passed: readonly Source[];
  /** The first source of this page, if earlier pages have read a part of it. */
  readonly begun: Source | undefined;
}

/**
 * Collects the reports on the sources of one response. A source has one error: the most severe, and the first of equals.
 * A failed list is more severe than a stopped list, which is more severe than records that are left out.
 */
export interface Reports {
  /** Adds the AWS calls of a part of the response, including its later calls. */
  called(source: Source, usage: Pick<Usage, 'calls'>): void;
  read(source: Source, fetchedAt: Date): void;
  complete(source: Source): void;
  /** Reports that earlier pages have read a source to its end. */
  passed(source: Source): void;
  /** Reports that earlier pages lack records of sources; a problem of this page that is as severe is kept. */
  failedBefore(earlier: EarlierFailures): void;
  /** Reports that a list of a source failed. */
  failed(source: Source, error: unknown): void;
  /** Reports that some records of a source are left out, because they cannot be tested or listed. */
  partial(source: Source, error: SnapgateError): void;
  /** Reports that a source was not read to the end, although it did not fail. */
  stopped(source: Source, pages: number, advice?: string): void;
  /** Returns the sources with missing records; a new array if any was added. A stopped source can be continued. */
  failures(): readonly Failure[];
  /** Whether no source failed, was stopped or lacks records. */
  isComplete(): boolean;
  all(): SourceReport[];
}

interface Problem {
  readonly error: SourceError;
  /** Whether the list failed; if not, only some of its records are left out. */
  readonly isFailure: boolean;
  /** The status, if it does not depend on what else was read. */
  readonly status?: SourceStatus;
}

interface State {
  readonly source: Source;
  isReached: boolean;
  isPassed: boolean;
  isBegun: boolean;
  fetchedAt: Date | null;
  problem: Problem | null;
  stop: SourceError | null;
  readonly usages: Pick<Usage, 'calls'>[];
}

const statusByCode: Partial<Record<ErrorCode, SourceStatus>> = {
  FORBIDDEN: 'DENIED',
  THROTTLED: 'THROTTLED',
  RATE_LIMITED: 'THROTTLED',
  TIMED_OUT: 'TIMED_OUT',
};

/**
 * Creates the reports on these sources, all NOT_REACHED except those that earlier pages have passed. The first problem
 * makes the request incomplete.
 */
export function createReports(
  sources: readonly Source[],
  { scope }: Pick<Usage, 'scope'>,
  earlier?: EarlierPages,
): Reports {
  const states = new Map(sources.map((source) => [source.key, initialState(source)]));
  const change = ({ key }: Source, make: (state: State) => void) => {
    const state = states.get(key);
    if (state) make(state);
  };
  let failures: readonly Failure[] | undefined;
  const report = (source: Source, problem: Problem) =>
    change(source, (state) => {
      if (state.problem !== null && (state.problem.isFailure || !problem.isFailure)) return;
      state.problem = problem;
      scope.isIncomplete = true;
      failures = undefined;
    });

  const passed = (source: Source) => change(source, (state) => (state.isPassed = true));
  const failedBefore = ({ doubtful, failures: known }: EarlierFailures) => {
    for (const source of doubtful) report(source, doubt);
    for (const failure of known) report(failure.source, earlierProblem(failure));
  };

  for (const source of earlier?.passed ?? []) passed(source);
  if (earlier?.begun) change(earlier.begun, (state) => (state.isBegun = true));
  if (earlier) failedBefore(earlier);

  return {
    called: (source, usage) => change(source, ({ usages }) => void usages.push(usage)),
    read: (source, fetchedAt) =>
      change(source, (state) => {
        state.isReached = true;
        if (state.fetchedAt === null || fetchedAt < state.fetchedAt) state.fetchedAt = fetchedAt;
      }),
    complete: (source) => change(source, (state) => (state.isReached = true)),
    passed,
    failedBefore,
    failed: (source, error) => {
      const isBroken = error instanceof UpstreamError && error.isListBroken;
      report(source, { error: toSourceError(error), isFailure: true, ...(isBroken && { status: 'FAILED' }) });
    },
    partial: (source, error) => report(source, { error: toSourceError(error), isFailure: false }),
    stopped: (source, pages, advice = 'without filling this page. Continue with endCursor, or narrow the filter') =>
      change(source, (state) => {
        scope.isIncomplete = true;
        state.stop ??= {
          code: 'ALLOWANCE_EXCEEDED',
          message: `Stopped at the maximum number of AWS pages (${pages}) ${advice}.`,
          requestId: null,
          retryAfterSeconds: null,
        };
      }),
    failures: () =>
      (failures ??= [...states.values()].flatMap((state) =>
        state.problem === null
          ? []
          : [
              {
                source: state.source,
                code: state.problem.error.code,
                isPartial: statusWith(state, state.problem) === 'PARTIAL',
              },
            ],
      )),
    isComplete: () => [...states.values()].every(({ problem, stop }) => problem === null && stop === null),
    all: () => [...states.values()].map(toReport),
  };
}

function initialState(source: Source): State {
  return {
    source,
    isReached: false,
    isPassed: false,
    isBegun: false,
    fetchedAt: null,
    problem: null,
    stop: null,
    usages: [],
  };
}

function toReport(state: State): SourceReport {
  const { source, problem, stop, fetchedAt, usages } = state;
  const isStopped = stop !== null && !problem?.isFailure;
  return {
    source,
    status: isStopped ? 'PARTIAL' : statusOf(state),
    error: isStopped ? stop : (problem?.error ?? null),
    fetchedAt,
    awsCalls: usages.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function statusOf(state: State): SourceStatus {
  if (state.problem !== null) return statusWith(state, state.problem);
  if (state.isReached) return 'COMPLETE';
  return state.isPassed ? 'PASSED' : 'NOT_REACHED';
}

function statusWith({ fetchedAt, isBegun }: State, { status, isFailure, error }: Problem): SourceStatus {
  if (status !== undefined) return status;
  return !isFailure || isBegun || fetchedAt !== null ? 'PARTIAL' : failedStatus(error.code);
}

function failedStatus(code: ErrorCode): SourceStatus {
  return statusByCode[code] ?? 'FAILED';
}

function earlierProblem({ code, isPartial }: Failure): Problem {
  const [what, status] = isPartial
    ? (['answered only in part', 'PARTIAL'] as const)
    : (['failed', failedStatus(code)] as const);
  const message = `The source ${what} on an earlier page; its missing records are not on this page. Read the list again from its first page.`;
  return { error: { code, message, requestId: null, retryAfterSeconds: null }, isFailure: !isPartial, status };
}

const doubt: Problem = {
  error: {
    code: 'UPSTREAM',
    message:
      'The source may have failed on an earlier page: more sources failed than a cursor can carry. Read the list again from its first page, or list fewer sources.',
    requestId: null,
    retryAfterSeconds: null,
  },
  isFailure: false,
  status: 'PARTIAL',
};

/** Converts an error written for clients. Throws any other error, so that a bug is not reported as a failure of AWS. */
function toSourceError(error: unknown): SourceError {
  if (!(error instanceof SnapgateError)) throw error;
  const { code, message, requestId = null } = error;
  return { code, message, requestId, retryAfterSeconds: retryAfterSecondsOf(error) };
}
