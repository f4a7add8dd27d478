import { createUsage, type Usage } from '../../aws/usage.ts';
import type { SnapgateError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { AwsQuery } from '../backend.ts';
import type { Count } from '../lists/connection.ts';
import { type Match, matchesOf, type Outcome, testLater, type Verdict } from '../lists/match.ts';
import type { QueriedSources } from '../paging/read-before.ts';
import { createReports, type Reports } from '../reports.ts';
import { keptResult } from './derived/kept-results.ts';
import { inSlices, startInSlice } from './derived/slices.ts';
import { allMatch, indexAt, type Indexes, recordsAt, testEach, type Verdicts } from './derived/verdicts.ts';
import type { FullReads } from './full-reads.ts';
import type { FullQuestion } from './reading.ts';

/** A query that requires a full read of its sources. */
export interface WholeQuestion<Row, Conditions> extends QueriedSources<Row, Conditions> {
  readonly what: FullQuestion<Row, Conditions>['what'];
  readonly match: Match<Row, Conditions>;
  readonly fullReads: FullReads;
  readonly usage: Usage;
}

/** The matches in one list of a source. */
export interface GatheredList<Row> {
  readonly source: Source;
  /** All records that were read: the same array as long as the full read is kept. */
  readonly rows: readonly Row[];
  /** The indexes of the records that match. */
  readonly matching: Indexes;
  /** Identifies the matches among those in the same records; undefined if they depend on more than the records. */
  readonly name: string | undefined;
}

/** Every match in the sources that responded, in the order of the sources, and the reports of all sources. */
export interface Gathered<Row> {
  readonly lists: readonly GatheredList<Row>[];
  readonly reports: Reports;
}

/** The number of records of a source that are tested concurrently: as many as one call for clusters can return. */
const testedTogether = 100;

/**
 * Reads all sources in full, concurrently. A source that fails is reported and does not affect the others; the records
 * that were read before it failed are included.
 */
export async function gather<Row extends AwsRecord, Conditions>(
  question: WholeQuestion<Row, Conditions>,
): Promise<Gathered<Row>> {
  const reports = createReports(question.sources, question.usage);
  const found = await Promise.all(
    question.sources.map((source) => {
      const usage = createUsage(question.usage);
      reports.called(source, usage);
      return gatherSource({ ...question, usage }, source, reports);
    }),
  );
  return { lists: found.flat(), reports };
}

/** Returns the number of matches, which is exact if every source was read in full. */
export function countOf({ lists, reports }: Gathered<unknown>): Count {
  const value = lists.reduce((sum, { matching }) => sum + matching.size, 0);
  return { value, precision: reports.isComplete() ? 'EXACT' : 'AT_LEAST' };
}

/** Returns all matches. */
export function rowsOf<Row>({ lists }: Gathered<Row>): readonly Row[] {
  return lists.flatMap(({ rows, matching }) => recordsAt(rows, matching));
}

async function gatherSource<Row extends AwsRecord, Conditions>(
  question: WholeQuestion<Row, Conditions>,
  source: Source,
  reports: Reports,
): Promise<readonly GatheredList<Row>[]> {
  const { listing, conditions } = question;
  const orNone = (error: unknown) => {
    reports.failed(source, error);
    return [];
  };
  try {
    const unseen = listing(source).unseen?.(source, conditions);
    if (unseen) reports.partial(source, unseen);
    const queries = listing(source).queries(source, conditions);
    const lists = await Promise.all(
      queries.map((query) => gatherQuery(question, source, query, reports).catch(orNone)),
    );
    reports.complete(source);
    return lists.flat();
  } catch (error) {
    return orNone(error);
  }
}

async function gatherQuery<Row extends AwsRecord, Conditions>(
  { what, listing, conditions, match, fullReads, usage }: WholeQuestion<Row, Conditions>,
  source: Source,
  query: AwsQuery<Conditions>,
  reports: Reports,
): Promise<GatheredList<Row>> {
  const read = await fullReads.readSome({ what, listing: listing(source), source, query }, usage);
  reports.read(source, read.fetchedAt);
  if (read.flaw) reports.failed(source, read.flaw);
  if (read.failure !== null) reports.failed(source, read.failure);
  else if (!read.isWhole)
    reports.stopped(
      source,
      fullReads.maximumPages,
      'before the end of the list. Select fewer snapshots with conditions that AWS applies, or ask the operator of the gateway to increase fullReads.maximumPages',
    );
  const { rows } = read;
  const now = match.now(conditions);
  const name = match.name(conditions);
  const verdicts = now === undefined ? allMatch(rows.length) : await verdictsOf(rows, now, name);
  const later = match.later(conditions, query.pushed);
  if (later !== undefined) {
    const matching = await testAllLater(rows, verdicts, later, source, reports);
    return { source, rows, matching, name: undefined };
  }
  if (verdicts.unknown) reports.partial(source, verdicts.unknown);
  return { source, rows, matching: verdicts.matching, name };
}

/** Returns the verdicts of tests, which are kept with the records under the name of the tests. */
function verdictsOf<Row extends object>(
  rows: readonly Row[],
  now: (row: Row) => Verdict,
  name: string | undefined,
): Promise<Verdicts> {
  const test = () => inSlices(testEach(rows, now));
  return name === undefined ? test() : keptResult(rows, `verdicts ${name}`, test);
}

/** Returns the rows that match. A row that cannot be tested is left out, and makes the source PARTIAL. */
async function testAllLater<Row>(
  rows: readonly Row[],
  { possible, at }: Verdicts,
  later: (row: Row) => MaybePromise<Outcome>,
  source: Source,
  reports: Reports,
): Promise<Indexes> {
  const reportUnknown = (error: SnapgateError) => reports.partial(source, error);
  const passed = new Uint32Array(possible.size);
  let size = 0;
  for (let start = 0; start < possible.size; start += testedTogether) {
    const length = Math.min(testedTogether, possible.size - start);
    const group = Array.from({ length }, (_, offset) => indexAt(possible, start + offset));
    const outcomes = await startInSlice(() => group.map((index) => testLater(rows[index] as Row, at(index), later)));
    try {
      for (const index of matchesOf(group, outcomes, reportUnknown)) passed[size++] = index;
    } catch (error) {
      reports.failed(source, error);
      break;
    }
  }
  return { size, list: passed.subarray(0, size) };
}
