import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetworkError } from 'graphql-sse';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run, start } from '../support/cli.ts';
import { createStreams } from './generated/snapgate/connect.ts';
import { followSnapshot, type Progress } from './generated/snapgate/progress.ts';

const creating = 'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:sessions-in-progress';
const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
const config = join(folder, 'snapgate.yaml');
const settings = {
  authentication: { issuer: 'me', audience: 'snapgate', secret: Buffer.alloc(32, 7).toString('base64') },
  grants: [{ permissions: ['SNAPSHOT_READ'] }],
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

beforeEach(async () => {
  writeFileSync(config, JSON.stringify(settings));
  emulator = await start(['emulator', '--emulator-port', '0']);
  port = await freePort();
  served = await serve();
  token = (await run(['token', '--config', config])).out.trim();
});
afterEach(async () => {
  await served.stop();
  await emulator.stop();
  rmSync(config);
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

/** Follows the snapshot, and calls a function after the first event. */
async function followed(afterFirst: () => Promise<unknown>): Promise<Progress[]> {
  const seen: Progress[] = [];
  for await (const progress of followSnapshot(createStreams(gateway()), creating)) {
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

it('fails without a token, at the first event', async () => {
  const streams = createStreams({ url: gateway().url });
  const error = await followSnapshot(streams, creating).next().catch((thrown: unknown) => thrown);
  if (!(error instanceof NetworkError)) throw error;
  expect((error.response as Response).status).toBe(401);
});

it('closes the subscription of the gateway when the loop is left', async () => {
  const streams = createStreams(gateway());
  const [first, second] = [followSnapshot(streams, creating), followSnapshot(streams, creating)];
  expect((await first.next()).value?.status).toBe('CREATING');
  // The caller can have one subscription.
  await expect(second.next()).rejects.toThrow('subscription');
  await first.return(undefined);
  const again = async () => (await followSnapshot(streams, creating).next()).value?.status;
  await expect.poll(() => again().catch(String)).toBe('CREATING');
});
