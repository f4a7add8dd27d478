import { printable, printableLines } from '../../../masking/escapes.ts';
import type { Table } from '../document/rows.ts';
import { valueAt } from '../document/hidden.ts';
import type { Response } from '../run.ts';
import { cellOf } from './cells.ts';
import { csvOf } from './csv.ts';
import { tableOf } from './table.ts';

/** The formats of a result; `number` prints the only value alone. */
export type Format = 'json' | 'table' | 'csv' | 'number';

/** Formats a response. JSON has the errors, too; the other formats have only the data. */
export function formatted(
  format: Format,
  { data, errors }: Pick<Response, 'data' | 'errors'>,
  tables: readonly Table[],
) {
  if (format === 'json') return jsonOf({ ...(data !== null && { data }), ...(errors.length > 0 && { errors }) });
  const filled = tables.map(({ name, columns, rowsOf }) => {
    const rows = rowsOf(data).map((row) => columns.map(({ path }) => cellOf(valueAt(row, path))));
    return { name, names: columns.map((column) => column.name), rows };
  });
  if (format === 'number') return `${filled[0]?.rows[0]?.[0] ?? ''}\n`;
  if (format === 'csv') {
    const text = filled.map(({ names, rows }) => csvOf([names, ...rows])).join('\r\n');
    return process.stdout.isTTY ? printableLines(text.replaceAll('\r\n', '\n')) : text;
  }
  const isOne = filled.length === 1;
  return filled
    .map(({ name, names, rows }) => `${isOne ? '' : `${printable(name)}\n`}${tableOf(names, rows)}`)
    .join('\n');
}

/** Returns a value as JSON, in which all characters that control a terminal are escaped. */
export function jsonOf(value: unknown): string {
  return `${printableLines(JSON.stringify(value, null, 2))}\n`;
}

/** Writes a text to the standard output, and resolves when it is written. If it cannot be written, the program ends. */
export function write(text: string): Promise<void> {
  process.stdout.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    // A reader such as `head` that has closed its end ends the program, as it ends every other.
    if (code === 'EPIPE') process.exit(141);
    warn([`The output cannot be written: ${message}.`]);
    process.exit(1);
  });
  return new Promise((resolve) => void process.stdout.write(text, () => resolve()));
}

/** Writes lines for people to the standard error. */
export function warn(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`snapgate: ${printable(line)}\n`);
}
