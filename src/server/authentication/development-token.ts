import { SignJWT } from 'jose';
import { ConfigurationError } from '../../errors.ts';
import type { AuthenticationSettings } from './settings.ts';

export interface TokenWishes {
  readonly subject: string;
  /** Claims of the form `groups=operators`; a repeated claim becomes a list. */
  readonly claims: readonly string[];
  readonly hours: number;
}

/** Signs a token with the configured secret; throws a ConfigurationError if no secret is configured. */
export async function signDevelopmentToken(
  settings: AuthenticationSettings | undefined,
  { subject, claims, hours }: TokenWishes,
): Promise<string> {
  if (settings?.secret === undefined) {
    throw new ConfigurationError([
      'Cannot create a development token: the configuration has no authentication.secret to sign it with. Use --config to select a file that has one, or get a token from the issuer.',
    ]);
  }
  return new SignJWT(toPayload(claims))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${hours * 3600} s`)
    .sign(Buffer.from(settings.secret, 'base64'));
}

function toPayload(claims: readonly string[]): Record<string, string | string[]> {
  const pairs = claims.map((claim) => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(claim) ?? [];
    if (name !== undefined && value !== undefined) return { name, value };
    throw new ConfigurationError([
      `--claim is ${JSON.stringify(claim)}. It must have the form name=value, such as groups=operators.`,
    ]);
  });
  const byName = Map.groupBy(pairs, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, each]) => [
      name,
      each.length === 1 ? (each[0]?.value ?? '') : each.map(({ value }) => value),
    ]),
  );
}
