import { differences } from '../services/contract/differences.ts';
import { at } from '../support/worlds.ts';
import { type Cluster, configured, dayMinutes, defaultAlias, nowMinute, type Seen, stranger } from './fleet-world.ts';

export interface Tag {
  readonly key: string;
  readonly values?: readonly string[];
}

/** A SnapshotFilter. */
export interface Filter {
  readonly services?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly clusterIdentifiers?: readonly string[] | undefined;
  readonly identifiers?: readonly string[] | undefined;
  readonly search?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
  readonly olderThanDays?: number | undefined;
  readonly youngerThanDays?: number | undefined;
  readonly ownerAccounts?: readonly string[] | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly untagged?: boolean | undefined;
  readonly encrypted?: boolean | undefined;
  readonly orphaned?: boolean | undefined;
  readonly exposure?: string | undefined;
  readonly sharedWith?: readonly string[] | undefined;
  readonly sharedOutside?: readonly string[] | undefined;
  readonly copies?: boolean | undefined;
  readonly minimumMegabytes?: number | undefined;
  readonly kmsKeyIds?: readonly string[] | undefined;
  readonly keptForever?: boolean | undefined;
  readonly expiringWithinDays?: number | undefined;
}

/** Whether the cluster of a snapshot no longer exists, from the point of view of a caller. */
export type Orphanhood = boolean | 'neither' | 'unknown';

