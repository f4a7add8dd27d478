import { createUsage, type Usage } from '../../aws/usage.ts';
import type { SnapgateError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { chunksOf } from '../../snapshots/chunks.ts';
import { type MaybePromise, together } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { AwsQuery } from '../backend.ts';
import type { Count } from '../lists/connection.ts';
import { type Match, matchesOf, type Outcome, testLater, type Verdict } from '../lists/match.ts';
import type { QueriedSources } from '../paging/read-before.ts';
import { createReports, type Reports } from '../reports.ts';
import type { FullReads } from './full-reads.ts';
import type { FullQuestion } from './reading.ts';

/** A query that requires a full read of its sources. */
export interface WholeQuestion<Row, Conditions> extends QueriedSources<Row, Conditions> {
  readonly what: FullQuestion<Row, Conditions>['what'];
  readonly match: Match<Row, Conditions>;
  readonly fullReads: FullReads;
  readonly usage: Usage;
}

/** Every match in the sources that responded, and the reports of all sources. */
export interface Gathered<Row> {
  readonly rows: readonly Row[];
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
  return { rows: found.flat(), reports };
}

/** Returns the number of matches, which is exact if every source was read in full. */
export function countOf({ rows, reports }: Gathered<unknown>): Count {
  return { value: rows.length, precision: reports.isComplete() ? 'EXACT' : 'AT_LEAST' };
}

async function gatherSource<Row extends AwsRecord, Conditions>(
  question: WholeQuestion<Row, Conditions>,
  source: Source,
  reports: Reports,
): Promise<readonly Row[]> {
  const { listing, conditions } = question;
  const orNone = (error: unknown) => {
    reports.failed(source, error);
    return [];
  };
  try {
    const unseen = listing(source).unseen?.(source, conditions);
    if (unseen) reports.partial(source, unseen);
    const queries = listing(source).queries(source, conditions);
    const parts = await Promise.all(
      queries.map((query) => gatherQuery(question, source, query, reports).catch(orNone)),
    );
    reports.complete(source);
    return parts.flat();
  } catch (error) {
    return orNone(error);
  }
}

async function gatherQuery<Row extends AwsRecord, Conditions>(
  { what, listing, conditions, match, fullReads, usage }: WholeQuestion<Row, Conditions>,
  source: Source,
  query: AwsQuery<Conditions>,
  reports: Reports,
): Promise<readonly Row[]> {
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
  return testAll(read.rows, match.now(conditions), match.later(conditions, query.pushed), source, reports);
}

/** Returns the rows that match. A row that cannot be tested is left out, and makes the source PARTIAL. */
async function testAll<Row>(
  rows: readonly Row[],
  now: ((row: Row) => Verdict) | undefined,
  later: ((row: Row) => MaybePromise<Outcome>) | undefined,
  source: Source,
  reports: Reports,
): Promise<readonly Row[]> {
  const reportUnknown = (error: SnapgateError) => reports.partial(source, error);
  const candidates = rows
    .map((row) => ({ row, verdict: now?.(row) ?? true }))
    .filter(({ verdict }) => verdict !== false);
  const passed: Row[] = [];
  const add = (group: readonly (typeof candidates)[number][], outcomes: readonly Outcome[]) => {
    for (const { row } of matchesOf(group, outcomes, reportUnknown)) passed.push(row);
  };
  if (later === undefined) {
    add(
      candidates,
      candidates.map(({ verdict }) => verdict),
    );
    return passed;
  }
  for (const group of chunksOf(candidates, testedTogether)) {
    const outcomes = await together(group.map(({ row, verdict }) => testLater(row, verdict, later)));
    try {
      add(group, outcomes);
    } catch (error) {
      reports.failed(source, error);
      return passed;
    }
  }
  return passed;
}
