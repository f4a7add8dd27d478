import { createUsage } from '../../aws/usage.ts';
import { InvalidInputError } from '../../errors.ts';
import { after, type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsAnswer, createPageCheck, largestPage, repeatedMarker } from '../backend.ts';
import { type Steps, withFailures } from './found.ts';
import { isExactly, matchesIn } from './matches.ts';
import { type PageRows, pageRows } from './page-rows.ts';
import { missedIn, type Position, startOf } from './position.ts';
import { createReadAhead, type ReadAhead } from './read-ahead.ts';
import type { ListQuestion, QueryPosition } from './question.ts';
import { follow } from './trail.ts';

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
  readonly content: PageRows<Row>;
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
export function* walk<Row, Conditions>(
  question: ListQuestion<Row, Conditions>,
  start: Position | undefined,
  wanted: () => number,
): Steps<Row> {
  const first = start ? question.sources.findIndex((source) => source.key === start.source) : 0;
  const sources = first > 0 ? question.sources.slice(first) : question.sources;
  const walks = new Map<Source, SourceWalk<Conditions>>();
  const walkOf = (source: Source) => {
    const own =
      walks.get(source) ?? walkFrom(question, source.key === start?.source ? start : startOf(source, 0), source);
    walks.set(source, own);
    return own;
  };
  const count = { pages: 0, found: 0 };
  // Every source can be read, regardless of the number of sources.
  const maximumPages = question.maximumPages + sources.length - 1;
  const firstPages = createReadAhead({
    tasks: () => sources.flatMap((source) => walkOf(source).rest),
    begin: (from) => read(question, from, from.start, wanted),
    expected: (taken) =>
      Math.min(
        count.found === 0 ? Infinity : Math.ceil((wanted() * taken) / count.found),
        // The current page is already counted.
        maximumPages - count.pages + 1,
      ),
  });
  for (const source of sources) {
    try {
      const stopped = yield* walkSource(walkOf(source), { question, wanted, firstPages, count, maximumPages });
      if (stopped) return withFailures(stopped, question.reports.failures());
    } catch (error) {
      if (error instanceof RefusedMarkerError) throw error;
      question.reports.failed(source, error);
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

function* walkSource<Row, Conditions>(
  { source, rest, isPassed, refusal }: SourceWalk<Conditions>,
  walking: Walk<Row, Conditions>,
): Steps<Row> {
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

function* walkQuery<Row, Conditions>(
  from: QueryPosition<Conditions>,
  { question, wanted, firstPages, count, maximumPages }: Walk<Row, Conditions>,
): Steps<Row> {
  const { source, start } = from;
  const check = createPageCheck(start.marker);
  for (let position: Position | undefined = start; position;) {
    if (count.pages >= maximumPages) {
      question.reports.stopped(source, count.pages);
      return position;
    }
    count.pages += 1;
    const reading: MaybePromise<Page<Row>> =
      position === start
        ? orElse(
            () => firstPages.take(from),
            (error) => raiseFor(start, error),
          )
        : read(question, from, position, wanted);
    const page: Page<Row> = reading instanceof Promise ? ((yield reading) as Page<Row>) : reading;
    const { marker, fetchedAt, flaw } = check(page.answer);
    question.reports.read(source, fetchedAt);
    if (flaw) question.reports.failed(source, flaw);
    const next = nextPage(from, page, marker);
    yield* matchesIn(question, from, page, next, wanted, count);
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
  { at, content }: Page<unknown>,
  marker: string | undefined,
): Position | undefined {
  if (!marker) return undefined;
  const followed = follow(at.trail, marker);
  // The Markers before this response are not in the check of its pages.
  if (followed === 'repeated') throw repeatedMarker();
  return {
    ...startOf(source, start.query),
    marker,
    trail: followed,
    seen: at.seen?.length ? missedIn(at, content.digests()) : [],
  };
}

function read<Row, Conditions>(
  { listing, conditions, key, reports, usage, areLargest, isOfMany = false }: ListQuestion<Row, Conditions>,
  { source, query }: QueryPosition<Conditions>,
  position: Position,
  wanted: () => number,
): MaybePromise<Page<Row>> {
  const own = createUsage(usage);
  const size = isExactly(conditions, query) && !areLargest ? pageSize(position, wanted()) : largestPage;
  reports.called(source, own);
  const answer = listing(source).read(source, query, { marker: position.marker, size, isOfMany }, own);
  return after(answer, (known) => ({
    at: { ...position, size: known.size ?? size },
    answer: known,
    content: pageRows(known.rows, key),
  }));
}

/** Returns a page size that AWS accepts, 20 to 100. Smaller pages share one AWS page, whose size is a multiple. */
function pageSize({ offset, size }: Position, wanted: number): number {
  const needed = offset + Math.max(wanted, 1);
  if (size !== undefined && needed <= size) return size;
  if (needed < smallestPage) return Math.ceil(smallestPage / needed) * needed;
  return Math.min(needed, largestPage);
}
