import { createHash } from 'node:crypto';

/** What all pages of the gateway have in common: they connect only to it, and no other page can contain them. */
const shared = [
  "default-src 'none'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** Returns the content security policy of a page that loads what these directives allow, and nothing else. */
export function policyOf(directives: readonly string[]): string {
  return [...shared, ...directives].join('; ');
}

/** Returns the source expression that allows an inline script. */
export function digestOf(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
