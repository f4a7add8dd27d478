import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-stream.ts';
import { type Answer, type Gateway, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { as, createRegranting } from '../support/tokens.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

const read = { permissions: ['SNAPSHOT_READ'] };
const mayDelete = { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_DELETE'] };
const operators = (grant: object) => ({ when: { groups: 'operators' }, ...grant });

const list = '{ snapshots(first: 2) { nodes { identifier } pageInfo { endCursor } } }';
const [, ...others] = makeSnapshots('REDSHIFT', 3);
const unfinished = makeSnapshots('REDSHIFT', 1, { status: 'creating', readyAt: '2100-01-01T00:00:00Z' });
const snapshots = [...unfinished, ...others];
const id = snapshotId('REDSHIFT', 'sales-0000');
const deletion = `mutation { deleteSnapshot(input: { snapshotId: "${snapshotId('REDSHIFT', 'sales-0001')}", dryRun: true }) { __typename } }`;

let pauses: ReturnType<typeof createPauses>;
let authenticateWith: ReturnType<typeof createRegranting>;
let gateway: Gateway;
let headers: Record<string, string>;
beforeEach(async () => {
  pauses = createPauses();
  authenticateWith = createRegranting();
  gateway = await startGateway({ authenticate: authenticateWith([operators(mayDelete), read]), pause: pauses.pause });
  await gateway.load({ snapshots });
  headers = await as({ groups: 'operators' });
});
afterEach(() => gateway.close());

/** Opens a subscription, which the gateway counts as soon as it has responded. */
async function follow(authorization: object = headers) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...authorization },
    body: JSON.stringify({ query: `subscription { snapshotProgress(id: "${id}") { status } }` }),
  });
  const events = readEvents(response);
  const rest = async () => {
    const results: Answer[] = [];
    for await (const result of events) results.push(result);
    return results;
  };
  return { next: async () => (await events.next()).value, rest };
}

const typename = async () => (await gateway.query(deletion, {}, headers)).data?.deleteSnapshot.__typename;

