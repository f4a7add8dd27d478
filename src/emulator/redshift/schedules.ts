import type {
  Cluster,
  CreateSnapshotScheduleMessage,
  DeleteSnapshotScheduleMessage,
  DescribeSnapshotSchedulesMessage,
  DescribeSnapshotSchedulesOutputMessage,
  ModifyClusterSnapshotScheduleMessage,
  ModifySnapshotScheduleMessage,
  SnapshotSchedule,
} from '@aws-sdk/client-redshift';
import { randomUUID } from 'node:crypto';

import { invalidCombination, invalidValue } from '../fault.ts';
import { readPage } from '../paging.ts';
import type { Call } from '../service.ts';
import { hour } from '../time/dates.ts';
import { every, type Recurrence } from '../time/recurrence.ts';
import type { Region } from '../world/world.ts';
import { redshiftFault } from './faults.ts';
import { clusterStatusOf } from './readings.ts';
import { hasTags, mergeTags } from './rules.ts';
import { checkDefinitions, recurrenceOf } from './schedule-definitions.ts';
import { isThere, requireCluster } from './store.ts';
import type { StoredCluster, StoredSchedule } from './stored.ts';

/** AWS takes automated snapshots about every eight hours by default. */
const defaultInterval = 8 * hour;
const largestInvocations = 1000;

/**
 * Creates a schedule, and returns its next invocations if their number is given. With `DryRun`, nothing is created.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateSnapshotSchedule.html
 */
export function createSnapshotSchedule(input: CreateSnapshotScheduleMessage, call: Call): SnapshotSchedule {
  const {
    ScheduleIdentifier = `schedule-${randomUUID()}`,
    ScheduleDescription,
    DryRun = false,
    NextInvocations,
  } = input;
  if (!/^[a-z](-?[a-z0-9])*$/.test(ScheduleIdentifier) || ScheduleIdentifier.length > 255) {
    throw invalidValue(`Invalid value '${ScheduleIdentifier}' for ScheduleIdentifier`);
  }
  const ScheduleDefinitions = checkDefinitions(input.ScheduleDefinitions ?? []);
  const Tags = mergeTags([], input.Tags ?? []);
  if (call.here.redshift.schedules.get(ScheduleIdentifier)) {
    throw redshiftFault('SnapshotScheduleAlreadyExists', `Snapshot schedule ${ScheduleIdentifier} already exists.`);
  }
  const schedule = { ScheduleIdentifier, ScheduleDescription, ScheduleDefinitions, Tags };
  const invocations = NextInvocations === undefined ? {} : nextInvocations(schedule, NextInvocations, call.now);
  if (!DryRun) call.here.redshift.schedules.put(schedule);
  return { ...readSchedule(schedule, call), ...invocations };
}

/**
 * Replaces a schedule's definitions.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifySnapshotSchedule.html
 */
export function modifySnapshotSchedule(input: ModifySnapshotScheduleMessage, call: Call): SnapshotSchedule {
  const schedule = requireSchedule(input.ScheduleIdentifier, call);
  const changed = { ...schedule, ScheduleDefinitions: checkDefinitions(input.ScheduleDefinitions ?? []) };
  call.here.redshift.schedules.put(changed);
  return readSchedule(changed, call);
}

/**
 * Deletes a schedule that is not associated with a cluster.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteSnapshotSchedule.html
 */
export function deleteSnapshotSchedule(input: DeleteSnapshotScheduleMessage, call: Call): object {
  const { ScheduleIdentifier } = requireSchedule(input.ScheduleIdentifier, call);
  if (followers(ScheduleIdentifier, call).length > 0) {
    throw redshiftFault(
      'InvalidClusterSnapshotScheduleState',
      `Snapshot schedule ${ScheduleIdentifier} is associated with a cluster.`,
    );
  }
  call.here.redshift.schedules.delete(ScheduleIdentifier);
  return {};
}

/**
 * Lists all schedules, a schedule by name, or the schedule of a cluster.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeSnapshotSchedules.html
 */
export function describeSnapshotSchedules(
  input: DescribeSnapshotSchedulesMessage,
  call: Call,
): DescribeSnapshotSchedulesOutputMessage {
  const { ClusterIdentifier, ScheduleIdentifier, TagKeys = [], TagValues = [] } = input;
  const isTagged = TagKeys.length > 0 || TagValues.length > 0;
  const { items, marker } = readPage(
    call.here.redshift.schedules.inOrder(),
    input,
    (schedule) =>
      (ScheduleIdentifier === undefined || schedule.ScheduleIdentifier === ScheduleIdentifier) &&
      (ClusterIdentifier === undefined || followers(schedule.ScheduleIdentifier, call).includes(ClusterIdentifier)) &&
      (!isTagged || hasTags(schedule.Tags ?? [], input)),
  );
  return { SnapshotSchedules: items.map((schedule) => readSchedule(schedule, call)), Marker: marker };
}

