import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../../src/emulator/control/calls.ts';
import { account, type Answer, type Gateway, region } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { makeSnapshot, serviceOf, snapshotArn } from '../../support/worlds.ts';
import { list, startContract } from './support.ts';

const stranger = '555566667777';
const idOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const arnOf = (digit: number, owner = account) => `arn:aws:kms:${region}:${owner}:key/${idOf(digit)}`;
const key = { service: 'kms', account, region } as const;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract();
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

/** The world of a service: snapshots under four keys of the account and two keys of another account. */
function worldOf(service: ServiceName) {
  const sealed = (name: string, kmsKeyId: string, parts = {}) =>
    makeSnapshot(service, name, { isEncrypted: true, kmsKeyId, ...parts });
  const theirs = { account: stranger, shares: [account] };
  return {
    keys: [
      { ...key, KeyId: idOf(1) },
      { ...key, KeyId: idOf(2), KeyState: 'Disabled' },
      { ...key, KeyId: idOf(3), KeyState: 'PendingDeletion' },
      { ...key, KeyId: idOf(4), Aliases: [`alias/aws/${serviceOf(service).plane}`] },
      { ...key, account: stranger, KeyId: idOf(5), AllowedAccounts: [account] },
      { ...key, account: stranger, KeyId: idOf(6) },
    ],
    snapshots: [
      sealed('one', arnOf(1)),
      sealed('one-again', arnOf(1)),
      sealed('one-more', arnOf(1)),
      sealed('disabled', arnOf(2)),
      sealed('leaving', arnOf(3)),
      sealed('managed', arnOf(4)),
      makeSnapshot(service, 'open'),
      sealed('gift', arnOf(5, stranger), theirs),
      sealed('locked-gift', arnOf(6, stranger), theirs),
    ],
  };
}

const fields = 'identifier kmsKey { arn managedByAws enabled account }';

/** Returns the key of each snapshot that a query returns, and the errors and the calls of AWS KMS. */
async function keysOf(service: ServiceName, identifiers: readonly string[], selection = fields) {
  const answer = await list(gateway, 'snapshots', service, { filter: { identifiers } }, selection);
  const { edges, isComplete } = answer;
  const errors: NonNullable<Answer['errors']> = answer.errors ?? [];
  const calls: RecordedCall[] = answer.calls;
  const counted: number = answer.counted;
  return {
    keys: Object.fromEntries(edges.map(({ node }: any) => [node.identifier, node.kmsKey])),
    errors: errors.map(({ extensions, message }) => ({ code: extensions['code'], message })),
    described: calls.filter((call) => call.service === 'kms'),
    calls,
    counted,
    isComplete,
  };
}

