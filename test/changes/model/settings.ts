import type { ModelCluster, ModelSnapshot, RecoveryModel } from './recovery.ts';
import { clusterSeconds } from './recovery.ts';
import { accepted, findSnapshot, type Outcome, type PlannedAction, type RecoveryStep, refused } from './restoring.ts';

/** Returns the expected outcome of updateBackupSettings. */
export function judgeSettings(model: RecoveryModel, { service, name, input }: RecoveryStep): Outcome {
  const isRedshift = service === 'REDSHIFT';
  const { automatedRetentionDays: days, manualRetention, backupWindow, schedule } = input;
  const given = [days, manualRetention, backupWindow, schedule].some((each) => each !== undefined);
  if (!given || (days !== undefined && (days < (isRedshift ? 0 : 1) || days > 35))) return refused('INVALID_INPUT');
  if (isRedshift ? backupWindow : (manualRetention ?? schedule)) return refused('NOT_SUPPORTED');
  const cluster = model.cluster(service, name);
  if (!cluster) return refused('NOT_FOUND');
  const current = cluster.pending?.days ?? cluster.days;
  const { expectedAutomatedRetentionDays: expected } = input;
  if (expected !== undefined && expected !== current) return refused('PRECONDITION_FAILED');
  // The nodes of these clusters cannot be without automated snapshots.
  if (days === 0 || backupWindow === model.maintenance) return refused('INVALID_INPUT');
  if (schedule?.detach !== undefined && schedule.detach !== cluster.schedule) return refused('PRECONDITION_FAILED');

  const newDays: number | undefined = days === current ? undefined : days;
  const manualDays = manualRetention && (manualRetention.forever ? -1 : manualRetention.days);
  const newManualDays: number | undefined = manualDays === cluster.manualDays ? undefined : manualDays;
  const newWindow: string | undefined = backupWindow === cluster.window ? undefined : backupWindow;
  const newSchedule = schedule?.attach === cluster.schedule ? undefined : schedule;
  const scheduling = newSchedule ? [scheduleCall(name, newSchedule)] : [];
  const modifying = isRedshift
    ? modifyCalls('ModifyCluster', {
        ClusterIdentifier: name,
        AutomatedSnapshotRetentionPeriod: newDays,
        ManualSnapshotRetentionPeriod: newManualDays,
      })
    : modifyCalls('ModifyDBCluster', {
        DBClusterIdentifier: name,
        BackupRetentionPeriod: newDays,
        PreferredBackupWindow: newWindow,
      });
  if (modifying.length > 0 && model.statusOf(cluster) !== 'available') return refused('INVALID_STATE');

  const leaving = newDays !== undefined && newDays < current ? leavingOf(model, cluster, newDays) : [];
  const isGuarded =
    leaving.some(({ isHeld }) => isHeld) || (leaving.length > 0 && !remains(model, cluster, leaving, newDays));
  if (isGuarded) return refused('INVALID_STATE');

  const calls = [...scheduling, ...modifying];
  // The gateway does not read the schedule, and AWS refuses the first call.
  if (newSchedule?.attach !== undefined && !model.schedules.has(newSchedule.attach)) {
    return accepted({ calls, made: scheduling, deleted: leaving.map((each) => each.name) }, ['NOT_FOUND']);
  }
  return accepted({
    calls,
    deleted: leaving.map((each) => each.name),
    effect: () => {
      for (const each of leaving) model.left.add(each);
      const changed: ModelCluster = {
        ...cluster,
        ...(newManualDays !== undefined && { manualDays: newManualDays }),
        ...(newWindow !== undefined && { window: newWindow }),
        ...(newSchedule && { schedule: newSchedule.attach ?? null }),
        ...(newDays !== undefined &&
          (isRedshift ? { pending: { days: newDays, at: model.now() + clusterSeconds } } : { days: newDays })),
      };
      model.put(changed);
      if (!isRedshift) model.expire(changed);
    },
  });
}

function scheduleCall(
  ClusterIdentifier: string,
  { attach, detach }: { attach?: string; detach?: string },
): PlannedAction {
  return {
    action: 'ModifyClusterSnapshotSchedule',
    parameters:
      attach === undefined
        ? { ClusterIdentifier, ScheduleIdentifier: detach, DisassociateSchedule: true }
        : { ClusterIdentifier, ScheduleIdentifier: attach },
  };
}

function modifyCalls(action: string, members: object): PlannedAction[] {
  const parameters = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  return Object.keys(parameters).length > 1 ? [{ action, parameters }] : [];
}

/** The automated snapshots that are older than a retention period. */
function leavingOf(model: RecoveryModel, cluster: ModelCluster, days: number): ModelSnapshot[] {
  return model.of(cluster).filter(({ isManual, ageDays }) => !isManual && ageDays >= days);
}

/** Whether an available snapshot of a cluster remains without those that leave, and outside of a retention period. */
function remains(
  model: RecoveryModel,
  cluster: ModelCluster,
  leaving: readonly ModelSnapshot[],
  days = Infinity,
): boolean {
  return model
    .of(cluster)
    .some(
      (each) =>
        !each.isUnfinished &&
        !leaving.includes(each) &&
        !model.left.has(each) &&
        (each.isManual || each.ageDays < days),
    );
}

/** Returns the expected outcome of deleteSnapshot. */
export function judgeDeletion(model: RecoveryModel, step: RecoveryStep): Outcome {
  const { service } = step;
  const snapshot = findSnapshot(model, step);
  if (!snapshot) return refused('NOT_FOUND');
  const cluster = model.cluster(service, snapshot.cluster)!;
  if (!snapshot.isManual || snapshot.isUnfinished || !remains(model, cluster, [snapshot])) {
    return refused('INVALID_STATE');
  }
  const { name } = step;
  return accepted({
    calls: [
      service === 'REDSHIFT'
        ? {
            action: 'DeleteClusterSnapshot',
            parameters: { SnapshotIdentifier: name, SnapshotClusterIdentifier: snapshot.cluster },
          }
        : { action: 'DeleteDBClusterSnapshot', parameters: { DBClusterSnapshotIdentifier: name } },
    ],
    effect: () => void model.snapshots.delete(snapshot),
  });
}

/** Returns the expected outcome of createSnapshotSchedule, updateSnapshotSchedule and deleteSnapshotSchedule. */
export function judgeSchedule(model: RecoveryModel, { mutation, name, input }: RecoveryStep): Outcome {
  const { definitions } = input;
  const isAttached = model.clusters().some(({ schedule }) => schedule === name);
  const known = model.schedules.get(name);
  if (mutation === 'deleteSnapshotSchedule') {
    if (!known) return refused('NOT_FOUND');
    if (isAttached) return refused('INVALID_STATE');
    const calls = [{ action: 'DeleteSnapshotSchedule', parameters: { ScheduleIdentifier: name } }];
    return accepted({ calls, effect: () => void model.schedules.delete(name) });
  }
  const isCreation = mutation === 'createSnapshotSchedule';
  if (definitions.length === 0) return refused('INVALID_INPUT');
  if (isCreation && known) return refused('ALREADY_EXISTS');
  if (!isCreation && !known) return refused('NOT_FOUND');
  const parameters = { ScheduleIdentifier: name, ScheduleDefinitions: definitions };
  return accepted({
    calls: [{ action: isCreation ? 'CreateSnapshotSchedule' : 'ModifySnapshotSchedule', parameters }],
    effect: () => void model.schedules.set(name, definitions),
  });
}
