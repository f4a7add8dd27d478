import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { isLoopback } from './loopback.ts';

const keySet = z
  .url()
  .refine(
    (url) => url.startsWith('https:') || isLoopback(URL.parse(url)?.hostname ?? ''),
    'must be an https URL; http is allowed only for localhost and loopback addresses',
  );

const publicKey = z
  .string()
  .refine(isPublicKey, 'must be a public key in PEM format, which starts with -----BEGIN PUBLIC KEY-----');

const secret = z
  .string()
  .regex(
    /^[A-Za-z0-9+/_-]{43,}={0,2}$/,
    'must be at least 32 random bytes in base64: create it with `openssl rand -base64 32`',
  );

const algorithm = z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']);

/** The `authentication` setting. */
export const authenticationSettings = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .meta({ description: 'The issuer of the accepted tokens: the value of their `iss` claim.' }),
    audience: z
      .string()
      .min(1)
      .meta({ description: 'The audience of the accepted tokens: a value of their `aud` claim.' }),
    jwks: keySet.optional().meta({
      description:
        'The URL of the JSON Web Key Set (JWKS) of the issuer. Requires https, except on a loopback address.',
    }),
    staleKeysSeconds: z.int().min(0).max(86_400).default(3_600).meta({
      description:
        'How long the keys of `jwks` are used, in seconds, after they are 10 minutes old, while the URL returns no valid key set. A key that the issuer has withdrawn is accepted for as long. 0 rejects requests with status 503 instead.',
    }),
    publicKey: publicKey.optional().meta({ description: 'The public key of the issuer, in PEM format.' }),
    secret: secret.optional().meta({
      description:
        'The secret shared with the issuer, for HS256 signatures: at least 32 random bytes in base64. `snapgate token` signs development tokens with it.',
    }),
    algorithms: z.array(algorithm).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']).meta({
      description: 'The accepted signature algorithms. Ignored if `secret` is set, which accepts only HS256.',
    }),
  })
  .refine(
    ({ jwks, publicKey, secret }) => [jwks, publicKey, secret].filter(Boolean).length === 1,
    'must have exactly one of jwks, publicKey and secret',
  )
  .meta({
    description:
      'Authentication with bearer tokens (JWT) of one issuer. Set exactly one of `jwks`, `publicKey` and `secret`. If omitted, `serve` starts only with --allow-anonymous.',
  });

export type AuthenticationSettings = z.output<typeof authenticationSettings>;

function isPublicKey(text: string): boolean {
  try {
    return createPublicKey(text).type === 'public' && !text.includes('PRIVATE');
  } catch {
    return false;
  }
}
