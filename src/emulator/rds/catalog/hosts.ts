import { createHash } from 'node:crypto';

import type { Region } from '../../world/world.ts';
import { findEngine } from './engines.ts';

const suffixes: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
  'aws-eusc': 'amazonaws.eu',
};

/** The hosted zone of the endpoints. */
export const hostedZone = 'Z00ABCDEFGHIJ';

/**
 * Returns the host name of an endpoint: `kind` is `cluster-`, `cluster-ro-`, or empty for an instance. Aurora's hosts and
 * those of Multi-AZ DB clusters are in `rds`, those of DocumentDB and Neptune in a domain of their own.
 */
export function hostOf(name: string, kind: string, engine: string, { region, partition }: Region): string {
  const domain = findEngine(engine)?.domain ?? 'rds';
  return `${name}.${kind}c1a2b3c4d5e6.${region}.${domain}.${suffixes[partition] ?? 'amazonaws.com'}`;
}

/** Returns an id of `length` characters of A to Z and 2 to 7 that depends only on the parts. */
export function resourceId(length: number, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join(' ')).digest();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}

/** Returns a UUID that depends only on the parts. */
export function stableUuid(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join(' ')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
