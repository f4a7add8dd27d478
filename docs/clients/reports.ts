/** What a page of a list reports on one source. A field that the query does not select is undefined. */
export interface Report {
  /** The id of the source, or the key of its record in the cache. */
  readonly sourceId: string | undefined;
  readonly status?: string | undefined;
  readonly error?: unknown;
  /** The `code` of the error. */
  readonly errorCode?: string | undefined;
  readonly fetchedAt?: string | null | undefined;
  readonly awsCalls?: number | undefined;
}

/**
 * Merges the reports of the pages of a list, given in the order in which the pages were read. Its `isComplete` needs no
 * merging: that of the page read last is for all pages before it, too. If the query does not select the ids of the
 * sources, returns the reports of the page read last: only their times, calls and request ids are of that page alone.
 */
export function mergeReports<R extends Report>(pages: readonly (readonly R[])[]): R[] {
  const merged = new Map<string, R>();
  for (const report of pages.flat()) {
    if (report.sourceId === undefined) return [...(pages.at(-1) ?? [])];
    const before = merged.get(report.sourceId);
    merged.set(report.sourceId, before ? mergeReport(before, report) : report);
  }
  return [...merged.values()];
}

function mergeReport<R extends Report>(before: R, now: R): R {
  // PASSED: earlier pages have read the source to its end, and report how.
  const isPassed = now.status === 'PASSED' && before.status !== undefined && before.status !== 'NOT_REACHED';
  // Later pages repeat a failure without the request id and the message of AWS.
  const isRepeated = now.error != null && before.error != null && now.errorCode === before.errorCode;
  const { error, errorCode } = isPassed || isRepeated ? before : now;
  return {
    ...now,
    status: isPassed ? before.status : now.status,
    error,
    errorCode,
    fetchedAt: earlier(before.fetchedAt, now.fetchedAt),
    awsCalls: now.awsCalls === undefined ? undefined : (before.awsCalls ?? 0) + now.awsCalls,
  };
}

function earlier(one: string | null | undefined, other: string | null | undefined): string | null | undefined {
  if (one == null || other == null) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}

/** A page of a list in a cache: the arguments that it was read with, and its cursors. */
export interface Page {
  readonly args: PageArguments;
  readonly startCursor?: string | null | undefined;
  readonly endCursor?: string | null | undefined;
}

/** The arguments that select a page of a list. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** Whether a list is read from its end, with `last` and `before`. */
export function isBackward({ last, before }: PageArguments): boolean {
  return last != null || before != null;
}

/** Whether a page was read with the cursor of another page, so that it continues the list. */
export function isContinued(page: Page, { args }: { readonly args: PageArguments }): boolean {
  return isBackward(args)
    ? page.startCursor != null && args.before === page.startCursor
    : page.endCursor != null && args.after === page.endCursor;
}

/** The reports to show to users: sources of which records are missing. NOT_REACHED is still to come. */
export function failedReports<R extends { readonly status?: string | undefined }>(reports: readonly R[]): R[] {
  return reports.filter(({ status }) => !['COMPLETE', 'PASSED', 'NOT_REACHED'].includes(status ?? ''));
}
