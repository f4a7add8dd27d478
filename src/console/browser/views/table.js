import { element } from '../dom.js';
import { count } from '../format.js';

/** @typedef {import('../csv.js').Cell} Cell */

/**
 * A column of a table and of its export.
 * @template Row
 * @typedef {object} Column
 * @prop {string} title
 * @prop {string} [heading] What the table shows instead of the title.
 * @prop {(row: Row) => Cell} value Null is unknown.
 * @prop {(row: Row) => string | Node} [show] What the table shows instead of the value.
 * @prop {'number' | 'name' | 'wrapped' | 'long'} [kind] How the texts are wrapped: names anywhere, others at spaces; `long` are sentences. If omitted, not at all.
 * @prop {boolean} [isExportOnly]
 */

/**
 * Creates a table in a region that scrolls, also by keyboard.
 * @template Row
 * @param {string} caption
 * @param {readonly Column<Row>[]} columns
 * @param {readonly Row[]} rows
 */
export function tableOf(caption, columns, rows) {
  const visible = columns.filter(({ isExportOnly }) => !isExportOnly);
  const header = visible.map((column) =>
    element('th', { scope: 'col', className: column.kind ?? '' }, column.heading ?? column.title),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...header)),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...visible.map((column) => cellOf(column, row))))),
  );
  return element('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: `${caption}: table` }, table);
}

/**
 * The rows of the export: the titles, and the values of every row.
 * @template Row
 * @param {readonly Column<Row>[]} columns
 * @param {readonly Row[]} rows
 * @returns {readonly (readonly Cell[])[]}
 */
export function exportOf(columns, rows) {
  return [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {Row} row
 */
function cellOf(column, row) {
  const { value, show, kind = '' } = column;
  const cell = value(row);
  if (cell === null) return element('td', { className: `unknown ${kind}` }, 'unknown');
  return element('td', { className: kind }, show ? show(row) : typeof cell === 'number' ? count(cell) : String(cell));
}
