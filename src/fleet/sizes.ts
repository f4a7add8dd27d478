import stringify from 'safe-stable-stringify';
import { SnapgateError } from '../errors.ts';
import type { AwsRecord } from '../snapshots/record.ts';
import type { Source } from '../snapshots/source.ts';
import type { FleetSize, Listed, ListSize } from '../limits/price.ts';
import {
  type Selected,
  type SnapshotConditions,
  toClusterConditions,
  toSnapshotConditions,
} from './lists/conditions.ts';
import type { ClusterFilter, SnapshotFilter } from './lists/filter.ts';
import type { FleetOptions } from './options.ts';
import type { FullQuestion } from './full-reads/reading.ts';
import type { Listing } from './backend.ts';
import { periodOf } from './lists/cluster-match.ts';
import { relativeTo } from './lists/relative-times.ts';
import { createdSince } from './questions/recovery-points.ts';

/** The sizes of the sources that the principal can see, which prices depend on; from memory, without an AWS call. */
export type Sizes = Pick<FleetSize, 'listSize'>;

/** Creates the sizes for one request, each of which is determined once. */
export function createSizes({ sources, backendOf, fullReads, usage, now }: FleetOptions): Sizes {
  const known = new Map<string, ListSize>();

  const sizesOf = <Conditions>(
    what: FullQuestion<AwsRecord, Conditions>['what'],
    { selection, conditions }: Selected<Conditions>,
    listingOf: (source: Source) => Listing<AwsRecord, Conditions>,
  ): readonly ListSize[] =>
    sources.select(selection).map((source) => {
      const listing = listingOf(source);
      const queries = noneIfInvalid(() => listing.queries(source, conditions));
      return queries
        .map((query) => fullReads.estimate({ what, listing, source, query }, usage.scope))
        .map(({ calls, records, untagged, isTooLong }) => ({
          ...nothing,
          calls,
          records,
          isTooLong,
          tagTests: listing.callsPerTest * untagged,
          sharingTests: listing.callsPerTest * records,
        }))
        .reduce(add, { ...nothing, sources: Math.min(queries.length, 1) });
    });

  const ofSnapshots = (selected: Selected<SnapshotConditions>) =>
    sizesOf('snapshots', selected, (source) => backendOf(source).snapshots);
  const measures: Record<Listed, (filter: unknown) => readonly ListSize[]> = {
    snapshots: (filter) => ofSnapshots(snapshotsAt(now, filter as SnapshotFilter)),
    clusters: (filter) =>
      sizesOf('clusters', toClusterConditions(filter as ClusterFilter), (source) => backendOf(source).clusters),
    recoveryPoints: (filter) => ofSnapshots(recoveryPointsAt(now, filter as ClusterFilter)),
  };

  return {
    listSize: (what, filter) => {
      const name = stringify([what, filter]);
      const size = known.get(name) ?? noneIfInvalid(() => measures[what](filter)).reduce(add, nothing);
      known.set(name, size);
      return size;
    },
  };
}

function snapshotsAt(now: Date, filter: SnapshotFilter): Selected<SnapshotConditions> {
  const { selection, conditions } = toSnapshotConditions(filter);
  return { selection, conditions: relativeTo(now, conditions) };
}

function recoveryPointsAt(now: Date, filter: ClusterFilter): Selected<SnapshotConditions> {
  const { selection, conditions } = toClusterConditions(filter);
  return { selection, conditions: createdSince(periodOf(conditions, now).readFrom) };
}

const nothing: ListSize = { sources: 0, calls: 0, records: 0, isTooLong: false, tagTests: 0, sharingTests: 0 };

function add(one: ListSize, other: ListSize): ListSize {
  return {
    sources: one.sources + other.sources,
    calls: one.calls + other.calls,
    records: one.records + other.records,
    isTooLong: one.isTooLong || other.isTooLong,
    tagTests: one.tagTests + other.tagTests,
    sharingTests: one.sharingTests + other.sharingTests,
  };
}

/** An invalid filter, or one that the service does not support, is reported when the list is read, without an AWS call. */
function noneIfInvalid<Value>(make: () => readonly Value[]): readonly Value[] {
  try {
    return make();
  } catch (error) {
    if (error instanceof SnapgateError) return [];
    throw error;
  }
}
