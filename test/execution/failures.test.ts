import fc from 'fast-check';
import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { createCompiledOperations } from '../../src/execution/compiled-operations.ts';
import { runs } from '../support/runs.ts';
import { expectEqual, validDocument } from './engines.ts';
import { createFailingSchema, type FailingContext } from './failing-schema.ts';
import { randomOperations } from './operations.ts';

const schema = createFailingSchema();
const operations = createCompiledOperations(schema, { megabytes: 8 });

const random = randomOperations(
  schema,
  ({ args }) =>
    args.length === 0
      ? ['']
      : [
          '',
          '(text: "a")',
          '(text: $text)',
          '(text: $none)',
          '(wanted: { list: [1, 2] })',
          '(wanted: { text: $text })',
          '(text: null)',
          '(choice: { text: "a" })',
          '(choice: { text: $sure })',
          '(choice: { wanted: { list: 1 } })',
          '(choice: $choice)',
        ],
  {
    text: ['String', 'a "text"'],
    none: ['String', undefined],
    sure: ['String!', 'sure'],
    choice: ['Choice', { wanted: { text: 'chosen' } }],
  },
);

it(
  'equals graphql-js if resolvers fail, are late, or return null and wrong values',
  { timeout: runs(60_000, 3_600_000) },
  async () => {
    let [valid, failed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        random,
        fc.nat(),
        fc.constantFrom(1, 5, 10, 30),
        fc.constantFrom(0, 5, 30),
        async ({ text, variables }, seed, failures, late) => {
          const document = validDocument(schema, text);
          if (!document) return;
          const contexts: FailingContext[] = [];
          const contextOf = () => {
            const context: FailingContext = { seed, failures, late, calls: [] };
            contexts.push(context);
            return context;
          };
          const { errors } = await expectEqual(operations, schema, document, variables, contextOf);
          // Abandoned values arrive after the response, and are dropped.
          await new Promise(setImmediate);
          const [expected, ...others] = contexts.map(({ calls }) => calls);
          for (const calls of others) expect(calls).toEqual(expected);
          valid += 1;
          if (errors.length > 0) failed += 1;
        },
      ),
      { numRuns: runs(400, 40_000) },
    );
    expect(valid).toBeGreaterThan(runs(400, 40_000) / 2);
    expect(failed).toBeGreaterThan(valid / 6);
  },
);

const small = buildSchema(`
  type Query { outer: Outer, list: [Int!], other: Int }
  type Outer { must: Int!, may: Int, inner: Outer }
`);
const compiledSmall = createCompiledOperations(small, { megabytes: 1 });

/** Resolves or rejects after this number of turns of the microtask queue. */
const after = (turns: number, value: unknown) => async () => {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  if (value instanceof Error) throw value;
  return value;
};

it.each([
  ['is dropped after', 1, 20, 1],
  ['is kept before', 20, 1, 2],
])('an error %s a position above it becomes null', async (_name, must, may, count) => {
  const inner = { must: after(must, new Error('must')), may: after(may, new Error('may')) };
  const rootValue = {
    outer: { must: 1, may: 2, inner },
    list: () => [1, after(2, new Error('item'))()],
    other: after(60, 7),
  };
  const document = parse('{ outer { must may inner { may must } } list other }');
  const { data, errors } = await expectEqual(compiledSmall, small, document, {}, () => undefined, { rootValue });
  expect(JSON.parse(data)).toEqual({ outer: { must: 1, may: 2, inner: null }, list: null, other: 7 });
  expect(errors).toHaveLength(count + 1);
});
