import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { checkBy, judgeGroup } from '../../../fleet/questions/restore-checks.ts';
import { after, type MaybePromise, together } from '../../../snapshots/maybe.ts';
import { findType } from '../changes/restore-checks.ts';
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
    checkBy('NODE_TYPE_RESTORABLE', () => findType(snapshot, cluster.NodeType)),
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
