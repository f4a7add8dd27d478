import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const stranger = '555566667777';
const there = { account, region: 'eu-west-1' };
const key = `arn:aws:kms:us-east-1:${account}:key/12345678-1234-4000-8000-123456789012`;
const keyThere = `arn:aws:kms:eu-west-1:${account}:key/22345678-1234-4000-8000-123456789012`;
const otherKey = '32345678-1234-4000-8000-123456789012';
const multiRegionKey = 'mrk-0123456789abcdef0123456789abcdef';
const automated = { REDSHIFT: 'rs:sales-2026-01-01-00-00-00', DOCUMENTDB: 'rds:orders-2026-01-01-00-00' };
const kind = { Key: 'kind', Value: 'nightly' };
const nightly = { team: 'bi', kind: 'nightly' };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account], ['us-east-1', 'eu-west-1']) });
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    keys: [
      { service: 'kms', account, region: 'us-east-1', KeyId: otherKey, Aliases: ['alias/other'] },
      { service: 'kms', account, region: 'us-east-1', KeyId: multiRegionKey },
      { service: 'kms', ...there, KeyId: keyThere.slice(-36) },
    ],
    clusters,
    snapshots: [
      makeSnapshot('REDSHIFT', automated.REDSHIFT, { type: 'automated', tags: { ...nightly, 'aws:made': 'x' } }),
      makeSnapshot('REDSHIFT', 'rs:sales-unfinished', { type: 'automated', readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('REDSHIFT', 'manual'),
      makeSnapshot('REDSHIFT', 'foreign', { account: stranger, shares: [account] }),
      makeSnapshot('DOCUMENTDB', automated.DOCUMENTDB, { type: 'automated', tags: nightly }),
      makeSnapshot('DOCUMENTDB', 'manual', { tags: { team: 'bi' } }),
      makeSnapshot('DOCUMENTDB', 'encrypted', { isEncrypted: true, kmsKeyId: key }),
      makeSnapshot('DOCUMENTDB', 'unfinished', { readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('DOCUMENTDB', 'foreign', { account: stranger, shares: [account] }),
      makeSnapshot('DOCUMENTDB', 'foreign-encrypted', {
        account: stranger,
        shares: [account],
        isEncrypted: true,
        kmsKeyId: key.replaceAll(account, stranger),
      }),
      makeSnapshot('DOCUMENTDB', 'taken-there', there),
    ],
  });
  await gateway.calls();
});

