import { createUsage, type Usage } from '../../aws/usage.ts';
import { InvalidInputError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsAnswer, type AwsQuery, createPageCheck, largestPage, repeatedMarker } from '../backend.ts';
import { type Match, matchesOf, testLater, type Verdict } from '../lists/match.ts';
import type { Failure, Reports } from '../reports.ts';
import { digest } from './digest.ts';
import { behind, missedIn, passedIn, type Position, startOf } from './position.ts';
import { createReadAhead, type ReadAhead } from './read-ahead.ts';
import type { QueriedSources } from './read-before.ts';
import { follow } from './trail.ts';

/** The query of a walk over many sources. */
export interface ListQuestion<Row, Conditions> extends QueriedSources<Row, Conditions> {
  readonly match: Match<Row, Conditions>;
  /** Returns a key that identifies a record within its source. */
  readonly key: (row: Row) => string;
  readonly reports: Reports;
  readonly usage: Usage;
  /** The maximum number of AWS pages of a walk, plus one for each source after the first. */
  readonly maximumPages: number;
}

/** A matching record and the position after it. */
export interface Found<Row> {
  readonly row: Row;
  /** Returns the position after the record, which most answers do not need. */
  readonly after: () => Position;
  /** Whether another match is known to follow without another AWS call. */
  readonly isFollowed: boolean;
}

/** One AWS query of a source, and the position from which it is read. */
interface QueryPosition<Conditions> {
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
  readonly start: Position;
}

/** The remaining queries of one source, or the reason why the source cannot be read. */
interface SourceWalk<Conditions> {
  readonly source: Source;
  readonly rest: readonly QueryPosition<Conditions>[];
  /** Whether the walk starts at the end of this source. */
  readonly isPassed?: boolean;
  readonly refusal?: unknown;
}

/** An AWS page, and its position with the requested size. */
interface Page<Row> {
  readonly at: Position;
  readonly answer: AwsAnswer<Row>;
  /** Identifies the records; null for a record that is not in the list. */
  readonly digests: readonly (string | null)[];
}

interface Walk<Row, Conditions> {
  readonly question: ListQuestion<Row, Conditions>;
  readonly wanted: () => number;
  readonly firstPages: ReadAhead<QueryPosition<Conditions>, Page<Row>>;
  readonly count: { pages: number; found: number };
  readonly maximumPages: number;
}

const smallestPage = 20;

/**
 * Finds the matching records of the sources in sequence, starting at a position. Reads an AWS page only after the
 * previous page is exhausted, and requests as many records as `wanted` returns. The first pages of later sources are
 * read ahead if the earlier sources did not yield enough. A source that fails is reported and skipped. Returns the
 * position where the walk reached the maximum number of pages, or null at the end of the list. Throws INVALID_INPUT if AWS
 * refuses the Marker of the start.
 */
export async function* walk<Row, Conditions>(
  question: ListQuestion<Row, Conditions>,
  start: Position | undefined,
  wanted: () => number,
): AsyncGenerator<Found<Row>, Position | null> {
  const first = start ? question.sources.findIndex((source) => source.key === start.source) : 0;
  const walks = question.sources
    .slice(first)
    .map((source) => walkFrom(question, source.key === start?.source ? start : startOf(source, 0), source));
  const count = { pages: 0, found: 0 };
  // Every source can be read, regardless of the number of sources.
  const maximumPages = question.maximumPages + walks.length - 1;
  const firstPages = createReadAhead({
    tasks: walks.flatMap(({ rest }) => rest),
    begin: (from) => read(question, from, from.start, wanted),
    expected: (taken) =>
      Math.min(
        count.found === 0 ? Infinity : Math.ceil((wanted() * taken) / count.found),
        // The current page is already counted.
        maximumPages - count.pages + 1,
      ),
  });
  for (const each of walks) {
    try {
      const stopped = yield* walkSource(each, { question, wanted, firstPages, count, maximumPages });
      if (stopped) return withFailures(stopped, question.reports.failures());
    } catch (error) {
      if (error instanceof RefusedMarkerError) throw error;
      question.reports.failed(each.source, error);
    }
  }
  return null;
}

function walkFrom<Row, Conditions>(
  { listing, conditions }: ListQuestion<Row, Conditions>,
  start: Position,
  source: Source,
): SourceWalk<Conditions> {
  try {
    const queries = listing(source).queries(source, conditions);
    const rest = queries.map((query, index) => ({
      source,
      query,
      start: index === start.query ? start : startOf(source, index),
    }));
    return { source, rest: rest.slice(start.query), isPassed: start.query > 0 && start.query >= rest.length };
  } catch (refusal) {
    return { source, rest: [], refusal };
  }
}

async function* walkSource<Row, Conditions>(
  { source, rest, isPassed, refusal }: SourceWalk<Conditions>,
  walking: Walk<Row, Conditions>,
): AsyncGenerator<Found<Row>, Position | null> {
  const { reports, listing, conditions } = walking.question;
  const unseen = listing(source).unseen?.(source, conditions);
  if (unseen) reports.partial(source, unseen);
  if (refusal !== undefined) {
    reports.failed(source, refusal);
    return null;
  }
  for (const from of rest) {
    const stopped = yield* walkQuery(from, walking);
    if (stopped) return stopped;
  }
  if (isPassed) reports.passed(source);
  else reports.complete(source);
  return null;
}

