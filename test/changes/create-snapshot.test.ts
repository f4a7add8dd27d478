import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterId, globalId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    clusters: [
      ...clusters,
      makeCluster('REDSHIFT', 'paused', { status: 'paused' }),
      makeCluster('DOCUMENTDB', 'stopped', { status: 'stopped' }),
      makeCluster('DOCUMENTDB', 'graph', { isForeign: true }),
    ],
    snapshots: [
      makeSnapshot('REDSHIFT', 'taken', { cluster: 'another' }),
      makeSnapshot('DOCUMENTDB', 'taken', { cluster: 'another' }),
    ],
  });
  await gateway.calls();
});

async function create(input: object) {
  const { data, errors } = await gateway.query(
    `mutation ($input: CreateSnapshotInput!) {
      createSnapshot(input: $input) {
        __typename
        ... on CreateSnapshotPayload {
          snapshot { id identifier status type clusterIdentifier retention { days forever } tags { key value } }
          plannedCalls { source { service account region } action parameters }
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.createSnapshot;
}

const tags = [
  { key: 'team', value: 'bi' },
  { key: 'empty', value: '' },
];
const cluster = { REDSHIFT: 'sales', DOCUMENTDB: 'orders' };
const writes = ['CreateClusterSnapshot', 'CreateDBClusterSnapshot'];
const nameFacts = 'letters, digits and hyphens';

describe('createSnapshot', () => {
  it('starts an Amazon Redshift snapshot with a retention period and tags, and AWS converts its identifier', async () => {
    const answer = await create({
      clusterId: clusterId('REDSHIFT', 'sales'),
      identifier: 'Before-Upgrade',
      retentionDays: 30,
      tags,
    });
    expect(answer).toMatchObject({
      __typename: 'CreateSnapshotPayload',
      snapshot: {
        id: snapshotId('REDSHIFT', 'before-upgrade'),
        identifier: 'before-upgrade',
        status: 'CREATING',
        type: 'MANUAL',
        clusterIdentifier: 'sales',
        retention: { days: 30, forever: false },
        tags,
      },
    });
    expect(await actionsOf(gateway)).toEqual([
      'DescribeClusters',
      // The name as given, and in lowercase.
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
      'CreateClusterSnapshot',
    ]);
  });

  it('starts an Amazon DocumentDB snapshot, whose identifier AWS converts to lower case', async () => {
    const answer = await create({
      clusterId: clusterId('DOCUMENTDB', 'orders'),
      identifier: 'Before-Upgrade',
      tags,
    });
    expect(answer).toMatchObject({
      snapshot: {
        id: snapshotId('DOCUMENTDB', 'before-upgrade'),
        identifier: 'before-upgrade',
        status: 'CREATING',
        tags,
      },
    });
    // The last call reads the selected tags.
    expect(await actionsOf(gateway)).toEqual([
      'DescribeDBClusters',
      'DescribeDBClusterSnapshots',
      'CreateDBClusterSnapshot',
      'ListTagsForResource',
    ]);
  });

  it.each([
    [
      'REDSHIFT',
      'CreateClusterSnapshot',
      '{"SnapshotIdentifier":"New","ClusterIdentifier":"sales","ManualSnapshotRetentionPeriod":-1,"Tags":[{"Key":"a","Value":"b"}]}',
    ],
    [
      'DOCUMENTDB',
      'CreateDBClusterSnapshot',
      '{"DBClusterSnapshotIdentifier":"new","DBClusterIdentifier":"orders","Tags":[{"Key":"a","Value":"b"}]}',
    ],
  ] as const)('returns in a dry run the call that it makes without dryRun: %s', async (service, action, parameters) => {
    const input = {
      clusterId: clusterId(service, cluster[service]),
      identifier: 'New',
      tags: [{ key: 'a', value: 'b' }],
    };
    const plannedCalls = [{ source: { service, account, region }, action, parameters }];
    expect(await create({ ...input, dryRun: true })).toMatchObject({ snapshot: null, plannedCalls });
    expect((await actionsOf(gateway)).filter((each) => writes.includes(each ?? ''))).toEqual([]);
    expect(await create(input)).toMatchObject({ snapshot: { status: 'CREATING' }, plannedCalls });
  });

  it.each(serviceNames)('creates one snapshot for two concurrent requests: %s', async (service) => {
    const input = { clusterId: clusterId(service, cluster[service]), identifier: 'same' };
    const answers = await Promise.all([create(input), create(input)]);
    const made = answers.filter(({ __typename }) => __typename === 'CreateSnapshotPayload');
    const refused = answers.filter(({ code }) => ['ALREADY_EXISTS', 'INVALID_STATE'].includes(code));
    expect([made.length, refused.length]).toEqual([1, 1]);
  });

  it('completes after the client disconnects', async () => {
    await gateway.disturb({ kind: 'delay', moment: 'before', milliseconds: 300, action: 'CreateClusterSnapshot' });
    const abort = new AbortController();
    const request = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: abort.signal,
      body: JSON.stringify({
        query: 'mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { __typename } }',
        variables: { input: { clusterId: clusterId('REDSHIFT', 'sales'), identifier: 'left' } },
      }),
    }).catch(() => 'left');
    // After the two reads, the delayed call is in progress.
    const asked: unknown[] = [];
    const written = async () => asked.push(...(await actionsOf(gateway)));
    await expect.poll(written).toBeGreaterThanOrEqual(2);
    abort.abort();
    expect(await request).toBe('left');
    await expect.poll(written).toBe(3);
    expect(asked.at(-1)).toBe('CreateClusterSnapshot');
    const answer = await create({ clusterId: clusterId('REDSHIFT', 'sales'), identifier: 'left' });
    expect(answer).toMatchObject({ code: 'ALREADY_EXISTS' });
  });
});

describe('createSnapshot rejects', () => {
  it.each(serviceNames)('an identifier that is in use by a snapshot of any cluster: %s', async (service) => {
    const answer = await create({ clusterId: clusterId(service, cluster[service]), identifier: 'taken' });
    expect(answer).toMatchObject({ __typename: 'AlreadyExistsError', code: 'ALREADY_EXISTS', fault: null });
    expect(answer.message).toMatch('another');
  });

  it.each([
    ['REDSHIFT', 'paused', 'INVALID_STATE', /paused/],
    ['DOCUMENTDB', 'stopped', 'INVALID_STATE', /stopped/],
    ['REDSHIFT', 'gone', 'NOT_FOUND', /cluster:gone/],
    ['DOCUMENTDB', 'gone', 'NOT_FOUND', /cluster:gone/],
    ['DOCUMENTDB', 'graph', 'NOT_FOUND', /cluster:graph/],
  ] as const)('a %s cluster that is %s', async (service, name, code, message) => {
    const answer = await create({ clusterId: clusterId(service, name), identifier: 'new' });
    expect(answer).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await actionsOf(gateway)).filter((each) => writes.includes(each ?? ''))).toEqual([]);
  });

  it('an id that mixes two services', async () => {
    const mixed = globalId('RedshiftCluster', `arn:aws:rds:${region}:${account}:cluster:orders`);
    const answer = await create({ clusterId: mixed, identifier: 'new' });
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'clusterId'] });
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('a retention period for Amazon DocumentDB, which does not support it', async () => {
    const answer = await create({ clusterId: clusterId('DOCUMENTDB', 'orders'), identifier: 'new', retentionDays: 7 });
    expect(answer).toMatchObject({ __typename: 'NotSupportedError', code: 'NOT_SUPPORTED' });
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([
    ['REDSHIFT', { identifier: '' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: '1st' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: 'a--b' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: 'a-' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: 'rs:a' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: 'é' }, 'identifier', nameFacts],
    ['REDSHIFT', { identifier: 'a'.repeat(256) }, 'identifier', '1 to 255'],
    ['DOCUMENTDB', { identifier: 'a'.repeat(64) }, 'identifier', '1 to 63'],
    ['REDSHIFT', { retentionDays: 0 }, 'retentionDays', '1 to 3653'],
    ['REDSHIFT', { retentionDays: -2 }, 'retentionDays', '1 to 3653'],
    ['REDSHIFT', { retentionDays: 3654 }, 'retentionDays', '1 to 3653'],
    ['REDSHIFT', { tags: [{ key: '', value: '' }] }, 'tags.0.key', '1 to 128'],
    ['REDSHIFT', { tags: [{ key: 'a'.repeat(129), value: '' }] }, 'tags.0.key', '1 to 128'],
    ['REDSHIFT', { tags: [{ key: 'AWS:x', value: '' }] }, 'tags.0.key', 'aws:'],
    ['DOCUMENTDB', { tags: [{ key: 'rds:x', value: '' }] }, 'tags.0.key', 'rds:'],
    ['DOCUMENTDB', { tags: [{ key: 'a@b', value: '' }] }, 'tags.0.key', 'Amazon DocumentDB'],
    ['REDSHIFT', { tags: [{ key: 'a', value: 'a#b' }] }, 'tags.0.value', '0 to 256'],
    ['REDSHIFT', { tags: [{ key: 'a', value: 'a'.repeat(257) }] }, 'tags.0.value', '0 to 256'],
    ['REDSHIFT', { tags: [tags[0], tags[0]] }, 'tags', 'twice'],
    ['REDSHIFT', { tags: Array.from({ length: 51 }, (_, at) => ({ key: `k${at}`, value: '' })) }, 'tags', '50'],
  ] as const)('for %s the input %j, without an AWS call', async (service, part, field, allowed) => {
    const answer = await create({ clusterId: clusterId(service, cluster[service]), identifier: 'new', ...part });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect(answer.field).toEqual(['input', ...field.split('.')]);
    expect(answer.message).toMatch(allowed);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('an input with every problem at once', async () => {
    const answer = await create({
      clusterId: clusterId('REDSHIFT', 'sales'),
      identifier: '-',
      retentionDays: 4000,
      tags: [tags[0], { key: 'aws:a', value: '#' }],
    });
    expect(answer.problems.map(({ field }: { field: string[] }) => field.slice(1).join('.'))).toEqual([
      'identifier',
      'retentionDays',
      'tags.1.key',
      'tags.1.value',
    ]);
  });

  it.each([
    ['a snapshot', snapshotId('REDSHIFT', 'taken')],
    ['no record', 'nonsense'],
    ['a cluster in a region that is not configured', clusterId('REDSHIFT', 'sales', { region: 'eu-west-3' })],
  ])('the id of %s', async (_what, id) => {
    expect(await create({ clusterId: id, identifier: 'new' })).toMatchObject({
      __typename: 'InvalidInputError',
      field: ['input', 'clusterId'],
    });
  });

  it('a request by GET', async () => {
    const query = 'mutation { createSnapshot(input: {clusterId: "x", identifier: "y"}) { __typename } }';
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`);
    expect(response.status).toBe(405);
  });
});
