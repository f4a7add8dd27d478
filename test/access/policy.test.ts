import fc from 'fast-check';
import { printSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { createSharingPolicy, sharingSettings } from '../../src/access/policy/sharing.ts';
import { SharingRefusedError } from '../../src/errors.ts';
import { schema } from '../../src/schema.ts';
import { account, accounts, type Gateway, oneAccount, region, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeCluster, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';

const friend = '012345678901';
const redshiftId = (name: string) => snapshotId('REDSHIFT', name);
const heldId = snapshotId('REDSHIFT', 'held', { cluster: 'gone' });
const documentdbId = (name: string) => snapshotId('DOCUMENTDB', name);
const clusters = serviceNames.map((service) => makeCluster(service));

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
    keys: [{ service: 'kms', account, region, KeyId: 'ours', Aliases: ['alias/ours'] }],
    clusters,
    snapshots: [
      ...['one', 'two', 'three', 'four'].map((name) => makeSnapshot('REDSHIFT', name)),
      makeSnapshot('REDSHIFT', 'held', { cluster: 'gone', tags: { 'legal-hold': '' } }),
      makeSnapshot('DOCUMENTDB', 'only'),
      makeSnapshot('DOCUMENTDB', 'secret', {
        cluster: 'gone',
        isEncrypted: true,
        kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/own',
      }),
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
  it('is allowed with the accounts of the policy', async () => {
    expect(await change('shareSnapshot', { snapshotId: redshiftId('one'), accounts: [friend] })).toMatchObject({
      __typename: 'ShareSnapshotPayload',
    });
    expect(await writes()).toEqual(['AuthorizeSnapshotAccess']);
  });

  it.each([
    ['another account', redshiftId('one'), { accounts: [friend, '999999999999'] }, 'TARGET_NOT_ALLOWED'],
    ['AWS Support', redshiftId('one'), { awsSupport: true }, 'TARGET_NOT_ALLOWED'],
    ['all AWS accounts', documentdbId('only'), { public: true }, 'PUBLIC_NOT_ALLOWED'],
    [
      'another account in a dry run',
      documentdbId('only'),
      { accounts: ['999999999999'], dryRun: true },
      'TARGET_NOT_ALLOWED',
    ],
  ])('with %s is rejected without a write', async (_whom, snapshotId, input, reason) => {
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

  it('is never allowed with an account outside the list, for any input', () => {
    const policy = createSharingPolicy(sharingSettings.parse({ accounts: [friend] }), []);
    const property = fc.property(fc.array(target, { minLength: 1, maxLength: 4 }), (accounts) => {
      const isAllowed = accounts.every((each) => each === friend);
      const ask = () => policy.requireParties({ accounts, awsSupport: false, public: false, others: [] });
      if (isAllowed) ask();
      else expect(ask).toThrow(SharingRefusedError);
    });
    fc.assert(property, { numRuns: runs(5000, 100_000), seed: 5 });
  });

  it('never reaches AWS for an account outside the list, for any input', async () => {
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
    await fc.assert(property, { numRuns: runs(40, 3000), seed: 5 });
  });

  it('has no input for a presigned URL', () => {
    expect(printSchema(schema)).not.toMatch(/signed/i);
  });
});

describe('copySnapshot', () => {
  it.each([
    ['alias/ours', 'CopySnapshotPayload'],
    ['alias/theirs', 'ForbiddenError'],
    [`arn:aws:kms:${region}:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab`, 'ForbiddenError'],
  ])('under the key %s returns %s', async (kmsKeyId, type) => {
    const input = { snapshotId: documentdbId('secret'), identifier: 'copy', kmsKeyId };
    expect(await change('copySnapshot', input)).toMatchObject({ __typename: type });
    expect(await writes()).toEqual(type === 'ForbiddenError' ? [] : ['CopyDBClusterSnapshot']);
  });
});

describe('a deletion', () => {
  it.each([
    ['of a snapshot with a hold tag', heldId, 'legal-hold'],
    ['of the last available snapshot of an existing cluster', documentdbId('only'), 'would have no available snapshot'],
  ])('%s is rejected', async (_what, snapshotId, message) => {
    expect(await change('deleteSnapshot', { snapshotId })).toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining(message),
    });
    expect(await writes()).toEqual([]);
  });

  it('of all snapshots of an existing cluster together is rejected for each', async () => {
    const snapshotIds = ['one', 'two', 'three', 'four'].map(redshiftId);
    const { results } = await change(
      'deleteSnapshots',
      { snapshotIds },
      '... on DeleteSnapshotsPayload { results { error { code } } }',
    );
    expect(results).toEqual(snapshotIds.map(() => ({ error: { code: 'INVALID_STATE' } })));
    expect(await writes()).toEqual([]);
  });

  it('above the hourly limit is rejected, also after a batch', async () => {
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
    await gateway.load({ snapshots: ['a', 'b'].map((name) => makeSnapshot('REDSHIFT', name)) });
    await gateway.calls();
    expect(await change('deleteSnapshot', { snapshotId: redshiftId('a') })).toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('the limit is 3 per hour (used: 3, requested: 1)'),
    });
    expect(await writes()).toEqual([]);
  });
});

