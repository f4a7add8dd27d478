import { ForbiddenError, InvalidStateError, NotSupportedError } from '../../errors.ts';
import { clusterStatus } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { refuse } from '../input/problems.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import type { ClusterChange } from './backend.ts';
import { requireRestores } from './new-cluster.ts';

export interface CreateInstancesInput {
  readonly clusterId: string;
  readonly instances?: unknown;
  readonly dryRun?: Maybe<boolean>;
}

/** Creates the instances of an available cluster that do not exist yet; it can be repeated. */
export async function createClusterInstances(
  targets: Targets,
  input: CreateInstancesInput,
  request: ChangeRequest,
): Promise<ClusterChange> {
  const { findBackend, read, readAgain } = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const backend = await findBackend();
  const { instances } = requireRestores(backend, 'create instances');
  if (!instances) {
    throw new NotSupportedError(
      `Cannot create instances: a cluster of ${backend.rules.serviceName} is restored with its nodes, and has no instances.`,
    );
  }
  refuse(instances.problems(input.instances));
  const cluster = await read();
  const name = cluster.kind.identifier(cluster);
  if (clusterStatus(cluster) !== 'AVAILABLE') {
    throw new InvalidStateError(
      'CLUSTER_NOT_AVAILABLE',
      `Cannot create instances of cluster ${name}: its status is ${cluster.kind.rawStatus(cluster)}, and AWS requires an available cluster. Wait until it is available, for example with clusterProgress, then retry.`,
    );
  }
  const { gains, plan } = await instances.prepare(cluster, input.instances);
  const problems = request.policy.restores.instanceProblems(gains);
  if (problems.length > 0) {
    throw new ForbiddenError(
      `Cannot create instances of cluster ${name}: ${problems.map(({ message }) => message).join(' ')}`,
    );
  }
  if (input.dryRun) return { cluster: null, readAgain: null, plannedCalls: plan.calls };
  await plan.run();
  // Read when it is selected: if that fails, the instances exist nevertheless.
  return { cluster, readAgain, plannedCalls: plan.calls };
}
