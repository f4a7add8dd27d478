import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { answersLost } from '../lost-answers.ts';
import { callsOf, copied, dc2, docdb, orders, otherRegion, sales, update } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const schedules = ['nightly', 'hourly'].map((ScheduleIdentifier) => ({
  service: 'redshift' as const,
  account: '123456789012',
  region: 'us-east-1',
  ScheduleIdentifier,
  ScheduleDefinitions: ['rate(12 hours)'],
}));
const grants = [
  { service: 'redshift' as const, account: '123456789012', region: otherRegion, SnapshotCopyGrantName: 'copies' },
];
const load = async (...clusters: ReturnType<typeof dc2>[]) => {
  await gateway.load({ assumptions: { clusterSeconds: 0, automatedSnapshots: false }, schedules, grants, clusters });
  await gateway.calls();
};

const named = { ClusterIdentifier: 'sales' };

describe('a change of the backup settings of a Redshift cluster', () => {
  it.each([
    [
      'the retention of automated snapshots',
      {},
      { automatedRetentionDays: 21 },
      [['ModifyCluster', { AutomatedSnapshotRetentionPeriod: 21 }]],
      { backupRetentionDays: 21 },
    ],
    [
      'the default retention of manual snapshots',
      {},
      { manualRetention: { days: 60 } },
      [['ModifyCluster', { ManualSnapshotRetentionPeriod: 60 }]],
      { manualSnapshotRetentionDays: 60 },
    ],
    [
      'both, in one call',
      {},
      { automatedRetentionDays: 35, manualRetention: { forever: true } },
      [['ModifyCluster', { AutomatedSnapshotRetentionPeriod: 35, ManualSnapshotRetentionPeriod: -1 }]],
      { backupRetentionDays: 35, manualSnapshotRetentionDays: null },
    ],
    [
      'an attached schedule',
      {},
      { schedule: { attach: 'nightly' } },
      [['ModifyClusterSnapshotSchedule', { ScheduleIdentifier: 'nightly' }]],
      { snapshotScheduleIdentifier: 'nightly' },
    ],
    [
      'another schedule',
      { SnapshotScheduleIdentifier: 'nightly', SnapshotScheduleState: 'ACTIVE' },
      { schedule: { attach: 'hourly' } },
      [['ModifyClusterSnapshotSchedule', { ScheduleIdentifier: 'hourly' }]],
      { snapshotScheduleIdentifier: 'hourly' },
    ],
    [
      'a detached schedule',
      { SnapshotScheduleIdentifier: 'nightly', SnapshotScheduleState: 'ACTIVE' },
      { schedule: { detach: 'nightly' } },
      [['ModifyClusterSnapshotSchedule', { ScheduleIdentifier: 'nightly', DisassociateSchedule: true }]],
      { snapshotScheduleIdentifier: null },
    ],
    [
      'a copy to another region with the defaults of AWS',
      {},
      { regionCopy: { enable: { region: otherRegion } } },
      [['EnableSnapshotCopy', { DestinationRegion: otherRegion }]],
      {
        snapshotCopy: {
          destinationRegion: otherRegion,
          automatedRetentionDays: 7,
          manualRetentionDays: null,
          grantName: null,
        },
      },
    ],
    [
      'a copy of an encrypted cluster',
      { Encrypted: true, KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0a0a0a0a-5eed-4000-8000-000000000001' },
      {
        regionCopy: {
          enable: { region: otherRegion, automatedRetentionDays: 3, manualRetention: { days: 9 }, grant: 'copies' },
        },
      },
      [
        [
          'EnableSnapshotCopy',
          {
            DestinationRegion: otherRegion,
            RetentionPeriod: 3,
            ManualSnapshotRetentionPeriod: 9,
            SnapshotCopyGrantName: 'copies',
          },
        ],
      ],
      { snapshotCopy: { automatedRetentionDays: 3, manualRetentionDays: 9, grantName: 'copies' } },
    ],
    [
      'the retention periods of copies',
      copied(),
      { regionCopy: { update: { automatedRetentionDays: 20, manualRetention: { forever: true } } } },
      [
        ['ModifySnapshotCopyRetentionPeriod', { RetentionPeriod: 20 }],
        ['ModifySnapshotCopyRetentionPeriod', { RetentionPeriod: -1, Manual: true }],
      ],
      { snapshotCopy: { automatedRetentionDays: 20, manualRetentionDays: null } },
    ],
    [
      'everything, with the call that makes the cluster unavailable last',
      {},
      {
        automatedRetentionDays: 20,
        manualRetention: { days: 40 },
        schedule: { attach: 'nightly' },
        regionCopy: { enable: { region: otherRegion } },
      },
      [
        ['ModifyClusterSnapshotSchedule', { ScheduleIdentifier: 'nightly' }],
        ['EnableSnapshotCopy', { DestinationRegion: otherRegion }],
        ['ModifyCluster', { AutomatedSnapshotRetentionPeriod: 20, ManualSnapshotRetentionPeriod: 40 }],
      ],
      { backupRetentionDays: 20, manualSnapshotRetentionDays: 40, snapshotScheduleIdentifier: 'nightly' },
    ],
  ] as const)('sets %s', async (_, members, input, expected, cluster) => {
    const calls = expected.map(([action, parameters]) => [action, { ...named, ...parameters }]);
    await load(dc2(members));
    const planned = await update(gateway, { clusterId: sales, ...input, dryRun: true });
    expect(planned).toMatchObject({ calls, outcomes: calls.map(() => 'PLANNED'), deletedSnapshots: [] });
    expect((await callsOf(gateway)).writes).toEqual([]);

    const done = await update(gateway, { clusterId: sales, ...input });
    expect(done).toMatchObject({ calls, outcomes: calls.map(() => 'DONE'), deletedSnapshots: [], cluster });
    const { reads, writes } = await callsOf(gateway);
    expect(writes).toEqual(calls.map(([action]) => action));
    // Before the change, and after it.
    expect(reads).toEqual(['DescribeClusters', 'DescribeClusters']);
  });

  it('makes no call for settings that the cluster has, in any case', async () => {
    await load(dc2({ ...copied(), SnapshotScheduleIdentifier: 'nightly', SnapshotScheduleState: 'ACTIVE' }));
    const input = {
      automatedRetentionDays: 14,
      expectedAutomatedRetentionDays: 14,
      manualRetention: { days: 30 },
      schedule: { attach: 'Nightly' },
      regionCopy: { update: { automatedRetentionDays: 10, manualRetention: { days: 100 } } },
    };
    const result = await update(gateway, { clusterId: sales, ...input });
    expect(result).toMatchObject({
      calls: [],
      outcomes: [],
      deletedSnapshots: [],
      cluster: { backupRetentionDays: 14 },
    });
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters'], writes: [] });
    const other = await update(gateway, { clusterId: sales, ...input, automatedRetentionDays: 15 });
    expect(other.calls).toEqual([['ModifyCluster', { ...named, AutomatedSnapshotRetentionPeriod: 15 }]]);
  });

  it('counts a period that AWS is setting as set', async () => {
    await gateway.load({ assumptions: { clusterSeconds: 3600, automatedSnapshots: false }, clusters: [dc2()] });
    const first = await update(gateway, { clusterId: sales, automatedRetentionDays: 20 });
    expect(first).toMatchObject({ outcomes: ['DONE'], cluster: { backupRetentionDays: 14 } });
    expect((await update(gateway, { clusterId: sales, automatedRetentionDays: 20 })).calls).toEqual([]);
    const expecting = { clusterId: sales, automatedRetentionDays: 21, expectedAutomatedRetentionDays: 14 };
    expect(await update(gateway, expecting)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(await update(gateway, { ...expecting, expectedAutomatedRetentionDays: 20 })).toMatchObject({
      code: 'INVALID_STATE',
      reason: 'CLUSTER_NOT_AVAILABLE',
    });
    await gateway.calls();
  });
});

describe('a change of the backup settings of a DocumentDB cluster', () => {
  it('is one call without ApplyImmediately', async () => {
    await load(docdb());
    const input = { clusterId: orders, automatedRetentionDays: 20, backupWindow: '23:45-00:15' };
    const calls = [
      [
        'ModifyDBCluster',
        { DBClusterIdentifier: 'orders', BackupRetentionPeriod: 20, PreferredBackupWindow: '23:45-00:15' },
      ],
    ];
    expect(await update(gateway, { ...input, dryRun: true })).toMatchObject({ calls, outcomes: ['PLANNED'] });
    expect((await callsOf(gateway)).writes).toEqual([]);
    expect(await update(gateway, input)).toMatchObject({
      calls,
      outcomes: ['DONE'],
      deletedSnapshots: [],
      cluster: { backupRetentionDays: 20, preferredBackupWindow: '23:45-00:15' },
    });
    expect(await callsOf(gateway)).toEqual({
      reads: ['DescribeDBClusters', 'DescribeDBClusters'],
      writes: ['ModifyDBCluster'],
    });
    expect((await update(gateway, input)).calls).toEqual([]);
    const one = await update(gateway, { ...input, backupWindow: '02:00-02:30' });
    expect(one.calls).toEqual([
      ['ModifyDBCluster', { DBClusterIdentifier: 'orders', PreferredBackupWindow: '02:00-02:30' }],
    ]);
    await gateway.calls();
  });
});

describe('an input is refused without an AWS call', () => {
  const invalid = (...fields: string[]) => ({
    code: 'INVALID_INPUT',
    problems: fields.map((field) => ({ field: ['input', ...field.split('.').filter(Boolean)] })),
  });
  const unsupported = { code: 'NOT_SUPPORTED' };
  it.each([
    ['without a change', sales, { expectedAutomatedRetentionDays: 1 }, invalid('')],
    ['with too many days', sales, { automatedRetentionDays: 36 }, invalid('automatedRetentionDays')],
    ['with negative days', sales, { automatedRetentionDays: -1 }, invalid('automatedRetentionDays')],
    ['with 0 days for DocumentDB', orders, { automatedRetentionDays: 0 }, invalid('automatedRetentionDays')],
    [
      'with every problem at once',
      sales,
      {
        automatedRetentionDays: 99,
        manualRetention: { days: 0 },
        schedule: { attach: 'no name' },
        regionCopy: {
          enable: { region: 'here', automatedRetentionDays: 0, manualRetention: { days: 3654 }, grant: '' },
        },
      },
      invalid(
        'automatedRetentionDays',
        'manualRetention.days',
        'schedule.attach',
        'regionCopy.enable.automatedRetentionDays',
        'regionCopy.enable.manualRetention.days',
        'regionCopy.enable.region',
        'regionCopy.enable.grant',
      ),
    ],
    ['with forever: false', sales, { manualRetention: { forever: false } }, invalid('manualRetention.forever')],
    ['with disable: false', sales, { regionCopy: { disable: false } }, invalid('regionCopy.disable')],
    ['with an empty update', sales, { regionCopy: { update: {} } }, invalid('regionCopy.update')],
    ['with a short window', orders, { backupWindow: '01:00-01:29' }, invalid('backupWindow')],
    ['with another format of a window', orders, { backupWindow: '1:00-2:00' }, invalid('backupWindow')],
    ['with a window of Redshift', sales, { backupWindow: '01:00-02:00' }, unsupported],
    ['with a manual retention of DocumentDB', orders, { manualRetention: { days: 3 } }, unsupported],
    ['with a schedule of DocumentDB', orders, { schedule: { attach: 'nightly' } }, unsupported],
    ['with a copy of DocumentDB', orders, { regionCopy: { disable: true } }, unsupported],
  ])('%s', async (_, clusterId, input, expected) => {
    await load(dc2(), docdb());
    expect(await update(gateway, { clusterId, ...input })).toMatchObject(expected);
    expect(await callsOf(gateway)).toEqual({ reads: [], writes: [] });
  });

  it.each([
    ['two members of a retention', { manualRetention: { days: 1, forever: true } }],
    ['no member of a schedule change', { schedule: {} }],
    ['null in a copy change', { regionCopy: { disable: null } }],
  ])('with %s, by GraphQL', async (_, input) => {
    const { errors } = await gateway.query(
      'mutation ($input: UpdateBackupSettingsInput!) { updateBackupSettings(input: $input) { __typename } }',
      { input: { clusterId: sales, ...input } },
    );
    expect(errors?.[0]?.message).toMatch(/[Ee]xactly one|must be non-null/);
  });
});

describe('a change that the state of the cluster forbids is refused before it is sent', () => {
  const attached = { SnapshotScheduleIdentifier: 'nightly', SnapshotScheduleState: 'ACTIVE' };
  const field = (...path: string[]) => ({ code: 'INVALID_INPUT', field: ['input', ...path] });
  const enable = { region: otherRegion };
  it.each([
    [
      '0 days for RA3 nodes',
      { NodeType: 'ra3.xlplus' },
      { automatedRetentionDays: 0 },
      field('automatedRetentionDays'),
    ],
    [
      'other days than expected',
      {},
      { automatedRetentionDays: 20, expectedAutomatedRetentionDays: 13 },
      { code: 'PRECONDITION_FAILED' },
    ],
    ['a schedule that is not attached', {}, { schedule: { detach: 'nightly' } }, { code: 'PRECONDITION_FAILED' }],
    [
      'another schedule than the attached one',
      attached,
      { schedule: { detach: 'hourly' } },
      { code: 'PRECONDITION_FAILED' },
    ],
    ['a second copy', copied(), { regionCopy: { enable: { region: 'us-west-2' } } }, { code: 'INVALID_STATE' }],
    ['the same copy', copied(), { regionCopy: { enable } }, { code: 'INVALID_STATE' }],
    ['an update of no copy', {}, { regionCopy: { update: { automatedRetentionDays: 3 } } }, { code: 'INVALID_STATE' }],
    ['the end of no copy', {}, { regionCopy: { disable: true } }, { code: 'INVALID_STATE' }],
    [
      'a copy to the same region',
      {},
      { regionCopy: { enable: { region: 'us-east-1' } } },
      field('regionCopy', 'enable', 'region'),
    ],
    [
      'an encrypted copy without a grant',
      { Encrypted: true },
      { regionCopy: { enable } },
      field('regionCopy', 'enable', 'grant'),
    ],
    [
      'a paused cluster',
      { ClusterStatus: 'paused' },
      { automatedRetentionDays: 20 },
      { code: 'INVALID_STATE', reason: 'CLUSTER_NOT_AVAILABLE' },
    ],
  ])('%s', async (_, members, input, expected) => {
    await load(
      dc2({
        ...('Encrypted' in members && {
          KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/0a0a0a0a-5eed-4000-8000-000000000001',
        }),
        ...members,
      }),
    );
    expect(await update(gateway, { clusterId: sales, ...input })).toMatchObject(expected);
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters'], writes: [] });
  });

  it.each(['05:30-06:30', '04:45-05:15', '23:00-05:01'])(
    'the backup window %s, which overlaps the maintenance',
    async (backupWindow) => {
      await load(docdb());
      expect(await update(gateway, { clusterId: orders, backupWindow })).toMatchObject(field('backupWindow'));
      expect(await callsOf(gateway)).toEqual({ reads: ['DescribeDBClusters'], writes: [] });
    },
  );
});

describe('a step that fails', () => {
  const input = {
    clusterId: sales,
    automatedRetentionDays: 20,
    schedule: { attach: 'nightly' },
    regionCopy: { enable: { region: otherRegion } },
  };
  const refuse = (action: string, code = 'InvalidClusterState') =>
    gateway.disturb({ kind: 'error', action, code, status: 400 });

  it('first, without effect, is the error of the mutation', async () => {
    await load(dc2());
    await refuse('ModifyClusterSnapshotSchedule', 'SnapshotScheduleNotFound');
    expect(await update(gateway, input)).toMatchObject({ code: 'NOT_FOUND', fault: 'SnapshotScheduleNotFoundFault' });
    expect((await callsOf(gateway)).writes).toEqual(['ModifyClusterSnapshotSchedule']);
  });

  it('later, leaves the others untried, and hides none of the changes', async () => {
    await load(dc2());
    await refuse('EnableSnapshotCopy');
    expect(await update(gateway, input)).toMatchObject({
      outcomes: ['DONE', 'FAILED', 'NOT_TRIED'],
      errors: [null, 'INVALID_STATE', null],
      cluster: { snapshotScheduleIdentifier: 'nightly', backupRetentionDays: 14, snapshotCopy: null },
    });
    expect((await callsOf(gateway)).writes).toEqual(['ModifyClusterSnapshotSchedule', 'EnableSnapshotCopy']);
    await gateway.disturb();
    expect(await update(gateway, input)).toMatchObject({
      outcomes: ['DONE', 'DONE'],
      cluster: { snapshotScheduleIdentifier: 'nightly', backupRetentionDays: 20 },
    });
    await gateway.calls();
  });

  it('is repeated with its steps for the same idempotency key', async () => {
    await load(dc2());
    await refuse('EnableSnapshotCopy');
    const keyed = { ...input, idempotencyKey: 'steps' };
    const first = await update(gateway, keyed);
    await gateway.disturb();
    await gateway.calls();
    expect(await update(gateway, keyed)).toEqual(first);
    expect(await callsOf(gateway)).toEqual({ reads: ['DescribeClusters'], writes: [] });
  });
});

describe('a step whose response is lost', () => {
  const all = [
    ['ModifyClusterSnapshotSchedule', { schedule: { attach: 'nightly' } }, {}],
    ['ModifyClusterSnapshotSchedule', { schedule: { detach: 'nightly' } }, { SnapshotScheduleIdentifier: 'nightly' }],
    ['EnableSnapshotCopy', { regionCopy: { enable: { region: otherRegion, automatedRetentionDays: 3 } } }, {}],
    ['ModifySnapshotCopyRetentionPeriod', { regionCopy: { update: { automatedRetentionDays: 20 } } }, copied()],
    ['ModifySnapshotCopyRetentionPeriod', { regionCopy: { update: { manualRetention: { forever: true } } } }, copied()],
    ['ModifyCluster', { automatedRetentionDays: 20, manualRetention: { days: 40 } }, {}],
  ] as const;
  const cases = all.flatMap((change) => answersLost.map((loss) => [...change, loss] as const));
  const isEffective = ({ outcomes }: any) => outcomes[0] === 'DONE';

  it.each(cases)('is read back: %s %j after %j, %j', async (action, input, members, loss) => {
    await load(dc2(members));
    await gateway.disturb({ ...loss, action });
    const result = await update(gateway, { clusterId: sales, ...input });
    expect([['DONE'], ['UNKNOWN']]).toContainEqual(result.outcomes);
    expect(result.errors).toEqual([isEffective(result) ? null : 'OUTCOME_UNKNOWN']);
    expect((await callsOf(gateway)).writes).toEqual([action]);
    await gateway.disturb();
    // A change that was made needs no call any more.
    const isThere =
      'detach' in ((input as any).schedule ?? {})
        ? result.cluster.snapshotScheduleIdentifier === null
        : (await update(gateway, { clusterId: sales, ...input, dryRun: true })).calls?.length !== 1;
    expect(isThere).toBe(isEffective(result));
    await gateway.calls();
  });

  it('stops the steps after it if it cannot be read back', async () => {
    await load(dc2());
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: 'EnableSnapshotCopy' },
      { kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusters', nth: [2, 3, 4] },
    );
    const input = {
      schedule: { attach: 'nightly' },
      regionCopy: { enable: { region: otherRegion } },
      automatedRetentionDays: 20,
    };
    const { data, errors } = await gateway.query(
      `mutation ($input: UpdateBackupSettingsInput!) {
        updateBackupSettings(input: $input) { ... on UpdateBackupSettingsPayload { steps { outcome error { code } } } }
      }`,
      { input: { clusterId: sales, ...input } },
    );
    expect(errors).toBeUndefined();
    expect(data.updateBackupSettings.steps).toEqual([
      { outcome: 'DONE', error: null },
      { outcome: 'UNKNOWN', error: { code: 'OUTCOME_UNKNOWN' } },
      { outcome: 'NOT_TRIED', error: null },
    ]);
    expect((await callsOf(gateway)).writes).toEqual(['ModifyClusterSnapshotSchedule', 'EnableSnapshotCopy']);
  });

  it.each(answersLost)('is read back for DocumentDB: %j', async (loss) => {
    await load(docdb());
    await gateway.disturb({ ...loss, action: 'ModifyDBCluster' });
    const input = { clusterId: orders, automatedRetentionDays: 20, backupWindow: '02:00-02:30' };
    const result = await update(gateway, input);
    expect([['DONE'], ['UNKNOWN']]).toContainEqual(result.outcomes);
    expect((await callsOf(gateway)).writes).toEqual(['ModifyDBCluster']);
    await gateway.disturb();
    expect((await update(gateway, { ...input, dryRun: true })).calls).toHaveLength(isEffective(result) ? 0 : 1);
    await gateway.calls();
  });
});
