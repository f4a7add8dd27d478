import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../changes/support.ts';
import type { WorldJson } from '../../support/emulator.ts';
import { account, region, startGateway } from '../../support/gateway.ts';
import { useStallFreeClock } from '../../support/stall-free-clock.ts';
import { at, makeCluster, makeSnapshot, snapshotId } from '../../support/worlds.ts';

useStallFreeClock();

const idOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const arnOf = (digit: number) => `arn:aws:kms:${region}:${account}:key/${idOf(digit)}`;
const key = { service: 'kms', account, region } as const;
const denied = { kind: 'error', service: 'kms', code: 'AccessDeniedException', status: 400 } as const;

const worldOf = (...snapshots: NonNullable<WorldJson['snapshots']>): WorldJson => ({
  keys: [
    { ...key, KeyId: idOf(1), Aliases: ['alias/ours'] },
    { ...key, KeyId: idOf(2), Aliases: ['alias/theirs'] },
  ],
  clusters: [makeCluster('DOCUMENTDB', undefined, { createdAt: at(0) })],
  snapshots: [makeSnapshot('DOCUMENTDB', 'sealed', { isEncrypted: true, kmsKeyId: arnOf(1) }), ...snapshots],
});

/** Requests a copy, and returns its outcome if a snapshot under the key `found` is read back after its call hangs. */
async function copyFound(kmsKeyId: string | undefined, found: number, isDenied: boolean): Promise<string | null> {
  const gateway = await startGateway({ aws: { timeouts: { callSeconds: 2.5 } } });
  try {
    await gateway.load(worldOf());
    const action = 'CopyDBClusterSnapshot';
    await gateway.disturb({ kind: 'hang', action }, ...(isDenied ? [denied] : []));
    const input = { snapshotId: snapshotId('DOCUMENTDB', 'sealed'), identifier: 'copy', ...(kmsKeyId && { kmsKeyId }) };
    const outcome = outcomeOf(gateway, { mutation: 'copySnapshot', input });
    const isSent = async () => (await gateway.calls()).some((call) => call.action === action);
    // `expect.poll` fails if another concurrent test has just ended.
    // oxlint-disable-next-line no-await-in-loop, no-empty -- each check is a request to the emulator
    while (!(await isSent())) {}
    const origin = { account, region, name: 'sealed' };
    await gateway.load(
      worldOf(makeSnapshot('DOCUMENTDB', 'copy', { isEncrypted: true, kmsKeyId: arnOf(found), origin })),
    );
    return await outcome;
  } finally {
    await gateway.close();
  }
}

describe.concurrent('a copy that is found after a lost response', () => {
  it.concurrent.each<[string | undefined, number, string | null]>([
    ['alias/ours', 1, null],
    [`arn:aws:kms:${region}:${account}:alias/ours`, 1, null],
    [idOf(1), 1, null],
    [undefined, 1, null],
    ['alias/ours', 2, 'OUTCOME_UNKNOWN'],
    [arnOf(1), 2, 'OUTCOME_UNKNOWN'],
    [undefined, 2, 'OUTCOME_UNKNOWN'],
  ])('and was sent with the key %s is the result under key %i: %s', async (kmsKeyId, found, code) => {
    expect(await copyFound(kmsKeyId, found, false)).toBe(code);
  });

  it.concurrent.each<[string, string | null]>([
    ['alias/ours', 'OUTCOME_UNKNOWN'],
    [idOf(1), null],
  ])('and was sent with the key %s, while AWS KMS denies its calls, has the outcome %s', async (kmsKeyId, code) => {
    expect(await copyFound(kmsKeyId, 1, true)).toBe(code);
  });
});
