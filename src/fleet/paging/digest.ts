import { hash } from 'node:crypto';

const digestLength = 8;

/** Returns a short digest, which identifies a record within its page and a source among the sources. */
export function digest(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, digestLength);
}
