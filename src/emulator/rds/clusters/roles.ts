import type { AddRoleToDBClusterMessage, RemoveRoleFromDBClusterMessage } from '@aws-sdk/client-rds';

import type { Call } from '../../service.ts';
import { rdsFault } from '../faults.ts';
import { clusterStatusOf } from '../readings.ts';
import { requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { requireAvailable } from './states.ts';

/**
 * Associates an IAM role with a cluster. Whether the role exists is not checked.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBCluster.html
 */
export function addRoleToDBCluster(input: AddRoleToDBClusterMessage, call: Call): object {
  const { RoleArn = '', FeatureName } = input;
  const { cluster, roles, isSame } = rolesOf(input, call);
  if (clusterStatusOf(cluster, call.now) !== 'available') {
    const message = `Cluster ${cluster.DBClusterIdentifier} should be in a valid state to add role.`;
    throw rdsFault('InvalidDBClusterStateFault', message);
  }
  if (roles.some(isSame)) {
    throw rdsFault(
      'DBClusterRoleAlreadyExists',
      `Role ARN ${RoleArn} already exists for cluster: ${cluster.DBClusterIdentifier}.`,
    );
  }
  const role = { RoleArn, Status: 'ACTIVE', ...(FeatureName === undefined ? {} : { FeatureName }) };
  call.here.rds.clusters.put({ ...cluster, AssociatedRoles: [...roles, role] });
  return {};
}

/**
 * Removes the association of an IAM role with a cluster.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveRoleFromDBCluster.html
 */
export function removeRoleFromDBCluster(input: RemoveRoleFromDBClusterMessage, call: Call): object {
  const { cluster, roles, isSame } = rolesOf(input, call);
  requireAvailable(cluster, call.now);
  if (!roles.some(isSame)) {
    throw rdsFault(
      'DBClusterRoleNotFound',
      `Role ARN ${input.RoleArn} cannot be found for DB Cluster: ${cluster.DBClusterIdentifier}.`,
    );
  }
  call.here.rds.clusters.put({ ...cluster, AssociatedRoles: roles.filter((role) => !isSame(role)) });
  return {};
}

function rolesOf(input: RemoveRoleFromDBClusterMessage, { here, now }: Call) {
  const { DBClusterIdentifier, RoleArn, FeatureName } = input;
  const cluster: StoredCluster = requireCluster(here, DBClusterIdentifier, now);
  const isSame = (role: { readonly RoleArn?: string | undefined; readonly FeatureName?: string | undefined }) =>
    role.RoleArn === RoleArn && role.FeatureName === FeatureName;
  return { cluster, roles: cluster.AssociatedRoles ?? [], isSame };
}
