import { getNamedType, type GraphQLEnumType, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPrincipal } from '../../src/access/principal.ts';
import type { Permission } from '../../src/snapshots/permission.ts';
import { schema } from '../../src/schema.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { isBatch } from '../changes/support.ts';
import { filtersOf, ordersOf } from '../support/conditions.ts';
import { selectAll } from '../support/selections.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import {
  at,
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeSnapshot,
  makeSnapshots,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';

const own = '111111111111';
/** Configured, and granted only to the administrator. */
const foreign = '222222222222';
/** Not configured. */
const unknown = '333333333333';
const region = 'us-east-1';

const everything: Permission[] = [
  'SNAPSHOT_READ',
  'SNAPSHOT_CREATE',
  'SNAPSHOT_COPY',
  'SNAPSHOT_RETAIN',
  'SNAPSHOT_TAG',
  'SNAPSHOT_DELETE',
  'SNAPSHOT_SHARE',
  'CLUSTER_CREDENTIALS',
  'CLUSTER_RESTORE',
  'BACKUP_CONFIGURE',
  'SNAPSHOT_RELEASE',
];

const grants = [
  { when: { role: 'administrator' }, permissions: everything },
  { when: { role: 'owner' }, permissions: everything, accounts: [own] },
  { when: { role: 'reader' }, permissions: ['SNAPSHOT_READ'], accounts: [own], tags: { team: 'bi' } },
  { when: { role: 'maker' }, permissions: ['SNAPSHOT_READ', 'SNAPSHOT_CREATE'], accounts: [own], tags: { team: 'bi' } },
  ...everything.map((permission) => ({
    when: { role: `without ${permission}` },
    permissions: everything.filter((each) => each !== permission),
    accounts: [own],
  })),
  ...everything.map((permission) => ({
    when: { role: permission },
    permissions: [...new Set<Permission>(['SNAPSHOT_READ', permission])],
    accounts: [own],
  })),
];

/** A snapshot schedule in the emulator's JSON. */
const makeSchedule = (name: string, { account, tags: { team } }: { account: string; tags: { team: string } }) => ({
  service: 'redshift' as const,
  account,
  region,
  ScheduleIdentifier: name,
  ScheduleDefinitions: ['rate(12 hours)'],
  Tags: [{ Key: 'team', Value: team }],
});

/** Two clusters, snapshots and snapshot schedules per service and account: plain, which the team can see, and hidden, which it cannot. */
const names = ['plain', 'hidden'] as const;
const tags = { plain: { team: 'bi' }, hidden: { team: 'hr' } };
const world = [own, foreign].flatMap((account) =>
  names.map((name) => {
    const parts = { account, tags: tags[name] };
    const id = account === own ? name : `foreign-${name}`;
    return {
      clusters: serviceNames.map((service) => makeCluster(service, id, parts)),
      snapshots: serviceNames.map((service) => makeSnapshot(service, `${id}-1`, { ...parts, cluster: id })),
      schedules: [makeSchedule(id, parts)],
    };
  }),
);

let gateway: Gateway;
const waits: number[] = [];
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([own, foreign]),
    authenticate: authenticationWith(grants),
    pause: async (milliseconds) => void waits.push(milliseconds),
    limits: { tokens: 10_000, aliases: 1000, cost: 20_000, costPerMinute: 1_000_000 },
    credentials: {
      enabled: true,
      databaseUsers: ['*'],
      databaseGroups: [],
      autoCreate: false,
      maximumSeconds: 900,
    },
  });
  await gateway.load({
    clusters: world.flatMap(({ clusters }) => clusters),
    snapshots: world.flatMap(({ snapshots }) => snapshots),
    schedules: world.flatMap(({ schedules }) => schedules),
  });
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const snapshotArns = (account: string, id: string) =>
  serviceNames.map((service) => snapshotArn(service, `${id}-1`, { account, cluster: id }));
const clusterArns = (account: string, id: string) =>
  serviceNames.map((service) => clusterArn(service, id, { account }));
const snapshotIds = (account: string, id: string) =>
  serviceNames.map((service) => snapshotId(service, `${id}-1`, { account, cluster: id }));
const clusterIds = (account: string, id: string) => serviceNames.map((service) => clusterId(service, id, { account }));
const scheduleArns = (account: string, id: string) =>
  serviceNames.map(() => `arn:aws:redshift:${region}:${account}:snapshotschedule:${id}`);
