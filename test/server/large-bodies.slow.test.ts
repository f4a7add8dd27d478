import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { maximumBody, smallBody } from '../../src/server/operations/body.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshot, snapshotId } from '../support/worlds.ts';

const region = 'ap-southeast-1';
const account = '123456789012';

describe('the largest input that the schema promises', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    const accounts = [{ id: account, regions: [region], services: [...serviceNames] }];
    gateway = await startGateway({ accounts });
  });
  afterAll(() => gateway.close());

  const place = { region, cluster: `c${'x'.repeat(62)}` };
  /** The names of 500 snapshots, with the maximum length of AWS. */
  const names = Array.from({ length: 500 }, (_, index) => `s${'x'.repeat(250)}-${String(index).padStart(3, '0')}`);
  const selection = '{ __typename ... on DeleteSnapshotsPayload { results { error { code } } } }';

  const forms = serviceNames.flatMap((service) => [
    [service, 'in variables', 'query'] as const,
    [service, 'in the document', 'inline'] as const,
  ]);

  it.each(forms)('deletes 500 snapshots of %s with the longest ids %s', async (service, _where, form) => {
    const shares = ['210987654321'];
    await gateway.load({
      snapshots: names.map((name, index) =>
        makeSnapshot(service, name, { ...place, ...(index % 10 === 0 && { shares }) }),
      ),
    });
    const snapshotIds = names.map((name) => snapshotId(service, name, place));
    const idempotencyKey = `${form}-${service}`.padEnd(128, '-');
    const [text, variables] =
      form === 'query'
        ? [
            `mutation ($input: DeleteSnapshotsInput!) { deleteSnapshots(input: $input) ${selection} }`,
            { input: { snapshotIds, idempotencyKey, revokeAccess: true } },
          ]
        : [
            `mutation { deleteSnapshots(input: { snapshotIds: ${JSON.stringify(snapshotIds)}, idempotencyKey: "${idempotencyKey}", revokeAccess: true }) ${selection} }`,
            {},
          ];
    const size = JSON.stringify({ query: text, variables }).length;
    expect(size).toBeGreaterThan(smallBody);
    // Leaves room for the longer ids of other partitions, and for other fields of the document.
    expect(size).toBeLessThan(maximumBody / 3);
    const { data, errors, extensions } = await gateway.query(text, variables);
    expect(errors).toBeUndefined();
    expect(extensions.aws.calls).toBeLessThan(extensions.cost!.announced);
    expect(data.deleteSnapshots).toEqual({
      __typename: 'DeleteSnapshotsPayload',
      results: names.map(() => ({ error: null })),
    });
  });

  it.each(serviceNames)('adds 50 tags of the maximum length to a snapshot of %s', async (service) => {
    await gateway.load({ snapshots: [makeSnapshot(service, 'one', place)] });
    const tags = Array.from({ length: 50 }, (_, index) => ({
      key: `${index}`.padEnd(128, 'é'),
      value: 'é'.repeat(256),
    }));
    const query = `mutation ($input: TagSnapshotInput!) { tagSnapshot(input: $input) { __typename ... on Error { message } } }`;
    const input = { snapshotId: snapshotId(service, 'one', place), tags };
    // As client libraries of some languages escape it.
    const body = JSON.stringify({ query, variables: { input } }).replaceAll('é', String.raw`\u00e9`);
    expect(body.length).toBeGreaterThan(smallBody);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ data: { tagSnapshot: { __typename: 'TagSnapshotPayload' } } });
  });
});

it('of a filter counts toward the size of the cache of AWS responses', async () => {
  const gateway = await startGateway({ aws: { cache: { ageSeconds: 600, megabytes: 1 } } });
  const ask = async (tagKey: string, alias = 'snapshots') => {
    const filter = { services: ['REDSHIFT'], tags: [{ key: tagKey }] };
    const query = `query ($filter: SnapshotFilter) { ${alias}: snapshots(filter: $filter) { isComplete } }`;
    const { data, extensions } = await gateway.query(query, { filter });
    expect(data[alias].isComplete).toBe(true);
    return extensions.aws;
  };
  expect(await ask('team')).toMatchObject({ calls: 1, cached: 0 });
  expect(await ask('team')).toMatchObject({ calls: 0, cached: 1 });
  for (const letter of ['a', 'b', 'c']) await ask(letter.repeat(400_000));
  // Another query, whose response is not ready.
  expect(await ask('team', 'again')).toMatchObject({ calls: 1, cached: 0 });
  await gateway.close();
});

