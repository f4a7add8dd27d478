import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, permissions } from '../../src/snapshots/permission.ts';
import { account, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames, testedServices } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, makeCluster, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';

const stranger = '555566667777';
const tags = { team: 'bi' };
const others = permissions.filter((each) => each !== 'SNAPSHOT_READ');

/** The grants of each role; a role reads every record, unless its name says otherwise. */
const roles: Readonly<Record<string, readonly object[]>> = {
  everything: [{ permissions }],
  reader: [{ permissions: ['SNAPSHOT_READ'] }],
  'everything for a team': [{ permissions, tags }],
  'a team, and more elsewhere': [
    { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_COPY'] },
    { permissions, tags },
    { permissions, regions: ['eu-west-1'] },
  ],
  'one service': [{ permissions: ['SNAPSHOT_READ'] }, { permissions, services: ['redshift'] }],
  ...Object.fromEntries(
    others.flatMap((one) => [
      [`without ${one}`, [{ permissions: permissions.filter((each) => each !== one) }]],
      [`${one} for a team`, [{ permissions: ['SNAPSHOT_READ'] }, { permissions: [one], tags }]],
    ]),
  ),
};

const grants = Object.entries(roles).flatMap(([role, own]) => own.map((grant) => ({ when: { role }, ...grant })));
const credentials = {
  enabled: true,
  databaseUsers: ['{subject}'],
  databaseGroups: [],
  autoCreate: false,
  maximumSeconds: 900,
};

function start(options: GatewayOptions = {}): Promise<Gateway> {
  return startGateway({
    authenticate: authenticationWith(grants),
    credentials,
    limits: { aliases: 1e3, fields: 1e3, tokens: 1e5, rootFields: 100, cost: 1e5 },
    policy: { sharing: 'unrestricted', restore: 'unrestricted', deletion: [{ holdTags: ['hold'], keepLast: false }] },
    ...options,
  });
}

const world = (assumptions = {}) => ({
  assumptions,
  clusters: serviceNames.flatMap((service) => [
    makeCluster(service, 'plain', { tags }),
    makeCluster(service, 'hidden', { tags: { team: 'hr' } }),
  ]),
  snapshots: serviceNames.flatMap((service) => [
    makeSnapshot(service, 'plain-1', { cluster: 'plain', tags: { ...tags, hold: '' } }),
    makeSnapshot(service, 'hidden-1', { cluster: 'hidden', tags: { team: 'hr' } }),
    makeSnapshot(service, nightly(service), { cluster: 'plain', type: 'automated', tags }),
    makeSnapshot(service, 'creating', { cluster: 'plain', readyAt: '2099-01-01T00:00:00Z', tags }),
    makeSnapshot(service, 'foreign', { account: stranger, cluster: 'plain', shares: [account], tags }),
  ]),
});
const nightly = (service: ServiceName) => `${testedServices[service].automatedPrefix}nightly`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await start();
  await gateway.load(world());
});
afterAll(() => gateway.close());

const text = JSON.stringify;
const snapshots = (service: ServiceName) => [
  snapshotId(service, 'plain-1', { cluster: 'plain' }),
  snapshotId(service, 'hidden-1', { cluster: 'hidden' }),
  snapshotId(service, nightly(service), { cluster: 'plain' }),
  snapshotId(service, 'creating', { cluster: 'plain' }),
  sharedSnapshotId(account, service, 'foreign', { account: stranger, cluster: 'plain' }),
];
const clustersOf = (service: ServiceName) => ['plain', 'hidden'].map((name) => clusterId(service, name));

/** Dry runs of changes, with the permissions that they require. */
type Change = readonly [required: readonly Permission[], mutation: string];

