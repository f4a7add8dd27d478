import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits/settings.ts';
import { readTrustedDocuments } from '../../src/limits/trusted-documents.ts';
import { schema } from '../../src/schema.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const [snapshots, viewer, unknown] = ['3be4abb81fa595e25eb725b2c6a87508', 'b'.repeat(64), 'c'.repeat(64)];
const manifest = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    {
      id: snapshots,
      name: 'Snapshots',
      type: 'query',
      body: 'query Snapshots($n: Int) {\n  snapshots(first: $n) {\n    isComplete\n  }\n}',
    },
    { id: viewer, name: 'Viewer', type: 'query', body: 'query Viewer {\n  viewer {\n    subject\n  }\n}' },
    { id: 'viewer-of-ios', name: 'Viewer', type: 'query', body: 'query Viewer {\n  viewer {\n    subject\n  }\n}' },
  ],
};
const found = { data: { snapshots: { isComplete: true } } };

const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
let open: Gateway;
let closed: Gateway;
beforeAll(async () => {
  const file = join(folder, 'persisted-query-manifest.json');
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  const read = (only: boolean) =>
    readTrustedDocuments({ file, only, cost: 100, maxAgeSeconds: 15 }, schema, defaultLimits);
  [open, closed] = await Promise.all([
    startGateway({ documents: read(false) }),
    startGateway({ documents: read(true) }),
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([open.close(), closed.close()]);
});

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly search?: Record<string, string>;
}
const send = async (gateway: Gateway, { search, ...init }: Sent) => {
  const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(search)}`, init);
  return { status: response.status, cache: response.headers.get('cache-control'), content: await response.json() };
};
const json = (body: object, accept = '*/*'): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept },
  body: JSON.stringify(body),
});
const form = (fields: Record<string, string>): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-graphql-yoga-csrf': '1' },
  body: new URLSearchParams(fields).toString(),
});
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

/** What @apollo/client 4 sends with a persisted-query link over ids from a manifest. */
const apolloAccept = 'application/graphql-response+json,application/json;q=0.9';
const apolloExtensions = {
  clientLibrary: { name: '@apollo/client', version: '4.1.8' },
  ...persisted(snapshots),
};
const variables = { n: 2 };

describe('a trusted document is executed as sent by', () => {
  it.each([
    ['Relay', json({ doc_id: snapshots, variables })],
    [
      'a network layer of Relay that also sends the text, which is null',
      json({ doc_id: snapshots, query: null, variables }),
    ],
    ['a network layer of Relay with forms', form({ doc_id: snapshots, variables: JSON.stringify(variables) })],
    ['Relay by GET', { search: { doc_id: snapshots, variables: JSON.stringify(variables) } }],
    ['Apollo Client', json({ operationName: 'Snapshots', variables, extensions: apolloExtensions }, apolloAccept)],
    [
      'Apollo Client by GET',
      {
        headers: { 'content-type': 'application/json', accept: apolloAccept },
        search: {
          operationName: 'Snapshots',
          variables: JSON.stringify(variables),
          extensions: JSON.stringify(apolloExtensions),
        },
      },
    ],
    ['urql', json({ operationName: 'Snapshots', documentId: snapshots, variables })],
    ['graphql-sse, with an empty text', json({ query: '', extensions: persisted(snapshots), variables })],
    ['a form with documentId', form({ documentId: snapshots, variables: JSON.stringify(variables) })],
    [
      'every way at once',
      json({ documentId: snapshots, doc_id: snapshots, extensions: persisted(snapshots), variables }),
    ],
  ])('%s', async (_client, request: Sent) => {
    const [opened, answered] = await Promise.all([send(open, request), send(closed, request)]);
    expect(opened).toMatchObject({ status: 200, content: found });
    expect(answered).toMatchObject({ status: 200, content: found });
    expect(answered.cache).toBe(request.search ? 'private, max-age=15' : 'no-store');
  });
});

describe('a request', () => {
  const invalid = (message: string) => ({
    status: 400,
    content: { errors: [{ message: expect.stringContaining(message), extensions: { code: 'INVALID_INPUT' } }] },
  });

  it.each([
    ['different documents', json({ documentId: snapshots, doc_id: viewer }), 'names different documents: '],
    [
      'a known and an unknown document',
      json({ doc_id: snapshots, extensions: persisted(unknown) }),
      `"${snapshots}" in \`doc_id\`, "${unknown}" in \`extensions.persistedQuery.sha256Hash\``,
    ],
    [
      'different documents by GET',
      { search: { documentId: snapshots, doc_id: viewer } },
      'names different documents: ',
    ],
    ['an unknown document', json({ doc_id: unknown }), `No trusted document has the id "${unknown}"`],
    ['a document of an endless id', json({ doc_id: 'x'.repeat(5000) }), `has the id "${'x'.repeat(100)}…"`],
    ['a document by a number', json({ doc_id: 5 }), '`doc_id` is not text'],
    ['no document', json({ doc_id: null, variables }), 'in one of `documentId`, `doc_id`, `extensions.'],
  ])('that names %s is refused', async (_what, request: Sent, message) => {
    expect(await send(open, request)).toMatchObject(invalid(message));
    expect(await send(closed, request)).toMatchObject(invalid(message));
  });

  it.each(['documentId', 'doc_id'])('with %s twice is refused', async (name) => {
    const ids = `${name}=${snapshots}&${name}=${viewer}`;
    const expected = invalid(`\`${name}\` occurs 2 times. Send it once.`);
    const byUrl = await fetch(`${open.url}/graphql?${ids}`);
    expect({ status: byUrl.status, content: await byUrl.json() }).toMatchObject(expected);
    expect(await send(open, { ...form({}), body: ids })).toMatchObject(expected);
  });

  it('can name one document by two of its ids', async () => {
    const { content } = await send(closed, json({ documentId: viewer, doc_id: 'viewer-of-ios' }));
    expect(content).toMatchObject({ data: { viewer: { subject: expect.any(String) } } });
  });

  it.each([
    ['documentId', json({ query: '{ __typename }', documentId: snapshots })],
    ['doc_id', json({ query: '{ __typename }', doc_id: snapshots })],
    ['a hash', json({ query: '{ __typename }', extensions: persisted(snapshots) })],
    ['ids of different documents', json({ query: '{ __typename }', documentId: snapshots, doc_id: viewer })],
    ['doc_id in a form', form({ query: '{ __typename }', doc_id: snapshots })],
    ['doc_id by GET', { search: { query: '{ __typename }', doc_id: snapshots } }],
  ])(
    'with a text and %s executes the text, or is refused if only trusted documents are accepted',
    async (_id, request: Sent) => {
      expect(await send(open, request)).toMatchObject({
        status: 200,
        cache: 'no-store',
        content: { data: { __typename: 'Query' } },
      });
      expect(await send(closed, request)).toMatchObject({
        status: 403,
        content: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      });
    },
  );

  it('with an unknown parameter is refused, also with an id', async () => {
    const { status } = await send(open, json({ query: '{ __typename }', doc_id: snapshots, document: 'x' }));
    expect(status).toBe(400);
  });

  it.each(['variables', 'extensions'])('as a form whose %s are not JSON is refused', async (name) => {
    expect(await send(open, form({ doc_id: snapshots, [name]: '{' }))).toMatchObject(invalid('is not valid JSON'));
  });

  it('as a form without a header that requires a preflight is refused', async () => {
    const { headers: _headers, ...simple } = form({ doc_id: snapshots });
    const request = { ...simple, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await send(closed, request)).toMatchObject({ status: 403 });
  });
});
