import fc from 'fast-check';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAllowance } from '../../src/replicas/allowance.ts';
import { costOf } from '../../src/limits/cost.ts';
import { createDocuments } from '../../src/limits/documents.ts';
import { defaultLimits, limitSettings } from '../../src/limits/settings.ts';
import { measure } from '../../src/limits/measure.ts';
import type { FleetSize } from '../../src/limits/price.ts';
import { schema } from '../../src/schema.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, makeCluster, makeSnapshots } from '../support/worlds.ts';
import { runs } from '../support/runs.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    authenticate: authenticationWith([
      { when: { role: 'blind' }, permissions: ['SNAPSHOT_READ'], introspection: false },
      { when: { role: 'reader' }, permissions: ['SNAPSHOT_READ'] },
    ]),
  });
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
/** One fragment per level; each fragment spreads the next fragment ten times. */
const amplified = (levels: number) =>
  `{ ...f0 } ${times(levels, (i) => `fragment f${i} on Query { ${times(10, () => `...f${i + 1}`)} }`)} fragment f${levels} on Query { __typename }`;

describe('a document', () => {
  it.each([
    ['with more tokens', `{ ${times(2001, () => 'viewer')} }`, 'exceeds the limit of tokens (2000)'],
    [
      'that is nested deeper',
      `{ ${times(11, () => 'a {')} b ${times(11, () => '}')} }`,
      'is nested 12 fields deep; the limit is 10',
    ],
    ['with more aliases', `{ viewer { ${times(16, (i) => `a${i}: subject`)} } }`, 'has 16 aliases; the limit is 15'],
    [
      'with more directives',
      `{ viewer { subject ${times(11, () => '@skip(if: false)')} } }`,
      'has 11 directives; the limit is 10',
    ],
    ['with more root fields', `{ ${times(16, () => 'viewer { subject }')} }`, 'has 16 root fields; the limit is 15'],
    ['whose nested fragments have more fields', amplified(60), `fields; the limit is 1000`],
    [
      'whose repeated fragments have more aliases',
      `{ ${times(4, () => '...f')} } fragment f on Query { a: __typename b: __typename c: __typename d: __typename }`,
      'has 16 aliases',
    ],
  ])('%s than allowed is rejected with the actual value', async (_name, query, message) => {
    const answer = await gateway.query(query, {}, await as({ role: 'reader' }));
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'INVALID_INPUT' } },
    ]);
    const [, setting] = /increase `limits\.(\w+)`\.$/.exec(answer.errors![0]!.message) ?? [];
    expect(Object.keys(defaultLimits)).toContain(setting);
  });

  it('that repeats its fields too often to be validated is rejected with the reason', async () => {
    const answer = await gateway.query(`{ ${times(999, () => '__typename')} }`, {}, await as({ role: 'reader' }));
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringContaining('repeats fields or fragments too often'),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
  });

  it.each([
    ['as many root fields as aliases', `{ ${times(15, (i) => `a${i}: viewer { subject }`)} __typename }`],
    [
      'as many nested connections as aliases',
      `{ ${times(15, (i) => `a${i}: clusters(first: 1) { nodes { snapshots(first: 1) { nodes { id } } } }`)} }`,
    ],
    [
      'as many mutations as aliases',
      `mutation { ${times(15, (i) => `a${i}: deleteSnapshot(input: { snapshotId: "x" }) { ... on Error { code } }`)} __typename }`,
    ],
    [
      'as many root fields of spread fragments as aliases',
      `{ ...f ...f ...f } fragment f on Query { ${times(5, (i) => `a${i}: viewer { subject }`)} }`,
    ],
    [
      'several operations with as many root fields as aliases each',
      times(3, (n) => `query q${n} { ${times(15, (i) => `a${i}: viewer { subject }`)} }`),
    ],
  ])('with %s is within both limits', async (_name, query) => {
    expect(measure(parse(query))).toMatchObject({ aliases: 15, rootFields: 15 });
    const headers = { 'content-type': 'application/json', ...(await as({ role: 'reader' })) };
    const body = JSON.stringify({ query, ...(query.startsWith('query q0') && { operationName: 'q1' }) });
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ data: expect.anything() });
  });

  it('is measured even if its fragments multiply or are circular', () => {
    expect(measure(parse(amplified(300))).fields).toBeGreaterThan(1e100);
    expect(measure(parse('{ ...a } fragment a on Query { ...b x } fragment b on Query { ...a y }'))).toMatchObject({
      fields: 2,
    });
  });

  it('is kept for the next request, unless it is long', () => {
    const documents = createDocuments(defaultLimits);
    const isKept = (text: string) => {
      const document = documents.parse(text);
      expect(documents.validate(schema, document, undefined, true)).toEqual([]);
      return documents.parse(text) === document;
    };
    expect(isKept('{ __typename }')).toBe(true);
    expect(isKept(`{ __typename } # ${'x'.repeat(64 * 1024)}`)).toBe(false);
  });

  it('exactly at the limits is accepted', async () => {
    const query = `{ ${times(15, () => 'viewer { subject }')} viewer { ${times(15, (i) => `a${i}: subject`)} } }`;
    const small = await gateway.query(query.replace('viewer { subject } ', ''), {}, await as({ role: 'reader' }));
    expect(small.errors).toBeUndefined();
  });
});

