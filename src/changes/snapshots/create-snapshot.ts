import * as z from 'zod';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { requireValid } from '../input/problems.ts';
import { daysRule, identifierRule, type Rules, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import {
  requireAvailable,
  requireFree,
  requireNewTags,
  requireRetention,
  requireRoom,
} from '../requirements/requirements.ts';

export interface CreateSnapshotInput {
  readonly clusterId: string;
  readonly identifier: string;
  readonly retentionDays?: Maybe<number>;
  readonly tags?: Maybe<readonly Tag[]>;
  readonly dryRun?: Maybe<boolean>;
}

/** Starts a manual snapshot of an available cluster; throws if the identifier is already in use. */
export async function createSnapshot(
  targets: Targets,
  input: CreateSnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const backend = await findBackend();
  requireValid(inputRule(backend.rules), input);
  if (input.retentionDays != null) requireRetention(backend.rules);

  const cluster = await read();
  requireAvailable(cluster);
  const { identifier, retentionDays } = input;
  const tags = input.tags ?? [];
  await requireNewTags('SNAPSHOT_CREATE', cluster.source, () => tags, request.rights);
  await requireFree(backend, cluster.source, identifier, request.rights);
  await requireRoom(cluster.source, input.dryRun ?? false, request);

  const plan = backend.planCreate(cluster, { identifier, retentionDays: retentionDays ?? undefined, tags });
  return { snapshot: input.dryRun ? null : await plan.run(), plannedCalls: plan.calls };
}

function inputRule(rules: Rules) {
  return z.object({
    identifier: identifierRule(rules),
    retentionDays: daysRule('retentionDays'),
    tags: tagsRule(rules).nullish(),
  });
}
