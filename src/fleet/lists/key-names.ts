import { SnapgateError } from '../../errors.ts';
import { isAliasArn, keyArn, keyRegion } from '../../snapshots/kms-key.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Keys } from '../lookups/keys.ts';

/**
 * Returns whether a key of a source is one of the named keys: the id, the ARN and the aliases of one key are equal. An id
 * without account is that of a key in any account; an alias without account is that in the account and region of the
 * source. Only aliases are read from AWS KMS, each once for each source. Returns the error if an alias cannot be read and
 * no other name is that of the key; an alias that does not exist is no key.
 */
export async function isOneOf(
  names: readonly string[],
  key: string,
  source: Source,
  { keyNamed }: Keys,
): Promise<boolean | SnapgateError> {
  const own = keyArn(key, source);
  if (names.some((name) => own.endsWith(`:key/${name}`) || keyArn(name, source) === own)) return true;
  const aliases = names.map((name) => keyArn(name, source)).filter(isAliasArn);
  const here = aliases.filter((alias) => keyRegion(alias) === keyRegion(own));
  const results = await Promise.all(here.map((alias) => arnOf(alias)));
  return results.includes(own) || (results.find((result) => result instanceof SnapgateError) ?? false);

  async function arnOf(alias: string): Promise<string | SnapgateError | undefined> {
    try {
      return (await keyNamed(source, alias)).arn;
    } catch (error) {
      if (error instanceof SnapgateError) return error.code === 'NOT_FOUND' ? undefined : error;
      throw error;
    }
  }
}
