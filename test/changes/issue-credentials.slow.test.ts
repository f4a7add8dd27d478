import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrincipal } from '../../src/access/principal.ts';
import type { CredentialSettings } from '../../src/access/policy/credentials.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { clusterId, globalId } from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const allowed: CredentialSettings = {
  enabled: true,
  databaseUsers: ['reader', 'app-*', '{subject}'],
  databaseGroups: ['analysts', 'auditors'],
  autoCreate: false,
  maximumSeconds: 1800,
};

let gateway: Gateway;
let logged: string[];
afterEach(() => gateway.close());

async function start(credentials: CredentialSettings | undefined, subject = 'jane.doe@example.com') {
  logged = [];
  const write = (...what: unknown[]) => void logged.push(inspect(what, { depth: null, showHidden: true }));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const principal = createPrincipal(subject, [
    { permissions: ['SNAPSHOT_READ', 'CLUSTER_CREDENTIALS'], introspection: false },
  ]);
  gateway = await startGateway({ log, authenticate: async () => principal, ...(credentials && { credentials }) });
  await gateway.load({ clusters, snapshots: [] });
  await gateway.calls();
}

const mutation = `mutation ($input: IssueClusterCredentialsInput!) {
  issueClusterCredentials(input: $input) {
    __typename
    ... on IssueClusterCredentialsPayload {
      databaseUser databasePassword expiresAt
      plannedCalls { source { service account region } action parameters }
    }
    ${errorFields}
  }
}`;

const cluster = clusterId('REDSHIFT', 'sales');

const issue = async (input: object) => {
  const { data, errors } = await gateway.query(mutation, {
    input: { clusterId: cluster, databaseUser: 'reader', ...input },
  });
  expect(errors).toBeUndefined();
  return data.issueClusterCredentials;
};

describe('issueClusterCredentials', () => {
  it('returns the password in the response and nowhere else', async () => {
    await start(allowed);
    const input = { databaseName: 'dev', durationSeconds: 1800, databaseGroups: ['analysts', 'analysts'] };
    const answer = await issue(input);
    expect(answer.databaseUser).toBe('IAM:reader');
    expect(answer.databasePassword).toMatch(/.{20}/);
    expect(Date.parse(answer.expiresAt) - Date.now()).toBeLessThanOrEqual(1_800_000);
    expect(answer.plannedCalls).toEqual([
      {
        source: { service: 'REDSHIFT', account, region },
        action: 'GetClusterCredentials',
        parameters: JSON.stringify({
          DbUser: 'reader',
          DbName: 'dev',
          ClusterIdentifier: 'sales',
          DurationSeconds: 1800,
          AutoCreate: false,
          DbGroups: ['analysts'],
        }),
      },
    ]);
    expect(await actionsOf(gateway)).toEqual(['DescribeClusters', 'GetClusterCredentials']);
    expect((await issue(input)).databasePassword).not.toBe(answer.databasePassword);
    expect(logged.join()).not.toContain(answer.databasePassword);
  });

  it('marks the response as no-store', async () => {
    await start(allowed);
    const body = JSON.stringify({
      query: mutation,
      variables: { input: { clusterId: cluster, databaseUser: 'reader' } },
    });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('databasePassword');
  });

  it('issues a different password for each selected field', async () => {
    await start(allowed);
    const { data } = await gateway.query(
      `mutation ($input: IssueClusterCredentialsInput!) {
        one: issueClusterCredentials(input: $input) { ... on IssueClusterCredentialsPayload { databasePassword } }
        two: issueClusterCredentials(input: $input) { ... on IssueClusterCredentialsPayload { databasePassword } }
      }`,
      { input: { clusterId: cluster, databaseUser: 'reader' } },
    );
    expect(data.one.databasePassword).not.toBe(data.two.databasePassword);
  });

  it.each([['reader'], ['app-1'], ['app-'], ['jane.doe@example.com']])(
    'issues a password for the allowed user %s',
    async (databaseUser) => {
      await start(allowed);
      expect(await issue({ databaseUser })).toMatchObject({ databaseUser: `IAM:${databaseUser}` });
    },
  );

  it('creates users if the configuration allows it', async () => {
    await start({ ...allowed, autoCreate: true });
    expect(await issue({ autoCreate: true })).toMatchObject({ databaseUser: 'IAMA:reader' });
  });

  it('requests no password in a dry run', async () => {
    await start(allowed);
    const planned = await issue({ dryRun: true });
    expect(planned).toMatchObject({ databaseUser: null, databasePassword: null, expiresAt: null });
    expect(await actionsOf(gateway)).toEqual(['DescribeClusters']);
    expect((await issue({})).plannedCalls).toEqual(planned.plannedCalls);
  });
});

