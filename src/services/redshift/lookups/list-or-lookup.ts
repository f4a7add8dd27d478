import { type AwsAnswer, findInPages } from '../../../fleet/backend.ts';
import { isListCheaper, type KnownLength } from '../../../fleet/lookups/known-length.ts';
import { after, type MaybePromise, orElse } from '../../../snapshots/maybe.ts';

/** Records by their names. `rest` is the result for all others; undefined if they must be looked up. */
export interface Listed<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  readonly rest: Error | null | undefined;
}

export interface ListOptions<Row> {
  /** Reads a page of the list. */
  readonly read: (marker: string | undefined) => MaybePromise<AwsAnswer<Row>>;
  readonly nameOf: (row: Row) => string;
  readonly names: readonly string[];
  /** Returns the calls that take these names without the list, at least. */
  readonly lookupsFor: (names: readonly string[]) => number;
  /** What is known about the length of the list before it is read. */
  readonly known: KnownLength | undefined;
}

/**
 * Lists records whose names are known, page by page: AWS accepts one name per call, or lists all records. Stops as soon
 * as all are found, or when the others are expected to take fewer calls without the list.
 */
export function listWhileCheaper<Row>({
  read,
  nameOf,
  names,
  lookupsFor,
  known,
}: ListOptions<Row>): MaybePromise<Listed<Row>> {
  const rows = new Map<string, Row>();
  const all = lookupsFor(names);
  let pages = 0;
  const isFinished = () => {
    const missing = names.filter((name) => !rows.has(name));
    const lookups = lookupsFor(missing);
    return missing.length === 0 || !isListCheaper({ known, pages, found: all - lookups, lookups });
  };
  if (isFinished()) return { rows, rest: undefined };
  const visit = (page: AwsAnswer<Row>): Listed<Row> | undefined => {
    for (const row of page.rows) if (row !== null) rows.set(nameOf(row), row);
    pages += 1;
    if (page.flaw) return { rows, rest: page.flaw };
    return page.marker && isFinished() ? { rows, rest: undefined } : undefined;
  };
  return orElse(
    () => after(findInPages(read, visit), (stopped) => stopped ?? { rows, rest: null }),
    // A record that was read is known, even if another page of the list failed.
    (error) => ({ rows, rest: error as Error }),
  );
}
