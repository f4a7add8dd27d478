import { describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { account, region, startGateway } from '../support/gateway.ts';
import { element, type StaticAnswers, useStaticUpstream } from '../support/static-upstream.ts';
import { snapshotId } from '../support/worlds.ts';

type Values = Record<string, string | undefined>;

const stranger = '555566667777';
const redshiftArn = (owner: string, name: string) => `arn:aws:redshift:${region}:${owner}:snapshot:sales/${name}`;
const times = { SnapshotCreateTime: '2026-01-02T00:00:00Z', ClusterCreateTime: '2026-01-01T00:00:00Z' };
const usual = { SnapshotType: 'manual', Status: 'available', ...times };

const redshift = (name: string, values: Values = {}) =>
  element('Snapshot', {
    SnapshotIdentifier: name,
    ClusterIdentifier: 'sales',
    SnapshotArn: redshiftArn(account, name),
    OwnerAccount: account,
    ...usual,
    ...values,
  });
const documentDB = (name: string, values: Values = {}) =>
  element('DBClusterSnapshot', {
    DBClusterSnapshotIdentifier: name,
    DBClusterIdentifier: 'orders',
    DBClusterSnapshotArn: `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`,
    Engine: 'docdb',
    ...usual,
    ...values,
  });
const documentDBCluster = (values: Values = {}) => ({
  DescribeDBClusters: `<DBClusters>${element('DBCluster', {
    DBClusterIdentifier: 'orders',
    Engine: 'docdb',
    Status: 'available',
    ClusterCreateTime: times.ClusterCreateTime,
    ...values,
  })}</DBClusters>`,
});
const listing = (...snapshots: string[]): StaticAnswers => ({
  DescribeClusterSnapshots: `<Snapshots>${snapshots.join('')}</Snapshots>`,
});
const documentDBListing = (...snapshots: string[]): StaticAnswers => ({
  DescribeDBClusterSnapshots: `<DBClusterSnapshots>${snapshots.join('')}</DBClusterSnapshots>`,
});

const fixed = useStaticUpstream();

const reports = 'isComplete totalCount { value precision } sources { status error { code message } }';
const orders = [null, '{ field: IDENTIFIER, direction: ASC }'];

async function list(answers: StaticAnswers, filter: string, fields = 'identifier', orderBy: string | null = null) {
  fixed.upstream.answer(answers);
  const { data, errors } = await fixed.gateway.query(
    `{ snapshots(filter: { ${filter} }, orderBy: ${orderBy}) { nodes { ${fields} } ${reports} } }`,
  );
  expect(errors).toBeUndefined();
  return data.snapshots;
}

/** What a list with one snapshot `a` and a record that is left out answers. */
const onlyA = (message: RegExp, names = ['a']) => ({
  isComplete: false,
  nodes: names.map((identifier) => ({ identifier })),
  totalCount: { value: names.length, precision: 'AT_LEAST' },
  sources: [{ status: 'PARTIAL', error: { code: 'UPSTREAM', message: expect.stringMatching(message) } }],
});

describe('a record of which AWS reports two owners', () => {
  const answers = {
    'own by its ARN': { OwnerAccount: stranger },
    'own by OwnerAccount': { SnapshotArn: redshiftArn(stranger, 'b') },
  };

  it.each(Object.entries(answers))('is not listed, and its source is PARTIAL: %s', async (_, values) => {
    for (const orderBy of orders) {
      const found = await list(
        listing(redshift('a'), redshift('b', values)),
        'services: [REDSHIFT]',
        'identifier',
        orderBy,
      );
      expect(found).toEqual(onlyA(/with two different owners/));
    }
  });

  it('is not reported as not found', async () => {
    fixed.upstream.answer(listing(redshift('b', { OwnerAccount: stranger })));
    const { data, errors } = await fixed.gateway.query(`{ snapshot(arn: "${redshiftArn(account, 'b')}") { id } }`);
    expect(data).toEqual({ snapshot: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM' } }]);
  });

  it('does not matter if another account owns it by both', async () => {
    const theirs = redshift('b', { OwnerAccount: stranger, SnapshotArn: redshiftArn(stranger, 'b') });
    const unnamed = redshift('c', { OwnerAccount: undefined, SnapshotArn: redshiftArn(stranger, 'c') });
    const found = await list(listing(redshift('a'), theirs, unnamed), 'services: [REDSHIFT]');
    expect(found).toMatchObject({ isComplete: true, nodes: [{ identifier: 'a' }] });
  });
});

it('a record without an owner is not listed as a snapshot of the requested owner', async () => {
  const theirs = redshift('a', { OwnerAccount: stranger, SnapshotArn: redshiftArn(stranger, 'a') });
  const unowned = redshift('b', { OwnerAccount: undefined, SnapshotArn: undefined });
  const filter = `services: [REDSHIFT], types: [SHARED], ownerAccounts: ["${stranger}"]`;
  expect(await list(listing(theirs, unowned), filter)).toEqual(onlyA(/without an owner/));
});

describe('a record of unknown type', () => {
  it.each(['types: [MANUAL]', 'types: [AUTOMATED]', 'keptForever: true'])(
    'does not match, and makes its source PARTIAL, although AWS filters by type: %s',
    async (condition) => {
      const type = condition.includes('AUTOMATED') ? 'automated' : 'manual';
      const known = { SnapshotType: type, ManualSnapshotRetentionPeriod: '-1' };
      for (const SnapshotType of [undefined, 'newer']) {
        const values = { ...known, SnapshotType };
        const answers = {
          ...listing(redshift('a', known), redshift('b', values)),
          ...documentDBListing(documentDB('a', known), documentDB('b', values)),
        };
        for (const service of ['REDSHIFT', 'DOCUMENTDB'])
          expect(await list(answers, `services: [${service}], ${condition}`)).toEqual(
            onlyA(/filter\.(types|keptForever)/),
          );
      }
    },
  );
});

it('an automated snapshot has no retention, in any spelling of its type', async () => {
  const answers = listing(redshift('a', { SnapshotType: 'Automated', ManualSnapshotRetentionPeriod: '-1' }));
  const { nodes } = await list(answers, '', 'type retention { forever }');
  expect(nodes).toEqual([{ type: 'AUTOMATED', retention: null }]);
});

it('the origin of a copy has no account if AWS reports none that can be read', async () => {
  const answers = {
    ...listing(redshift('a', { OwnerAccount: 'amazon', SnapshotArn: undefined, SourceRegion: 'eu-west-1' })),
    ...documentDBListing(
      documentDB('b', { SourceDBClusterSnapshotArn: 'arn:aws:rds:eu-west-1:amazon:cluster-snapshot:c' }),
    ),
  };
  const { nodes } = await list(answers, '', 'identifier origin { region account snapshotArn }');
  expect(nodes).toEqual([
    { identifier: 'a', origin: { region: 'eu-west-1', account: null, snapshotArn: null } },
    {
      identifier: 'b',
      origin: { region: 'eu-west-1', account: null, snapshotArn: 'arn:aws:rds:eu-west-1:amazon:cluster-snapshot:c' },
    },
  ]);
});

describe('a record without an engine', () => {
  it('is not listed, and its source is PARTIAL', async () => {
    const answers = documentDBListing(documentDB('a'), documentDB('b', { Engine: undefined }));
    expect(await list(answers, 'services: [DOCUMENTDB]')).toEqual(onlyA(/without an engine/));
  });

  it('does not make the snapshots of a cluster orphaned', async () => {
    const answers = { ...documentDBListing(documentDB('a')), ...documentDBCluster({ Engine: undefined }) };
    for (const orphaned of [true, false])
      expect(await list(answers, `services: [DOCUMENTDB], orphaned: ${orphaned}`)).toEqual(
        onlyA(/without an engine/, []),
      );
  });
});

it('a cluster of another account is not listed', async () => {
  const DBClusterArn = `arn:aws:rds:${region}:${stranger}:cluster:orders`;
  fixed.upstream.answer({ ...documentDBListing(documentDB('a')), ...documentDBCluster({ DBClusterArn }) });
  const { data } = await fixed.gateway.query('{ clusters { nodes { arn } } snapshots { nodes { cluster { arn } } } }');
  expect(data).toEqual({ clusters: { nodes: [] }, snapshots: { nodes: [{ cluster: null }] } });
});

it('a snapshot without a cluster comes last in either direction', async () => {
  const answers = listing(redshift('a', { ClusterIdentifier: undefined }), redshift('b'));
  for (const direction of ['ASC', 'DESC']) {
    const { nodes } = await list(answers, '', 'identifier', `{ field: CLUSTER, direction: ${direction} }`);
    expect(nodes).toEqual([{ identifier: 'b' }, { identifier: 'a' }]);
  }
});

it('a snapshot without a cluster can be one of the snapshots of a cluster', async () => {
  fixed.upstream.answer({
    ...documentDBCluster(),
    ...documentDBListing(documentDB('a', { DBClusterIdentifier: undefined })),
  });
  const { data } = await fixed.gateway.query(
    `{ clusters { nodes { snapshots { nodes { identifier } ${reports} } } } }`,
  );
  expect(data.clusters.nodes).toEqual([{ snapshots: onlyA(/does not report/, []) }]);
});

it.each([{ SnapshotIdentifier: '' }, { OwnerAccount: stranger }])(
  'a record that cannot be listed can be the recovery point of a cluster, so these are not known: %j',
  async (values) => {
    const cluster = element('Cluster', {
      ClusterIdentifier: 'sales',
      ClusterStatus: 'available',
      ClusterCreateTime: times.ClusterCreateTime,
    });
    fixed.upstream.answer({ DescribeClusters: `<Clusters>${cluster}</Clusters>`, ...listing(redshift('a', values)) });
    const { data, errors } = await fixed.gateway.query(
      '{ clusters { nodes { latestSnapshot { identifier } snapshotDays(last: 1) { count } } } }',
    );
    expect(data.clusters.nodes).toEqual([{ latestSnapshot: null, snapshotDays: null }]);
    const code = { extensions: { code: 'UPSTREAM' } };
    expect(errors).toMatchObject([code, code]);
  },
);

it('sharing that AWS does not return is unknown, not private', async () => {
  const answers = { ...documentDBListing(documentDB('a')), DescribeDBClusterSnapshotAttributes: '' };
  expect(await list(answers, 'services: [DOCUMENTDB], exposure: PRIVATE')).toEqual(onlyA(/no sharing/, []));
});

it('a snapshot without a cluster is not deleted if the last snapshot of a cluster is kept', async () => {
  const guarded = await startGateway({
    aws: { endpoint: fixed.upstream.url },
    policy: { deletion: deletionSettings.parse([{ keepLast: true }]) },
  });
  const sharing = element('DBClusterSnapshotAttributesResult', { DBClusterSnapshotIdentifier: 'a' });
  fixed.upstream.answer({
    ...documentDBCluster(),
    ...documentDBListing(documentDB('a', { DBClusterIdentifier: undefined })),
    DescribeDBClusterSnapshotAttributes: sharing,
  });
  const { data } = await guarded.query(
    `mutation { deleteSnapshot(input: { snapshotId: "${snapshotId('DOCUMENTDB', 'a')}" }) {
      ... on Error { code message } ... on DeleteSnapshotPayload { snapshot { status } }
    } }`,
  );
  expect(data.deleteSnapshot).toEqual({
    code: 'UPSTREAM',
    message: expect.stringMatching(/does not report its cluster/),
  });
  await guarded.close();
});

it('a lookup returns only the snapshot that has the ARN', async () => {
  const elsewhere = redshiftArn(account, 'a').replace(region, 'eu-west-1');
  fixed.upstream.answer(listing(redshift('a', { SnapshotArn: elsewhere })));
  const { data } = await fixed.gateway.query(`{ snapshot(arn: "${redshiftArn(account, 'a')}") { arn } }`);
  expect(data).toEqual({ snapshot: null });
});
