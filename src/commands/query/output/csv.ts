import { quoted } from '../../../console/browser/csv.js';
import type { Cell } from './cells.ts';

/** Returns rows as CSV (RFC 4180), with texts as in the exports of the fleet page; null is an empty cell. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: Cell): string {
  return typeof cell === 'string' ? quoted(cell) : String(cell ?? '');
}
