import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSeal } from '../../../src/replicas/seal.ts';
import { type TestEmulator, useEmulator } from '../../support/emulator.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../../support/redis.ts';
import { makeCluster, makeSnapshots, snapshotId } from '../../support/worlds.ts';
import { createAsker } from './asker.ts';

const texts = [
  '{ snapshots(filter: { services: [REDSHIFT] }) { nodes { identifier tags { value } } } }',
  '{ snapshots(filter: { services: [REDSHIFT] }, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { tags { value } } } }',
];

describe.skipIf(!hasRedis)('a ready response (requires redis-server)', () => {
  let redis: ChildProcess;
  let port: number;
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await useEmulator();
    port = await freePort();
    redis = await startRedis(port);
    await emulator.load({ clusters: [makeCluster('REDSHIFT')], snapshots: makeSnapshots('REDSHIFT', 3) });
  });
  afterAll(() => stopRedis(redis));

  it.each(texts)('ends with a change that another replica makes: %s', async (text) => {
    const seal = createSeal(() => [Buffer.alloc(32, 1)]);
    const aws = { redis: { url: `redis://127.0.0.1:${port}`, seal } };
    const [one, other] = [createAsker({ endpoint: emulator.url, aws }), createAsker({ endpoint: emulator.url, aws })];
    const id = snapshotId('REDSHIFT', 'sales-0000');
    let changes = 0;
    // The first changes can be made before the replicas are connected.
    await vi.waitFor(
      async () => {
        await one.ask(text);
        await one.ask(text);
        changes += 1;
        const value = `changed-${changes}`;
        await other.ask(
          `mutation { tagSnapshot(input: { snapshotId: "${id}", tags: [{ key: "team", value: "${value}" }] }) { __typename } }`,
        );
        await vi.waitFor(async () => expect((await one.ask(text)).data).toContain(value), {
          interval: 20,
          timeout: 5000,
        });
      },
      { interval: 50, timeout: 60_000 },
    );
    expect(one.ready.state().entries).toBe(1);
  });
});
