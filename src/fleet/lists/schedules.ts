import { InvalidInputError } from '../../errors.ts';
import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import type { SnapshotScheduleRecord } from '../../snapshots/recovery/snapshot-schedule.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FleetOptions } from '../options.ts';
import { bindingOf, readPage } from '../paging/page.ts';
import type { Visibility } from './conditions.ts';
import type { PageArgs, UncountedConnection, Wanted } from './connection.ts';
import type { Match } from './match.ts';
import { visible } from './snapshot-question.ts';

export interface ScheduleConnectionArgs extends Pick<PageArgs, 'first' | 'after'> {
  readonly accounts?: Maybe<readonly string[]>;
  readonly regions?: Maybe<readonly string[]>;
}

const maximumValues = 100;

/**
 * Lists the snapshot schedules of the selected sources, without those that the principal cannot see. Sources of services
 * without schedules are neither read nor reported. Throws INVALID_INPUT for an account or a region that is not configured.
 */
export function listSchedules(
  options: FleetOptions,
  args: ScheduleConnectionArgs,
  wanted: Wanted,
): MaybePromise<UncountedConnection<SnapshotScheduleRecord>> {
  const { sources, backendOf, rights, usage, maximumPages, cursors } = options;
  const accounts = valuesOf('accounts', args.accounts);
  const regions = valuesOf('regions', args.regions);
  const selection = { ...(accounts && { accounts }), ...(regions && { regions }) };
  const asked = sources.select(selection, []).filter((source) => backendOf(source).schedules !== undefined);
  const listing = (source: Source) => {
    const { schedules } = backendOf(source);
    if (schedules === undefined) throw new Error(`${source.service} has no snapshot schedules.`);
    return schedules;
  };
  const match: Match<SnapshotScheduleRecord, Visibility> = {
    now: ({ seenBy }) =>
      seenBy === undefined ? undefined : ({ source, visibility }) => rights.seesTagged(source, visibility.tags),
    name: () => undefined,
    later: () => undefined,
  };
  return readPage(
    {
      sources: asked,
      listing,
      conditions: visible(options, asked, {}),
      match,
      key: ({ arn }) => arn,
      usage,
      maximumPages,
    },
    { ...args, ...wanted },
    cursors,
    () => bindingOf('snapshotSchedules', selection),
    notCounted,
  );
}

function notCounted(): Promise<never> {
  throw new Error('Snapshot schedules are not counted.');
}

function valuesOf(argument: string, values: Maybe<readonly string[]>): readonly string[] | undefined {
  if (values == null) return undefined;
  if (values.length === 0) {
    throw new InvalidInputError(`${argument} is an empty list, which matches nothing. Omit it, or add a value.`, [
      argument,
    ]);
  }
  if (values.length > maximumValues) {
    throw new InvalidInputError(`${argument} has ${values.length} values; the maximum is ${maximumValues}.`, [
      argument,
    ]);
  }
  return [...new Set(values)].sort();
}
