import { InvalidInputError, NotFoundError, NotSupportedError } from '../../errors.ts';
import { requireConfigured, requireSame } from '../../fleet/lookups/named.ts';
import { notConfigured } from '../../fleet/sources.ts';
import { isArn, parseSentArn } from '../../snapshots/arn.ts';
import { readGlobalId } from '../../snapshots/global-id.ts';
import { readNodeKey } from '../../snapshots/record.ts';
import type { SnapshotScheduleRecord } from '../../snapshots/recovery/snapshot-schedule.ts';
import { serviceOfNode } from '../../snapshots/service.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Rules } from '../input/rules.ts';
import { at, type Targets, type ViewedInput } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import type { ScheduleChanges } from './schedule-changes.ts';

/** A source, and the changes of schedules that its service supports. */
export interface ScheduleTarget {
  readonly source: Source;
  readonly schedules: ScheduleChanges;
  readonly rules: Rules;
}

/** Returns the source of a new schedule. Throws INVALID_INPUT if the principal has no such source. */
export function newScheduleAt(
  targets: Targets,
  { account, region }: Pick<Source, 'account' | 'region'>,
  { sources }: ChangeRequest,
): ScheduleTarget {
  const service = serviceOfNode('SnapshotSchedule');
  const candidates = sources.all.filter((each) => each.service === service);
  const own = candidates.filter((each) => each.account === account);
  const source = own.find((each) => each.region === region);
  if (source) return targetAt(targets, source);
  const valuesOf = (some: readonly Source[], name: 'account' | 'region') => new Set(some.map((each) => each[name]));
  throw own.length === 0
    ? notConfigured(`account is ${JSON.stringify(account)}`, valuesOf(candidates, 'account'), ['input', 'account'])
    : notConfigured(`region is ${JSON.stringify(region)}`, valuesOf(own, 'region'), ['input', 'region']);
}

/** A schedule that an input names by its Node ID or its ARN. */
export interface NamedSchedule extends ScheduleTarget {
  readonly name: string;
}

/** What an input names a schedule by: the id or ARN, which determines the account. */
export interface ScheduleNaming extends ViewedInput {
  readonly scheduleId: string;
}

/**
 * Finds the source and the name of a schedule without an AWS call. Throws INVALID_INPUT with the field `scheduleId` or
 * `account`.
 */
export function nameSchedule(
  targets: Targets,
  { scheduleId: id, account }: ScheduleNaming,
  request: ChangeRequest,
): NamedSchedule {
  return at(['input', 'scheduleId'], () => {
    const named = isArn(id) ? byArn(targets, id, request) : byId(targets, id, request);
    requireConfigured(request, account);
    requireSame(account, named.source.account, `the schedule belongs to account ${named.source.account}`);
    return named;
  });
}

function byId(targets: Targets, id: string, { sources }: ChangeRequest): NamedSchedule {
  const { typename, id: key } = readGlobalId(id);
  if (typename !== 'SnapshotSchedule') {
    throw new InvalidInputError(
      `${JSON.stringify(id)} is not the id of a snapshot schedule. Use an \`id\` that this API returned, or the ARN of a snapshot schedule.`,
    );
  }
  const { source: sourceKey, name } = readNodeKey(key);
  const source = sources.get(sourceKey);
  // An id assembled by hand can combine the type with any source.
  if (source === undefined || source.service !== serviceOfNode(typename)) throw withoutSource(sourceKey);
  return { ...targetAt(targets, source), name };
}

function byArn(targets: Targets, arn: string, { sources }: ChangeRequest): NamedSchedule {
  const { account, region, partition, services } = parseSentArn(arn);
  const service = services.find((each) => each === serviceOfNode('SnapshotSchedule'));
  const source = service && sources.at(account, region, service);
  if (source?.partition !== partition) throw withoutSource(arn);
  const target = targetAt(targets, source);
  return { ...target, name: target.schedules.identifierIn(arn) };
}

/** Returns the error for the ARN of a schedule, or the key of a source in the id of a schedule. */
function withoutSource(named: string): InvalidInputError {
  return new InvalidInputError(
    `No source with snapshot schedules is configured for ${JSON.stringify(named)}. Query \`sources\` for the configured sources.`,
  );
}

function targetAt(targets: Targets, source: Source): ScheduleTarget {
  const { schedules, rules } = targets.backendOf({ source });
  if (schedules) return { source, schedules, rules };
  throw new NotSupportedError(`${rules.serviceName} has no snapshot schedules.`);
}

/**
 * Reads a schedule. Throws NOT_FOUND if it does not exist or the principal cannot see it, and FORBIDDEN if the principal
 * may not change it.
 */
export async function readSchedule(
  { source, schedules, name }: NamedSchedule,
  { rights }: ChangeRequest,
): Promise<SnapshotScheduleRecord> {
  const schedule = await schedules.find(source, name);
  if (schedule === null || !rights.seesTagged(source, schedule.visibility.tags)) throw noSuchSchedule(name, source);
  rights.requireTaggedNow(['BACKUP_CONFIGURE'], source, schedule.visibility.tags);
  return schedule;
}

/**
 * Throws NOT_FOUND if a cluster is to get a schedule that the principal cannot see: its owner could neither change nor
 * delete it any more. Makes no AWS call if no schedule can be hidden from the principal; AWS then decides.
 */
export async function requireSeenSchedule(
  { schedules }: Pick<GuardedBackend, 'schedules'>,
  source: Source,
  name: string,
  { rights }: ChangeRequest,
): Promise<void> {
  if (!rights.arePartialIn([source]) || schedules === undefined) return;
  const schedule = await schedules.find(source, name);
  if (schedule === null || !rights.seesTagged(source, schedule.visibility.tags)) throw noSuchSchedule(name, source);
}

function noSuchSchedule(name: string, { account, region }: Source): NotFoundError {
  return new NotFoundError(
    `The snapshot schedule ${name} was not found in account ${account}, region ${region}. Check its name, id or ARN, whether the schedule was deleted, and whether you have the permission to read it.`,
  );
}
