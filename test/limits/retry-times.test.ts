import { afterEach, expect, it } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

let gateway: Gateway;
afterEach(() => gateway.close());

/** Starts a gateway of a source with several AWS pages. */
async function start(options: GatewayOptions) {
  gateway = await startGateway(options);
  const cluster = 'sales';
  await gateway.load({
    clusters: [makeCluster('REDSHIFT', cluster)],
    snapshots: makeSnapshots('REDSHIFT', 450, { cluster }),
  });
}

const ordered = `{
  snapshots(first: 1, filter: { services: [REDSHIFT] }, orderBy: { field: CREATED_AT, direction: ASC }) {
    sources { status error { code retryAfterSeconds } }
  }
}`;
const errorOf = (answer: Awaited<ReturnType<Gateway['query']>>) => answer.data.snapshots.sources[0].error;

it('a full read that continues without its request reports when to retry', async () => {
  await start({ limits: { calls: 2 }, fullReads: { ageSeconds: 600 } });
  expect(errorOf(await gateway.query(ordered))).toEqual({ code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: 5 });
  await expect.poll(async () => errorOf(await gateway.query(ordered))).toBeNull();
});

it('a list that reached its maximum of AWS pages does not, because a retry does not help', async () => {
  await start({ maximumPages: 1 });
  const { data } = await gateway.query(`{
    snapshots(first: 1, filter: { services: [REDSHIFT], search: "no such name" }) {
      sources { error { code retryAfterSeconds } }
    }
  }`);
  expect(data.snapshots.sources[0].error).toEqual({ code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: null });
});

it('a source that AWS throttles reports when to retry, and a source that AWS denies does not', async () => {
  await start({});
  await gateway.disturb({ kind: 'throttle', service: 'redshift' });
  const { code, retryAfterSeconds } = errorOf(await gateway.query(ordered));
  expect(code).toBe('THROTTLED');
  expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, service: 'redshift' });
  await expect
    .poll(async () => errorOf(await gateway.query(ordered)), { timeout: 20_000 })
    .toEqual({ code: 'FORBIDDEN', retryAfterSeconds: null });
});
