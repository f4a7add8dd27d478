import { createAttached } from '../../snapshots/lazily.ts';

/** The records of a page by their names. */
export interface RowIndex<Row> {
  get(name: string): Row | undefined;
}

/**
 * Returns the function that indexes the records of a page, each page once: on the first lookup, because most requests
 * make none. Of records with the same name, the first is found.
 */
export function createRowIndex<Row>(nameOf: (row: Row) => string): (rows: readonly (Row | null)[]) => RowIndex<Row> {
  const indexes = createAttached<readonly (Row | null)[], RowIndex<Row>>();
  const create = (rows: readonly (Row | null)[]): RowIndex<Row> => {
    let byName: Map<string, Row> | undefined;
    return { get: (name) => (byName ??= indexed(rows, nameOf)).get(name) };
  };
  return (rows) => indexes.of(rows, () => create(rows));
}

function indexed<Row>(rows: readonly (Row | null)[], nameOf: (row: Row) => string): Map<string, Row> {
  const byName = new Map<string, Row>();
  for (const row of rows) {
    if (row === null) continue;
    const name = nameOf(row);
    if (!byName.has(name)) byName.set(name, row);
  }
  return byName;
}
