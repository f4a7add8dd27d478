import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../../src/access/audit.ts';
import { deletionSettings } from '../../../src/access/policy/deletion.ts';
import { restoreSettings } from '../../../src/access/policy/restores.ts';
import type { WorldJson } from '../../support/emulator.ts';
import { account, type Gateway, type GatewayOptions, oneAccount, startGateway } from '../../support/gateway.ts';
import { as, authenticationWith } from '../../support/tokens.ts';
import { makeSnapshot, snapshotArn } from '../../support/worlds.ts';
import {
  ago,
  backup,
  callsOf,
  copied,
  copy,
  dc2,
  docdb,
  docdbBackup,
  orders,
  otherRegion,
  sales,
  update,
} from './support.ts';

const twoRegions = [
  { ...oneAccount[0], id: account, regions: ['us-east-1', otherRegion], services: ['REDSHIFT', 'DOCUMENTDB'] as const },
];
const grants = [
  { permissions: ['SNAPSHOT_READ', 'BACKUP_CONFIGURE'] },
  { when: { role: ['operator'] }, permissions: ['SNAPSHOT_DELETE'] },
  { when: { role: ['local'] }, permissions: ['SNAPSHOT_DELETE'], regions: ['us-east-1'] },
];
const operator = await as({ role: 'operator' });
const editor = await as({ role: 'editor' });

let lines: any[] = [];
const start = (deletion: object[], more: GatewayOptions = {}) =>
  startGateway({
    accounts: twoRegions as unknown as NonNullable<GatewayOptions['accounts']>,
    authenticate: authenticationWith(grants),
    policy: {
      deletion: deletionSettings.parse(deletion),
      restore: restoreSettings.parse({ exportRegions: [otherRegion] }),
    },
    audit: createAudit(
      async (line) => void lines.push(JSON.parse(line)),
      () => {},
    ),
    ...more,
  });

const load = async (gateway: Gateway, clusters: WorldJson['clusters'], snapshots: WorldJson['snapshots'] = []) => {
  await gateway.load({ assumptions: { clusterSeconds: 0, automatedSnapshots: true }, clusters, snapshots });
  await gateway.calls();
  lines = [];
};
const halfADayFromNow = `${new Date(Date.now() + 43_200_000).toISOString().slice(11, 14)}00-${new Date(Date.now() + 43_200_000).toISOString().slice(11, 14)}30`;
const names = (result: any) => result.deletedSnapshots?.map(({ identifier }: any) => identifier).toSorted();
/** The automated snapshots that AWS lists afterwards, in both regions. */
const listed = async (gateway: Gateway) => {
  const { data } = await gateway.query(
    '{ snapshots(first: 50, filter: { types: [AUTOMATED] }) { nodes { identifier source { region } } } }',
    {},
    operator,
  );
  await gateway.calls();
  return data.snapshots.nodes.map(({ identifier, source }: any) => `${source.region} ${identifier}`).toSorted();
};

