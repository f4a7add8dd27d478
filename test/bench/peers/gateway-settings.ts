import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';

const issuer = 'https://issuer.example.com';
const audience = 'snapgate';
const secret = randomBytes(32);
const unlimited = 1_000_000_000;

/** The number of sources of the large fleet. */
export const fleetRegions = Array.from({ length: 200 }, (_, index) => `us-east-${index + 1}`);

/**
 * The configuration of the measured gateway: bearer tokens, grants, metrics and log. Limits are raised where the
 * benchmark would reach them; AWS responses are cached for the time of the run.
 */
export function configurationOf(regions: readonly string[], aws: object = {}): object {
  return {
    accounts: [{ id: '123456789012', name: 'production', regions, services: ['redshift'] }],
    authentication: { issuer, audience, secret: secret.toString('base64') },
    grants: [{ permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG'] }],
    cursorKeys: [randomBytes(32).toString('base64')],
    limits: {
      requestsPerSecond: unlimited,
      costPerMinute: unlimited,
      cost: 100_000,
      calls: 100_000,
      rootFields: 100,
      aliases: 100,
      fields: 10_000,
      tokens: 10_000,
    },
    aws: { cache: { ageSeconds: 3600 }, ...aws },
    telemetry: { metrics: { port: 0 }, logs: { level: 'info' } },
  };
}

/** Signs the token of the requests. */
export function signToken(): Promise<string> {
  return new SignJWT({ groups: ['readers'] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('benchmark')
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(secret);
}
