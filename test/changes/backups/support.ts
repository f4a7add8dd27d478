import { expect } from 'vitest';
import type { WorldJson } from '../../support/emulator.ts';
import type { Gateway } from '../../support/gateway.ts';
import { clusterId, makeCluster, makeSnapshot } from '../../support/worlds.ts';

type Snapshot = NonNullable<WorldJson['snapshots']>[number];
type Cluster = NonNullable<WorldJson['clusters']>[number];

const day = 86_400_000;
export const ago = (days: number) => new Date(Date.now() - days * day).toISOString();
const createdAt = ago(100);
export const otherRegion = 'eu-west-1';

export const sales = clusterId('REDSHIFT');
export const orders = clusterId('DOCUMENTDB');

/** A Redshift cluster with DC2 nodes, whose automated snapshots can be turned off. */
export const dc2 = (members: object = {}): Cluster => ({
  ...makeCluster('REDSHIFT', 'sales', { createdAt }),
  NodeType: 'dc2.large',
  AutomatedSnapshotRetentionPeriod: 14,
  ManualSnapshotRetentionPeriod: 30,
  ...members,
});

export const docdb = (members: object = {}): Cluster => ({
  ...makeCluster('DOCUMENTDB', 'orders', { createdAt }),
  BackupRetentionPeriod: 14,
  PreferredBackupWindow: '01:00-01:30',
  PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
  ...members,
});

/** The copy of snapshots to another region. */
export const copied = (members: object = {}) => ({
  ClusterSnapshotCopyStatus: {
    DestinationRegion: otherRegion,
    RetentionPeriod: 10,
    ManualSnapshotRetentionPeriod: 100,
    ...members,
  },
});

/** An automated Redshift snapshot that is this many days old. */
export const backup = (age: number, parts: object = {}): Snapshot =>
  makeSnapshot('REDSHIFT', `rs:sales-${age}`, { type: 'automated', createdAt: ago(age), ...parts });

export const docdbBackup = (age: number, parts: object = {}): Snapshot =>
  makeSnapshot('DOCUMENTDB', `rds:orders-${age}`, { type: 'automated', createdAt: ago(age), ...parts });

/** A copy of an automated Redshift snapshot in the other region. */
export const copy = (age: number, parts: object = {}): Snapshot => ({
  ...backup(age, { region: otherRegion, clusterCreatedAt: createdAt, ...parts }),
  SourceRegion: 'us-east-1',
  ExpiryTime: ago(-1),
});

const fields = `
  __typename
  ... on UpdateBackupSettingsPayload {
    cluster {
      backupRetentionDays
      ... on RedshiftCluster {
        manualSnapshotRetentionDays snapshotScheduleIdentifier
        snapshotCopy { destinationRegion automatedRetentionDays manualRetentionDays grantName }
      }
      ... on DocumentDBCluster { preferredBackupWindow }
    }
    plannedCalls { action parameters }
    steps { call { action parameters source { region } } outcome error { code fault } }
    deletedSnapshots { identifier source { region } }
  }
  ... on Error { code message fault }
  ... on InvalidInputError { field problems { field message } }
  ... on InvalidStateError { reason }
`;

/** Requests a change and returns its result. */
export async function update(gateway: Gateway, input: object, headers: object = {}): Promise<any> {
  const { data, errors } = await gateway.query(
    `mutation ($input: UpdateBackupSettingsInput!) { updateBackupSettings(input: $input) { ${fields} } }`,
    { input },
    headers,
  );
  expect(errors).toBeUndefined();
  const { plannedCalls, steps, ...result } = data.updateBackupSettings;
  if (steps === undefined) return result;
  expect(steps.map(({ call: { action, parameters } }: any) => ({ action, parameters }))).toEqual(plannedCalls);
  return {
    ...result,
    calls: plannedCalls.map(({ action, parameters }: any) => [action, JSON.parse(parameters)]),
    outcomes: steps.map(({ outcome }: any) => outcome),
    errors: steps.map(({ error }: any) => error?.code ?? null),
  };
}

/** Returns the calls to AWS since the last time, with those of changes last. */
export async function callsOf(gateway: Gateway) {
  const actions = (await gateway.calls()).map(({ action }) => action ?? '');
  const isRead = (action: string) => action.startsWith('Describe') || action.startsWith('List');
  return { reads: actions.filter(isRead), writes: actions.filter((action) => !isRead(action)) };
}