/** An account and region, and a service in it. */
interface Place {
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

/**
 * How a snapshot relates to a cluster of its name, by the times alone. A snapshot that is older than the cluster is of
 * another cluster, and a younger one can be of this cluster, unless it names the very time of the cluster.
 */
function kinshipOf(row: Seen, { minute }: Cluster): 'same' | 'other' | 'unknown' {
  if (row.clusterMinute === undefined || row.clusterMinute === minute) return 'same';
  return minute !== undefined && row.minute < minute ? 'other' : 'unknown';
}

/** Where the cluster of a snapshot is: where a copy comes from. */
function homeOf({ service, owner, region, origin }: Seen): Place {
  return { service, ...(origin ?? { account: owner, region }) };
}

/** Returns the living cluster of a name at a place that a snapshot can have been taken from. */
function clusterAt(row: Seen, place: Place, clusters: readonly Cluster[]): Cluster | undefined {
  const namesake = clusters.find(({ name, ...own }) => name === row.cluster && isPlace(own, place));
  return namesake && kinshipOf(row, namesake) !== 'other' ? namesake : undefined;
}

const isPlace = (cluster: Pick<Cluster, 'owner' | 'region' | 'service'>, place: Place) =>
  cluster.owner === place.account && cluster.region === place.region && cluster.service === place.service;

/** Returns the cluster that a snapshot was taken from in its own place, as far as the times do not exclude it. */
export function clusterOf(row: Seen, clusters: readonly Cluster[]): Cluster | undefined {
  const { owner, region } = row;
  const home = homeOf(row);
  const isElsewhere = home.account !== owner || home.region !== region;
  return isOwn(row) && !isElsewhere ? clusterAt(row, home, clusters) : undefined;
}

/** Returns the cluster that a copy comes from, if the caller reaches its place. */
export function originClusterOf(row: Seen, clusters: readonly Cluster[], reached: readonly Place[]) {
  const home = homeOf(row);
  if (row.origin === undefined || !isAmong(home, reached)) return undefined;
  return clusterAt(row, home, clusters);
}

/** Returns whether a snapshot is orphaned for a caller who reaches these places. */
export function orphanhoodOf(row: Seen, clusters: readonly Cluster[], reached: readonly Place[]): Orphanhood {
  const home = homeOf(row);
  if (!isOwn(row) || !isAmong(home, reached)) return 'neither';
  const cluster = clusterAt(row, home, clusters);
  if (cluster === undefined) return true;
  return kinshipOf(row, cluster) === 'unknown' ? 'unknown' : false;
}

function isAmong(one: Place, places: readonly Place[]): boolean {
  return places.some(
    (place) => place.account === one.account && place.region === one.region && place.service === one.service,
  );
}

/** Returns the orphanhood in a world without copies, and in which no cluster was recreated. */
function byNameAlone(row: Seen): Orphanhood {
  return isOwn(row) ? row.cluster === 'gone' : 'neither';
}

/** Whether a snapshot matches a filter, computed from the world alone. */
export function matches(row: Seen, filter: Filter, orphanhood: (row: Seen) => Orphanhood = byNameAlone): boolean {
  const has = ({ key, values }: Tag) => key in row.tags && (values?.includes(row.tags[key] ?? '') ?? true);
  const isForever = !differences[row.service].hasRetention || row.days === -1;
  const isManual = isOwn(row) && row.isManual;
  return [
    typeIn(row, filter) !== undefined,
    filter.services?.includes(row.service) ?? true,
    filter.accounts?.includes(row.viewer) ?? true,
    filter.regions?.includes(row.region) ?? true,
    filter.clusterIdentifiers?.some((name) => name.toLowerCase() === row.cluster) ?? true,
    filter.identifiers?.some((name) => name.toLowerCase() === row.name) ?? true,
    filter.search === undefined || row.name.includes(filter.search.toLowerCase()),
    filter.statuses?.includes(row.status.toUpperCase()) ?? true,
    filter.createdAfter === undefined || at(row.minute) >= filter.createdAfter,
    filter.createdBefore === undefined || at(row.minute) <= filter.createdBefore,
    filter.olderThanDays === undefined || row.minute <= minuteOf(filter.olderThanDays),
    filter.youngerThanDays === undefined || row.minute >= minuteOf(filter.youngerThanDays),
    filter.tags === undefined || (isOwn(row) && filter.tags.every(has)),
    filter.untagged === undefined || (isOwn(row) && filter.untagged === (Object.keys(row.tags).length === 0)),
    filter.encrypted === undefined || filter.encrypted === row.encrypted,
    filter.orphaned === undefined || filter.orphaned === orphanhood(row),
    filter.exposure === undefined || (isOwn(row) && exposuresOf(row).includes(filter.exposure)),
    filter.sharedWith === undefined || (isOwn(row) && sharesOutside(row, [], filter.sharedWith)),
    filter.sharedOutside === undefined || (isOwn(row) && sharesOutside(row, [...configured, ...filter.sharedOutside])),
    filter.copies === undefined || filter.copies === (row.origin !== undefined),
    filter.minimumMegabytes === undefined ||
      (differences[row.service].hasSize && row.megabytes >= filter.minimumMegabytes),
    filter.kmsKeyIds === undefined ||
      (row.encrypted && isOwn(row) && filter.kmsKeyIds.includes(defaultAlias(row.service))),
    filter.keptForever === undefined || (isManual && filter.keptForever === isForever),
    filter.expiringWithinDays === undefined ||
      (isManual && !isForever && endOf(row) <= minuteOf(-filter.expiringWithinDays)),
  ].every(Boolean);
}

/** A ClusterFilter. */
export interface ClusterFilter {
  readonly services?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly identifiers?: readonly string[] | undefined;
  readonly withoutSnapshotSince?: string | undefined;
  readonly withoutSnapshotForHours?: number | undefined;
  readonly gapWithinDays?: number | undefined;
  readonly timeZone?: string | undefined;
}

/** Whether a cluster with these available snapshots matches a filter. */
export function matchesCluster(
  cluster: Cluster,
  available: readonly Pick<Seen, 'minute'>[],
  filter: ClusterFilter,
  now: string,
): boolean {
  const { withoutSnapshotSince: since, withoutSnapshotForHours: hours, gapWithinDays: days } = filter;
  const hasSince = (time: number) => available.some(({ minute }) => Date.parse(at(minute)) >= time);
  return [
    filter.services?.includes(cluster.service) ?? true,
    filter.accounts?.includes(cluster.owner) ?? true,
    filter.regions?.includes(cluster.region) ?? true,
    filter.identifiers?.some((name) => name.toLowerCase() === cluster.name) ?? true,
    since === undefined || !hasSince(Date.parse(since)),
    hours === undefined || !hasSince(Date.parse(now) - hours * 3_600_000),
    days === undefined || hasGap(cluster, available, days, filter.timeZone ?? 'UTC', now),
  ].every(Boolean);
}

/** Whether a day is without a snapshot, among the last days before today that are not before the cluster. */
function hasGap(
  { minute: created = -Infinity }: Cluster,
  available: readonly Pick<Seen, 'minute'>[],
  count: number,
  timeZone: string,
  now: string,
): boolean {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const dayOf = (time: string) => format.format(new Date(time));
  const covered = new Set(available.map(({ minute }) => dayOf(at(minute))));
  const first = created === -Infinity ? '' : dayOf(at(created));
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(dayOf(now)) - (index + 1) * 86_400_000).toISOString().slice(0, 10),
  ).some((day) => day >= first && !covered.has(day));
}

