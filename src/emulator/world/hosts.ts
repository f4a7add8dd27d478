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