describe('new grants', () => {
  it('apply to the next request with a token that was accepted before', async () => {
    const before = await typename();
    gateway.apply({ authenticate: authenticateWith([read]) });
    const withdrawn = await typename();
    gateway.apply({ authenticate: authenticateWith([operators(mayDelete)]) });
    expect([before, withdrawn, await typename()]).toEqual([
      'DeleteSnapshotPayload',
      'ForbiddenError',
      'DeleteSnapshotPayload',
    ]);
  });

  it('end the open subscriptions of principals whose rights they change, and no others', async () => {
    const [operator, reader] = [await follow(), await follow(await as({ sub: 'bob' }))];
    await Promise.all([operator.next(), reader.next()]);
    gateway.apply({ authenticate: authenticateWith([read]) });
    expect(await operator.rest()).toMatchObject([
      {
        errors: [
          { message: expect.stringMatching(/your permissions have changed/), extensions: { code: 'FORBIDDEN' } },
        ],
      },
    ]);
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
    (await pauses.next()).end();
    expect(await reader.rest()).toMatchObject([{ data: { snapshotProgress: { status: 'AVAILABLE' } } }]);
  });

  it('end no subscription if they give the same rights in other words', async () => {
    const { next, rest } = await follow();
    await next();
    const same = [{ when: { groups: ['operators', 'admins'] }, permissions: mayDelete.permissions.toReversed() }, read];
    gateway.apply({ authenticate: authenticateWith(same.toReversed()) });
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
    (await pauses.next()).end();
    expect(await rest()).toMatchObject([{ data: { snapshotProgress: { status: 'AVAILABLE' } } }]);
  });

  it('end a subscription that was being opened', async () => {
    await gateway.disturb({ kind: 'drip', milliseconds: 1000 });
    const opening = follow();
    await expect.poll(gateway.calls).not.toEqual([]);
    gateway.apply({ authenticate: authenticateWith([read]) });
    const results = await (await opening).rest();
    expect(results.at(-1)).toMatchObject({ errors: [{ message: expect.stringMatching(/permissions have changed/) }] });
  });

  it('do not change a request in progress', async () => {
    await gateway.disturb({ kind: 'drip', milliseconds: 1000 });
    const answer = gateway.query('{ snapshots { nodes { identifier } } }', {}, headers);
    await expect.poll(gateway.calls).not.toEqual([]);
    gateway.apply({ authenticate: authenticateWith([]) });
    expect((await answer).data.snapshots.nodes).toHaveLength(3);
    await gateway.disturb();
    expect((await gateway.query(list, {}, headers)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('new settings', () => {
  const withAll = () => ({ authenticate: authenticateWith([operators(mayDelete), read]) });

  it('limit the next request, and count what was spent and opened before', async () => {
    const { next } = await follow();
    await next();
    const first = await gateway.query(list, {}, headers);
    const { remaining } = first.extensions.cost!;
    gateway.apply({ ...withAll(), limits: { depth: 2, subscriptions: 1, costPerMinute: 1000 } });
    const deep = await gateway.query(list, {}, headers);
    const flat = await gateway.query('{ snapshots(first: 1) { isComplete } }', {}, headers);
    const second = await (await follow()).rest();
    expect(deep.errors).toMatchObject([{ message: expect.stringMatching(/nested 3 fields deep; the limit is 2/) }]);
    const calls = flat.extensions.aws.calls;
    expect(flat.extensions.cost!.remaining).toBe(1000 - (1e9 - remaining) - calls);
    expect(second).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);
  });

  it('apply to the next event of an open subscription', async () => {
    const { next } = await follow();
    await next();
    gateway.apply({ ...withAll(), limits: { cost: 1 } });
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
    (await pauses.next()).end();
    expect(await next()).toMatchObject({ errors: [{ extensions: { code: 'ALLOWANCE_EXCEEDED' } }] });
  });

  it('have the new prices', async () => {
    const query = '{ snapshotSummary(groupBy: [SERVICE]) { groups { monthlyCost { currency } } } }';
    const currency = async () =>
      (await gateway.query(query, {}, headers)).data.snapshotSummary.groups[0].monthlyCost?.currency;
    const before = await currency();
    const gigabyteMonth = [{ service: 'REDSHIFT' as const, price: 1 }];
    gateway.apply({ ...withAll(), prices: { currency: 'EUR', gigabyteMonth } });
    expect([before, await currency()]).toEqual([undefined, 'EUR']);
  });

  it('have the new trusted documents', async () => {
    const ask = async () => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ documentId: 'names' }),
      });
      return (await response.json()) as { data?: unknown };
    };
    const byId = new Map([['names', '{ __typename }']]);
    const documents = { byId, texts: new Set(byId.values()), cost: 1, only: true, maxAgeSeconds: 0 };
    const before = await ask();
    gateway.apply({ ...withAll(), documents });
    const [known, other] = [await ask(), await gateway.query(list, {}, headers)];
    gateway.apply(withAll());
    expect([before.data, known.data, other.data, (await ask()).data]).toEqual([
      undefined,
      { __typename: 'Query' },
      undefined,
      undefined,
    ]);
    expect(other.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('open the cursors of a key as long as the key is listed', async () => {
    const [old, current] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const { endCursor } = (await gateway.query(list, {}, headers)).data.snapshots.pageInfo;
    const next = `{ snapshots(first: 2, after: "${endCursor}") { nodes { identifier } } }`;
    gateway.apply({ ...withAll(), cursorKeys: [current, old] });
    const rotated = await gateway.query(next, {}, headers);
    gateway.apply({ ...withAll(), cursorKeys: [current] });
    const removed = await gateway.query(next, {}, headers);
    expect(rotated.data.snapshots.nodes).toHaveLength(1);
    expect(removed.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});
