import { expect } from 'vitest';
import { account, accounts, type Gateway } from '../support/gateway.ts';
import { makeSnapshot, snapshotId } from '../support/worlds.ts';
import { clusters, errorFields } from './support.ts';

export const other = '210987654321';
export const stranger = '555566667777';
const keyId = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const keyArn = (digit: number, owner = account, region = 'us-east-1') =>
  `arn:aws:kms:${region}:${owner}:key/${keyId(digit)}`;
const sharedKey = keyArn(1);
const defaultKey = keyArn(2);
export const privateKey = keyArn(3);
export const intermediateKey = keyArn(4);
export const keyHere = keyArn(5, other);
export const keyThere = keyArn(6, other, 'eu-west-1');
export const automated = 'rds:orders-2026-01-01-00-00';
const kms = { service: 'kms', account, region: 'us-east-1' } as const;

export const world = {
  frozen: true,
  keys: [
    { ...kms, KeyId: keyId(1), AllowedAccounts: [other] },
    { ...kms, KeyId: keyId(2), Aliases: ['alias/aws/rds'] },
    { ...kms, KeyId: keyId(3) },
    { ...kms, KeyId: keyId(4), AllowedAccounts: [other], Aliases: ['alias/between'] },
    { ...kms, account: other, KeyId: keyId(5) },
    { ...kms, account: other, region: 'eu-west-1', KeyId: keyId(6), Aliases: ['alias/there'] },
  ],
  clusters,
  snapshots: [
    makeSnapshot('DOCUMENTDB', 'plain', { tags: { team: 'bi' } }),
    makeSnapshot('DOCUMENTDB', 'shared', { shares: [other] }),
    makeSnapshot('DOCUMENTDB', 'sealed', { isEncrypted: true, kmsKeyId: sharedKey }),
    makeSnapshot('DOCUMENTDB', 'defaulted', { isEncrypted: true, kmsKeyId: defaultKey }),
    makeSnapshot('DOCUMENTDB', 'private', { isEncrypted: true, kmsKeyId: privateKey }),
    makeSnapshot('DOCUMENTDB', automated, { type: 'automated' }),
    makeSnapshot('DOCUMENTDB', `${automated}-sealed`, { type: 'automated', isEncrypted: true, kmsKeyId: sharedKey }),
    makeSnapshot('DOCUMENTDB', 'unfinished', { readyAt: '2099-01-01T00:00:00Z' }),
    makeSnapshot('DOCUMENTDB', 'foreign', { account: stranger, shares: [account] }),
    makeSnapshot('DOCUMENTDB', 'taken', { account: other }),
    makeSnapshot('REDSHIFT', 'manual'),
  ],
};

/** Copies are short: however much the clock is advanced, the sessions of roles last for an hour. */
export const settings = {
  accounts: accounts([account, other], ['us-east-1', 'eu-west-1']),
  assumptions: { snapshotSeconds: 1 },
};

export const to = (name: string, more: object = {}) => ({
  snapshotId: snapshotId('DOCUMENTDB', name),
  identifier: 'Copied',
  targetAccount: other,
  ...more,
});
export const far = { targetRegion: 'eu-west-1' };
export const clean = { shared: ['shared'], tagged: [] };

const shownCall = ({ account: owner, region, action }: any) =>
  `${action} ${owner === other ? 'other' : 'own'} ${region}`;
const planOf = (answer: any) => ({
  now: answer.plannedCalls.map((call: any) => shownCall({ ...call.source, ...call })),
  later: answer.remainingCalls.map((call: any) => shownCall({ ...call.source, ...call })),
});
export const inputsOf = (calls: any[]) => calls.map(({ parameters }) => JSON.parse(parameters));
const callsOf = (answer: any) => [...answer.plannedCalls, ...answer.remainingCalls];

/** What the tests of copies to other accounts do with a gateway. */
export function copying(gateway: Gateway) {
  /** Lets AWS complete the copies. */
  const later = () => gateway.emulator.control('POST', 'clock', { advanceSeconds: 2 });

  const copy = async (input: object, headers = {}) => {
    await gateway.calls();
    const { data, errors } = await gateway.query(
      `mutation ($input: CopySnapshotInput!) {
      copySnapshot(input: $input) {
        __typename
        ... on CopySnapshotPayload {
          snapshot { identifier status encrypted kmsKeyId source { account region } tags { key value } }
          plannedCalls { ...call } remainingCalls { ...call }
        }
        ... on SharingRefusedError { refusal: reason }
        ... on InvalidStateError { reason }
        ${errorFields}
      }
    }
    fragment call on PlannedCall { source { account region } action parameters }`,
      { input },
      headers,
    );
    expect(errors).toBeUndefined();
    const made = (await gateway.calls()).filter(({ action }) => !/^(Describe|List)/.test(action ?? ''));
    return { ...data.copySnapshot, made: made.map(shownCall) };
  };

  /** Repeats a copy, with dry runs, until nothing remains; returns the calls of each request. */
  async function walk(input: object) {
    const requests: string[][] = [];
    const calls: object[] = [];
    let answer;
    let left: any[] | undefined;
    do {
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      const planned = await copy({ ...input, dryRun: true });
      expect(planned).toMatchObject({ __typename: 'CopySnapshotPayload', made: [] });
      // oxlint-disable-next-line no-await-in-loop -- the same
      answer = await copy(input);
      expect(answer).toMatchObject({ __typename: 'CopySnapshotPayload', made: planOf(planned).now });
      expect(callsOf(answer)).toEqual(callsOf(planned));
      if (left) expect(callsOf(answer)).toEqual(left);
      left = answer.remainingCalls;
      calls.push(...answer.plannedCalls);
      requests.push(answer.made);
      // oxlint-disable-next-line no-await-in-loop -- while AWS is copying, nothing is possible
      const waiting = left!.length === 0 ? undefined : await copy(input);
      if (waiting) expect(waiting).toMatchObject({ plannedCalls: [], remainingCalls: left, made: [] });
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      await later();
    } while (left!.length > 0 && requests.length < 10);
    return { answer, requests, inputs: inputsOf(calls) };
  }

  /** Returns the snapshots, without those of the world, and who can restore the snapshots of the world. */
  async function whatIsLeft() {
    const { content } = await gateway.emulator.control('GET', 'world');
    const all = content['snapshots'] as any[];
    const nameOf = (each: any) => each.DBClusterSnapshotIdentifier ?? each.SnapshotIdentifier;
    const known = world.snapshots.map(nameOf);
    const added = all.filter((each) => !known.includes(nameOf(each)));
    const shares = all.filter(
      (each) => each.service === 'rds' && each.account === account && known.includes(nameOf(each)),
    );
    return {
      added: added.map((each) => `${each.account === other ? 'other' : 'own'} ${each.region} ${nameOf(each)}`),
      shared: shares.flatMap((each) => (each.RestoreAccounts.includes(other) ? [nameOf(each)] : [])).toSorted(),
      tagged: shares.flatMap((each) =>
        (each.Tags ?? []).flatMap(({ Key }: any) => (Key.startsWith('snapgate:') ? [Key] : [])),
      ),
    };
  }

  return { later, copy, walk, whatIsLeft };
}
