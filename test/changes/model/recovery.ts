import type { PolicySettings } from '../../../src/access/policy/policy.ts';
import { restoreSettings } from '../../../src/access/policy/restores.ts';
import type { WorldJson } from '../../support/emulator.ts';
import { account, region } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { clusterArn, makeCluster, makeInstance, makeSnapshot, serviceOf, snapshotArn } from '../../support/worlds.ts';

export const mostInstances = 2;
const restoresPerHour = 3;
export const recoveryPolicy: PolicySettings = {
  sharing: 'unrestricted',
  deletion: [{ holdTags: ['hold'], keepLast: true }],
  restore: restoreSettings.parse({
    perHour: restoresPerHour,
    subnetGroups: ['default'],
    securityGroups: ['default', 'sg-*'],
    instanceClasses: ['*'],
    maximumInstances: mostInstances,
  }),
};
/** How long AWS creates or changes a cluster. */
export const clusterSeconds = 60;
/** After this time, clusters are available, and so are the first snapshots of those that AWS created. */
export const settledSeconds = clusterSeconds + 31;
const dayMilliseconds = 86_400_000;

/** A cluster as AWS must store it. Times are in emulated seconds. */
export interface ModelCluster {
  readonly service: ServiceName;
  readonly name: string;
  readonly isPaused: boolean;
  readonly readyAt: number;
  readonly days: number;
  /** A retention period that is not in effect yet. */
  readonly pending: { readonly days: number; readonly at: number } | null;
  readonly manualDays: number;
  readonly window: string;
  readonly schedule: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly isProtected: boolean;
}

/** A snapshot of an existing cluster. */
export interface ModelSnapshot {
  readonly service: ServiceName;
  readonly cluster: string;
  /** Null for the first automated snapshot of a restored cluster, which AWS names after the time. */
  readonly name: string | null;
  readonly ageDays: number;
  readonly isManual: boolean;
  readonly isHeld: boolean;
  readonly isUnfinished: boolean;
}

/** What differs between runs. */
export interface RecoverySituation {
  /** The age of the automated snapshots with a hold tag, or 0 for none. */
  readonly heldAge: number;
  /** Whether the main clusters have an available manual snapshot. */
  readonly hasManual: boolean;
}

/** The main cluster of each service, which has several snapshots, and another with one. */
export const mains = { REDSHIFT: 'sales', DOCUMENTDB: 'orders' } as const;
export const others = { REDSHIFT: 'stock', DOCUMENTDB: 'idle' } as const;
export const ages = { main: [1.5, 4.5, 9.5], other: [2.5] } as const;

export const nameOfBackup = (service: ServiceName, cluster: string, age: number) =>
  `${serviceOf(service).automatedPrefix}${cluster}-${String(age).replace('.', '-')}`;

const keyOf = ({ service, name }: Pick<ModelCluster, 'service' | 'name'>) => `${service} ${name}`;

