import { createHash } from 'node:crypto';

const digestLength = 8;

/** Returns a short digest, which identifies a record within its page and a source among the sources. */
export function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, digestLength);
}
