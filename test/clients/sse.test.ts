import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run, start } from '../support/cli.ts';
import { send } from './generated/snapgate/send.ts';
import { createStreams, followSnapshot, type Progress } from './generated/snapgate/streams.ts';
import { newName } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
const config = join(folder, 'snapgate.yaml');
const settings = {
  authentication: { issuer: 'me', audience: 'snapgate', secret: Buffer.alloc(32, 7).toString('base64') },
  grants: [{ permissions: ['SNAPSHOT_READ', 'SNAPSHOT_CREATE'] }],
  limits: { subscriptions: 1 },
};

let emulator: Awaited<ReturnType<typeof start>>;
let served: Awaited<ReturnType<typeof start>>;
let port: string;
let token: string;

const gateway = () => ({
  url: `http://127.0.0.1:${port}/graphql`,
  headers: () => ({ authorization: `Bearer ${token}` }),
});
const serve = () =>
  start(['serve', '--port', port, '--config', config], {
    AWS_ENDPOINT_URL: emulator.address('emulator'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'any',
  });

beforeAll(async () => {
  writeFileSync(config, JSON.stringify(settings));
  token = (await run(['token', '--config', config])).out.trim();
  emulator = await start(['emulator', '--emulator-port', '0']);
  port = await freePort();
  served = await serve();
});
afterAll(async () => {
  await served?.stop();
  await emulator?.stop();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(free);
}

/** Makes AWS complete every snapshot. */
async function complete(): Promise<void> {
  const body = JSON.stringify({ advanceSeconds: 86_400 });
  expect((await fetch(`${emulator.address('emulator')}/_emulator/clock`, { method: 'POST', body })).ok).toBe(true);
}

/** Starts a snapshot, and returns its ARN. */
async function create(): Promise<string> {
  // A cluster has one snapshot at a time in creation.
  await complete();
  const input = { clusterId: 'arn:aws:rds:us-east-1:123456789012:cluster:catalog', identifier: newName() };
  const query = `mutation ($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) { ... on CreateSnapshotPayload { snapshot { arn } } ... on Error { message } }
  }`;
  const data = await send(gateway(), { query, variables: { input } });
  expect(data).toEqual({ createSnapshot: { snapshot: { arn: expect.any(String) } } });
  return (data as { createSnapshot: { snapshot: { arn: string } } }).createSnapshot.snapshot.arn;
}

/** Follows a new snapshot, and calls a function after the first event. */
async function followed(afterFirst: () => Promise<unknown>): Promise<Progress[]> {
  const seen: Progress[] = [];
  for await (const progress of followSnapshot(createStreams(gateway()), await create())) {
    seen.push(progress);
    if (seen.length === 1) await afterFirst();
  }
  return seen;
}

it('follows a snapshot until it is available', async () => {
  const seen = await followed(complete);
  expect(seen[0]).toMatchObject({ status: 'CREATING', progress: { percent: expect.any(Number) } });
  expect(seen.at(-1)).toEqual({ status: 'AVAILABLE', progress: { percent: 100 } });
});

it('continues when the gateway is restarted', async () => {
  const seen = await followed(async () => {
    await served.stop();
    served = await serve();
    await complete();
  });
  expect(seen.at(-1)).toEqual({ status: 'AVAILABLE', progress: { percent: 100 } });
  expect(seen.length).toBeGreaterThanOrEqual(2);
});

it.each([
  ['a token', {}, 'any', 'UNAUTHENTICATED'],
  ['a snapshot', undefined, 'none', 'INVALID_INPUT'],
])('fails at once without %s', async (_what, headers, id, code) => {
  let attempts = 0;
  const counted = () => ((attempts += 1), headers ?? gateway().headers());
  const streams = createStreams({ url: gateway().url, headers: counted });
  await expect(followSnapshot(streams, id).next()).rejects.toMatchObject({ name: 'EventError', code });
  expect(attempts).toBe(1);
});

it('closes the subscription of the gateway when the loop is left', async () => {
  const streams = createStreams(gateway());
  const creating = await create();
  const [first, second] = [followSnapshot(streams, creating), followSnapshot(streams, creating)];
  expect((await first.next()).value?.status).toBe('CREATING');
  // The caller can have one subscription.
  await expect(second.next()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await first.return(undefined);
  const again = async () => (await followSnapshot(streams, creating).next()).value?.status;
  await expect.poll(() => again().catch(String)).toBe('CREATING');
});
