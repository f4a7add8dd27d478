import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionsOf } from '../../changes/support.ts';
import { account, type Gateway, region } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import {
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeSnapshot,
  serviceOf,
  snapshotArn,
  snapshotId,
} from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { startContract } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract();
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const nightly = (service: ServiceName) => `${serviceOf(service).automatedPrefix}nightly-2026-01-02-03-04-05`;
const many = Array.from({ length: 30 }, (_, index) => `many-${index}`);
const byArn = (field: 'snapshot' | 'cluster', fields = 'id arn source { account region service }') =>
  `query ($arn: String!) { thing: ${field}(arn: $arn) { ${fields} } }`;
const byIds = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Snapshot { arn } ... on Cluster { arn } } }';

async function load(service: ServiceName): Promise<void> {
  const foreign = { cluster: 'graph', isForeign: true };
  const hasForeign = serviceOf(service).foreignCluster !== undefined;
  await gateway.load({
    clusters: [
      makeCluster(service, undefined, { tags: { team: 'bi' } }),
      makeCluster(service, 'idle'),
      ...(hasForeign ? [makeCluster(service, 'graph', { isForeign: true })] : []),
    ],
    snapshots: [
      makeSnapshot(service, 'final', { tags: { kept: 'yes' }, shares: ['012345678901'] }),
      makeSnapshot(service, nightly(service), { type: 'automated' }),
      ...many.map((name) => makeSnapshot(service, name)),
      ...(hasForeign ? [makeSnapshot(service, 'graph-final', foreign)] : []),
    ],
  });
  await gateway.calls();
}