describe('the schema', () => {
  const ask = async (role: string, query: string, variables = {}) =>
    (await gateway.query(query, variables, await as({ role }))).errors ?? [];

  it.each([
    '{ __schema { types { name } } }',
    '{ viewer { subject } ...f } fragment f on Query { a: __type(name: "Query") { name } }',
  ])('is not revealed by %s without the permission for introspection', async (query) => {
    expect(await ask('blind', query)).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await ask('reader', query)).toEqual([]);
    expect(await ask('blind', query)).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it.each([
    ['{ viewers }', {}],
    ['{ viewer { subjekt } }', {}],
    ['{ snapshots(frist: 1) { isComplete } }', {}],
    ['query ($f: SnapshotFilter) { snapshots(filter: $f) { isComplete } }', { f: { servces: [] } }],
    ['query ($f: SnapshotFilter) { snapshots(filter: $f) { isComplete } }', { f: { services: ['REDSHFT'] } }],
  ])('is not suggested in the errors of %s %j without the permission for introspection', async (query, variables) => {
    expect(JSON.stringify(await ask('reader', query, variables))).toContain('Did you mean');
    const errors = await ask('blind', query, variables);
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
  });
});

describe('the cost', () => {
  it('is announced, and an operation above the limit makes no AWS calls', async () => {
    const page = '{ nodes { cluster { snapshots(first: 100) { nodes { tags { key } } } } } }';
    const reader = await as({ role: 'reader' });
    const small = await gateway.query('{ snapshots(first: 5) { nodes { id } } }', {}, reader);
    expect(small.extensions).toMatchObject({ cost: { announced: 6 } });
    await gateway.calls();
    const big = await gateway.query(`{ snapshots(first: 100) ${page} }`, {}, reader);
    expect(big.errors).toMatchObject([
      {
        message: expect.stringMatching(/has an estimated cost of \d+ AWS calls; at most 5000 are allowed/),
        extensions: { code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: null },
      },
    ]);
    expect(await gateway.calls()).toEqual([]);
  });

  it('is the same with variables, their defaults, fragments and inline values', async () => {
    const reader = await as({ role: 'reader' });
    const cost = async (query: string, variables = {}) =>
      ((await gateway.query(query, variables, reader)).extensions as any).cost.announced;
    const plain = await cost('{ snapshots(first: 7) { nodes { tags { key } } } }');
    expect(await cost('query ($n: Int) { snapshots(first: $n) { nodes { tags { key } } } }', { n: 7 })).toBe(plain);
    expect(await cost('query ($n: Int = 7) { snapshots(first: $n) { nodes { tags { key } } } }')).toBe(plain);
    expect(
      await cost(
        '{ ...q } fragment q on Query { snapshots(first: 7) { ...c } } fragment c on SnapshotConnection { nodes { ... on Snapshot { tags { key } } } }',
      ),
    ).toBe(plain);
  });

  it.each([-1_000_000, 0, 2_147_483_647])('is not changed by an invalid number of %i instances', async (count) => {
    const { errors, data, extensions } = await gateway.query(
      `mutation ($input: CreateClusterInstancesInput!) {
        createClusterInstances(input: $input) { __typename ... on Error { code } }
      }`,
      { input: { clusterId: clusterId('DOCUMENTDB'), instances: { class: 'db.r6g.large', count } } },
      await as({ role: 'reader' }),
    );
    expect([errors, data.createClusterInstances.code]).toEqual([undefined, 'INVALID_INPUT']);
    expect(extensions).toMatchObject({ cost: { announced: 22 } });
  });

  it('of one field makes no other field cheaper', () => {
    const priced = (calls: number) => ({ type: GraphQLInt, extensions: { price: () => ({ calls }) } });
    const query = new GraphQLObjectType({ name: 'Query', fields: { cheap: priced(-1000), dear: priced(7) } });
    const args = { schema: new GraphQLSchema({ query }), document: parse('{ cheap dear }') };
    expect(costOf(args, {} as FleetSize)).toBe(7);
  });

  it('of a refused operation is not charged to the allowance', async () => {
    const other = await startGateway({ limits: { costPerMinute: 8 } });
    const refused = await other.query('{ snapshots { totalCount { value } } }');
    const small = await other.query('{ snapshots { isComplete } }');
    await other.close();
    expect(refused.errors).toMatchObject([{ extensions: { code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: null } }]);
    expect(small.extensions).toMatchObject({ cost: { announced: 6, remaining: 6 } });
  });

  it('is refunded only within its minute', async () => {
    vi.useFakeTimers();
    const allowance = createAllowance({ name: 'test', points: 10, seconds: 60 });
    const [early, late] = [await allowance.spend('ada', 4), await allowance.spend('ada', 6)];
    await early.giveBack(4);
    expect((await allowance.spend('ada', 0)).consumedPoints).toBe(6);
    vi.advanceTimersByTime(61_000);
    await late.giveBack(6);
    expect((await allowance.spend('ada', 1)).consumedPoints).toBe(1);
    vi.useRealTimers();
  });

  it('per minute is limited for each principal', async () => {
    const other = await startGateway({
      limits: { costPerMinute: 14 },
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    });
    const ask = async (sub: string) => {
      const body = JSON.stringify({ query: '{ snapshots { isComplete } }' });
      const headers = { 'content-type': 'application/json', ...(await as({ sub })) };
      return fetch(`${other.url}/graphql`, { method: 'POST', headers, body });
    };
    // The unused part is refunded, so only concurrent operations add up.
    const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await ask('ada')).status));
    const bob = await ask('bob');
    const refused = await Promise.all(Array.from({ length: 4 }, () => ask('cy')));
    await other.close();
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(bob.status).toBe(200);
    const throttled = refused.find(({ status }) => status === 429)!;
    expect(throttled.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await throttled.json()).toMatchObject({
      errors: [
        {
          extensions: {
            code: 'ALLOWANCE_EXCEEDED',
            retryAfterSeconds: Number(throttled.headers.get('retry-after')),
          },
        },
      ],
    });
  });

  it('has a retry-after of one second if only operations in progress exceed the allowance', async () => {
    const other = await startGateway({ limits: { costPerMinute: 8 } });
    const query = '{ snapshots(first: 1) { isComplete } }';
    await other.disturb({ kind: 'hang' });
    const leaving = new AbortController();
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    };
    const first = fetch(`${other.url}/graphql`, { ...request, signal: leaving.signal }).catch(() => {});
    await expect.poll(async () => (await other.calls()).length).toBeGreaterThan(0);
    const second = await fetch(`${other.url}/graphql`, request);
    leaving.abort();
    await first;
    await other.disturb();
    expect({ status: second.status, retryAfter: second.headers.get('retry-after') }).toEqual({
      status: 429,
      retryAfter: '1',
    });
    await expect.poll(async () => (await other.query(query)).errors).toBeUndefined();
    await other.close();
  });

  it('above the allowance of a whole minute is refused without a retry-after', async () => {
    const other = await startGateway({ limits: { costPerMinute: 3 } });
    const { errors } = await other.query('{ snapshots(first: 1) { isComplete } }');
    await other.close();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('; at most 3 are allowed.'),
        extensions: { code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: null },
      },
    ]);
  });
});

