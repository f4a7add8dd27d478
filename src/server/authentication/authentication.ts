import { createHash, createPublicKey } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { GrantSettings } from '../../access/grants.ts';
import { createPrincipal, type Principal } from '../../access/principal.ts';
import type { AuthenticationSettings } from './settings.ts';

/** Returns the principal of an `Authorization` header; throws a RefusedError where it is not accepted. */
export type Authenticate = (authorization: string | undefined, host?: string) => Promise<Principal>;

/** A request that is not accepted. `status` is 401, or 503 while the keys of the issuer cannot be read. */
export class RefusedError extends Error {
  readonly status: 401 | 503;
  /** The value of `WWW-Authenticate`; RFC 6750, section 3. */
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

type Verify = (token: string) => Promise<{ payload: JWTPayload }>;

/**
 * Accepts JSON Web Tokens of the configured issuer, and grants what the configuration says their claims are worth.
 * A token that was accepted is remembered by its hash until it expires.
 */
export function createAuthentication(settings: AuthenticationSettings, grants: readonly GrantSettings[]): Authenticate {
  const verify = createVerification(settings);
  const remembered = new Map<string, Principal>();
  return async (authorization) => {
    const token = readToken(authorization);
    const hash = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(hash);
    if (known && Date.now() < known.expiresAt) return known;
    remembered.delete(hash);
    const { payload } = await verify(token).catch(refuse);
    // Allowances, database users and the audit go by the subject, which a token may have as anything.
    const { sub: subject } = payload as { sub: unknown };
    if (typeof subject !== 'string' || subject === '') refuse(new errors.JWTInvalid('"sub" must be a text'));
    const expiresAt = (Number(payload.exp) + leeway) * 1000;
    const principal = createPrincipal(subject, grantsFor(payload, grants), expiresAt);
    const [oldest] = remembered.keys();
    if (remembered.size >= rememberedTokens && oldest !== undefined) remembered.delete(oldest);
    remembered.set(hash, principal);
    return principal;
  };
}

function readToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new RefusedError('This gateway asks for a bearer token in the Authorization header.', {
      challenge: 'Bearer',
    });
  }
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization.slice(0, longestToken + 1)) ?? [];
  if (token !== undefined && authorization.length <= longestToken) return token;
  throw new RefusedError('The Authorization header has no bearer token that could be accepted.');
}

function createVerification({ issuer, audience, jwks, publicKey, secret, algorithms }: AuthenticationSettings): Verify {
  const options: JWTVerifyOptions = {
    issuer,
    audience,
    // A secret never verifies what claims to be signed by a key pair, nor the other way round.
    algorithms: secret === undefined ? algorithms : ['HS256'],
    clockTolerance: leeway,
    requiredClaims: ['sub', 'exp'],
  };
  if (jwks !== undefined) {
    const keys = createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5_000, cacheMaxAge: 600_000 });
    return (token) => jwtVerify(token, keys, options);
  }
  const key = secret === undefined ? createPublicKey(publicKey ?? '') : Buffer.from(secret, 'base64');
  return (token) => jwtVerify(token, key, options);
}

function refuse(cause: unknown): never {
  if (isUnreachable(cause)) {
    throw new RefusedError('The keys that verify tokens cannot be read at the moment. Try again later.', {
      status: 503,
      cause,
    });
  }
  const message =
    cause instanceof errors.JWTExpired ? 'The bearer token has expired.' : 'The bearer token is not accepted.';
  throw new RefusedError(message, { cause });
}

/** Whether the key set, and not the token, is what failed. */
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

/** What a claim says; `scope` alone is several words in one text (RFC 8693, section 4.2). */
function valuesOf(claims: JWTPayload, name: string): string[] {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof claim === 'string') return name === 'scope' ? claim.split(' ') : [claim];
  return Array.isArray(claim) ? claim.filter((value) => typeof value === 'string') : [];
}
