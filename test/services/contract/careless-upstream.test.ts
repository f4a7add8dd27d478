import { afterEach, describe, expect, it } from 'vitest';
import { account } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { useStaticUpstream } from '../../support/static-upstream.ts';
import { at, clusterArn, clusterId, snapshotArn, snapshotId } from '../../support/worlds.ts';
import { differences } from './differences.ts';

/** An upstream that ignores names, filters and owners: every list returns these records, of the clusters c1 and c2. */
interface Row {
  readonly name: string;
  readonly cluster: string;
  readonly owner?: string;
  readonly type?: string;
}
const stranger = '555566667777';
const rows: readonly Row[] = [
  { name: 'first', cluster: 'c1' },
  { name: 'second', cluster: 'c2' },
  { name: 'nightly', cluster: 'c1', type: 'automated' },
  { name: 'left', cluster: 'gone' },
  { name: 'foreign', cluster: 'c1', owner: stranger },
];
const own = ['first', 'left', 'nightly', 'second'];

const xml = (members: Readonly<Record<string, string>>) =>
  Object.entries(members)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');

function snapshotXml(service: ServiceName, { name, cluster, owner = account, type = 'manual' }: Row): string {
  const shown = { SnapshotCreateTime: at(60), ClusterCreateTime: at(0), SnapshotType: type, Status: 'available' };
  if (service === 'REDSHIFT') {
    const named = { SnapshotIdentifier: name, ClusterIdentifier: cluster, OwnerAccount: owner };
    return `<Snapshot>${xml({ ...shown, ...named, SnapshotArn: snapshotArn(service, name, { account: owner, cluster }) })}</Snapshot>`;
  }
  const named = { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster, Engine: 'docdb' };
  const arn = { DBClusterSnapshotArn: snapshotArn(service, name, { account: owner }) };
  return `<DBClusterSnapshot>${xml({ ...shown, ...named, ...arn })}</DBClusterSnapshot>`;
}

function clusterXml(service: ServiceName, name: string): string {
  if (service === 'REDSHIFT') {
    const shown = { ClusterIdentifier: name, ClusterStatus: 'available', ClusterCreateTime: at(0) };
    return `<Cluster>${xml(shown)}</Cluster>`;
  }
  const arn = clusterArn(service, name);
  const shown = { DBClusterIdentifier: name, Engine: 'docdb', Status: 'available', ClusterCreateTime: at(0) };
  return `<DBCluster>${xml({ ...shown, DBClusterArn: arn })}</DBCluster>`;
}

function answersOf(service: ServiceName) {
  const { snapshots, clusters } = differences[service].reads;
  const of = (name: string, content: string) => `<${name}>${content}</${name}>`;
  const [snapshotList, clusterList] =
    service === 'REDSHIFT' ? ['Snapshots', 'Clusters'] : ['DBClusterSnapshots', 'DBClusters'];
  return {
    [snapshots]: of(snapshotList, rows.map((row) => snapshotXml(service, row)).join('')),
    [clusters]: of(clusterList, ['c1', 'c2'].map((name) => clusterXml(service, name)).join('')),
  };
}

const fixed = useStaticUpstream();
afterEach(() => fixed.upstream.answer({}));

async function ask(text: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await fixed.gateway.query(text, variables);
  expect(errors).toBeUndefined();
  return data;
}

const names = (nodes: readonly { identifier: string }[]) => nodes.map(({ identifier }) => identifier).toSorted();