describe('the cost of random queries', () => {
  const costPerMinute = 10_000_000;
  const calls = 60;
  let fleet: Gateway;
  beforeAll(async () => {
    fleet = await startGateway({
      accounts: accounts(['111111111111', '222222222222']),
      limits: { costPerMinute, calls, cost: 100_000, aliases: 100, tokens: 5000, fields: 5000 },
    });
    const places = ['111111111111', '222222222222'].map((account) => ({ account, region: 'us-east-1' }));
    await fleet.load({
      clusters: places.flatMap((place) => [
        makeCluster('REDSHIFT', undefined, place),
        makeCluster('DOCUMENTDB', undefined, place),
      ]),
      snapshots: places.flatMap((place) => [
        ...makeSnapshots('REDSHIFT', 45, place),
        ...makeSnapshots('DOCUMENTDB', 30, place),
        ...makeSnapshots('DOCUMENTDB', 30, { ...place, isForeign: true }),
      ]),
    });
  });
  afterAll(() => fleet.close());

  const first = fc.integer({ min: 1, max: 100 });
  const filter = fc.constantFrom(
    '',
    'filter: { services: [REDSHIFT] }',
    'filter: { services: [DOCUMENTDB], tags: [{ key: "a" }] }',
    'filter: { untagged: true }',
    'filter: { orphaned: false }',
    'filter: { exposure: PRIVATE }',
    'filter: { sharedWith: ["333333333333"] }',
    'filter: { sharedOutside: ["333333333333"], olderThanDays: 1 }',
    'filter: { services: [REDSHIFT], youngerThanDays: 1, minimumMegabytes: 1 }',
    'filter: { search: "0007" }',
    'filter: { clusterIdentifiers: ["sales", "gone"] }',
    'orderBy: { field: CREATED_AT, direction: DESC }',
  );
  const list = fc.tuple(first, filter).map(([count, condition]) => `(first: ${count}, ${condition})`);
  const { snapshot } = fc.letrec<{ snapshot: string; cluster: string; connection: string }>((tie) => ({
    snapshot: fc
      .array(
        fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.constantFrom('identifier', 'tags { key }', 'sharing { public }', 'source { account }'),
          tie('cluster').map((fields) => `cluster { ${fields} }`),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((fields) => [...new Set(fields)].map((each, index) => `s${index}: ${each}`).join(' ')),
    cluster: fc
      .array(
        fc.oneof(
          { maxDepth: 2, withCrossShrink: true },
          fc.constantFrom(
            'identifier',
            'tags { key }',
            'snapshotDays(last: 3) { date }',
            'latestSnapshot { identifier }',
          ),
          tie('connection'),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((fields) => [...new Set(fields)].map((each, index) => `c${index}: ${each}`).join(' ')),
    connection: fc
      .tuple(fc.integer({ min: 1, max: 20 }), tie('snapshot'))
      .map(
        ([count, fields]) =>
          `snapshots(first: ${count}) { totalCount { value } sources { status } pageInfo { hasNextPage } nodes { ${fields} } }`,
      ),
  }));
  const query = fc
    .array(
      fc.oneof(
        fc
          .tuple(list, snapshot, fc.boolean())
          .map(
            ([args, fields, isCounted]) =>
              `snapshots${args} { pageInfo { hasNextPage } nodes { ${fields} } ${isCounted ? 'totalCount { value }' : ''} sources { status } }`,
          ),
        fc
          .tuple(first, snapshot)
          .map(([count, fields]) => `clusters(first: ${count}) { edges { node { latestSnapshot { ${fields} } } } }`),
        fc.constant('snapshotSummary(groupBy: [CLUSTER]) { total { value } }'),
        fc.constant('sources { manualSnapshots { remaining } }'),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((fields) => `{ ${fields.map((each, index) => `q${index}: ${each}`).join(' ')} }`);

  it('of the snapshots of 100 clusters is below the limit', async () => {
    const fields = 'totalCount { value } nodes { latestSnapshot { id } snapshots(first: 3) { nodes { id } } }';
    const { extensions } = await fleet.query(`{ clusters(first: 100) { ${fields} } }`);
    expect((extensions as any).cost.announced).toBeLessThan(defaultLimits.cost);
  });

  it('never exceeds the maximum number of calls of a request, and is charged as many calls as were made', async () => {
    await fleet.calls();
    let charged = 0;
    const free = async () => (await fleet.query('{ viewer { subject } }')).extensions.cost!.remaining;
    let before = await free();
    const property = fc.asyncProperty(query, async (text) => {
      const { data, errors, extensions } = await fleet.query(text);
      const { calls: own } = extensions.aws;
      const made = (await fleet.calls()).length;
      expect(own).toBeLessThanOrEqual(calls);
      if (data === undefined) expect(made).toBe(0);
      else if (own < calls) expect(errors).toBeUndefined();
      const remaining = extensions.cost?.remaining ?? before;
      // The allowance starts again every minute. Calls above the maximum of the request are charged when they are made.
      if (remaining <= before && own < calls) {
        charged += before - remaining - made;
        expect(charged).toBe(0);
      }
      before = own < calls ? remaining : await settled();
    });
    const settled = async () => {
      await expect
        .poll(async () => (await fleet.query('{ snapshotSummary { isComplete } }')).data.snapshotSummary.isComplete)
        .toBe(true);
      await fleet.calls();
      return free();
    };
    await fc.assert(property, { numRuns: runs(40, 5000) });
  });
});

it('every limit has a default, with which each root field can have an alias and each alias can be at the root', () => {
  expect(defaultLimits).toMatchObject({ aliases: 15, rootFields: 15 });
  expect(limitSettings.parse({ aliases: 40 })).toMatchObject({ aliases: 40, rootFields: 40 });
  expect(limitSettings.parse({ rootFields: 40 })).toMatchObject({ aliases: 40, rootFields: 40 });
  expect(limitSettings.parse({ aliases: 5 })).toMatchObject({ aliases: 5, rootFields: 15 });
  expect(limitSettings.parse({ rootFields: 5 })).toMatchObject({ aliases: 15, rootFields: 5 });
  expect(limitSettings.parse({ aliases: 40, rootFields: 5 })).toMatchObject({ aliases: 40, rootFields: 5 });
  expect(defaultLimits).toMatchObject({ tokens: 2000, depth: 10, aliases: 15, cost: 5000 });
});