describe.each(serviceNames)('Snapshot.kmsKey of %s', (service) => {
  beforeEach(() => gateway.load(worldOf(service)));
  const own = ['one', 'one-again', 'one-more', 'disabled', 'leaving', 'managed', 'open'];

  it('is the key as AWS KMS describes it, with one call for each distinct key', async () => {
    const { keys, errors, described, calls, counted } = await keysOf(service, own);
    const usual = { managedByAws: false, enabled: true, account };
    expect(errors).toEqual([]);
    expect(keys).toEqual({
      one: { ...usual, arn: arnOf(1) },
      'one-again': { ...usual, arn: arnOf(1) },
      'one-more': { ...usual, arn: arnOf(1) },
      disabled: { ...usual, arn: arnOf(2), enabled: false },
      leaving: { ...usual, arn: arnOf(3), enabled: false },
      managed: { ...usual, arn: arnOf(4), managedByAws: true },
      open: null,
    });
    expect(described.map(({ action, parameters }) => [action, (parameters as any).KeyId]).toSorted()).toEqual(
      [1, 2, 3, 4].map((digit) => ['DescribeKey', arnOf(digit)]),
    );
    expect(counted).toBe(calls.length);
  });

  it('costs nothing if it is not selected, or no snapshot is encrypted', async () => {
    expect((await keysOf(service, own, 'identifier kmsKeyId')).described).toEqual([]);
    expect(await keysOf(service, ['open'])).toMatchObject({ keys: { open: null }, described: [] });
  });

  it('is read from the account that sees a shared snapshot, if the key policy allows it', async () => {
    const read = async (name: string) => {
      await gateway.calls();
      const { data, errors } = await gateway.query(
        `{ snapshot(arn: "${snapshotArn(service, name, { account: stranger })}") { ${fields} } }`,
      );
      const described = (await gateway.calls()).filter((call) => call.service === 'kms');
      expect(described.map((call) => call.account)).toEqual([account]);
      const { extensions, path, message = '' } = errors?.[0] ?? {};
      return { key: data.snapshot.kmsKey, code: extensions?.['code'], path, message };
    };
    expect(await read('gift')).toMatchObject({ key: { account: stranger, arn: arnOf(5, stranger) } });
    expect(await read('locked-gift')).toEqual({
      key: null,
      code: 'FORBIDDEN',
      path: ['snapshot', 'kmsKey'],
      message: expect.stringContaining('the policy of the key must allow it'),
    });
  });

  it.each([
    ['denies the call', { kind: 'error', code: 'AccessDeniedException', status: 400 }, 'FORBIDDEN', /^AWS denied kms/],
    ['rejects its input', { kind: 'error', code: 'ValidationException' }, 'INVALID_INPUT', /^AWS refused kms/],
    ['fails', { kind: 'error', code: 'KMSInternalException', status: 500 }, 'UPSTREAM', /KMS/],
    ['has too many calls', { kind: 'throttle' }, 'THROTTLED', /kms:DescribeKey/],
    ['returns a page', { kind: 'html', status: 200 }, 'UPSTREAM', /kms:DescribeKey/],
    ['returns nothing', { kind: 'empty', status: 200 }, 'UPSTREAM', /kms:DescribeKey/],
    ['interrupts its response', { kind: 'truncate', bytes: 40 }, 'UPSTREAM', /kms:DescribeKey/],
  ] as const)('is an error if AWS KMS %s, and the snapshots remain', async (_what, rule, code, message) => {
    await gateway.disturb({ ...rule, service: 'kms' });
    const { keys, errors, isComplete } = await keysOf(service, ['one', 'open']);
    expect(keys).toEqual({ one: null, open: null });
    expect(errors).toEqual([{ code, message: expect.stringMatching(message) }]);
    expect(isComplete).toBe(true);
  });

  it('is an error if the key no longer exists', async () => {
    await gateway.emulator.control('POST', 'clock', { advanceSeconds: 40 * 24 * 60 * 60 });
    const { keys, errors } = await keysOf(service, ['leaving']);
    expect([keys, errors[0]?.code]).toEqual([{ leaving: null }, 'NOT_FOUND']);
  });

  it('is retried if AWS KMS throttles a call', async () => {
    await gateway.disturb({ kind: 'throttle', service: 'kms', times: 1 });
    const { keys, described } = await keysOf(service, ['one']);
    expect(keys).toMatchObject({ one: { arn: arnOf(1) } });
    expect(described).toHaveLength(2);
  });
});

describe('the keys of AWS KMS', () => {
  it('are cached like other responses, for all services of an account and region', async () => {
    const cached = await startContract({ aws: { cache: { ageSeconds: 60 } } });
    try {
      await cached.load({
        snapshots: serviceNames.map((service) =>
          makeSnapshot(service, 'sealed', { isEncrypted: true, kmsKeyId: arnOf(1) }),
        ),
      });
      const read = () => cached.query('{ snapshots { nodes { kmsKey { arn } } } }');
      for (const expected of [1, 0]) {
        // oxlint-disable-next-line no-await-in-loop -- the second query uses the cache of the first
        const { data } = await read();
        expect(data.snapshots.nodes).toEqual(serviceNames.map(() => ({ kmsKey: { arn: arnOf(1) } })));
        // oxlint-disable-next-line no-await-in-loop -- the same
        expect((await cached.calls()).filter(({ service }) => service === 'kms')).toHaveLength(expected);
      }
    } finally {
      await cached.close();
    }
  });

  it('are behind a circuit breaker of their own', async () => {
    const broken = await startContract({ aws: { breaker: { failures: 1, retrySeconds: 600 } } });
    try {
      await broken.load(worldOf('REDSHIFT'));
      await broken.disturb({ kind: 'error', code: 'KMSInternalException', status: 500, service: 'kms' });
      const read = () => broken.query('{ snapshots(filter: { identifiers: ["one"] }) { nodes { kmsKey { arn } } } }');
      expect((await read()).errors?.[0]?.message).toContain('KMS');
      await broken.calls();
      const { data, errors } = await read();
      expect(data.snapshots.nodes).toEqual([{ kmsKey: null }]);
      expect(errors?.[0]?.message).toContain('Calls to kms');
      expect((await broken.calls()).filter(({ service }) => service === 'kms')).toEqual([]);
    } finally {
      await broken.close();
    }
  });
});
