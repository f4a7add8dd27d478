import { DeleteDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import { DeleteClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { element, startStaticUpstream, type StaticUpstream } from '../support/static-upstream.ts';
import { at, clusterArn, makeCluster, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';

const startGuarded = () => startGateway({ policy: { deletion: deletionSettings.parse([{ keepLast: true }]) } });

/** Returns the reason or code of the error of a mutation or of its only item; `DONE` if there is none. */
async function outcomeOf(gateway: Gateway, mutation: string): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1, mutation.indexOf('('))}Payload`;
  const results = type === 'DeleteSnapshotPayload' ? '' : `... on ${type} { results { error { ...failure } } }`;
  const { data, errors } = await gateway.query(
    `mutation { change: ${mutation} { ${results} ...failure } }
    fragment failure on Error { code ... on InvalidStateError { reason } }`,
  );
  expect(errors).toBeUndefined();
  const failure = data.change.results?.[0].error ?? data.change;
  return failure.reason ?? failure.code ?? 'DONE';
}

const deletion = (id: string) => `deleteSnapshot(input: { snapshotId: "${id}" })`;
const batchDeletion = (id: string) => `deleteSnapshots(input: { snapshotIds: ["${id}"] })`;
const retention = (id: string, days: number | null) =>
  `updateSnapshotRetention(input: { snapshotIds: ["${id}"], days: ${days}, force: ${days !== null} })`;

const deleteActionOf = (service: ServiceName) =>
  service === 'REDSHIFT' ? 'DeleteClusterSnapshot' : 'DeleteDBClusterSnapshot';

describe.each(serviceNames)('a deleted snapshot that AWS still lists does not count as remaining in %s', (service) => {
  let gateway: Gateway;
  const [a, b] = [snapshotId(service, 'a'), snapshotId(service, 'b')];
  const load = () =>
    gateway.load({
      assumptions: { snapshotLingerSeconds: 600 },
      clusters: [makeCluster(service)],
      snapshots: ['a', 'b'].map((name) => makeSnapshot(service, name)),
    });
  beforeAll(async () => {
    gateway = await startGuarded();
  });
  afterAll(() => gateway.close());

  it.each([
    ['deleteSnapshot', deletion],
    ['deleteSnapshots', batchDeletion],
  ])('after a second %s of it, which AWS refuses', async (_, remove) => {
    await load();
    expect(await outcomeOf(gateway, remove(a))).toBe('DONE');
    expect(await outcomeOf(gateway, remove(a))).toBe('NOT_FOUND');
    expect(await outcomeOf(gateway, remove(b))).toBe('LAST_SNAPSHOT');
  });

  it('after a second deletion that AWS denies', async () => {
    await load();
    expect(await outcomeOf(gateway, deletion(a))).toBe('DONE');
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: deleteActionOf(service) });
    expect(await outcomeOf(gateway, deletion(a))).toBe('FORBIDDEN');
    await gateway.disturb();
    expect(await outcomeOf(gateway, deletion(b))).toBe('LAST_SNAPSHOT');
  });

  it('if it was deleted without the gateway, and AWS says so', async () => {
    await load();
    const { docdb, redshift } = gateway.emulator;
    await (service === 'REDSHIFT'
      ? redshift().send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'a' }))
      : docdb().send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'a' })));
    expect(await outcomeOf(gateway, deletion(a))).toBe('NOT_FOUND');
    expect(await outcomeOf(gateway, deletion(b))).toBe('LAST_SNAPSHOT');
  });
});

describe('a Redshift snapshot whose retention period was shortened', () => {
  const createdAt = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const load = (...names: string[]) =>
    gateway.load({
      assumptions: { snapshotLingerSeconds: 600 },
      clusters: [makeCluster('REDSHIFT')],
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', name, { createdAt })),
    });
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGuarded();
  });
  afterAll(() => gateway.close());

  it('does not count as remaining if this deleted it, even if the period was to be prolonged afterwards', async () => {
    await load('a', 'b');
    const [a, b] = [snapshotId('REDSHIFT', 'a'), snapshotId('REDSHIFT', 'b')];
    expect(await outcomeOf(gateway, retention(a, 5))).toBe('DONE');
    expect(await outcomeOf(gateway, retention(a, null))).toBe('NOT_FOUND');
    expect(await outcomeOf(gateway, deletion(b))).toBe('LAST_SNAPSHOT');
  });

  it('counts again after the period was prolonged', async () => {
    await load('c', 'd');
    const [c, d] = [snapshotId('REDSHIFT', 'c'), snapshotId('REDSHIFT', 'd')];
    expect(await outcomeOf(gateway, retention(c, 31))).toBe('DONE');
    expect(await outcomeOf(gateway, deletion(d))).toBe('LAST_SNAPSHOT');
    expect(await outcomeOf(gateway, retention(c, null))).toBe('DONE');
    expect(await outcomeOf(gateway, deletion(d))).toBe('DONE');
  });
});

describe('an Amazon DocumentDB copy that is deleted before it is complete', () => {
  const deletionWith = async (statusAfterwards: string) => {
    let reads = 0;
    const copy = () =>
      element('DBClusterSnapshot', {
        DBClusterSnapshotIdentifier: 'copy',
        DBClusterIdentifier: 'orders',
        DBClusterSnapshotArn: snapshotArn('DOCUMENTDB', 'copy'),
        Engine: 'docdb',
        SnapshotType: 'manual',
        Status: reads++ === 0 ? 'copying' : statusAfterwards,
        SnapshotCreateTime: at(60),
        ClusterCreateTime: at(0),
      });
    const cluster = element('DBCluster', {
      DBClusterIdentifier: 'orders',
      DBClusterArn: clusterArn('DOCUMENTDB', 'orders'),
      Engine: 'docdb',
      Status: 'available',
      ClusterCreateTime: at(0),
    });
    const upstream = await startStaticUpstream({
      DescribeDBClusterSnapshots: () => `<DBClusterSnapshots>${copy()}</DBClusterSnapshots>`,
      DescribeDBClusters: `<DBClusters>${cluster}</DBClusters>`,
      DescribeDBClusterSnapshotAttributes: '<DBClusterSnapshotAttributesResult></DBClusterSnapshotAttributesResult>',
      DeleteDBClusterSnapshot: copy,
    });
    const policy = { deletion: deletionSettings.parse([{ keepLast: true }]) };
    const gateway = await startGateway({ aws: { endpoint: upstream.url }, policy });
    const outcome = await outcomeOf(gateway, deletion(snapshotId('DOCUMENTDB', 'copy')));
    await gateway.close();
    await upstream.close();
    return outcome;
  };

  it('is no snapshot to keep', async () => {
    expect(await deletionWith('copying')).toBe('DONE');
  });

  it('is kept as the last one if it has become available in the meantime', async () => {
    expect(await deletionWith('available')).toBe('LAST_SNAPSHOT');
  });
});

describe('a Redshift snapshot does not count as remaining', () => {
  const [a, b] = [snapshotId('REDSHIFT', 'a'), snapshotId('REDSHIFT', 'b')];
  const times = { SnapshotCreateTime: new Date().toISOString(), ClusterCreateTime: at(0) };
  const named = (SnapshotIdentifier: string, period: string | undefined) =>
    element('Snapshot', {
      SnapshotIdentifier,
      ClusterIdentifier: 'sales',
      OwnerAccount: account,
      SnapshotType: 'manual',
      Status: 'available',
      ManualSnapshotRetentionPeriod: period,
      ...times,
    });
  const cluster = element('Cluster', { ClusterIdentifier: 'sales', ClusterStatus: 'available', ...times });
  let gateway: Gateway;
  let upstream: StaticUpstream;
  beforeEach(async () => {
    upstream = await startStaticUpstream();
    const policy = { deletion: deletionSettings.parse([{ keepLast: true }]) };
    gateway = await startGateway({ aws: { endpoint: upstream.url }, policy });
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });
  /** Sets the retention period of b in lookups and in lists; a is kept forever. */
  const answer = (period: string | undefined, listed = period) =>
    upstream.answer({
      DescribeClusterSnapshots: ({ SnapshotIdentifier: name }) =>
        `<Snapshots>${name === 'b' ? '' : named('a', '-1')}${name === 'a' ? '' : named('b', name ? period : listed)}</Snapshots>`,
      DescribeClusters: `<Clusters>${cluster}</Clusters>`,
      DeleteClusterSnapshot: named('a', '-1'),
      ModifyClusterSnapshot: named('b', period),
    });

  it('if AWS does not report its retention period', async () => {
    answer(undefined);
    expect(await outcomeOf(gateway, deletion(a))).toBe('LAST_SNAPSHOT');
    answer('-1');
    expect(await outcomeOf(gateway, deletion(a))).toBe('DONE');
  });

  it('if its shortened period was prolonged within the horizon, and AWS still lists the first period', async () => {
    answer('-1');
    expect(await outcomeOf(gateway, retention(b, 3))).toBe('DONE');
    answer('3', '-1');
    expect(await outcomeOf(gateway, retention(b, 5))).toBe('DONE');
    expect(await outcomeOf(gateway, deletion(a))).toBe('LAST_SNAPSHOT');
    expect(await outcomeOf(gateway, retention(b, 30))).toBe('DONE');
    answer('30', '-1');
    expect(await outcomeOf(gateway, deletion(a))).toBe('DONE');
  });
});
