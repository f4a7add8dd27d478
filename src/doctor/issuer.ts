import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, errors, exportJWK, type JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { fetchFor } from '../server/authentication/proxied-fetch.ts';
import type { AuthenticationSettings } from '../server/authentication/settings.ts';
import { type Proxy, proxyFor } from '../server/proxy.ts';
import { describeFailure } from './failure.ts';
import { type Check, ok, type Outcome, problem, unchecked, warning } from './finding.ts';

/** As long as the gateway waits for the keys. */
const milliseconds = 5_000;
const discoveryPath = '.well-known/openid-configuration';

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Returns the checks of the issuer of tokens, its keys, and its OpenID discovery document. */
export function issuerChecks(settings: AuthenticationSettings, proxy: Proxy | undefined): Check[] {
  const { jwks, publicKey, algorithms, issuer } = settings;
  if (jwks === undefined) {
    const run = async () => (publicKey === undefined ? ok('A shared secret.') : checkPublicKey(publicKey, algorithms));
    return [{ name: 'issuer', target: issuer, run }];
  }
  const url = new URL(jwks);
  const keys: Check = { name: 'issuer', target: withoutUser(url), run: () => checkKeys(url, algorithms, proxy) };
  const document = URL.parse(`${issuer.replace(/\/$/, '')}/${discoveryPath}`);
  if (!document || !/^https?:$/.test(document.protocol)) return [keys];
  const run = () => checkDiscovery(document, settings, proxy);
  return [keys, { name: 'discovery', target: withoutUser(document), run }];
}

async function checkPublicKey(pem: string, algorithms: readonly string[]): Promise<Outcome> {
  const key = await exportJWK(createPublicKey(pem));
  return (await isUsable({ keys: [key] }, algorithms))
    ? ok('The public key is usable.')
    : problem(
        `authentication.publicKey cannot verify any of the configured algorithms (${algorithms.join(', ')}). Configure the algorithm of the key, or another key.`,
      );
}

async function checkKeys(url: URL, algorithms: readonly string[], proxy: Proxy | undefined): Promise<Outcome> {
  const way = describeWay(url, proxy);
  const read = await readJson(url, proxy).catch((error: unknown) => describeFailure(error));
  if (typeof read === 'string') return problem(`The keys of the issuer cannot be read${way}: ${read}`);
  const { status, body } = read;
  const parsed = keySet.safeParse(body);
  if (status !== 200) return problem(`The keys of the issuer cannot be read${way}: HTTP status ${status}.`);
  if (!parsed.success) return problem(`The response of the issuer${way} is not a JSON Web Key Set.`);
  const count = parsed.data.keys.length;
  if (await isUsable(parsed.data, algorithms)) return ok(`Read${way}: ${count === 1 ? '1 key' : `${count} keys`}.`);
  return problem(
    `None of the ${count} keys of the issuer can verify the configured algorithms (${algorithms.join(', ')}). Configure the algorithms that the issuer uses in authentication.algorithms, or another jwks.`,
  );
}

/** Whether a key of the set can verify one of the algorithms. */
async function isUsable(keys: JSONWebKeySet, algorithms: readonly string[]): Promise<boolean> {
  const find = createLocalJWKSet(keys);
  const tried = await Promise.all(
    algorithms.map(async (alg) => {
      try {
        await find({ alg });
        return true;
      } catch (error) {
        // Tokens then select one of the keys by its id.
        return error instanceof errors.JWKSMultipleMatchingKeys;
      }
    }),
  );
  return tried.includes(true);
}

/** The document is optional: the gateway does not read it. */
async function checkDiscovery(
  url: URL,
  { issuer, jwks }: AuthenticationSettings,
  proxy: Proxy | undefined,
): Promise<Outcome> {
  const read = await readJson(url, proxy).catch(() => undefined);
  const parsed = read?.status === 200 ? discovery.safeParse(read.body) : undefined;
  if (!parsed?.success) return unchecked('The issuer has no OpenID discovery document, which is optional.');
  const { issuer: named, jwks_uri: keys } = parsed.data;
  const differences = [
    ...(named === issuer ? [] : [`The issuer calls itself ${JSON.stringify(named)}, not ${JSON.stringify(issuer)}.`]),
    ...(keys === jwks ? [] : [`Its keys are at ${JSON.stringify(keys)}, not at the configured jwks.`]),
  ];
  if (differences.length === 0) return ok('Agrees with the configuration.');
  return warning([...differences, 'Check authentication.issuer and authentication.jwks.'].join('\n'));
}

async function readJson(url: URL, proxy: Proxy | undefined): Promise<{ status: number; body: unknown }> {
  const response = await fetchFor(url, proxy)(url.href, {
    headers: new Headers({ accept: 'application/json' }),
    method: 'GET',
    redirect: 'manual',
    signal: AbortSignal.timeout(milliseconds),
  });
  const body: unknown = await response.json().catch(() => undefined);
  return { status: response.status, body };
}

function describeWay(url: URL, proxy: Proxy | undefined): string {
  const used = proxy && url.protocol === 'https:' ? proxyFor(proxy, url) : undefined;
  return used === undefined ? '' : ` through the proxy ${used}`;
}

function withoutUser(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
