import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvents } from '../support/event-stream.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { serviceNames } from '../support/services.ts';
import { clusterArn, makeCluster, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';

const friend = '210987654321';
/** Not configured. */
const stranger = '555566667777';

let pauses: ReturnType<typeof createPauses>;
let gateway: Gateway;
beforeEach(async () => {
  pauses = createPauses();
  gateway = await startGateway({ pause: pauses.pause, accounts: accounts([account, friend]) });
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service)),
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'old'),
      makeSnapshot(service, 'for-one', { account: stranger, shares: [friend] }),
      makeSnapshot(service, 'for-two', { account: stranger, shares: [account, friend] }),
    ]),
  });
  await gateway.calls();
});
afterEach(() => gateway.close());

async function follow(id: string, viewer?: string) {
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: `subscription ($id: ID!, $account: AccountId) {
        snapshotProgress(id: $id, account: $account) { identifier status source { account } }
      }`,
      variables: { id, account: viewer },
    }),
    signal: controller.signal,
  });
  const events = readEvents(response);
  return { next: async () => (await events.next()).value, leave: () => controller.abort() };
}

const seen = (identifier: string, viewer: string) => ({
  data: { snapshotProgress: { identifier, status: 'AVAILABLE', source: { account: viewer } } },
});

it.each(serviceNames)('the ARN of a snapshot follows it as its id does: %s', async (service) => {
  for (const id of [snapshotArn(service, 'old'), snapshotId(service, 'old')]) {
    // oxlint-disable no-await-in-loop -- one after the other
    const listener = await follow(id, account);
    expect(await listener.next()).toMatchObject(seen('old', account));
    expect(await listener.next()).toBeUndefined();
    expect(await gateway.calls()).toHaveLength(1);
    // oxlint-enable no-await-in-loop
  }
});

it.each(serviceNames)('the ARN of a snapshot that AWS does not list yet is awaited: %s', async (service) => {
  const listener = await follow(snapshotArn(service, 'new'));
  const [one, other] = [await pauses.next(), await pauses.next()];
  await gateway.load({ snapshots: [makeSnapshot(service, 'new')] });
  const poller = one.milliseconds < other.milliseconds ? one : other;
  poller.end();
  expect(await listener.next()).toMatchObject(seen('new', account));
  listener.leave();
});

it.each(serviceNames)(
  'the ARN of a snapshot of another account follows the view of the account: %s',
  async (service) => {
    const arn = (name: string) => snapshotArn(service, name, { account: stranger });
    expect(await (await follow(arn('for-one'))).next()).toMatchObject(seen('for-one', friend));
    expect(await (await follow(arn('for-two'), friend)).next()).toMatchObject(seen('for-two', friend));
    expect((await (await follow(arn('for-two'))).next())?.errors).toMatchObject([
      {
        message: expect.stringContaining(`Several configured accounts see the snapshot`),
        extensions: { code: 'INVALID_INPUT', field: ['id'] },
      },
    ]);
    expect((await (await follow(arn('for-none'))).next())?.errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(pauses.held()).toBe(0);
  },
);

it.each(serviceNames)('another ARN or account is INVALID_INPUT without an AWS call: %s', async (service) => {
  for (const [id, viewer, field] of [
    ['arn:aws:s3:::bucket', undefined, 'id'],
    [clusterArn(service), undefined, 'id'],
    // The id of a shared snapshot contains its ARN and the account that sees it, separated by #.
    [`${snapshotArn(service, 'for-one', { account: stranger })}#${friend}`, undefined, 'id'],
    [`${snapshotArn(service, 'old')} `, undefined, 'id'],
    [snapshotArn(service, 'old', { region: 'eu-west-1' }), undefined, 'id'],
    [snapshotId(service, 'old'), friend, 'id'],
    [snapshotArn(service, 'old'), stranger, 'account'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- a few at most
    const event = await (await follow(id, viewer)).next();
    expect(event?.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: [field] } }]);
  }
  expect(await gateway.calls()).toEqual([]);
});
