import { printable } from '../../../masking/escapes.ts';
import type { Cell } from './cells.ts';

const gap = '  ';

/** Formats rows for a terminal, below the names of the columns: null is a dash, and numbers are aligned to the right. */
export function tableOf(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = names.map((name, index) => {
    const values = rows.map((row) => row[index] ?? null);
    const texts = values.map((value) => (value === null ? '-' : printable(String(value))));
    const isNumeric = values.every((value) => typeof value !== 'string') && values.some((value) => value !== null);
    const width = texts.reduce((most, text) => Math.max(most, widthOf(text)), widthOf(name));
    return { lines: [printable(name), ...texts], width, isNumeric };
  });
  const lines = [names, ...rows].map((_row, line) =>
    columns.map(({ lines: all, width, isNumeric }) => padded(all[line] ?? '', width, isNumeric)).join(gap),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function padded(text: string, width: number, isNumeric: boolean): string {
  const missing = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumeric ? missing + text : text + missing;
}

/** The number of characters, of which a terminal shows each in one column, except for those of East Asian scripts. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
