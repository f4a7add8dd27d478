import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldJson } from '../support/emulator.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

type Role = NonNullable<WorldJson['roles']>[number];

const role = { account, RoleName: 'snapgate' };
const requiresExternalId: Role['AssumeRolePolicyDocument'] = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'theirs' } },
    },
  ],
};

let gateway: Gateway;
/** Each test has its own role session, because the gateway would reuse the keys of another. */
const start = async (externalId?: string) => {
  gateway = await startGateway({
    accounts: accounts([account]).map((one) => ({ ...one, externalId })),
    isCheckedAtStart: false,
  });
};
const load = (parts: Partial<Role>) =>
  gateway.load({
    roles: [{ ...role, ...parts }],
    clusters: [makeCluster('REDSHIFT'), makeCluster('DOCUMENTDB')],
    snapshots: [makeSnapshot('REDSHIFT', 'one'), makeSnapshot('DOCUMENTDB', 'one')],
  });
const sources = async () => {
  const { data } = await gateway.query(
    '{ snapshots { sources { source { service } status error { code message } } } }',
  );
  return Object.fromEntries(
    data.snapshots.sources.map(({ source, status, error }: any) => [source.service, { status, error }]),
  );
};
const complete = { status: 'COMPLETE', error: null };
const denied = { status: 'DENIED', error: { code: 'FORBIDDEN', message: expect.stringContaining('sts:AssumeRole') } };

describe.each([
  ['the external id that the role requires', 'theirs', requiresExternalId, complete],
  ['another external id', 'ours', requiresExternalId, denied],
  ['no external id', undefined, requiresExternalId, denied],
  ['an external id that the role does not require', 'ours', undefined, complete],
  ['a role that trusts no caller', 'theirs', { Statement: [] }, denied],
])('a gateway with %s', (_, externalId, AssumeRolePolicyDocument, expected) => {
  beforeAll(() => start(externalId));
  afterAll(() => gateway.close());

  it(`is ${expected === complete ? 'complete' : 'denied'}`, async () => {
    await load({ AssumeRolePolicyDocument });
    expect(await sources()).toMatchObject({ REDSHIFT: expected, DOCUMENTDB: expected });
  });
});

describe('a role without the right to', () => {
  beforeAll(() => start());
  afterAll(() => gateway.close());

  it('read one service still shows the other', async () => {
    await load({ DeniedActions: ['rds:Describe*'] });
    expect(await sources()).toMatchObject({
      REDSHIFT: complete,
      DOCUMENTDB: { status: 'DENIED', error: { code: 'FORBIDDEN' } },
    });
  });

  it.each(['REDSHIFT', 'DOCUMENTDB'] as const)('delete snapshots of %s refuses the change only', async (service) => {
    await load({ DeniedActions: ['redshift:DeleteClusterSnapshot', 'rds:DeleteDBClusterSnapshot'] });
    const { data } = await gateway.query(
      'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename ... on Error { code } } }',
      { id: snapshotId(service, 'one') },
    );
    expect(data.deleteSnapshot).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
    expect(await sources()).toMatchObject({ REDSHIFT: complete, DOCUMENTDB: complete });
  });
});
