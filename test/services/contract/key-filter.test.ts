import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../../src/emulator/control/calls.ts';
import { account, type Gateway, region } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { makeSnapshot } from '../../support/worlds.ts';
import { list, startContract } from './support.ts';

const idOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const arnOf = (digit: number) => `arn:aws:kms:${region}:${account}:key/${idOf(digit)}`;
const aliasArn = `arn:aws:kms:${region}:${account}:alias/backups`;
const key = { service: 'kms', account, region } as const;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract();
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

/** The snapshots `first`, `first-again` and `second` under two keys, of which one has two aliases, and an open one. */
function worldOf(service: ServiceName) {
  const sealed = (name: string, digit: number) =>
    makeSnapshot(service, name, { isEncrypted: true, kmsKeyId: arnOf(digit) });
  return {
    keys: [
      { ...key, KeyId: idOf(1), Aliases: ['alias/backups', 'alias/nightly'] },
      { ...key, KeyId: idOf(2) },
    ],
    snapshots: [sealed('first', 1), sealed('first-again', 1), sealed('second', 2), makeSnapshot(service, 'open')],
  };
}

/** Returns what a filter lists, with the calls of AWS KMS. */
async function find(service: ServiceName, kmsKeyIds: readonly string[]) {
  const { edges, isComplete, calls } = await list(
    gateway,
    'snapshots',
    service,
    { filter: { kmsKeyIds } },
    'identifier',
  );
  return {
    names: edges.map(({ node }: any) => node.identifier).toSorted(),
    isComplete,
    described: calls.filter((call: RecordedCall) => call.service === 'kms').length,
  };
}

describe.each(serviceNames)('filter.kmsKeyIds of %s', (service) => {
  beforeEach(() => gateway.load(worldOf(service)));
  const first = ['first', 'first-again'];

  it.each([
    ['an id', [idOf(1)], first, 0],
    ['an ARN', [arnOf(1)], first, 0],
    ['an alias, read once for all snapshots', ['alias/backups'], first, 1],
    ['the ARN of an alias', [aliasArn], first, 1],
    ['two aliases of one key', ['alias/backups', 'alias/nightly'], first, 2],
    ['names of two keys', [idOf(2), 'alias/nightly'], ['first', 'first-again', 'second'], 1],
    ['an unknown id', [idOf(9)], [], 0],
    ['an alias that does not exist', ['alias/absent'], [], 1],
    ['the ARN of an alias in another region', [aliasArn.replace(region, 'eu-central-1')], [], 0],
  ])('finds snapshots by %s', async (_what, names, expected, described) => {
    expect(await find(service, names)).toEqual({ names: expected, isComplete: true, described });
  });

  it('is tested before conditions that take an AWS call for each snapshot', async () => {
    const filter = { sharedWith: ['555566667777'], untagged: true, orphaned: true, kmsKeyIds: [idOf(2)] };
    const { calls } = await list(gateway, 'snapshots', service, { filter }, 'identifier');
    const ofSnapshots = calls.filter(({ action }: RecordedCall) => /Attributes|Tags/.test(action ?? ''));
    expect(ofSnapshots.length).toBeLessThanOrEqual(1);
  });

  it('leaves out snapshots that only an alias which AWS KMS denies could match, and is incomplete', async () => {
    await gateway.disturb({ kind: 'error', code: 'AccessDeniedException', status: 400, service: 'kms' });
    expect(await find(service, ['alias/backups'])).toMatchObject({ names: [], isComplete: false });
    expect(await find(service, ['alias/backups', arnOf(2)])).toMatchObject({ names: ['second'], isComplete: false });
  });
});
