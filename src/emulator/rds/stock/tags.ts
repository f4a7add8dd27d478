import { TagListMessage$, type TagListMessage, type Tag } from '@aws-sdk/client-rds';
import { NormalizedSchema } from '@smithy/core/schema';

import { readMembers } from '../../wire/json.ts';

const tagSchema = NormalizedSchema.of(TagListMessage$);

/** Reads the tags of a resource. */
export function readTags(json: unknown): { TagList?: readonly Tag[] } {
  if (json === undefined) return {};
  const read: Partial<TagListMessage> = readMembers(tagSchema, { TagList: json }, 'Tags');
  return { TagList: read.TagList ?? [] };
}
