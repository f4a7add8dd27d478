import type { WorldJson } from '../control/world-json.ts';
import { daysBefore, scatter } from './dates.ts';
import { backupWindow } from './timing.ts';

/** A cluster, a snapshot or a key in the form of a world's JSON. */
export type SeedResource = NonNullable<WorldJson['clusters']>[number];

/** The short form of a cluster of the seeded world. */
export interface SeedCluster {
  readonly service: 'redshift' | 'rds';
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly team: string;
  readonly environment: string;
  /** The engine of an RDS cluster, or `redshift`. */
  readonly engine: string;
  readonly isEncrypted: boolean;
  readonly ageDays: number;
  /** The retention period of automated snapshots, in days. */
  readonly retention: number;
  /** `gone`: the cluster was deleted, and its manual snapshots remain. */
  readonly state: 'available' | 'paused' | 'creating' | 'gone';
  /** The node type of a Redshift cluster; by default, an RA3 type that fits the size. */
  readonly nodeType?: string;
  /** False for an RDS cluster without instances, which accepts no connections. */
  readonly hasInstances: boolean;
}

type Row = readonly [service: string, name: string, team: string, quirks?: Partial<SeedCluster>];

/** The clusters of each account and region. The first column is `redshift` or the engine of an RDS cluster. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  'production 123456789012 us-east-1': [
    ['redshift', 'sales-warehouse', 'sales', { isEncrypted: true, ageDays: 1400 }],
    ['redshift', 'finance-dw', 'finance', { isEncrypted: true, retention: 14 }],
    ['redshift', 'clickstream', 'web', { state: 'paused' }],
    // AWS reports the progress of restores in figures only for nodes of this type.
    ['redshift', 'finance-dw-2019', 'finance', { state: 'gone', ageDays: 2500, nodeType: 'dc2.large' }],
    ['docdb', 'orders', 'shop', { isEncrypted: true, ageDays: 1100 }],
    ['docdb', 'catalog', 'shop'],
    ['docdb', 'sessions', 'web', { retention: 1 }],
    ['docdb', 'legacy-cart', 'shop', { state: 'gone', ageDays: 1900 }],
    ['neptune', 'social-graph', 'community', { isEncrypted: true }],
    ['aurora-postgresql', 'billing', 'finance', { isEncrypted: true, retention: 14 }],
  ],
  'production 123456789012 eu-west-1': [
    ['redshift', 'eu-sales-warehouse', 'sales', { isEncrypted: true }],
    // This cluster has had no snapshot for most of a year.
    ['redshift', 'consent-archive', 'legal', { isEncrypted: true, retention: 0, ageDays: 900 }],
    ['docdb', 'customer-profiles', 'crm', { isEncrypted: true }],
    ['docdb', 'eu-orders', 'shop', { isEncrypted: true }],
    ['aurora-mysql', 'cms', 'web'],
  ],
  'production 123456789012 ap-southeast-2': [
    ['redshift', 'apac-reporting', 'sales'],
    ['docdb', 'inventory', 'logistics', { isEncrypted: true }],
  ],
  'staging 210987654321 us-east-1': [
    ['redshift', 'sales-warehouse', 'sales', { retention: 3 }],
    ['redshift', 'load-test', 'platform', { state: 'creating', ageDays: 0 }],
    ['docdb', 'orders', 'shop', { retention: 3 }],
    ['docdb', 'catalog', 'shop', { retention: 3 }],
    ['docdb', 'mobile-beta', 'mobile', { state: 'gone', ageDays: 420 }],
    ['neptune', 'social-graph', 'community', { retention: 1 }],
  ],
  'staging 210987654321 eu-west-1': [
    ['redshift', 'eu-sales-warehouse', 'sales', { retention: 3 }],
    ['docdb', 'customer-profiles', 'crm', { retention: 3 }],
    ['aurora-postgresql', 'billing', 'finance', { retention: 3 }],
  ],
  'staging 210987654321 ap-southeast-2': [
    ['redshift', 'apac-reporting', 'sales', { retention: 1 }],
    ['docdb', 'inventory', 'logistics', { state: 'creating', ageDays: 0 }],
  ],
  'analytics 012345678901 us-east-1': [
    ['redshift', 'data-lake', 'data', { isEncrypted: true, retention: 21 }],
    // This cluster and `experiments` were recreated under their names; snapshots of the predecessors remain.
    ['redshift', 'ml-features', 'data-science', { ageDays: 400 }],
    ['redshift', 'ml-features', 'data-science', { state: 'gone', ageDays: 1600 }],
    ['docdb', 'events', 'data', { isEncrypted: true }],
  ],
  'analytics 012345678901 eu-west-1': [
    ['redshift', 'research', 'data-science'],
    ['redshift', 'proof-of-concept', 'data-science', { state: 'gone', ageDays: 1300 }],
    // This cluster was restored, but its instances were not created.
    ['docdb', 'experiments', 'data-science', { ageDays: 300, hasInstances: false }],
    ['docdb', 'experiments', 'data-science', { state: 'gone', ageDays: 1500 }],
  ],
  'analytics 012345678901 ap-southeast-2': [
    ['redshift', 'forecasting', 'data-science'],
    ['docdb', 'telemetry', 'logistics'],
    ['aurora-mysql', 'dashboards', 'data'],
  ],
};

/** Every cluster of the seeded world, including the deleted clusters. */
export const seedClusters: readonly SeedCluster[] = Object.entries(rows).flatMap(([place, clusters]) => {
  const [environment = '', account = '', region = ''] = place.split(' ');
  return clusters.map(([engine, name, team, quirks]): SeedCluster => ({
    service: engine === 'redshift' ? 'redshift' : 'rds',
    account,
    region,
    name,
    team,
    environment,
    engine,
    isEncrypted: false,
    ageDays: 100 + Math.floor(scatter(`${place} ${name}`) * 800),
    retention: 7,
    state: 'available',
    hasInstances: true,
    ...quirks,
  }));
});

