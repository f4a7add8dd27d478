import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantSettings } from '../../src/access/grants.ts';
import { credentialSettings } from '../../src/access/policy/credentials.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { createOwnIdentity } from '../../src/doctor/own-identity.ts';
import type { PermissionSettings } from '../../src/doctor/permissions.ts';
import { sourceChecks } from '../../src/doctor/sources.ts';
import { accountSettings } from '../../src/fleet/settings.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { home, useEmulator, type WorldJson } from '../support/emulator.ts';
import { secret, settings as authenticationWith } from '../support/tokens.ts';
import { findingsOf } from './support.ts';

const role = `arn:aws:iam::${home}:role/team/reader`;
const everyone: PermissionSettings = { authentication: undefined, grants: [], credentials: undefined };

const emulator = await useEmulator();
type Role = NonNullable<WorldJson['roles']>[number];
const load = (members: Partial<Role> = {}) =>
  emulator.load({ roles: [{ account: home, RoleName: 'reader', Path: '/team/', ...members }] });
beforeEach(() => load());
afterEach(async () => {
  await emulator.control('DELETE', 'faults');
});

async function check(account: object = {}, permissions = everyone): Promise<readonly Finding[]> {
  const settings = {
    endpoint: emulator.url,
    credentials: { accessKeyId: home, secretAccessKey: 'secret' },
    timeouts: { callSeconds: 60, connectionSeconds: 30 },
  };
  const sources = createSources([
    accountSettings.parse({ id: home, role, regions: ['us-east-1', 'eu-west-1'], ...account }),
  ]);
  const [first] = sources.all;
  if (first === undefined) throw new Error('no source');
  return findingsOf(sourceChecks(settings, sources, createOwnIdentity(settings, first), permissions));
}
const named = (findings: readonly Finding[], name: string) => findings.filter((finding) => finding.name === name);
const writeOf = (findings: readonly Finding[], action: string) =>
  findings.find(({ name, target }) => name === 'write' && target === `${home} ${action}`);

describe('a role', () => {
  it('that can be assumed is fine, with all that it allows', async () => {
    const findings = await check();
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['OK']));
    expect(new Set(findings.map(({ name }) => name))).toEqual(new Set(['role', 'read', 'write', 'kms']));
    expect(named(findings, 'write')).toHaveLength(33);
  });

  const requiring = (condition: Record<string, Record<string, string>>) =>
    load({
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition: condition },
      },
    });

  it.each([
    ['another external ID', { externalId: 'canary-external-id' }, 'An external ID is configured'],
    ['no external ID', {}, 'No external ID is configured'],
  ])('that is not trusted because of %s is explained, and nothing is read', async (_name, account, hint) => {
    await requiring({ StringEquals: { 'sts:ExternalId': 'other' } });
    const findings = await check(account);
    const [finding] = named(findings, 'role');
    expect(finding).toMatchObject({ status: 'PROBLEM', message: expect.stringContaining('AWS denied sts:AssumeRole') });
    expect(finding?.message).toContain(hint);
    expect(new Set(named(findings, 'read').map(({ status }) => status))).toEqual(new Set(['UNCHECKED']));
    expect(JSON.stringify(findings)).not.toContain('canary-external-id');
  });

  it('that is trusted only for reads is a problem for changes', async () => {
    await requiring({ StringEquals: { 'sts:RoleSessionName': 'snapgate' } });
    const [finding] = named(await check(), 'role');
    expect(finding).toMatchObject({ status: 'PROBLEM', message: expect.stringContaining('but not for changes') });
  });
});

describe('the permission for a change', () => {
  it('is a problem if IAM denies it to the role', async () => {
    await load({ DeniedActions: ['redshift:Delete*'] });
    const findings = await check();
    expect(writeOf(findings, 'redshift:DeleteClusterSnapshot')).toMatchObject({
      status: 'PROBLEM',
      message: expect.stringContaining(`arn:aws:redshift:eu-west-1:${home}:snapshot:*/* (explicitDeny)`),
    });
    expect(writeOf(findings, 'redshift:CreateClusterSnapshot')).toMatchObject({ status: 'OK' });
  });

  it('is not a problem if no grant lets a caller use it', async () => {
    await load({ DeniedActions: ['rds:DeleteDBClusterSnapshot'] });
    const reading = grantSettings.parse([{ permissions: ['SNAPSHOT_READ'] }]);
    const findings = await check({}, { ...everyone, authentication: authenticationWith({ secret }), grants: reading });
    expect(writeOf(findings, 'rds:DeleteDBClusterSnapshot')).toEqual({
      name: 'write',
      target: `${home} rds:DeleteDBClusterSnapshot`,
      status: 'OK',
      message: 'Denied, but the configuration gives no caller SNAPSHOT_DELETE for it.',
    });
  });

  it.each([
    [{}, 'OK'],
    [{ enabled: true }, 'OK'],
    [{ enabled: true, databaseGroups: ['readers'] }, 'PROBLEM'],
  ])('for database groups depends on the setting credentials: %j', async (given, status) => {
    await load({ DeniedActions: ['redshift:JoinGroup'] });
    const findings = await check({}, { ...everyone, credentials: credentialSettings.parse(given) });
    expect(writeOf(findings, 'redshift:JoinGroup')).toMatchObject({ status });
  });

  it('is unchecked if the role cannot simulate its policies', async () => {
    await load({ DeniedActions: ['iam:SimulatePrincipalPolicy'] });
    const findings = named(await check(), 'write');
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['UNCHECKED']));
    expect(findings[0]?.message).toContain(`allow iam:SimulatePrincipalPolicy for ${role}`);
  });

  it('is unchecked for the root user', async () => {
    const findings = named(await check({ role: undefined }), 'write');
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['UNCHECKED']));
  });
});

it('kms:DescribeKey is optional', async () => {
  await load({ DeniedActions: ['kms:*'] });
  const findings = named(await check(), 'kms');
  expect(findings.map(({ target, status }) => [target, status])).toEqual([
    [`${home}/eu-west-1`, 'WARNING'],
    [`${home}/us-east-1`, 'WARNING'],
  ]);
});
