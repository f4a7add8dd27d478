import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsSettings } from '../../src/aws/settings.ts';
import { clusters } from '../changes/support.ts';
import { startDeafServer } from '../support/deaf-server.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { startStaticUpstream, type StaticUpstream } from '../support/static-upstream.ts';
import { clusterId } from '../support/worlds.ts';

const search = /* GraphQL */ `
  query ($id: String!) {
    snapshots(filter: { services: [REDSHIFT], identifiers: [$id] }) {
      isComplete
    }
  }
`;

const create = /* GraphQL */ `
  mutation ($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      __typename
    }
  }
`;

const parallelReads = 8;

let upstream: StaticUpstream;
let relay: Relay;
let gateway: Gateway;
beforeEach(async () => {
  upstream = await startStaticUpstream();
  relay = await startRelay(upstream.url);
});
afterEach(async () => {
  await gateway.close();
  await relay.close();
  await upstream.close();
});

async function start(timeouts: AwsSettings['timeouts'] = {}): Promise<void> {
  gateway = await startGateway({ aws: { endpoint: relay.url, timeouts } });
}

async function isComplete(id: string): Promise<boolean> {
  return (await gateway.query(search, { id })).data.snapshots.isComplete;
}

/** Opens connections with parallel reads: AWS answers them only when it has received all of them. */
async function openConnections(): Promise<void> {
  const all = Promise.withResolvers<string>();
  let received = 0;
  upstream.answer({
    DescribeClusterSnapshots: () => {
      received += 1;
      if (received === parallelReads) all.resolve('');
      return all.promise;
    },
  });
  const reads = Array.from({ length: parallelReads }, (_, index) => isComplete(`warm-${index}`));
  expect(await Promise.all(reads)).not.toContain(false);
  upstream.answer({});
}

describe('reads after the network closed all idle connections', () => {
  it('succeed at once, on new connections', async () => {
    await start({ idleSeconds: 60 });
    await openConnections();
    relay.breakAll('reset');
    upstream.answer({});
    const before = upstream.requests.length;
    for (const id of ['a', 'b', 'c', 'd']) expect(await isComplete(id)).toBe(true);
    expect(upstream.requests.length - before).toBe(4);
  });

  it('succeed in parallel, and do not use up the retry budget', async () => {
    await start({ idleSeconds: 60 });
    for (let round = 0; round < 6; round += 1) {
      await openConnections();
      relay.breakAll('reset');
      await openConnections();
    }
  });

  it('time out at most once if the network drops their data silently', async () => {
    await start({ idleSeconds: 60, callSeconds: 1 });
    await openConnections();
    relay.breakAll('drop');
    await isComplete('a');
    for (const id of ['b', 'c', 'd']) expect(await isComplete(id)).toBe(true);
  });
});

it('closes connections that are idle for longer than idleSeconds', async () => {
  await start({ idleSeconds: 0.1 });
  await openConnections();
  await expect.poll(relay.open, { timeout: 3000 }).toBe(0);
});

it('reuses idle connections for further reads', async () => {
  await start({ idleSeconds: 60 });
  await isComplete('a');
  const before = relay.opened();
  await isComplete('b');
  expect(relay.opened()).toBe(before);
});

it('sends each change on a new connection, because a change cannot be sent again', async () => {
  const emulator = await startTestEmulator();
  await emulator.load({ clusters });
  const toEmulator = await startRelay(emulator.url);
  gateway = await startGateway({ aws: { endpoint: toEmulator.url, timeouts: { idleSeconds: 60 } } });
  const change = async (identifier: string) => {
    const before = toEmulator.opened();
    const { data } = await gateway.query(create, { input: { clusterId: clusterId('REDSHIFT'), identifier } });
    expect(data.createSnapshot.__typename).toBe('CreateSnapshotPayload');
    return toEmulator.opened() - before;
  };
  await change('a');
  // The reads before the change reuse their connection.
  expect(await change('b')).toBe(1);
  toEmulator.breakAll('reset');
  await change('c');
  await toEmulator.close();
  await emulator.close();
});

describe('connectionSeconds', () => {
  const failure = /* GraphQL */ `
    query {
      snapshots(filter: { services: [REDSHIFT] }) {
        sources {
          status
          error {
            code
            message
          }
        }
      }
    }
  `;

  it('limits the time to open a connection', async () => {
    const deaf = await startDeafServer();
    gateway = await startGateway({
      aws: { endpoint: deaf.url, timeouts: { connectionSeconds: 0.2 } },
      isCheckedAtStart: false,
    });
    const { data } = await gateway.query(failure);
    expect(data.snapshots.sources).toEqual([
      {
        status: 'TIMED_OUT',
        error: { code: 'TIMED_OUT', message: expect.stringContaining('The gateway could not connect to AWS') },
      },
    ]);
    deaf.close();
  });

  it('does not limit the time until AWS responds', async () => {
    await start({ connectionSeconds: 0.5 });
    upstream.answer({ DescribeClusterSnapshots: () => sleep(1000, '') });
    const { data } = await gateway.query(failure);
    expect(data.snapshots.sources).toEqual([{ status: 'COMPLETE', error: null }]);
  });
});
