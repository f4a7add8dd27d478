import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { listedSnapshot } from '../support/listed-snapshots.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { element, members, useStaticUpstream } from '../support/static-upstream.ts';
import { makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
const byName = '{ field: IDENTIFIER, direction: ASC }';
const list = (orderBy: string | null, filter: string) => `{
  snapshots(first: 100, orderBy: ${orderBy}, filter: ${filter}) {
    isComplete nodes { identifier } totalCount { value precision } sources { status error { code message } }
  }
}`;

async function ask(gateway: Gateway, orderBy: string | null, filter: string) {
  const { data, errors } = await gateway.query(list(orderBy, filter));
  expect(errors).toBeUndefined();
  const { nodes, ...rest } = data.snapshots;
  return { ...rest, names: nodes.map(({ identifier }: { identifier: string }) => identifier).sort() };
}

const partial = (code: string, message: string | RegExp = '') => ({
  isComplete: false,
  sources: [{ status: 'PARTIAL', error: { code, message: expect.stringMatching(message) } }],
});

describe('snapshots of which AWS does not report every value', () => {
  type Values = Record<string, string | undefined>;
  const redshift = (name: string, values: Values) =>
    listedSnapshot('REDSHIFT', name, { Encrypted: 'true', ManualSnapshotRetentionPeriod: '-1', ...values });
  const documentDB = (name: string, values: Values) =>
    listedSnapshot('DOCUMENTDB', name, { DBClusterIdentifier: 'sales', StorageEncrypted: 'true', ...values });
  const services = {
    REDSHIFT: { snapshot: redshift, result: 'Snapshots', cluster: 'ClusterIdentifier', encrypted: 'Encrypted' },
    DOCUMENTDB: {
      snapshot: documentDB,
      result: 'DBClusterSnapshots',
      cluster: 'DBClusterIdentifier',
      encrypted: 'StorageEncrypted',
    },
  } as const satisfies Record<ServiceName, unknown>;

  const fixed = useStaticUpstream();

  describe.each(serviceNames)('of %s', (service) => {
    const { snapshot, result, cluster, encrypted } = services[service];
    /** AWS lists a snapshot with all values, and twelve without one of them: more than failed tests that end a list. */
    const answerWithout = (missing: Values) =>
      fixed.upstream.answer(() => {
        const unknown = Array.from({ length: 12 }, (_, index) => snapshot(`unknown-${index}`, missing));
        return members({ [result]: [...unknown, snapshot('known', {})].join('') });
      });

    it.each([
      [{ SnapshotCreateTime: undefined }, 'createdAfter: "2025-01-01T00:00:00Z"'],
      [{ SnapshotCreateTime: undefined }, 'createdBefore: "2027-01-01T00:00:00Z"'],
      [{ SnapshotCreateTime: undefined }, 'olderThanDays: 0'],
      [{ SnapshotCreateTime: undefined }, 'youngerThanDays: 100000'],
      [{ [encrypted]: undefined }, 'encrypted: true'],
      [{ [cluster]: undefined }, `clusterIdentifiers: ["sales"]`],
      [{ SnapshotType: 'newer' }, 'types: [MANUAL, AUTOMATED]'],
    ])('do not match, and make their source PARTIAL: %j, %s', async (missing, condition) => {
      answerWithout(missing);
      for (const orderBy of [null, byName]) {
        const found = await ask(fixed.gateway, orderBy, `{ services: [${service}], ${condition} }`);
        expect(found).toMatchObject({
          ...partial('UPSTREAM', `filter.${condition.split(':')[0]}`),
          names: ['known'],
          totalCount: { value: 1, precision: 'AT_LEAST' },
        });
      }
    });

    it.each([
      [{ SnapshotCreateTime: undefined }, 'createdAfter: "2027-01-01T00:00:00Z", search: "nothing"'],
      [{ [encrypted]: undefined }, 'encrypted: true, types: [AUTOMATED]'],
      [{ SnapshotType: 'newer' }, 'types: [SHARED], ownerAccounts: ["555566667777"]'],
      [{ Status: 'newer' }, 'statuses: [FAILED]'],
    ])('do not matter if another condition excludes them: %j, %s', async (missing, condition) => {
      answerWithout(missing);
      for (const orderBy of [null, byName]) {
        const found = await ask(fixed.gateway, orderBy, `{ services: [${service}], ${condition} }`);
        expect(found).toMatchObject({
          isComplete: true,
          names: [],
          totalCount: { value: 0, precision: 'EXACT' },
        });
      }
    });

    it('match conditions on other values', async () => {
      answerWithout({ SnapshotCreateTime: undefined, [encrypted]: undefined, SnapshotType: 'newer' });
      const found = await ask(
        fixed.gateway,
        null,
        `{ services: [${service}], types: [MANUAL, UNKNOWN], statuses: [AVAILABLE] }`,
      );
      expect(found).toMatchObject({ isComplete: true, totalCount: { value: 13, precision: 'EXACT' } });
    });
  });

  it('have an exposure if AWS reports it: Amazon Redshift lists it', async () => {
    const shares = element('AccountWithRestoreAccess', { AccountId: '555566667777' });
    fixed.upstream.answer(() =>
      members({ Snapshots: redshift('newer', { SnapshotType: 'newer', AccountsWithRestoreAccess: shares }) }),
    );
    for (const orderBy of [null, byName]) {
      const found = await ask(fixed.gateway, orderBy, '{ services: [REDSHIFT], exposure: EXTERNAL }');
      expect(found).toMatchObject({ isComplete: true, names: ['newer'], totalCount: { value: 1, precision: 'EXACT' } });
    }
  });

  it('have no known exposure in Amazon DocumentDB', async () => {
    fixed.upstream.answer(() => members({ DBClusterSnapshots: documentDB('newer', { SnapshotType: 'newer' }) }));
    for (const orderBy of [null, byName]) {
      const found = await ask(fixed.gateway, orderBy, '{ services: [DOCUMENTDB], exposure: PUBLIC }');
      expect(found).toMatchObject({ ...partial('UPSTREAM', 'filter.exposure'), names: [] });
      expect(found.totalCount).toEqual({ value: 0, precision: 'AT_LEAST' });
    }
  });

  it.each(['sharedWith: ["555566667777"]', 'sharedOutside: ["999999999999"]'])(
    'are shared if AWS reports it: Amazon Redshift lists it, Amazon DocumentDB does not: %s',
    async (condition) => {
      const shares = element('AccountWithRestoreAccess', { AccountId: '555566667777' });
      const snapshots = {
        Snapshots: redshift('newer', { SnapshotType: 'newer', AccountsWithRestoreAccess: shares }),
        DBClusterSnapshots: documentDB('newer', { SnapshotType: 'newer' }),
      };
      fixed.upstream.answer(() => members(snapshots));
      for (const orderBy of [null, byName]) {
        const known = await ask(fixed.gateway, orderBy, `{ services: [REDSHIFT], ${condition} }`);
        expect(known).toMatchObject({ isComplete: true, names: ['newer'], totalCount: { precision: 'EXACT' } });
        const unknown = await ask(fixed.gateway, orderBy, `{ services: [DOCUMENTDB], ${condition} }`);
        expect(unknown).toMatchObject({ ...partial('UPSTREAM', `filter.${condition.split(':')[0]}`), names: [] });
      }
    },
  );

  it('have an unknown size', async () => {
    fixed.upstream.answer(() =>
      members({
        Snapshots:
          redshift('unknown', { TotalBackupSizeInMegaBytes: '-1' }) +
          redshift('known', { TotalBackupSizeInMegaBytes: '0' }),
      }),
    );
    for (const orderBy of [null, byName]) {
      const found = await ask(fixed.gateway, orderBy, '{ services: [REDSHIFT], minimumMegabytes: 0 }');
      expect(found).toMatchObject({ ...partial('UPSTREAM', 'filter.minimumMegabytes'), names: ['known'] });
    }
  });

  it('are shared with an organization, which can include any account', async () => {
    const organization = 'arn:aws:organizations::111122223333:organization/o-1';
    const shares = element('AccountWithRestoreAccess', { AccountId: organization });
    fixed.upstream.answer(() => members({ Snapshots: redshift('shared', { AccountsWithRestoreAccess: shares }) }));
    const services = 'services: [REDSHIFT]';
    const found = await ask(fixed.gateway, null, `{ ${services}, sharedWith: ["555566667777"] }`);
    expect(found).toMatchObject({ ...partial('UPSTREAM', 'filter.sharedWith'), names: [] });
    const outside = await ask(fixed.gateway, null, `{ ${services}, sharedOutside: ["555566667777"] }`);
    expect(outside).toMatchObject({ isComplete: true, names: ['shared'] });
  });

  it('have no known retention', async () => {
    fixed.upstream.answer(() =>
      members({ Snapshots: redshift('unknown', { ManualSnapshotRetentionPeriod: undefined }) + redshift('known', {}) }),
    );
    for (const orderBy of [null, byName]) {
      const found = await ask(fixed.gateway, orderBy, '{ services: [REDSHIFT], keptForever: true }');
      expect(found).toMatchObject({ ...partial('UPSTREAM', 'filter.keptForever'), names: ['known'] });
    }
  });
});

describe('a failed AWS call for a condition', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());

  it.each([null, byName])('leaves out only the record that it concerns, with orderBy: %s', async (orderBy) => {
    const names = ['one', 'two', 'three', 'four'];
    await gateway.load({ snapshots: names.map((name) => makeSnapshot('DOCUMENTDB', name, { shares: ['all'] })) });
    await gateway.disturb({ ...denied, action: 'DescribeDBClusterSnapshotAttributes', nth: [2, 6] });
    const found = await ask(gateway, orderBy, '{ services: [DOCUMENTDB], exposure: PUBLIC }');
    expect(found.names).toHaveLength(3);
    expect(found).toMatchObject({ ...partial('FORBIDDEN'), totalCount: { value: 3, precision: 'AT_LEAST' } });
  });

  describe.each([
    // AWS lists clusters by page, and half of those of the snapshots are on the second page.
    { service: 'REDSHIFT', action: 'DescribeClusters', known: 50 },
    // AWS is asked for 100 clusters at once.
    { service: 'DOCUMENTDB', action: 'DescribeDBClusters', known: 0 },
  ] as const)('that reads clusters of $service', ({ service, action, known }) => {
    const names = Array.from({ length: 200 }, (_, index) => `c${String(index).padStart(3, '0')}`);
    const used = names.filter((_, index) => index % 2 === 0);
    beforeEach(async () => {
      await gateway.load({
        clusters: names.map((name) => makeCluster(service, name)),
        snapshots: used.map((name) => makeSnapshot(service, `of-${name}`, { cluster: name })),
      });
      await gateway.disturb({ ...denied, action, nth: service === 'REDSHIFT' ? [2, 4] : [1, 2] });
    });

    it.each([null, byName])('keeps the snapshots of the clusters that were read, with orderBy: %s', async (orderBy) => {
      const { data, errors } = await gateway.query(
        `{ snapshots(first: 100, orderBy: ${orderBy}, filter: { services: [${service}], orphaned: false }) {
          nodes { id } isComplete
        } }`,
      );
      expect(errors).toBeUndefined();
      expect(data.snapshots.nodes).toHaveLength(known);
      expect(data.snapshots.isComplete).toBe(false);
    });

    it('keeps the clusters that were read for the snapshots of a page', async () => {
      const { data, errors } = await gateway.query(
        `{ snapshots(first: 100, filter: { services: [${service}] }) { nodes { cluster { identifier } } } }`,
      );
      expect(data.snapshots.nodes.filter(({ cluster }: any) => cluster !== null)).toHaveLength(known);
      expect(errors).toHaveLength(100 - known);
    });
  });

  it('keeps the snapshots of the first page of a list for lookups by id', async () => {
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 250) });
    await gateway.disturb({ ...denied, action: 'DescribeClusterSnapshots', nth: 2 });
    const ids = makeSnapshots('REDSHIFT', 250)
      .map((_, index) => index)
      .filter((index) => index % 3 === 0);
    const global = ids.map((index) =>
      Buffer.from(
        `RedshiftSnapshot:arn:aws:redshift:${region}:${account}:snapshot:sales/sales-${String(index).padStart(4, '0')}`,
      ).toString('base64url'),
    );
    const { data, errors } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: global });
    const found = data.nodes.filter((node: unknown) => node !== null).length;
    expect(found).toBeGreaterThan(0);
    expect(found + (errors?.length ?? 0)).toBe(ids.length);
  });
});
