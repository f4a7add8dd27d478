import { createAttached } from '../../snapshots/lazily.ts';
import { digest } from './digest.ts';
import { passedIn, type Position } from './position.ts';

/** The records of an AWS page, and what identifies them; most responses do not need it. */
export interface PageRows<Row> {
  readonly rows: readonly (Row | null)[];
  /** Identifies the page in memory. */
  readonly id: number;
  /** Digests of the records; null for a record that is not in the list. */
  digests(): readonly (string | null)[];
  /** Whether each record precedes a position or repeats one of the page; undefined if none does. */
  passed(at: Position): readonly boolean[] | undefined;
}

let pages = 0;
const known = createAttached<readonly unknown[], PageRows<unknown>>();

/** Returns the records of a page, which are the same object for all requests that get the same response. */
export function pageRows<Row>(rows: readonly (Row | null)[], key: (row: Row) => string): PageRows<Row> {
  return known.of(rows, () => createPageRows(rows, key)) as PageRows<Row>;
}

function createPageRows<Row>(rows: readonly (Row | null)[], key: (row: Row) => string): PageRows<Row> {
  let digests: readonly (string | null)[] | undefined;
  let areDistinct: boolean | undefined;
  pages += 1;
  const page: PageRows<Row> = {
    rows,
    id: pages,
    digests: () => (digests ??= rows.map((row) => row && digest(key(row)))),
    passed: (at) => {
      areDistinct ??= !rows.includes(null) && new Set(rows.map((row) => row && key(row))).size === rows.length;
      return areDistinct && !at.seen?.length ? undefined : passedIn(at, page.digests());
    },
  };
  return page;
}
