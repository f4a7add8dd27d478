import { SnapshotSchedule$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import type { ResourceStock } from '../../service.ts';
import { readMembers, writeMembers } from '../../wire/json.ts';
import { checkDefinitions } from '../schedule-definitions.ts';
import type { StoredSchedule } from '../stored.ts';

const schema = NormalizedSchema.of(SnapshotSchedule$);

/** Members of a schedule that AWS derives from its clusters and from the time. */
const derived = ['AssociatedClusterCount', 'AssociatedClusters', 'NextInvocations'];

/**
 * Snapshot schedules of a world's JSON: the API's `SnapshotSchedule` members. A cluster is associated with a schedule
 * by its own member `SnapshotScheduleIdentifier`.
 */
export const scheduleStock: ResourceStock = {
  load(json, { place }) {
    const name = derived.find((each) => json[each] !== undefined);
    if (name) throw new Error(`SnapshotSchedule.${name} is derived: set SnapshotScheduleIdentifier of the clusters`);
    const members: Partial<StoredSchedule> = readMembers(schema, json);
    const { ScheduleIdentifier, ScheduleDefinitions = [], Tags = [] } = members;
    if (!ScheduleIdentifier) throw new Error('SnapshotSchedule.ScheduleIdentifier is missing');
    checkDefinitions(ScheduleDefinitions);
    place.redshift.schedules.add({ ...members, ScheduleIdentifier, ScheduleDefinitions, Tags });
  },
  dump: ({ redshift }) => [...redshift.schedules.values()].map((schedule) => writeMembers(schema, schedule)),
};
