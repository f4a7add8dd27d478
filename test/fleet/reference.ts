import { differences } from '../services/contract/differences.ts';
import { at } from '../support/worlds.ts';
import { configured, type Seen, stranger } from './fleet-world.ts';

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
  readonly ownerAccounts?: readonly string[] | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly untagged?: boolean | undefined;
  readonly encrypted?: boolean | undefined;
  readonly orphaned?: boolean | undefined;
  readonly exposure?: string | undefined;
  readonly keptForever?: boolean | undefined;
  readonly expiringWithinDays?: number | undefined;
}

/** Whether a snapshot matches a filter, computed from the world alone. */
export function matches(row: Seen, filter: Filter): boolean {
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
    filter.tags === undefined || (isOwn(row) && filter.tags.every(has)),
    filter.untagged === undefined || (isOwn(row) && filter.untagged === (Object.keys(row.tags).length === 0)),
    filter.encrypted === undefined || filter.encrypted === row.encrypted,
    filter.orphaned === undefined || (isOwn(row) && filter.orphaned === (row.cluster === 'gone')),
    filter.exposure === undefined || (isOwn(row) && exposuresOf(row).includes(filter.exposure)),
    filter.keptForever === undefined || (isManual && filter.keptForever === isForever),
    filter.expiringWithinDays === undefined || (isManual && !isForever && row.days <= filter.expiringWithinDays),
  ].every(Boolean);
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

/** Whether the account that sees a snapshot is its owner. */
export function isOwn({ owner, viewer }: Seen): boolean {
  return owner === viewer;
}

function exposuresOf({ shares }: Seen): string[] {
  if (shares.length === 0) return ['PRIVATE'];
  const isExternal = shares.some((share) => !configured.includes(share));
  return ['SHARED', ...(isExternal ? ['EXTERNAL'] : []), ...(shares.includes('all') ? ['PUBLIC'] : [])];
}
