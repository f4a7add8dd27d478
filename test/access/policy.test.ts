import fc from 'fast-check';
import { printSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { createSharingPolicy, sharingSettings } from '../../src/access/policy/sharing.ts';
import { SharingRefusedError } from '../../src/errors.ts';
import { schema } from '../../src/schema.ts';
import { account, type Gateway, oneAccount, region, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';

const friend = '012345678901';
const place = { account, region };
const redshiftId = (name: string) =>
  globalId(`RedshiftSnapshot:arn:aws:redshift:${region}:${account}:snapshot:sales/${name}`);
const heldId = globalId(`RedshiftSnapshot:arn:aws:redshift:${region}:${account}:snapshot:gone/held`);
const documentdbId = (name: string) =>
  globalId(`DocumentDBSnapshot:arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`);

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: oneAccount,
    policy: {
      sharing: sharingSettings.parse({ accounts: [friend], kmsKeys: ['alias/ours'] }),
      deletion: deletionSettings.parse([
        { holdTags: ['legal-hold'] },
        { accounts: [account], keepLast: true, perHour: 3 },
      ]),
    },
  });
});
beforeEach(async () => {
  await gateway.load({
    clusters: [
      { service: 'redshift', ...place, ClusterIdentifier: 'sales' },
      { service: 'rds', ...place, DBClusterIdentifier: 'orders', Engine: 'docdb' },
    ],
    snapshots: [
      ...['one', 'two', 'three', 'four'].map((SnapshotIdentifier) => ({
        service: 'redshift' as const,
        ...place,
        SnapshotIdentifier,
        ClusterIdentifier: 'sales',
      })),
      {
        service: 'redshift',
        ...place,
        SnapshotIdentifier: 'held',
        ClusterIdentifier: 'gone',
        Tags: [{ Key: 'legal-hold', Value: '' }],
      },
      {
        service: 'rds',
        ...place,
        DBClusterSnapshotIdentifier: 'only',
        DBClusterIdentifier: 'orders',
        Engine: 'docdb',
      },
      {
        service: 'rds',
        ...place,
        DBClusterSnapshotIdentifier: 'secret',
        DBClusterIdentifier: 'gone',
        Engine: 'docdb',
        StorageEncrypted: true,
        KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/own',
      },
    ],
  });
  await gateway.calls();
});
afterAll(() => gateway.close());

const errors = '__typename ... on Error { code message }';
const change = async (name: string, input: object, fields = '') => {
  const reason = name === 'shareSnapshot' ? '... on SharingRefusedError { reason }' : '';
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const answer = await gateway.query(
    `mutation ($input: ${type}) { ${name}(input: $input) { ${errors} ${reason} ${fields} } }`,
    {
      input,
    },
  );
  return answer.data?.[name] ?? answer;
};
const writes = async () =>
  (await gateway.calls()).map(({ action }) => action ?? '').filter((action) => !/^(Describe|List)/.test(action));

