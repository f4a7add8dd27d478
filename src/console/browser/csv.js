/** @typedef {string | number | boolean | null} Cell */

/** The start of a cell that spreadsheets execute, also in full width: https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Returns rows as CSV (RFC 4180). Null is `unknown`, because an empty cell could be read as zero.
 * @param {readonly (readonly Cell[])[]} rows
 */
export function csvOf(rows) {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/**
 * Returns a text as a cell of CSV. A text that a spreadsheet would execute as a formula starts with an apostrophe.
 * @param {string} text
 */
export function quoted(text) {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Saves a text as a file of the user.
 * @param {string} name
 * @param {string} text
 */
export function saveAs(name, text) {
  // Without the byte order mark, Excel reads the file in the encoding of the machine.
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** @param {Cell} cell */
function cellOf(cell) {
  if (cell === null) return 'unknown';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}