const failure = '... on Error { code ... on SharingRefusedError { reason } }';
const changesOfSnapshot = (id: string): readonly Change[] => {
  const one = `dryRun: true, snapshotId: ${text(id)}`;
  const many = `dryRun: true, snapshotIds: [${text(id)}]`;
  const results = (type: string) => `{ ${failure} ... on ${type} { results { error { ${failure} } } } }`;
  return [
    [['SNAPSHOT_COPY'], `copySnapshot(input: { ${one}, identifier: "copied" }) { ${failure} }`],
    [['SNAPSHOT_RETAIN'], `updateSnapshotRetention(input: { ${many} }) ${results('UpdateSnapshotRetentionPayload')}`],
    [['SNAPSHOT_TAG'], `tagSnapshot(input: { ${one}, tags: [{ key: "note" }] }) { ${failure} }`],
    [['SNAPSHOT_TAG'], `untagSnapshot(input: { ${one}, keys: ["note"] }) { ${failure} }`],
    [['SNAPSHOT_TAG', 'SNAPSHOT_RELEASE'], `untagSnapshot(input: { ${one}, keys: ["hold"] }) { ${failure} }`],
    [['SNAPSHOT_DELETE'], `deleteSnapshot(input: { ${one} }) { ${failure} }`],
    [['SNAPSHOT_DELETE'], `deleteSnapshots(input: { ${many} }) ${results('DeleteSnapshotsPayload')}`],
    [['SNAPSHOT_SHARE'], `shareSnapshot(input: { ${one}, accounts: ["${stranger}"] }) { ${failure} }`],
    [['SNAPSHOT_SHARE'], `unshareSnapshot(input: { ${one}, everyone: true }) { ${failure} }`],
    [['SNAPSHOT_SHARE'], `unshareSnapshots(input: { ${many}, everyone: true }) ${results('UnshareSnapshotsPayload')}`],
    // The new cluster has the tags for which the grants of a team give the permissions.
    [
      ['CLUSTER_RESTORE'],
      `restoreCluster(input: { ${one}, clusterIdentifier: "restored", tags: [{ key: "team", value: "bi" }] }) { ${failure} }`,
    ],
  ];
};
const changesOfCluster = (id: string, service: ServiceName): readonly Change[] => {
  const input = `dryRun: true, clusterId: ${text(id)}`;
  return [
    [['SNAPSHOT_CREATE'], `createSnapshot(input: { ${input}, identifier: "created" }) { ${failure} }`],
    ...(service === 'DOCUMENTDB'
      ? [
          [
            ['CLUSTER_RESTORE'],
            `restoreClusterToTime(input: { ${input}, clusterIdentifier: "restored", point: { latest: true }, tags: [{ key: "team", value: "bi" }] }) { ${failure} }`,
          ] as Change,
          [
            ['CLUSTER_RESTORE'],
            `createClusterInstances(input: { ${input}, instances: { class: "db.r6g.large" } }) { ${failure} }`,
          ] as Change,
        ]
      : []),
    ...(service === 'REDSHIFT'
      ? [
          [
            ['CLUSTER_CREDENTIALS'],
            `issueClusterCredentials(input: { ${input}, databaseUser: "ada" }) { ${failure} }`,
          ] as Change,
        ]
      : []),
  ];
};

async function permissionsOf(id: string, claims: object, at = gateway): Promise<readonly Permission[] | undefined> {
  const { data, errors } = await at.query(
    `query ($id: ID!) { node(id: $id) { ... on Snapshot { viewerPermissions } ... on Cluster { viewerPermissions } } }`,
    { id },
    await as({ ...claims }),
  );
  expect(errors).toBeUndefined();
  return data.node?.viewerPermissions;
}

/** Returns for each change whether it is refused because of the permissions of the caller. */
async function refusalsOf(changes: readonly Change[], claims: object, at = gateway): Promise<boolean[]> {
  const selections = changes.map(([, mutation], index) => `m${index}: ${mutation}`);
  const { data, errors } = await at.query(`mutation { ${selections.join(' ')} }`, {}, await as({ ...claims }));
  expect(errors).toBeUndefined();
  return changes.map((_, index) => {
    const answer = data[`m${index}`];
    const { code, reason } = answer.results?.[0].error ?? answer;
    return code === 'FORBIDDEN' || reason === 'NOT_OWNED';
  });
}

