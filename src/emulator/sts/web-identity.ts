import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts';
import * as z from 'zod';

import { Fault } from '../fault.ts';
import type { Call } from '../service.ts';
import type { Identities } from './identities.ts';
import { readSession, startSession, type RequestedSession } from './sessions.ts';
import { federatedPrincipals, isTrusted } from './trust.ts';

const claimsSchema = z.looseObject({
  iss: z.string().regex(/^https:\/\/./),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string()).nonempty()]).transform((audience) => [audience].flat()),
  exp: z.number(),
});

type Claims = z.output<typeof claimsSchema>;

/**
 * Issues credentials for an OpenID Connect token, as Amazon EKS mounts it into a pod. The request needs no credentials.
 * The token's signature is not verified, but its expiry is, and the role's trust policy must allow its issuer, subject
 * and audience. In an account without roles, every role trusts every issuer.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityRequest,
  call: Call,
  identities: Identities,
): AssumeRoleWithWebIdentityResponse {
  const session = readSession(input, call);
  const claims = readClaims(input.WebIdentityToken ?? '', identities.clientNow());
  const provider = `arn:${session.arn.partition}:iam::${session.arn.account}:oidc-provider/${hostOf(claims)}`;
  requireTrust(session, claims, provider, call);
  return {
    ...startSession(session, identities, false),
    SubjectFromWebIdentityToken: claims.sub,
    Provider: provider,
    Audience: claims.aud[0],
  };
}

function readClaims(token: string, now: Date): Claims {
  const claims = claimsSchema.safeParse(decode(token));
  if (!claims.success) {
    const names = claims.error.issues.map(({ path }) => path.join('.'));
    throw invalidToken(`Missing or invalid claims: ${[...new Set(names)].join(', ')}`);
  }
  const seconds = Math.floor(now.getTime() / 1000);
  if (seconds < claims.data.exp) return claims.data;
  throw new Fault(
    'ExpiredTokenException',
    `Token expired: current date/time ${seconds} must be before the expiration date/time ${Math.floor(claims.data.exp)}`,
  );
}

/** Returns the payload of a JSON Web Token; throws InvalidIdentityToken for any other text. */
function decode(token: string): unknown {
  const [header, payload] = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? token.split('.', 2).map(readJson) : [];
  if (header !== undefined && payload !== undefined) return payload;
  throw invalidToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
}

/** Returns the JSON of a part of a token; undefined if it contains none. */
function readJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function requireTrust({ arn, role, name }: RequestedSession, claims: Claims, provider: string, { world }: Call): void {
  const others = world.roles.of(arn.account);
  if (others.length === 0) return;
  const policies = others.flatMap(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument ?? []);
  const policy = role?.AssumeRolePolicyDocument;
  if (role && !policy) return;
  if (!policies.some((each) => federatedPrincipals(each).includes(provider))) {
    throw invalidToken(`No OpenIDConnect provider found in your account for ${claims.iss}`);
  }
  const issuer = hostOf(claims).toLowerCase();
  const isAllowed =
    policy !== undefined &&
    isTrusted(policy, {
      action: 'sts:AssumeRoleWithWebIdentity',
      isPrincipal: (type, text) => type === 'Federated' && text === provider,
      keys: new Map([
        ['sts:rolesessionname', [name]],
        [`${issuer}:sub`, [claims.sub]],
        [`${issuer}:aud`, claims.aud],
      ]),
    });
  if (!isAllowed) throw new Fault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
}

/** Returns the issuer as IAM names it in ARNs and condition keys: without its scheme. */
function hostOf({ iss }: Claims): string {
  return iss.slice('https://'.length);
}

function invalidToken(message: string): Fault {
  return new Fault('InvalidIdentityToken', message);
}
