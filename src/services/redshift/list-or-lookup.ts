import { type AwsAnswer, findInPages } from '../../fleet/backend.ts';
import { after, type MaybePromise, orElse } from '../../snapshots/maybe.ts';

/** The minimum number of pages of the whole list of each source, by the source's key; shared by all requests. */
export type ListLengths = Map<string, number>;

/** Records by their names. `rest` is the result for all others; undefined if they must be looked up. */
export interface Listed<Row> {
  readonly rows: ReadonlyMap<string, Row>;
  readonly rest: Error | null | undefined;
}

export interface ListOptions<Row> {
  /** Reads a page of the whole list. */
  readonly read: (marker: string | undefined) => MaybePromise<AwsAnswer<Row>>;
  readonly nameOf: (row: Row) => string;
  readonly names: readonly string[];
  /** The number of names that will be asked for, if more are expected than are asked for now. */
  readonly expected?: number;
  readonly lengths: ListLengths;
  /** The key of the list in `lengths`. */
  readonly key: string;
}

/**
 * Lists records whose names are known, page by page: AWS accepts one name per call, or lists all records. Stops as soon
 * as all are found, or when lookups of the missing ones take fewer calls, as far as the length of the list is known.
 */
export function listWhileCheaper<Row>({
  read,
  nameOf,
  names,
  expected = 0,
  lengths,
  key,
}: ListOptions<Row>): MaybePromise<Listed<Row>> {
  const rows = new Map<string, Row>();
  const known = lengths.get(key) ?? 0;
  const isListed = (pages: number) => {
    const missing = names.filter((name) => !rows.has(name));
    return missing.length > 0 && isListCheaper(Math.max(missing.length, expected), pages, known);
  };
  if (!isListed(0)) return { rows, rest: undefined };
  let pages = 0;
  const visit = (page: AwsAnswer<Row>): Listed<Row> | undefined => {
    for (const row of page.rows) if (row !== null) rows.set(nameOf(row), row);
    pages += 1;
    lengths.set(key, page.marker ? Math.max(pages + 1, known) : pages);
    if (page.flaw) return { rows, rest: page.flaw };
    return page.marker && !isListed(pages) ? { rows, rest: undefined } : undefined;
  };
  return orElse(
    () => after(findInPages(read, visit), (stopped) => stopped ?? { rows, rest: null }),
    // A record that was read is known, even if another page of the list failed.
    (error) => ({ rows, rest: error as Error }),
  );
}

/**
 * Whether listing takes fewer calls than lookups. Beyond its known length, a list is read until it has cost as many
 * calls as the lookups.
 */
function isListCheaper(missing: number, pagesRead: number, knownLength: number): boolean {
  return knownLength > pagesRead ? knownLength - pagesRead < missing : pagesRead < missing - 1;
}