describe.each(serviceNames)('%s', (service) => {
  const { reads, fields, title } = differences[service];
  const { typePrefix, foreignCluster } = serviceOf(service);
  const source = { account, region, service };
  beforeEach(() => load(service));

  describe('a lookup', () => {
    it.each([
      ['snapshot', snapshotArn(service, 'final'), reads.snapshots],
      ['snapshot', snapshotArn(service, nightly(service)), reads.snapshots],
      ['cluster', clusterArn(service), reads.clusters],
    ] as const)('by ARN finds the %s %s in one call, and its id finds the same record', async (field, arn, action) => {
      const { data, errors } = await gateway.query(byArn(field), { arn });
      expect(errors).toBeUndefined();
      expect(data.thing).toEqual({ id: expect.any(String), arn, source });
      expect(await actionsOf(gateway)).toEqual([action]);
      const { id } = data.thing;
      const again = await gateway.query('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
      expect(again.data.node).toEqual({
        __typename: `${typePrefix}${field === 'snapshot' ? 'Snapshot' : 'Cluster'}`,
        id,
      });
      expect(await actionsOf(gateway)).toEqual([action]);
    });

    it.each([
      ['snapshot', snapshotArn(service, 'FINAL'), snapshotArn(service, 'final')],
      ['cluster', clusterArn(service, 'IDLE'), clusterArn(service, 'idle')],
    ] as const)('of a %s in another case finds it', async (field, arn, found) => {
      const { data, errors } = await gateway.query(byArn(field, 'arn'), { arn });
      expect(errors).toBeUndefined();
      expect(data.thing).toEqual({ arn: found });
    });

    it.each([
      ['snapshot', snapshotArn(service, 'gone')],
      ['cluster', clusterArn(service, 'gone')],
      ...(foreignCluster === undefined
        ? []
        : ([
            ['snapshot', snapshotArn(service, 'graph-final')],
            ['cluster', clusterArn(service, 'graph')],
          ] as const)),
    ] as const)('of the missing %s %s returns null', async (field, arn) => {
      const answer = await gateway.query(byArn(field), { arn });
      expect(answer).toMatchObject({ data: { thing: null } });
      expect(answer.errors).toBeUndefined();
      const id = globalId(`${typePrefix}${field === 'snapshot' ? 'Snapshot' : 'Cluster'}`, arn);
      const byId = await gateway.query('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(byId.errors).toBeUndefined();
      expect(byId.data).toEqual({ node: null });
    });

    it.each([
      ['snapshot', 'final', /is not the ARN of a snapshot or cluster/],
      ['snapshot', 'arn:aws:s3:::bucket', /is not the ARN of a snapshot or cluster/],
      ['snapshot', snapshotArn(service, 'a', { account: '12345' }), /is not the ARN of a snapshot or cluster/],
      ['cluster', clusterArn(service, 'a', { account: '12345' }), /is not the ARN of a snapshot or cluster/],
      ['snapshot', clusterArn(service), new RegExp(`is not the ARN of an ${title} snapshot`)],
      ['cluster', snapshotArn(service, 'final'), new RegExp(`is not the ARN of an ${title} cluster`)],
      [
        'cluster',
        clusterArn(service, 'a', { region: 'eu-west-1' }),
        new RegExp(`No source is configured for ${service}`),
      ],
      [
        'cluster',
        clusterArn(service).replace('arn:aws:', 'arn:aws-cn:'),
        /partition aws-cn, but us-east-1 is in the partition aws/,
      ],
      ['snapshot', snapshotArn(service, 'final').replace('arn:aws:', 'arn:aws-cn:'), /in the partition aws-cn/],
      [
        'snapshot',
        snapshotArn(service, 'final', { account: '999999999999' }).replace('arn:aws:', 'arn:aws-cn:'),
        /in the partition aws-cn/,
      ],
    ] as const)('%s(arn: %j) is rejected without an AWS call', async (field, arn, message) => {
      const answer = await gateway.query(byArn(field), { arn });
      expect(answer.data).toEqual({ thing: null });
      expect(answer.errors).toMatchObject([
        { message: expect.stringMatching(message), extensions: { code: 'INVALID_INPUT' } },
      ]);
      expect(await actionsOf(gateway)).toEqual([]);
    });
  });

  describe('several lookups', () => {
    it('return records in the order of the ids, with one call per kind', async () => {
      const ids = [
        clusterId(service),
        ...many.map((name) => snapshotId(service, name)),
        clusterId(service, 'idle'),
        snapshotId(service, many[0]!),
      ];
      const { data, errors } = await gateway.query(byIds, { ids });
      expect(errors).toBeUndefined();
      expect(data.nodes.map(({ id }: any) => id)).toEqual(ids);
      expect((await actionsOf(gateway)).toSorted()).toEqual([reads.snapshots, reads.clusters].toSorted());
    });

    it('return null for missing records', async () => {
      const ids = [snapshotId(service, 'gone'), clusterId(service), clusterId(service, 'gone')];
      const { data, errors } = await gateway.query(byIds, { ids });
      expect(errors).toBeUndefined();
      expect(data.nodes.map((node: any) => node?.id ?? null)).toEqual([null, ids[1], null]);
    });

    it('reject invalid ids individually and return the others', async () => {
      const other = serviceNames.find((each) => serviceOf(each).plane !== serviceOf(service).plane)!;
      const ids = [
        clusterId(service),
        globalId(`${typePrefix}Cluster`, clusterArn(other)),
        globalId(`${typePrefix}Snapshot`, snapshotArn(other, 'final')),
        clusterId(service, 'a', { account: '999999999999' }),
        snapshotId(service, 'final', { region: 'eu-west-1' }),
        'nonsense',
        snapshotId(service, 'final'),
      ];
      const { data, errors } = await gateway.query(byIds, { ids });
      expect(data.nodes.map((node: any) => node?.id ?? null)).toEqual([ids[0], null, null, null, null, null, ids[6]]);
      expect(errors).toMatchObject(
        [1, 2, 3, 4, 5].map((index) => ({ path: ['nodes', index], extensions: { code: 'INVALID_INPUT' } })),
      );
    });
  });

  describe('the clusters of a page of snapshots', () => {
    it.each(differences[service].clusterCalls)('$used of $total are read in $calls calls', async (row) => {
      const { total, used, calls } = row;
      const names = Array.from({ length: total }, (_, index) => `c${String(index).padStart(4, '0')}`);
      await gateway.load({
        clusters: names.map((name) => makeCluster(service, name)),
        snapshots: names.slice(-used).map((name) => makeSnapshot(service, `s-${name}`, { cluster: name })),
      });
      await gateway.calls();
      const { data } = await gateway.query(
        `query ($filter: SnapshotFilter) {
          snapshots(first: 100, filter: $filter) { nodes { clusterIdentifier cluster { identifier } } }
        }`,
        { filter: { services: [service] } },
      );
      expect(data.snapshots.nodes).toHaveLength(used);
      for (const { clusterIdentifier, cluster } of data.snapshots.nodes) {
        expect(cluster.identifier).toBe(clusterIdentifier);
      }
      expect((await actionsOf(gateway)).filter((action) => action === reads.clusters)).toHaveLength(calls);
    });

    it('are null if they no longer exist', async () => {
      await gateway.load({
        snapshots: [
          makeSnapshot(service, 'left', { cluster: 'gone' }),
          makeSnapshot(service, 'also-left', { cluster: 'gone-too' }),
        ],
      });
      const { data, errors } = await gateway.query('{ snapshots { nodes { cluster { id } } } }');
      expect(errors).toBeUndefined();
      expect(data.snapshots.nodes).toEqual([{ cluster: null }, { cluster: null }]);
    });

    it('are not read again if a list contains them', async () => {
      const { data } = await gateway.query(
        `query ($filter: ClusterFilter) {
          clusters(filter: $filter) { nodes { latestSnapshot { cluster { identifier } } } }
        }`,
        { filter: { services: [service], identifiers: [serviceOf(service).cluster] } },
      );
      expect(data.clusters.nodes[0].latestSnapshot.cluster.identifier).toBe(serviceOf(service).cluster);
      expect(await actionsOf(gateway)).toEqual([reads.clusters, reads.snapshots]);
    });

    it('are an error only on their field if AWS denies access', async () => {
      await gateway.disturb({
        action: reads.clusters,
        kind: 'error',
        code: 'AccessDenied',
        status: 403,
        message: `User: arn:aws:sts::${account}:assumed-role/secret is not authorized`,
      });
      const answer = await gateway.query(
        `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { identifier cluster { identifier } } } }`,
        { filter: { services: [service], types: ['AUTOMATED'] } },
      );
      expect(answer.data.snapshots.nodes).toEqual([{ identifier: nightly(service), cluster: null }]);
      expect(answer.errors).toMatchObject([
        {
          message: `AWS denied ${serviceOf(service).plane}:${reads.clusters} in account ${account}, region ${region}: the gateway lacks this permission. The operator of the gateway must grant it in IAM.`,
          path: ['snapshots', 'nodes', 0, 'cluster'],
          extensions: { code: 'FORBIDDEN', fault: 'AccessDenied' },
        },
      ]);
      expect(JSON.stringify(answer)).not.toContain('secret');
    });
  });

  describe('tags and sharing', () => {
    const actions = async () => (await actionsOf(gateway)).map(String).toSorted();
    const sorted = (...names: (string | null)[]) => names.filter((name) => name !== null).toSorted();
    const ask = (selection: string) =>
      gateway.query(`query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { ${selection} } } }`, {
        filter: { services: [service] },
      });
    const load = async (assumptions = {}) => {
      await gateway.load({
        assumptions,
        clusters: [makeCluster(service, undefined, { tags: { team: 'bi' } })],
        snapshots: [
          makeSnapshot(service, 'final', { tags: { kept: 'yes' }, shares: ['012345678901'] }),
          makeSnapshot(service, nightly(service), { type: 'automated' }),
        ],
      });
      await gateway.calls();
    };
    const everything =
      'identifier tags { key value } sharing { public accounts } cluster { identifier tags { key value } }';

    it('cost no AWS calls if they are not selected', async () => {
      await load();
      const { data } = await ask('identifier cluster { identifier }');
      expect(data.snapshots.nodes).toHaveLength(2);
      expect(await actions()).toEqual(sorted(reads.snapshots, reads.clusters));
    });

    it('are read if they are selected, one by one if lists do not return them', async () => {
      await load({ rdsAnswersTagList: false });
      const { data, errors } = await ask(everything);
      expect(errors).toBeUndefined();
      const cluster = { identifier: serviceOf(service).cluster, tags: [{ key: 'team', value: 'bi' }] };
      expect(data.snapshots.nodes).toHaveLength(2);
      expect(data.snapshots.nodes).toEqual(
        expect.arrayContaining([
          {
            identifier: 'final',
            tags: [{ key: 'kept', value: 'yes' }],
            sharing: { public: false, accounts: ['012345678901'] },
            cluster,
          },
          { identifier: nightly(service), tags: [], sharing: { public: false, accounts: [] }, cluster },
        ]),
      );
      const { snapshotTags, snapshotSharing, clusterTags } = fields;
      expect(await actions()).toEqual(
        sorted(reads.snapshots, reads.clusters, snapshotTags, snapshotTags, clusterTags, snapshotSharing),
      );
    });

    it('are the same without calls for tags if AWS returns the tags with each record', async () => {
      await load({ rdsAnswersTagList: false });
      const { data } = await ask(everything);
      await load({ rdsAnswersTagList: true });
      expect((await ask(everything)).data).toEqual(data);
      expect(await actions()).toEqual(sorted(reads.snapshots, reads.clusters, fields.snapshotSharing));
    });
  });
});