describe('without guards', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start([]);
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());

  it('a shorter retention lists what AWS deletes, in a dry run and after the change', async () => {
    await load(
      gateway,
      [dc2()],
      [backup(1), backup(4), backup(9), makeSnapshot('REDSHIFT', 'manual', { createdAt: ago(9) })],
    );
    const input = { clusterId: sales, automatedRetentionDays: 3 };
    expect(names(await update(gateway, { ...input, dryRun: true }, operator))).toEqual(['rs:sales-4', 'rs:sales-9']);
    expect((await callsOf(gateway)).writes).toEqual([]);
    expect(names(await update(gateway, input, operator))).toEqual(['rs:sales-4', 'rs:sales-9']);
    const { reads, writes } = await callsOf(gateway);
    expect(writes).toEqual(['ModifyCluster']);
    expect(reads).toEqual(['DescribeClusters', 'DescribeClusterSnapshots', 'DescribeClusters']);
    expect(await listed(gateway)).toEqual(['us-east-1 rs:sales-1']);
  });

  it('0 days delete all automated snapshots, and a longer period none', async () => {
    await load(gateway, [dc2()], [backup(1), backup(9)]);
    expect(names(await update(gateway, { clusterId: sales, automatedRetentionDays: 20 }, editor))).toEqual([]);
    expect((await callsOf(gateway)).reads).toEqual(['DescribeClusters', 'DescribeClusters']);
    expect(names(await update(gateway, { clusterId: sales, automatedRetentionDays: 0 }, operator))).toEqual([
      'rs:sales-1',
      'rs:sales-9',
    ]);
    expect(await listed(gateway)).toEqual([]);
  });

  it('a shorter retention of DocumentDB deletes likewise', async () => {
    await load(
      gateway,
      // Not during the test.
      [docdb({ PreferredBackupWindow: halfADayFromNow })],
      [docdbBackup(1), docdbBackup(9), makeSnapshot('DOCUMENTDB', 'manual', { createdAt: ago(9) })],
    );
    const result = await update(gateway, { clusterId: orders, automatedRetentionDays: 3 }, operator);
    expect(names(result)).toEqual(['rds:orders-9']);
    expect(await callsOf(gateway)).toEqual({
      reads: ['DescribeDBClusters', 'DescribeDBClusterSnapshots', 'DescribeDBClusters'],
      writes: ['ModifyDBCluster'],
    });
    expect(await listed(gateway)).toEqual(['us-east-1 rds:orders-1']);
  });

  it('snapshots of an earlier cluster of the same name, and of other clusters, do not count', async () => {
    const earlier = backup(9, { clusterCreatedAt: ago(300), createdAt: ago(200) });
    const other = makeSnapshot('REDSHIFT', 'rs:other', { type: 'automated', cluster: 'other', createdAt: ago(9) });
    const uncertain = { ...backup(8, { clusterCreatedAt: ago(50) }) };
    await load(gateway, [dc2()], [earlier, other, uncertain]);
    const result = await update(gateway, { clusterId: sales, automatedRetentionDays: 3, dryRun: true }, operator);
    expect(names(result)).toEqual(['rs:sales-8']);
  });

  it('copies in the other region are deleted by a shorter retention, and end with the copy', async () => {
    const foreign = { ...copy(7), SourceRegion: 'us-west-2', SnapshotIdentifier: 'rs:from-elsewhere' };
    await load(gateway, [dc2(copied())], [copy(2), copy(8), foreign, backup(8)]);
    const shorter = {
      clusterId: sales,
      regionCopy: { update: { automatedRetentionDays: 5, manualRetention: { days: 200 } } },
    };
    const result = await update(gateway, { ...shorter, dryRun: true }, operator);
    expect(result.deletedSnapshots).toEqual([{ identifier: 'rs:sales-8', source: { region: otherRegion } }]);
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters', 'DescribeClusterSnapshots'], writes: [] });
    const disable = { clusterId: sales, regionCopy: { disable: true } };
    expect(names(await update(gateway, disable, operator))).toEqual(['rs:sales-2', 'rs:sales-8']);
    expect((await callsOf(gateway)).writes).toEqual(['DisableSnapshotCopy']);
  });

  it('is audited with the ARNs of what AWS deletes', async () => {
    await load(gateway, [dc2()], [backup(1), backup(4)]);
    const input = { clusterId: sales, automatedRetentionDays: 3 };
    const deletes = [snapshotArn('REDSHIFT', 'rs:sales-4')];
    await update(gateway, { ...input, dryRun: true }, operator);
    expect(lines).toMatchObject([
      { audit: 'asked', operation: 'updateBackupSettings' },
      { outcome: 'planned', deletes },
    ]);
    lines = [];
    await update(gateway, input, operator);
    expect(lines).toMatchObject([
      { audit: 'asked', input },
      { outcome: 'done', deletes, calls: [{ action: 'ModifyCluster' }], requestIds: [expect.any(String)] },
    ]);
  });

  it('does not know the deleted snapshots any more when it is repeated, and deletes none again', async () => {
    await load(gateway, [dc2()], [backup(1), backup(4)]);
    const input = { clusterId: sales, automatedRetentionDays: 3, idempotencyKey: 'shorter' };
    expect(names(await update(gateway, input, operator))).toEqual(['rs:sales-4']);
    await gateway.calls();
    const repeated = await update(gateway, input, operator);
    expect(repeated).toMatchObject({ outcomes: ['DONE'], deletedSnapshots: null, cluster: { backupRetentionDays: 3 } });
    expect((await callsOf(gateway)).writes).toEqual([]);
  });

  it('is audited as partial if a later step fails, without what AWS keeps', async () => {
    await load(gateway, [dc2(copied())], [backup(4), copy(8)]);
    await gateway.disturb({ kind: 'error', action: 'ModifyCluster', code: 'InvalidClusterState', status: 400 });
    const input = {
      clusterId: sales,
      automatedRetentionDays: 3,
      regionCopy: { update: { automatedRetentionDays: 5 } },
    };
    const result = await update(gateway, input, operator);
    expect(result).toMatchObject({
      outcomes: ['DONE', 'FAILED'],
      deletedSnapshots: [{ identifier: 'rs:sales-8', source: { region: otherRegion } }],
    });
    expect(lines[1]).toMatchObject({
      outcome: 'partial',
      deletes: [`arn:aws:redshift:${otherRegion}:${account}:snapshot:sales/rs:sales-8`],
      failures: [{ action: 'ModifyCluster', code: 'INVALID_STATE' }],
    });
  });

  it('is not made if the snapshots cannot be read', async () => {
    await load(gateway, [dc2()], [backup(4)]);
    await gateway.disturb({ kind: 'error', action: 'DescribeClusterSnapshots', code: 'AccessDenied', status: 403 });
    const result = await update(gateway, { clusterId: sales, automatedRetentionDays: 3 }, operator);
    expect(result).toMatchObject({ code: 'FORBIDDEN' });
    expect((await callsOf(gateway)).writes).toEqual([]);
  });
});

