import { z } from 'zod';
import { QuotaExceededError } from '../errors.ts';
import type { Maybe } from '../snapshots/maybe.ts';
import type { Tag } from '../snapshots/tag.ts';
import { requireValid } from './input/problems.ts';
import { isReservedTagKey, mostTags, tagKeyRule, tagsRule } from './input/rules.ts';
import type { Targets } from './input/targets.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import { requireOwn } from './requirements/requirements.ts';

export interface TagSnapshotInput {
  readonly snapshotId: string;
  readonly tags: readonly Tag[];
  readonly dryRun?: Maybe<boolean>;
}

export interface UntagSnapshotInput {
  readonly snapshotId: string;
  readonly keys: readonly string[];
  readonly dryRun?: Maybe<boolean>;
}

/** Adds tags to a snapshot, and replaces the values of existing keys. */
export async function tagSnapshot(
  targets: Targets,
  input: TagSnapshotInput,
  { tagsOf }: ChangeRequest,
): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const tags = tagsRule(backend.rules).min(1, { error: 'tags is empty; it must have at least one tag.' });
  requireValid(z.object({ tags }), input);

  const snapshot = await read();
  requireOwn(snapshot, 'tag');
  const tagsNow = (await tagsOf(snapshot)) ?? [];
  const present = tagsNow.filter(({ key }) => !isReservedTagKey(key, backend.rules));
  const count = new Set([...present, ...input.tags].map(({ key }) => key)).size;
  if (count > mostTags) {
    throw new QuotaExceededError(
      `Cannot tag snapshot ${snapshot.kind.identifier(snapshot)}: the number of tags would rise from ${present.length} to ${count}, and AWS allows at most ${mostTags}. Remove some tags with untagSnapshot first.`,
    );
  }
  const plan = backend.planTag(snapshot, input.tags);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}

/** Removes tags from a snapshot; keys that the snapshot does not have are skipped. */
export async function untagSnapshot(targets: Targets, input: UntagSnapshotInput): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const keys = z
    .array(tagKeyRule(backend.rules))
    .min(1, { error: 'keys is empty; it must have at least one key.' })
    .max(mostTags, {
      error: `keys has too many values; it must have at most ${mostTags}, the maximum number of tags on a resource.`,
    });
  requireValid(z.object({ keys }), input);

  const snapshot = await read();
  requireOwn(snapshot, 'untag');
  const plan = backend.planUntag(snapshot, [...new Set(input.keys)]);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}