/**
 * Associates a cluster with a schedule, or removes the association.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterSnapshotSchedule.html
 */
export function modifyClusterSnapshotSchedule(input: ModifyClusterSnapshotScheduleMessage, call: Call): object {
  const { DisassociateSchedule = false } = input;
  const {
    SnapshotScheduleIdentifier: _,
    SnapshotScheduleState: __,
    ...cluster
  } = requireCluster(call.here, input.ClusterIdentifier, call.now);
  if (!DisassociateSchedule && input.ScheduleIdentifier === undefined) {
    throw invalidCombination('Specify ScheduleIdentifier, DisassociateSchedule or both.');
  }
  if (DisassociateSchedule) {
    if (input.ScheduleIdentifier !== undefined) requireSchedule(input.ScheduleIdentifier, call);
    call.here.redshift.clusters.put(cluster);
    return {};
  }
  const { ScheduleIdentifier } = requireSchedule(input.ScheduleIdentifier, call);
  call.here.redshift.clusters.put({
    ...cluster,
    SnapshotScheduleIdentifier: ScheduleIdentifier,
    SnapshotScheduleState: 'ACTIVE',
  });
  return {};
}

/** Returns the schedule with this name. Throws SnapshotScheduleNotFound. */
export function requireSchedule(name: string | undefined, { here }: Call): StoredSchedule {
  const schedule = here.redshift.schedules.get(name ?? '');
  if (schedule) return schedule;
  throw redshiftFault('SnapshotScheduleNotFound', `Snapshot schedule ${name} not found.`);
}

/** Returns the next moments of a schedule. Throws InvalidParameterValue for a number that is out of range. */
function nextInvocations(
  { ScheduleDefinitions = [] }: StoredSchedule,
  count: number,
  now: Date,
): Pick<SnapshotSchedule, 'NextInvocations'> {
  if (!(count >= 0 && count <= largestInvocations)) {
    throw invalidValue(`Invalid value ${count} for NextInvocations. Must be between 0 and ${largestInvocations}`);
  }
  const next = recurrenceOf(ScheduleDefinitions);
  const moments: Date[] = [];
  while (moments.length < count) moments.push(new Date(next((moments.at(-1) ?? now).getTime())));
  return { NextInvocations: moments };
}

function readSchedule(schedule: StoredSchedule, call: Call): SnapshotSchedule {
  const clusters = followers(schedule.ScheduleIdentifier, call);
  return {
    ...schedule,
    AssociatedClusterCount: clusters.length,
    AssociatedClusters: clusters
      .slice(0, 100)
      .map((ClusterIdentifier) => ({ ClusterIdentifier, ScheduleAssociationState: 'ACTIVE' })),
  };
}

function followers(schedule: string, { here, now }: Call): string[] {
  return [...here.redshift.clusters.values()]
    .filter((cluster) => cluster.SnapshotScheduleIdentifier === schedule && isThere(cluster, now))
    .map(({ ClusterIdentifier }) => ClusterIdentifier);
}

/** Returns when automated snapshots of a cluster are due: by its schedule or, without one, from its creation on. */
export function scheduleOf(
  cluster: StoredCluster,
  { redshift }: Region,
): { readonly next: Recurrence; readonly settings: string } {
  const { ScheduleDefinitions } = redshift.schedules.get(cluster.SnapshotScheduleIdentifier ?? '') ?? {};
  if (ScheduleDefinitions) return { next: recurrenceOf(ScheduleDefinitions), settings: ScheduleDefinitions.join(' ') };
  return { next: every(defaultInterval, cluster.ClusterCreateTime.getTime()), settings: '' };
}

/** Returns the members that AWS reports for a cluster with a schedule and a retention of automated snapshots. */
export function expectedSnapshot(
  cluster: StoredCluster,
  place: Region,
  now: Date,
): Pick<Cluster, 'ExpectedNextSnapshotScheduleTime' | 'ExpectedNextSnapshotScheduleTimeStatus'> {
  const { SnapshotScheduleIdentifier: name = '', AutomatedSnapshotRetentionPeriod: days = 1 } = cluster;
  if (days === 0 || !place.redshift.schedules.get(name)) return {};
  return {
    ExpectedNextSnapshotScheduleTime: new Date(scheduleOf(cluster, place).next(now.getTime())),
    ExpectedNextSnapshotScheduleTimeStatus: clusterStatusOf(cluster, now).startsWith('available')
      ? 'OnTrack'
      : 'Pending',
  };
}
