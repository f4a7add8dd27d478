import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCompiledOperations } from '../../src/execution/compiled-operations.ts';
import { createFragmentMemory, createFragments, isLasting } from '../../src/execution/fragments.ts';
import { createSink, writeText } from '../../src/execution/sink.ts';

const schema = buildSchema(`
  directive @other on FIELD
  type Query { a(n: Int): Int, b: Int, record: Record, records: [Record!]! }
  type Mutation { a: Int }
  type Record { name: String!, loud: String, late: String, inner: Record }
`);

function start(megabytes = 4) {
  const reasons: string[] = [];
  const operations = createCompiledOperations(schema, { megabytes, onUnsupported: (reason) => reasons.push(reason) });
  const find = (document: ReturnType<typeof parse>, variables = {}, name?: string) => {
    const definitions = document.definitions.filter(
      (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
    );
    const chosen = definitions.find((each) => name === undefined || each.name?.value === name);
    const { variableValues } = getVariableValues(schema, chosen?.variableDefinitions ?? [], variables);
    return { compiled: operations.find(document, name, variableValues!), variableValues: variableValues! };
  };
  const run = async (document: ReturnType<typeof parse>, rootValue: unknown, variables = {}, name?: string) => {
    const { compiled, variableValues } = find(document, variables, name);
    const { data, errors } = await compiled!.execute({ contextValue: {}, rootValue, variableValues });
    expect(errors.map(({ message }) => message)).toEqual([]);
    return JSON.parse(data.toString()) as unknown;
  };
  return { operations, reasons, find, run };
}

describe('an operation', () => {
  it.each([
    ['mutation { a }', 'operation'],
    ['{ __schema { queryType { name } } }', 'introspection'],
    ['{ ...F } fragment F on Query { __type(name: "Query") { name } }', 'introspection'],
    ['{ a @other }', 'directive'],
    ['query ($on: Boolean) { a @skip(if: $on) }', 'conditions'],
  ])('%s is not supported: %s', (text, reason) => {
    const { find, reasons } = start();
    const document = parse(text);
    expect([find(document).compiled, find(document).compiled, reasons]).toEqual([
      undefined,
      undefined,
      [reason, reason],
    ]);
  });

  it('is compiled once for each name and each combination of conditions', async () => {
    const { find, run } = start();
    const document = parse('query A($on: Boolean!) { a @include(if: $on) b } query B { b }');
    expect(await run(document, { a: 1, b: 2 }, { on: true }, 'A')).toEqual({ a: 1, b: 2 });
    expect(await run(document, { a: 1, b: 2 }, { on: false }, 'A')).toEqual({ b: 2 });
    expect(await run(document, { a: 1, b: 3 }, {}, 'B')).toEqual({ b: 3 });
    expect(find(document, { on: true }, 'A').compiled).toBe(find(document, { on: true }, 'A').compiled);
    expect(find(document, { on: true }, 'A').compiled).not.toBe(find(document, { on: false }, 'A').compiled);
  });

  it('has at most 16 combinations of conditions', () => {
    const { find, reasons } = start();
    const names = ['v', 'w', 'x', 'y', 'z'];
    const fields = names.map((name) => `${name}: a @skip(if: $${name})`).join(' ');
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`).join()}) { b ${fields} }`);
    const all = Array.from({ length: 32 }, (_, bits) =>
      find(document, Object.fromEntries(names.map((name, index) => [name, Boolean(bits & (1 << index))]))),
    );
    expect(all.filter(({ compiled }) => compiled)).toHaveLength(16);
    expect(reasons).toEqual(Array.from({ length: 16 }, () => 'conditions'));
  });

  it('is forgotten when the memory is full', () => {
    const { operations, find } = start(0.4);
    for (let index = 0; index < 100; index += 1) find(parse(`{ a${index}: a }`));
    expect(operations.bytes()).toBeLessThanOrEqual(400_000);
  });

  it('returns a value, not a promise, if no resolver returns one', () => {
    const { find } = start();
    const { compiled, variableValues } = find(parse('{ a }'));
    expect(compiled?.execute({ contextValue: {}, rootValue: { a: 1 }, variableValues })).toEqual({
      data: Buffer.from('{"a":1}'),
      errors: [],
    });
  });
});

describe('the kept JSON of a record', () => {
  const recordOf = (fields: object) => ({ __typename: 'Record', kind: {}, source: {}, aws: {}, ...fields });
  const document = parse('{ record { name inner { name } } }');

  it('is used for the same object only', async () => {
    const { run, operations } = start();
    let reads = 0;
    const record = recordOf({ inner: null });
    Object.defineProperty(record, 'name', { get: () => `read ${(reads += 1)}` });
    const first = await run(document, { record });
    expect(await run(document, { record })).toEqual(first);
    expect(reads).toBe(1);
    expect(operations.bytes()).toBeGreaterThan(0);
    expect(await run(document, { record: recordOf({ name: 'other', inner: null }) })).toEqual({
      record: { name: 'other', inner: null },
    });
  });

  it.each([
    ['an error', () => new Error('Failed.')],
    ['a promise', () => Promise.resolve('late')],
    ['a function', () => () => 'called'],
  ])('is not kept after %s', async (_name, value) => {
    const { find } = start();
    const loud = parse('{ record { loud } }');
    let reads = 0;
    const record = Object.defineProperty(recordOf({}), 'loud', { get: () => ((reads += 1), value()) });
    for (let run = 1; run <= 2; run += 1) {
      const { compiled, variableValues } = find(loud);
      await compiled!.execute({ contextValue: {}, rootValue: { record }, variableValues });
    }
    expect(reads).toBeGreaterThanOrEqual(2);
  });

  it('is dropped when the memory is full, the least recently used first', () => {
    const memory = createFragmentMemory(10_000);
    const fragments = createFragments();
    const objects = Array.from({ length: 100 }, () => ({}));
    const sink = createSink(100);
    for (const each of objects) {
      memory.write(fragments, objects[0]!, sink);
      const { position } = sink;
      writeText(sink, '"'.padEnd(500, 'x'));
      memory.keep(fragments, each, sink, position);
      expect(memory.bytes()).toBeLessThanOrEqual(10_000);
    }
    const kept = objects.map((each) => memory.write(fragments, each, sink));
    expect([kept[0], kept[1], kept[50], kept[99]]).toEqual([true, false, false, true]);
  });

  it('is of records and sources only', () => {
    expect(
      [recordOf({}), { __typename: 'Source' }, { __typename: 'SnapshotConnection' }, {}, null, 'x'].map(isLasting),
    ).toEqual([true, true, false, false, false, false]);
  });
});
