import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, globalId, makeCluster } from '../support/worlds.ts';

const other = '210987654321';

interface Parts {
  readonly account?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
}

/** A schedule in the emulator's JSON. */
function makeSchedule(name: string, { account: id = account, tags = {}, description }: Parts = {}) {
  return {
    service: 'redshift' as const,
    account: id,
    region,
    ScheduleIdentifier: name,
    ScheduleDefinitions: ['rate(12 hours)'],
    ...(description !== undefined && { ScheduleDescription: description }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function makeSchedules(count: number, parts: Parts = {}) {
  return Array.from({ length: count }, (_, index) => makeSchedule(`s-${String(index).padStart(3, '0')}`, parts));
}

const scheduleId = (name: string, id = account) => globalId('SnapshotSchedule', `${id}/${region}/REDSHIFT/${name}`);

const page = `query ($first: Int, $after: String, $accounts: [AccountId!], $regions: [String!]) {
  snapshotSchedules(first: $first, after: $after, accounts: $accounts, regions: $regions) {
    isComplete
    sources { source { account service } status error { code } awsCalls }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { id identifier } }
    nodes { identifier source { account } }
  }
}`;

describe('snapshotSchedules', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ accounts: accounts([account, other]) });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.disturb());

  const read = async (variables: object = {}) => {
    const { data, errors, extensions } = await gateway.query(page, { ...variables });
    expect(errors).toBeUndefined();
    return { ...data.snapshotSchedules, calls: extensions.aws.calls };
  };

  it.each([
    [1, 5, 4],
    [7, 30, 21],
    [20, 25, 41],
    [100, 150, 120],
  ])('returns every schedule of all sources once, %i at a time', async (first, here, there) => {
    await gateway.load({ schedules: [...makeSchedules(here), ...makeSchedules(there, { account: other })] });
    const found: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { pageInfo, nodes, edges, isComplete } = await read({ first, after });
      expect(isComplete).toBe(true);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      expect(edges.map(({ node }: any) => node.identifier)).toEqual(nodes.map(({ identifier }: any) => identifier));
      if (pageInfo.hasNextPage) expect(nodes.length).toBe(first);
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
      found.push(...nodes.map(({ identifier, source }: any) => `${source.account} ${identifier}`));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    const expected = [
      ...makeSchedules(here).map(({ ScheduleIdentifier: name }) => `${account} ${name}`),
      ...makeSchedules(there).map(({ ScheduleIdentifier: name }) => `${other} ${name}`),
    ];
    expect(found).toEqual(expected.toSorted((one, two) => (one < two ? -1 : 1)));
  });

  it('asks AWS for as many schedules as it needs, and only sources of Amazon Redshift', async () => {
    await gateway.load({ schedules: [...makeSchedules(45), ...makeSchedules(3, { account: other })] });
    await gateway.calls();
    const first = await read({ first: 30 });
    const reports = [
      { source: { account, service: 'REDSHIFT' }, status: 'COMPLETE', error: null, awsCalls: 1 },
      { source: { account: other, service: 'REDSHIFT' }, status: 'NOT_REACHED', error: null, awsCalls: 0 },
    ];
    expect(first.sources).toEqual(reports);
    expect(first.nodes.length).toBe(30);
    const calls = await gateway.calls();
    expect(calls.map(({ service, action }) => [service, action])).toEqual([['redshift', 'DescribeSnapshotSchedules']]);
    expect(calls[0]?.parameters).toEqual({ MaxRecords: 30 });
    const second = await read({ first: 30, after: first.pageInfo.endCursor });
    expect(second.nodes.length).toBe(18);
    expect(second).toMatchObject({ isComplete: true, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    expect(second.sources.map(({ status }: any) => status)).toEqual(['COMPLETE', 'COMPLETE']);
  });

  it('limits the sources to accounts and regions', async () => {
    await gateway.load({ schedules: [...makeSchedules(2), ...makeSchedules(3, { account: other })] });
    const { nodes, sources, calls } = await read({ accounts: [other], regions: [region] });
    expect(nodes.length).toBe(3);
    expect(sources.map(({ source }: any) => source.account)).toEqual([other]);
    expect(calls).toBe(1);
  });

  it.each([
    [{ accounts: ['999999999999'] }, 'accounts', /^accounts has "999999999999", which is not configured/],
    [{ regions: ['mars-1'] }, 'regions', /^regions has "mars-1", which is not configured/],
    [{ accounts: [] }, 'accounts', /^accounts is an empty list/],
    [{ first: 0 }, 'first', /first/],
    [{ first: 101 }, 'first', /first/],
    [{ after: 'nonsense' }, 'after', /not a cursor of this list/],
  ])('refuses %j without an AWS call', async (variables, field, message) => {
    await gateway.calls();
    const { data, errors } = await gateway.query(page, variables);
    expect(data.snapshotSchedules).toBeNull();
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', field: [field] });
    expect(await gateway.calls()).toEqual([]);
  });

  it('refuses the cursor of another selection of sources', async () => {
    await gateway.load({ schedules: makeSchedules(3) });
    const { pageInfo } = await read({ first: 1 });
    const { errors } = await gateway.query(page, { first: 1, after: pageInfo.endCursor, accounts: [account] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', field: ['after'] });
  });

  it('reports a source that denies the read, and lists the others', async () => {
    await gateway.load({
      clusters: [makeCluster('REDSHIFT')],
      schedules: [...makeSchedules(2), ...makeSchedules(3, { account: other })],
    });
    await gateway.disturb({
      kind: 'error',
      action: 'DescribeSnapshotSchedules',
      account,
      code: 'AccessDenied',
      status: 403,
    });
    const { nodes, isComplete, sources } = await read();
    expect({ isComplete, names: nodes.length }).toEqual({ isComplete: false, names: 3 });
    expect(sources).toEqual([
      { source: { account, service: 'REDSHIFT' }, status: 'DENIED', error: { code: 'FORBIDDEN' }, awsCalls: 1 },
      { source: { account: other, service: 'REDSHIFT' }, status: 'COMPLETE', error: null, awsCalls: 1 },
    ]);
    const { data } = await gateway.query('{ clusters { isComplete nodes { identifier } } }');
    expect(data.clusters).toEqual({ isComplete: true, nodes: [{ identifier: 'sales' }] });
  });

  it('reports a source that fails between two pages as PARTIAL on the pages after it', async () => {
    await gateway.load({ schedules: [...makeSchedules(45), ...makeSchedules(3, { account: other })] });
    const first = await read({ first: 40 });
    await gateway.disturb({
      kind: 'error',
      action: 'DescribeSnapshotSchedules',
      account,
      code: 'InternalFailure',
      status: 500,
    });
    const second = await read({ first: 40, after: first.pageInfo.endCursor });
    expect(second.isComplete).toBe(false);
    expect(second.sources[0]).toMatchObject({ status: 'PARTIAL', error: { code: 'UPSTREAM' } });
    expect(second.nodes.length).toBe(3);
  });
});

const fields = `
  ... on SnapshotSchedule {
    id arn identifier description definitions nextInvocations clusterCount
    tags { key value }
    source { account region service }
    clusters { identifier state cluster { identifier ... on RedshiftCluster { snapshotScheduleIdentifier } } }
  }
`;

describe('SnapshotSchedule', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
    const attached = ['sales', 'stock', 'web'].map((name) => ({
      ...makeCluster('REDSHIFT', name),
      SnapshotScheduleIdentifier: 'nightly',
      SnapshotScheduleState: 'ACTIVE',
    }));
    await gateway.load({
      clusters: [...attached, makeCluster('REDSHIFT', 'free')],
      schedules: [makeSchedule('nightly', { tags: { team: 'bi' }, description: 'Every night' }), makeSchedule('idle')],
    });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.calls());

  it('has every field, and its clusters are read together', async () => {
    const { data, errors } = await gateway.query(`{ node(id: "${scheduleId('nightly')}") { ${fields} } }`);
    expect(errors).toBeUndefined();
    const cluster = (identifier: string) => ({
      identifier,
      state: 'ACTIVE',
      cluster: { identifier, snapshotScheduleIdentifier: 'nightly' },
    });
    expect(data.node).toEqual({
      id: scheduleId('nightly'),
      arn: `arn:aws:redshift:${region}:${account}:snapshotschedule:nightly`,
      identifier: 'nightly',
      description: 'Every night',
      definitions: ['rate(12 hours)'],
      nextInvocations: [],
      clusterCount: 3,
      tags: [{ key: 'team', value: 'bi' }],
      source: { account, region, service: 'REDSHIFT' },
      clusters: ['sales', 'stock', 'web'].map(cluster),
    });
    const calls = await gateway.calls();
    expect(calls[0]).toMatchObject({
      action: 'DescribeSnapshotSchedules',
      parameters: { ScheduleIdentifier: 'nightly' },
    });
    expect(calls.slice(1).every(({ action }) => action === 'DescribeClusters')).toBe(true);
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  it('is looked up once by its id, is null if it does not exist, and is invalid in another source', async () => {
    const { data } = await gateway.query(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on SnapshotSchedule { identifier } } }',
      { ids: [scheduleId('idle'), clusterId('REDSHIFT', 'free'), scheduleId('gone'), scheduleId('idle')] },
    );
    expect(data.nodes).toEqual([
      { id: scheduleId('idle'), identifier: 'idle' },
      { id: clusterId('REDSHIFT', 'free') },
      null,
      { id: scheduleId('idle'), identifier: 'idle' },
    ]);
    const actions = (await gateway.calls()).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(['DescribeClusters', 'DescribeSnapshotSchedules', 'DescribeSnapshotSchedules']);
    const foreign = globalId('SnapshotSchedule', `${account}/${region}/DOCUMENTDB/idle`);
    const { errors } = await gateway.query(`{ node(id: "${foreign}") { id } }`);
    expect(errors?.[0]?.extensions['code']).toBe('INVALID_INPUT');
  });
});

describe('the visibility of schedules', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } }]),
    });
    const cluster = (name: string, team: string) => ({
      ...makeCluster('REDSHIFT', name, { tags: { team } }),
      SnapshotScheduleIdentifier: 'ours',
      SnapshotScheduleState: 'ACTIVE',
    });
    await gateway.load({
      clusters: [cluster('ours', 'bi'), cluster('theirs', 'hr')],
      schedules: [
        ...makeSchedules(130, { tags: { team: 'hr' } }),
        makeSchedule('ours', { tags: { team: 'bi' } }),
        makeSchedule('untagged'),
      ],
    });
  });
  afterAll(() => gateway.close());

  it('depends on the tags of the schedule, and on those of its clusters', async () => {
    const text = `{
      snapshotSchedules(first: 5) {
        isComplete pageInfo { hasNextPage } nodes { identifier clusters { cluster { identifier } } }
      }
      hidden: node(id: "${scheduleId('s-000')}") { id }
      seen: node(id: "${scheduleId('ours')}") { id }
    }`;
    const { data, errors } = await gateway.query(text, {}, await as());
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      snapshotSchedules: {
        isComplete: true,
        pageInfo: { hasNextPage: false },
        nodes: [{ identifier: 'ours', clusters: [{ cluster: { identifier: 'ours' } }, { cluster: null }] }],
      },
      hidden: null,
      seen: { id: scheduleId('ours') },
    });
  });
});
