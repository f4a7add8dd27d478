import type { Maybe } from '../../snapshots/maybe.ts';
import { requireSeenSchedule } from '../backups/named-schedule.ts';
import { refuse } from '../input/problems.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest } from '../request.ts';
import type { RestoreChange } from './backend.ts';
import { finishRestore } from './finish.ts';
import {
  nameOfNew,
  type NewClusterInput,
  newClusterProblems,
  optionsIn,
  otherBlockProblems,
  readLike,
  requireRestores,
  tagsOfNew,
} from './new-cluster.ts';

/** The input also has one member with the options of each service. */
export interface RestoreClusterInput extends NewClusterInput {
  readonly snapshotId: string;
  readonly likeCluster?: Maybe<string>;
  readonly dryRun?: Maybe<boolean>;
}

/**
 * Restores a snapshot to a new cluster: the caller's own, or one that another account shares. Throws a
 * RestoreRefusedError with all checks if the snapshot cannot be restored so.
 */
export async function restoreCluster(
  targets: Targets,
  input: RestoreClusterInput,
  request: ChangeRequest,
): Promise<RestoreChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  const restores = requireRestores(backend, 'restore the snapshot');
  const options = optionsIn(input, restores.block);
  refuse([
    ...newClusterProblems(input, backend, restores),
    ...otherBlockProblems(input, restores.block, backend.rules.serviceName),
    ...restores.problems(options),
  ]);
  const snapshot = await read();
  const { source } = snapshot;
  const like = await readLike(targets, input.likeCluster, source);
  const tags = await tagsOfNew(input.tags ?? [], like, source, backend, request);
  const identifier = nameOfNew(input, restores);
  const prepared = await restores.prepare({ source, snapshot, identifier, options, like, tags });
  if (prepared.schedule !== undefined) await requireSeenSchedule(backend, source, prepared.schedule, request);
  const what = `snapshot ${snapshot.kind.identifier(snapshot)} to cluster ${identifier}`;
  return finishRestore(prepared, { source, what, isDryRun: input.dryRun ?? false }, request);
}