async function* walkQuery<Row, Conditions>(
  from: QueryPosition<Conditions>,
  { question, wanted, firstPages, count, maximumPages }: Walk<Row, Conditions>,
): AsyncGenerator<Found<Row>, Position | null> {
  const { source, start } = from;
  const check = createPageCheck(start.marker);
  for (let position: Position | undefined = start; position;) {
    if (count.pages >= maximumPages) {
      question.reports.stopped(source, count.pages);
      return position;
    }
    count.pages += 1;
    const page: Page<Row> = await (position === start
      ? firstPages.take(from).catch((error: unknown) => raiseFor(start, error))
      : read(question, from, position, wanted));
    const { marker, fetchedAt, flaw } = check(page.answer);
    question.reports.read(source, fetchedAt);
    if (flaw) question.reports.failed(source, flaw);
    const next = nextPage(from, page, marker);
    for await (const found of matchesIn(question, from, page, next, wanted)) {
      count.found += 1;
      const failures = question.reports.failures();
      yield { ...found, after: () => withFailures(found.after(), failures) };
    }
    position = next;
  }
  return null;
}

/** AWS refuses a Marker that it returned for an earlier page, so the rest of the list cannot be read. */
class RefusedMarkerError extends InvalidInputError {}

/** Throws the error of the first page of a query. The same call succeeded before, so its Marker is what AWS refuses. */
function raiseFor({ marker }: Position, error: unknown): never {
  if (marker === undefined || !(error instanceof InvalidInputError)) throw error;
  const { requestId, fault } = error;
  throw new RefusedMarkerError(
    '`after` has expired: AWS no longer accepts the Marker of this position. Start again without `after`.',
    ['after'],
    { requestId, fault, cause: error },
  );
}

/** Returns the position of the next page of a query; undefined if there is none. Throws UPSTREAM if its Marker repeats. */
function nextPage<Conditions>(
  { source, start }: QueryPosition<Conditions>,
  { at, digests }: Page<unknown>,
  marker: string | undefined,
): Position | undefined {
  if (!marker) return undefined;
  const followed = follow(at.trail, marker);
  // The Markers before this response are not in the check of its pages.
  if (followed === 'repeated') throw repeatedMarker();
  return { ...startOf(source, start.query), marker, trail: followed, seen: missedIn(at, digests) };
}

/** A record of a page that does not fail the tests of the record alone. */
interface Candidate<Row> {
  readonly row: Row & {};
  readonly index: number;
  readonly verdict: Verdict;
}

/**
 * Tests the records of a page in order. If the tests make AWS calls, records are tested in groups of the wanted size,
 * which doubles while none matches, because AWS calls for many records can be batched.
 */
async function* matchesIn<Row, Conditions>(
  { conditions, match, reports }: ListQuestion<Row, Conditions>,
  { source, query }: QueryPosition<Conditions>,
  { at, answer, digests }: Page<Row>,
  nextPosition: Position | undefined,
  wanted: () => number,
): AsyncGenerator<Found<Row>> {
  const next = nextPosition ?? startOf(source, at.query + 1);
  const testNow = match.now(conditions) ?? (() => true);
  const later = match.later(conditions, query.pushed);
  // After the last record of a page, a Marker guarantees another match, unless AWS can list records that do not match or
  // that were listed before.
  const isMarkerKept = nextPosition?.seen?.length === 0 && isExactly(conditions, query) && !answer.rows.includes(null);
  const passed = passedIn(at, digests);
  const candidates = answer.rows
    .map((row, index) => ({ row, index, verdict: row !== null && !passed[index] && testNow(row) }))
    .filter((each): each is Candidate<Row> => each.verdict !== false);
  for (let from = 0, size = Math.max(wanted(), 1); from < candidates.length;) {
    const group = later ? candidates.slice(from, from + size) : candidates;
    const outcomes = later
      ? await Promise.all(group.map(({ row, verdict }) => testLater(row, verdict, later)))
      : group.map(({ verdict }) => verdict);
    const matches = matchesOf(group, outcomes, (error) => reports.partial(source, error));
    for (const { row, index } of matches) {
      const isLast = index + 1 === answer.rows.length;
      const after = () => (isLast ? next : behind(at, digests, index));
      yield { row, after, isFollowed: isLast && isMarkerKept };
    }
    from += group.length;
    size = matches.length > 0 ? Math.max(wanted(), 1) : 2 * size;
  }
}

/** Adds what is missing so far to a position, so that the pages after it report it, too. */
function withFailures(position: Position, failures: readonly Failure[]): Position {
  return failures.length === 0 ? position : { ...position, failures };
}

async function read<Row, Conditions>(
  { listing, conditions, key, reports, usage }: ListQuestion<Row, Conditions>,
  { source, query }: QueryPosition<Conditions>,
  position: Position,
  wanted: () => number,
): Promise<Page<Row>> {
  const own = createUsage(usage);
  const size = isExactly(conditions, query) ? pageSize(position, wanted()) : largestPage;
  reports.called(source, own);
  const answer = await listing(source).read(source, query, { marker: position.marker, size }, own);
  return { at: { ...position, size }, answer, digests: answer.rows.map((row) => row && digest(key(row))) };
}

/** Returns a page size that AWS accepts, 20 to 100. Smaller pages share one AWS page, whose size is a multiple. */
function pageSize({ offset, size }: Position, wanted: number): number {
  const needed = offset + Math.max(wanted, 1);
  if (size !== undefined && needed <= size) return size;
  if (needed < smallestPage) return Math.ceil(smallestPage / needed) * needed;
  return Math.min(needed, largestPage);
}

/** Whether AWS applies every condition, so that every record on an AWS page matches. */
function isExactly<Conditions>(conditions: Conditions, query: AwsQuery<Conditions>): boolean {
  return Object.keys(conditions as object).every((key) => query.pushed.has(key as keyof Conditions));
}
