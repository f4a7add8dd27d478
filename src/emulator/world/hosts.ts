import { createHash } from 'node:crypto';

/** The domains of AWS's hosts in the partitions other than `aws`. */
const suffixes: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
  'aws-eusc': 'amazonaws.eu',
};

/** Returns the domain of AWS's hosts in a partition. */
export function domainOf(partition: string): string {
  return suffixes[partition] ?? 'amazonaws.com';
}

/** Returns a UUID that depends only on the parts. */
export function stableUuid(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join(' ')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
