import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/repository.ts';

/** A fenced block of code. */
export interface Block {
  /** The first word after the fence, such as `graphql`. */
  readonly language: string;
  readonly text: string;
  /** The line of its fence, counted from 1. */
  readonly line: number;
  /** The heading above it, without its hashes. */
  readonly heading: string;
}

/** A Markdown page of the repository. */
export interface Page {
  /** Relative to the repository, such as `docs/changes.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Every page that users and contributors read. */
export const pages: readonly Page[] = globSync(['*.md', 'docs/*.md'], { cwd: root })
  .toSorted()
  .map((path) => readPage(path));

/** Reads a page; throws if the file does not exist. */
export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

function blocksOf(text: string): Block[] {
  const found: Block[] = [];
  for (const { 1: language = '', 2: content = '', index } of text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)) {
    const before = text.slice(0, index);
    const heading = [...before.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
    found.push({ language, text: content, line: before.split('\n').length, heading });
  }
  return found;
}
