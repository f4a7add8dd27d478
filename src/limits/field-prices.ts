import { isArn, readArn } from '../snapshots/arn.ts';
import { isAlias } from '../snapshots/kms-key.ts';
import { largestNamespace, serviceOfNode } from '../snapshots/service.ts';
import {
  type Arguments,
  calls,
  type FleetSize,
  type Listed,
  type ListSize,
  type Price,
  type PriceOf,
} from './price.ts';

/** Filter conditions on the tags of a record, and on its sharing. */
const tagConditions = ['tags', 'untagged'];
const sharingConditions = ['exposure', 'sharedWith', 'sharedOutside'];
/** Filter conditions on the snapshots of a cluster. */
const recoveryConditions = ['withoutSnapshotSince', 'withoutSnapshotForHours', 'gapWithinDays'];
/** The calls of reading the snapshots of one cluster: AWS filters them itself, so they are usually one page. */
const callsOfCluster = 2;
/** The most calls of revoking access in one change: few snapshots of a large batch are shared, and with few accounts. */
const mostRevocations = 1000;
/** The number of instances that most clusters do not exceed. */
const instancesPerCluster = 4;
/** The number of clusters of a source that are looked up one by one; more are listed. */
const lookedUp = 5;
/** The number of clusters of a schedule that AWS returns. */
const mostScheduled = 100;

/** A list over the sources: the AWS pages that a page can need, or a full read of every source if it is ordered. */
export const list: PriceOf = (args, fleet) => listOf('snapshots', args, fleet);

/**
 * A list of clusters. Its filter and its order can each require the snapshots of every source, and their tags if some of
 * them may be hidden.
 */
export const clusterList: PriceOf = (args, fleet) => {
  const price = listOf('clusters', args, fleet);
  const orderBy = (args['orderBy'] ?? {}) as Arguments;
  const isFiltered = conditionsOf(args['filter']).some((name) => recoveryConditions.includes(name));
  const isByLatest = orderBy['field'] === 'LATEST_SNAPSHOT_AT';
  if (!isFiltered && !isByLatest) return price;
  // Two lists: one since a time, one without.
  const ofFilter = isFiltered ? [fleet.listSize('recoveryPoints', args['filter'])] : [];
  const ofOrder = isByLatest ? [fleet.listSize('snapshots', sourcesIn(args))] : [];
  const reads = [...ofFilter, ...ofOrder].reduce((sum, size) => sum + size.calls, 0);
  const tagTests = fleet.isPartial ? Math.max(...[...ofFilter, ...ofOrder].map((size) => size.tagTests)) : 0;
  // If the snapshots cannot be read in full, the latest of each cluster is looked up.
  const isLookedUp = ofOrder.some(({ isTooLong }) => isTooLong);
  const lookups = isLookedUp ? fleet.listSize('clusters', args['filter']).records : 0;
  return { ...price, calls: (price.calls ?? 0) + reads + lookups + tagTests };
};

/** The snapshots of one cluster. */
export const listOfCluster: PriceOf = (args, fleet) => {
  const page = pageOf(args);
  const tests = (isTagTested(args, fleet) || isSharingTested(args) ? page : 0) + aliasesIn(args['filter']);
  return { calls: callsOfCluster + tests, page, count: callsOfCluster + tests };
};

/** The latest snapshots of clusters: of each cluster or, for several of a source, of the source in full. */
export const latestOfClusters: PriceOf = (_args, fleet) => snapshotsOfClusters(fleet.listSize('snapshots'));

/** The days of clusters: the snapshots of one cluster or, for several of a source, of the source, since the first day. */
export const daysOfClusters: PriceOf = ({ last, timeZone }, fleet) => {
  const earlier = Number(last) - 1;
  // Without earlier days, those of an hour are of the same day, except just after midnight.
  const filter = earlier > 0 ? { gapWithinDays: earlier, timeZone } : { withoutSnapshotForHours: 1 };
  return snapshotsOfClusters(fleet.listSize('recoveryPoints', filter));
};

/** The copies of the snapshots of clusters: a full read of every source, and the clusters of the places that copies come from. */
export const copiesOfClusters: PriceOf = (_args, fleet) => {
  const size = fleet.listSize('snapshots');
  const whole = size.calls + (fleet.isPartial ? size.tagTests : 0) + clusterReads(fleet);
  return { calls: whole, atMost: whole };
};

/** The keys, groups and versions that restores need: those of clusters with the same settings are read once. */
const requirementsOfCluster = 4;

