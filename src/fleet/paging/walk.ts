import { createUsage, type Usage } from '../../aws/usage.ts';
import type { Source } from '../../graphql/source.ts';
import type { AwsAnswer, Listing, Strand } from '../backend.ts';
import type { Match } from '../lists/match.ts';
import type { Reports } from '../reports.ts';
import { behind, digest, offsetIn, type Position, startOf } from './position.ts';
import { createReadAhead, type ReadAhead } from './read-ahead.ts';

/** Everything that a walk over many sources needs to know. */
export interface Question<Row, Filter> {
  /** In the order of the list. */
  readonly sources: readonly Source[];
  readonly listing: (source: Source) => Listing<Row, Filter>;
  readonly filter: Filter;
  readonly match: Match<Row, Filter>;
  /** What tells a record from all others of its source. */
  readonly key: (row: Row) => string;
  readonly reports: Reports;
  readonly usage: Usage;
  /** AWS pages that one walk may read, and one more for each source after the first. */
  readonly maximumPages: number;
}

/** A matching record and the place behind it. */
export interface Found<Row> {
  readonly row: Row;
  readonly after: Position;
  /** Whether another match is known to follow without asking AWS. */
  readonly isFollowed: boolean;
}

/** One AWS query of a source, from a position on. */
interface Leg<Filter> {
  readonly source: Source;
  readonly strand: Strand<Filter>;
  readonly start: Position;
}

/** The queries of one source, or why there are none. */
interface Plan<Filter> {
  readonly source: Source;
  readonly legs: readonly Leg<Filter>[];
  readonly refusal?: unknown;
}

/** An AWS page, and the position with the size that was asked for. */
interface Page<Row> {
  readonly at: Position;
  readonly answer: AwsAnswer<Row>;
}

interface Walk<Row, Filter> {
  readonly question: Question<Row, Filter>;
  readonly wanted: () => number;
  readonly firstPages: ReadAhead<Leg<Filter>, Page<Row>>;
  readonly count: { pages: number; found: number };
  readonly maximumPages: number;
}

const smallestPage = 20;
const largestPage = 100;

/**
 * Finds the matching records of the sources, one source after the other, from a position on.
 * It reads an AWS page only when the one before is used up, and asks for as many records as `wanted` says; the first
 * pages of the sources to come are read ahead when those before did not suffice.
 * A source that fails is reported and passed over. Returns where it stopped if it met the bound on pages, else null.
 */
export async function* walk<Row, Filter>(
  question: Question<Row, Filter>,
  start: Position | undefined,
  wanted: () => number,
): AsyncGenerator<Found<Row>, Position | null> {
  const first = start ? question.sources.findIndex((source) => source.key === start.source) : 0;
  const plans = question.sources
    .slice(first)
    .map((source) => planFrom(question, source.key === start?.source ? start : startOf(source, 0), source));
  const count = { pages: 0, found: 0 };
  // Every source may be entered, however many there are.
  const maximumPages = question.maximumPages + plans.length - 1;
  const firstPages = createReadAhead({
    tasks: plans.flatMap(({ legs }) => legs),
    begin: (leg) => read(question, leg, leg.start, wanted),
    expected: (taken) =>
      Math.min(
        count.found === 0 ? Infinity : Math.ceil((wanted() * taken) / count.found),
        // The page of this moment is counted already.
        maximumPages - count.pages + 1,
      ),
  });
  for (const plan of plans) {
    try {
      const stopped = yield* walkSource(plan, { question, wanted, firstPages, count, maximumPages });
      if (stopped) return stopped;
    } catch (error) {
      question.reports.failed(plan.source, error);
    }
  }
  return null;
}

function planFrom<Row, Filter>(
  { listing, filter }: Question<Row, Filter>,
  start: Position,
  source: Source,
): Plan<Filter> {
  try {
    const strands = listing(source).plan(source, filter);
    const legs = strands.map((strand, index) => ({
      source,
      strand,
      start: index === start.strand ? start : startOf(source, index),
    }));
    return { source, legs: legs.slice(start.strand) };
  } catch (refusal) {
    return { source, legs: [], refusal };
  }
}