describe('the last available snapshot of an existing cluster', () => {
  const selection = '... on DeleteSnapshotsPayload { results { error { code } } }';
  const deleteAll = (snapshotIds: string[]) => change('deleteSnapshots', { snapshotIds }, selection);
  const kept = (count: number) => ({
    results: Array.from({ length: count }, () => ({ error: { code: 'INVALID_STATE' } })),
  });
  const viewed = (name: string) => sharedSnapshotId(account, 'REDSHIFT', name);

  it('is protected regardless of how the ids name the snapshots', async () => {
    const both = ['a', 'b'].flatMap((name) => serviceNames.map((service) => makeSnapshot(service, name)));
    await gateway.load({ clusters, snapshots: both });
    await gateway.calls();
    expect(await deleteAll(['A', 'B'].map(documentdbId))).toEqual(expect.objectContaining(kept(2)));
    expect(await deleteAll(['a', 'b'].map(viewed))).toEqual(expect.objectContaining(kept(2)));
    expect(await writes()).toEqual([]);
  });

  it('is protected if there is more than one page of snapshots, which are read once', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `s${index}`);
    await gateway.load({ clusters, snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)) });
    await gateway.calls();
    expect(await deleteAll(names.map(redshiftId))).toEqual(expect.objectContaining(kept(120)));
    const calls = await gateway.calls();
    const ofCluster = calls.filter(({ parameters }) => JSON.stringify(parameters).includes('"sales"'));
    expect(ofCluster.map(({ action }) => action)).toEqual([
      'DescribeClusters',
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
    ]);
  });

  it('is not mistaken for the last if other snapshots cannot be read, or are hidden from the caller', async () => {
    const other = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ', 'SNAPSHOT_DELETE'], tags: { team: 'bi' } }]),
      policy: { deletion: deletionSettings.parse([{ keepLast: true }]) },
    });
    const load = () =>
      other.load({
        clusters,
        snapshots: [makeSnapshot('REDSHIFT', 'a', { tags: { team: 'bi' } }), makeSnapshot('REDSHIFT', 'b')],
      });
    const text = `mutation { deleteSnapshot(input: { snapshotId: "${redshiftId('a')}" }) { __typename ... on Error { code } } }`;
    await load();
    await other.disturb({
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      action: 'DescribeClusterSnapshots',
      nth: 2,
    });
    const unread = await other.query(text, {}, await as());
    await other.disturb();
    const unseen = await other.query(text, {}, await as());
    await other.close();
    expect(unread.data.deleteSnapshot).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
    expect(unseen.data.deleteSnapshot).toEqual({ __typename: 'DeleteSnapshotPayload' });
  });
});

