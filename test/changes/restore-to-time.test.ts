import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreSettings } from '../../src/access/policy/restores.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { clusterId, makeCluster } from '../support/worlds.ts';
import { actionsOf, errorFields } from './support.ts';

const world: Parameters<Gateway['load']>[0] = {
  clusters: [
    makeCluster('REDSHIFT'),
    makeCluster('DOCUMENTDB', 'orders', { createdAt: '2026-01-01T00:00:00Z', tags: { team: 'bi' } }),
    makeCluster('DOCUMENTDB', 'stopped', { status: 'stopped' }),
    makeCluster('DOCUMENTDB', 'locked', { status: 'inaccessible-encryption-credentials' }),
    makeCluster('DOCUMENTDB', 'young', { status: 'creating' }),
    makeCluster('DOCUMENTDB', 'social', { isForeign: true }),
  ],
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.disturb();
  await gateway.load(world);
  await gateway.calls();
});

const checks = 'checks { requirement verdict message field }';

async function run(mutation: 'restoreClusterToTime' | 'createClusterInstances', input: object, from = gateway) {
  const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const isRestore = mutation === 'restoreClusterToTime';
  const { data, errors } = await from.query(
    `mutation ($input: ${name}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${isRestore ? 'RestoreClusterPayload' : `${name}Payload`} {
          cluster { id identifier status tags { key value } ... on DocumentDBCluster { members { instanceIdentifier isWriter } } }
          plannedCalls { action parameters }
          ${isRestore ? `remainingCalls { action parameters } ${checks}` : ''}
        }
        ${isRestore ? `... on RestoreRefusedError { ${checks} }` : ''}
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

const restore = (input: object, from = gateway) =>
  run('restoreClusterToTime', { clusterId: clusterId('DOCUMENTDB'), clusterIdentifier: 'restored', ...input }, from);
const create = (input: object, from = gateway) =>
  run('createClusterInstances', { clusterId: clusterId('DOCUMENTDB'), ...input }, from);

const inputsOf = (calls: { parameters: string }[]) => calls.map(({ parameters }) => JSON.parse(parameters));
const failedIn = (answer: { checks: { requirement: string; verdict: string }[] }) =>
  answer.checks.filter(({ verdict }) => verdict === 'NO').map(({ requirement }) => requirement);
const writes = async () => (await actionsOf(gateway)).filter((each) => !/^(Describe|List)/.test(String(each)));

describe('restoreClusterToTime', () => {
  it.each([
    ['the latest time', { latest: true }, { RestoreType: 'full-copy', UseLatestRestorableTime: true }],
    ['a clone', { clone: true }, { RestoreType: 'copy-on-write', UseLatestRestorableTime: true }],
  ])('restores %s', async (_what, point, expected) => {
    const answer = await restore({ point });
    expect(answer).toMatchObject({ __typename: 'RestoreClusterPayload', cluster: { identifier: 'restored' } });
    expect(answer.cluster.tags).toEqual([{ key: 'team', value: 'bi' }]);
    expect(inputsOf(answer.plannedCalls)).toEqual([
      {
        SourceDBClusterIdentifier: 'orders',
        DBClusterIdentifier: 'restored',
        ...expected,
        DBSubnetGroupName: expect.any(String),
        VpcSecurityGroupIds: [expect.any(String)],
        Port: 27017,
        DeletionProtection: true,
        Tags: [{ Key: 'team', Value: 'bi' }],
      },
    ]);
    expect(await writes()).toEqual(['RestoreDBClusterToPointInTime']);
  });

  it('restores a time in the restorable range, and refuses others', async () => {
    const { data } = await gateway.query(
      `{ node(id: "${clusterId('DOCUMENTDB')}") { ... on DocumentDBCluster { earliestRestorableAt latestRestorableAt } } }`,
    );
    const { earliestRestorableAt: earliest, latestRestorableAt: latest } = data.node;
    const middle = new Date(Date.parse(earliest) + 600_000).toISOString();
    expect(await restore({ point: { time: middle } })).toMatchObject({ cluster: { identifier: 'restored' } });
    const early = new Date(Date.parse(earliest) - 1000).toISOString();
    const late = new Date(Date.parse(latest) + 3_600_000).toISOString();
    const answers = await Promise.all(
      [early, late].map((time) => restore({ clusterIdentifier: 'other', point: { time } })),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ __typename: 'RestoreRefusedError' });
      expect(failedIn(answer)).toEqual(['SNAPSHOT_AVAILABLE']);
    }
  });

  it('sends the default subnet group without likeSource, and returns the calls that come later', async () => {
    const plain = await restore({ point: { latest: true }, likeSource: false, dryRun: true });
    expect(inputsOf(plain.plannedCalls)).toEqual([
      {
        SourceDBClusterIdentifier: 'orders',
        DBClusterIdentifier: 'restored',
        RestoreType: 'full-copy',
        UseLatestRestorableTime: true,
        DBSubnetGroupName: 'default',
        DeletionProtection: true,
      },
    ]);
    const instances = { class: 'db.r6g.large', count: 2 };
    const full = await restore({ point: { latest: true }, options: { instances, deletionProtection: false } });
    expect(full.remainingCalls.map(({ action }: { action: string }) => action)).toEqual([
      'CreateDBInstance',
      'CreateDBInstance',
    ]);
    expect(await writes()).toEqual(['RestoreDBClusterToPointInTime']);
  });

  it.each([
    [{ point: { latest: false } }, ['point', 'latest']],
    [{ point: { clone: false } }, ['point', 'clone']],
    [{ point: { latest: true }, options: { port: 1 } }, ['options', 'port']],
    [{ point: { latest: true }, options: { kmsKeyId: 'alias/ours' } }, ['options', 'kmsKeyId']],
    [{ point: { latest: true }, clusterIdentifier: 'a-' }, ['clusterIdentifier']],
  ])('refuses %j', async (input, path) => {
    expect(await restore(input)).toMatchObject({ __typename: 'InvalidInputError', field: ['input', ...path] });
    expect(await writes()).toEqual([]);
  });

  it.each([
    ['orders', ['NAME_FREE']],
    ['social', ['NAME_FREE']],
  ])('refuses the taken name %s', async (clusterIdentifier, expected) => {
    expect(failedIn(await restore({ point: { latest: true }, clusterIdentifier }))).toEqual(expected);
  });

  it.each([
    ['stopped', { latest: true }, 'YES'],
    ['stopped', { clone: true }, 'UNKNOWN'],
    ['locked', { latest: true }, 'UNKNOWN'],
    ['young', { latest: true }, 'UNKNOWN'],
    ['young', { clone: true }, 'UNKNOWN'],
  ])('judges a restore of the %s cluster to %j: %s', async (name, point, verdict) => {
    const answer = await restore({ clusterId: clusterId('DOCUMENTDB', name), point, dryRun: true });
    expect(answer.checks).toContainEqual(expect.objectContaining({ requirement: 'SNAPSHOT_AVAILABLE', verdict }));
  });

  it('restores the backups of a stopped cluster', async () => {
    const answer = await restore({ clusterId: clusterId('DOCUMENTDB', 'stopped'), point: { latest: true } });
    expect(answer).toMatchObject({ cluster: { identifier: 'restored' } });
  });

  it('refuses another service', async () => {
    const redshift = await restore({ clusterId: clusterId('REDSHIFT'), point: { latest: true } });
    expect(redshift).toMatchObject({ __typename: 'NotSupportedError', code: 'NOT_SUPPORTED' });
  });

  it('is made once, also if the response is lost', async () => {
    await gateway.disturb({ kind: 'reset', moment: 'after', action: 'RestoreDBClusterToPointInTime' });
    const input = { point: { latest: true }, idempotencyKey: 'to-time' };
    expect(await restore(input)).toMatchObject({ cluster: { identifier: 'restored' } });
    expect(await restore(input)).toMatchObject({ cluster: { identifier: 'restored' } });
    expect(await writes()).toEqual(['RestoreDBClusterToPointInTime']);
  });
});

describe('createClusterInstances', () => {
  const instances = { class: 'db.r6g.large', count: 2 };

  it('creates the instances of a restored cluster once it is available, and can be repeated', async () => {
    const restored = await restore({ point: { latest: true } });
    const id = restored.cluster.id;
    const early = await create({ clusterId: id, instances });
    expect(early).toMatchObject({ __typename: 'InvalidStateError', code: 'INVALID_STATE' });
    await gateway.emulator.control('POST', 'clock', { advanceSeconds: 3600 });
    await gateway.calls();
    const planned = await create({ clusterId: id, instances, dryRun: true });
    expect(planned).toMatchObject({ cluster: null });
    expect(inputsOf(planned.plannedCalls)).toEqual(
      [1, 2].map((index) => ({
        DBInstanceIdentifier: `restored-${index}`,
        DBInstanceClass: 'db.r6g.large',
        Engine: 'docdb',
        DBClusterIdentifier: 'restored',
        Tags: [{ Key: 'team', Value: 'bi' }],
      })),
    );
    expect(await writes()).toEqual([]);
    const made = await create({ clusterId: id, instances });
    expect(made.cluster.members).toHaveLength(2);
    expect(await writes()).toEqual(['CreateDBInstance', 'CreateDBInstance']);
    const again = await create({ clusterId: id, instances: { ...instances, count: 3 } });
    expect(inputsOf(again.plannedCalls)).toMatchObject([{ DBInstanceIdentifier: 'restored-3' }]);
    const none = await create({ clusterId: id, instances: { ...instances, count: 3 } });
    expect(none).toMatchObject({ plannedCalls: [], cluster: { identifier: 'restored' } });
    expect(await writes()).toEqual(['CreateDBInstance']);
  });

  it('reports the calls that it made if the cluster cannot be read afterward', async () => {
    // The first read is that of the cluster before the change.
    await gateway.disturb({
      kind: 'error',
      action: 'DescribeDBClusters',
      code: 'AccessDenied',
      status: 403,
      nth: [2, 3, 4],
    });
    const input = { clusterId: clusterId('DOCUMENTDB'), instances };
    const { data, errors } = await gateway.query(
      `mutation ($input: CreateClusterInstancesInput!) {
        createClusterInstances(input: $input) {
          ... on CreateClusterInstancesPayload { cluster { identifier } plannedCalls { action } }
        }
      }`,
      { input },
    );
    expect(data.createClusterInstances).toEqual({
      cluster: null,
      plannedCalls: [{ action: 'CreateDBInstance' }, { action: 'CreateDBInstance' }],
    });
    expect(errors).toMatchObject([{ path: ['createClusterInstances', 'cluster'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('reports which instances were created if a later call fails', async () => {
    await gateway.disturb(
      { kind: 'delay', moment: 'before', milliseconds: 0, times: 1, action: 'CreateDBInstance' },
      { kind: 'error', action: 'CreateDBInstance', code: 'InstanceQuotaExceeded', status: 400 },
    );
    const answer = await create({ instances });
    expect(answer).toMatchObject({ __typename: 'QuotaExceededError', code: 'QUOTA_EXCEEDED' });
    expect(answer.message).toMatch(/Completed before the failure: CreateDBInstance .*orders-1/);
    await gateway.disturb();
    const rest = await create({ instances });
    expect(inputsOf(rest.plannedCalls)).toMatchObject([{ DBInstanceIdentifier: 'orders-2' }]);
  });

  it.each([
    [{ class: 'large' }, ['instances', 'class']],
    [{ class: 'db.x99.large' }, ['instances', 'class']],
    [{ class: 'db.r6g.large', count: 0 }, ['instances', 'count']],
  ])('refuses %j', async (wrong, path) => {
    expect(await create({ instances: wrong })).toMatchObject({
      __typename: 'InvalidInputError',
      field: ['input', ...path],
    });
  });

  it('finds an instance after a lost response', async () => {
    await gateway.disturb({ kind: 'reset', moment: 'after', action: 'CreateDBInstance' });
    expect((await create({ instances })).cluster.members).toHaveLength(2);
    expect(await writes()).toEqual(['CreateDBInstance', 'CreateDBInstance']);
  });

  it('refuses clusters of Amazon Redshift, and what the policy does not list', async () => {
    expect(await create({ clusterId: clusterId('REDSHIFT'), instances })).toMatchObject({ code: 'NOT_SUPPORTED' });
    const limited = await startGateway({
      policy: { restore: restoreSettings.parse({ instanceClasses: ['db.t4g.*'], maximumInstances: 1 }) },
    });
    try {
      await limited.load(world);
      const answer = await create({ instances }, limited);
      expect(answer).toMatchObject({ __typename: 'ForbiddenError' });
      expect(answer.message).toMatch(/instanceClass.*instanceCount/);
      const few = await create({ instances: { class: 'db.t4g.medium', count: 1 } }, limited);
      expect(few).toMatchObject({ __typename: 'CreateClusterInstancesPayload' });
      const more = await create({ instances: { class: 'db.t4g.medium', count: 2 } }, limited);
      expect(more).toMatchObject({ __typename: 'ForbiddenError' });
    } finally {
      await limited.close();
    }
  });
});
