import { partnerAccount } from './accounts.ts';
import { keyOf, seedClusters, type SeedCluster, type SeedResource } from './clusters.ts';
import { daysBefore } from './dates.ts';
import { automatedSnapshot, snapshotJson } from './snapshots.ts';

const production = '123456789012';
const staging = '210987654321';
const analytics = '012345678901';

/** Identifies a cluster of the seeded world. */
type Where = readonly [service: SeedCluster['service'], account: string, region: string, name: string];

/** Returns the snapshots for special cases: shared, public, copied, failed, being created, kept too long. */
export function specialSnapshots(now: Date): SeedResource[] {
  const manual = (where: Where, name: string, ageDays: number, members: object = {}) => ({
    ...snapshotJson(find(where), { name, ageDays, type: 'manual' }, now),
    ...members,
  });
  const soon = { ReadyTime: daysBefore(now, -1 / 48) };
  const sales: Where = ['redshift', production, 'us-east-1', 'sales-warehouse'];
  const finance: Where = ['redshift', production, 'us-east-1', 'finance-dw'];
  const lake: Where = ['redshift', analytics, 'us-east-1', 'data-lake'];
  const research: Where = ['redshift', analytics, 'eu-west-1', 'research'];
  const stagingSales: Where = ['redshift', staging, 'us-east-1', 'sales-warehouse'];
  const orders: Where = ['rds', production, 'us-east-1', 'orders'];
  const catalog: Where = ['rds', production, 'us-east-1', 'catalog'];
  const sessions: Where = ['rds', production, 'us-east-1', 'sessions'];
  const profiles: Where = ['rds', production, 'eu-west-1', 'customer-profiles'];
  const lastNight = automatedSnapshot(find(profiles), 0, now);
  const events: Where = ['rds', analytics, 'us-east-1', 'events'];
  const telemetry: Where = ['rds', analytics, 'ap-southeast-2', 'telemetry'];
  return [
    manual(sales, 'sales-for-analytics', 12.2, withAccess(analytics, staging)),
    manual(sales, 'sales-quarterly-partner-extract', 95, withAccess(partnerAccount)),
    manual(sales, 'sales-in-progress', 0.005, { Status: 'creating', ...soon }),
    manual(sales, 'sales-2021-close', 1350),
    manual(sales, 'sales-kept-30-days', 11, { ManualSnapshotRetentionPeriod: 30 }),
    manual(finance, 'finance-audit-support', 40, {
      AccountsWithRestoreAccess: [{ AccountAlias: 'amazon-redshift-support' }],
    }),
    manual(finance, 'finance-failed', 3.3, { Status: 'failed', BackupProgressInMegaBytes: 118 }),
    manual(lake, 'data-lake-cancelled', 8, { Status: 'cancelled' }),
    manual(lake, 'data-lake-for-production', 5.5, withAccess(production)),
    manual(research, 'research-closing', 0.004, { Status: 'final snapshot', ...soon }),
    manual(stagingSales, 'sales-kept-7-days', 2, { ManualSnapshotRetentionPeriod: 7 }),
    manual(orders, 'orders-for-analytics', 9.5, { RestoreAccounts: [analytics, staging] }),
    manual(orders, 'orders-partner-extract', 61, { RestoreAccounts: [partnerAccount] }),
    manual(sessions, 'sessions-in-progress', 0.005, { Status: 'creating', PercentProgress: 35, ...soon }),
    manual(orders, 'orders-2022-close', 1020),
    manual(catalog, 'catalog-sample', 77, { RestoreAccounts: ['all'] }),
    manual(catalog, 'catalog-sample-2', 30, { RestoreAccounts: ['all', staging] }),
    manual(catalog, 'catalog-failed', 4.1, { Status: 'failed', PercentProgress: 12 }),
    manual(profiles, 'profiles-copying', lastNight.ageDays, {
      SourceDBClusterSnapshotArn: arnOf(find(profiles), lastNight.name),
      Status: 'copying',
      PercentProgress: 60,
      ...soon,
    }),
    manual(telemetry, 'telemetry-open-data', 150, { RestoreAccounts: ['all'] }),
    manual(events, 'events-for-production', 6, { RestoreAccounts: [production] }),
    ...regionCopies(now),
    ...partnerSnapshots(now),
  ];
}

/** Returns the automated copies of the warehouse's nightly snapshots in Europe, and a manual copy of `orders`. */
function regionCopies(now: Date): SeedResource[] {
  const sales = find(['redshift', production, 'us-east-1', 'sales-warehouse']);
  const orders = find(['rds', production, 'us-east-1', 'orders']);
  const there = { region: 'eu-west-1' };
  const nightly = Array.from({ length: sales.retention }, (_, night) => ({
    ...snapshotJson(sales, automatedSnapshot(sales, night, now), now),
    ...there,
    KmsKeyId: keyOf({ ...sales, ...there }),
    SourceRegion: sales.region,
    ClusterCreateTime: daysBefore(now, sales.ageDays),
  }));
  const name = 'orders-for-analytics';
  const copied = {
    // A copy is as old as its source.
    ...snapshotJson(orders, { name: `${name}-copy`, ageDays: 9.5, type: 'manual' }, now),
    ...there,
    KmsKeyId: keyOf({ ...orders, ...there }),
    SourceDBClusterSnapshotArn: arnOf(orders, name),
  };
  return [...nightly, copied];
}

/** Returns the partner's snapshots that are shared with the production account, and the public snapshot. */
function partnerSnapshots(now: Date): SeedResource[] {
  const place = { account: partnerAccount, region: 'us-east-1' };
  const docdb = { service: 'rds' as const, ...place, Engine: 'docdb', DBClusterIdentifier: 'partner-feed' };
  return [
    {
      service: 'redshift',
      ...place,
      ...withAccess(production),
      SnapshotIdentifier: 'partner-benchmarks',
      ClusterIdentifier: 'partner-dw',
      SnapshotCreateTime: daysBefore(now, 18),
    },
    {
      ...docdb,
      DBClusterSnapshotIdentifier: 'partner-feed-handover',
      SnapshotCreateTime: daysBefore(now, 21),
      RestoreAccounts: [production],
    },
    {
      ...docdb,
      DBClusterSnapshotIdentifier: 'partner-open-prices',
      SnapshotCreateTime: daysBefore(now, 210),
      RestoreAccounts: ['all'],
    },
  ];
}

function arnOf({ region, account }: SeedCluster, name: string): string {
  return `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`;
}

function withAccess(...accounts: readonly string[]): object {
  return { AccountsWithRestoreAccess: accounts.map((AccountId) => ({ AccountId })) };
}

function find([service, account, region, name]: Where): SeedCluster {
  const cluster = seedClusters.find(
    (one) => one.service === service && one.account === account && one.region === region && one.name === name,
  );
  if (!cluster) throw new Error(`The seed has no cluster ${name} in ${account}/${region}`);
  return cluster;
}