describe('a large body', () => {
  let gateway: Gateway;
  const open: ClientRequest[] = [];
  const logged: unknown[] = [];
  beforeAll(async () => {
    const add = (...entry: readonly unknown[]) => void logged.push(entry);
    gateway = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
      log: { debug: () => {}, info: () => {}, warn: add, error: add },
    });
  });
  afterEach(() => open.splice(0).forEach((each) => each.destroy()));
  afterAll(() => gateway.close());

  const announced = { 'content-length': String(smallBody + 1) };
  const chunked = { 'transfer-encoding': 'chunked' };

  /** Sends the start of a body, and leaves the request open. */
  async function begin(sub: string | undefined, headers: Readonly<Record<string, string>>, start = '') {
    const who = sub === undefined ? {} : await as({ sub });
    const sent = request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...who, ...headers },
    });
    sent.on('error', () => {});
    open.push(sent);
    sent.flushHeaders();
    if (start !== '') sent.write(start);
    return sent;
  }

  async function whole(sub: string, size: number) {
    const query = `{ __typename } ${' '.repeat(size)}`;
    return fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await as({ sub })) },
      body: JSON.stringify({ query }),
    });
  }

  /** Takes all places of a caller. */
  async function fill(sub: string, headers: Readonly<Record<string, string>>, start: string) {
    for (let count = 0; count < 8; count += 1) await begin(sub, headers, start);
    const attempt = async () => {
      const { status } = await whole(sub, smallBody);
      // An earlier attempt may have had the place of one of them, which was refused.
      if (status !== 429) await begin(sub, headers, start);
      return status;
    };
    await expect.poll(attempt).toBe(429);
  }

  it('of a subscription is refused, because it would hold its place for long', async () => {
    const id = snapshotId('REDSHIFT', 'one');
    const subscription = (padding: number) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...ada },
        body: JSON.stringify({
          query: `subscription { snapshotProgress(id: "${id}") { id } } ${' '.repeat(padding)}`,
        }),
      }).then((response) => response.text());
    const ada = await as({ sub: 'ada' });
    expect(await subscription(smallBody)).toContain('The body of a subscription can have at most 65536 bytes');
    expect(await subscription(0)).not.toContain('INVALID_INPUT');
  });

  it('is not read without a token', async () => {
    for (const headers of [announced, chunked, { 'content-length': String(maximumBody) }]) {
      const [response] = (await once(await begin(undefined, headers), 'response')) as [IncomingMessage];
      expect({ status: response.statusCode, connection: response.headers.connection }).toEqual({
        status: 401,
        connection: 'close',
      });
    }
  });

  it.each([
    ['announced', announced, ''],
    ['chunked', chunked, ' '.repeat(smallBody + 1)],
  ])('is refused while the caller sends 8 others, %s', async (_name, headers, start) => {
    await fill('ada', headers, start);
    const [response] = (await once(await begin('ada', headers, start), 'response')) as [IncomingMessage];
    expect({ status: response.statusCode, wait: response.headers['retry-after'] }).toEqual({ status: 429, wait: '1' });
    expect(await json(response)).toEqual({
      errors: [
        {
          message: expect.stringContaining('more than 65536 bytes are in progress: the limit is 8 for each caller'),
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
        },
      ],
    });
    expect((await whole('ada', 1000)).status).toBe(200);
    expect((await whole('bob', smallBody)).status).toBe(200);
    for (const each of open.splice(0)) each.destroy();
    await expect.poll(async () => (await whole('ada', smallBody)).status).toBe(200);
  });

  it('frees its place, and logs nothing, if the client disconnects while it sends the body', async () => {
    logged.length = 0;
    await fill('dan', chunked, ' '.repeat(smallBody + 1));
    for (const each of open.splice(0)) each.destroy();
    await expect.poll(async () => (await whole('dan', smallBody)).status).toBe(200);
    await begin('dan', chunked, '{"query":');
    expect((await whole('dan', 1000)).status).toBe(200);
    for (const each of open.splice(0)) each.destroy();
    expect((await whole('dan', smallBody)).status).toBe(200);
    expect(logged).toEqual([]);
  });

  it('frees its place when it is answered', async () => {
    for (let count = 0; count < 20; count += 1) expect((await whole('cy', smallBody)).status).toBe(200);
  });
});
