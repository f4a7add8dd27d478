import {
  CreateSnapshotScheduleCommand,
  DeleteSnapshotScheduleCommand,
  ModifySnapshotScheduleCommand,
} from '@aws-sdk/client-redshift';
import type { NewSchedule, ScheduleChanges, ValidatedSchedule } from '../../../changes/backups/schedule-changes.ts';
import { isReservedTagKey } from '../../../changes/input/rules.ts';
import { planCreation } from '../../../changes/plans/creation.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { matchResource } from '../../../snapshots/arn.ts';
import type { SnapshotScheduleRecord } from '../../../snapshots/recovery/snapshot-schedule.ts';
import type { Source } from '../../../snapshots/source.ts';
import { fromTags, type Tag } from '../../../snapshots/tag.ts';
import { redshiftSchedule } from '../recovery/schedules.ts';
import type { RedshiftRequest } from '../request.ts';
import { redshiftRules } from './rules.ts';

/** The changes of snapshot schedules of Amazon Redshift, for one request. */
export function createRedshiftScheduleChanges(request: RedshiftRequest): ScheduleChanges {
  return {
    find: async (source, identifier) => request.schedules.load(source, identifier),
    identifierIn,
    validate: (...asked) => validate(request, ...asked),
    planCreate: (source, schedule) => planCreate(request, source, schedule),
    planUpdate: (schedule, definitions) => planUpdate(request, schedule, definitions),
    planDelete: (schedule) => planDelete(request, schedule),
  };
}

const example = 'arn:aws:redshift:us-east-1:123456789012:snapshotschedule:nightly';

function identifierIn(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^snapshotschedule:(.+)$/,
    'Amazon Redshift snapshot schedule',
    example,
  );
  return identifier;
}

/** A dry run of AWS changes nothing, so the call is made as a read, which can be retried, and is not recorded as sent. */
async function validate(
  { connect, usage }: RedshiftRequest,
  source: Source,
  schedule: ValidatedSchedule,
  nextInvocations: number,
): Promise<readonly Date[]> {
  const input = { ...inputOf(schedule), DryRun: true, NextInvocations: nextInvocations };
  const { output } = await connect(source).read(CreateSnapshotScheduleCommand, input, usage);
  return output.NextInvocations ?? [];
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateSnapshotSchedule.html */
function planCreate(
  { sender, creations, afresh }: RedshiftRequest,
  source: Source,
  schedule: NewSchedule,
): Plan<SnapshotScheduleRecord> {
  const { identifier, definitions, description = '', tags } = schedule;
  const call = sender.call(source, new CreateSnapshotScheduleCommand(inputOf(schedule)));
  return planCreation({ creations, resource: 'snapshot schedule', source, identifier }, call, {
    fromAnswer: (output) => (output.ScheduleIdentifier === undefined ? undefined : redshiftSchedule(source, output)),
    readBack: async () => {
      const found = await afresh().schedules.load(source, identifier);
      if (found === null) return undefined;
      const isAsSent =
        areSame(found.definitions, definitions) &&
        (found.description ?? '') === description &&
        areSame(pairsOf(found.visibility.tags), pairsOf(tags));
      return { found, isAsSent };
    },
  });
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifySnapshotSchedule.html */
function planUpdate(
  { sender, afresh }: RedshiftRequest,
  { source, name, visibility }: SnapshotScheduleRecord,
  definitions: readonly string[],
): Plan<SnapshotScheduleRecord> {
  const command = new ModifySnapshotScheduleCommand({
    ScheduleIdentifier: name,
    ScheduleDefinitions: [...definitions],
  });
  return planOne(sender.call(source, command), {
    fromAnswer: (output) =>
      output.ScheduleIdentifier === undefined
        ? undefined
        : // The change leaves the tags, on which the visibility of the schedule depends, as they are.
          redshiftSchedule(source, { Tags: fromTags(visibility.tags), ...output }),
    readBack: async () => {
      const found = await afresh().schedules.load(source, name);
      return found && areSame(found.definitions, definitions) ? found : undefined;
    },
  });
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteSnapshotSchedule.html */
function planDelete(
  { sender, afresh }: RedshiftRequest,
  schedule: SnapshotScheduleRecord,
): Plan<SnapshotScheduleRecord> {
  const { source, name } = schedule;
  return planOne(sender.call(source, new DeleteSnapshotScheduleCommand({ ScheduleIdentifier: name })), {
    fromAnswer: () => schedule,
    readBack: async () => ((await afresh().schedules.load(source, name)) === null ? schedule : undefined),
  });
}

function inputOf({ identifier, definitions, description, tags = [] }: ValidatedSchedule) {
  return {
    ...(identifier !== undefined && { ScheduleIdentifier: identifier }),
    ScheduleDefinitions: [...definitions],
    ...(description !== undefined && { ScheduleDescription: description }),
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  };
}

/** The tags that AWS has not added itself, as text. */
function pairsOf(tags: readonly Tag[]): readonly string[] {
  return tags
    .filter(({ key }) => !isReservedTagKey(key, redshiftRules))
    .map(({ key, value }) => JSON.stringify([key, value]));
}

/** Whether two lists have the same values in any order, because AWS does not document that it keeps the order. */
function areSame(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
}