async function* walkSource<Row, Filter>(
  { source, legs, refusal }: Plan<Filter>,
  walking: Walk<Row, Filter>,
): AsyncGenerator<Found<Row>, Position | null> {
  const { reports } = walking.question;
  if (refusal !== undefined) {
    reports.failed(source, refusal);
    return null;
  }
  for (const leg of legs) {
    const stopped = yield* walkLeg(leg, walking);
    if (stopped) return stopped;
  }
  reports.complete(source);
  return null;
}

async function* walkLeg<Row, Filter>(
  leg: Leg<Filter>,
  { question, wanted, firstPages, count, maximumPages }: Walk<Row, Filter>,
): AsyncGenerator<Found<Row>, Position | null> {
  const { source, start } = leg;
  for (let position: Position | undefined = start; position;) {
    if (count.pages >= maximumPages) {
      question.reports.stopped(source, count.pages);
      return position;
    }
    count.pages += 1;
    const page: Page<Row> = await (position === start ? firstPages.take(leg) : read(question, leg, position, wanted));
    const { marker, fetchedAt } = page.answer;
    question.reports.read(source, fetchedAt);
    for await (const found of matchesIn(question, leg, page, wanted)) {
      count.found += 1;
      yield found;
    }
    position = marker ? { ...startOf(source, start.strand), marker } : undefined;
  }
  return null;
}

/**
 * Tests the records of a page in their order. Where that costs calls, as many together as are wanted; while none
 * matches, twice as many each time, because calls for many records are often fewer than calls for each.
 */
async function* matchesIn<Row, Filter>(
  { filter, match, key }: Question<Row, Filter>,
  { source, strand }: Leg<Filter>,
  { at, answer }: Page<Row>,
  wanted: () => number,
): AsyncGenerator<Found<Row>> {
  const next = answer.marker
    ? { ...startOf(source, at.strand), marker: answer.marker }
    : startOf(source, at.strand + 1);
  const isMatch = match.now(filter) ?? (() => true);
  const later = match.later(filter, strand.pushed);
  // What follows on the same page is seen there; behind it a Marker promises matches, unless AWS mixes in others.
  const isMarkerKept = Boolean(answer.marker) && isExactly(filter, strand) && !answer.rows.includes(null);
  const digests = answer.rows.map((row) => row && digest(key(row)));
  const candidates = answer.rows
    .map((row, index) => ({ row, index }))
    .slice(offsetIn(at, digests))
    .filter((each): each is { row: Row & {}; index: number } => each.row !== null && isMatch(each.row));
  for (let from = 0, size = Math.max(wanted(), 1); from < candidates.length;) {
    const group = later ? candidates.slice(from, from + size) : candidates;
    const verdicts = later && (await Promise.all(group.map(({ row }) => later(row))));
    const hasMatch = verdicts?.includes(true) ?? true;
    for (const [place, { row, index }] of group.entries()) {
      if (verdicts?.[place] === false) continue;
      const isLast = index + 1 === answer.rows.length;
      yield { row, after: isLast ? next : behind(at, digests, index), isFollowed: isLast && isMarkerKept };
    }
    from += group.length;
    size = hasMatch ? Math.max(wanted(), 1) : 2 * size;
  }
}

async function read<Row, Filter>(
  { listing, filter, reports, usage }: Question<Row, Filter>,
  { source, strand }: Leg<Filter>,
  position: Position,
  wanted: () => number,
): Promise<Page<Row>> {
  const own = createUsage(usage);
  const size = isExactly(filter, strand) ? pageSize(position, wanted()) : largestPage;
  reports.called(source, own);
  const answer = await listing(source).read(source, strand, { marker: position.marker, size }, own);
  return { at: { ...position, size }, answer };
}

/** AWS takes 20 to 100 records; pages smaller than 20 share one AWS page by asking for a multiple. */
function pageSize({ offset, size }: Position, wanted: number): number {
  const needed = offset + Math.max(wanted, 1);
  if (size !== undefined && needed <= size) return size;
  if (needed < smallestPage) return Math.ceil(smallestPage / needed) * needed;
  return Math.min(needed, largestPage);
}

/** Whether AWS applies every condition itself, so that what it counts is what matches. */
function isExactly<Filter>(filter: Filter, strand: Strand<Filter>): boolean {
  return Object.keys(filter as object).every((key) => strand.pushed.has(key as keyof Filter));
}
