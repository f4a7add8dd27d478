import { randomBytes } from 'node:crypto';

import type { Clock } from '../world/clock.ts';
import { Fault } from '../fault.ts';
import type { Scope } from '../wire/scope.ts';

/** The caller of a request, as GetCallerIdentity reports it. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** The ARN of the IAM role, if the caller is a session of one. */
  readonly role?: string;
}

/** Temporary credentials that AssumeRole issued. */
interface IssuedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Maps access keys to identities. */
export interface Identities {
  /** Returns the caller's identity. Throws ExpiredToken or InvalidClientTokenId, for issued keys only. */
  identify(scope: Scope, partition: string): Identity;
  /** Returns new keys for an identity, valid for the given number of seconds. */
  issue(identity: Identity, seconds: number): IssuedKeys;
  /** Returns the date as clients know it, unlike the emulated date: the real one, plus the advanced time. */
  clientNow(): Date;
}

/** The account of every access key that is neither a 12-digit account id nor an issued key. */
const defaultAccount = '123456789012';

/** Creates a key registry: a 12-digit access key id belongs to that account, an issued key to the assumed role. */
export function createIdentities(clock: Clock): Identities {
  const birth = Date.now() - clock.age() * 1000;
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
    clientNow: () => new Date(birth + clock.age() * 1000),
  };
}