/** A model of clusters, their backups and schedules, independent of the code of the gateway and the emulator. */
export function createRecoveryModel({ heldAge, hasManual }: RecoverySituation, start: Date) {
  let seconds = 0;
  let restores = 0;
  const clusters = new Map<string, ModelCluster>();
  const snapshots = new Set<ModelSnapshot>();
  const schedules = new Map<string, readonly string[]>();
  const instances = new Map<string, string>();
  /** The snapshots that the gateway counts as gone, although AWS may still list them. */
  const left = new Set<ModelSnapshot>();
  const kept = new Map<string, { readonly input: string; readonly calls: readonly object[] }>();
  /** The time of day that many hours from now, so that nothing becomes due in a run. */
  const hourIn = (hours: number) => String((start.getUTCHours() + hours) % 24).padStart(2, '0');
  const windows = [`${hourIn(8)}:10-${hourIn(8)}:40`, `${hourIn(12)}:10-${hourIn(12)}:40`] as const;
  const maintenance = `${hourIn(16)}:00-${hourIn(16)}:30`;

  const put = (cluster: ModelCluster) => clusters.set(keyOf(cluster), cluster);
  const addCluster = (service: ServiceName, name: string, more: Partial<ModelCluster> = {}) =>
    put({
      service,
      name,
      isPaused: false,
      readyAt: 0,
      days: 14,
      pending: null,
      manualDays: -1,
      window: windows[0],
      schedule: null,
      tags: {},
      isProtected: false,
      ...more,
    });
  const addSnapshot = (service: ServiceName, cluster: string, name: string | null, more: Partial<ModelSnapshot> = {}) =>
    snapshots.add({
      service,
      cluster,
      name,
      ageDays: 0,
      isManual: false,
      isHeld: false,
      isUnfinished: false,
      ...more,
    });

  for (const service of serviceNames) {
    const [main, other] = [mains[service], others[service]];
    addCluster(service, main, { tags: { team: 'bi', kept: 'x' } });
    addCluster(service, other, { days: 5, schedule: service === 'REDSHIFT' ? 'used' : null });
    for (const ageDays of ages.main) {
      addSnapshot(service, main, nameOfBackup(service, main, ageDays), { ageDays, isHeld: ageDays === heldAge });
    }
    for (const ageDays of ages.other) addSnapshot(service, other, nameOfBackup(service, other, ageDays), { ageDays });
    if (hasManual) addSnapshot(service, main, 'old', { isManual: true, ageDays: 20 });
    addSnapshot(service, main, 'young', { isManual: true, isUnfinished: true });
  }
  addCluster('REDSHIFT', 'asleep', { isPaused: true });
  schedules.set('used', [`cron(10 ${hourIn(12)} *)`]);
  schedules.set('free', [`cron(10 ${hourIn(12)} *)`]);
  instances.set('orders-1', 'orders');
  instances.set('new-b-1', 'idle');

  const statusOf = ({ readyAt, pending, isPaused }: ModelCluster) =>
    seconds < readyAt ? 'creating' : pending ? 'modifying' : isPaused ? 'paused' : 'available';
  const of = ({ service, name }: ModelCluster) =>
    [...snapshots].filter((each) => each.service === service && each.cluster === name);
  /** AWS deletes the automated snapshots that are older; Amazon Redshift keeps the newest. */
  const expire = (cluster: ModelCluster) => {
    const automated = of(cluster).filter(({ isManual }) => !isManual);
    const newest = Math.min(...automated.map(({ ageDays }) => ageDays));
    for (const each of automated) {
      if (each.ageDays < cluster.days || (cluster.service === 'REDSHIFT' && each.ageDays === newest)) continue;
      snapshots.delete(each);
    }
  };

  return {
    snapshots,
    schedules,
    instances,
    left,
    kept,
    windows,
    maintenance,
    hourIn,
    put,
    of,
    expire,
    statusOf,
    cluster: (service: ServiceName, name: string) => clusters.get(keyOf({ service, name })),
    clusters: () => [...clusters.values()],
    now: () => seconds,
    /** Adds a restored cluster. */
    restore: (service: ServiceName, name: string, more: Partial<ModelCluster>) => {
      restores += 1;
      addCluster(service, name, { readyAt: seconds + clusterSeconds, ...more });
    },
    areRestoresUsedUp: () => restores >= restoresPerHour,
    wait: (more: number) => {
      const before = seconds;
      seconds += more;
      for (const cluster of clusters.values()) {
        const { service, name, readyAt, pending } = cluster;
        if (before < readyAt && seconds >= readyAt) addSnapshot(service, name, null);
        if (pending === null || seconds < pending.at) continue;
        const changed = { ...cluster, days: pending.days, pending: null };
        put(changed);
        expire(changed);
      }
    },
  };
}

export type RecoveryModel = ReturnType<typeof createRecoveryModel>;