describe('a retention period that deletes a snapshot immediately', () => {
  const old = { cluster: 'gone', createdAt: '2024-01-01T00:00:00.000Z' };
  const idOf = (path: string) => {
    const [cluster, name = ''] = path.split('/');
    return snapshotId('REDSHIFT', name, { cluster });
  };
  const world = {
    clusters: [makeCluster('REDSHIFT')],
    snapshots: [
      makeSnapshot('REDSHIFT', 'last', { ...old, cluster: 'sales' }),
      makeSnapshot('REDSHIFT', 'held', { ...old, tags: { 'legal-hold': '' } }),
      ...['one', 'two', 'three'].map((name) => makeSnapshot('REDSHIFT', name, old)),
    ],
  };
  const retain = async (other: Gateway, role: string, names: readonly string[], input: object) => {
    const { data } = await other.query(
      `mutation ($input: UpdateSnapshotRetentionInput!) {
        updateSnapshotRetention(input: $input) {
          ... on UpdateSnapshotRetentionPayload { results { error { code } snapshot { status } } }
        }
      }`,
      { input: { snapshotIds: names.map(idOf), ...input } },
      await as({ role }),
    );
    return data.updateSnapshotRetention.results.map(({ error, snapshot }: any) => error?.code ?? snapshot.status);
  };

  let other: Gateway;
  beforeAll(async () => {
    other = await startGateway({
      authenticate: authenticationWith([
        { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_RETAIN'] },
        { when: { role: 'deleter' }, permissions: ['SNAPSHOT_DELETE'] },
      ]),
      policy: { deletion: deletionSettings.parse([{ holdTags: ['legal-hold'], keepLast: true, perHour: 1 }]) },
    });
  });
  beforeEach(() => other.load(world));
  afterAll(() => other.close());

  it('requires the permission to delete, and is subject to all rules for deletions', async () => {
    const force = { days: 1, force: true };
    expect(await retain(other, 'retainer', ['gone/one'], force)).toEqual(['FORBIDDEN']);
    expect(await retain(other, 'deleter', ['gone/held'], force)).toEqual(['INVALID_STATE']);
    expect(await retain(other, 'deleter', ['sales/last'], force)).toEqual(['INVALID_STATE']);
    expect(await retain(other, 'deleter', ['gone/one', 'gone/two'], force)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(await retain(other, 'deleter', ['gone/one'], force)).toEqual(['DELETED']);
    expect(await retain(other, 'deleter', ['gone/two'], { ...force, dryRun: true })).toEqual(['RATE_LIMITED']);
  });

  it('requires neither if it deletes nothing, but cannot be shortened for a snapshot with a hold tag', async () => {
    expect(await retain(other, 'retainer', ['gone/one'], { days: 3653, force: true })).toEqual(['AVAILABLE']);
    expect(await retain(other, 'retainer', ['gone/held'], { days: 3653 })).toEqual(['INVALID_STATE']);
    expect(await retain(other, 'retainer', ['gone/held'], { days: -1 })).toEqual(['AVAILABLE']);
  });
});

describe('deletions above the hourly limit', () => {
  const [bounded, free] = ['111111111111', '222222222222'] as const;
  const ownedBy = (owner: string) => ({ account: owner, cluster: 'gone' });
  const idOf = (owner: string, name: string) => snapshotId('REDSHIFT', name, ownedBy(owner));

  it('are rejected per source, before any access is revoked, and in dry runs', async () => {
    const other = await startGateway({
      accounts: accounts([bounded, free]),
      policy: { deletion: deletionSettings.parse([{ accounts: [bounded], perHour: 1 }]) },
    });
    await other.load({
      snapshots: [
        ...['a', 'b'].map((name) => makeSnapshot('REDSHIFT', name, ownedBy(bounded))),
        makeSnapshot('REDSHIFT', 'shared', { ...ownedBy(bounded), shares: [friend] }),
        makeSnapshot('REDSHIFT', 'c', ownedBy(free)),
      ],
    });
    await other.calls();
    const done = async () =>
      (await other.calls()).map(({ action }) => action ?? '').filter((action) => !action.startsWith('Describe'));
    const snapshotIds = [idOf(bounded, 'a'), idOf(bounded, 'b'), idOf(free, 'c')];
    const batch = await other.query(
      'mutation ($ids: [ID!]!) { deleteSnapshots(input: { snapshotIds: $ids }) { ... on DeleteSnapshotsPayload { results { error { code ... on RateLimitedError { retryAfterSeconds } } } } } }',
      { ids: snapshotIds },
    );
    const batchDone = await done();
    const one = (name: string, more: string) =>
      `mutation { deleteSnapshot(input: { snapshotId: "${idOf(bounded, name)}", ${more} }) { ... on Error { code } ... on RateLimitedError { retryAfterSeconds } } }`;
    const first = await other.query(one('a', 'dryRun: false'));
    const dry = await other.query(one('b', 'dryRun: true'));
    await done();
    const shared = await other.query(one('shared', 'revokeAccess: true'));
    const sharedDone = await done();
    await other.close();
    const refused = { error: { code: 'RATE_LIMITED', retryAfterSeconds: null } };
    expect(batch.data.deleteSnapshots.results).toEqual([refused, refused, { error: null }]);
    expect(batchDone).toEqual(['BatchDeleteClusterSnapshots']);
    expect(first.data.deleteSnapshot).toEqual({});
    for (const { deleteSnapshot } of [dry.data, shared.data]) {
      expect(deleteSnapshot).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
      // The hour has just begun.
      expect(deleteSnapshot.retryAfterSeconds).toBeGreaterThan(3000);
      expect(deleteSnapshot.retryAfterSeconds).toBeLessThanOrEqual(3600);
    }
    expect(sharedDone).toEqual([]);
  });
});
