import type { SnapshotScheduleRecord } from '../../snapshots/recovery/snapshot-schedule.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { Plan } from '../plans/plan.ts';

/** The changes of snapshot schedules that a service supports, for one request. */
export interface ScheduleChanges {
  /** Finds the schedule that has an identifier, regardless of visibility; null if the identifier is free. */
  find(source: Source, identifier: string): Promise<SnapshotScheduleRecord | null>;
  /** Returns the identifier in the ARN of a schedule; throws INVALID_INPUT for another kind of ARN. */
  identifierIn(arn: string): string;
  /**
   * Lets AWS validate a schedule, and returns its next invocations; creates nothing. Without an identifier, only the
   * definitions are validated. Throws INVALID_INPUT for definitions that AWS does not accept.
   */
  validate(source: Source, schedule: ValidatedSchedule, nextInvocations: number): Promise<readonly Date[]>;
  planCreate(source: Source, schedule: NewSchedule): Plan<SnapshotScheduleRecord>;
  /** Replaces all definitions. */
  planUpdate(schedule: SnapshotScheduleRecord, definitions: readonly string[]): Plan<SnapshotScheduleRecord>;
  /** The result is the schedule as it was before. */
  planDelete(schedule: SnapshotScheduleRecord): Plan<SnapshotScheduleRecord>;
}

/** A schedule to create. */
export interface NewSchedule {
  readonly identifier: string;
  readonly definitions: readonly string[];
  readonly description: string | undefined;
  readonly tags: readonly Tag[];
}

/** A schedule to validate. */
export type ValidatedSchedule = Pick<NewSchedule, 'definitions'> & Partial<NewSchedule>;
