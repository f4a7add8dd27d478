import type { Usage } from '../aws/usage.ts';
import { type ErrorCode, SnapgateError } from '../errors.ts';
import type { Source } from '../snapshots/source.ts';

/** How far a source answered. */
export type SourceStatus = 'COMPLETE' | 'PARTIAL' | 'NOT_REACHED' | 'DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** How one source took part in one answer. */
export interface SourceReport {
  readonly source: Source;
  readonly status: SourceStatus;
  readonly error: SourceError | null;
  readonly fetchedAt: Date | null;
  readonly awsCalls: number;
}

/** Whether a source gave all that was asked of it. */
export function isAnswered({ status }: SourceReport): boolean {
  return status === 'COMPLETE' || status === 'NOT_REACHED';
}

export interface SourceError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requestId: string | null;
}

/** Keeps account of how each source takes part in one answer. */
export interface Reports {
  /** Adds the calls of a part of the answer, also those that it makes from now on. */
  called(source: Source, usage: Pick<Usage, 'calls'>): void;
  read(source: Source, fetchedAt: Date): void;
  complete(source: Source): void;
  failed(source: Source, error: unknown): void;
  /** Says that a source was not read to its end, though it did not fail. */
  stopped(source: Source, pages: number, advice?: string): void;
  failures(): number;
  /** Whether every source that was asked answered in full. */
  isComplete(): boolean;
  all(): SourceReport[];
}

const statusByCode: Partial<Record<ErrorCode, SourceStatus>> = {
  FORBIDDEN: 'DENIED',
  THROTTLED: 'THROTTLED',
  TIMED_OUT: 'TIMED_OUT',
};

/** An account of these sources, none of them asked yet. */
export function createReports(sources: readonly Source[]): Reports {
  const reports = new Map<string, SourceReport>(
    sources.map((source) => [
      source.key,
      { source, status: 'NOT_REACHED', error: null, fetchedAt: null, awsCalls: 0 } satisfies SourceReport,
    ]),
  );
  const usages = new Map<string, Pick<Usage, 'calls'>[]>();
  const change = (source: Source, changes: (report: SourceReport) => Partial<SourceReport>) => {
    const report = reports.get(source.key);
    if (report) reports.set(source.key, { ...report, ...changes(report) });
  };
  return {
    called: ({ key }, usage) => void usages.set(key, [...(usages.get(key) ?? []), usage]),
    read: (source, fetchedAt) =>
      change(source, ({ status, error, fetchedAt: before }) => ({
        status: error === null ? 'COMPLETE' : status,
        fetchedAt: before !== null && before < fetchedAt ? before : fetchedAt,
      })),
    complete: (source) => change(source, ({ status, error }) => ({ status: error === null ? 'COMPLETE' : status })),
    failed: (source, error) =>
      change(source, ({ fetchedAt }) => {
        const why = toSourceError(error);
        return { status: fetchedAt === null ? (statusByCode[why.code] ?? 'FAILED') : 'PARTIAL', error: why };
      }),
    stopped: (source, pages, advice = 'without filling this page. Continue with endCursor, or narrow the filter') =>
      change(source, () => ({
        status: 'PARTIAL',
        error: {
          code: 'QUOTA_EXCEEDED',
          message: `Stopped after ${pages} AWS pages ${advice}.`,
          requestId: null,
        },
      })),
    isComplete: () => [...reports.values()].every(({ error }) => error === null),
    failures: () => [...reports.values()].filter(({ error }) => error !== null).length,
    all: () =>
      [...reports.values()].map((report) => ({
        ...report,
        awsCalls: (usages.get(report.source.key) ?? []).reduce((sum, { calls }) => sum + calls, 0),
      })),
  };
}

/** Only errors written for clients tell their text; a fault of our own must not pass for one of AWS. */
function toSourceError(error: unknown): SourceError {
  if (!(error instanceof SnapgateError)) throw error;
  return { code: error.code, message: error.message, requestId: error.requestId ?? null };
}
