import {
  DescribeSnapshotSchedulesCommand,
  type DescribeSnapshotSchedulesMessage,
  type DescribeSnapshotSchedulesOutputMessage,
  type SnapshotSchedule,
} from '@aws-sdk/client-redshift';
import type { Usage } from '../../../aws/usage.ts';
import {
  type AwsAnswer,
  findInPages,
  firstOf,
  type Listing,
  listableRows,
  noneIfNotFound,
  pageInput,
} from '../../../fleet/backend.ts';
import { createAnswers } from '../../../fleet/lookups/answers.ts';
import { createRowIndex } from '../../../fleet/lookups/row-index.ts';
import { createRecordLoader } from '../../../fleet/lookups/source-loader.ts';
import type { Visibility } from '../../../fleet/lists/conditions.ts';
import { after, type MaybePromise, orElse } from '../../../snapshots/maybe.ts';
import type {
  ScheduleAssociationState,
  SnapshotScheduleRecord,
} from '../../../snapshots/recovery/snapshot-schedule.ts';
import type { Source } from '../../../snapshots/source.ts';
import { toTags } from '../../../snapshots/tag.ts';
import type { RedshiftConnect } from '../client.ts';

/** The snapshot schedules of Amazon Redshift, for one request. */
export interface RedshiftSchedules extends Listing<SnapshotScheduleRecord, Visibility> {
  /** Finds a schedule by its identifier; null if it does not exist. */
  load(source: Source, identifier: string): MaybePromise<SnapshotScheduleRecord | null>;
}

type Answer = AwsAnswer<SnapshotScheduleRecord>;

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeSnapshotSchedules.html */
export function createRedshiftSchedules(connect: RedshiftConnect, usage: Usage): RedshiftSchedules {
  const describe = (source: Source, input: DescribeSnapshotSchedulesMessage, own: Usage): MaybePromise<Answer> =>
    after(connect(source).read(DescribeSnapshotSchedulesCommand, input, own), (fetched) => {
      const answer = answerOf(fetched, source);
      if (answer.flaw) connect(source).warn(answer.flaw);
      loader.prime(source, indexOf(answer.rows));
      return answer;
    });
  const loader = createRecordLoader<SnapshotScheduleRecord | null>((source, ScheduleIdentifier, own) => {
    const pageAt = (Marker: string | undefined) =>
      orElse(() => describe(source, { ScheduleIdentifier, ...(Marker && { Marker }) }, own), noneIfNotFound);
    const isNamed = ({ name }: SnapshotScheduleRecord) => name === ScheduleIdentifier;
    return after(
      findInPages(pageAt, (page) => firstOf(page, isNamed) ?? undefined),
      (found) => found ?? null,
    );
  }, usage);
  return {
    load: (source, identifier) => loader.load(source, identifier),
    queries: () => [{ input: {}, pushed: new Set() }],
    callsPerTest: 0,
    record: (source) => redshiftSchedule(source, {}),
    read: (source, { input }, { marker, size }, own) => describe(source, { ...input, ...pageInput(marker, size) }, own),
  };
}

const indexOf = createRowIndex(({ name }: SnapshotScheduleRecord) => name);

const answerOf = createAnswers((output: DescribeSnapshotSchedulesOutputMessage, source) => {
  const all = (output.SnapshotSchedules ?? []).map((aws) => redshiftSchedule(source, aws));
  const listable = listableRows(source, all, ({ name }) => (name === '' ? 'without an identifier' : undefined));
  return { ...listable, marker: output.Marker };
});

const states: readonly string[] = ['MODIFYING', 'ACTIVE', 'FAILED'] satisfies ScheduleAssociationState[];

/** Combines a schedule that AWS returned with its source. */
export function redshiftSchedule(source: Source, aws: SnapshotSchedule): SnapshotScheduleRecord {
  const { ScheduleIdentifier: name = '', AssociatedClusters = [] } = aws;
  const stateOf = (state = '') => (states.includes(state) ? (state as ScheduleAssociationState) : 'UNKNOWN');
  return {
    __typename: 'SnapshotSchedule',
    source,
    name,
    visibility: { tags: toTags(aws.Tags ?? []) },
    arn: `arn:${source.partition}:redshift:${source.region}:${source.account}:snapshotschedule:${name}`,
    description: aws.ScheduleDescription ?? null,
    definitions: aws.ScheduleDefinitions ?? [],
    nextInvocations: aws.NextInvocations ?? [],
    clusterCount: aws.AssociatedClusterCount ?? null,
    clusters: AssociatedClusters.flatMap(({ ClusterIdentifier: identifier, ScheduleAssociationState }) =>
      identifier === undefined ? [] : [{ source, identifier, state: stateOf(ScheduleAssociationState) }],
    ),
  };
}
