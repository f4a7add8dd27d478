import type { Snapshot } from '@aws-sdk/client-redshift';

import { invalidValue } from '../../fault.ts';

/** The properties of a node type. */
interface NodeType {
  readonly name: string;
  /** The storage of a node of a cluster with several nodes, in megabytes, as DescribeClusters counts it. */
  readonly megabytes: number;
  /** The smallest and the largest number of nodes. */
  readonly nodes: readonly [number, number];
}

/** The node types, with the limits of https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html */
export const nodeTypes: readonly NodeType[] = [
  { name: 'dc2.large', megabytes: 163_840, nodes: [1, 32] },
  { name: 'dc2.8xlarge', megabytes: 2_621_440, nodes: [2, 128] },
  { name: 'ra3.large', megabytes: 8_000_000, nodes: [1, 16] },
  { name: 'ra3.xlplus', megabytes: 32_000_000, nodes: [1, 32] },
  { name: 'ra3.4xlarge', megabytes: 128_000_000, nodes: [2, 128] },
  { name: 'ra3.16xlarge', megabytes: 128_000_000, nodes: [2, 128] },
  { name: 'rg.xlarge', megabytes: 32_000_000, nodes: [1, 32] },
  { name: 'rg.4xlarge', megabytes: 128_000_000, nodes: [2, 128] },
];

/** Returns the node types to which a snapshot can be restored: by default its own family, and RA3 from DC2. */
export function restorableNodeTypes({ NodeType: own, RestorableNodeTypes: known }: Snapshot): string[] {
  if (known) return known;
  if (own === undefined) return [];
  const families = own.startsWith('dc2.') ? ['dc2', 'ra3'] : [own.slice(0, own.indexOf('.'))];
  const found = nodeTypes
    .map(({ name }) => name)
    .filter((name) => families.some((each) => name.startsWith(`${each}.`)));
  return found.includes(own) ? [own, ...found.filter((name) => name !== own)] : [own, ...found];
}

/** The families of node types that AWS sells or sold. */
const families = /^(dc1|dc2|ds1|ds2|dw|dw1|dw2|dw\.hs1|ra3|rg)\.[a-z0-9]+$/;

/** Throws InvalidParameterValue for a node type that never existed. */
export function checkNodeType(name: string): void {
  if (!families.test(name)) throw invalidValue(`Invalid node type: ${name}`);
}