/** Returns a cluster in the form of a world's JSON. */
export function clusterJson(cluster: SeedCluster, now: Date): SeedResource {
  return cluster.service === 'redshift' ? redshiftCluster(cluster, now) : rdsCluster(cluster, now);
}

/** Returns the KMS key of a team's encrypted clusters in one account and region. */
export function keyOf(cluster: SeedCluster): string {
  return `arn:aws:kms:${cluster.region}:${cluster.account}:key/${keyIdOf(cluster)}`;
}

/** Returns the id of the KMS key of a team's encrypted clusters in one account and region. */
export function keyIdOf({ account, region, team }: SeedCluster): string {
  const digits = Math.floor(scatter(`${account} ${region} ${team}`) * 0xffffffff);
  return `${digits.toString(16).padStart(8, '0')}-5eed-4000-8000-${account}`;
}

/** Returns the tags of a cluster and of its snapshots. */
export function tagsOf({ team, environment }: SeedCluster): { Key: string; Value: string }[] {
  return [
    { Key: 'team', Value: team },
    { Key: 'environment', Value: environment },
  ];
}

/** Returns the size of a cluster as a multiple, 1 to 8, of the smallest size. */
export function sizeOf({ account, region, name }: SeedCluster): number {
  return 1 + Math.floor(scatter(`${name} ${account} ${region}`) * 8);
}

/** Returns the name of the schedule that a cluster follows; undefined if no automated snapshots are taken of it. */
export function scheduleOf({ service, retention, state, team }: SeedCluster): string | undefined {
  if (service !== 'redshift' || retention === 0 || state === 'gone') return undefined;
  return team === 'finance' ? 'finance' : 'nightly';
}

/** Returns what the time of a cluster's automated snapshots depends on: its schedule, or else its name. */
export function backupKeyOf(cluster: SeedCluster): string {
  return [cluster.account, cluster.region, scheduleOf(cluster) ?? cluster.name].join(' ');
}

function redshiftCluster(cluster: SeedCluster, now: Date): SeedResource {
  const { service, account, region, name, isEncrypted, ageDays, retention, state } = cluster;
  const size = sizeOf(cluster);
  const schedule = scheduleOf(cluster);
  const isCopied = name === 'sales-warehouse' && cluster.environment === 'production';
  return {
    service,
    account,
    region,
    ClusterIdentifier: name,
    ClusterStatus: state,
    ClusterCreateTime: daysBefore(now, ageDays),
    NodeType: cluster.nodeType ?? (size > 5 ? 'ra3.4xlarge' : 'ra3.xlplus'),
    NumberOfNodes: size * 2,
    DBName: name.replaceAll('-', '_'),
    MasterUsername: 'awsuser',
    AutomatedSnapshotRetentionPeriod: retention,
    Encrypted: isEncrypted,
    ...(isEncrypted ? { KmsKeyId: keyOf(cluster) } : {}),
    ...(schedule === undefined ? {} : { SnapshotScheduleIdentifier: schedule, SnapshotScheduleState: 'ACTIVE' }),
    ...(isCopied ? { ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1', RetentionPeriod: 7 } } : {}),
    Tags: tagsOf(cluster),
    ...readyTime(cluster, now),
  };
}

function rdsCluster(cluster: SeedCluster, now: Date): SeedResource {
  const { service, account, region, name, engine, isEncrypted, ageDays, retention, state } = cluster;
  return {
    service,
    account,
    region,
    DBClusterIdentifier: name,
    Engine: engine,
    Status: state,
    ClusterCreateTime: daysBefore(now, ageDays),
    BackupRetentionPeriod: Math.max(1, retention),
    PreferredBackupWindow: backupWindow(backupKeyOf(cluster), now),
    DeletionProtection: cluster.environment === 'production',
    StorageEncrypted: isEncrypted,
    ...(isEncrypted ? { KmsKeyId: keyOf(cluster) } : {}),
    Tags: tagsOf(cluster),
    ...readyTime(cluster, now),
  };
}

/** Returns when a `creating` cluster and its instances become available: in 15 minutes. */
export function readyTime({ state }: SeedCluster, now: Date): { ReadyTime?: string } {
  return state === 'creating' ? { ReadyTime: daysBefore(now, -1 / 96) } : {};
}
