import * as z from 'zod';
import type { TagChange } from '../../access/rights.ts';
import { QuotaExceededError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { requireValid } from '../input/problems.ts';
import { isReservedTagKey, mostTags, tagKeyRule, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import { requireOwn } from '../requirements/requirements.ts';

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
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  const tags = tagsRule(backend.rules).min(1, { error: 'tags is empty; it must have at least one tag.' });
  requireValid(z.object({ tags }), input);

  const snapshot = await read();
  requireOwn(snapshot, 'tag');
  const tagsNow = (await request.tagsOf(snapshot)) ?? [];
  const isAt = (tag: Tag) => tagsNow.some(({ key, value }) => key === tag.key && value === tag.value);
  const changed = input.tags.filter((tag) => !isAt(tag)).map(({ key }) => key);
  const isReplaced = (key: string) => changed.includes(key) && tagsNow.some((tag) => tag.key === key);
  await requireReleasable(snapshot, changed.filter(isReplaced), request);
  const rest = tagsNow.filter(({ key }) => !input.tags.some((tag) => tag.key === key));
  await requireTaggable(snapshot, { changed, after: () => [...rest, ...input.tags] }, request);
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
export async function untagSnapshot(
  targets: Targets,
  input: UntagSnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  const keys = z
    .array(tagKeyRule(backend.rules))
    .min(1, { error: 'keys is empty; it must have at least one key.' })
    .max(mostTags, {
      error: `keys has too many values; it must have at most ${mostTags}, the maximum number of tags on a resource.`,
    });
  requireValid(z.object({ keys }), input);

  const snapshot = await read();
  requireOwn(snapshot, 'untag');
  // Also without the tag: it can have been added since the tags were read.
  await requireReleasable(snapshot, input.keys, request);
  const after = async () => ((await request.tagsOf(snapshot)) ?? []).filter(({ key }) => !input.keys.includes(key));
  await requireTaggable(snapshot, { changed: input.keys, after }, request);
  const plan = backend.planUntag(snapshot, [...new Set(input.keys)]);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}

/** Throws FORBIDDEN without the permission to remove or change hold tags, if one of the keys is a hold tag. */
async function requireReleasable(
  snapshot: SnapshotRecord,
  keys: readonly string[],
  { policy, rights }: ChangeRequest,
): Promise<void> {
  const holdTags = policy.deletions.holdTags(snapshot.source);
  if (keys.some((key) => holdTags.includes(key))) await rights.require('SNAPSHOT_RELEASE', snapshot);
}

/** Throws FORBIDDEN if the caller could not tag or read the snapshot after a change of tags that grants depend on. */
function requireTaggable({ source }: SnapshotRecord, change: TagChange, { rights }: ChangeRequest): Promise<void> {
  return rights.requireTagged(['SNAPSHOT_TAG', 'SNAPSHOT_READ'], source, change);
}
