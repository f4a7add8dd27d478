import { createPublicKey, hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { GrantSettings } from '../../access/grants.ts';
import { createPrincipal, type Principal } from '../../access/principal.ts';
import type { Proxy } from '../proxy.ts';
import { createKeySet } from './key-set.ts';
import { fetchFor } from './proxied-fetch.ts';
import type { AuthenticationSettings } from './settings.ts';

/** Authenticates requests with one version of the grants. */
export interface Authenticate {
  /** Returns the principal of an `Authorization` header; throws a RefusedError if the header is not accepted. */
  (authorization: string | undefined, host?: string): Promise<Principal>;
  /** Returns a principal of another version with the grants of this one; if omitted, principals never change. */
  readonly regrant?: (principal: Principal) => Principal;
}

/** Returns the authentication with these grants. All versions share the tokens that any of them has accepted. */
export type AuthenticateWith = (grants: readonly GrantSettings[]) => Authenticate;

/** The reason to reject a request. `status` is 401, or 503 while the keys of the issuer cannot be read. */
export class RefusedError extends Error {
  readonly status: 401 | 503;
  /** The value of the `WWW-Authenticate` header (RFC 6750, section 3). */
  readonly challenge: string;

  constructor(message: string, refusal: { status?: 401 | 503; challenge?: string; cause?: unknown } = {}) {
    super(message, { cause: refusal.cause });
    this.name = 'RefusedError';
    this.status = refusal.status ?? 401;
    this.challenge = refusal.challenge ?? 'Bearer error="invalid_token"';
  }
}

const longestToken = 8 * 1024;
const leeway = 60;
const rememberedTokens = 10_000;

interface Verification {
  verify(token: string): Promise<{ payload: JWTPayload }>;
  /** Returns the version of the keys: tokens that other keys have verified must be verified again. */
  version(): Promise<number>;
}

/** An accepted token. */
interface Accepted {
  readonly subject: string;
  /** In epoch milliseconds. */
  readonly expiresAt: number;
  readonly claims: JWTPayload;
  /** The version of the keys that verified the token. */
  readonly version: number;
}

/**
 * Accepts JSON Web Tokens of the configured issuer, and gives their principals the grants that match their claims.
 * Caches an accepted token, by its hash, until it expires or the keys of the issuer change. Reads the keys of the issuer
 * through the proxy, if there is one. `warn` receives a warning for each request that is served with stale keys.
 */
export function createAuthentication(
  settings: AuthenticationSettings,
  proxy?: Proxy,
  warn: (warning: Error) => void = () => {},
): AuthenticateWith {
  const accept = createAcceptance(createVerification(settings, proxy, warn));
  const tokenOf = new WeakMap<Principal, Accepted>();
  return (grants) => {
    const principals = new WeakMap<Accepted, Principal>();
    const principalOf = (token: Accepted) => {
      const { subject, expiresAt, claims } = token;
      const principal = principals.get(token) ?? createPrincipal(subject, grantsFor(claims, grants), expiresAt, grants);
      principals.set(token, principal);
      tokenOf.set(principal, token);
      return principal;
    };
    return Object.assign(async (authorization: string | undefined) => principalOf(await accept(authorization)), {
      regrant: (principal: Principal) => {
        const token = tokenOf.get(principal);
        return token ? principalOf(token) : principal;
      },
    });
  };
}

/** Returns the function that verifies the token of an `Authorization` header. */
function createAcceptance({
  verify,
  version: readVersion,
}: Verification): (authorization: string | undefined) => Promise<Accepted> {
  const remembered = new Map<string, Accepted>();
  return async (authorization) => {
    const token = readToken(authorization);
    const digest = hash('sha256', token, 'base64url');
    const version = await readVersion().catch(refuse);
    const known = remembered.get(digest);
    if (known?.version === version && Date.now() < known.expiresAt) return known;
    remembered.delete(digest);
    const { payload } = await verify(token).catch(refuse);
    // The subject identifies the caller everywhere, and jose accepts a subject of any type.
    const { sub: subject } = payload as { sub: unknown };
    if (typeof subject !== 'string' || subject === '')
      refuse(new errors.JWTInvalid('"sub" must be a non-empty string'));
    const expiresAt = (Number(payload.exp) + leeway) * 1000;
    const accepted: Accepted = { subject, expiresAt, claims: payload, version };
    const [oldest] = remembered.keys();
    if (remembered.size >= rememberedTokens && oldest !== undefined) remembered.delete(oldest);
    remembered.set(digest, accepted);
    return accepted;
  };
}

function readToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new RefusedError('Authentication required: send a bearer token in the Authorization header.', {
      challenge: 'Bearer',
    });
  }
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization.slice(0, longestToken + 1)) ?? [];
  if (token !== undefined && authorization.length <= longestToken) return token;
  throw new RefusedError(
    `The Authorization header contains no bearer token, or is too long. Send "Bearer", a space and the token: at most ${longestToken} characters.`,
  );
}

function createVerification(
  settings: AuthenticationSettings,
  proxy: Proxy | undefined,
  warn: (warning: Error) => void,
): Verification {
  const { issuer, audience, jwks, publicKey, secret, algorithms, staleKeysSeconds } = settings;
  const options: JWTVerifyOptions = {
    issuer,
    audience,
    // Prevents algorithm confusion: a secret verifies only HS256, and a public key never does.
    algorithms: secret === undefined ? algorithms : ['HS256'],
    clockTolerance: leeway,
    requiredClaims: ['sub', 'exp'],
  };
  if (jwks !== undefined) {
    const onStale = (cause: unknown) =>
      warn(
        new Error(
          'The keys of the issuer could not be read. Tokens are verified with the keys that were read before, for at most staleKeysSeconds.',
          { cause },
        ),
      );
    const keys = createKeySet(jwks, { staleSeconds: staleKeysSeconds, fetch: fetchFor(new URL(jwks), proxy), onStale });
    return { version: keys.version, verify: (token) => jwtVerify(token, keys.find, options) };
  }
  const key = secret === undefined ? createPublicKey(publicKey ?? '') : Buffer.from(secret, 'base64');
  return { version: async () => 0, verify: (token) => jwtVerify(token, key, options) };
}

function refuse(cause: unknown): never {
  if (isUnreachable(cause)) {
    throw new RefusedError(
      'Cannot verify the bearer token: the keys of the issuer could not be read. Try again later.',
      { status: 503, cause },
    );
  }
  const message =
    cause instanceof errors.JWTExpired
      ? 'The bearer token has expired. Get a new token.'
      : 'The bearer token is not valid. Check its issuer, audience, subject, validity period and signature.';
  throw new RefusedError(message, { cause });
}

/** Whether reading the key set failed, as opposed to verifying the token. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
  );
}

function grantsFor(claims: JWTPayload, grants: readonly GrantSettings[]): GrantSettings[] {
  return grants.filter(({ when }) =>
    Object.entries(when).every(([claim, accepted]) =>
      valuesOf(claims, claim).some((value) => accepted.includes(value)),
    ),
  );
}

/** The values of a claim; `scope` contains several values, separated by spaces (RFC 8693, section 4.2). */
function valuesOf(claims: JWTPayload, name: string): string[] {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof claim === 'string') return name === 'scope' ? claim.split(' ') : [claim];
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}
