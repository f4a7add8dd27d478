import { createHash } from 'node:crypto';

import { domainOf } from '../../world/hosts.ts';
import type { Region } from '../../world/world.ts';
import { findEngine } from './engines.ts';

/** The hosted zone of the endpoints. */
export const hostedZone = 'Z00ABCDEFGHIJ';

/**
 * Returns the host name of an endpoint: `kind` is `cluster-`, `cluster-ro-`, or empty for an instance. Aurora's hosts and
 * those of Multi-AZ DB clusters are in `rds`, those of DocumentDB and Neptune in a domain of their own.
 */
export function hostOf(name: string, kind: string, engine: string, { region, partition }: Region): string {
  const domain = findEngine(engine)?.domain ?? 'rds';
  return `${name}.${kind}c1a2b3c4d5e6.${region}.${domain}.${domainOf(partition)}`;
}

/** Returns an id of `length` characters of A to Z and 2 to 7 that depends only on the parts. */
export function resourceId(length: number, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join(' ')).digest();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}
