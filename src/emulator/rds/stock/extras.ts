import { TagListMessage$, type TagListMessage, type Tag } from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import { readMembers, readTime } from '../../wire/json.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

const tagSchema = NormalizedSchema.of(TagListMessage$);

/** Returns the status after `readyAt`: `available`, or the given status for a resource whose status never changes. */
export function statusWhenReady(status = 'available', readyAt: number | undefined): string {
  return readyAt === undefined ? status : 'available';
}

/** Reads the tags of a resource. */
export function readTags(json: unknown): { TagList?: readonly Tag[] } {
  if (json === undefined) return {};
  const read: Partial<TagListMessage> = readMembers(tagSchema, { TagList: json }, 'Tags');
  return { TagList: read.TagList ?? [] };
}

/** Reads the date at which a resource becomes available. */
export function readReadyTime(value: unknown): { readyAt?: number } {
  const readyAt = readTime('ReadyTime', value);
  return readyAt === undefined ? {} : { readyAt };
}

/** Writes the tags, and the date at which a resource becomes available, unless it is past. */
export function writeExtras({ TagList: Tags, readyAt }: StoredCluster | StoredSnapshot, now: Date): object {
  return readyAt === undefined || readyAt <= now.getTime() ? { Tags } : { Tags, ReadyTime: new Date(readyAt) };
}
