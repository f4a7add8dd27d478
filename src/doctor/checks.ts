import type { Config } from '../config.ts';
import type { AccountSettings } from '../fleet/settings.ts';
import { createSources } from '../fleet/sources.ts';
import { configurationChecks } from './configuration.ts';
import type { Check } from './finding.ts';
import { issuerChecks } from './issuer.ts';
import { networkChecks } from './network.ts';
import { createOwnIdentity } from './own-identity.ts';
import { redisChecks } from './redis.ts';
import { sourceChecks } from './sources.ts';

/** Returns all checks of an installation: first those that need no AWS. */
export function createChecks(config: Config, accounts: readonly AccountSettings[]): readonly Check[] {
  const { authentication, redis, proxy } = config;
  const settings = { ...config.aws, proxy };
  const sources = createSources(accounts);
  // The identity of the gateway's own credentials is that of an account without a role.
  const own = accounts.find(({ role }) => role === undefined)?.id;
  const first = sources.all.find(({ account }) => account === own) ?? sources.all[0];
  const ask = first && createOwnIdentity(settings, first);
  return [
    ...configurationChecks(config, accounts),
    ...(authentication ? issuerChecks(authentication, proxy) : []),
    ...(redis === undefined ? [] : redisChecks(redis)),
    ...(ask ? [...networkChecks(ask, proxy), ...sourceChecks(settings, sources, ask, config)] : []),
  ];
}

/** Returns the time limit of each check in seconds: a role is assumed, then a call is made, both with retries. */
export function secondsOf({ aws }: Config): number {
  return 3 * aws.timeouts.callSeconds + 10;
}
