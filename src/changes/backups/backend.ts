import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { Plan } from '../plans/plan.ts';

/** The changes of backup settings that a service supports, for one request. */
export interface BackupBackend<Cluster extends ClusterRecord = ClusterRecord> {
  /** The members of the input that the service supports, beyond the retention of automated snapshots. */
  readonly supported: readonly OptionalSetting[];
  /** The smallest retention period of automated snapshots that any cluster of the service can have, in days. */
  readonly leastAutomatedDays: number;
  settingsOf(cluster: Cluster): BackupSettings;
  /** Plans one AWS call for each step, in the order in which AWS accepts them. */
  planSteps(cluster: Cluster, changes: BackupChanges): readonly BackupStep[];
}

/** A member of the input that not every service supports. */
export type OptionalSetting = 'manualRetention' | 'backupWindow' | 'schedule' | 'regionCopy';

/**
 * The backup settings of a cluster; what a change in progress sets counts as set. A period is a number of days, -1 for
 * forever, as in the AWS API. Null if AWS does not report the value.
 */
export interface BackupSettings {
  readonly automatedDays: number | null;
  /** The smallest retention period of automated snapshots that this cluster can have. */
  readonly leastAutomatedDays: number;
  readonly manualDays: number | null;
  /** The windows in UTC, as AWS reports them. */
  readonly backupWindow: string | null;
  readonly maintenanceWindow: string | null;
  /** The attached schedule; null if there is none. */
  readonly schedule: AttachedSchedule | null;
  /** The copy to another region; null if it is off. */
  readonly regionCopy: RegionCopy | null;
  /** Whether AWS encrypts copies only with a snapshot copy grant of the other region. */
  readonly needsGrant: boolean;
}

export interface AttachedSchedule {
  readonly identifier: string;
  /** Whether AWS reports that it could not attach the schedule. */
  readonly isFailed: boolean;
}

export interface RegionCopy {
  readonly region: string;
  readonly automatedDays: number | null;
  readonly manualDays: number | null;
}

/** The settings that differ from those of a cluster; undefined for a setting that stays. */
export interface BackupChanges {
  readonly automatedDays?: number | undefined;
  readonly manualDays?: number | undefined;
  readonly backupWindow?: string | undefined;
  readonly schedule?: ScheduleChange | undefined;
  readonly regionCopy?: RegionCopyChange | undefined;
}

export type ScheduleChange = { readonly attach: string } | { readonly detach: string };

export type RegionCopyChange =
  { readonly enable: NewRegionCopy } | { readonly update: CopyPeriods } | { readonly disable: true };

/** The retention periods of copies; undefined for a period that stays or is left to AWS. */
export interface CopyPeriods {
  readonly automatedDays: number | undefined;
  readonly manualDays: number | undefined;
}

export interface NewRegionCopy extends CopyPeriods {
  readonly region: string;
  readonly grant: Maybe<string>;
}

/** One AWS call that changes backup settings. */
export interface BackupStep {
  /** A plan of one call. */
  readonly plan: Plan<unknown>;
  /** The automated snapshots that AWS can delete because of the call; null if it deletes none. */
  readonly deletes: DeletedBackups | null;
  /** Whether AWS refuses the call while the cluster is not available. */
  readonly needsAvailable: boolean;
}

/** Those of the cluster, or their copies in the other region. */
export type DeletedBackups = 'SNAPSHOTS' | 'COPIES';
