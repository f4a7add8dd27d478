import { element } from '../dom.js';
import { count } from '../format.js';

/** @typedef {import('../csv.js').Cell} Cell */

/**
 * A column of a table and of its export.
 * @template Row
 * @typedef {object} Column
 * @prop {string} title
 * @prop {(row: Row) => Cell} value Null is unknown.
 * @prop {(row: Row) => string | Node} [show] What the table shows instead of the value.
 * @prop {boolean} [isNumber]
 * @prop {boolean} [isLong] Whether the texts are sentences.
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
  const header = visible.map((column) => element('th', { scope: 'col', className: classOf(column) }, column.title));
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
  const { value, show } = column;
  const cell = value(row);
  if (cell === null) return element('td', { className: `unknown ${classOf(column)}` }, 'unknown');
  return element(
    'td',
    { className: classOf(column) },
    show ? show(row) : typeof cell === 'number' ? count(cell) : String(cell),
  );
}

/** @param {Pick<Column<never>, 'isNumber' | 'isLong'>} column */
function classOf({ isNumber, isLong }) {
  return isNumber ? 'number' : isLong ? 'long' : '';
}
