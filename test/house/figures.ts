import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functions, type Import, imports, root, sourceFiles, type SourceFunction } from '../support/import-graph.ts';
import { findCycles, upwardOf } from './rooms.ts';

/** The input of the figures. */
export interface FiguresInput {
  /** The text of each file, by its path. */
  readonly files: ReadonlyMap<string, string>;
  readonly functions: readonly SourceFunction[];
  readonly imports: readonly Pick<Import, 'from' | 'to'>[];
}

export const architecture = join(root, 'docs/architecture.md');

const block = /<!-- figures -->\n[^]*?<!-- \/figures -->/;

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

/** The figures between the two comments of a document; undefined if it has no such comments. */
export function figuresIn(document: string): string | undefined {
  return block.exec(document)?.[0].split('\n').slice(1, -1).join('\n').trim();
}

/** The document with its figures replaced; throws if it has no comments to put them between. */
export function withFigures(document: string, figures: string): string {
  if (!block.test(document))
    throw new Error(
      'Cannot write the figures: the document has no lines <!-- figures --> and <!-- /figures -->. Add them.',
    );
  return document.replace(block, () => `<!-- figures -->\n\n${figures}\n\n<!-- /figures -->`);
}

function describeFunction({ name, file, line, lines }: SourceFunction): string {
  return `${lines} lines, ${name ? `\`${name}\` in \`${file}\`` : `anonymous in \`${file}:${line}\``}`;
}

if (import.meta.main) {
  const figures = currentFigures();
  if (process.argv.includes('--write')) {
    writeFileSync(architecture, withFigures(readFileSync(architecture, 'utf8'), figures));
  }
  console.log(figures);
}
