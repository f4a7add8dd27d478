import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { auditSetting } from '../access/audit.ts';
import { deletionSettings } from '../access/policy/deletion.ts';
import { sharingSettings } from '../access/policy/sharing.ts';
import { permissions, type Permission } from '../graphql/permission.ts';
import { limitSettings } from '../limits/settings.ts';
import { documentSettings } from '../limits/trusted-documents.ts';
import { strictObject } from '../strict-object.ts';
import { originsSetting } from './browsers.ts';
import { isLoopback } from './start-up.ts';

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

const authentication = strictObject({
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

const names = z.union(
  [z.string().transform((name) => [name]), z.array(z.string()).min(1)],
  'must be text, or a list of texts; put numbers, true and false in quotes',
);

const grant = strictObject({
  when: z.record(z.string(), names).default({}).meta({
    description: 'Claims that the token must have, each with any of these values. Left out, any accepted token.',
  }),
  permissions: z
    .array(z.enum(Object.keys(permissions) as [Permission, ...Permission[]]))
    .min(1)
    .meta({ description: 'What is granted.' }),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'must be 12 digits in quotes'))
    .min(1)
    .optional()
    .meta({
      description: 'Only in these accounts.',
    }),
  regions: z.array(z.string()).min(1).optional().meta({ description: 'Only in these regions.' }),
  services: z
    .array(z.enum(['redshift', 'documentdb']).transform((name) => (name === 'redshift' ? 'REDSHIFT' : 'DOCUMENTDB')))
    .min(1)
    .optional()
    .meta({ description: 'Only in these services.' }),
  tags: z.record(z.string(), names).optional().meta({
    description: 'Only what has all of these tags, each with any of these values.',
  }),
  introspection: z.boolean().default(true).meta({ description: 'Whether the schema may be read; GraphiQL needs it.' }),
}).meta({ description: 'What the bearers of certain tokens may do, and where.' });

/** The members of the configuration file that say who may do what. */
export const accessSettings = {
  authentication: authentication.optional(),
  grants: z.array(grant).default([]).meta({
    description: 'Who may do what. What no grant gives is refused, and what one may not read does not exist.',
  }),
  limits: limitSettings.prefault({}),
  origins: originsSetting,
  documents: documentSettings.optional(),
  sharing: sharingSettings.optional(),
  deletion: deletionSettings,
  audit: auditSetting.optional(),
};

export type AccessSettings = z.output<z.ZodObject<typeof accessSettings>>;
export type AuthenticationSettings = z.output<typeof authentication>;
export type GrantSettings = z.output<typeof grant>;

function isPublicKey(text: string): boolean {
  try {
    return createPublicKey(text).type === 'public' && !text.includes('PRIVATE');
  } catch {
    return false;
  }
}
