import { SnapgateError } from '../../../errors.ts';
import type { Verdict } from '../../lists/match.ts';
import { recordsInStep, type Steps } from './slices.ts';

/** The verdicts of the tests that need no AWS call on the records of a full read. */
export interface Verdicts {
  /** The indexes of the records that match, in order. */
  readonly matching: Indexes;
  /** The indexes of the records that match, or for which it is unknown whether they match, in order. */
  readonly possible: Indexes;
  /** Returns the verdict on a record. */
  at(index: number): Verdict;
  /** Why it is unknown whether the first of these records matches; undefined if it is known for all. */
  readonly unknown: SnapgateError | undefined;
}

/** Indexes of records, in a compact form; `size` alone stands for all records. */
export interface Indexes {
  readonly size: number;
  /** Undefined for all records. */
  readonly list: Uint32Array | undefined;
}

/** Returns the index at a position. */
export function indexAt({ list }: Indexes, position: number): number {
  return list === undefined ? position : (list[position] ?? 0);
}

/** Returns the records at these indexes. */
export function recordsAt<Row>(rows: readonly Row[], indexes: Indexes): readonly Row[] {
  if (indexes.list === undefined) return rows;
  return Array.from(indexes.list, (index) => rows[index] as Row);
}

/** Returns the indexes of all records. */
function allIndexes(size: number): Indexes {
  return { size, list: undefined };
}

/** Returns the verdicts if every record matches. */
export function allMatch(size: number): Verdicts {
  const all = allIndexes(size);
  return { matching: all, possible: all, at: () => true, unknown: undefined };
}

const [no, yes, firstUnknown] = [0, 1, 2];

/** Tests records, with one byte of memory for each, and 4 for each that matches. */
export function* testEach<Row>(rows: readonly Row[], test: (row: Row) => Verdict): Steps<Verdicts> {
  const codes = new Uint8Array(rows.length);
  const errors: SnapgateError[] = [];
  const codeOf = (verdict: Verdict): number => {
    if (!(verdict instanceof SnapgateError)) return verdict ? yes : no;
    const known = errors.indexOf(verdict);
    return firstUnknown + (known < 0 ? errors.push(verdict) - 1 : known);
  };
  let index = 0;
  for (const row of rows) {
    codes[index] = codeOf(test(row));
    index += 1;
    if (index % recordsInStep === 0) yield;
  }
  const matching = indexesOf(codes, (code) => code === yes);
  const isKnown = errors.length === 0;
  return {
    matching,
    possible: isKnown ? matching : indexesOf(codes, (code) => code !== no),
    at: (at) => errors[(codes[at] ?? no) - firstUnknown] ?? codes[at] === yes,
    unknown: errors[0],
  };
}

function indexesOf(codes: Uint8Array, isWanted: (code: number) => boolean): Indexes {
  const list = new Uint32Array(codes.length);
  let size = 0;
  codes.forEach((code, index) => {
    if (isWanted(code)) list[size++] = index;
  });
  return size === codes.length ? allIndexes(size) : { size, list: list.slice(0, size) };
}
