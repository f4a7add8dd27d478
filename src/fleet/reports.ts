import type { Usage } from '../aws/usage.ts';
import { type ErrorCode, SnapgateError } from '../errors.ts';
import type { Source } from '../snapshots/source.ts';

/** How much of a source was read. */
export type SourceStatus = 'COMPLETE' | 'PARTIAL' | 'NOT_REACHED' | 'DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** The report on one source in one response. */
export interface SourceReport {
  readonly source: Source;
  readonly status: SourceStatus;
  readonly error: SourceError | null;
  readonly fetchedAt: Date | null;
  readonly awsCalls: number;
}

/** Whether a source returned everything that was requested. */
export function isAnswered({ status }: SourceReport): boolean {
  return status === 'COMPLETE' || status === 'NOT_REACHED';
}

export interface SourceError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requestId: string | null;
}

/** Collects the reports on the sources of one response. */
export interface Reports {
  /** Adds the AWS calls of a part of the response, including its later calls. */
  called(source: Source, usage: Pick<Usage, 'calls'>): void;
  read(source: Source, fetchedAt: Date): void;
  complete(source: Source): void;
  failed(source: Source, error: unknown): void;
  /** Reports that a source was not read to the end, although it did not fail. */
  stopped(source: Source, pages: number, advice?: string): void;
  failures(): number;
  /** Whether no source failed or was stopped. */
  isComplete(): boolean;
  all(): SourceReport[];
}

const statusByCode: Partial<Record<ErrorCode, SourceStatus>> = {
  FORBIDDEN: 'DENIED',
  THROTTLED: 'THROTTLED',
  TIMED_OUT: 'TIMED_OUT',
};

/** Creates the reports on these sources, all NOT_REACHED. */
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
          message: `Stopped at the maximum number of AWS pages (${pages}) ${advice}.`,
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

/** Converts an error written for clients. Throws any other error, so that a bug is not reported as a failure of AWS. */
function toSourceError(error: unknown): SourceError {
  if (!(error instanceof SnapgateError)) throw error;
  return { code: error.code, message: error.message, requestId: error.requestId ?? null };
}