async function copy(input: object) {
  const { data, errors } = await gateway.query(
    `mutation ($input: CopySnapshotInput!) {
      copySnapshot(input: $input) {
        __typename
        ... on CopySnapshotPayload {
          snapshot {
            id identifier type status source { region } encrypted kmsKeyId
            retention { days } tags { key value }
            ... on DocumentDBSnapshot { sourceSnapshotArn }
          }
          plannedCalls { source { region } action parameters }
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.copySnapshot;
}

const inputsOf = (answer: { plannedCalls: { parameters: string }[] }) =>
  answer.plannedCalls.map(({ parameters }) => JSON.parse(parameters));

const writesOf = async () => (await actionsOf(gateway)).filter((action) => !/^(Describe|List)/.test(String(action)));

const foreignId = (name: string) => sharedSnapshotId(account, 'DOCUMENTDB', name, { account: stranger });

describe('copySnapshot for Amazon Redshift', () => {
  const id = snapshotId('REDSHIFT', automated.REDSHIFT);

  it('creates a manual copy of an automated snapshot, with a retention period', async () => {
    const answer = await copy({ snapshotId: id, identifier: 'kept', retentionDays: 90, targetRegion: 'us-east-1' });
    expect(answer.snapshot).toMatchObject({ identifier: 'kept', type: 'MANUAL', retention: { days: 90 }, tags: [] });
    expect(inputsOf(answer)).toEqual([
      {
        SourceSnapshotIdentifier: automated.REDSHIFT,
        SourceSnapshotClusterIdentifier: 'sales',
        TargetSnapshotIdentifier: 'kept',
        ManualSnapshotRetentionPeriod: 90,
      },
    ]);
    expect(await actionsOf(gateway)).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
      'CopyClusterSnapshot',
    ]);
  });

  it('tags the copy in a second call; tags of the input override tags of the source snapshot', async () => {
    const answer = await copy({
      snapshotId: id,
      identifier: 'kept',
      copyTags: true,
      tags: [{ key: 'team', value: 'audit' }],
    });
    const tags = [
      { key: 'kind', value: 'nightly' },
      { key: 'team', value: 'audit' },
    ];
    expect(answer.snapshot.tags).toEqual(tags);
    expect(await writesOf()).toEqual(['CopyClusterSnapshot', 'CreateTags']);
    const { data } = await gateway.query(
      'query ($id: ID!) { node(id: $id) { ... on Snapshot { tags { key value } } } }',
      {
        id: answer.snapshot.id,
      },
    );
    expect(data.node.tags).toEqual(tags);
  });

  it('reports that the copy was created if tagging it fails', async () => {
    await gateway.disturb({ kind: 'error', action: 'CreateTags', code: 'TagLimitExceededFault' });
    const answer = await copy({ snapshotId: id, identifier: 'kept', copyTags: true });
    expect(answer).toMatchObject({ __typename: 'QuotaExceededError', fault: 'TagLimitExceededFault' });
    expect(answer.message).toMatch(
      /Completed before the failure: CopyClusterSnapshot .*"TargetSnapshotIdentifier":"kept"/,
    );
  });

  it.each([
    ['a copy of a manual snapshot', snapshotId('REDSHIFT', 'manual'), {}],
    [
      "a copy of another account's snapshot",
      sharedSnapshotId(account, 'REDSHIFT', 'foreign', { account: stranger }),
      {},
    ],
    ['a copy to another region', id, { targetRegion: 'eu-west-1' }],
    ['a copy under another key', id, { kmsKeyId: 'alias/other' }],
  ])('rejects %s as not supported', async (_name, snapshotId, more) => {
    const answer = await copy({ snapshotId, identifier: 'copy', ...more });
    expect(answer).toMatchObject({ __typename: 'NotSupportedError', code: 'NOT_SUPPORTED', fault: null });
    expect(await writesOf()).toEqual([]);
  });
});

describe('copySnapshot for Amazon DocumentDB', () => {
  it.each([
    ['an automated snapshot', automated.DOCUMENTDB],
    ['a manual snapshot', 'manual'],
  ])('copies %s within its region by identifier', async (_name, source) => {
    const answer = await copy({ snapshotId: snapshotId('DOCUMENTDB', source), identifier: 'My-Copy' });
    expect(answer.snapshot).toMatchObject({ identifier: 'my-copy', type: 'MANUAL', status: 'COPYING', tags: [] });
    expect(inputsOf(answer)).toEqual([
      { SourceDBClusterSnapshotIdentifier: source, TargetDBClusterSnapshotIdentifier: 'my-copy' },
    ]);
  });

  it.each([
    ['alias/other', otherKey],
    [`arn:aws:kms:us-east-1:${account}:alias/other`, otherKey],
    [otherKey, otherKey],
    [multiRegionKey, multiRegionKey],
    [key, key],
  ])('encrypts the copy under another key: %s', async (kmsKeyId, used) => {
    const answer = await copy({ snapshotId: snapshotId('DOCUMENTDB', 'encrypted'), identifier: 'copy', kmsKeyId });
    expect(answer.snapshot).toMatchObject({ encrypted: true, kmsKeyId: expect.stringContaining(used) });
  });

  it('copies to another region by ARN, with a key of the target region', async () => {
    const answer = await copy({
      snapshotId: snapshotId('DOCUMENTDB', 'encrypted'),
      identifier: 'copy',
      targetRegion: 'eu-west-1',
      kmsKeyId: keyThere,
    });
    const arn = `arn:aws:rds:us-east-1:${account}:cluster-snapshot:encrypted`;
    expect(answer.snapshot).toMatchObject({
      source: { region: 'eu-west-1' },
      kmsKeyId: keyThere,
      sourceSnapshotArn: arn,
    });
    expect(inputsOf(answer)).toEqual([
      { SourceDBClusterSnapshotIdentifier: arn, TargetDBClusterSnapshotIdentifier: 'copy', KmsKeyId: keyThere },
    ]);
    const copying = (await gateway.calls()).find(({ action }) => action === 'CopyDBClusterSnapshot');
    expect(copying).toMatchObject({ region: 'eu-west-1', parameters: { PreSignedUrl: expect.any(String) } });
  });

  it('copies a snapshot that another account shares by ARN', async () => {
    const answer = await copy({ snapshotId: foreignId('foreign'), identifier: 'ours' });
    expect(answer.snapshot).toMatchObject({ identifier: 'ours', type: 'MANUAL' });
    expect(inputsOf(answer)[0].SourceDBClusterSnapshotIdentifier).toMatch(`:${stranger}:cluster-snapshot:foreign`);
  });

  it('lets AWS copy the tags if the input has no tags', async () => {
    const answer = await copy({ snapshotId: snapshotId('DOCUMENTDB', 'manual'), identifier: 'copy', copyTags: true });
    expect(inputsOf(answer)[0]).toMatchObject({ CopyTags: true });
    expect(answer.snapshot.tags).toEqual([{ key: 'team', value: 'bi' }]);
  });

  it('merges tags of the input with tags of the source snapshot without CopyTags', async () => {
    const answer = await copy({
      snapshotId: snapshotId('DOCUMENTDB', automated.DOCUMENTDB),
      identifier: 'copy',
      copyTags: true,
      tags: [{ key: 'team', value: 'audit' }],
    });
    expect(inputsOf(answer)[0]).toMatchObject({ Tags: [kind, { Key: 'team', Value: 'audit' }] });
    expect(inputsOf(answer)[0]).not.toHaveProperty('CopyTags');
  });

  it.each([
    ['a retention period', 'manual', { retentionDays: 7 }, 'NOT_SUPPORTED', undefined],
    ['a region that is not configured', 'manual', { targetRegion: 'mars-west-1' }, 'INVALID_INPUT', 'targetRegion'],
    ['a key for an unencrypted snapshot', 'manual', { kmsKeyId: key }, 'INVALID_INPUT', 'kmsKeyId'],
    [
      'a copy of an encrypted snapshot to another region without a key',
      'encrypted',
      { targetRegion: 'eu-west-1' },
      'INVALID_INPUT',
      'kmsKeyId',
    ],
    ['a key of another region', 'encrypted', { kmsKeyId: keyThere }, 'INVALID_INPUT', 'kmsKeyId'],
    ['an invalid key', 'encrypted', { kmsKeyId: 'a key' }, 'INVALID_INPUT', 'kmsKeyId'],
    ['a key that is only part of an ARN', 'encrypted', { kmsKeyId: 'key/other' }, 'INVALID_INPUT', 'kmsKeyId'],
    [
      'an identifier that is in use in the target region',
      'manual',
      { targetRegion: 'eu-west-1', identifier: 'Taken-There' },
      'ALREADY_EXISTS',
    ],
    ['an identifier that is in use in the same region', 'manual', { identifier: 'Encrypted' }, 'ALREADY_EXISTS'],
  ])('rejects %s', async (_name, source, more, code, field?: string) => {
    const answer = await copy({ snapshotId: snapshotId('DOCUMENTDB', source), identifier: 'copy', ...more });
    expect(answer).toMatchObject({ code, fault: null, ...(field && { field: ['input', field] }) });
    expect(await writesOf()).toEqual([]);
  });

  it.each([
    ['to another region', 'foreign', { targetRegion: 'eu-west-1' }, 'NOT_SUPPORTED'],
    ['with copyTags', 'foreign', { copyTags: true }, 'NOT_SUPPORTED'],
    ['without a key of the own account', 'foreign-encrypted', {}, 'INVALID_INPUT'],
    ['with copyTags and tags', 'foreign', { copyTags: true, tags: [{ key: 'a', value: '' }] }, 'NOT_SUPPORTED'],
  ])("rejects a copy of another account's snapshot %s", async (_name, source, more, code) => {
    expect(await copy({ snapshotId: foreignId(source), identifier: 'copy', ...more })).toMatchObject({ code });
    expect(await writesOf()).toEqual([]);
  });
});

describe('copySnapshot', () => {
  it.each(serviceNames)('returns an id that can be read immediately: %s', async (service) => {
    const answer = await copy({ snapshotId: snapshotId(service, automated[service]), identifier: 'copy' });
    const { data } = await gateway.query('query ($id: ID!) { node(id: $id) { ... on Snapshot { identifier } } }', {
      id: answer.snapshot.id,
    });
    expect(data.node.identifier).toBe('copy');
  });

  it.each(serviceNames)('plans the calls without making them in a dry run: %s', async (service) => {
    const input = { snapshotId: snapshotId(service, automated[service]), identifier: 'copy', copyTags: true };
    const planned = await copy({ ...input, dryRun: true });
    expect(planned.snapshot).toBeNull();
    expect(await writesOf()).toEqual([]);
    expect((await copy(input)).plannedCalls).toEqual(planned.plannedCalls);
  });

  it.each([
    ['REDSHIFT', 'rs:sales-unfinished'],
    ['DOCUMENTDB', 'unfinished'],
  ] as const)('rejects a snapshot that is not available yet: %s', async (service, source) => {
    const answer = await copy({ snapshotId: snapshotId(service, source), identifier: 'copy' });
    expect(answer).toMatchObject({ __typename: 'InvalidStateError', fault: null });
  });

  it.each(serviceNames)('reports every problem of the input at once, without an AWS call: %s', async (service) => {
    const answer = await copy({
      snapshotId: snapshotId(service, 'manual'),
      identifier: 'rs:not-a-name',
      retentionDays: 0,
      kmsKeyId: '?',
      tags: [{ key: 'aws:x', value: '' }],
    });
    expect(answer.problems.map(({ field }: { field: string[] }) => field.slice(1).join('.'))).toEqual([
      'identifier',
      'retentionDays',
      'kmsKeyId',
      'tags.0.key',
    ]);
    expect(await actionsOf(gateway)).toEqual([]);
  });
});

describe('copySnapshot after a lost response', () => {
  it('reads back the tags too', async () => {
    for (const loss of answersLost) {
      const identifier = `copy-${answersLost.indexOf(loss)}`;
      await gateway.disturb({ ...loss, action: 'CreateTags' });
      const answer = await copy({
        snapshotId: snapshotId('REDSHIFT', automated.REDSHIFT),
        identifier,
        tags: [{ key: 'a', value: 'b' }],
      });
      await gateway.disturb();
      const { data } = await gateway.query(
        'query ($names: [String!]) { snapshots(filter: { identifiers: $names }) { nodes { tags { key } } } }',
        { names: [identifier] },
      );
      const isTagged = data.snapshots.nodes[0].tags.length === 1;
      expect(answer.__typename).toBe(isTagged ? 'CopySnapshotPayload' : 'OutcomeUnknownError');
    }
  });
});