/** What the restores of clusters require: their latest snapshots, and what AWS requires of each cluster. */
export const restoreChecks: PriceOf = (args, fleet) => {
  const { calls: points = 0, atMost } = latestOfClusters(args, fleet);
  const clusters = Math.max(1, fleet.listSize('clusters').records);
  return {
    calls: points + requirementsOfCluster,
    ...(atMost !== undefined && { atMost: atMost + requirementsOfCluster * clusters }),
  };
};

/** A source of which only one cluster is asked for is not read in full, even if its full read is kept. */
function snapshotsOfClusters({ calls: whole, isTooLong, sources }: ListSize): Price {
  return { calls: callsOfCluster, ...(!isTooLong && { atMost: Math.max(callsOfCluster, whole + sources) }) };
}

/** The cluster of a snapshot; the clusters of all snapshots are read together. */
export const clusterOf: PriceOf = (_args, fleet) => ({
  calls: 2,
  atMost: Math.max(2, clusterReads(fleet)),
});

/** The instances of clusters: a call for those of all clusters of a source, and one more for each further 100 of them. */
export const instancesOfClusters: PriceOf = (_args, fleet) => ({
  calls: 1,
  atMost: fleet.sources + Math.ceil((fleet.listSize('clusters').records * instancesPerCluster) / 100),
});

/** A list of snapshot schedules, of which a source has few: usually one AWS page of each source that has them. */
export const scheduleList: PriceOf = (args, fleet) => {
  const { accounts, regions } = args;
  const filter = { services: [serviceOfNode('SnapshotSchedule')], accounts, regions };
  return { calls: fleet.listSize('clusters', filter).sources + 1, page: pageOf(args) };
};

/** The clusters of a snapshot schedule: at most those of a source, an average of the sources. */
export const scheduledClusters: PriceOf = (_args, fleet) => {
  const { records, sources } = fleet.listSize('clusters', { services: [serviceOfNode('SnapshotSchedule')] });
  return { listed: Math.min(Math.max(Math.ceil(records / Math.max(sources, 1)), 1), mostScheduled) };
};

/** A full read of every source. */
export const summary: PriceOf = ({ filter }, fleet) => ({ calls: wholeFleet('snapshots', filter, fleet) });

/** A full read of the manual snapshots of a source; an average of the sources. */
export const manualSnapshots: PriceOf = (_args, fleet) => ({
  calls: Math.ceil(fleet.listSize('snapshots').calls / Math.max(fleet.sources, 1)),
});

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
export const change: PriceOf = ({ input }, fleet): Price => {
  const { snapshotIds, revokeAccess, everyone, accounts, identifier } = (input ?? {}) as Arguments;
  const records = Math.max(1, sizeOf(snapshotIds));
  const revoked = revokeAccess || everyone ? 2 : 2 * sizeOf(accounts);
  const each = records > 1 ? 3 : 8;
  const revocations = Math.min(records * revoked, mostRevocations);
  return {
    calls: records * each + revocations + lookupsOf((input ?? {}) as Arguments, fleet) + (identifier == null ? 0 : 5),
    page: records,
  };
};

/** The most instances of a cluster. */
const mostInstances = 16;

/**
 * A restore reads its snapshot or cluster, the cluster to resemble and their tags, makes up to 12 reads for its checks, and
 * makes its call and that of its tags, or one call for each instance.
 */
export const restore: PriceOf = ({ input }, fleet): Price => {
  const given = (input ?? {}) as Arguments;
  const { count = 1 } = (given['instances'] ?? {}) as { readonly count?: number };
  // Another count is invalid, and makes no call.
  const instances = count >= 1 && count <= mostInstances ? count : 0;
  return { calls: 22 + instances + lookupsOf(given, fleet) };
};

/**
 * A change of backup settings also reads the automated snapshots that AWS deletes because of it, and their copies in
 * another region, and makes up to four calls.
 */
export const backupChange: PriceOf = (args, fleet) => ({ calls: (change(args, fleet).calls ?? 0) + 12 });

/** The automated snapshots that a change of backup settings deletes, at the longest retention: one each day. */
export const deletedBackups: PriceOf = () => ({ listed: 35 });

/** The lookups of all ARNs in the input of a change, beyond those of ids. */
function lookupsOf({ snapshotId, snapshotIds, clusterId, likeCluster, account }: Arguments, fleet: FleetSize): number {
  const lookups = [snapshotId, snapshotIds, clusterId, likeCluster]
    .flat()
    .map((id) => otherLookups(id, account, fleet));
  return lookups.reduce((sum, each) => sum + each, 0);
}