describe('the permissions', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start([]);
  });
  afterAll(() => gateway.close());

  const attached = { SnapshotScheduleIdentifier: 'nightly', SnapshotScheduleState: 'ACTIVE' };
  const reductions = [
    ['a shorter retention', {}, { automatedRetentionDays: 13 }],
    ['no automated snapshots', {}, { automatedRetentionDays: 0 }],
    ['a shorter default of manual snapshots', {}, { manualRetention: { days: 29 } }],
    ['a period instead of forever', { ManualSnapshotRetentionPeriod: -1 }, { manualRetention: { days: 3653 } }],
    ['a detached schedule', attached, { schedule: { detach: 'nightly' } }],
    ['a schedule instead of the default of AWS', {}, { schedule: { attach: 'nightly' } }],
    ['a replaced schedule', attached, { schedule: { attach: 'hourly' } }],
    ['no copy', copied(), { regionCopy: { disable: true } }],
    ['a shorter retention of copies', copied(), { regionCopy: { update: { automatedRetentionDays: 9 } } }],
    ['a shorter retention of manual copies', copied(), { regionCopy: { update: { manualRetention: { days: 99 } } } }],
  ] as const;
  it.each(reductions)('%s requires SNAPSHOT_DELETE', async (_, members, input) => {
    await load(gateway, [dc2(members)]);
    const asked = { clusterId: sales, ...input };
    expect(await update(gateway, asked, editor)).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('SNAPSHOT_DELETE'),
    });
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters'], writes: [] });
    expect((await update(gateway, { ...asked, dryRun: true }, operator)).calls).toHaveLength(1);
  });

  it.each([
    ['a longer retention', {}, { automatedRetentionDays: 15 }],
    ['a longer default', {}, { manualRetention: { forever: true } }],
    ['a copy', {}, { regionCopy: { enable: { region: otherRegion } } }],
    [
      'longer copies',
      copied(),
      { regionCopy: { update: { automatedRetentionDays: 11, manualRetention: { days: 101 } } } },
    ],
  ])('%s requires BACKUP_CONFIGURE only', async (_, members, input) => {
    await load(gateway, [dc2(members)]);
    expect((await update(gateway, { clusterId: sales, ...input, dryRun: true }, editor)).outcomes).not.toEqual([]);
    expect((await callsOf(gateway)).reads).toEqual(['DescribeClusters']);
  });

  it('a copy is an export that the policy must allow', async () => {
    await load(gateway, [dc2()]);
    const input = { clusterId: sales, regionCopy: { enable: { region: 'us-west-2' } }, automatedRetentionDays: 20 };
    const result = await update(gateway, input, operator);
    expect(result).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('restore.exportRegions') });
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters'], writes: [] });
  });

  it('the deletion of copies requires SNAPSHOT_DELETE in their region, too', async () => {
    await load(gateway, [dc2(copied())], [copy(8)]);
    const local = await as({ role: 'local' });
    const disable = { clusterId: sales, regionCopy: { disable: true } };
    expect(await update(gateway, disable, local)).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining(otherRegion),
    });
    expect((await callsOf(gateway)).writes).toEqual([]);
    expect((await update(gateway, { clusterId: sales, automatedRetentionDays: 13 }, local)).outcomes).toEqual(['DONE']);
  });

  it('is refused without BACKUP_CONFIGURE', async () => {
    const other = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ', 'SNAPSHOT_DELETE'] }]),
    });
    await load(other, [dc2()]);
    expect(await update(other, { clusterId: sales, automatedRetentionDays: 20 }, operator)).toMatchObject({
      code: 'FORBIDDEN',
    });
    await other.close();
  });
});

