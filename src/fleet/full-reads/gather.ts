import { createUsage, type Usage } from '../../aws/usage.ts';
import type { Count } from '../../graphql/lists/count.ts';
import type { Source } from '../../graphql/source.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Listing, Strand } from '../backend.ts';
import type { Match } from '../lists/match.ts';
import { createReports, type Reports } from '../reports.ts';
import type { FullQuestion, FullReads } from './full-reads.ts';

/** A question whose answer needs every record of its sources. */
export interface WholeQuestion<Row, Filter> {
  readonly what: FullQuestion<Row, Filter>['what'];
  readonly sources: readonly Source[];
  readonly listing: (source: Source) => Listing<Row, Filter>;
  readonly filter: Filter;
  readonly match: Match<Row, Filter>;
  readonly fullReads: FullReads;
  readonly usage: Usage;
}

/** Every match of the sources that answered, and the account of all of them. */
export interface Gathered<Row> {
  readonly rows: readonly Row[];
  readonly reports: Reports;
}

/** Records of a source that are tested at the same time: as many as one call of clusters tells of, and no flood. */
const judgedTogether = 100;

/** Reads all sources in full and at the same time. One that fails is reported and takes nothing from the others. */
export async function gather<Row extends SnapshotRecord | ClusterRecord, Filter>(
  question: WholeQuestion<Row, Filter>,
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

/** The number of matches, which is exact where every source answered in full. */
export function countOf({ rows, reports }: Gathered<unknown>): Count {
  return { value: rows.length, precision: reports.isComplete() ? 'EXACT' : 'AT_LEAST' };
}

async function gatherSource<Row extends SnapshotRecord | ClusterRecord, Filter>(
  question: WholeQuestion<Row, Filter>,
  source: Source,
  reports: Reports,
): Promise<readonly Row[]> {
  const strands = question.listing(source).plan(source, question.filter);
  const parts = await Promise.all(strands.map((strand) => gatherStrand(question, source, strand, reports)));
  reports.complete(source);
  return parts.flat();
}

async function gatherStrand<Row extends SnapshotRecord | ClusterRecord, Filter>(
  { what, listing, filter, match, fullReads, usage }: WholeQuestion<Row, Filter>,
  source: Source,
  strand: Strand<Filter>,
  reports: Reports,
): Promise<readonly Row[]> {
  const read = await fullReads.read({ what, listing: listing(source), source, strand }, usage);
  reports.read(source, read.fetchedAt);
  if (!read.isWhole) reports.stopped(source, fullReads.maximumPages, 'of more; narrow the filter to read less');
  const isMatch = match.now(filter);
  const candidates = isMatch === undefined ? read.rows : read.rows.filter(isMatch);
  const later = match.later(filter, strand.pushed);
  return later === undefined ? candidates : judge(candidates, later, (error) => reports.failed(source, error));
}

/**
 * The rows that pass a test which costs calls. When one cannot be judged, those that are not judged yet are left out,
 * and the source says that it is not whole.
 */
async function judge<Row>(
  rows: readonly Row[],
  test: (row: Row) => Promise<boolean>,
  onFailure: (error: unknown) => void,
): Promise<readonly Row[]> {
  const passed: Row[] = [];
  for (let from = 0; from < rows.length; from += judgedTogether) {
    const group = rows.slice(from, from + judgedTogether);
    const verdicts = await Promise.allSettled(group.map(test));
    passed.push(...group.filter((_row, index) => verdicts[index]?.status === 'fulfilled' && verdicts[index].value));
    const failed = verdicts.find((verdict) => verdict.status === 'rejected');
    if (failed) {
      onFailure(failed.reason);
      break;
    }
  }
  return passed;
}
