import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { serviceNames } from '../support/services.ts';
import { makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const names = ['a', 'b', 'c', 'd'];
const gone = { cluster: 'gone' };

async function startReplicas(port: number): Promise<[Gateway, Gateway]> {
  const redis = `redis://127.0.0.1:${port}`;
  const options = {
    policy: { deletion: deletionSettings.parse([{ keepLast: true, perHour: 3, holdTags: ['hold'] }]) },
  };
  const one = await startGateway({ ...options, redis });
  return [one, await startGateway({ ...options, redis, aws: { endpoint: one.emulator.url } })];
}

async function outcomeOf(gateway: Gateway, mutation: string): Promise<string> {
  const results = mutation.startsWith('update')
    ? '... on UpdateSnapshotRetentionPayload { results { error { code } } }'
    : '';
  const { data, errors } = await gateway.query(
    `mutation { change: ${mutation} { ... on InvalidStateError { reason } ... on Error { code } ${results} } }`,
  );
  expect(errors).toBeUndefined();
  const { reason, code, results: each } = data.change;
  return reason ?? code ?? each?.[0].error?.code ?? 'DONE';
}

const deletion = (id: string, more = '') => `deleteSnapshot(input: { snapshotId: "${id}", ${more} })`;
const retention = (id: string, days: number | null) =>
  `updateSnapshotRetention(input: { snapshotIds: ["${id}"], days: ${days} })`;
const writesOf = async (gateway: Gateway) =>
  (await gateway.calls()).map(({ action }) => action ?? '').filter((action) => !/^(Describe|List)/.test(action));

describe.skipIf(!hasRedis)('deletions on two replicas with one Redis server (requires redis-server)', () => {
  let port: number;
  let redis: ChildProcess;
  let replicas: [Gateway, Gateway];
  beforeAll(async () => {
    port = await freePort();
  });
  beforeEach(async () => {
    redis = await startRedis(port);
    replicas = await startReplicas(port);
  });
  afterEach(async () => {
    await Promise.all(replicas.map((each) => each.close()));
    await stopRedis(redis);
  });

  it.each(serviceNames)('keep the last snapshot of a cluster while AWS lists deleted ones: %s', async (service) => {
    const [one, other] = replicas;
    await one.load({
      assumptions: { snapshotLingerSeconds: 600 },
      clusters: [makeCluster(service)],
      snapshots: names.slice(0, 3).map((name) => makeSnapshot(service, name)),
    });
    const ids = names.slice(0, 3).map((name) => snapshotId(service, name));
    const outcomes = await Promise.all(ids.map((id, index) => outcomeOf(index === 1 ? other : one, deletion(id))));
    expect(outcomes.toSorted()).toEqual(['DONE', 'DONE', 'LAST_SNAPSHOT']);
    const kept = ids[outcomes.indexOf('LAST_SNAPSHOT')]!;
    // AWS refuses a second deletion, which does not make the deleted snapshots count again.
    for (const id of ids.filter((each) => each !== kept))
      expect(await outcomeOf(other, deletion(id))).toBe('NOT_FOUND');
    expect(await outcomeOf(other, deletion(kept))).toBe('LAST_SNAPSHOT');
    expect(await outcomeOf(one, deletion(kept))).toBe('LAST_SNAPSHOT');
  });

  it('are counted together for the hourly limit', async () => {
    const [one, other] = replicas;
    await one.load({ snapshots: names.map((name) => makeSnapshot('REDSHIFT', name, gone)) });
    const outcomes = [];
    for (const [index, name] of names.entries()) {
      outcomes.push(await outcomeOf(index % 2 ? other : one, deletion(snapshotId('REDSHIFT', name, gone))));
    }
    expect(outcomes).toEqual(['DONE', 'DONE', 'DONE', 'RATE_LIMITED']);
  });

  it('are refused before AWS is called while Redis does not respond; other changes continue', async () => {
    const [one] = replicas;
    await one.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
    });
    const [a = '', b = ''] = names.map((name) => snapshotId('REDSHIFT', name));
    expect(await outcomeOf(one, deletion(a))).toBe('DONE');
    await stopRedis(redis);
    await one.calls();
    expect(await outcomeOf(one, deletion(b))).toBe('UPSTREAM');
    expect(await outcomeOf(one, deletion(b, 'dryRun: true'))).toBe('UPSTREAM');
    expect(await outcomeOf(one, retention(b, 5))).toBe('UPSTREAM');
    expect(await writesOf(one)).toEqual([]);
    expect(await outcomeOf(one, retention(b, null))).toBe('DONE');
    expect(await outcomeOf(one, `tagSnapshot(input: { snapshotId: "${b}", tags: [{ key: "a", value: "" }] })`)).toBe(
      'DONE',
    );
    expect(await writesOf(one)).toEqual(['ModifyClusterSnapshot', 'CreateTags']);
    redis = await startRedis(port);
    expect(await outcomeOf(one, deletion(b))).toBe('DONE');
  });
});

it('are refused if the Redis server was never available, unless no rule needs it', async () => {
  const redis = `redis://127.0.0.1:${await freePort()}`;
  const outcomeWith = async (entry: object) => {
    const gateway = await startGateway({ redis, policy: { deletion: deletionSettings.parse([entry]) } });
    await gateway.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
    });
    const outcome = await outcomeOf(gateway, deletion(snapshotId('REDSHIFT', 'a')));
    await gateway.close();
    return outcome;
  };
  expect(await outcomeWith({ perHour: 3 })).toBe('UPSTREAM');
  expect(await outcomeWith({ keepLast: true })).toBe('UPSTREAM');
  expect(await outcomeWith({ holdTags: ['hold'] })).toBe('DONE');
});