it('the copies in a region that is not configured cannot be judged', async () => {
  const gateway = await start([], { accounts: oneAccount });
  await load(gateway, [dc2(copied())], [copy(8)]);
  for (const regionCopy of [{ disable: true }, { update: { automatedRetentionDays: 3 } }]) {
    const result = await update(gateway, { clusterId: sales, regionCopy }, operator);
    expect(result).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('not configured') });
  }
  expect((await callsOf(gateway)).writes).toEqual([]);
  const longer = { clusterId: sales, regionCopy: { update: { automatedRetentionDays: 30 } } };
  expect((await update(gateway, longer, editor)).outcomes).toEqual(['DONE']);
  await gateway.close();
});

describe('the deletion guards', () => {
  let gateway: Gateway;
  afterEach(() => gateway.close());
  const held = { code: 'INVALID_STATE', reason: 'HELD' };
  const last = { code: 'INVALID_STATE', reason: 'LAST_SNAPSHOT' };
  const fewer = { clusterId: sales, automatedRetentionDays: 3 };
  const off = { clusterId: sales, automatedRetentionDays: 0 };
  const disable = { clusterId: sales, regionCopy: { disable: true } };

  /** Every change is refused as a whole, in a dry run too. */
  const refuses = async (input: object, expected: object) => {
    for (const dryRun of [true, false]) {
      expect(await update(gateway, { ...input, dryRun }, operator)).toMatchObject(expected);
    }
    expect((await callsOf(gateway)).writes).toEqual([]);
  };

  it('refuse the deletion of a held snapshot, in either region', async () => {
    gateway = await start([{ holdTags: ['hold'] }]);
    await load(
      gateway,
      [dc2(copied())],
      [backup(1), backup(4, { tags: { hold: '' } }), copy(8, { tags: { hold: '' } })],
    );
    await refuses(fewer, held);
    await refuses(off, held);
    await refuses({ ...disable, manualRetention: { days: 40 } }, held);
    await refuses({ clusterId: sales, regionCopy: { update: { automatedRetentionDays: 5 } } }, held);
    const allowed = {
      clusterId: sales,
      automatedRetentionDays: 5,
      regionCopy: { update: { automatedRetentionDays: 9 } },
    };
    expect((await update(gateway, allowed, operator)).outcomes).toEqual(['DONE', 'DONE']);
  });

  it('refuse the deletion of a held snapshot of DocumentDB', async () => {
    gateway = await start([{ holdTags: ['hold'] }]);
    await load(gateway, [docdb()], [docdbBackup(1), docdbBackup(4, { tags: { hold: '' } })]);
    await refuses({ clusterId: orders, automatedRetentionDays: 3 }, held);
  });

  it('keep the last snapshot: automated ones do not remain if they are turned off', async () => {
    gateway = await start([{ keepLast: true }]);
    await load(gateway, [dc2()], [backup(1), backup(4)]);
    await refuses(off, last);
    expect((await update(gateway, fewer, operator)).outcomes).toEqual(['DONE']);
    await load(gateway, [dc2()], [backup(4)]);
    await refuses(fewer, last);
    await load(gateway, [dc2()], [backup(1), makeSnapshot('REDSHIFT', 'kept', { createdAt: ago(1) })]);
    expect((await update(gateway, off, operator)).outcomes).toEqual(['DONE']);
  });

  it('keep the last snapshot of a DocumentDB cluster', async () => {
    gateway = await start([{ keepLast: true }]);
    await load(gateway, [docdb()], [docdbBackup(4)]);
    await refuses({ clusterId: orders, automatedRetentionDays: 3 }, last);
  });

  it('count every snapshot for the hourly limit, of the region that it is in', async () => {
    gateway = await start([{ perHour: 2 }]);
    await load(gateway, [dc2(copied())], [backup(1), backup(4), backup(5), backup(6), copy(8)]);
    await refuses(fewer, { code: 'RATE_LIMITED' });
    expect(names(await update(gateway, { ...fewer, automatedRetentionDays: 5 }, operator))).toEqual([
      'rs:sales-5',
      'rs:sales-6',
    ]);
    await gateway.calls();
    await refuses(disable, { code: 'RATE_LIMITED' });
    await refuses(fewer, { code: 'RATE_LIMITED' });
  });

  it('do not count what AWS refuses to change, or what is refused for another snapshot', async () => {
    gateway = await start([{ perHour: 2, holdTags: ['hold'] }]);
    const snapshots = [backup(4), backup(5), copy(8, { tags: { hold: '' } })];
    await load(gateway, [dc2(copied())], snapshots);
    for (let time = 0; time < 3; time += 1)
      expect(await update(gateway, { ...disable, automatedRetentionDays: 3 }, operator)).toMatchObject(held);
    await gateway.disturb({ kind: 'error', action: 'ModifyCluster', code: 'InvalidClusterState', status: 400 });
    for (let time = 0; time < 3; time += 1)
      expect(await update(gateway, fewer, operator)).toMatchObject({
        code: 'INVALID_STATE',
        reason: 'CLUSTER_NOT_AVAILABLE',
      });
    await gateway.disturb();
    expect((await update(gateway, fewer, operator)).outcomes).toEqual(['DONE']);
  });

  it('do not reveal a protected snapshot, or list a deleted one, that the caller cannot see', async () => {
    gateway = await start([{ holdTags: ['hold'] }], {
      authenticate: authenticationWith([
        { permissions: ['SNAPSHOT_READ', 'BACKUP_CONFIGURE', 'SNAPSHOT_DELETE'], tags: { team: 'bi' } },
      ]),
    });
    const cluster = { ...dc2(), Tags: [{ Key: 'team', Value: 'bi' }] };
    const seen = backup(5, { tags: { team: 'bi' } });
    await load(gateway, [cluster], [seen, backup(4, { tags: { hold: '' } })]);
    const refused = await update(gateway, fewer, operator);
    expect(refused).toMatchObject(held);
    expect(JSON.stringify(refused)).not.toContain('rs:sales-4');
    await load(gateway, [cluster], [seen, backup(4)]);
    expect(names(await update(gateway, fewer, operator))).toEqual(['rs:sales-5']);
    expect(lines[1].deletes).toHaveLength(2);
  });

  it('refuse if what remains cannot be read', async () => {
    gateway = await start([{ keepLast: true }]);
    await load(gateway, [dc2()], [backup(1), backup(4)]);
    await gateway.disturb({
      kind: 'error',
      action: 'DescribeClusterSnapshots',
      code: 'AccessDenied',
      status: 403,
      nth: [2, 3],
    });
    expect(await update(gateway, fewer, operator)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await callsOf(gateway)).writes).toEqual([]);
  });
});

it('snapshots of the cluster are read in full', async () => {
  const gateway = await start([]);
  const many = Array.from({ length: 150 }, (_, index) => backup(1 + index / 100));
  await load(gateway, [dc2()], many);
  const result = await update(gateway, { clusterId: sales, automatedRetentionDays: 0, dryRun: true }, operator);
  expect(result.deletedSnapshots).toHaveLength(150);
  expect((await callsOf(gateway)).reads).toEqual([
    'DescribeClusters',
    'DescribeClusterSnapshots',
    'DescribeClusterSnapshots',
  ]);
  await gateway.close();
});
