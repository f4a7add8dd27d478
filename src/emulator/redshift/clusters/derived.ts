import type { Cluster, ClusterNode } from '@aws-sdk/client-redshift';
import { createHash } from 'node:crypto';

import { domainOf } from '../../world/hosts.ts';
import type { Region } from '../../world/world.ts';
import { windowOf } from '../rules.ts';
import type { StoredCluster } from '../stored.ts';
import { nodeTypes } from './node-types.ts';

const minute = 60 * 1000;
const weekMinutes = 7 * 24 * 60;

/** Returns the host name of a cluster's endpoint. */
export function endpointAddress(name: string, { region, partition }: Region): string {
  return `${name}.c1a2b3c4d5e6.${region}.redshift.${domainOf(partition)}`;
}

/** The members of a cluster that a world does not contain, because they follow from the others and from the time. */
export const derivedNames = [
  'ClusterAvailabilityStatus',
  'ClusterNodes',
  'ElasticResizeNumberOfNodeOptions',
  'NextMaintenanceWindowStartTime',
  'TotalStorageCapacityInMegaBytes',
];

/** Returns the members of an existing cluster that follow from its other members and from the time. */
export function derivedMembers(cluster: StoredCluster, now: Date): Partial<Cluster> {
  const { NodeType, NumberOfNodes = 1, PreferredMaintenanceWindow = '' } = cluster;
  return {
    ClusterNodes: nodesOf(cluster),
    ElasticResizeNumberOfNodeOptions: resizeOptions(NodeType, NumberOfNodes),
    NextMaintenanceWindowStartTime: nextWindowStart(PreferredMaintenanceWindow, now),
    TotalStorageCapacityInMegaBytes: capacityOf(NodeType, NumberOfNodes),
  };
}

/** Returns the start of the next weekly maintenance window. */
export function nextWindowStart(window: string, now: Date): Date | undefined {
  const start = windowOf(window)?.start;
  if (start === undefined) return undefined;
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const sunday = today - now.getUTCDay() * 24 * 60 * minute;
  const first = sunday + start * minute;
  return new Date(first > now.getTime() ? first : first + weekMinutes * minute);
}

/** Returns the storage of a cluster in megabytes; undefined for a node type that is no longer sold. */
export function capacityOf(nodeType: string | undefined, nodes: number): number | undefined {
  const type = nodeTypes.find(({ name }) => name === nodeType);
  return type && type.megabytes * nodes;
}

/** A cluster with one node has a shared node, and any other cluster a leader and its compute nodes. */
function nodesOf({ ClusterIdentifier, ClusterNamespaceArn = '', NumberOfNodes = 1 }: StoredCluster): ClusterNode[] {
  const roles =
    NumberOfNodes === 1
      ? ['SHARED']
      : ['LEADER', ...Array.from({ length: NumberOfNodes }, (_, index) => `COMPUTE-${index}`)];
  return roles.map((NodeRole) => {
    const digest = createHash('sha256').update(`${ClusterNamespaceArn} ${ClusterIdentifier} ${NodeRole}`).digest();
    const [third = 0, fourth = 0, publicThird = 0, publicFourth = 0] = digest;
    return {
      NodeRole,
      PrivateIPAddress: `172.31.${third}.${fourth}`,
      // A block that is reserved for documentation and tests.
      PublicIPAddress: `198.${18 + (publicThird % 2)}.${publicThird}.${publicFourth}`,
    };
  });
}

/** Returns the numbers of nodes of an elastic resize: half to four times the current number, as for a recorded cluster. */
function resizeOptions(nodeType: string | undefined, nodes: number): string | undefined {
  const [least, most] = nodeTypes.find(({ name }) => name === nodeType)?.nodes ?? [];
  if (least === undefined || most === undefined || nodes === 1) return undefined;
  const first = Math.max(2, least, Math.ceil(nodes / 2));
  const last = Math.min(most, nodes * 4);
  const counts = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return `[${counts.filter((count) => count !== nodes).join(',')}]`;
}
