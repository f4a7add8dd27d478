import type { Gateway } from '../../support/gateway.ts';
import { account, region } from '../../support/gateway.ts';
import type { ServiceName } from '../../support/services.ts';
import { clusterId, globalId, makeCluster, makeSnapshot, snapshotId } from '../../support/worlds.ts';

type World = Readonly<Record<string, readonly any[]>>;

/** One change of recovery, with the data that tests need. */
export interface RecoveryCase {
  readonly mutation: string;
  readonly service: ServiceName;
  /** The AWS operation that the change sends. */
  readonly action: string;
  /** The AWS operation that reads back the change. */
  readonly read: string;
  readonly input: object;
  /** The selection of the payload. */
  readonly payload: readonly [type: string, fields: string];
  /** Whether the change took effect in the emulator's world. */
  isDone(world: World): boolean;
}

const place = { service: 'redshift' as const, account, region };
const makeSchedule = (ScheduleIdentifier: string) => ({
  ...place,
  ScheduleIdentifier,
  ScheduleDefinitions: ['rate(12 hours)'],
});
const scheduleId = (name: string) => globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/${name}`);

export const recoveryWorld: Parameters<Gateway['load']>[0] = {
  clusters: [
    { ...makeCluster('REDSHIFT'), AutomatedSnapshotRetentionPeriod: 7 },
    {
      ...makeCluster('REDSHIFT', 'copied'),
      ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1', RetentionPeriod: 7 },
    },
    { ...makeCluster('DOCUMENTDB'), BackupRetentionPeriod: 7 },
  ],
  snapshots: [makeSnapshot('REDSHIFT', 'old'), makeSnapshot('DOCUMENTDB', 'old')],
  schedules: [makeSchedule('nightly'), makeSchedule('weekly')],
};

const clusterNamed = ({ clusters = [] }: World, name: string) =>
  clusters.find((each) => (each.ClusterIdentifier ?? each.DBClusterIdentifier) === name);
const scheduleNamed = ({ schedules = [] }: World, name: string) =>
  schedules.find((each) => each.ScheduleIdentifier === name);
const copyOf = (world: World, name: string) => clusterNamed(world, name)?.ClusterSnapshotCopyStatus;

const planned = 'plannedCalls { action }';
const restored = ['RestoreClusterPayload', `cluster { identifier } followUpError { code } ${planned}`] as const;
const settings = ['UpdateBackupSettingsPayload', `steps { outcome error { code } } ${planned}`] as const;
const schedule = ['SnapshotSchedulePayload', planned] as const;

const redshift = { service: 'REDSHIFT', read: 'DescribeClusters' } as const;
const documentdb = { service: 'DOCUMENTDB', read: 'DescribeDBClusters' } as const;
const sales = clusterId('REDSHIFT');
const orders = clusterId('DOCUMENTDB');
const definitions = ['rate(6 hours)'];

/** A change of backup settings of a Redshift cluster, which sends one call. */
const setting = (action: string, cluster: string, change: object, isDone: RecoveryCase['isDone']): RecoveryCase => ({
  ...redshift,
  mutation: 'updateBackupSettings',
  action,
  input: { clusterId: clusterId('REDSHIFT', cluster), ...change },
  payload: settings,
  isDone,
});

const scheduling = (mutation: string, action: string, input: object, isDone: RecoveryCase['isDone']): RecoveryCase => ({
  service: 'REDSHIFT',
  read: 'DescribeSnapshotSchedules',
  mutation,
  action,
  input,
  payload: schedule,
  isDone,
});

/** Every change of recovery that sends one call. */
export const everyRecovery: readonly RecoveryCase[] = [
  {
    ...redshift,
    mutation: 'restoreCluster',
    action: 'RestoreFromClusterSnapshot',
    input: { snapshotId: snapshotId('REDSHIFT', 'old'), clusterIdentifier: 'new' },
    payload: restored,
    isDone: (world) => clusterNamed(world, 'new') !== undefined,
  },
  {
    ...documentdb,
    mutation: 'restoreCluster',
    action: 'RestoreDBClusterFromSnapshot',
    input: {
      snapshotId: snapshotId('DOCUMENTDB', 'old'),
      clusterIdentifier: 'new',
      tags: [{ key: 'team', value: 'bi' }],
    },
    payload: restored,
    isDone: (world) => clusterNamed(world, 'new') !== undefined,
  },
  {
    ...documentdb,
    mutation: 'restoreClusterToTime',
    action: 'RestoreDBClusterToPointInTime',
    input: { clusterId: orders, clusterIdentifier: 'new', point: { latest: true } },
    payload: restored,
    isDone: (world) => clusterNamed(world, 'new') !== undefined,
  },
  {
    service: 'DOCUMENTDB',
    read: 'DescribeDBInstances',
    mutation: 'createClusterInstances',
    action: 'CreateDBInstance',
    input: { clusterId: orders, instances: { class: 'db.r6g.large' } },
    payload: ['CreateClusterInstancesPayload', planned],
    isDone: ({ instances = [] }) => instances.length === 1,
  },
  {
    service: 'REDSHIFT',
    read: 'DescribeTableRestoreStatus',
    mutation: 'restoreTable',
    action: 'RestoreTableFromClusterSnapshot',
    input: {
      snapshotId: snapshotId('REDSHIFT', 'old'),
      clusterId: sales,
      source: { database: 'shop', table: 'orders' },
      target: { table: 'orders_before' },
    },
    payload: ['RestoreTablePayload', planned],
    isDone: ({ tableRestores = [] }) => tableRestores.length === 1,
  },
  setting('ModifyCluster', 'sales', { manualRetention: { days: 30 } }, (world) => {
    return clusterNamed(world, 'sales').ManualSnapshotRetentionPeriod === 30;
  }),
  setting('ModifyClusterSnapshotSchedule', 'sales', { schedule: { attach: 'nightly' } }, (world) => {
    return clusterNamed(world, 'sales').SnapshotScheduleIdentifier === 'nightly';
  }),
  setting('EnableSnapshotCopy', 'sales', { regionCopy: { enable: { region: 'eu-west-1' } } }, (world) => {
    return copyOf(world, 'sales')?.DestinationRegion === 'eu-west-1';
  }),
  setting(
    'ModifySnapshotCopyRetentionPeriod',
    'copied',
    { regionCopy: { update: { automatedRetentionDays: 14 } } },
    (world) => copyOf(world, 'copied')?.RetentionPeriod === 14,
  ),
  setting('DisableSnapshotCopy', 'copied', { regionCopy: { disable: true } }, (world) => {
    return copyOf(world, 'copied') === undefined;
  }),
  {
    ...documentdb,
    mutation: 'updateBackupSettings',
    action: 'ModifyDBCluster',
    input: { clusterId: orders, automatedRetentionDays: 14 },
    payload: settings,
    isDone: (world) => clusterNamed(world, 'orders').BackupRetentionPeriod === 14,
  },
  scheduling(
    'createSnapshotSchedule',
    'CreateSnapshotSchedule',
    { account, region, identifier: 'new', definitions },
    (world) => scheduleNamed(world, 'new') !== undefined,
  ),
  scheduling(
    'updateSnapshotSchedule',
    'ModifySnapshotSchedule',
    { scheduleId: scheduleId('weekly'), definitions },
    (world) => scheduleNamed(world, 'weekly').ScheduleDefinitions[0] === definitions[0],
  ),
  scheduling(
    'deleteSnapshotSchedule',
    'DeleteSnapshotSchedule',
    { scheduleId: scheduleId('weekly') },
    (world) => scheduleNamed(world, 'weekly') === undefined,
  ),
];

/** Requests a change: returns null if it succeeds, otherwise the error code. */
export async function outcomeOfRecovery(
  gateway: Gateway,
  { mutation, input, payload: [type, fields] }: Pick<RecoveryCase, 'mutation' | 'input' | 'payload'>,
): Promise<string | null> {
  const { data, errors } = await gateway.query(
    `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
      ${mutation}(input: $input) { ... on Error { code message } ... on ${type} { ${fields} } }
    }`,
    { input },
  );
  if (errors) throw new Error(errors[0]?.message);
  const { code, steps = [] } = data[mutation];
  return code ?? steps[0]?.error?.code ?? null;
}

/** Whether a change took effect in AWS. */
export async function isRecoveryDone(gateway: Gateway, { isDone }: Pick<RecoveryCase, 'isDone'>): Promise<boolean> {
  const { content } = await gateway.emulator.control('GET', 'world');
  return isDone(content as World);
}
