import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sharingSettings } from '../../src/access/policy/sharing.ts';
import type { WorldJson } from '../support/emulator.ts';
import { account, type Gateway, oneAccount, region, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { makeSnapshot, serviceOf, snapshotId } from '../support/worlds.ts';
import { clusters, errorFields } from './support.ts';

const friend = '210987654321';
const idOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const arnOf = (digit: number) => `arn:aws:kms:${region}:${account}:key/${idOf(digit)}`;
const aliasArn = (name: string) => `arn:aws:kms:${region}:${account}:alias/${name}`;
const key = { service: 'kms', account, region } as const;
const denied = { kind: 'error', service: 'kms', code: 'AccessDeniedException', status: 400 } as const;
const failing = { kind: 'error', service: 'kms', code: 'KMSInternalException', status: 500 } as const;

const world: WorldJson = {
  keys: [
    { ...key, KeyId: idOf(1), Aliases: ['alias/ours', 'alias/backups'] },
    { ...key, KeyId: idOf(2), Aliases: ['alias/theirs'] },
    ...serviceNames.map((service, index) => ({
      ...key,
      KeyId: idOf(8 + index),
      Aliases: [`alias/aws/${serviceOf(service).plane}`],
    })),
  ],
  clusters,
  snapshots: serviceNames.flatMap((service, index) => [
    makeSnapshot(service, 'sealed', { isEncrypted: true, kmsKeyId: arnOf(1) }),
    makeSnapshot(service, 'defaulted', { isEncrypted: true, kmsKeyId: arnOf(8 + index) }),
    makeSnapshot(service, 'shared', { isEncrypted: true, kmsKeyId: arnOf(8 + index), shares: [friend] }),
    makeSnapshot(service, 'open'),
  ]),
};

/** Requests a change, and returns its outcome and its AWS calls. */
async function change(gateway: Gateway, name: 'shareSnapshot' | 'copySnapshot', input: object) {
  await gateway.calls();
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const fields = name === 'shareSnapshot' ? 'unchecked { refusal code message }' : '';
  const reason = name === 'shareSnapshot' ? '... on SharingRefusedError { reason }' : '';
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${name}(input: $input) {
        __typename
        ... on ${type}Payload { ${fields} plannedCalls { action parameters } }
        ${reason} ${errorFields}
      }
    }`,
    { input },
  );
  if (errors) throw new Error(errors[0]?.message);
  const calls = await gateway.calls();
  return {
    ...data[name],
    described: calls.filter(({ service }) => service === 'kms').map(({ parameters }) => (parameters as any).KeyId),
    writes: calls.flatMap(({ action }) => (/^(Describe|List)/.test(action ?? '') ? [] : [action])),
  };
}

describe('sharing a snapshot under the default key of its service', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());
  beforeEach(() => gateway.load(world));

  const share = (service: ServiceName, name: string, input: object = {}) =>
    change(gateway, 'shareSnapshot', { snapshotId: snapshotId(service, name), accounts: [friend], ...input });

  it.each(serviceNames.flatMap((service) => [false, true].map((dryRun) => [service, dryRun] as const)))(
    'is refused before AWS is called: %s, dryRun %s',
    async (service, dryRun) => {
      const answer = await share(service, 'defaulted', { dryRun });
      expect(answer).toMatchObject({ __typename: 'SharingRefusedError', reason: 'DEFAULT_KMS_KEY', fault: null });
      expect(answer.message).toContain('share');
      expect([answer.writes, answer.described.length]).toEqual([[], 1]);
    },
  );

  it.each(serviceNames)('is not checked for other keys, for no key, and for no new account: %s', async (service) => {
    expect(await share(service, 'sealed')).toMatchObject({ unchecked: [], described: [arnOf(1)] });
    expect(await share(service, 'open')).toMatchObject({ unchecked: [], described: [] });
    expect(await share(service, 'shared')).toMatchObject({ unchecked: [], described: [], plannedCalls: [] });
  });

  it('is allowed with AWS Support', async () => {
    const answer = await share('REDSHIFT', 'defaulted', { accounts: [], awsSupport: true });
    expect(answer).toMatchObject({ unchecked: [], described: [], writes: ['AuthorizeSnapshotAccess'] });
  });

  it.each([
    ['denies', denied, 'FORBIDDEN'],
    ['fails', failing, 'UPSTREAM'],
  ] as const)('is left to AWS where AWS KMS %s the call, and reported as unchecked', async (_what, rule, code) => {
    await gateway.disturb(rule);
    const unchecked = [{ refusal: 'DEFAULT_KMS_KEY', code, message: expect.stringContaining('kms:DescribeKey') }];
    for (const service of serviceNames) {
      // oxlint-disable-next-line no-await-in-loop -- one change at a time
      expect(await share(service, 'sealed', { dryRun: true })).toMatchObject({ unchecked, writes: [] });
      // oxlint-disable-next-line no-await-in-loop -- the same
      const made = await share(service, 'sealed', { idempotencyKey: `${service} ${code}` });
      expect(made).toMatchObject({ unchecked, writes: [made.plannedCalls[0].action] });
      // oxlint-disable-next-line no-await-in-loop -- the same
      const repeated = await share(service, 'sealed', { idempotencyKey: `${service} ${code}` });
      expect(repeated).toMatchObject({ unchecked, writes: [] });
    }
    // Amazon DocumentDB checks it itself.
    expect(await share('DOCUMENTDB', 'defaulted')).toMatchObject({
      reason: 'DEFAULT_KMS_KEY',
      fault: 'InvalidDBClusterSnapshotStateFault',
      writes: ['ModifyDBClusterSnapshotAttribute'],
    });
  });
});

describe.each([
  ['an alias', 'alias/ours'],
  ['the ARN of an alias', aliasArn('ours')],
  ['a key id', idOf(1)],
  ['the ARN of a key', arnOf(1)],
])('a policy that allows a key by %s', (_name, allowed) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const sharing = sharingSettings.parse({ kmsKeys: ['alias/nothing', allowed] });
    gateway = await startGateway({ accounts: oneAccount, policy: { sharing } });
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());
  beforeEach(() => gateway.load(world));

  const copy = (kmsKeyId: string, input: object = {}) =>
    change(gateway, 'copySnapshot', {
      snapshotId: snapshotId('DOCUMENTDB', 'sealed'),
      identifier: 'copy',
      kmsKeyId,
      ...input,
    });
  const isAlias = allowed.includes('alias/');
  const canonical = (named: string) => named.replace(/^(arn:.*:|key\/)/, '').replace(/^key\//, '');

  it.each(['alias/ours', aliasArn('ours'), idOf(1), arnOf(1), 'alias/backups', aliasArn('backups')])(
    'allows it by %s',
    async (kmsKeyId) => {
      const answer = await copy(kmsKeyId);
      expect(answer).toMatchObject({ __typename: 'CopySnapshotPayload', writes: ['CopyDBClusterSnapshot'] });
      const isSameName = canonical(kmsKeyId) === canonical(allowed);
      if (isSameName) expect(answer.described).toEqual([]);
      // An alias that is allowed because of its key can be assigned to another key before AWS reads it.
      const isSentByArn = !isSameName && kmsKeyId.includes('alias/');
      expect(JSON.parse(answer.plannedCalls[0].parameters).KmsKeyId).toBe(isSentByArn ? arnOf(1) : kmsKeyId);
    },
  );

  it.each([
    'alias/theirs',
    arnOf(2),
    idOf(9),
    'alias/nobody',
    'alias/aws/rds',
    arnOf(1).replace(account, '999999999999'),
    arnOf(1).replace(region, 'eu-west-1'),
  ])('does not allow %s', async (kmsKeyId) => {
    expect(await copy(kmsKeyId)).toMatchObject({ __typename: 'ForbiddenError', writes: [] });
  });

  it('allows no other name of it where AWS KMS denies the call, and says why', async () => {
    await gateway.disturb(denied);
    const answer = await copy('alias/backups', { dryRun: true });
    expect(answer).toMatchObject({
      __typename: 'ForbiddenError',
      message: expect.stringMatching(/could not be read.* AWS denied kms:DescribeKey/),
      writes: [],
    });
    const same = isAlias ? 'alias/ours' : arnOf(1);
    expect(await copy(same)).toMatchObject({ __typename: 'CopySnapshotPayload', described: [] });
  });

  it('returns the failure where AWS KMS fails', async () => {
    await gateway.disturb(failing);
    expect(await copy('alias/backups')).toMatchObject({ code: 'UPSTREAM', writes: [] });
  });
});
