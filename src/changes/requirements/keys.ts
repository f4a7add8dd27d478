import type { KeyUse } from '../../access/policy/keys.ts';
import { ForbiddenError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import type { ChangeRequest } from '../request.ts';

/** Returns where a key is used. A region that is not configured cannot say which key an alias is of. */
export function placeOfKey(
  { account, partition, service }: Source,
  region: string,
  { sources, keyNamed }: Pick<ChangeRequest, 'sources' | 'keyNamed'>,
): KeyUse {
  const target = sources.at(account, region, service);
  return {
    account,
    partition,
    region,
    arnOf: async (alias) => {
      if (target === undefined)
        throw new ForbiddenError(`The region ${region} of account ${account} is not configured.`);
      return (await keyNamed(target, alias)).arn;
    },
  };
}
