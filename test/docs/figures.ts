import { functions, imports, sourceFiles } from '../support/import-graph.ts';
import { type Import, type SourceFunction } from '../support/syntax.ts';
import { findCycles, upwardOf } from '../house/rooms.ts';

/** The input of the figures. */
export interface FiguresInput {
  /** The text of each file, by its path. */
  readonly files: ReadonlyMap<string, string>;
  readonly functions: readonly SourceFunction[];
  readonly imports: readonly Pick<Import, 'from' | 'to'>[];
}

/** The figures of the source as a Markdown list. */
export function figuresOf({ files, functions: all, imports: edges }: FiguresInput): string {
  const bySize = [...files]
    .map(([path, text]) => ({ path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }))
    .toSorted((one, other) => one.lines - other.lines || (one.path < other.path ? 1 : -1));
  const quantile = (part: number) => bySize[Math.max(0, Math.ceil(part * bySize.length) - 1)];
  const longest = quantile(1);
  const [longestFunction] = all.toSorted((one, other) => other.lines - one.lines);
  const within = edges.filter(({ to }) => files.has(to));
  return [
    `Source files: ${files.size}`,
    `Median file: ${quantile(0.5)?.lines} lines`,
    `90th percentile: ${quantile(0.9)?.lines} lines`,
    `Longest file: ${longest?.lines} lines, \`${longest?.path}\``,
    `Longest function: ${longestFunction ? describeFunction(longestFunction) : 'none'}`,
    `Import cycles: ${findCycles(within).length}`,
    `Upward dependencies: ${new Set(upwardOf(within).map(({ from, to }) => `${from} ${to}`)).size}`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

/** The figures of the current `src`. */
export function currentFigures(): string {
  return figuresOf({ files: sourceFiles, functions, imports });
}

function describeFunction({ name, file, line, lines }: SourceFunction): string {
  return `${lines} lines, ${name ? `\`${name}\` in \`${file}\`` : `anonymous in \`${file}:${line}\``}`;
}
