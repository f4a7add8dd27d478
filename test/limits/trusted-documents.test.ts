import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits/settings.ts';
import { readTrustedDocuments } from '../../src/limits/trusted-documents.ts';
import { schema } from '../../src/schema.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

const documents = {
  sources: 'query ($n: Int = 1) { snapshots(first: $n) { isComplete } }',
  broken: '{ node(id: "x") { id } }',
  change: 'mutation { createSnapshot(input: { clusterId: "x", identifier: "y" }) { __typename } }',
};
const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
const save = (name: string, content: string) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const read = (file: string, only = false) =>
  readTrustedDocuments({ file, only, cost: 100, maxAgeSeconds: 15 }, schema, defaultLimits);

let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  const file = save('documents.json', JSON.stringify(documents));
  open = await startGateway({ documents: read(file) });
  closed = await startGateway({ documents: read(file, true) });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await open.close();
  await closed.close();
});

const post = async (gateway: Gateway, body: object) => {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, content: await response.json() };
};
/** The headers of a request on which a cacheable response depends. */
const varied = 'Accept, Accept-Encoding, Authorization, Origin';
const many = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(' ')} }`;
const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('a trusted document', () => {
  it.each([
    ['its documentId', { documentId: 'sources', variables: { n: 2 } }],
    ['its hash', persisted('sources')],
  ])('is executed by %s', async (_name, body) => {
    for (const gateway of [open, closed]) {
      expect(await post(gateway, body)).toMatchObject({
        status: 200,
        content: { data: { snapshots: { isComplete: true } } },
      });
    }
  });

  it('has a fixed cost, whatever its variables and the size of the fleet, and is charged the calls that it makes', async () => {
    const file = save('priced.json', JSON.stringify(documents));
    const limits = { cost: 5, costPerMinute: 1000 };
    const priced = await startGateway({ documents: { ...read(file), cost: 4 }, limits });
    const { content } = await post(priced, { documentId: 'sources', variables: { n: 100 } });
    const other = await post(priced, { query: '{ snapshots(first: 100) { nodes { id } } }' });
    await priced.close();
    expect(content.extensions.cost).toEqual({ announced: 4, remaining: 1000 - content.extensions.aws.calls });
    expect(other.content.errors).toMatchObject([{ extensions: { code: 'ALLOWANCE_EXCEEDED' } }]);
  });

  it('costs what it is estimated to if nothing in memory may answer it', async () => {
    const documents = { byId: new Map(), texts: new Set<string>(), cost: 3, only: false, maxAgeSeconds: 0 };
    const limits = { cost: 50, costPerMinute: 100 };
    const priced = await startGateway({ documents, limits });
    await priced.load({ clusters: [makeCluster('REDSHIFT')], snapshots: makeSnapshots('REDSHIFT', 950) });
    const send = async (headers = {}) => {
      const response = await fetch(`${priced.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ documentId: 'x-snapgate:storage', variables: { first: 20 } }),
      });
      return response.json();
    };
    const costs = [await send(), await send({ 'cache-control': 'no-cache' })].map(({ extensions }) => extensions.cost);
    expect(costs.map(({ announced }) => announced)).toEqual([3, expect.any(Number)]);
    expect(costs[1].announced).toBeGreaterThanOrEqual(10);
    await priced.close();
  });

  it('has a fixed cost, however long it is', async () => {
    const long = `{ snapshots(first: 100, filter: { search: "${'x'.repeat(70_000)}" }) { nodes { tags { key } } } }`;
    const priced = await startGateway({
      documents: { ...read(save('long.json', JSON.stringify({ long }))), cost: 4 },
      limits: { cost: 5 },
    });
    const { content } = await post(priced, { documentId: 'long' });
    await priced.close();
    expect(content.extensions.cost).toMatchObject({ announced: 4 });
  });

  it('with an unknown id is rejected, and so is any other document if `only` is set', async () => {
    expect(await post(open, { documentId: 'constructor' })).toMatchObject({
      status: 400,
      content: { errors: [{ extensions: { code: 'INVALID_INPUT' } }] },
    });
    expect(await post(open, { query: '{ __typename }' })).toMatchObject({ status: 200 });
    expect(await post(closed, { query: '{ __typename }' })).toMatchObject({
      status: 403,
      content: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    expect(await post(closed, { query: '{ __typename }', ...persisted('sources') })).toMatchObject({ status: 403 });
    expect(await closed.calls().then((calls) => calls.length)).toBe(4);
  });

  it.each([
    ['a query', 'sources', 200, 'private, max-age=15'],
    ['a query that fails', 'broken', 200, 'no-store'],
    ['a mutation', 'change', 405, null],
  ])('sent by GET as %s has the right Cache-Control', async (_name, id, status, cacheControl) => {
    for (const named of [{ documentId: id }, { extensions: JSON.stringify(persisted(id).extensions) }]) {
      const response = await fetch(`${closed.url}/graphql?${new URLSearchParams(named)}`);
      expect(response.status).toBe(status);
      if (cacheControl) expect(response.headers.get('cache-control')).toBe(cacheControl);
      if (cacheControl?.includes('max-age')) expect(response.headers.get('vary')).toBe(varied);
      else expect(response.headers.get('cache-control')).not.toContain('max-age');
    }
  });

  it.each([
    ['a page of a list', '{ snapshots { nodes { id } } }'],
    ['an ordered list', '{ clusters(orderBy: { field: IDENTIFIER, direction: ASC }) { nodes { id } } }'],
    ['a summary', '{ snapshotSummary { total { value } } }'],
    [
      'a count beside a list',
      '{ snapshots(first: 1, filter: { services: [DOCUMENTDB] }) { nodes { id } } counted: snapshots(first: 1) { totalCount { value } } }',
    ],
  ])('is not cached if %s lacks the records of a source, until the source responds', async (_what, text) => {
    const gateway = await startGateway({ documents: read(save('incomplete.json', JSON.stringify({ text }))) });
    const controlled = async () => {
      const response = await fetch(`${gateway.url}/graphql?documentId=text`);
      expect(await response.json()).not.toHaveProperty('errors');
      return response.headers.get('cache-control');
    };
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, service: 'redshift' });
    const incomplete = await controlled();
    await gateway.disturb();
    const complete = await controlled();
    await gateway.close();
    expect({ incomplete, complete }).toEqual({ incomplete: 'no-store', complete: 'private, max-age=15' });
  });

  it('is cached for each of several origins, whose pages need different headers', async () => {
    const origins = ['https://a.example.com', 'https://b.example.com'];
    const gateway = await startGateway({ documents: read(save('cached.json', JSON.stringify(documents))), origins });
    const responses = await Promise.all(
      origins.map((origin) => fetch(`${gateway.url}/graphql?documentId=sources`, { headers: { origin } })),
    );
    await gateway.close();
    const seen = responses.map(({ headers }) => [headers.get('access-control-allow-origin'), headers.get('vary')]);
    expect(seen).toEqual(origins.map((origin) => [origin, varied]));
  });

  it('does not make the response to another document cacheable', async () => {
    const query = new URLSearchParams({ documentId: 'sources', query: '{ __typename }' });
    const response = await fetch(`${open.url}/graphql?${query}`);
    expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['missing', () => join(folder, 'none.json'), 'ENOENT'],
    ['not JSON', () => save('text.json', 'x'), 'cannot be read'],
    ['a list', () => save('list.json', '[1]'), 'it must be an object with ids as keys'],
    ['with an id that is not a text', () => save('proto.json', '{"__proto__":5}'), 'document texts as values'],
    [
      'larger than the limits',
      () => save('large.json', JSON.stringify({ a: many(16), b: `{ ${'viewer '.repeat(2000)} }` })),
      /a: The operation has 16 aliases; the limit is 15\. Shorten .* increase `limits\.aliases`\.\n.*b: .* tokens; the limit is 2000/,
    ],
    [
      'in conflict with the documents of the gateway',
      () => save('own.json', JSON.stringify({ 'x-snapgate:storage': '{ __typename }' })),
      'x-snapgate:storage: ids that start with `x-snapgate:` are reserved for the documents of the gateway.',
    ],
    [
      'out of date',
      () => save('old.json', '{"a":"{ gone }","b":"{ viewer }","c":"{"}'),
      /a: Cannot query(.|\n)*b: Field "viewer"(.|\n)*c: Syntax/,
    ],
  ])('is not read from a file that is %s', (_name, file, problem) => {
    expect(() => read(file())).toThrow(problem);
  });

  const operation = { id: 'a', name: 'A', type: 'query', body: 'query A { viewer { subject } }' };
  let count = 0;
  const manifest = (operations: unknown, more = {}) =>
    save(
      `manifest-${(count += 1)}.json`,
      JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...more }),
    );

  it('is read from the manifest of Apollo, and from the map of the Relay compiler', () => {
    const shared = { ...operation, id: 'b' };
    const clients = ['web', 'ios', null].map((clientName) => ({ ...shared, clientName }));
    expect(read(manifest([operation, ...clients])).byId).toEqual(
      new Map([
        ['a', operation.body],
        ['b', operation.body],
      ]),
    );
    const map = save('relay.json', JSON.stringify({ format: operation.body, operations: operation.body }));
    expect(read(map).byId.size).toBe(2);
    const names = save('names.json', `{ "__proto__": "{ __typename }", "constructor": "{ __typename }" }`);
    expect([...read(names).byId.keys()]).toEqual(['__proto__', 'constructor']);
  });

  it.each([
    ['of another version', manifest([operation], { version: 2 }), 'version: is 2; only version 1 is supported.'],
    [
      'of another format',
      manifest([], { format: 'x' }),
      'format: is "x"; it must be "apollo-persisted-query-manifest".',
    ],
    ['without operations', manifest(undefined), 'operations: must be the list of operations.'],
    ['with operations by id', manifest({ a: operation }), 'operations: must be the list of operations.'],
    [
      'with a text as an operation',
      manifest([operation.body]),
      'operations.0: must be an object with `id` and `body`.',
    ],
    [
      'with an operation without a body or an id',
      manifest([operation, { name: 'B', id: '' }]),
      /operations\.1\.id: must be the id of the operation\.\n.*operations\.1\.body: must be the text of the operation/,
    ],
    ['with an id twice', manifest([operation, operation]), 'operations.1.id: a is also the id of operations.0.'],
    [
      'with an id that means different operations for two clients',
      manifest([operation, { ...operation, clientName: 'web', body: '{ __typename }' }]),
      'also if the operations belong to different clients',
    ],
    [
      'with an invalid body',
      manifest([{ ...operation, body: 'query A { gone }' }]),
      'a (A): Cannot query field "gone"',
    ],
    [
      'with an operation of another name',
      manifest([{ ...operation, name: 'B' }]),
      'a (B): the document has no operation',
    ],
  ])('is not read from a manifest %s', (_name, file, problem) => {
    expect(() => read(file)).toThrow(problem);
  });
});
