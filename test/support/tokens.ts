import { randomBytes } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { createAuthentication } from '../../src/server/authentication/authentication.ts';
import { grantSettings } from '../../src/access/grants.ts';
import { type AuthenticationSettings, authenticationSettings } from '../../src/server/authentication/settings.ts';

export const issuer = 'https://login.example.com/';
export const audience = 'snapgate';
export const secret = randomBytes(32).toString('base64');

type Claims = { readonly [claim in keyof JWTPayload]: JWTPayload[claim] | undefined };
type Grants = Parameters<ReturnType<typeof createAuthentication>>[0];

/** Parses the grants of a configuration file. */
function grantsOf(grants: readonly object[]): Grants {
  return grantSettings.parse(grants);
}

/** Creates authentication with the shared secret and these grants. */
export function authenticationWith(grants: readonly object[]) {
  return createRegranting()(grants);
}

/** Creates authentication with the shared secret, whose grants can be replaced. */
export function createRegranting() {
  const authenticateWith = createAuthentication(settings({ secret }));
  return (grants: readonly object[]) => authenticateWith(grantsOf(grants));
}

/** Parses the `authentication` setting with this key. */
export function settings(key: object): AuthenticationSettings {
  return authenticationSettings.parse({ issuer, audience, ...key });
}

/** Signs a token of the issuer that is valid for an hour, with the given claims added or replaced. */
export function token(
  claims: Claims = {},
  key: Parameters<SignJWT['sign']>[0] = Buffer.from(secret, 'base64'),
  alg = 'HS256',
) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuer, aud: audience, sub: 'ada', iat: now, exp: now + 3600, ...claims } as JWTPayload)
    .setProtectedHeader({ alg })
    .sign(key);
}

/** The headers of a caller with a token. */
export async function as(claims: Claims = {}) {
  return { authorization: `Bearer ${await token(claims)}` };
}
