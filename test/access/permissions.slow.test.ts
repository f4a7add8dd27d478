import { getNamedType, type GraphQLEnumType, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPrincipal } from '../../src/access/principal.ts';
import { type Permission, permissions as everything } from '../../src/snapshots/permission.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { schema } from '../../src/schema.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { isBatch } from '../changes/support.ts';
import { filtersOf, ordersOf } from '../support/conditions.ts';
import { selectAll } from '../support/selections.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import {
  at,
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeSnapshot,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';

const own = '111111111111';
/** Configured, and granted only to the administrator. */
const foreign = '222222222222';
/** Not configured. */
const unknown = '333333333333';
const region = 'us-east-1';

const grants = [
  { when: { role: 'administrator' }, permissions: everything },
  { when: { role: 'owner' }, permissions: everything, accounts: [own] },
  { when: { role: 'reader' }, permissions: ['SNAPSHOT_READ'], accounts: [own], tags: { team: 'bi' } },
  { when: { role: 'member' }, permissions: everything, accounts: [own], tags: { team: 'bi' } },
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

/**
 * Two clusters and snapshots per service and account: plain, which the team can see, and hidden, which it cannot. The
 * same for schedules and restores of tables of Amazon Redshift.
 */
const names = ['plain', 'hidden'] as const;
const tags = { plain: { team: 'bi' }, hidden: { team: 'hr' } };
const world = [own, foreign].flatMap((account) =>
  names.map((name) => {
    const parts = { account, tags: tags[name] };
    const id = account === own ? name : `foreign-${name}`;
    const place = { service: 'redshift' as const, account, region };
    return {
      clusters: serviceNames.map((service) => makeCluster(service, id, parts)),
      snapshots: serviceNames.map((service) => makeSnapshot(service, `${id}-1`, { ...parts, cluster: id })),
      schedules: [
        {
          ...place,
          ScheduleIdentifier: id,
          ScheduleDefinitions: ['rate(12 hours)'],
          Tags: [{ Key: 'team', Value: tags[name].team }],
        },
      ],
      tableRestores: [
        {
          ...place,
          TableRestoreRequestId: `${id}-table`,
          ClusterIdentifier: id,
          SnapshotIdentifier: `${id}-1`,
          Status: 'SUCCEEDED',
        },
      ],
    };
  }),
);

let gateway: Gateway;
const waits: number[] = [];
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([own, foreign]),
    authenticate: authenticationWith(grants),
    pause: async (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
    },
    limits: { tokens: 100_000, aliases: 10_000, fields: 10_000, cost: 20_000, costPerMinute: 1_000_000 },
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
    tableRestores: world.flatMap(({ tableRestores }) => tableRestores),
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
const scheduleArn = (account: string, id: string) => `arn:aws:redshift:${region}:${account}:snapshotschedule:${id}`;
const scheduleId = (account: string, id: string) => globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/${id}`);
const tableRestoreId = (account: string, id: string) =>
  globalId('TableRestore', `${account}/${region}/REDSHIFT/${id}/${id}-table`);
const nodeIds = (account: string, id: string) => [
  ...snapshotIds(account, id),
  ...clusterIds(account, id),
  scheduleId(account, id),
  tableRestoreId(account, id),
];
const text = JSON.stringify;

const dimensions = (schema.getType('SnapshotDimension') as GraphQLEnumType).getValues().map(({ name }) => name);

/** The arguments that request the records with a name from each root field; a new root field needs an entry. */
const questions: Readonly<Record<string, (account: string, id: string) => string[]>> = {
  node: (account, id) => nodeIds(account, id).map((each) => `id: ${text(each)}`),
  nodes: (account, id) => [`ids: ${text(nodeIds(account, id))}`],
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
  recoveryReport: (account) => ['', 'filter: { identifiers: ["hidden"] }', ...filtersOf('ClusterFilter', account)],
  snapshotSchedules: (account) => ['', `accounts: ["${account}"]`, `regions: ["${region}"]`],
  sources: () => [''],
  viewer: () => [''],
};

const samples = {
  snapshotDays: 'last: 3',
};

/** What an input can name; the account and the name are those of the records. */
interface Names {
  readonly snapshot: string;
  readonly cluster: string;
  readonly schedule: string;
  readonly account: string;
}

interface Requirement {
  readonly permission: Permission;
  readonly input: (names: Names) => string;
  /** The only service that supports the change. */
  readonly only?: ServiceName;
  /** Why a service refuses the change, to a caller who has the permission. */
  readonly refusals?: Readonly<Partial<Record<ServiceName, string>>>;
}

const created = 'clusterIdentifier: "new", tags: [{ key: "team", value: "bi" }]';

/** The permission and an input of each change; a new change needs an entry. */
const changes: Readonly<Record<string, Requirement>> = {
  createSnapshot: {
    permission: 'SNAPSHOT_CREATE',
    input: ({ cluster }) => `clusterId: ${cluster}, identifier: "new", tags: [{ key: "team", value: "bi" }]`,
  },
  copySnapshot: {
    permission: 'SNAPSHOT_COPY',
    input: ({ snapshot }) => `snapshotId: ${snapshot}, identifier: "copy"`,
    refusals: { REDSHIFT: 'NOT_SUPPORTED' },
  },
  deleteSnapshot: { permission: 'SNAPSHOT_DELETE', input: ({ snapshot }) => `snapshotId: ${snapshot}` },
  deleteSnapshots: { permission: 'SNAPSHOT_DELETE', input: ({ snapshot }) => `snapshotIds: [${snapshot}]` },
  shareSnapshot: {
    permission: 'SNAPSHOT_SHARE',
    input: ({ snapshot }) => `snapshotId: ${snapshot}, accounts: ["999999999999"]`,
  },
  unshareSnapshot: {
    permission: 'SNAPSHOT_SHARE',
    input: ({ snapshot }) => `snapshotId: ${snapshot}, everyone: true`,
  },
  unshareSnapshots: {
    permission: 'SNAPSHOT_SHARE',
    input: ({ snapshot }) => `snapshotIds: [${snapshot}], everyone: true`,
  },
  updateSnapshotRetention: {
    permission: 'SNAPSHOT_RETAIN',
    input: ({ snapshot }) => `snapshotIds: [${snapshot}], days: 30`,
    only: 'REDSHIFT',
  },
  tagSnapshot: {
    permission: 'SNAPSHOT_TAG',
    input: ({ snapshot }) => `snapshotId: ${snapshot}, tags: [{ key: "a", value: "b" }]`,
  },
  untagSnapshot: { permission: 'SNAPSHOT_TAG', input: ({ snapshot }) => `snapshotId: ${snapshot}, keys: ["a"]` },
  issueClusterCredentials: {
    permission: 'CLUSTER_CREDENTIALS',
    input: ({ cluster }) => `clusterId: ${cluster}, databaseUser: "ada"`,
    only: 'REDSHIFT',
  },
  restoreCluster: {
    permission: 'CLUSTER_RESTORE',
    input: ({ snapshot, cluster }) => `snapshotId: ${snapshot}, likeCluster: ${cluster}, ${created}`,
  },
  restoreClusterToTime: {
    permission: 'CLUSTER_RESTORE',
    input: ({ cluster }) => `clusterId: ${cluster}, point: { latest: true }, ${created}`,
    only: 'DOCUMENTDB',
  },
  createClusterInstances: {
    permission: 'CLUSTER_RESTORE',
    input: ({ cluster }) => `clusterId: ${cluster}, instances: { class: "db.r6g.large" }`,
    only: 'DOCUMENTDB',
  },
  restoreTable: {
    permission: 'CLUSTER_RESTORE',
    input: ({ snapshot, cluster }) =>
      `snapshotId: ${snapshot}, clusterId: ${cluster}, source: { database: "a", table: "b" }, target: { table: "c" }`,
    only: 'REDSHIFT',
  },
  updateBackupSettings: {
    permission: 'BACKUP_CONFIGURE',
    input: ({ cluster }) => `clusterId: ${cluster}, automatedRetentionDays: 35`,
  },
  createSnapshotSchedule: {
    permission: 'BACKUP_CONFIGURE',
    input: ({ account }) =>
      `account: ${account}, region: "${region}", identifier: "new", definitions: ["rate(8 hours)"]`,
  },
  updateSnapshotSchedule: {
    permission: 'BACKUP_CONFIGURE',
    input: ({ schedule }) => `scheduleId: ${schedule}, definitions: ["rate(8 hours)"]`,
  },
  deleteSnapshotSchedule: { permission: 'BACKUP_CONFIGURE', input: ({ schedule }) => `scheduleId: ${schedule}` },
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
  expect(mutationFields.map(({ name }) => name).toSorted()).toEqual(Object.keys(changes).toSorted());
  const subscriptions = rootFields(schema.getSubscriptionType()).map(({ name }) => name);
  expect(subscriptions.toSorted()).toEqual(Object.keys(followed).toSorted());
});

describe.each(queryFields)('$name with every field selected', (field) => {
  const asked = (account: string, id: string) =>
    questions[field.name]!(account, id).map((args) => {
      // A condition or an order decides which records are returned, not what their fields return.
      const depth = /^(filter|groupBy|orderBy)/.test(args) ? 2 : 3;
      const selection = selectAll(getNamedType(field.type), depth, samples);
      return `{ ${field.name}${args === '' ? '' : `(${args})`}${selection} }`;
    });

  it('returns the same to the owner as to the administrator, and nothing of another account', async () => {
    for (const query of asked(own, 'plain')) {
      const [owner, administrator] = [await ask('owner', query), await ask('administrator', query)];
      expect(owner.errors).toBeUndefined();
      expect(JSON.stringify(owner)).not.toMatch(/foreign|222222222222/);
      if (['node', 'nodes', 'snapshot', 'cluster'].includes(field.name)) {
        expect(without(owner, '')).toEqual(without(administrator, ''));
        expect(JSON.stringify(owner.data)).toContain('plain');
      }
    }
  });

  it('neither returns nor counts records without the required tags', async () => {
    for (const query of asked(own, 'plain')) {
      expect(JSON.stringify(await ask('reader', query))).not.toMatch(/hidden|foreign|222222222222/);
    }
  });

  it('returns the same for hidden records as for records that do not exist', async () => {
    const pairs = [
      ['reader', asked(own, 'hidden'), 'hidden', asked(own, 'missing'), 'missing'],
      ['owner', asked(foreign, 'foreign-plain'), foreign, asked(unknown, 'foreign-plain'), unknown],
    ] as const;
    for (const [role, ofHidden, hidden, ofMissing, missing] of pairs) {
      // Two requests at a time, because the gateway limits large ones.
      for (const [index, query] of ofHidden.entries()) {
        const [one, other] = await Promise.all([ask(role, query), ask(role, ofMissing[index]!)]);
        expect(without(one, hidden)).toEqual(without(other, missing));
      }
    }
  });
});

type By = 'id' | 'ARN';

/** Returns the literals of what an input names. */
function namesOf(account: string, id: string, service: ServiceName, by: By): Names {
  const index = serviceNames.indexOf(service);
  const [snapshots, clusters, schedule] =
    by === 'id' ? [snapshotIds, clusterIds, scheduleId] : [snapshotArns, clusterArns, scheduleArn];
  return {
    snapshot: text(snapshots(account, id)[index]),
    cluster: text(clusters(account, id)[index]),
    schedule: text(schedule(account, id)),
    account: text(account),
  };
}

describe.each(mutationFields)('$name', ({ name, type }) => {
  const selection = selectAll(getNamedType(type), 2, samples);
  const { permission, input, only, refusals } = changes[name]!;
  const services = only ? [only] : serviceNames;
  const mutation = (names: Names) => `mutation { ${name}(input: { dryRun: true, ${input(names)} })${selection} }`;
  const codeOf = (answer: unknown) => /_code":"(\w+)"/.exec(JSON.stringify(answer))?.[1];
  const each = services.flatMap((service) => (['id', 'ARN'] as const).map((by) => [service, by] as const));

  it.each(each)('requires exactly its permission (%s, by %s)', async (service, by) => {
    const change = mutation(namesOf(own, 'plain', service, by));
    expect(codeOf(await ask(`without ${permission}`, change))).toBe('FORBIDDEN');
    expect(codeOf(await ask(permission, change))).toBe(refusals?.[service]);
    expect((await gateway.calls()).filter(isWrite)).toEqual([]);
  });

  it.each(isBatch(name) ? [name] : [])('shows the snapshot to a caller who can only read it', async () => {
    const [id] = snapshotIds(own, 'plain');
    const { data } = await gateway.query(
      `mutation {
        ${name}(input: { dryRun: true, ${input(namesOf(own, 'plain', 'REDSHIFT', 'id'))} }) {
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

  /** The records that the input names. */
  const named = (['snapshot', 'cluster', 'schedule'] as const).filter((kind) => input.toString().includes(kind));
  const eachNamed = named.flatMap((kind) =>
    serviceNames.flatMap((service) => (['id', 'ARN'] as const).map((by) => [kind, service, by] as const)),
  );

  it.each(eachNamed)('reports a hidden %s as not found (%s, by %s)', async (kind, service, by) => {
    /** Only this record is another one. */
    const change = (account: string, id: string) =>
      mutation({ ...namesOf(own, 'plain', service, by), [kind]: namesOf(account, id, service, by)[kind] });
    const [theirs, nonexistent] = [
      await ask('owner', change(foreign, 'foreign-plain')),
      await ask('owner', change(unknown, 'foreign-plain')),
    ];
    expect(without(theirs, foreign)).toBe(without(nonexistent, unknown));
    for (const role of ['reader', 'member']) {
      const [hidden, missing] = [await ask(role, change(own, 'hidden')), await ask(role, change(own, 'missing'))];
      expect(without(hidden, 'hidden')).toBe(without(missing, 'missing'));
      if (role === 'member' && services.includes(service)) expect(codeOf(hidden)).toBe('NOT_FOUND');
    }
  });

  it.each(named.length === 0 ? [name] : [])('reports an account of others as not configured', async () => {
    const change = (account: string) => mutation(namesOf(account, 'plain', 'REDSHIFT', 'id'));
    const theirs = await ask('owner', change(foreign));
    expect(codeOf(theirs)).toBe('INVALID_INPUT');
    expect(without(theirs, foreign)).toBe(without(await ask('owner', change(unknown)), unknown));
  });
});

/** A dry run of creating a schedule is a dry run in AWS. */
function isWrite({ action, parameters }: RecordedCall): boolean {
  return !/^(Describe|List)/.test(action ?? '') && !('DryRun' in (parameters as object));
}

describe('an identifier of a hidden record is in use, and the answer shows nothing else of the record', () => {
  const tagged = 'tags: [{ key: "team", value: "bi" }]';
  const [redshift, documentdb] = serviceNames.map((service) => namesOf(own, 'plain', service, 'id')) as [Names, Names];
  const inUse = (name: string) =>
    `The identifier ${name} is already in use in account ${own}, region ${region}. Choose another identifier.`;
  const refuse = async (mutation: string, input: string, fields: string) => {
    const query = `mutation { ${mutation}(input: { ${input}, ${tagged} }) { ${fields} } }`;
    const { data, errors } = await gateway.query(query, {}, await as({ role: 'member' }));
    expect(errors).toBeUndefined();
    expect((await gateway.calls()).filter(isWrite)).toEqual([]);
    return data[mutation];
  };

  it.each([
    ['createSnapshot', 0, `clusterId: ${redshift.cluster}`, 'hidden-1'],
    ['createSnapshot', 1, `clusterId: ${documentdb.cluster}`, 'hidden-1'],
    [
      'createSnapshotSchedule',
      0,
      `account: ${redshift.account}, region: "${region}", definitions: ["rate(8 hours)"]`,
      'hidden',
    ],
  ])('%s (%j)', async (mutation, _service, input, hidden) => {
    const ask = (name: string) => refuse(mutation, `${input}, identifier: "${name}"`, '... on Error { code message }');
    expect((await ask(hidden.replace('hidden', 'plain'))).message).toContain('arn:aws:');
    expect(await ask(hidden)).toEqual({ code: 'ALREADY_EXISTS', message: inUse(hidden) });
  });

  it.each([
    ['restoreCluster', 0, `snapshotId: ${redshift.snapshot}`],
    ['restoreCluster', 1, `snapshotId: ${documentdb.snapshot}`],
    ['restoreClusterToTime', 1, `clusterId: ${documentdb.cluster}, point: { clone: true }`],
  ])('%s (%j)', async (mutation, _service, input) => {
    const fields = '... on RestoreRefusedError { checks { requirement verdict message } }';
    for (const name of ['plain', 'hidden']) {
      const { checks } = await refuse(mutation, `${input}, clusterIdentifier: "${name}"`, fields);
      expect(checks.filter(({ verdict }: { verdict: string }) => verdict === 'NO')).toEqual([
        {
          requirement: 'NAME_FREE',
          verdict: 'NO',
          message: `The name ${name} is already in use. Choose another clusterIdentifier.`,
        },
      ]);
    }
  });
});

/** The ids of what each subscription follows, and a field of it that contains the name. */
const followed: Readonly<Record<string, readonly [idsOf: (account: string, id: string) => string[], field: string]>> = {
  snapshotProgress: [snapshotIds, 'identifier'],
  clusterProgress: [clusterIds, 'identifier'],
  tableRestoreProgress: [(account, id) => [tableRestoreId(account, id)], 'requestId'],
};
const eachFollowed = Object.entries(followed).flatMap(([name, [idsOf, field]]) =>
  idsOf(own, '').map((_, index) => ({
    name,
    index,
    subscription: (account: string, id: string) =>
      `subscription { ${name}(id: ${text(idsOf(account, id)[index])}) { ${field} } }`,
  })),
);

/** Follows a record until the stream ends, and returns the stream without what differs between two reads. */
async function follow({ url }: Gateway, headers: object, query: string, word = ''): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await eventsOf(response)).replaceAll(word || '#', '#').replaceAll(/"(calls|remaining)":\d+/g, '');
}

