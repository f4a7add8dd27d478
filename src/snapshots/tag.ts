/** A tag of an AWS resource. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Converts AWS tags to tags of this API; a missing value becomes an empty string, as in AWS. */
export function toTags(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): Tag[] {
  return tags.map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' }));
}

/** Converts tags of this API to AWS tags. */
export function fromTags(tags: readonly Tag[]): { Key: string; Value: string }[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
