import { type GraphQLSchema, parse } from 'graphql';
import { questions } from '../../cookbook/cookbook.ts';
import { operationOf } from '../../cookbook/documents.ts';
import { write } from '../standard-output.ts';
import { csvOf } from './output/csv.ts';
import { type Format, jsonOf } from './output/print.ts';
import { tableOf } from './output/table.ts';
import { variablesOf } from './variables/flags.ts';

const headings = ['name', 'question', 'variables'];

/** Prints the questions by name, with their variables. */
export async function listQuestions(schema: GraphQLSchema, output: Format | undefined): Promise<void> {
  const listed = questions.map(({ name, title, document }) => ({
    name,
    title,
    variables: variablesOf(schema, operationOf(parse(document))),
  }));
  const format = output ?? (process.stdout.isTTY ? 'table' : 'json');
  if (format === 'json') {
    const shown = listed.map(({ variables, ...rest }) => ({
      ...rest,
      variables: variables.map(({ flag, description }) => ({ flag, type: description })),
    }));
    return write(jsonOf(shown));
  }
  const rows = listed.map(({ name, title, variables }) => [
    name,
    title,
    variables.map(({ flag, description }) => `${flag} (${description})`).join(', '),
  ]);
  await write(format === 'csv' ? csvOf([headings, ...rows]) : tableOf(headings, rows));
}
