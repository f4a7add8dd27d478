import { day } from '../time/dates.ts';
import { stableUuid } from '../world/ids.ts';
import type { Region, World } from '../world/world.ts';
import type { StoredKey } from './stored.ts';

/** The services whose AWS managed keys exist in every account and region. */
const managingServices = ['rds', 'redshift'] as const;

/** A service with an AWS managed key. */
type ManagingService = (typeof managingServices)[number];

/** The parts of a key's id, alias or ARN; the place is the caller's unless an ARN names another. */
export interface KeyName {
  readonly kind: 'key' | 'alias';
  /** The key id, or the alias with its prefix `alias/`. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** Who uses a key, where and when. */
export interface KeyUse {
  readonly here: Region;
  readonly world: World;
  readonly now: Date;
}

/** AWS's default waiting period of a key that is pending deletion. */
const waitingDays = 30;

const managedSince = new Date(Date.UTC(2020, 0, 1));

/** Splits a key's id, alias or ARN; undefined if it is an ARN of something else, or of another partition. */
export function parseKey(
  asked: string,
  { account, region, partition }: Pick<Region, 'account' | 'region' | 'partition'>,
): KeyName | undefined {
  if (asked.startsWith('arn:')) {
    const [, part, home = '', owner = '', name = ''] =
      /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):(.+)$/.exec(asked) ?? [];
    if (part !== partition) return undefined;
    const id = /^key\/([\w-]+)$/.exec(name)?.[1];
    if (id !== undefined) return { kind: 'key', name: id, account: owner, region: home };
    return isAlias(name) ? { kind: 'alias', name, account: owner, region: home } : undefined;
  }
  return { kind: asked.startsWith('alias/') ? 'alias' : 'key', name: asked, account, region };
}

/** Whether a text is an alias name, with its prefix. */
export function isAlias(name: string): boolean {
  return /^alias\/[\w/-]+$/.test(name);
}

/** Returns the key with this id or alias in one account and region, or undefined. */
export function findKey(
  place: Region,
  { kind, name }: Pick<KeyName, 'kind' | 'name'>,
  now: Date,
): StoredKey | undefined {
  return keysOf(place, now).find(({ KeyId, Aliases }) => (kind === 'key' ? KeyId === name : Aliases.includes(name)));
}

/** Returns the keys of the store that exist: a key ceases to exist on its DeletionDate. */
export function storedKeys({ kms }: Region, now: Date): StoredKey[] {
  return [...kms.keys.values()].filter(({ DeletionDate }) => !(DeletionDate && DeletionDate <= now));
}

/** Returns the keys in one account and region, with the AWS managed keys. */
export function keysOf(place: Region, now: Date): StoredKey[] {
  const stored = storedKeys(place, now);
  const managed = managingServices.flatMap((service) => {
    const alias = `alias/aws/${service}`;
    return stored.some(({ Aliases }) => Aliases.includes(alias)) ? [] : [managedKey(place, service)];
  });
  return [...stored, ...managed];
}

/** Returns the ARN of a service's default key in an account and region: the key of its alias `alias/aws/…`. */
export function defaultKeyOf(service: ManagingService, place: Region): string {
  const named = [...place.kms.keys.values()].find(({ Aliases }) => Aliases.includes(`alias/aws/${service}`));
  return (named ?? managedKey(place, service)).Arn;
}

/** Returns the enabled key of this region that the caller may use for encryption, or undefined. */
export function usableKey(asked: string, { here, world, now }: KeyUse): StoredKey | undefined {
  const named = parseKey(asked, here);
  if (named?.region !== here.region) return undefined;
  const key = findKey(world.unfilled(named.account, named.region), named, now);
  return key?.KeyState === 'Enabled' && mayUse(key, named.account, here.account) ? key : undefined;
}

/**
 * Whether an account may use a key: its own, or one whose key policy allows it. Other accounts cannot use an AWS managed
 * key.
 */
export function mayUse({ KeyManager, AllowedAccounts }: StoredKey, owner: string, account: string): boolean {
  if (owner === account) return true;
  return KeyManager === 'CUSTOMER' && (AllowedAccounts.includes('*') || AllowedAccounts.includes(account));
}

/** Completes a key: missing members get AWS's defaults. */
export function completeKey(members: Partial<StoredKey>, { partition, region, account }: Region, now: Date): StoredKey {
  const { KeyId, Aliases = [] } = members;
  if (!KeyId) throw new Error('KeyMetadata.KeyId is missing');
  const isManaged = Aliases.some((alias) => alias.startsWith('alias/aws/'));
  const isLeaving = members.KeyState === 'PendingDeletion';
  return {
    KeyManager: isManaged ? 'AWS' : 'CUSTOMER',
    KeyState: 'Enabled',
    CreationDate: now,
    AllowedAccounts: [],
    ...(isLeaving ? { DeletionDate: new Date(now.getTime() + waitingDays * day) } : {}),
    ...members,
    MultiRegion: members.MultiRegion ?? KeyId.startsWith('mrk-'),
    Aliases,
    KeyId,
    Arn: `arn:${partition}:kms:${region}:${account}:key/${KeyId}`,
  };
}

function managedKey(place: Region, service: ManagingService): StoredKey {
  const KeyId = stableUuid(place.account, place.region, service);
  const Description = `Default key that protects my ${service === 'rds' ? 'RDS database volumes' : 'Redshift clusters'} when no other key is defined`;
  return completeKey({ KeyId, Aliases: [`alias/aws/${service}`], Description }, place, managedSince);
}
