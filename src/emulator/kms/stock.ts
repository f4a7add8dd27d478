import { KeyMetadata$, KeyState } from '@aws-sdk/client-kms';
import { NormalizedSchema } from '@smithy/core/schema';

import type { Loading, ResourceStock, Stock } from '../service.ts';
import { readMembers, writeMembers } from '../wire/json.ts';
import { stableUuid } from '../world/ids.ts';
import { completeKey, findKey, isAlias, parseKey, storedKeys } from './store.ts';
import type { StoredKey } from './stored.ts';

const schema = NormalizedSchema.of(KeyMetadata$);

/**
 * Keys of a world's JSON: the API's `KeyMetadata` members, `Aliases`, a list of names such as `alias/backups`, and
 * `AllowedAccounts`, the other accounts that the key policy lets use the key (`*` for all). A key with an alias under
 * `alias/aws/` is AWS managed. Missing members get AWS's defaults.
 */
const keyStock: ResourceStock = {
  load({ Aliases, AllowedAccounts, Arn, AWSAccountId, Enabled, ...json }, { place, now }) {
    const members: Partial<StoredKey> = readMembers(schema, json);
    const { KeyState: state } = members;
    if (state !== undefined && !Object.values(KeyState).includes(state)) throw new Error(`KeyState cannot be ${state}`);
    const aliases = readNames('Aliases', Aliases, isAlias);
    const key = completeKey(
      {
        ...members,
        ...(aliases === undefined ? {} : { Aliases: aliases }),
        ...readAccounts(AllowedAccounts),
      },
      place,
      now,
    );
    requireSame('Arn', Arn, key.Arn);
    requireSame('AWSAccountId', AWSAccountId, place.account);
    requireSame('Enabled', Enabled, key.KeyState === 'Enabled');
    const taken = key.Aliases.find((name) =>
      [...place.kms.keys.values()].some((other) => other.Aliases.includes(name)),
    );
    if (taken !== undefined) throw new Error(`another key has the alias ${taken}`);
    place.kms.keys.add(key);
  },
  dump: (place, now) =>
    storedKeys(place, now).map(({ Aliases, AllowedAccounts, ...key }) => ({
      ...writeMembers(schema, key),
      Aliases,
      AllowedAccounts,
    })),
};

/** KMS's part of a world's JSON. */
export const kmsStock: Stock = { keys: keyStock };

/**
 * Returns the ARN of the key, if any, that a loaded cluster or snapshot names by ARN, id or alias. A key that the world's `keys`
 * do not contain is added: enabled, and usable by every account.
 */
export function loadedKey(
  { KmsKeyId: asked }: { readonly KmsKeyId?: string | undefined },
  { place, world, now }: Loading,
): { KmsKeyId?: string } {
  if (asked === undefined) return {};
  const named = parseKey(asked, place);
  if (!named) throw new Error(`KmsKeyId ${asked} is not the id, the alias or the ARN of a KMS key`);
  if (named.region !== place.region) throw new Error(`KmsKeyId ${asked} is not a key of ${place.region}`);
  const home = world.unfilled(named.account, named.region);
  const known = findKey(home, named, now);
  if (known) return { KmsKeyId: known.Arn };
  const { kind, name } = named;
  const identity =
    kind === 'key' ? { KeyId: name } : { KeyId: stableUuid(home.account, home.region, name), Aliases: [name] };
  const key = completeKey({ ...identity, AllowedAccounts: ['*'] }, home, now);
  home.kms.keys.put(key);
  return { KmsKeyId: key.Arn };
}

function readAccounts(json: unknown): { AllowedAccounts?: readonly string[] } {
  const names = readNames('AllowedAccounts', json, (account) => account === '*' || /^\d{12}$/.test(account));
  return names === undefined ? {} : { AllowedAccounts: names };
}

function readNames(member: string, json: unknown, isValid: (name: string) => boolean): string[] | undefined {
  if (json === undefined) return undefined;
  if (!Array.isArray(json)) throw new Error(`${member} must be a list`);
  return json.map((name: unknown) => {
    if (typeof name !== 'string' || !isValid(name)) throw new Error(`${member} cannot contain ${JSON.stringify(name)}`);
    return name;
  });
}

function requireSame(member: string, json: unknown, value: unknown): void {
  if (json !== undefined && json !== value) throw new Error(`${member} must be ${JSON.stringify(value)} or omitted`);
}
