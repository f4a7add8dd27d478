import type { AllowedKey } from '../../access/policy/keys.ts';
import type { RestoreGains, RestoreProblem } from '../../access/policy/restores.ts';
import type { InputProblem, SnapgateError } from '../../errors.ts';
import type { RestoreCheck } from '../../errors/restore-checks.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { PlannedCall } from '../plans/call.ts';
import type { Plan } from '../plans/plan.ts';

/** The restores that a service supports, for one request. */
export interface RestoreBackend<
  Snapshot extends SnapshotRecord = SnapshotRecord,
  Cluster extends ClusterRecord = ClusterRecord,
> {
  /** The member of the input with the options of the service. */
  readonly block: string;
  /** Whether AWS stores the names of clusters in lower case; otherwise, they must be in lower case. */
  readonly foldsNames: boolean;
  /** Returns every way in which the options of a restore are invalid, as far as the input alone shows it. */
  problems(options: unknown): readonly InputProblem[];
  /** Reads what the restore needs. Throws INVALID_INPUT for options that do not fit the snapshot or its source. */
  prepare(restore: NewCluster<Cluster> & { readonly snapshot: Snapshot }): Promise<PreparedRestore>;
  /** Undefined if the service cannot restore clusters to a time. */
  readonly toTime?: RestoreToTimeBackend<Cluster>;
  /** Undefined if clusters have no instances of their own. */
  readonly instances?: InstanceBackend<Cluster>;
}

/** Restores of clusters to a time. */
export interface RestoreToTimeBackend<Cluster extends ClusterRecord = ClusterRecord> {
  problems(options: unknown): readonly InputProblem[];
  prepare(
    restore: NewCluster<Cluster> & { readonly cluster: Cluster; readonly point: RestorePoint },
  ): Promise<PreparedRestore>;
}

/** Instances of clusters that exist. */
export interface InstanceBackend<Cluster extends ClusterRecord = ClusterRecord> {
  problems(instances: unknown): readonly InputProblem[];
  /**
   * Reads which instances exist. Throws ALREADY_EXISTS if another cluster has an instance with one of the names, and
   * INVALID_INPUT if AWS does not offer the class.
   */
  prepare(cluster: Cluster, instances: unknown): Promise<PreparedInstances>;
}

/** The point to which a cluster is restored: a time, the latest time, or a clone of the present. */
export type RestorePoint = { readonly time: Date } | 'latest' | 'clone';

/** A cluster to create by a restore. */
export interface NewCluster<Cluster extends ClusterRecord = ClusterRecord> {
  readonly source: Source;
  readonly identifier: string;
  /** The options of the service, which `problems` has accepted. */
  readonly options: unknown;
  /** The cluster whose network, parameter group and port are copied. */
  readonly like: Cluster | null;
  readonly tags: readonly Tag[];
}

/** A restore whose requirements were checked. */
export interface PreparedRestore {
  readonly checks: readonly RestoreCheck[];
  /** What the policy must allow, and the path in the arguments of each part. */
  readonly gains: RestoreGains;
  readonly fields: Readonly<Partial<Record<RestoreProblem['part'], readonly string[]>>>;
  /** The snapshot schedule that the cluster gets; undefined for none. */
  readonly schedule?: string | undefined;
  /** The keys that the input chooses, with their paths in the arguments. */
  readonly keys: readonly ChosenKey[];
  /** The keys that must be usable: those of what is restored, without a path, and those that the input chooses. */
  readonly usedKeys: readonly ChosenKey[];
  /** Plans the calls that AWS accepts now; `allowed` are the chosen keys in the same order. */
  plan(allowed: readonly AllowedKey[]): Plan<RestoredCluster>;
  /** The calls that AWS accepts only once the cluster is available. */
  readonly remainingCalls: readonly PlannedCall[];
}

export interface ChosenKey {
  readonly kmsKeyId: string;
  readonly field: readonly string[] | null;
}

/** A cluster that AWS has started to restore, and the error of a call after that, such as that of its tags. */
export interface RestoredCluster {
  readonly cluster: ClusterRecord;
  readonly followUpError: SnapgateError | null;
}

/** Instances to create. */
export interface PreparedInstances {
  /** The class, and the number of all instances after the change. */
  readonly gains: { readonly class: string; readonly count: number };
  readonly plan: Plan<void>;
}

/** The outcome of a restore of a cluster; `cluster` is null in a dry run, and a function for a repetition. */
export interface RestoreChange {
  readonly cluster: ClusterRecord | null | (() => Promise<ClusterRecord | null>);
  readonly plannedCalls: readonly PlannedCall[];
  readonly remainingCalls: readonly PlannedCall[];
  readonly followUpError: SnapgateError | null;
  readonly checks: readonly RestoreCheck[];
}

/** The outcome of a change of a cluster. */
export interface ClusterChange {
  /** The cluster before the change; null in a dry run. */
  readonly cluster: ClusterRecord | null | (() => Promise<ClusterRecord | null>);
  /** Reads the cluster after the change; null in a dry run, and if the change repeats an earlier one. */
  readonly readAgain: (() => Promise<ClusterRecord | null>) | null;
  readonly plannedCalls: readonly PlannedCall[];
}
