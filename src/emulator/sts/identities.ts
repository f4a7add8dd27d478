import { randomBytes } from 'node:crypto';

import type { Clock } from '../clock.ts';
import { Fault } from '../fault.ts';
import type { Scope } from '../wire/scope.ts';

/** Who a request comes from, in the words of GetCallerIdentity. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

/** Temporary keys as AssumeRole issues them. */
interface IssuedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Knows whose each access key is. */
export interface Identities {
  /** Faults: ExpiredToken and InvalidClientTokenId, for issued keys only. */
  identify(scope: Scope, partition: string): Identity;
  /** New keys for an identity, good for a number of seconds. */
  issue(identity: Identity, seconds: number): IssuedKeys;
}

/** The account of every access key that names none and was not issued here. */
const defaultAccount = '123456789012';

/** Makes a register of keys: a 12-digit access key id is that account's own, issued keys belong to their role. */
export function createIdentities(clock: Clock): Identities {
  const issued = new Map<string, { identity: Identity; sessionToken: string; endsAtAge: number }>();
  return {
    identify(scope, partition) {
      const id = scope.accessKeyId ?? '';
      const session = issued.get(id);
      if (session) {
        if (session.sessionToken !== scope.sessionToken) {
          throw new Fault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
        }
        if (clock.age() >= session.endsAtAge) {
          throw new Fault('ExpiredToken', 'The security token included in the request is expired', 403);
        }
        return session.identity;
      }
      const account = /^\d{12}$/.test(id) ? id : defaultAccount;
      return { account, arn: `arn:${partition}:iam::${account}:root`, userId: account };
    },
    issue(identity, seconds) {
      const keys = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
      };
      issued.set(keys.accessKeyId, { identity, sessionToken: keys.sessionToken, endsAtAge: clock.age() + seconds });
      return keys;
    },
  };
}