describe.each(serviceNames)('if AWS ignores names and filters, %s', (service) => {
  const load = () => fixed.upstream.answer(answersOf(service));
  const arnOf = (name: string) => {
    const { cluster, owner } = rows.find((row) => row.name === name) ?? { cluster: 'c1', owner: undefined };
    return snapshotArn(service, name, { cluster, account: owner });
  };

  it.each([...own, 'nowhere'])('looks up exactly the snapshot %s', async (name) => {
    load();
    const expected = own.includes(name) ? { arn: arnOf(name) } : null;
    const byArn = await ask('query ($arn: String!) { snapshot(arn: $arn) { arn } }', { arn: arnOf(name) });
    expect(byArn.snapshot).toEqual(expected);
    const { cluster = 'c1' } = rows.find((row) => row.name === name) ?? {};
    const id = snapshotId(service, name, { cluster });
    const byId = await ask('query ($id: ID!) { node(id: $id) { ... on Snapshot { arn } } }', { id });
    expect(byId.node).toEqual(expected);
  });

  it.each(['c1', 'c2', 'nowhere'])('looks up exactly the cluster %s', async (name) => {
    load();
    const arn = clusterArn(service, name);
    const expected = name === 'nowhere' ? null : { arn };
    expect((await ask('query ($arn: String!) { cluster(arn: $arn) { arn } }', { arn })).cluster).toEqual(expected);
    const { node } = await ask('query ($id: ID!) { node(id: $id) { ... on Cluster { arn } } }', {
      id: clusterId(service, name),
    });
    expect(node).toEqual(expected);
  });

  it.each([
    [{}, own],
    [{ identifiers: ['second'] }, ['second']],
    [{ identifiers: ['SECOND', 'nowhere'] }, ['second']],
    [{ clusterIdentifiers: ['c1'] }, ['first', 'nightly']],
    [{ types: ['MANUAL'] }, ['first', 'left', 'second']],
    [{ types: ['AUTOMATED'] }, ['nightly']],
    [{ createdAfter: at(90) }, []],
    [{ createdBefore: at(30) }, []],
    [{ orphaned: true }, ['left']],
    [{ orphaned: false }, ['first', 'nightly', 'second']],
    [{ tags: [{ key: 'team' }] }, []],
    [{ types: ['SHARED'], ownerAccounts: [stranger] }, ['foreign']],
  ])('lists for %j only %j', async (filter, expected) => {
    load();
    for (const orderBy of [undefined, { field: 'IDENTIFIER', direction: 'ASC' }]) {
      const { snapshots } = await ask(
        `query ($filter: SnapshotFilter, $orderBy: SnapshotOrder) {
          snapshots(filter: $filter, orderBy: $orderBy) { totalCount { value } nodes { identifier } }
        }`,
        { filter: { services: [service], ...filter }, orderBy },
      );
      expect(names(snapshots.nodes)).toEqual(expected);
      expect(snapshots.totalCount.value).toBe(expected.length);
    }
  });

  it('lists and counts only the snapshots of a cluster, and the clusters that were requested', async () => {
    load();
    const { clusters, sources } = await ask(
      `query ($filter: ClusterFilter) {
        clusters(filter: $filter) { nodes { identifier latestSnapshot { identifier } snapshots { nodes { identifier } } } }
        sources { service manualSnapshots { count { value } } }
      }`,
      { filter: { services: [service], identifiers: ['C2'] } },
    );
    expect(clusters.nodes).toEqual([
      { identifier: 'c2', latestSnapshot: { identifier: 'second' }, snapshots: { nodes: [{ identifier: 'second' }] } },
    ]);
    const { count } = sources.find((source: any) => source.service === service).manualSnapshots;
    expect(count).toEqual({ value: 3 });
  });

  it('reports the cluster of each snapshot', async () => {
    load();
    const { snapshots } = await ask(
      `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { identifier cluster { identifier } } } }`,
      { filter: { services: [service], identifiers: ['second'] } },
    );
    expect(snapshots.nodes).toEqual([{ identifier: 'second', cluster: { identifier: 'c2' } }]);
  });

  it('does not take a name for taken because AWS returns other snapshots', async () => {
    load();
    const { createSnapshot } = await ask(
      `mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { __typename } }`,
      { input: { clusterId: clusterId(service, 'c1'), identifier: 'third', dryRun: true } },
    );
    expect(createSnapshot).toEqual({ __typename: 'CreateSnapshotPayload' });
  });
});

it('does not report the sharing of another snapshot of Amazon DocumentDB', async () => {
  fixed.upstream.answer({
    ...answersOf('DOCUMENTDB'),
    DescribeDBClusterSnapshotAttributes: `<DBClusterSnapshotAttributesResult>
      <DBClusterSnapshotIdentifier>second</DBClusterSnapshotIdentifier>
      <DBClusterSnapshotAttributes><DBClusterSnapshotAttribute><AttributeName>restore</AttributeName>
        <AttributeValues><AttributeValue>all</AttributeValue></AttributeValues>
      </DBClusterSnapshotAttribute></DBClusterSnapshotAttributes>
    </DBClusterSnapshotAttributesResult>`,
  });
  const answer = await fixed.gateway.query(
    `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { identifier sharing { public } } } }`,
    { filter: { services: ['DOCUMENTDB'], identifiers: ['first', 'second'] } },
  );
  expect(answer.data.snapshots.nodes).toEqual(
    expect.arrayContaining([
      { identifier: 'first', sharing: null },
      { identifier: 'second', sharing: { public: true } },
    ]),
  );
  expect(answer.errors).toMatchObject([
    { message: expect.stringMatching(/second instead of first.*us-east-1/), extensions: { code: 'UPSTREAM' } },
  ]);
});