describe('sharing', () => {
  it('reaches whom the policy names', async () => {
    expect(await change('shareSnapshot', { snapshotId: redshiftId('one'), accounts: [friend] })).toMatchObject({
      __typename: 'ShareSnapshotPayload',
    });
    expect(await writes()).toEqual(['AuthorizeSnapshotAccess']);
  });

  it.each([
    ['another account', redshiftId('one'), { accounts: [friend, '999999999999'] }, 'TARGET_NOT_ALLOWED'],
    ['AWS Support', redshiftId('one'), { awsSupport: true }, 'TARGET_NOT_ALLOWED'],
    ['everybody', documentdbId('only'), { public: true }, 'PUBLIC_NOT_ALLOWED'],
    ['another account, dry', documentdbId('only'), { accounts: ['999999999999'], dryRun: true }, 'TARGET_NOT_ALLOWED'],
  ])('with %s is refused, and AWS is asked nothing', async (_whom, snapshotId, input, reason) => {
    expect(await change('shareSnapshot', { snapshotId, ...input })).toMatchObject({ code: 'SHARING_REFUSED', reason });
    expect(await writes()).toEqual([]);
  });

  const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
  const target = fc.oneof(
    fc.string({ minLength: 12, maxLength: 12, unit: fc.constantFrom(...digits) }),
    fc.constantFrom(
      friend,
      `${friend} `,
      `\u200b${friend}`,
      friend.replace('0', '\u0660'),
      friend.slice(1),
      `0${friend}`,
      'all',
      'ALL',
      'amazon-redshift-support',
      `${friend},999999999999`,
      '',
      '__proto__',
    ),
    fc.string(),
  );

  it('is never granted outside the list, whatever is named', () => {
    const policy = createSharingPolicy(sharingSettings.parse({ accounts: [friend] }), []);
    const property = fc.property(fc.array(target, { minLength: 1, maxLength: 4 }), (accounts) => {
      const isAllowed = accounts.every((each) => each === friend);
      const ask = () => policy.requireParties({ accounts, awsSupport: false, public: false });
      if (isAllowed) ask();
      else expect(ask).toThrow(SharingRefusedError);
    });
    fc.assert(property, { numRuns: runs(20_000, 100_000), seed: 5 });
  });

  it('is never asked of AWS outside the list, whatever is named', async () => {
    const property = fc.asyncProperty(
      fc.array(target, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(redshiftId('one'), documentdbId('only')),
      fc.record({ awsSupport: fc.boolean(), public: fc.boolean() }),
      async (accounts, snapshotId, parties) => {
        await change('shareSnapshot', { snapshotId, accounts, ...parties });
        for (const { action, parameters } of await gateway.calls()) {
          if (/^(Describe|List)/.test(action ?? '')) continue;
          const named = JSON.stringify(parameters);
          expect(named).toContain(`"${friend}"`);
          expect(named).not.toMatch(/"all"|support|999999999999/);
        }
      },
    );
    await fc.assert(property, { numRuns: runs(150, 3000), seed: 5 });
  });

  it('cannot be told a signed address', () => {
    expect(printSchema(schema)).not.toMatch(/signed/i);
  });
});

describe('a copy', () => {
  it.each([
    ['alias/ours', 'CopySnapshotPayload'],
    ['alias/theirs', 'ForbiddenError'],
    [`arn:aws:kms:${region}:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab`, 'ForbiddenError'],
  ])('under the key %s is %s', async (kmsKeyId, type) => {
    const input = { snapshotId: documentdbId('secret'), identifier: 'copy', kmsKeyId };
    expect(await change('copySnapshot', input)).toMatchObject({ __typename: type });
    expect(await writes()).toEqual(type === 'ForbiddenError' ? [] : ['CopyDBClusterSnapshot']);
  });
});

describe('a deletion', () => {
  it.each([
    ['of what is held by a tag', heldId, 'legal-hold'],
    ['of the last available snapshot of a living cluster', documentdbId('only'), 'would have no available snapshot'],
  ])('%s is refused', async (_what, snapshotId, message) => {
    expect(await change('deleteSnapshot', { snapshotId })).toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining(message),
    });
    expect(await writes()).toEqual([]);
  });

  it('of all snapshots of a living cluster together is refused for each', async () => {
    const snapshotIds = ['one', 'two', 'three', 'four'].map(redshiftId);
    const { results } = await change(
      'deleteSnapshots',
      { snapshotIds },
      '... on DeleteSnapshotsPayload { results { error { code } } }',
    );
    expect(results).toEqual(snapshotIds.map(() => ({ error: { code: 'INVALID_STATE' } })));
    expect(await writes()).toEqual([]);
  });

  it('beyond those of the hour is refused, in batches too', async () => {
    const results = '... on DeleteSnapshotsPayload { results { error { code } } }';
    const two = ['one', 'two'].map(redshiftId);
    expect(await change('deleteSnapshots', { snapshotIds: two }, results)).toMatchObject({
      results: [{ error: null }, { error: null }],
    });
    expect(
      await change(
        'deleteSnapshots',
        {
          snapshotIds: [redshiftId('three'), heldId],
        },
        results,
      ),
    ).toMatchObject({ results: [{ error: null }, { error: { code: 'INVALID_STATE' } }] });
    await gateway.load({
      snapshots: ['a', 'b'].map((SnapshotIdentifier) => ({
        service: 'redshift',
        ...place,
        SnapshotIdentifier,
        ClusterIdentifier: 'sales',
      })),
    });
    await gateway.calls();
    expect(await change('deleteSnapshot', { snapshotId: redshiftId('a') })).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('You may delete 3 snapshots in an hour'),
    });
    expect(await writes()).toEqual([]);
  });
});

function globalId(text: string): string {
  return Buffer.from(text).toString('base64url');
}
