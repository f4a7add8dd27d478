import { createUsage, type Usage } from '../../aws/usage.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import { chunksOf } from '../../snapshots/chunks.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Listing, AwsQuery } from '../backend.ts';
import type { Count } from '../lists/connection.ts';
import { type Match, matchesOf, type Verdict } from '../lists/match.ts';
import { createReports, type Reports } from '../reports.ts';
import type { FullQuestion, FullReads } from './full-reads.ts';

/** A query that requires a full read of its sources. */
export interface WholeQuestion<Row, Conditions> {
  readonly what: FullQuestion<Row, Conditions>['what'];
  readonly sources: readonly Source[];
  readonly listing: (source: Source) => Listing<Row, Conditions>;
  readonly conditions: Conditions;
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
const judgedTogether = 100;

/** Reads all sources in full, concurrently. A source that fails is reported and does not affect the others. */
export async function gather<Row extends AwsRecord, Conditions>(
  question: WholeQuestion<Row, Conditions>,
): Promise<Gathered<Row>> {
  const reports = createReports(question.sources);
  const found = await Promise.all(
    question.sources.map(async (source) => {
      const own = createUsage(question.usage);
      reports.called(source, own);
      try {
        return await gatherSource({ ...question, usage: own }, source, reports);
      } catch (error) {
        reports.failed(source, error);
        return [];
      }
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
  const queries = question.listing(source).queries(source, question.conditions);
  const parts = await Promise.all(queries.map((query) => gatherQuery(question, source, query, reports)));
  reports.complete(source);
  return parts.flat();
}

async function gatherQuery<Row extends AwsRecord, Conditions>(
  { what, listing, conditions, match, fullReads, usage }: WholeQuestion<Row, Conditions>,
  source: Source,
  query: AwsQuery<Conditions>,
  reports: Reports,
): Promise<readonly Row[]> {
  const read = await fullReads.read({ what, listing: listing(source), source, query }, usage);
  reports.read(source, read.fetchedAt);
  if (read.flaw) reports.failed(source, read.flaw);
  if (!read.isWhole)
    reports.stopped(
      source,
      fullReads.maximumPages,
      'before the end of the list. Narrow the filter to read fewer pages',
    );
  const isMatch = match.now(conditions);
  const candidates = isMatch === undefined ? read.rows : read.rows.filter(isMatch);
  const later = match.later(conditions, query.pushed);
  return later === undefined ? candidates : judge(candidates, later, (error) => reports.failed(source, error));
}

/** Returns the rows that match. A row that cannot be tested is left out, and makes the source PARTIAL. */
async function judge<Row>(
  rows: readonly Row[],
  test: (row: Row) => Promise<Verdict>,
  reportUnknown: (error: unknown) => void,
): Promise<readonly Row[]> {
  const passed: Row[] = [];
  for (const group of chunksOf(rows, judgedTogether)) {
    const verdicts = await Promise.all(group.map(test));
    try {
      passed.push(...matchesOf(group, verdicts, reportUnknown));
    } catch (error) {
      reportUnknown(error);
      return passed;
    }
  }
  return passed;
}
