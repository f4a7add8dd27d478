import * as z from 'zod';
import { AlreadyExistsError, InvalidStateError, QuotaExceededError, withAdvice } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { Permission } from '../../snapshots/permission.ts';
import { attachedCount, type SnapshotScheduleRecord } from '../../snapshots/recovery/snapshot-schedule.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { requireValid } from '../input/problems.ts';
import { type Rules, shown, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { PlannedCall } from '../plans/call.ts';
import type { ChangeRequest } from '../request.ts';
import { nameSchedule, newScheduleAt, readSchedule, type ScheduleNaming } from './named-schedule.ts';

export interface CreateSnapshotScheduleInput {
  readonly account: string;
  readonly region: string;
  readonly identifier: string;
  readonly definitions: readonly string[];
  readonly description?: Maybe<string>;
  readonly tags?: Maybe<readonly Tag[]>;
  readonly nextInvocations?: Maybe<number>;
  readonly dryRun?: Maybe<boolean>;
}

export interface UpdateSnapshotScheduleInput extends ScheduleNaming {
  readonly definitions: readonly string[];
  readonly dryRun?: Maybe<boolean>;
}

export interface DeleteSnapshotScheduleInput extends ScheduleNaming {
  readonly dryRun?: Maybe<boolean>;
}

/** The outcome of a change of one snapshot schedule. */
export interface ScheduleChange {
  /** A function reads the schedule, because the change repeats an earlier one. */
  readonly schedule: SnapshotScheduleRecord | null | (() => Promise<SnapshotScheduleRecord | null>);
  /** When AWS creates the next snapshots on the schedule; for a dry run, when it would. */
  readonly nextInvocations: readonly Date[];
  readonly plannedCalls: readonly PlannedCall[];
}

const longestIdentifier = 63;
const defaultInvocations = 5;
const mostInvocations = 20;

/** Creates a snapshot schedule; throws if its identifier is already in use. */
export async function createSnapshotSchedule(
  targets: Targets,
  input: CreateSnapshotScheduleInput,
  request: ChangeRequest,
): Promise<ScheduleChange> {
  const { source, schedules, rules } = newScheduleAt(targets, input, request);
  requireValid(creationRule(rules), input);

  const { rights } = request;
  const { identifier, definitions, description, nextInvocations, dryRun } = input;
  const tags = input.tags ?? [];
  rights.requireWith(['BACKUP_CONFIGURE', 'SNAPSHOT_READ'], source, tags);
  const taken = await schedules.find(source, identifier);
  if (taken) throw alreadyExists(taken, rights.seesTagged(source, taken.visibility.tags));

  const schedule = { identifier, definitions, description: description ?? undefined, tags };
  const plan = schedules.planCreate(source, schedule);
  if (dryRun) {
    const next = await schedules.validate(source, schedule, nextInvocations ?? defaultInvocations);
    return { schedule: null, nextInvocations: next, plannedCalls: plan.calls };
  }
  const created = await plan.run();
  return { schedule: created, nextInvocations: created.nextInvocations, plannedCalls: plan.calls };
}

/** Replaces the definitions of a snapshot schedule, which can make AWS create fewer snapshots of attached clusters. */
export async function updateSnapshotSchedule(
  targets: Targets,
  input: UpdateSnapshotScheduleInput,
  request: ChangeRequest,
): Promise<ScheduleChange> {
  const named = nameSchedule(targets, input, request);
  requireValid(z.object({ definitions: definitionsRule }), input);

  const { source, schedules } = named;
  const { definitions, dryRun } = input;
  const schedule = await readSchedule(named, request);
  await requireForClusters(schedule, request);
  const plan = schedules.planUpdate(schedule, definitions);
  if (dryRun) {
    const next = await schedules.validate(source, { definitions }, defaultInvocations).catch(noneIfFull);
    return { schedule, nextInvocations: next, plannedCalls: plan.calls };
  }
  const updated = await plan.run();
  return { schedule: updated, nextInvocations: updated.nextInvocations, plannedCalls: plan.calls };
}

/** Deletes a snapshot schedule; throws if it is attached to a cluster. */
export async function deleteSnapshotSchedule(
  targets: Targets,
  input: DeleteSnapshotScheduleInput,
  request: ChangeRequest,
): Promise<ScheduleChange> {
  const named = nameSchedule(targets, input, request);
  const schedule = await readSchedule(named, request);
  if (attachedCount(schedule) > 0) throw await inUse(schedule, request);

  const plan = named.schedules.planDelete(schedule);
  if (input.dryRun) return { schedule, nextInvocations: [], plannedCalls: plan.calls };
  const deleted = await plan.run();
  // A function is not kept: a repetition must not return another schedule that has the identifier later.
  return { schedule: async () => deleted, nextInvocations: [], plannedCalls: plan.calls };
}

/** AWS checks the grammar of definitions, and reports what is wrong. */
const definitionsRule = z
  .array(
    z.string().refine((text) => text.trim() !== '', {
      error: ({ input }) =>
        `A definition is ${shown(input)}; it must be rate(n hours) or cron(minutes hours days-of-week).`,
    }),
  )
  .min(1, { error: 'definitions is empty; it must have at least one definition.' });

function creationRule(rules: Rules) {
  return z.object({
    identifier: z.string().refine((text) => text.length <= longestIdentifier && /^[a-zA-Z0-9-]+$/.test(text), {
      error: ({ input }) =>
        `identifier is ${shown(input)}; it must have 1 to ${longestIdentifier} letters, digits and hyphens.`,
    }),
    definitions: definitionsRule,
    tags: tagsRule(rules).nullish(),
    nextInvocations: z
      .int()
      .refine((count) => count >= 1 && count <= mostInvocations, {
        error: ({ input }) => `nextInvocations is ${shown(input)}; it must be 1 to ${mostInvocations}.`,
      })
      .nullish(),
  });
}

/** Returns the error for an identifier in use; the message contains the ARN only if the caller can see the schedule. */
function alreadyExists({ name, arn, source }: SnapshotScheduleRecord, isSeen: boolean): AlreadyExistsError {
  const where = `account ${source.account}, region ${source.region}`;
  const by = isSeen ? ` by the snapshot schedule ${arn}` : '';
  const advice = isSeen ? ', or change that schedule with updateSnapshotSchedule' : '';
  return new AlreadyExistsError(
    `The identifier ${name} is already in use in ${where}${by}. Choose another identifier${advice}.`,
  );
}

/**
 * Throws FORBIDDEN without BACKUP_CONFIGURE and SNAPSHOT_DELETE for each attached cluster, because AWS may create fewer
 * snapshots of it. A cluster that AWS does not return counts as one without tags.
 */
async function requireForClusters(
  schedule: SnapshotScheduleRecord,
  { rights, clusterNamed }: ChangeRequest,
): Promise<void> {
  const { source, clusters } = schedule;
  const count = attachedCount(schedule);
  if (count === 0) return;
  const needed: readonly Permission[] = ['BACKUP_CONFIGURE', 'SNAPSHOT_DELETE'];
  const dependsOnTags = rights.dependOnTagsIn([source]);
  try {
    if (!dependsOnTags || count > clusters.length) rights.requireTaggedNow(needed, source, []);
    if (!dependsOnTags) return;
    const found = await Promise.all(clusters.map(async ({ identifier }) => clusterNamed(source, identifier)));
    if (found.includes(null)) rights.requireTaggedNow(needed, source, []);
    const known = found.filter((cluster) => cluster !== null);
    await Promise.all(known.flatMap((cluster) => needed.map((permission) => rights.require(permission, cluster))));
  } catch (error) {
    throw withAdvice(
      error,
      'The schedule is attached to clusters, of which AWS may create fewer snapshots after the change: it requires BACKUP_CONFIGURE and SNAPSHOT_DELETE for each of them.',
    );
  }
}

/** Returns the error for a schedule that is attached to clusters; the message names the clusters that the caller sees. */
async function inUse(
  schedule: SnapshotScheduleRecord,
  { rights, sees, clusterNamed }: ChangeRequest,
): Promise<InvalidStateError> {
  const { source, name, clusters } = schedule;
  const isSeen = async (identifier: string) => {
    if (!rights.arePartialIn([source])) return true;
    const cluster = await clusterNamed(source, identifier);
    return cluster !== null && sees(cluster);
  };
  const areSeen = await Promise.all(clusters.map(({ identifier }) => isSeen(identifier)));
  const names = clusters.filter((_, index) => areSeen[index]).map(({ identifier }) => identifier);
  const others = attachedCount(schedule) - names.length;
  const attached = [
    ...names,
    ...(others > 0 ? [`${others} ${names.length > 0 ? 'more' : 'that you may not read'}`] : []),
  ];
  return new InvalidStateError(
    'IN_USE',
    `Cannot delete snapshot schedule ${name}: it is attached to clusters (${attached.join(', ')}), and AWS deletes only schedules without clusters. Detach it from each cluster first.`,
  );
}

/**
 * Returns no times if AWS refuses to validate definitions because there is no room for another schedule: it validates
 * them as those of a new schedule, but the schedule to update exists.
 */
function noneIfFull(error: unknown): readonly Date[] {
  if (error instanceof QuotaExceededError) return [];
  throw error;
}
