import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose';

/** The keys of an issuer, which are read from its endpoint when they are needed, and kept while it does not answer. */
export interface KeySet {
  /**
   * Returns the version of the keys, which changes when the issuer changes them. Reads the keys first if they are not
   * recent; rejects if they cannot be read, and may not be used any longer.
   */
  version(): Promise<number>;
  /** Finds the key of a token. Reads the keys for an unknown key id, at most once per interval. */
  readonly find: JWTVerifyGetKey;
}

export interface KeySetOptions {
  /** How long keys are used beyond their age while the endpoint does not answer, in seconds. */
  readonly staleSeconds: number;
  readonly fetch?: FetchImplementation | undefined;
  /** Called for each request that is served with stale keys, with the reason why no others could be read. */
  readonly onStale: (why: unknown) => void;
}

/** Keys that are older are refreshed in the background, so that requests do not wait. In milliseconds, as all below. */
const refreshAge = 5 * 60_000;
/** Keys that are older are used only while the endpoint does not answer. */
const maximumAge = 10 * 60_000;
const timeout = 5_000;
const pauseBetweenRefreshes = 10_000;
const pauseBetweenLookups = 30_000;
/** How long an endpoint that failed counts as not answering; more than a pause and a timeout. */
const failureAge = 30_000;

/**
 * Creates the keys of an endpoint. An endpoint answers if it returns a valid key set with status 200, even an empty one;
 * keys that it does not contain are withdrawn at once. Any other response, and none, means that it does not answer.
 */
export function createKeySet(url: string, { staleSeconds, fetch, onStale }: KeySetOptions): KeySet {
  // When keys are read is decided here: jose would use no key beyond its age, and count lookups as refreshes.
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeout,
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    ...(fetch && { [customFetch]: fetch }),
  });
  let current = { version: 0, text: '' };
  let [answeredAt, failedAt, refreshedAt, lookedUpAt] = [-Infinity, -Infinity, -Infinity, -Infinity];
  let failure: unknown;

  /** Reads the keys; several calls share one request. */
  const read = async () => {
    try {
      await remote.reload();
    } catch (error) {
      failure = error;
      failedAt = performance.now();
      throw error;
    }
    answeredAt = performance.now();
    failedAt = -Infinity;
    const text = JSON.stringify(remote.jwks());
    if (text !== current.text) current = { version: current.version + 1, text };
  };
  const isFailing = () => performance.now() - failedAt < failureAge;
  const age = () => performance.now() - answeredAt;
  const mayBeStale = () => age() < maximumAge + staleSeconds * 1000;

  return {
    version: async () => {
      if (age() >= refreshAge) {
        const mustWait = age() >= maximumAge && !(isFailing() && mayBeStale());
        if (mustWait || performance.now() - refreshedAt >= pauseBetweenRefreshes) {
          refreshedAt = performance.now();
          const reading = read().catch((error: unknown) => {
            if (!mayBeStale()) throw error;
          });
          if (mustWait) await reading;
          else reading.catch(() => {});
        }
        if (age() >= maximumAge) onStale(failure);
      }
      return current.version;
    },
    find: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const isDue = performance.now() - lookedUpAt >= pauseBetweenLookups;
        // The key can be a new one, which the issuer cannot be asked for.
        if (!isDue && !remote.reloading) throw isFailing() ? failure : error;
        if (isDue) lookedUpAt = performance.now();
        await read();
        return remote(header, token);
      }
    },
  };
}
