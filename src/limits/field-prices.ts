import { largestNamespace } from '../snapshots/service.ts';
import { maximumSharedAccounts } from '../snapshots/sharing.ts';
import { type Arguments, calls, type FleetSize, type Price, type PriceOf } from './price.ts';

/** Conditions for which AWS is asked record by record. */
const costlyConditions = ['tags', 'untagged', 'orphaned', 'exposure', 'withoutSnapshotSince'];

/** A list over the sources: the pages that it may read, or every source in full where it is in an order. */
export const list: PriceOf = ({ first, last, filter, orderBy }, fleet) => {
  const wanted = Number(first ?? last ?? 20);
  const page = wanted >= 1 && wanted <= 100 ? wanted : 100;
  const whole = wholeFleet(filter, fleet);
  // What is in order has been read in full already.
  if (orderBy != null) return { calls: whole, page };
  // Every source may be entered, however many there are.
  return { calls: fleet.maximumPages + fleet.sources + tests(filter, fleet), page, count: whole };
};

/** AWS picks the snapshots of one cluster itself, so that a page of them is a page of AWS, which may come in parts. */
export const listOfCluster: PriceOf = (args, fleet) => {
  const price = list(args, { ...fleet, sources: 1 });
  const isAsItIs = args['orderBy'] == null && sizeOf(Object.keys(args['filter'] ?? {})) === 0 && !fleet.isPartial;
  return isAsItIs ? { ...price, calls: 5 } : price;
};

/** Every source in full. */
export const summary: PriceOf = ({ filter }, fleet) => ({ calls: wholeFleet(filter, fleet) });

/** A lookup for each id. */
export const nodes: PriceOf = ({ ids }) => ({ calls: 2 * sizeOf(ids), listed: sizeOf(ids) });

/** A record by its ARN, in whichever service of its namespace has it. */
export const arnLookup: PriceOf = calls(2 * largestNamespace);

/** The same in the owner's source, and in every other one that a snapshot may be shared with. */
export const sharedArnLookup: PriceOf = (_args, { sources }) => ({ calls: 2 * largestNamespace + sources });

/** Every change reads what it changes, makes its calls, and may read back each. */
export const change: PriceOf = ({ input }): Price => {
  const { snapshotIds, revokeAccess, everyone, accounts } = (input ?? {}) as Arguments;
  const records = Math.max(1, sizeOf(snapshotIds));
  // Everyone: each account that a snapshot can be shared with, and AWS Support.
  const parties = revokeAccess || everyone ? maximumSharedAccounts + 1 : sizeOf(accounts);
  return { calls: records * (8 + 2 * parties), page: records };
};

function wholeFleet(filter: unknown, fleet: FleetSize): number {
  return 100 + 10 * fleet.sources + tests(filter, fleet);
}

function tests(filter: unknown, { isPartial }: FleetSize): number {
  const names = Object.keys(filter ?? {});
  return isPartial || names.some((name) => costlyConditions.includes(name)) ? 500 : 0;
}

function sizeOf(values: unknown): number {
  return Array.isArray(values) ? values.length : values == null ? 0 : 1;
}
