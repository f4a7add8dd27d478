import type { Cluster, ModifyClusterMessage, PendingModifiedValues } from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Assumptions } from '../../world/assumptions.ts';
import { redshiftFault } from '../faults.ts';
import type { StoredCluster } from '../stored.ts';

const nodesPerCluster = 128;

/** Returns the number of nodes of a cluster type. Throws InvalidParameterCombination or InvalidParameterValue. */
export function nodeCount(type: string, asked: number | undefined): number {
  if (type !== 'single-node' && type !== 'multi-node') throw invalidValue('Invalid cluster type');
  const least = type === 'single-node' ? 1 : 2;
  const nodes = asked ?? least;
  if (nodes > nodesPerCluster) {
    throw redshiftFault('NumberOfNodesPerClusterLimitExceeded', `A cluster can have at most ${nodesPerCluster} nodes.`);
  }
  if (type === 'single-node' ? nodes === 1 : nodes >= least) return nodes;
  throw invalidCombination(
    type === 'single-node'
      ? 'Number of nodes for cluster type single-node must be 1'
      : 'Number of nodes for cluster type multi-node must be greater than or equal to 2',
  );
}

/** Returns the resize that a call requests, which is pending until it is complete; undefined if nothing changes. */
export function resizeOf(
  input: Pick<ModifyClusterMessage, 'ClusterType' | 'NodeType' | 'NumberOfNodes'>,
  cluster: StoredCluster,
  { redshiftResizeNeedsNodeType }: Assumptions,
): { status: string; shown: PendingModifiedValues; members: Partial<Cluster> } | undefined {
  const { NodeType = cluster.NodeType, NumberOfNodes: asked } = input;
  if (input.NodeType === undefined && asked !== undefined && redshiftResizeNeedsNodeType) {
    throw invalidCombination('NodeType is required when NumberOfNodes is specified.');
  }
  const current = cluster.NumberOfNodes ?? 1;
  const { ClusterType: type = (asked ?? current) === 1 ? 'single-node' : 'multi-node' } = input;
  const NumberOfNodes = nodeCount(type, asked ?? (type === 'single-node' ? 1 : Math.max(2, current)));
  if (NodeType === cluster.NodeType && NumberOfNodes === current) return undefined;
  return {
    status: 'resizing',
    shown: { ClusterType: type, NodeType, NumberOfNodes },
    members: { NodeType, NumberOfNodes },
  };
}
