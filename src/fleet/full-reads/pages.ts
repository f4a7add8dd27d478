import type { UpstreamError } from '../../errors.ts';
import { type AwsRecord, isSnapshot } from '../../snapshots/record.ts';
import { type AwsAnswer, createPageCheck } from '../backend.ts';
import { createCompactor } from './compactor.ts';

/** The records of one AWS query that were read so far. */
export interface FullRead<Row> {
  readonly rows: readonly Row[];
  /** The number of records of other database engines in the list. */
  readonly foreign: number;
  /** When the call for the oldest page started. */
  readonly fetchedAt: Date;
  /** True if the list was read to its end. */
  readonly isWhole: boolean;
  /** Why records are missing. */
  readonly flaw?: UpstreamError | undefined;
}

/** The pages of a list that were read, in order. */
export interface Pages<Row> {
  /** The number of pages. */
  readonly length: number;
  /** The number of records. */
  readonly records: number;
  /** The number of records that AWS returned without their tags. */
  readonly untagged: number;
  /** The approximate memory of the records, in bytes. */
  readonly bytes: number;
  /** The Marker of the next page. */
  readonly marker: string | undefined;
  /** Whether all pages were read, or as many as the maximum. */
  readonly isEnded: boolean;
  /** When the first page was added, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Adds the next page. Throws UPSTREAM, and adds nothing, if AWS repeats a Marker. */
  add(page: AwsAnswer<Row>): void;
  /** Returns the records. Later pages do not change the result. */
  result(): FullRead<Row>;
}

/** Creates the pages of a list, with none read. */
export function createPages<Row extends AwsRecord>(maximumPages: number, hasTags: (row: Row) => boolean): Pages<Row> {
  const compactor = createCompactor();
  const check = createPageCheck();
  const rows: Row[] = [];
  const arns = new Set<string>();
  let [length, foreign, untagged] = [0, 0, 0];
  let startedAt = Infinity;
  let marker: string | undefined;
  let fetchedAt = new Date();
  let flaw: UpstreamError | undefined;
  const isWhole = () => length > 0 && !marker;
  const isEnded = () => isWhole() || length >= maximumPages;

  const addRow = (row: Row) => {
    const copy = compactor.compact(row);
    const arn = arnOf(copy);
    // AWS can repeat a record if the list changes between two pages.
    if (arns.has(arn)) return;
    arns.add(arn);
    rows.push(copy);
    if (!hasTags(copy)) untagged += 1;
  };

  return {
    get length() {
      return length;
    },
    get records() {
      return rows.length;
    },
    get untagged() {
      return untagged;
    },
    get bytes() {
      return compactor.bytes();
    },
    get marker() {
      return marker;
    },
    get isEnded() {
      return isEnded();
    },
    get startedAt() {
      return startedAt;
    },
    add: (page) => {
      check(page);
      for (const row of page.rows) {
        if (row === null) foreign += 1;
        else addRow(row);
      }
      if (length === 0) startedAt = performance.now();
      if (length === 0 || page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
      flaw ??= page.flaw;
      marker = page.marker;
      length += 1;
      if (!isEnded()) return;
      arns.clear();
      compactor.end();
    },
    result: () => ({ rows: isEnded() ? rows : [...rows], foreign, fetchedAt, isWhole: isWhole(), flaw }),
  };
}

function arnOf(row: AwsRecord): string {
  return isSnapshot(row) ? row.kind.arn(row) : row.kind.arn(row);
}
