import * as sdk from '@aws-sdk/client-kms';

import { Fault } from '../fault.ts';
import type { Call, EmulatedService } from '../service.ts';
import { operationSchemas } from '../wire/schemas.ts';
import { isAlias, keysOf, mayUse, parseKey } from './store.ts';
import { kmsStock } from './stock.ts';
import type { StoredKey } from './stored.ts';

/** AWS KMS, as far as it describes keys: DescribeKey and ListAliases. */
export const kms: EmulatedService = {
  name: 'kms',
  protocol: { kind: 'json', targetPrefix: 'TrentService' },
  schemas: operationSchemas(sdk),
  stock: kmsStock,
  refused: { DescribeKey: ['GrantTokens'] },
  operations: {
    /**
     * Describes a key by id or alias, or a key of any account by ARN. The states of keys make no difference.
     * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
     */
    DescribeKey({ KeyId = '' }: sdk.DescribeKeyRequest, call: Call): sdk.DescribeKeyResponse {
      return { KeyMetadata: metadataOf(requireKey(KeyId, 'DescribeKey', call)) };
    },

    /**
     * Lists the aliases of the caller's account and region by name, or only those of one key.
     * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
     */
    ListAliases({ KeyId, Limit = 50, Marker }: sdk.ListAliasesRequest, call: Call): sdk.ListAliasesResponse {
      if (Limit < 1 || Limit > 100) {
        const relation = Limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100';
        throw invalid(`Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value ${relation}`);
      }
      const after = Marker === undefined ? '' : readMarker(Marker);
      const named = KeyId === undefined ? undefined : requireKey(KeyId, 'ListAliases', call);
      const aliases = keysOf(call.here, call.now)
        .filter(({ Arn }) => named === undefined || Arn === named.Arn)
        .flatMap((key) => key.Aliases.map((name) => aliasOf(name, key)))
        .filter(({ AliasName }) => AliasName > after)
        .toSorted((left, right) => (left.AliasName < right.AliasName ? -1 : 1));
      const page = aliases.slice(0, Limit);
      const last = page.at(-1);
      if (aliases.length === page.length || !last) return { Aliases: page, Truncated: false };
      return { Aliases: page, Truncated: true, NextMarker: Buffer.from(last.AliasName).toString('base64') };
    },
  },
};

/** Returns a key; throws what AWS throws for a key that does not exist or that the caller cannot use. */
function requireKey(asked: string, operation: string, call: Call): StoredKey {
  const { here, world, now } = call;
  const named = parseKey(asked, here);
  if (!named) throw new Fault('InvalidArnException', `Invalid arn ${asked}`);
  const { kind, name, account, region } = named;
  if (kind === 'alias' && (operation === 'ListAliases' || !isAlias(name))) {
    throw new Fault('NotFoundException', `Invalid keyId ${asked}`);
  }
  if (region !== here.region) throw new Fault('NotFoundException', `Invalid arn ${region}`);
  const keys = keysOf(world.unfilled(account, region), now);
  const key = keys.find(({ KeyId, Aliases }) => (kind === 'key' ? KeyId === name : Aliases.includes(name)));
  if (account !== here.account && !(key && mayUse(key, account, here.account))) {
    throw new Fault(
      'AccessDeniedException',
      `User: ${call.identity.arn} is not authorized to perform: kms:${operation} on resource: ${asked} because the ` +
        'resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy ' +
        'explicitly denies access',
    );
  }
  if (key) return key;
  const arn = `arn:${here.partition}:kms:${region}:${account}:${kind === 'key' ? `key/${name}` : name}`;
  if (kind === 'alias') throw new Fault('NotFoundException', `Alias ${arn} is not found.`);
  const isId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$|^mrk-[\da-f]{32}$/i.test(name);
  throw new Fault('NotFoundException', isId ? `Key '${arn}' does not exist` : `Invalid keyId '${name}'`);
}

function metadataOf({ Aliases: _aliases, AllowedAccounts: _accounts, ...key }: StoredKey): sdk.KeyMetadata {
  return {
    Description: '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    Origin: 'AWS_KMS',
    ...key,
    AWSAccountId: key.Arn.split(':')[4],
    Enabled: key.KeyState === 'Enabled',
  };
}

function aliasOf(AliasName: string, { KeyId, Arn, CreationDate }: StoredKey) {
  return {
    AliasName,
    AliasArn: `${Arn.split(':').slice(0, 5).join(':')}:${AliasName}`,
    TargetKeyId: KeyId,
    CreationDate,
    LastUpdatedDate: CreationDate,
  };
}

/** Returns the last alias of the page before. */
function readMarker(marker: string): string {
  const name = Buffer.from(marker, 'base64').toString();
  if (isAlias(name) && Buffer.from(name).toString('base64') === marker) return name;
  throw new Fault('InvalidMarkerException', 'Could not deserialize marker');
}

function invalid(message: string): Fault {
  return new Fault('ValidationException', `1 validation error detected: ${message}`);
}