async function expectAgreement(id: string, changes: readonly Change[], claims: object) {
  const own = await permissionsOf(id, claims);
  // A record that the caller cannot read.
  if (own === undefined) return;
  expect(own).toContain('SNAPSHOT_READ');
  const expected = changes.map(([required]) => required.some((each) => !own.includes(each)));
  const refused = await refusalsOf(changes, claims);
  expect({ own, refused: changes.map(([, mutation], index) => [mutation, refused[index]]) }).toEqual({
    own,
    refused: changes.map(([, mutation], index) => [mutation, expected[index]]),
  });
}

describe.each(serviceNames)('viewerPermissions of %s', (service) => {
  it.each(Object.keys(roles))('are the permissions without which mutations are refused: %s', async (role) => {
    for (const id of snapshots(service)) {
      // oxlint-disable-next-line no-await-in-loop -- one record at a time
      await expectAgreement(id, changesOfSnapshot(id), { role });
    }
    for (const id of clustersOf(service)) {
      // oxlint-disable-next-line no-await-in-loop -- one record at a time
      await expectAgreement(id, changesOfCluster(id, service), { role });
    }
  });

  it('depend on the tags, the source and the owner of a record, and not on its state', async () => {
    const [plain, hidden, automated, creating, foreign] = snapshots(service) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const [ours, theirs] = clustersOf(service) as [string, string];
    const all = [
      'SNAPSHOT_READ',
      'SNAPSHOT_COPY',
      'SNAPSHOT_RETAIN',
      'SNAPSHOT_TAG',
      'SNAPSHOT_DELETE',
      'SNAPSHOT_SHARE',
      'CLUSTER_RESTORE',
      'SNAPSHOT_RELEASE',
    ];
    const admin = { role: 'everything' };
    for (const id of [plain, hidden, automated, creating]) expect(await permissionsOf(id, admin)).toEqual(all);
    expect(await permissionsOf(foreign, admin)).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_COPY', 'CLUSTER_RESTORE']);
    expect(await permissionsOf(ours, admin)).toEqual([
      'SNAPSHOT_READ',
      'SNAPSHOT_CREATE',
      'SNAPSHOT_DELETE',
      'CLUSTER_CREDENTIALS',
      'CLUSTER_RESTORE',
      'BACKUP_CONFIGURE',
    ]);
    const mixed = { role: 'a team, and more elsewhere' };
    expect(await permissionsOf(plain, mixed)).toEqual(all);
    expect(await permissionsOf(hidden, mixed)).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_COPY']);
    expect(await permissionsOf(theirs, mixed)).toEqual(['SNAPSHOT_READ']);
    expect(await permissionsOf(hidden, { role: 'everything for a team' })).toBeUndefined();
    expect(await permissionsOf(plain, { role: 'one service' })).toEqual(
      service === 'REDSHIFT' ? all : ['SNAPSHOT_READ'],
    );
  });
});

describe('CLUSTER_CREDENTIALS', () => {
  const id = clusterId('REDSHIFT', 'plain');
  const admin = { role: 'everything' };

  it.each([
    ['the subject', ['{subject}'], 'ada', true],
    ['any user', ['*'], 'auth0|7', true],
    ['users with the subject in their name', ['x-*{subject}*'], 'ada', true],
    ['only a name that Amazon Redshift does not accept', ['{subject}'], 'auth0|7', false],
    ['only a name with a digit first', ['7*', '-{subject}'], 'ada', false],
    ['only a reserved word', ['select', 'public'], 'ada', false],
    ['more than a reserved word', ['select*'], 'ada', true],
  ])('is there if the configuration allows %s', async (_what, databaseUsers, sub, isAllowed) => {
    const other = await start({ credentials: { ...credentials, databaseUsers } });
    await other.load(world());
    const own = await permissionsOf(id, { ...admin, sub }, other);
    await other.close();
    expect(own?.includes('CLUSTER_CREDENTIALS')).toBe(isAllowed);
  });

  it.each([
    ['there are no settings', undefined],
    ['it is not enabled', { ...credentials, enabled: false }],
  ])('is missing if %s', async (_what, settings) => {
    const other = await start(settings ? { credentials: settings } : { credentials: undefined as never });
    await other.load(world());
    const own = await permissionsOf(id, admin, other);
    const refused = await refusalsOf(changesOfCluster(id, 'REDSHIFT'), admin, other);
    await other.close();
    expect(own).not.toContain('CLUSTER_CREDENTIALS');
    expect(refused).toEqual([false, true]);
  });
});

