import type { Tag } from '@aws-sdk/client-rds';

import { invalidValue } from '../fault.ts';

const tagText = /^[\p{L}\p{N}\p{Z}_.:/=+-]*$/u;
/** The prefixes that neither a key nor a value of a tag can have. */
const reserved = /^(aws|rds):/i;
const tagsPerResource = 50;

/** Returns a new cluster's or snapshot's name as it is stored, in lowercase. Throws InvalidParameterValue. */
export function newIdentifier(name: string, parameter: string): string {
  if (name.length <= 63 && /^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(name)) return name.toLowerCase();
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
      'ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  );
}

/**
 * Adds tags to existing tags, replacing equal keys; a tag's value is optional. Throws InvalidParameterValue: RDS declares
 * no fault of its own for tags.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Tag.html
 */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(existing.map((tag) => [tag.Key, tag]));
  for (const { Key = '', Value = '' } of added) {
    if (Key.length < 1 || Key.length > 128 || !tagText.test(Key) || reserved.test(Key)) {
      throw invalidValue(`The tag key '${Key}' is invalid.`);
    }
    if (Value.length > 256 || !tagText.test(Value) || reserved.test(Value))
      throw invalidValue(`The value of the tag '${Key}' is invalid.`);
    merged.set(Key, { Key, Value });
  }
  if (merged.size > tagsPerResource) throw invalidValue(`A resource cannot have more than ${tagsPerResource} tags.`);
  return [...merged.values()];
}
