import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { at, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const count = 400;
const workers = 12;
const names = ['one', 'two', 'three'];

const list =
  'query ($after: DateTime!) { snapshots(filter: { services: [REDSHIFT], createdAfter: $after }) { nodes { id } isComplete } }';
const tag = `mutation ($id: ID!, $value: String!) {
  tagSnapshot(input: { snapshotId: $id, tags: [{ key: "round", value: $value }] }) { __typename ... on Error { message } }
}`;

describe.skipIf(!hasRedis)('three replicas (requires redis-server)', () => {
  let port: number;
  let redis: ChildProcess;
  let replicas: Gateway[];
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    const shared = { redis: `redis://127.0.0.1:${port}` };
    const one = await startGateway({ ...shared, aws: { cache: { ageSeconds: 60 } } });
    const aws = { cache: { ageSeconds: 60 }, endpoint: one.emulator.url };
    replicas = [one, await startGateway({ ...shared, aws }), await startGateway({ ...shared, aws })];
    await one.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
    });
  });
  afterAll(async () => {
    await Promise.all(replicas.map((each) => each.close()));
    await stopRedis(redis);
  });

  it('answer every query and make every unguarded change while Redis is killed and restarted under load', async () => {
    const failures: unknown[] = [];
    let started = 0;
    const request = async (index: number) => {
      const gateway = replicas[index % replicas.length]!;
      if (index % 5 === 0) {
        const id = snapshotId('REDSHIFT', names[(index / 5) % names.length]!);
        const { data, errors } = await gateway.query(tag, { id, value: String(index) });
        if (data?.tagSnapshot.__typename !== 'TagSnapshotPayload') failures.push(errors ?? data);
        return;
      }
      const { data, errors } = await gateway.query(list, { after: at(-(index % 50) - 1) });
      const isRight = data?.snapshots?.nodes.length === names.length && data.snapshots.isComplete === true;
      if (errors !== undefined || !isRight) failures.push(errors ?? data);
    };
    /** What happens to Redis when so many requests have started. */
    const disturbances = new Map<number, () => Promise<void>>();
    for (const start of [60, 220]) {
      disturbances.set(start, () => stopRedis(redis));
      disturbances.set(start + 80, async () => {
        redis = await startRedis(port);
      });
    }
    const work = async () => {
      while (started < count) {
        started += 1;
        const index = started;
        // oxlint-disable-next-line no-await-in-loop -- each worker sends one request after the other
        await Promise.all([request(index), disturbances.get(index)?.()]);
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    expect(failures).toEqual([]);
  });
});