describe('the tags of a page', () => {
  const page = `{
    snapshots(filter: { services: [DOCUMENTDB] }) { nodes { identifier viewerPermissions } }
    clusters(filter: { services: [DOCUMENTDB] }) { nodes { identifier viewerPermissions } }
  }`;
  const ask = async (role: string, query = page) => {
    await gateway.calls();
    const { data, errors, extensions } = await gateway.query(query, {}, await as({ role }));
    expect(errors).toBeUndefined();
    const calls = (await gateway.calls()).map(({ action }) => action);
    return { data, announced: extensions.cost!.announced, calls, reads: extensions.aws.calls };
  };
  const tagReads = (calls: readonly unknown[]) => calls.filter((action) => action === 'ListTagsForResource').length;

  it.each([
    ['everything', 0],
    ['reader', 0],
    ['without SNAPSHOT_TAG', 0],
    // 4 snapshots and 2 clusters
    ['a team, and more elsewhere', 6],
    ['SNAPSHOT_DELETE for a team', 6],
    ['SNAPSHOT_SHARE for a team', 4],
    ['CLUSTER_CREDENTIALS for a team', 2],
  ])('are read only if they make a difference, each once, and as announced: %s', async (role, count) => {
    await gateway.load(world({ rdsAnswersTagList: false }));
    const without = await ask(role, page.replaceAll('viewerPermissions', ''));
    const own = await ask(role);
    expect(tagReads(without.calls)).toBe(0);
    expect(tagReads(own.calls)).toBe(count);
    expect(own.announced - without.announced).toBe(count === 0 ? 0 : 40);
    expect(own.reads).toBeLessThanOrEqual(own.announced);
    await gateway.load(world({ rdsAnswersTagList: true }));
    const listed = await ask(role);
    expect(tagReads(listed.calls)).toBe(0);
    expect(listed.data).toEqual(own.data);
  });

  it('leave out the permissions that depend on them if they cannot be read', async () => {
    await gateway.load(world({ rdsAnswersTagList: false }));
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'ListTagsForResource' });
    const { data } = await ask('a team, and more elsewhere');
    await gateway.disturb();
    for (const { viewerPermissions } of data.snapshots.nodes) {
      expect(viewerPermissions).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_COPY']);
    }
    for (const { viewerPermissions } of data.clusters.nodes) expect(viewerPermissions).toEqual(['SNAPSHOT_READ']);
  });
});

it.each(serviceNames)('an event of a subscription has the permissions of its subscriber: %s', async (service) => {
  await gateway.load(world({ rdsAnswersTagList: false }));
  const [id] = snapshots(service);
  const follow = async (role: string) => {
    const query = `subscription { snapshotProgress(id: ${text(id)}) { viewerPermissions } }`;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...(await as({ role })) },
      body: JSON.stringify({ query }),
    });
    const [, event = ''] = /data: (\{.*\})/.exec(await response.text()) ?? [];
    return JSON.parse(event).data.snapshotProgress.viewerPermissions;
  };
  for (const role of ['everything', 'reader', 'SNAPSHOT_DELETE for a team', 'everything for a team']) {
    // oxlint-disable-next-line no-await-in-loop -- one subscription at a time
    expect(await follow(role)).toEqual(await permissionsOf(id!, { role }));
  }
});
