import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { checkBy, type Judgment } from '../../../fleet/questions/restore-checks.ts';
import { after, type MaybePromise, together } from '../../../snapshots/maybe.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftSnapshot } from '../snapshot-kind.ts';
import type { RedshiftRequirements } from './requirements.ts';

/** Checks what AWS requires to restore a snapshot into a cluster like its own. What cannot be read is UNKNOWN. */
export function checkRedshiftRestore(
  { subnetGroups, parameterGroups }: RedshiftRequirements,
  { source, aws: cluster }: RedshiftCluster,
  snapshot: RedshiftSnapshot,
): MaybePromise<readonly RestoreCheck[]> {
  const [parameterGroup] = cluster.ClusterParameterGroups ?? [];
  return together([
    checkBy('NODE_TYPE_RESTORABLE', () => judgeNodeType(cluster.NodeType, snapshot.aws.RestorableNodeTypes)),
    checkBy('SUBNET_GROUP_EXISTS', () => {
      const name = cluster.ClusterSubnetGroupName;
      if (!name) return ['UNKNOWN', 'AWS reports no subnet group of the cluster.'];
      return after(subnetGroups.load(source, name), (exists) => judgeGroup('subnet', name, exists));
    }),
    checkBy('PARAMETER_GROUP_FITS', () => {
      const name = parameterGroup?.ParameterGroupName;
      if (!name) return ['UNKNOWN', 'AWS reports no parameter group of the cluster.'];
      return after(parameterGroups.load(source, name), (exists) => judgeGroup('parameter', name, exists));
    }),
  ]);
}

function judgeNodeType(type: string | undefined, restorable: readonly string[] = []): Judgment {
  if (!type) return ['UNKNOWN', 'AWS does not report the node type of the cluster.'];
  if (restorable.length === 0) return ['UNKNOWN', 'AWS does not report the node types of the snapshot.'];
  if (restorable.includes(type)) return ['YES', `The snapshot can be restored to the node type ${type}.`];
  return [
    'NO',
    `The snapshot cannot be restored to ${type}, the node type of the cluster. Restore it to one of: ${restorable.join(', ')}.`,
  ];
}

function judgeGroup(what: 'subnet' | 'parameter', name: string, exists: boolean): Judgment {
  if (exists) return ['YES', `The ${what} group ${name} exists.`];
  return ['NO', `The ${what} group ${name} of the cluster does not exist. Create it, or restore with another one.`];
}
