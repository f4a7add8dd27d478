import { validate, parse } from 'graphql';
import { expect, it } from 'vitest';
import { questions } from '../../src/cookbook/cookbook.ts';
import { schema } from '../../src/schema.ts';
import { readPage } from '../docs/page.ts';

const documented = readPage('docs/questions.md').blocks.filter(
  ({ language, text }) => language === 'graphql' && text.startsWith('query '),
);

it('has the questions of the page, in its order', () => {
  expect(questions.map(({ title, document }) => ({ heading: title, text: document }))).toEqual(
    documented.map(({ heading, text }) => ({ heading, text })),
  );
});

it('has a name for each question', () => {
  const names = questions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
});

it.each(questions.map((each) => [each.name, each] as const))('%s is valid and has defaults', (_name, { document }) => {
  const ast = parse(document);
  expect(validate(schema, ast)).toEqual([]);
  const [definition] = ast.definitions;
  expect(ast.definitions).toHaveLength(1);
  const variables = definition?.kind === 'OperationDefinition' ? (definition.variableDefinitions ?? []) : [];
  expect(variables.filter(({ defaultValue }) => defaultValue === undefined)).toEqual([]);
});
