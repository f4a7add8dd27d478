import { largestNamespace } from '../snapshots/service.ts';
import { maximumSharedAccounts } from '../snapshots/sharing.ts';
import { type Arguments, calls, type FleetSize, type Price, type PriceOf } from './price.ts';

/** Filter conditions that require AWS calls for each record. */
const costlyConditions = ['tags', 'untagged', 'orphaned', 'exposure', 'withoutSnapshotSince'];

/** A list over the sources: the maximum number of AWS pages, or a full read of every source if the list is ordered. */
export const list: PriceOf = ({ first, last, filter, orderBy }, fleet) => {
  const wanted = Number(first ?? last ?? 20);
  const page = wanted >= 1 && wanted <= 100 ? wanted : 100;
  const whole = wholeFleet(filter, fleet);
  // An ordered list has read every source in full, so its totalCount needs no more calls.
  if (orderBy != null) return { calls: whole, page };
  // A list can read from every source, even if maximumPages is lower.
  const pages = (fleet.maximumPages + fleet.sources) * callsPerPage(filter);
  return { calls: pages + tests(filter, fleet), page, count: whole };
};

/**
 * AWS filters the snapshots of one cluster name itself, so a page needs few AWS pages, even if AWS returns it in parts or
 * a deleted cluster had the same name.
 */
export const listOfCluster: PriceOf = (args, fleet) => {
  const price = list(args, { ...fleet, sources: 1 });
  const isAsItIs = args['orderBy'] == null && sizeOf(Object.keys(args['filter'] ?? {})) === 0 && !fleet.isPartial;
  return isAsItIs ? { ...price, calls: 10 } : price;
};

/** A full read of every source. */
export const summary: PriceOf = ({ filter }, fleet) => ({ calls: wholeFleet(filter, fleet) });

/** A lookup for each id. */
export const nodes: PriceOf = ({ ids }) => ({ calls: 2 * sizeOf(ids), listed: sizeOf(ids) });

/** A lookup by ARN in each service that shares the ARN namespace. */
export const arnLookup: PriceOf = calls(2 * largestNamespace);

/** A lookup by ARN in the owner's source, and in every other source with which the snapshot can be shared. */
export const sharedArnLookup: PriceOf = (_args, { sources }) => ({ calls: 2 * (largestNamespace + sources) });

/**
 * A change reads its target, makes its calls, and can read back the result of each call. Before a snapshot is created, up
 * to 5 pages of snapshots are counted.
 */
export const change: PriceOf = ({ input }): Price => {
  const { snapshotIds, revokeAccess, everyone, accounts, identifier } = (input ?? {}) as Arguments;
  const records = Math.max(1, sizeOf(snapshotIds));
  // All parties: the maximum number of accounts, and AWS Support.
  const parties = revokeAccess || everyone ? maximumSharedAccounts + 1 : sizeOf(accounts);
  return { calls: records * (8 + 2 * parties) + (identifier == null ? 0 : 5), page: records };
};

function wholeFleet(filter: unknown, fleet: FleetSize): number {
  return 100 + 10 * fleet.sources + tests(filter, fleet);
}

function tests(filter: unknown, { isPartial, sources }: FleetSize): number {
  const names = Object.keys(filter ?? {});
  // The clusters of copies are read in the sources of their origins.
  const clusters = names.includes('orphaned') ? 5 * sources : 0;
  return clusters + (isPartial || names.some((name) => costlyConditions.includes(name)) ? 500 : 0);
}

/** A name is read in two spellings, and a cluster that may be deleted in two ways. */
function callsPerPage(filter: unknown): number {
  const names = Object.keys(filter ?? {});
  return names.includes('identifiers') || names.includes('clusterIdentifiers') ? 2 : 1;
}

function sizeOf(values: unknown): number {
  return Array.isArray(values) ? values.length : values == null ? 0 : 1;
}
