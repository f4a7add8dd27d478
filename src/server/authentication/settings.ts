import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';

const keySet = z
  .url()
  .refine(
    (url) => url.startsWith('https:') || isLoopback(new URL(url).hostname),
    'must be an https address; http is for this machine alone',
  );

const publicKey = z
  .string()
  .refine(isPublicKey, 'must be a public key in PEM, starting with -----BEGIN PUBLIC KEY-----');

const secret = z
  .string()
  .regex(
    /^[A-Za-z0-9+/_-]{43,}={0,2}$/,
    'must be at least 32 random bytes in base64, as `openssl rand -base64 32` prints',
  );

const algorithm = z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']);

/** The `authentication` of the configuration file. */
export const authenticationSettings = z
  .strictObject({
    issuer: z.string().min(1).meta({ description: 'The `iss` that every token must have.' }),
    audience: z.string().min(1).meta({ description: 'The `aud` that every token must have.' }),
    jwks: keySet.optional().meta({ description: 'Where the issuer publishes its keys: a JSON Web Key Set.' }),
    publicKey: publicKey.optional().meta({ description: "The issuer's one public key, in PEM." }),
    secret: secret.optional().meta({
      description: 'A secret shared with the issuer, for HS256; `snapgate token` signs development tokens with it.',
    }),
    algorithms: z
      .array(algorithm)
      .min(1)
      .default(['RS256', 'PS256', 'ES256', 'EdDSA'])
      .meta({ description: 'The signatures accepted under jwks and publicKey.' }),
  })
  .refine(
    ({ jwks, publicKey, secret }) => [jwks, publicKey, secret].filter(Boolean).length === 1,
    'must have exactly one of jwks, publicKey and secret',
  )
  .meta({ description: 'Who may come in: bearer tokens (JWT) of one issuer.' });

export type AuthenticationSettings = z.output<typeof authenticationSettings>;

function isPublicKey(text: string): boolean {
  try {
    return createPublicKey(text).type === 'public' && !text.includes('PRIVATE');
  } catch {
    return false;
  }
}