it.each(eachFollowed)('$name reports a hidden record as not found ($index)', async ({ subscription }) => {
  waits.length = 0;
  const followAs = async (role: string, account: string, id: string, word = '') =>
    follow(gateway, await as({ role }), subscription(account, id), word);
  expect(await followAs('reader', own, 'plain')).toMatch(/"(identifier|requestId)":"plain/);
  expect(waits).toEqual([]);
  const hidden = await followAs('reader', own, 'hidden', 'hidden');
  expect(hidden).toContain('NOT_FOUND');
  expect(waits).toEqual([30_000]);
  expect(hidden).toBe(await followAs('reader', own, 'missing', 'missing'));
  const theirs = await followAs('owner', foreign, 'plain');
  const nonexistent = await followAs('owner', unknown, 'plain');
  expect(without(theirs, foreign)).toBe(without(nonexistent, unknown));
});

it.each(eachFollowed)(
  '$name reports a hidden record as not found while AWS is creating it ($index)',
  async ({ subscription }) => {
    const parts = { account: own, tags: tags.hidden, cluster: 'hidden', createdAt: at(0), readyAt: at(60) };
    const other = await startGateway({
      accounts: accounts([own]),
      authenticate: authenticationWith(grants),
      pause: async (_milliseconds, signal) => signal.throwIfAborted(),
    });
    await other.load({
      now: parts.createdAt,
      frozen: true,
      clusters: serviceNames.map((each) => makeCluster(each, 'hidden', { ...parts, status: 'creating' })),
      snapshots: serviceNames.map((each) => makeSnapshot(each, 'hidden-1', parts)),
      tableRestores: world[1]!.tableRestores.map((each) => ({ ...each, Status: 'PENDING' })),
    });
    const headers = await as({ role: 'reader' });
    const hidden = await follow(other, headers, subscription(own, 'hidden'));
    const missing = await follow(other, headers, subscription(own, 'missing'));
    await other.close();
    expect(hidden).toContain('NOT_FOUND');
    expect(without(hidden, 'hidden')).toBe(without(missing, 'missing'));
  },
);

it.each([
  ['continues while its token is valid', 1_000_000, 1],
  ['ends when its token expires', -1, 0],
])('a subscription %s', async (_what, milliseconds, events) => {
  const short = await startGateway({
    accounts: accounts([own]),
    authenticate: async () =>
      createPrincipal('ada', [{ permissions: [...everything], introspection: true }], Date.now() + milliseconds),
  });
  const { clusters, snapshots, tableRestores } = world[0]!;
  await short.load({ clusters, snapshots, tableRestores });
  for (const { subscription } of eachFollowed) {
    const stream = await follow(short, {}, subscription(own, 'plain'));
    expect(stream.match(/"(identifier|requestId)":"plain/g) ?? []).toHaveLength(events);
    expect(stream).toContain('event: complete');
  }
  await short.close();
});

/** Returns the text of a stream without its pings, whose number depends on the duration of the stream. */
async function eventsOf(response: Response): Promise<string> {
  return (await response.text()).replaceAll(/^:\n\n/gm, '');
}

/** Removes a word from a response, also inside decoded ids, and all values that differ between two reads. */
function without(answer: unknown, word: string): string {
  return JSON.stringify(answer)
    .replaceAll(/_(fetchedAt|awsCalls|latestRestorableAt|time|ageSeconds|\w*[cC]ursor)":("[^"]*"|\d+)/g, '')
    .replaceAll(/(?<=latest restorable time is )[\d-]+T[\d:.]+Z/g, '')
    .replaceAll(/(?<=_id":")[\w-]+/g, (id) => Buffer.from(id, 'base64url').toString())
    .replaceAll(word || '#', '#');
}
