/** A tag of an AWS resource. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** AWS's tags as ours; a tag without a value has an empty one, as in AWS. */
export function toTags(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): Tag[] {
  return tags.map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' }));
}

/** Our tags as AWS's. */
export function fromTags(tags: readonly Tag[]): { Key: string; Value: string }[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
