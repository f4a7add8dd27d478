import { SnapgateError } from '../../errors.ts';
import type { RestoreCheck, Verdict } from '../../errors/restore-checks.ts';
import { type ClusterRecord, clusterStatus, isRestorableNow } from '../../snapshots/cluster.ts';
import { lineageOf } from '../../snapshots/lineage.ts';
import { after, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { FleetOptions } from '../options.ts';
import { type CopiesElsewhere, createCopiesElsewhere } from './copies-elsewhere.ts';
import type { RecoveryPoints } from './recovery-points.ts';
import { checkBy, checked, type Judgment, unknownIfFailed, verdictOf } from './restore-checks.ts';

/** A point in time to which a cluster can be restored. */
export interface RecoveryPoint {
  readonly time: Date;
  /** Null if the time is one of continuous backups. */
  readonly snapshot: SnapshotRecord | null;
  readonly continuous: boolean;
}

/** What can be recovered of clusters that the principal can see; the clusters of a page are read together. */
export interface RecoveryReport {
  /**
   * Returns the newest point that a restore could reach; null if there is none, or if it is unknown. Rejects if the
   * snapshots cannot be read, because a failed read does not mean that there is no snapshot.
   */
  pointOf(cluster: ClusterRecord): MaybePromise<RecoveryPoint | null>;
  /** Returns the age of the recovery point in whole seconds of AWS's time; null without a point. Rejects like `pointOf`. */
  ageSecondsOf(cluster: ClusterRecord): MaybePromise<number | null>;
  readonly copiesOf: CopiesElsewhere;
  /** Returns what a restore of the recovery point requires. What cannot be read is UNKNOWN. */
  checksOf(cluster: ClusterRecord): MaybePromise<readonly RestoreCheck[]>;
  /** Returns whether all of these requirements are met. */
  restorableOf(cluster: ClusterRecord): MaybePromise<Verdict>;
}

/** A recovery point, and the check that says whether there is one. */
interface Found {
  readonly point: RecoveryPoint | null;
  readonly check: RestoreCheck;
}

/** Creates the report of one request. */
export function createRecoveryReport(options: FleetOptions, { latest }: RecoveryPoints): RecoveryReport {
  const { now, changesAt, backendOf, reads } = options;
  const find = (cluster: ClusterRecord): MaybePromise<Found> => {
    const time = latestRestorableAt(cluster);
    if (time !== null) return foundTime(time, cluster);
    return after(latest(cluster), (snapshot) => foundSnapshot(snapshot, cluster));
  };
  const pointOf = (cluster: ClusterRecord) => after(find(cluster), ({ point }) => point);

  const checksOf = (cluster: ClusterRecord): MaybePromise<readonly RestoreCheck[]> =>
    after(
      orElse(() => find(cluster), unknownPoint),
      ({ point, check }) => {
        if (point === null) return [check];
        const { snapshot } = point;
        const backend = backendOf(cluster.source);
        const key = after(checkKey(cluster, snapshot, reads), (ofKey) => [ofKey]);
        const others = backend.restoreChecks?.(cluster, snapshot) ?? [];
        return after(together<readonly RestoreCheck[]>([[check], key, others]), (checks) => checks.flat());
      },
    );
  return {
    pointOf,
    ageSecondsOf: (cluster) =>
      after(pointOf(cluster), (point) => {
        if (point === null) return null;
        const seconds = Math.max(0, Math.floor((now.getTime() - point.time.getTime()) / 1000));
        changesAt?.(point.time.getTime() + (seconds + 1) * 1000);
        return seconds;
      }),
    copiesOf: createCopiesElsewhere(options),
    checksOf,
    restorableOf: (cluster) => after(checksOf(cluster), verdictOf),
  };
}

/** Returns the latest time to which AWS can restore a cluster; null if it has no continuous backups. */
function latestRestorableAt(cluster: ClusterRecord): Date | null {
  const { kind } = cluster;
  return (kind.backupRetentionDays(cluster) ?? 0) >= 1 ? (kind.latestRestorableAt?.(cluster) ?? null) : null;
}

function foundTime(time: Date, cluster: ClusterRecord): Found {
  const point = { time, snapshot: null, continuous: true };
  const found = `Continuous backups are on, and the latest restorable time is ${time.toISOString()}`;
  if (isRestorableNow(cluster)) return { point, check: available('YES', `${found}.`) };
  const status = cluster.kind.rawStatus(cluster);
  const message = `${found}, but AWS can refuse to restore a cluster with the status ${status}.`;
  return { point, check: available('UNKNOWN', message) };
}

function foundSnapshot(snapshot: SnapshotRecord | null, cluster: ClusterRecord): Found {
  if (snapshot === null) {
    const { kind } = cluster;
    // A cluster that is being created has no backups yet.
    const hasBackups = (kind.backupRetentionDays(cluster) ?? 0) >= 1 && clusterStatus(cluster) !== 'CREATING';
    if (kind.latestRestorableAt && hasBackups) {
      const message =
        'Unknown: the cluster has continuous backups and no available snapshot that you can see, but AWS does not report the latest restorable time.';
      return { point: null, check: available('UNKNOWN', message) };
    }
    const message = 'The cluster has no available snapshot that you can see. Create one with `createSnapshot`.';
    return { point: null, check: available('NO', message) };
  }
  const name = snapshot.kind.identifier(snapshot);
  const time = snapshot.kind.createdAt(snapshot);
  if (time == null) {
    const message = `Unknown: AWS does not report when the snapshot ${name} was created.`;
    return { point: null, check: available('UNKNOWN', message) };
  }
  // An older snapshot that certainly belongs to the cluster is not known to be the newest.
  if (lineageOf(snapshot, cluster) !== 'BELONGS') {
    const message = `Unknown: the creation times that AWS reports do not show whether the newest snapshot, ${name}, was taken from this cluster or from an earlier cluster of the same name. Compare createdAt of the cluster with clusterCreatedAt of the snapshot.`;
    return { point: null, check: available('UNKNOWN', message) };
  }
  return {
    point: { time, snapshot, continuous: false },
    check: available('YES', `The snapshot ${name} is available.`),
  };
}

function available(...judgment: Judgment): RestoreCheck {
  return checked('SNAPSHOT_AVAILABLE', judgment);
}

function unknownPoint(error: unknown): Found {
  return { point: null, check: available(...unknownIfFailed(error)) };
}

/** Checks the key with which AWS reads the backup, and with which it encrypts the restored cluster by default. */
function checkKey(
  cluster: ClusterRecord,
  snapshot: SnapshotRecord | null,
  { keyNamed }: FleetOptions['reads'],
): MaybePromise<RestoreCheck> {
  const [named, isEncrypted] =
    snapshot === null
      ? [cluster.kind.kmsKeyId(cluster), cluster.kind.encrypted(cluster)]
      : [snapshot.kind.kmsKeyId(snapshot), snapshot.kind.encrypted(snapshot)];
  return checkBy('KMS_KEY_USABLE', () => {
    if (named) return orElse(() => after(keyNamed(cluster.source, named), judgeKey), noIfNotFound(named));
    if (isEncrypted === false) return ['YES', 'The backup is not encrypted, so that a restore needs no key.'];
    return ['UNKNOWN', 'AWS does not report whether the backup is encrypted, or with which AWS KMS key.'];
  });
}

function judgeKey({ arn, enabled }: { readonly arn: string; readonly enabled: boolean }): Judgment {
  if (enabled) return ['YES', `The AWS KMS key ${arn} is enabled.`];
  return ['NO', `The AWS KMS key ${arn} is not enabled. Enable it, or cancel its deletion, in AWS KMS.`];
}

function noIfNotFound(named: string): (error: unknown) => Judgment {
  return (error) => {
    if (!(error instanceof SnapgateError) || error.code !== 'NOT_FOUND') throw error;
    return ['NO', `AWS KMS does not know the key ${named} of the backup. Without it, AWS cannot read the backup.`];
  };
}
