import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { timed } from '../support/stopwatch.ts';
import { makeSnapshots } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ limits: { aliases: 20, cost: 1e6 } });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 100) });
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusters' });
});
afterAll(() => gateway.close());

const patience = 5000;
/** Documents of this many characters are not remembered. */
const long = 64 * 1024;
/** Ends a line in each way that GraphQL allows: three lines. */
const threeLines = '#\r\n#\n#\r';

/** The prefixes of an operation, and the line and column at which it starts. */
const prefixes = [
  ['a short document', '', 1, 1],
  ['a document with all kinds of line ends', `${threeLines}  `, 4, 3],
  ['a long document of one line', ' '.repeat(long), 1, long + 1],
  ['a long document of many lines', `${threeLines}${'\n'.repeat(long)}    `, long + 3, 5],
] as const;

/** Sends a query as a subscription or by POST, and returns the locations of its errors. */
async function locationsOf(query: string, variables: object = {}, accept = 'application/json') {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  });
  const body = await text(Readable.fromWeb(response.body as never));
  const json = accept === 'text/event-stream' ? /data: (.*"errors".*)/.exec(body)?.[1] : body;
  const { errors = [] } = JSON.parse(json ?? '{}') as { errors?: { locations?: unknown[] }[] };
  return errors.map(({ locations }) => locations);
}

describe.each(prefixes)('the errors of %s have the location', (_what, prefix, line, column) => {
  const at = (offset: number) => [{ line, column: column + offset }];

  it.each([
    ['of the syntax error', '{ snapshots(', 12, {}],
    ['of an unknown field', '{ viewer { nowhere } }', 11, {}],
    ['of an invalid argument', '{ snapshots(first: 0) { isComplete } }', 2, {}],
    ['of an invalid variable', 'query ($first: Int) { snapshots(first: $first) { isComplete } }', 7, { first: 'a' }],
  ])('%s', async (_error, query, offset, variables) => {
    expect(await locationsOf(prefix + query, variables)).toEqual([at(offset)]);
  });

  it('of the field, each time and on each path', async () => {
    const query = `${prefix}{ snapshots(first: 1) { nodes { cluster { id } } } }`;
    for (let time = 0; time < 4; time++) expect(await locationsOf(query)).toEqual([at(32)]);
  });

  // The variables of a subscription are small, because they are kept while it is open.
  it.skipIf(prefix.length >= long)('of the field of a subscription', async () => {
    const query = `${prefix}subscription { snapshotProgress(id: "unknown") { status } }`;
    expect(await locationsOf(query, {}, 'text/event-stream')).toEqual([at(15)]);
  });

  it('of each of several nodes', async () => {
    const query = `${prefix}{ viewer { subject } viewer { subject: permissions } }`;
    expect(await locationsOf(query)).toEqual([[2, 11, 21, 30].flatMap(at)]);
  });
});

it.each([
  ['one line', ' '.repeat(900_000)],
  ['many lines', '\n'.repeat(450_000)],
])('thousands of errors behind %s are located in time', async (_what, prefix) => {
  const clusters = Array.from({ length: 20 }, (_, index) => `c${index}: cluster { id }`).join(' ');
  const query = `${prefix}{ snapshots(first: 100) { nodes { ${clusters} } } }`;
  const { value, milliseconds } = await timed(locationsOf(query));
  expect(value).toHaveLength(2000);
  expect(value.every((locations) => locations?.length === 1)).toBe(true);
  expect(milliseconds).toBeLessThan(patience);
});
