import { partition } from '@aws-sdk/core/client';
import type { Principal } from '../access/principal.ts';
import type { SourceAccess } from '../aws/source-access.ts';
import { ForbiddenError, InvalidInputError } from '../errors.ts';
import { type ServiceName, serviceNames } from '../snapshots/service.ts';
import { type Source, sourceKey } from '../snapshots/source.ts';
import type { AccountSettings } from './settings.ts';

/** All configured sources, in the fixed order in which lists read them. */
export interface Sources {
  readonly all: Source[];
  /** The IDs of all configured accounts, even if the principal cannot see their sources. */
  readonly accounts: ReadonlySet<string>;
  get(key: string): Source | undefined;
  /** Creates one connection for each source of a service, and returns a function that finds it. */
  connect<Connection>(
    service: ServiceName,
    make: (access: SourceAccess, source: Source) => Connection,
  ): (source: Source) => Connection;
  at(account: string, region: string, service: ServiceName): Source | undefined;
  /** Returns the same service and region in other accounts, which can see the snapshots that this source shares. */
  beside(source: Source): readonly Source[];
  /**
   * Returns the sources that a filter selects. Throws INVALID_INPUT for a value that is not configured; `path` is that of
   * the filter in the arguments.
   */
  select(selection: SourceSelection, path?: readonly string[]): readonly Source[];
}

export interface SourceSelection {
  readonly services?: readonly ServiceName[];
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

/** Creates the sources of the configured accounts: one for each account, region and service. */
export function createSources(accounts: readonly AccountSettings[]): Sources {
  const all = accounts
    .flatMap((account) =>
      account.regions.flatMap((region) => account.services.map((service) => toSource(account, region, service))),
    )
    .sort((one, other) => compareSources(one, other));
  return {
    ...registryOf(all),
    accounts: new Set(accounts.map(({ id }) => id)),
    connect: (service, make) => {
      const own = all.filter((source) => source.service === service);
      const made = new Map(own.map((source) => [source.key, make(accessOf(source, accounts), source)]));
      return (source) => {
        const connection = made.get(source.key);
        if (connection === undefined) throw new Error(`${source.key} is not a source of ${service}.`);
        return connection;
      };
    },
  };
}

/** Returns how the gateway accesses each source. */
export function accessesOf({ connect }: Sources): readonly SourceAccess[] {
  const accesses: SourceAccess[] = [];
  for (const service of serviceNames) connect(service, (access) => accesses.push(access));
  return accesses;
}

/** Returns the sources that a principal can read; other sources are reported as not configured. */
export function sourcesSeenBy(principal: Principal, { all, accounts, connect }: Sources): Sources {
  const seen = all.filter((source) => principal.reaches('SNAPSHOT_READ', source));
  return { ...registryOf(seen), accounts, connect };
}

function registryOf(all: Source[]): Omit<Sources, 'accounts' | 'connect'> {
  const byKey = new Map(all.map((source) => [source.key, source]));
  const placeOf = ({ region, service }: Source) => `${region} ${service}`;
  // Many sources are asked for their neighbors by one request, most requests ask for none.
  let byPlace: Map<string, Source[]> | undefined;
  return {
    all,
    get: (key) => byKey.get(key),
    at: (account, region, service) => byKey.get(sourceKey(account, region, service)),
    beside: (source) => {
      byPlace ??= Map.groupBy(all, placeOf);
      return (byPlace.get(placeOf(source)) ?? []).filter((each) => each !== source);
    },
    select: (selection, path = ['filter']) => select(all, selection, path),
  };
}

function toSource(account: AccountSettings, region: string, service: ServiceName): Source {
  return {
    __typename: 'Source',
    key: sourceKey(account.id, region, service),
    account: account.id,
    accountName: account.name ?? null,
    region,
    partition: partition(region).name,
    service,
    manualSnapshotQuota: entryFor({ region, service }, account.quotas ?? [])?.manualSnapshots ?? null,
  };
}

/** Returns the entry for a source; an entry for its region takes precedence over an entry for all regions. */
export function entryFor<Entry extends { readonly service: ServiceName; readonly region?: string | undefined }>(
  { service, region }: Pick<Source, 'service' | 'region'>,
  entries: readonly Entry[],
): Entry | undefined {
  const own = entries.filter((entry) => entry.service === service);
  return own.find((entry) => entry.region === region) ?? own.find((entry) => entry.region === undefined);
}

function accessOf({ key, account, region }: Source, accounts: readonly AccountSettings[]): SourceAccess {
  const { role, externalId } = accounts.find(({ id }) => id === account) ?? {};
  return { key, account, region, role, externalId };
}

function compareSources(one: Source, other: Source): number {
  return (
    compareText(one.account, other.account) ||
    compareText(one.region, other.region) ||
    serviceNames.indexOf(one.service) - serviceNames.indexOf(other.service)
  );
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function select(all: readonly Source[], selection: SourceSelection, path: readonly string[]): readonly Source[] {
  if (all.length === 0)
    throw new ForbiddenError(
      'You do not have the permission SNAPSHOT_READ in any source. Query `viewer` for your permissions.',
    );
  if (Object.keys(selection).length === 0) return all;
  requireKnown([...path, 'accounts'], selection.accounts, new Set(all.map((source) => source.account)));
  requireKnown([...path, 'regions'], selection.regions, new Set(all.map((source) => source.region)));
  requireKnown([...path, 'services'], selection.services, new Set<string>(all.map((source) => source.service)));
  const chosen = all.filter(
    (source) =>
      (selection.services?.includes(source.service) ?? true) &&
      (selection.accounts?.includes(source.account) ?? true) &&
      (selection.regions?.includes(source.region) ?? true),
  );
  if (chosen.length > 0) return chosen;
  throw new InvalidInputError(
    'No configured source matches this combination of services, accounts and regions. Query `sources` for all sources.',
    path,
  );
}

function requireKnown(
  field: readonly string[],
  asked: readonly string[] | undefined,
  known: ReadonlySet<string>,
): void {
  const unknown = asked?.find((value) => !known.has(value));
  if (unknown === undefined) return;
  throw notConfigured(`${field.join('.')} has ${JSON.stringify(unknown)}`, known, field);
}

/** Returns the error for a value that is not configured; `given` is the start of its message. */
export function notConfigured(given: string, known: ReadonlySet<string>, field: readonly string[]): InvalidInputError {
  return new InvalidInputError(`${given}, which is not configured. Allowed values: ${[...known].join(', ')}.`, field);
}
