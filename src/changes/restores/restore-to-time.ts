import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { refuse } from '../input/problems.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import type { RestoreChange, RestorePoint } from './backend.ts';
import { finishRestore } from './finish.ts';
import { nameOfNew, type NewClusterInput, newClusterProblems, requireRestores, tagsOfNew } from './new-cluster.ts';

export interface RestoreToTimeInput extends NewClusterInput {
  readonly clusterId: string;
  readonly point: RestorePointInput;
  readonly likeSource?: Maybe<boolean>;
  readonly options?: unknown;
  readonly dryRun?: Maybe<boolean>;
}

/** Exactly one member is given. */
interface RestorePointInput {
  readonly time?: Maybe<Date>;
  readonly latest?: Maybe<boolean>;
  readonly clone?: Maybe<boolean>;
}

/** Restores the backups of a living cluster to a new cluster: to a time, to the latest time, or as a clone of now. */
export async function restoreClusterToTime(
  targets: Targets,
  input: RestoreToTimeInput,
  request: ChangeRequest,
): Promise<RestoreChange> {
  const { findBackend, read } = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const backend = await findBackend();
  const restores = requireRestores(backend, 'restore the cluster to a time');
  const { toTime } = restores;
  if (!toTime) {
    throw new NotSupportedError(
      `Cannot restore the cluster to a time: ${backend.rules.serviceName} restores only snapshots. Use restoreCluster with a snapshot.`,
    );
  }
  const options = input.options ?? {};
  refuse([...newClusterProblems(input, backend, restores), ...toTime.problems(options)]);
  const point = pointOf(input.point);
  const cluster = await read();
  const { source } = cluster;
  const like = (input.likeSource ?? true) ? cluster : null;
  const tags = await tagsOfNew(input.tags ?? [], like, source, backend, request);
  const identifier = nameOfNew(input, restores);
  const prepared = await toTime.prepare({ source, cluster, point, identifier, options, like, tags });
  const what = `cluster ${cluster.kind.identifier(cluster)} to cluster ${identifier}`;
  return finishRestore(prepared, { source, what, isDryRun: input.dryRun ?? false }, request);
}

function pointOf({ time, latest, clone }: RestorePointInput): RestorePoint {
  if (time != null) return { time };
  if (latest === true) return 'latest';
  if (clone === true) return 'clone';
  const name = latest == null ? 'clone' : 'latest';
  throw new InvalidInputError(
    `point.${name} is false; it must be true. Use one of time, latest: true and clone: true.`,
    ['input', 'point', name],
  );
}