/** The minute of an age in days. */
function minuteOf(days: number): number {
  return nowMinute - days * dayMinutes;
}

/** The minute in which AWS deletes a snapshot: the retention of a snapshot that is being created has not started. */
function endOf({ minute, status, days }: Seen): number {
  return (status === 'creating' ? Math.max(minute, nowMinute) : minute) + days * dayMinutes;
}

/** Whether a snapshot can be restored by an account that is not allowed, among some accounts or all of them. */
function sharesOutside({ shares }: Seen, allowed: readonly string[], among?: readonly string[]): boolean {
  return shares.some((share) => share === 'all' || (!allowed.includes(share) && (among?.includes(share) ?? true)));
}

/** Returns the type with which a filter lists a snapshot; undefined if the filter does not match the snapshot. */
export function typeIn(
  row: Seen,
  { types, ownerAccounts }: Pick<Filter, 'types' | 'ownerAccounts'>,
): string | undefined {
  if (!(ownerAccounts?.includes(row.owner) ?? true)) return undefined;
  if (!differences[row.service].listsStrangers && row.owner === stranger && !ownerAccounts) return undefined;
  if (types) return row.types.find((type) => types.includes(type));
  return row.types.find((type) => type !== 'PUBLIC' && (type !== 'SHARED' || ownerAccounts));
}

/** Whether a filter is rejected, for sources of these services: it is contradictory, or no snapshot can match. */
export function isRefused(filter: Filter, services: readonly Seen['service'][]): boolean {
  const { olderThanDays, youngerThanDays, createdAfter, createdBefore } = filter;
  const [last, first] = [olderThanDays, youngerThanDays].map((days) =>
    days === undefined ? undefined : at(minuteOf(days)),
  );
  return [
    filter.tags !== undefined && filter.untagged === true,
    filter.keptForever === true && filter.expiringWithinDays !== undefined,
    filter.exposure === 'PRIVATE' && (filter.sharedWith ?? filter.sharedOutside) !== undefined,
    filter.kmsKeyIds !== undefined && filter.encrypted === false,
    last !== undefined && createdBefore !== undefined,
    first !== undefined && createdAfter !== undefined,
    last !== undefined && first !== undefined && last < first,
    last !== undefined && createdAfter !== undefined && last < createdAfter,
    first !== undefined && createdBefore !== undefined && createdBefore < first,
    filter.minimumMegabytes !== undefined && !services.some((service) => differences[service].hasSize),
  ].some(Boolean);
}

/** Whether it is unknown if a snapshot matches, because AWS does not report a value that decides it. */
export function isUndecided(row: Seen, filter: Filter, orphanhood: (row: Seen) => Orphanhood = byNameAlone): boolean {
  const isSizeUnknown = filter.minimumMegabytes !== undefined && !differences[row.service].hasSize;
  const isOrphanhoodUnknown = filter.orphaned !== undefined && orphanhood(row) === 'unknown';
  const others = {
    ...filter,
    ...(isSizeUnknown && { minimumMegabytes: undefined }),
    ...(isOrphanhoodUnknown && { orphaned: undefined }),
  };
  return (isSizeUnknown || isOrphanhoodUnknown) && matches(row, others, orphanhood);
}

/** Whether AWS can list all snapshots that match a filter, including those that accounts outside the configuration share. */
export function canBeComplete(service: Seen['service'], filter: Filter): boolean {
  const { types, ownerAccounts, exposure, sharedWith, sharedOutside, keptForever, expiringWithinDays } = filter;
  const isExposed = exposure !== undefined && exposure !== 'PRIVATE';
  const isOwnOnly =
    isExposed || [sharedWith, sharedOutside, keptForever, expiringWithinDays].some((each) => each !== undefined);
  const isSharedWanted = types?.some((type) => type === 'SHARED' || type === 'PUBLIC') ?? false;
  return differences[service].listsStrangers || ownerAccounts !== undefined || isOwnOnly || !isSharedWanted;
}

/** Whether the account that sees a snapshot is its owner. */
export function isOwn({ owner, viewer }: Seen): boolean {
  return owner === viewer;
}

function exposuresOf({ shares }: Seen): string[] {
  if (shares.length === 0) return ['PRIVATE'];
  const isExternal = shares.some((share) => !configured.includes(share));
  return ['SHARED', ...(isExternal ? ['EXTERNAL'] : []), ...(shares.includes('all') ? ['PUBLIC'] : [])];
}