/** The world of a new model, with the clock frozen. */
export function recoveryWorldOf(model: RecoveryModel, start: Date): WorldJson {
  const before = (days: number) => new Date(start.getTime() - days * dayMilliseconds).toISOString();
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(start.getUTCDay() + 3) % 7];
  const maintenance = model.maintenance.split('-').map((time) => `${weekday}:${time}`);
  return {
    now: start.toISOString(),
    frozen: true,
    assumptions: { clusterSeconds, automatedSnapshots: true },
    clusters: model.clusters().map((cluster) => {
      const { service, name, days, manualDays, window, schedule, tags, isPaused } = cluster;
      const made = makeCluster(service, name, {
        createdAt: before(100),
        tags,
        ...(isPaused && { status: 'paused' }),
      });
      return service === 'REDSHIFT'
        ? {
            ...made,
            AutomatedSnapshotRetentionPeriod: days,
            ManualSnapshotRetentionPeriod: manualDays,
            ...(schedule && { SnapshotScheduleIdentifier: schedule, SnapshotScheduleState: 'ACTIVE' }),
          }
        : {
            ...made,
            BackupRetentionPeriod: days,
            PreferredBackupWindow: window,
            PreferredMaintenanceWindow: maintenance.join('-'),
          };
    }),
    instances: [...model.instances].map(([name, cluster]) => makeInstance(name, { cluster })),
    schedules: [...model.schedules].map(([ScheduleIdentifier, ScheduleDefinitions]) => ({
      service: 'redshift' as const,
      account,
      region,
      ScheduleIdentifier,
      ScheduleDefinitions,
    })),
    snapshots: [...model.snapshots].map(({ service, cluster, name, ageDays, isManual, isHeld, isUnfinished }) =>
      makeSnapshot(service, name ?? '', {
        cluster,
        createdAt: before(ageDays),
        type: isManual ? 'manual' : 'automated',
        ...(isHeld && { tags: { hold: '' } }),
        // An Amazon DocumentDB cluster is not available while AWS creates a snapshot of it.
        ...(isUnfinished && (service === 'REDSHIFT' ? { readyAt: before(-1) } : { status: 'failed' })),
      }),
    ),
  };
}

/** The state of a model in a form that can be compared. */
export function stateOf(model: RecoveryModel) {
  return {
    clusters: model
      .clusters()
      .map(({ service, name, days, manualDays, window, schedule, tags, isProtected }) =>
        service === 'REDSHIFT' ? { name, days, manualDays, schedule, tags } : { name, days, window, tags, isProtected },
      ),
    instances: [...model.instances].map(([name, cluster]) => ({ name, cluster })),
    schedules: [...model.schedules].map(([name, definitions]) => ({ name, definitions })),
    snapshots: [...model.snapshots].map(({ service, cluster, name }) => ({ service, cluster, name })),
  };
}

/** The state of an emulator's world in the same form. */
export function stateIn(world: WorldJson) {
  const { clusters = [], instances = [], schedules = [], snapshots = [] } = world as Record<string, any[]>;
  const tagsIn = (list: readonly { Key: string; Value: string }[] = []) =>
    Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
  return {
    clusters: clusters.map((each) =>
      each.service === 'redshift'
        ? {
            name: each.ClusterIdentifier,
            days: each.AutomatedSnapshotRetentionPeriod,
            manualDays: each.ManualSnapshotRetentionPeriod,
            schedule: each.SnapshotScheduleIdentifier ?? null,
            tags: tagsIn(each.Tags),
          }
        : {
            name: each.DBClusterIdentifier,
            days: each.BackupRetentionPeriod,
            window: each.PreferredBackupWindow,
            tags: tagsIn(each.Tags),
            isProtected: each.DeletionProtection,
          },
    ),
    instances: instances.map((each) => ({ name: each.DBInstanceIdentifier, cluster: each.DBClusterIdentifier })),
    schedules: schedules.map((each) => ({ name: each.ScheduleIdentifier, definitions: each.ScheduleDefinitions })),
    snapshots: snapshots.map((each) => {
      const isRedshift = each.service === 'redshift';
      const name: string = isRedshift ? each.SnapshotIdentifier : each.DBClusterSnapshotIdentifier;
      const cluster: string = isRedshift ? each.ClusterIdentifier : each.DBClusterIdentifier;
      const isFirst = /:.*-\d{4}-\d\d-\d\d-/.test(name);
      return { service: isRedshift ? 'REDSHIFT' : 'DOCUMENTDB', cluster, name: isFirst ? null : name };
    }),
  };
}

export const arnOfCluster = (service: ServiceName, name: string) => clusterArn(service, name);
export const arnOfSnapshot = (service: ServiceName, cluster: string, name: string) =>
  snapshotArn(service, name, { cluster });