describe('the credentials configuration', () => {
  it.each([
    ['is missing', undefined],
    ['is disabled', { ...allowed, enabled: false }],
  ])('issues no passwords if it %s', async (_name, credentials) => {
    await start(credentials);
    const answer = await issue({});
    expect(answer).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN', fault: null });
    expect(answer.message).toContain('credentials.enabled');
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([
    ['another user', { databaseUser: 'admin' }, 'admin'],
    ["another caller's name", { databaseUser: 'john.doe@example.com' }, 'john.doe'],
    ['a user that only ends with an allowed pattern', { databaseUser: 'my-app-1' }, 'my-app-1'],
    ['a user that matches the subject as a regular expression', { databaseUser: 'janexdoe@example.com' }, 'janexdoe'],
    ['a longer duration', { durationSeconds: 3600 }, '1800'],
    ['new users', { autoCreate: true }, 'autoCreate'],
    [
      'another group',
      { databaseGroups: ['analysts', 'owners'] },
      'owners, which this gateway does not allow. Allowed groups: analysts, auditors',
    ],
  ])('forbids %s', async (_name, input, text) => {
    await start(allowed);
    const answer = await issue(input);
    expect(answer).toMatchObject({ __typename: 'ForbiddenError' });
    expect(answer.message).toContain(text);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('matches the subject literally, even if it contains special characters', async () => {
    await start(allowed, '.*');
    expect(await issue({ databaseUser: 'anybody' })).toMatchObject({ __typename: 'ForbiddenError' });
    await gateway.close();
    await start(allowed, '*');
    expect(await issue({ databaseUser: 'anybody' })).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it.each([
    ['a*b*c', ['abc', 'aXbXc', 'abbcc'], ['ab', 'acb', 'abcd', 'xabc']],
    ['ab*ba', ['abba', 'ab.ba'], ['aba', 'ab', 'ba']],
    ['a**', ['a', 'ab'], ['ba']],
    [`${'a*'.repeat(30)}b`, [`${'a'.repeat(30)}b`], ['a'.repeat(64)]],
  ])('matches any text with each * of %s', async (pattern, allowedUsers, others) => {
    await start({ ...allowed, databaseUsers: [pattern] });
    const typeOf = async (databaseUser: string) => (await issue({ databaseUser, dryRun: true })).__typename;
    for (const user of allowedUsers)
      expect([user, await typeOf(user)]).toEqual([user, 'IssueClusterCredentialsPayload']);
    for (const user of others) expect([user, await typeOf(user)]).toEqual([user, 'ForbiddenError']);
  });

  it('reports every reason for a denial at once', async () => {
    await start(allowed);
    const answer = await issue({ databaseUser: 'admin', autoCreate: true, durationSeconds: 3600 });
    for (const text of ['admin', 'autoCreate', '3600']) expect(answer.message).toContain(text);
  });
});

describe('misuse of issueClusterCredentials', () => {
  it('reports every problem at once, without an AWS call', async () => {
    await start(allowed);
    const answer = await issue({
      databaseUser: '1:reader',
      databaseName: 'a/b',
      durationSeconds: 899,
      databaseGroups: ['analysts', ''],
    });
    expect(answer.problems.map(({ field }: { field: string[] }) => field.slice(1).join('.'))).toEqual([
      'databaseUser',
      'databaseName',
      'durationSeconds',
      'databaseGroups.1',
    ]);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each(['PUBLIC', 'a'.repeat(65), '', 'a\nb', 'ä'])('rejects %j as a user', async (databaseUser) => {
    await start({ ...allowed, databaseUsers: ['*'] });
    expect(await issue({ databaseUser })).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'databaseUser'] });
  });

  it.each(['user', 'SYSTEM', 'Qualify1', 'qualified', 'unnest', 'snapshot'])(
    'rejects reserved words of Amazon Redshift as names, without an AWS call: %s',
    async (name) => {
      await start({ ...allowed, databaseUsers: ['*'], databaseGroups: [name.toLowerCase()] });
      const isReserved = ['user', 'system', 'unnest', 'snapshot'].includes(name.toLowerCase());
      const given = { databaseUser: name, databaseName: name, databaseGroups: [name.toLowerCase()] };
      const answer = await issue({ ...given, dryRun: true });
      if (!isReserved) return expect(answer).toMatchObject({ __typename: 'IssueClusterCredentialsPayload' });
      expect(answer.problems).toMatchObject([
        { field: ['input', 'databaseUser'], message: expect.stringContaining('is a reserved word') },
        { field: ['input', 'databaseName'], message: expect.stringContaining('is a reserved word') },
        { field: ['input', 'databaseGroups', '0'], message: expect.stringContaining('is a reserved word') },
      ]);
      expect(await actionsOf(gateway)).toEqual([]);
    },
  );

  it('rejects a group that is not in lowercase', async () => {
    await start({ ...allowed, databaseGroups: ['Analysts'] });
    const answer = await issue({ databaseGroups: ['Analysts'] });
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'databaseGroups', '0'] });
    expect(answer.message).toContain('lowercase letters');
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([
    ['an Amazon DocumentDB cluster', clusterId('DOCUMENTDB', 'orders'), 'NOT_SUPPORTED'],
    ['a cluster that does not exist', clusterId('REDSHIFT', 'none'), 'NOT_FOUND'],
    ['a snapshot', globalId('RedshiftSnapshot', `arn:aws:redshift:us-east-1:${account}:snapshot:a/b`), 'INVALID_INPUT'],
  ])('rejects %s', async (_name, id, code) => {
    await start(allowed);
    expect(await issue({ clusterId: id })).toMatchObject({ code });
  });

  it('returns typed errors for the errors of AWS', async () => {
    await start(allowed);
    for (const [code, status, type] of [
      ['ClusterNotFound', 404, 'NotFoundError'],
      ['UnsupportedOperation', 400, 'NotSupportedError'],
      ['AccessDenied', 403, 'ForbiddenError'],
      ['Throttling', 400, 'ThrottledError'],
      ['Unheard', 400, 'UpstreamError'],
    ] as const) {
      await gateway.disturb({ kind: 'error', action: 'GetClusterCredentials', code, status });
      expect(await issue({})).toMatchObject({ __typename: type });
    }
  });
});

describe('a password in a lost response', () => {
  it('is requested once, and does not appear in logs, errors or other responses', async () => {
    await start(allowed);
    const password = /[A-Za-z0-9+/]{40,}|DbPassword/;
    for (const loss of answersLost) {
      await gateway.disturb({ ...loss, action: 'GetClusterCredentials' });
      const answer = await issue({});
      expect((await actionsOf(gateway)).filter((action) => action === 'GetClusterCredentials')).toHaveLength(1);
      expect(answer.__typename).toBe('UpstreamError');
      expect(JSON.stringify(answer)).not.toMatch(password);
      expect(answer.message).toContain('safe to retry');
    }
    expect(logged.join()).not.toMatch(password);
  });
});
