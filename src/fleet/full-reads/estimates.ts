import type { RequestScope } from '../../aws/request-scope.ts';
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
   * Returns the AWS calls that a full read is known to take at least: none if its records are kept, otherwise the number
   * of pages of the last read, or of the read in progress; 1 if the list was never read.
   */
  atLeast<Row, Conditions>(question: FullQuestion<Row, Conditions>, scope: RequestScope): number;
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
    atLeast: (question, scope) => {
      const name = nameOf(question);
      return atLeastOf(lengths.of(name), keptRun(question, name, scope));
    },
    estimate: (question, scope) => {
      const name = nameOf(question);
      const length = lengths.estimate(name, groupOf(question));
      const run = keptRun(question, name, scope);
      return { ...estimateOf(length, run), isTooLong: (run?.reading.pages ?? length.pages) >= maximumPages };
    },
  };
}

function atLeastOf(length: Length | undefined, run: Run | undefined): number {
  if (run?.reading.isEnded) return 0;
  return length?.pages ?? (run?.reading.pages ?? 0) + 1;
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
