import { afterEach, expect, it } from 'vitest';
import type { ObservedCall } from '../../src/aws/observer.ts';
import { SnapgateError } from '../../src/errors.ts';
import { accounts, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { makeSnapshot } from '../support/worlds.ts';

type Ended = ObservedCall & { outcome: string };
let gateway: Gateway;
afterEach(() => gateway.close());

/** Starts a gateway for one account with a role, and returns the list of its ended calls. */
async function start(options: GatewayOptions = {}) {
  const ended: Ended[] = [];
  gateway = await startGateway({
    accounts: accounts(['111122223333']).map((each) => ({ ...each, services: ['REDSHIFT'] })),
    ...options,
    aws: {
      ...options.aws,
      observer: {
        call: async (call, make) => {
          const answer = make();
          await answer.then(
            () => ended.push({ ...call, outcome: 'OK' }),
            (error: unknown) =>
              ended.push({ ...call, outcome: error instanceof SnapgateError ? error.code : 'ABORTED' }),
          );
          return answer;
        },
      },
    },
  });
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales', { account: '111122223333' })] });
  return ended;
}

const query = '{ snapshots { nodes { identifier } sources { status } } }';

it('every call is observed with its requests, that for the role included', async () => {
  const ended = await start();
  const { extensions } = await gateway.query(query);
  expect(ended).toMatchObject([
    { service: 'sts', action: 'AssumeRole', account: '111122223333', region: 'us-east-1', attempts: 1, outcome: 'OK' },
    { service: 'redshift', action: 'DescribeClusterSnapshots', attempts: 1, throttled: 0, outcome: 'OK' },
  ]);
  expect(ended[1]?.sentAt).toBeGreaterThan(0);
  // The call for the role is not a call of the request.
  expect(extensions.aws.calls).toBe(1);
});

it('a throttled request and its retry are observed as one call', async () => {
  const ended = await start();
  await gateway.disturb({ kind: 'throttle', service: 'redshift', times: 1 });
  await gateway.query(query);
  expect(ended.at(-1)).toMatchObject({ attempts: 2, throttled: 1, outcome: 'OK' });
});

it('the outcome of a failed call is its code, and a call that the breaker suspends sends no request', async () => {
  const ended = await start({ aws: { breaker: { failures: 1, retrySeconds: 600 } } });
  await gateway.disturb({ kind: 'error', service: 'redshift', code: 'InternalFailure', status: 500 });
  await gateway.query(query);
  expect(ended.at(-1)).toMatchObject({ attempts: 3, outcome: 'UPSTREAM' });
  await gateway.query(query);
  expect(ended.at(-1)).toMatchObject({ attempts: 0, outcome: 'UPSTREAM' });
});
