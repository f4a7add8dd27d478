import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';
import { questions } from '../../cookbook/cookbook.ts';
import { UsageError } from '../../errors/usage.ts';

/** Returns the text of a document: a text, a file, the standard input (`-`), or a question by its name. */
export async function readDocument(given: string): Promise<string> {
  if (given === '-') return readAll(process.stdin);
  if (given.includes('{')) return given;
  if (/\.(graphql|gql)$|\//.test(given)) return readFile(given);
  const found = questions.find(({ name, operation }) => name === given || operation === given);
  if (found) return found.document;
  const names = questions.map(({ name }) => name);
  const similar = suggestionList(given, names);
  const meant = similar.length > 0 ? similar : names.filter((name) => name.includes(given.toLowerCase()));
  const hint = meant.length === 0 ? '' : ` Did you mean ${meant.slice(0, 3).join(', ')}?`;
  throw new UsageError(
    `There is no question ${JSON.stringify(given)}.${hint} snapgate query --list prints all questions; a file ends with .graphql, and a query contains a brace.`,
  );
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}
