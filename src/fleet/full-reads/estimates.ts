import type { RequestScope } from '../../aws/request-scope.ts';
import type { KnownLength } from '../lookups/known-length.ts';
import type { KeptRuns } from './kept-runs.ts';
import type { Length, Lengths } from './lengths.ts';
import { type FullQuestion, groupOf, nameOf } from './reading.ts';
import type { Run } from './run.ts';

/** The estimated size of a full read. */
export interface Estimate {
  /** The AWS calls that it still takes: none if its records are kept, or if it is in progress. */
  readonly calls: number;
  readonly records: number;
  /** The number of records that AWS is expected to return without their tags. */
  readonly untagged: number;
  /** Whether the list has more AWS pages than the maximum of a full read, as far as is known. */
  readonly isTooLong: boolean;
}

/** The sizes of full reads, as far as they are known without an AWS call. */
export interface Estimates {
  /**
   * Returns what is known about the pages that a full read still has to read: none if its records are kept; undefined if
   * none of the list was read.
   */
  pagesLeft<Row, Conditions>(question: FullQuestion<Row, Conditions>, scope: RequestScope): KnownLength | undefined;
  /** Estimates the size of a full read, from the last one. */
  estimate<Row, Conditions>(question: FullQuestion<Row, Conditions>, scope: RequestScope): Estimate;
}

/** Creates the estimates from what is kept, and from the sizes of earlier reads. */
export function createEstimates(kept: KeptRuns, lengths: Lengths, maximumPages: number): Estimates {
  const keptRun = <Row, Conditions>(
    { source }: FullQuestion<Row, Conditions>,
    name: string,
    { isFresh }: RequestScope,
  ) => (isFresh ? undefined : kept.peek(kept.keyOf(source, name)));
  return {
    pagesLeft: (question, scope) => {
      const name = nameOf(question);
      return pagesLeftOf(lengths.known(name), keptRun(question, name, scope));
    },
    estimate: (question, scope) => {
      const name = nameOf(question);
      const length = lengths.estimate(name, groupOf(question));
      const run = keptRun(question, name, scope);
      return { ...estimateOf(length, run), isTooLong: (run?.reading.pages ?? length.pages) >= maximumPages };
    },
  };
}

function pagesLeftOf(known: KnownLength | undefined, run: Run | undefined): KnownLength | undefined {
  if (run === undefined) return known;
  const { pages, isEnded } = run.reading;
  if (isEnded) return { pages: 0, isExact: true };
  return known && known.pages > pages ? { ...known, pages: known.pages - pages } : { pages: 1, isExact: false };
}

function estimateOf(length: Length, run: Run | undefined): Omit<Estimate, 'isTooLong'> {
  if (run === undefined) return { ...length, calls: length.pages };
  const { pages, records, untagged, isEnded } = run.reading;
  return {
    calls: run.isInProgress || isEnded ? 0 : Math.max(length.pages - pages, 1),
    records: isEnded ? records : Math.max(length.records, records),
    untagged: isEnded ? untagged : Math.max(length.untagged, untagged),
  };
}
