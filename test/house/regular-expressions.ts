import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import { sources } from '../support/import-graph.ts';
import { parseSource, type Source, stringOf, walk } from '../support/syntax.ts';
import { root } from '../support/repository.ts';

// The other implementations run Java or a program of the machine.
process.env['RECHECK_BACKEND'] = 'pure';
process.env['RECHECK_SYNC_BACKEND'] = 'pure';

/** A regular expression in the code. */
export interface RegularExpression {
  readonly pattern: string;
  readonly flags: string;
}

/** The complexities of recheck that are at most linear; `safe` is a pattern whose backtracking is bounded. */
const atMostLinear: readonly string[] = ['constant', 'linear', 'safe'];

/** How long one proof can take, in milliseconds: most take less than a second. */
const longestProof = 300_000;

/** The methods of a string that compile a pattern from a text. */
const compiling = ['match', 'matchAll', 'search'];

const launcher = 'docker/launcher.js';

/** The program: the files of `src`, and what starts them in the package. */
export const program: readonly Source[] = [
  ...sources,
  parseSource(launcher, readFileSync(join(root, launcher), 'utf8')),
];

/** Returns the literals of a source, by their text. */
export function literalsOf({ program: tree, text }: Source): ReadonlyMap<string, RegularExpression> {
  const found = new Map<string, RegularExpression>();
  walk(tree, (node) => {
    if (node.type === 'Literal' && 'regex' in node) found.set(text.slice(node.start, node.end), node.regex);
  });
  return found;
}

/** Returns the places of a source that compile a pattern when they run, which cannot be checked in advance. */
export function computedIn({ path, program: tree, text, lineOf }: Source): readonly string[] {
  const found: string[] = [];
  walk(tree, (node, [parent]) => {
    const isConstructor = node.type === 'Identifier' && node.name === 'RegExp' && parent?.type !== 'TSTypeReference';
    const isText =
      node.type === 'CallExpression' &&
      node.callee.type === 'MemberExpression' &&
      node.callee.property.type === 'Identifier' &&
      compiling.includes(node.callee.property.name) &&
      (node.arguments[0]?.type === 'TemplateLiteral' || stringOf(node.arguments[0] ?? node) !== undefined);
    if (isConstructor || isText) {
      const { start, end } = isConstructor && parent ? parent : node;
      found.push(`${path}:${lineOf(start)} ${text.slice(start, end)}`);
    }
  });
  return found;
}

/**
 * Returns the complexity that recheck proves with automata; by default, it only searches for attacks on some patterns.
 * Throws if the complexity is more than linear or cannot be proven.
 */
export function prove({ pattern, flags }: RegularExpression): string {
  const result = checkSync(pattern, flags, { checker: 'automaton', timeout: longestProof });
  if (result.status === 'unknown') throw new Error(`/${pattern}/${flags} cannot be proven: ${result.error.kind}.`);
  const { type, summary } = result.complexity;
  if (result.status === 'safe' && atMostLinear.includes(type)) return type;
  throw new Error(`/${pattern}/${flags} is not linear: ${summary}.`);
}

/** Every regular expression of the program, by its text. */
export const expressions: ReadonlyMap<string, RegularExpression> = new Map(
  program
    .flatMap((source) => [...literalsOf(source)])
    .toSorted(([one], [other]) => (one < other ? -1 : Number(one > other))),
);

const list = join(import.meta.dirname, 'proven-patterns.json');

/** The complexities that were proven, by the text of the regular expression. */
export const proven: Readonly<Record<string, string>> = JSON.parse(readFileSync(list, 'utf8'));

/** Adds new regular expressions to the list, and removes those that no longer exist. */
function renewList(): void {
  const renewed = [...expressions].map(([text, each]) => [text, proven[text] ?? prove(each)]);
  writeFileSync(list, `${JSON.stringify(Object.fromEntries(renewed), null, 2)}\n`);
}

if (import.meta.main) renewList();