/** The lookup of a snapshot to follow, which its poller repeats for all listeners. */
export const followed: PriceOf = ({ id, account }, fleet) => ({ calls: 2 + otherLookups(id, account, fleet) });

/**
 * The lookups of an ARN beyond that of an id: in the other services that share its namespace and, if neither its account
 * nor `account` is configured, in every other source of its region.
 */
function otherLookups(id: unknown, account: unknown, fleet: FleetSize): number {
  const arn = typeof id === 'string' && isArn(id) ? readArn(id) : undefined;
  if (arn === undefined) return 0;
  const candidates = arn.services.map((service) => {
    const sourcesOf = (where: object) => fleet.listSize('snapshots', { services: [service], ...where }).sources;
    const meant = sourcesOf({ regions: [arn.region], accounts: [account ?? arn.account] });
    return meant > 0 || account != null ? meant : sourcesOf({ regions: [arn.region] });
  });
  return 2 * Math.max(0, candidates.reduce((sum, each) => sum + each, 0) - 1);
}

function listOf(what: Listed, args: Arguments, fleet: FleetSize): Price {
  const { filter, orderBy } = args;
  const page = pageOf(args);
  const size = fleet.listSize(what, filter);
  const tested = recordTests(size, filter, fleet);
  const others = clusterTests(filter, fleet) + aliasReads(size, filter);
  const whole = size.calls + tested + others;
  // An ordered list has read every source in full, so its totalCount needs no more calls.
  if (orderBy != null) return { calls: whole, page };
  // Each source can have few records; `maximumPages` is the limit of one page beyond that.
  const pages = Math.min(fleet.maximumPages, size.calls) + size.sources;
  // Most records of a page can fail the tests.
  const tests = Math.min(5 * page, tested);
  return { calls: pages * callsPerPage(filter) + tests + others, page, count: whole };
}

function wholeFleet(what: Listed, filter: unknown, fleet: FleetSize): number {
  const size = fleet.listSize(what, filter);
  return size.calls + recordTests(size, filter, fleet) + clusterTests(filter, fleet) + aliasReads(size, filter);
}

/** The tests of the tags and of the sharing of all records. */
function recordTests({ tagTests, sharingTests }: ListSize, filter: unknown, fleet: FleetSize): number {
  const tags = isTagTested({ filter }, fleet) ? tagTests : 0;
  const sharing = isSharingTested({ filter }) ? sharingTests : 0;
  return tags + sharing;
}

/** The clusters of snapshots, which the condition `orphaned` requires. */
function clusterTests(filter: unknown, fleet: FleetSize): number {
  return conditionsOf(filter).includes('orphaned') ? clusterReads(fleet) : 0;
}

/** The clusters of any number of snapshots, which are read together. */
function clusterReads(fleet: FleetSize): number {
  return fleet.listSize('clusters').calls + lookedUp * fleet.sources;
}

/** The keys of the aliases in `kmsKeyIds`, each read once for each source. */
function aliasReads({ sources }: ListSize, filter: unknown): number {
  return aliasesIn(filter) * sources;
}

function aliasesIn(filter: unknown): number {
  const { kmsKeyIds } = (filter ?? {}) as Arguments;
  return Array.isArray(kmsKeyIds) ? kmsKeyIds.filter((name) => isAlias(String(name))).length : 0;
}

function isTagTested({ filter }: Arguments, { isPartial }: FleetSize): boolean {
  return isPartial || conditionsOf(filter).some((name) => tagConditions.includes(name));
}

function isSharingTested({ filter }: Arguments): boolean {
  return conditionsOf(filter).some((name) => sharingConditions.includes(name));
}

/** A name is read in two spellings, and a cluster that may be deleted in two ways. */
function callsPerPage(filter: unknown): number {
  const names = conditionsOf(filter);
  return names.includes('identifiers') || names.includes('clusterIdentifiers') ? 2 : 1;
}

function conditionsOf(filter: unknown): string[] {
  return Object.entries(filter ?? {}).flatMap(([name, value]) => (value == null ? [] : [name]));
}

/** The conditions of a filter that select sources. */
function sourcesIn({ filter }: Arguments): unknown {
  const { services, accounts, regions } = (filter ?? {}) as Arguments;
  return { services, accounts, regions };
}

function pageOf({ first, last }: Arguments): number {
  const wanted = Number(first ?? last ?? 20);
  return wanted >= 1 && wanted <= 100 ? wanted : 100;
}

function sizeOf(values: unknown): number {
  return Array.isArray(values) ? values.length : values == null ? 0 : 1;
}
