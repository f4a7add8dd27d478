import type { AwsCredentialIdentity } from '@smithy/types';
import { createRegional, type RegionHealth } from './regional.ts';

/** Temporary or permanent keys, which all regions share, and which are renewed before they expire. */
export interface KeyMemory {
  /**
   * Returns the current keys. Shortly before they expire, renews them in the background; if they have expired or
   * `isStale`, waits for new keys.
   */
  get(region: string, isStale?: boolean): Promise<AwsCredentialIdentity>;
  /** Requests new keys, even if the current keys have not expired. */
  renew(region: string): Promise<AwsCredentialIdentity>;
  /** When the current keys were obtained, and when they last could not be renewed, in the order of `nextEvent`. */
  readonly obtainedAt: number;
  readonly failedAt: number;
}

/** From this time before they expire, keys are renewed in the background, and from the second, before they are used. */
const renewedMilliseconds = 300_000;
const unusedMilliseconds = 30_000;

let events = 0;

/** Returns a number greater than every number before: the order of events, which a clock can report as simultaneous. */
export function nextEvent(): number {
  events += 1;
  return events;
}

/** Creates the memory of the keys that `ask` requests in a region, without requesting them. */
export function createKeyMemory(
  ask: (region: string) => Promise<AwsCredentialIdentity>,
  patienceSeconds: number,
  health: RegionHealth,
): KeyMemory {
  let obtainedAt = -Infinity;
  let failedAt = -Infinity;
  const regional = createRegional(
    async (region) => {
      const keys = await ask(region);
      obtainedAt = nextEvent();
      return keys;
    },
    patienceSeconds,
    health,
  );
  const renew = (region: string) =>
    regional.renew(region).catch((error: unknown) => {
      failedAt = nextEvent();
      throw error;
    });
  return {
    get: async (region, isStale = false) => {
      const keys = isStale ? undefined : regional.known(region);
      if (keys === undefined) return renew(region);
      const left = keys.expiration === undefined ? Infinity : keys.expiration.getTime() - Date.now();
      if (left > renewedMilliseconds) return keys;
      if (left <= unusedMilliseconds) return renew(region);
      regional.renew(region).catch(() => {});
      return keys;
    },
    renew,
    get obtainedAt() {
      return obtainedAt;
    },
    get failedAt() {
      return failedAt;
    },
  };
}
