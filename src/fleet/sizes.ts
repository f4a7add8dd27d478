import stringify from 'safe-stable-stringify';
import { SnapgateError } from '../errors.ts';
import type { FleetSize, Listed } from '../limits/price.ts';
import type { AwsRow, FullQuestion } from './full-reads/reading.ts';
import { type Selected, toClusterConditions, toSnapshotConditions } from './lists/conditions.ts';
import type { ClusterFilter, SnapshotFilter } from './lists/filter.ts';
import type { FleetOptions } from './options.ts';
import type { Listing } from './backend.ts';

/** The sizes of the sources that the principal can see, which prices depend on; from memory, without an AWS call. */
export type Sizes = Pick<FleetSize, 'selected' | 'fullRead' | 'recordTests'>;

/** A list of a source that a full read has to read, and the calls that a test of one of its records needs. */
interface SizedList {
  readonly question: FullQuestion<AwsRow, unknown>;
  readonly callsPerTest: number;
}

/** Creates the sizes for one request. */
export function createSizes({ sources, backendOf, fullReads, usage }: FleetOptions): Sizes {
  const known = new Map<string, readonly SizedList[]>();

  const listsOf = <Conditions>(
    what: Listed,
    { selection, conditions }: Selected<Conditions>,
    listingOf: (source: (typeof sources.all)[number]) => Listing<AwsRow, Conditions>,
  ) =>
    sources.select(selection).flatMap((source) => {
      const listing = listingOf(source);
      return queriesOf(listing, source, conditions).map((query) => ({
        question: { what, listing, source, query } as FullQuestion<AwsRow, unknown>,
        callsPerTest: listing.callsPerTest,
      }));
    });

  const lists = (what: Listed, filter: unknown): readonly SizedList[] => {
    const name = stringify([what, filter]);
    const found =
      known.get(name) ??
      noneIfInvalid(() =>
        what === 'snapshots'
          ? listsOf(what, toSnapshotConditions(filter as SnapshotFilter), (source) => backendOf(source).snapshots)
          : listsOf(what, toClusterConditions(filter as ClusterFilter), (source) => backendOf(source).clusters),
      );
    known.set(name, found);
    return found;
  };

  return {
    selected: (what, filter) => new Set(lists(what, filter).map(({ question }) => question.source)).size,
    fullRead: (what, filter) =>
      lists(what, filter).reduce((sum, { question }) => sum + fullReads.estimate(question, usage.scope).calls, 0),
    recordTests: (what, filter, tested) =>
      lists(what, filter).reduce(
        (sum, { question, callsPerTest }) =>
          sum +
          (callsPerTest &&
            callsPerTest * fullReads.estimate(question, usage.scope)[tested === 'tags' ? 'untagged' : 'records']),
        0,
      ),
  };
}

/** A source that does not support the conditions is not read. */
function queriesOf<Conditions>(
  listing: Listing<AwsRow, Conditions>,
  source: FullQuestion<AwsRow, Conditions>['source'],
  conditions: Conditions,
) {
  return noneIfInvalid(() => listing.queries(source, conditions));
}

/** An invalid filter is reported when the list is read, without an AWS call. */
function noneIfInvalid<Value>(make: () => readonly Value[]): readonly Value[] {
  try {
    return make();
  } catch (error) {
    if (error instanceof SnapgateError) return [];
    throw error;
  }
}