const scheduleIds = (account: string, id: string) =>
  serviceNames.map(() => globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/${id}`));
const text = JSON.stringify;

const dimensions = (schema.getType('SnapshotDimension') as GraphQLEnumType).getValues().map(({ name }) => name);

/** The arguments that request the records with a name from each root field; a new root field needs an entry. */
const questions: Readonly<Record<string, (account: string, id: string) => string[]>> = {
  node: (account, id) => [...snapshotIds(account, id), ...clusterIds(account, id)].map((each) => `id: ${text(each)}`),
  nodes: (account, id) => [`ids: ${text([...snapshotIds(account, id), ...clusterIds(account, id)])}`],
  snapshot: (account, id) => snapshotArns(account, id).map((arn) => `arn: ${text(arn)}`),
  cluster: (account, id) => clusterArns(account, id).map((arn) => `arn: ${text(arn)}`),
  snapshots: (account) => [
    '',
    'filter: { minimumMegabytes: 0, youngerThanDays: 1000000 }',
    ...filtersOf('SnapshotFilter', account),
    ...ordersOf('SnapshotOrder'),
  ],
  clusters: (account) => [
    '',
    'filter: { identifiers: ["hidden"] }',
    ...filtersOf('ClusterFilter', account),
    ...ordersOf('ClusterOrder'),
  ],
  snapshotSummary: () => [
    '',
    `groupBy: [${dimensions.join()}]`,
    ...ordersOf('SnapshotGroupOrder').map((order) => `groupBy: [${dimensions.join()}], first: 1000, ${order}`),
    'filter: { olderThanDays: 0, copies: false }',
  ],
  snapshotSchedules: () => ['', `regions: ["${region}"]`],
  sources: () => [''],
  viewer: () => [''],
};

const samples = {
  snapshotDays: 'last: 3',
};

/** The permission and an input of each change; a new change needs an entry. */
const changes: Readonly<
  Record<string, { permission: Permission; input: (id: string, cluster: string, schedule: string) => string }>
> = {
  createSnapshot: {
    permission: 'SNAPSHOT_CREATE',
    input: (_id, cluster) => `clusterId: ${text(cluster)}, identifier: "new"`,
  },
  copySnapshot: { permission: 'SNAPSHOT_COPY', input: (id) => `snapshotId: ${text(id)}, identifier: "copy"` },
  deleteSnapshot: { permission: 'SNAPSHOT_DELETE', input: (id) => `snapshotId: ${text(id)}` },
  deleteSnapshots: { permission: 'SNAPSHOT_DELETE', input: (id) => `snapshotIds: [${text(id)}]` },
  shareSnapshot: { permission: 'SNAPSHOT_SHARE', input: (id) => `snapshotId: ${text(id)}, accounts: ["999999999999"]` },
  unshareSnapshot: { permission: 'SNAPSHOT_SHARE', input: (id) => `snapshotId: ${text(id)}, everyone: true` },
  unshareSnapshots: { permission: 'SNAPSHOT_SHARE', input: (id) => `snapshotIds: [${text(id)}], everyone: true` },
  updateSnapshotRetention: { permission: 'SNAPSHOT_RETAIN', input: (id) => `snapshotIds: [${text(id)}], days: 30` },
  tagSnapshot: {
    permission: 'SNAPSHOT_TAG',
    input: (id) => `snapshotId: ${text(id)}, tags: [{ key: "a", value: "b" }]`,
  },
  untagSnapshot: { permission: 'SNAPSHOT_TAG', input: (id) => `snapshotId: ${text(id)}, keys: ["a"]` },
  issueClusterCredentials: {
    permission: 'CLUSTER_CREDENTIALS',
    input: (_id, cluster) => `clusterId: ${text(cluster)}, databaseUser: "ada"`,
  },
  createSnapshotSchedule: {
    permission: 'BACKUP_CONFIGURE',
    input: (_id, _cluster, schedule) => {
      const account = /\d{12}/.exec(Buffer.from(schedule, 'base64url').toString()) ?? /\d{12}/.exec(schedule);
      return `account: ${text(account?.[0])}, region: "${region}", identifier: "new", definitions: ["rate(8 hours)"]`;
    },
  },
  updateSnapshotSchedule: {
    permission: 'BACKUP_CONFIGURE',
    input: (_id, _cluster, schedule) => `scheduleId: ${text(schedule)}, definitions: ["rate(8 hours)"]`,
  },
  deleteSnapshotSchedule: {
    permission: 'BACKUP_CONFIGURE',
    input: (_id, _cluster, schedule) => `scheduleId: ${text(schedule)}`,
  },
  restoreTable: {
    permission: 'CLUSTER_RESTORE',
    input: (id, cluster) =>
      `snapshotId: ${text(id)}, clusterId: ${text(cluster)}, source: { database: "a", table: "b" }, target: { table: "c" }`,
  },
};

const rootFields = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {});
const queryFields = rootFields(schema.getQueryType());
const mutationFields = rootFields(schema.getMutationType());

/** Returns the response to a role, without the extensions that report the cost. */
async function ask(role: string, query: string) {
  const { data, errors } = await gateway.query(query, {}, await as({ role }));
  return { data, errors: errors?.map(({ message, extensions }) => ({ message, extensions })) };
}

it('every root field is tested here', () => {
  expect(queryFields.map(({ name }) => name).toSorted()).toEqual(Object.keys(questions).toSorted());
  expect(mutationFields.map(({ name }) => name).filter((name) => changes[name] === undefined)).toEqual([]);
  const subscriptions = rootFields(schema.getSubscriptionType()).map(({ name }) => name);
  expect(subscriptions.toSorted()).toEqual(['clusterProgress', 'snapshotProgress', 'tableRestoreProgress']);
});

describe.each(queryFields)('$name with every field selected', (field) => {
  const asked = (account: string, id: string) =>
    questions[field.name]!(account, id).map((args) => {
      const selection = selectAll(getNamedType(field.type), 3, samples);
      return `{ ${field.name}${args === '' ? '' : `(${args})`}${selection} }`;
    });

  it('returns the same to the owner as to the administrator, and nothing of another account', async () => {
    for (const query of asked(own, 'plain')) {
      const [owner, administrator] = [await ask('owner', query), await ask('administrator', query)];
      expect(JSON.stringify(owner)).not.toMatch(/foreign|222222222222/);
      if (['node', 'nodes', 'snapshot', 'cluster'].includes(field.name)) {
        expect(without(owner, '')).toEqual(without(administrator, ''));
      }
    }
  });

  it('neither returns nor counts records without the required tags', async () => {
    for (const query of asked(own, 'plain')) {
      expect(JSON.stringify(await ask('reader', query))).not.toMatch(/hidden|foreign|222222222222/);
    }
  });

  it('returns the same for hidden records as for records that do not exist', async () => {
    const hidden = asked(own, 'hidden').map((query) => ask('reader', query));
    const missing = asked(own, 'missing').map((query) => ask('reader', query));
    for (const [index, answer] of (await Promise.all(hidden)).entries()) {
      expect(without(answer, 'hidden')).toEqual(without(await missing[index], 'missing'));
    }
    const others = asked(foreign, 'foreign-plain').map((query) => ask('owner', query));
    const nonexistent = asked(unknown, 'foreign-plain').map((query) => ask('owner', query));
    for (const [index, answer] of (await Promise.all(others)).entries()) {
      expect(without(answer, foreign)).toEqual(without(await nonexistent[index], unknown));
    }
  });
});

describe.each(mutationFields)('$name', ({ name, type }) => {
  const selection = selectAll(getNamedType(type), 2, samples);
  const { permission, input } = changes[name]!;
  const named = {
    id: [snapshotIds, clusterIds, scheduleIds],
    ARN: [snapshotArns, clusterArns, scheduleArns],
  } as const;
  const change = (account: string, id: string, service: 0 | 1, by: keyof typeof named = 'id') => {
    const [snapshot, cluster, schedule] = named[by].map((all) => all(account, id)[service]!);
    return `mutation { ${name}(input: { dryRun: true, ${input(snapshot!, cluster!, schedule!)} })${selection} }`;
  };
  const codeOf = (answer: unknown) => /_code":"(\w+)"/.exec(JSON.stringify(answer))?.[1];

  it.each(['id', 'ARN'] as const)('requires exactly its permission, by %s', async (by) => {
    expect(codeOf(await ask(`without ${permission}`, change(own, 'plain', 0, by)))).toBe('FORBIDDEN');
    expect(codeOf(await ask(permission, change(own, 'plain', 0, by)))).not.toBe('FORBIDDEN');
    const others = (await gateway.calls()).filter(({ action }) => !/^(Describe|List)/.test(action ?? ''));
    // A dry run of AWS changes nothing.
    expect(others.filter(({ parameters }) => (parameters as { DryRun?: unknown }).DryRun !== true)).toEqual([]);
  });

  it.each(isBatch(name) ? [name] : [])('shows the snapshot to a caller who can only read it', async () => {
    const [id] = snapshotIds(own, 'plain');
    const { data } = await gateway.query(
      `mutation {
        ${name}(input: { dryRun: true, ${input(id!, '', '')} }) {
          ... on ${name.charAt(0).toUpperCase()}${name.slice(1)}Payload {
            results { snapshot { id viewerPermissions } error { code } }
          }
        }
      }`,
      {},
      await as({ role: 'SNAPSHOT_READ' }),
    );
    expect(data[name].results).toEqual([
      { snapshot: { id, viewerPermissions: ['SNAPSHOT_READ'] }, error: { code: 'FORBIDDEN' } },
    ]);
  });

  it.each([
    [0, 'id'],
    [0, 'ARN'],
    [1, 'id'],
    [1, 'ARN'],
  ] as const)('reports hidden records as not found (%j, by %s)', async (service, by) => {
    const [theirs, nonexistent] = [
      await ask('owner', change(foreign, 'foreign-plain', service, by)),
      await ask('owner', change(unknown, 'foreign-plain', service, by)),
    ];
    expect(without(theirs, foreign)).toBe(without(nonexistent, unknown));
    const hidden = await ask('reader', change(own, 'hidden', service, by));
    const missing = await ask('reader', change(own, 'missing', service, by));
    expect(without(hidden, 'hidden')).toBe(without(missing, 'missing'));
  });
});

it.each([0, 1] as const)(
  'createSnapshot does not reveal a hidden snapshot with the same identifier (%j)',
  async (service) => {
    const ask = async (role: string, name: string) => {
      const input = `clusterId: "${clusterIds(own, 'plain')[service]}", identifier: "${name}"`;
      const query = `mutation { createSnapshot(input: { ${input} }) { ... on Error { code message } } }`;
      return (await gateway.query(query, {}, await as({ role }))).data.createSnapshot;
    };
    expect(await ask('maker', 'plain-1')).toMatchObject({ message: expect.stringContaining('arn:aws:') });
    expect(await ask('maker', 'hidden-1')).toEqual({
      code: 'ALREADY_EXISTS',
      message: `The identifier hidden-1 is already in use in account ${own}, region ${region}. Choose another identifier.`,
    });
  },
);

it('a subscription reports a hidden snapshot as not found', async () => {
  const follow = async (role: string, account: string, id: string, word: string) => {
    const query = `subscription { snapshotProgress(id: ${text(snapshotIds(account, id)[0])}) { identifier } }`;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...(await as({ role })) },
      body: JSON.stringify({ query }),
    });
    return (await eventsOf(response)).replaceAll(word || '#', '#').replaceAll(/"calls":\d/g, '');
  };
  expect(await follow('reader', own, 'plain', '')).toContain('"identifier":"plain-1"');
  expect(waits).toEqual([]);
  const hidden = await follow('reader', own, 'hidden', 'hidden');
  expect(hidden).toContain('NOT_FOUND');
  expect(waits).toEqual([30_000]);
  expect(hidden).toBe(await follow('reader', own, 'missing', 'missing'));
  expect(await follow('owner', foreign, 'plain', foreign)).toBe(await follow('owner', unknown, 'plain', unknown));
});

it.each([0, 1] as const)(
  'a subscription reports a hidden snapshot as not found while the snapshot is being created (%j)',
  async (service) => {
    const parts = { account: own, tags: tags.hidden, cluster: 'hidden', createdAt: at(0), readyAt: at(60) };
    const other = await startGateway({
      accounts: accounts([own]),
      authenticate: authenticationWith(grants),
      pause: async () => {},
    });
    await other.load({
      now: parts.createdAt,
      frozen: true,
      snapshots: serviceNames.map((each) => makeSnapshot(each, 'hidden-1', parts)),
    });
    const follow = async (name: string) => {
      const query = `subscription { snapshotProgress(id: ${text(snapshotIds(own, name)[service])}) { identifier } }`;
      const response = await fetch(`${other.url}/graphql`, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...(await as({ role: 'reader' })) },
        body: JSON.stringify({ query }),
      });
      return (await eventsOf(response)).replaceAll(/"(calls|remaining)":\d+/g, '');
    };
    const [hidden, missing] = [await follow('hidden'), await follow('missing')];
    await other.close();
    expect(hidden).toContain('NOT_FOUND');
    expect(hidden).toBe(missing);
  },
);

it.each([
  ['continues while its token is valid', 1_000_000, 1],
  ['ends when its token expires', -1, 0],
])('a subscription %s', async (_what, milliseconds, events) => {
  const short = await startGateway({
    authenticate: async () =>
      createPrincipal('ada', [{ permissions: everything, introspection: true }], Date.now() + milliseconds),
    world: { snapshots: makeSnapshots('REDSHIFT', 1) },
  });
  const id = snapshotId('REDSHIFT', 'sales-0000');
  const response = await fetch(`${short.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: `subscription { snapshotProgress(id: "${id}") { identifier } }` }),
  });
  const stream = await response.text();
  await short.close();
  expect(stream.match(/sales-0000/g) ?? []).toHaveLength(events);
  expect(stream).toContain('event: complete');
});

/** Returns the text of a stream without its pings, whose number depends on the duration of the stream. */
async function eventsOf(response: Response): Promise<string> {
  return (await response.text()).replaceAll(/^:\n\n/gm, '');
}

/** Removes a word from a response, also inside decoded ids, and all values that differ between two reads. */
function without(answer: unknown, word: string): string {
  return JSON.stringify(answer)
    .replaceAll(/_(fetchedAt|awsCalls|latestRestorableAt|\w*[cC]ursor)":("[^"]*"|\d+)/g, '')
    .replaceAll(/(?<=_id":")[\w-]+/g, (id) => Buffer.from(id, 'base64url').toString())
    .replaceAll(word || '#', '#');
}
