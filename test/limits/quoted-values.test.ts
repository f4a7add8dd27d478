import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallBody } from '../../src/server/operations/body.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { timed } from '../support/stopwatch.ts';
import { makeSnapshots } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 100) });
});
afterAll(() => gateway.close());

const aLot = 900_000;
const seconds = 1000;
/** Much more than any of these requests takes on a busy machine. */
const patience = 5 * seconds;

const deletion = 'mutation ($input: DeleteSnapshotsInput!) { deleteSnapshots(input: $input) { __typename } }';
const names = Array.from({ length: 50 }, (_, index) => `unknown${index}`);
const blank = '\n'.repeat(aLot / 2);
const named = (value: string) => Object.fromEntries(names.map((name) => [name, value]));

it.each([
  ['unknown fields of a variable', deletion, { input: named('x'.repeat(aLot / names.length)) }],
  [
    'unknown long fields of a variable',
    deletion,
    { input: Object.fromEntries(names.map((name) => [name.padEnd(aLot / names.length, 'x'), 1])) },
  ],
  [
    'many wrong elements of a variable',
    deletion,
    { input: { snapshotIds: Array.from({ length: 150_000 }, () => null) } },
  ],
  [
    'unknown fields in a document',
    `{ snapshots(filter: { ${names.map((name) => `${name}: "${'x'.repeat(aLot / names.length)}"`).join(' ')} }) { isComplete } }`,
    {},
  ],
  ['unknown selections behind many lines', `${blank} { viewer { ${names.join(' ')} } }`, {}],
])('the errors of %s are few and short', async (_what, query, variables) => {
  const { value, milliseconds } = await timed(gateway.query(query, variables));
  const { errors = [], data } = value;
  expect(data).toBeUndefined();
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThan(25);
  for (const { message } of errors) expect(message.length).toBeLessThan(1100);
  expect(milliseconds).toBeLessThan(patience);
});

it('many failed fields of a document with many lines are reported in time', async () => {
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusters' });
  const selection = '{ snapshots(first: 100) { nodes { cluster { id } } } }';
  const located = await gateway.query(selection);
  const { value, milliseconds } = await timed(gateway.query(blank + selection));
  await gateway.disturb();
  const pathsOf = ({ errors = [] }: typeof value) => errors.map(({ path }) => path);
  expect(pathsOf(located)).toHaveLength(100);
  expect(pathsOf(value)).toEqual(pathsOf(located));
  expect(milliseconds).toBeLessThan(patience);
});

it('the errors of a variable have the code INVALID_INPUT and a place, also if there are too many', async () => {
  const ids = Array.from({ length: 20 }, () => true);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids } }),
  });
  const { errors } = (await response.json()) as Awaited<ReturnType<Gateway['query']>>;
  expect(response.status).toBe(400);
  expect(errors?.map(({ extensions }) => extensions)).toEqual(
    Array.from({ length: 11 }, () => ({ code: 'INVALID_INPUT' })),
  );
  expect(errors?.[0]).toMatchObject({
    message: 'Variable "$ids" has invalid value at [0]: ID cannot represent value: true',
    locations: [{ line: 1, column: 8 }],
  });
  expect(errors?.at(-1)?.message).toMatch(/^Too many errors/);
});

it('a document that a small body can hold has locations in its errors', async () => {
  const { errors } = await gateway.query(`${' '.repeat(smallBody - 2000)}{ viewer { unknown } }`);
  expect(errors).toMatchObject([{ locations: [{ line: 1 }] }]);
});

it.each([
  ['a lookup', '{ node(id: $id) { id } }'],
  [
    'a mutation',
    'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { ... on InvalidInputError { message problems { message } } } }',
  ],
])('a long id is not quoted whole by %s', async (_name, text) => {
  const query = text.startsWith('mutation') ? text : `query ($id: ID!) ${text}`;
  const answer = JSON.stringify(await gateway.query(query, { id: 'x'.repeat(500_000) }));
  expect(answer).toContain('xxx');
  expect(answer.length).toBeLessThan(25_000);
});
