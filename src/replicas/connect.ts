import { createRedisLink } from './redis-link.ts';
import { createSeal } from './seal.ts';
import { createStrictRedis } from './strict-redis.ts';

/**
 * Returns how each part uses a Redis server: cached responses, counts, and what changes need. Without a URL, nothing. No
 * connection is opened until it is used. `failed` receives why Redis does not respond, and the consequence.
 */
export function connectRedis(url: string | undefined, keysOf: () => readonly Buffer[], failed: (error: Error) => void) {
  if (url === undefined) return {};
  const seal = createSeal(keysOf);
  const report = (consequence: string) => (cause: unknown) =>
    failed(new Error(`Redis does not respond. Until it does, ${consequence}.`, { cause }));
  return {
    answers: { url, seal },
    counts: createRedisLink(url, { onFailure: report('this replica caches and counts separately') }),
    changes: { link: createStrictRedis(url, report('deletions that are guarded by `deletion` are refused')), seal },
  };
}
