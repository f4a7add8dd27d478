import { z } from 'zod';
import { untilDeleted } from '../../snapshots/retention.ts';
import type { SnapshotStatus } from '../../snapshots/snapshot.ts';

/** What a service demands of the words of an input. */
export interface Rules {
  /** The title of the service. */
  readonly serviceName: string;
  /** Characters in the name of a snapshot, at most. */
  readonly longestIdentifier: number;
  /** What a tag may hold besides letters, digits and white space. */
  readonly tagPunctuation: string;
  /** How the key of a tag may not begin. */
  readonly reservedTagPrefixes: readonly string[];
  /** Whether a manual snapshot can be kept for a number of days. */
  readonly hasRetention: boolean;
  /** What a snapshot has to be to be deleted. */
  readonly deletable: readonly SnapshotStatus[];
  /** Whether AWS can give a copy the tags of its source. */
  readonly hasTagCopy: boolean;
  /** Whether a snapshot can be shared with everybody. */
  readonly hasPublicSharing: boolean;
  /** Whether a snapshot can be shared with AWS Support. */
  readonly hasSupportSharing: boolean;
}

const longestRetention = 3653;

/** Tags that one resource can have. */
export const mostTags = 50;

/** The name of a new snapshot. */
export function identifierRule({ serviceName, longestIdentifier }: Rules) {
  return z.string().refine((text) => text.length <= longestIdentifier && /^[a-zA-Z](?:-?[a-zA-Z0-9])*$/.test(text), {
    error: ({ input }) =>
      `identifier is ${shown(input)}; ${serviceName} allows 1 to ${longestIdentifier} letters, digits and hyphens, a letter first, no hyphen last and no two hyphens in a row.`,
  });
}

/** Days to keep a manual snapshot. */
export function daysRule(field: string) {
  return z
    .int()
    .refine((days) => days === untilDeleted || (days >= 1 && days <= longestRetention), {
      error: ({ input }) =>
        `${field} is ${shown(input)}; it may be 1 to ${longestRetention}, or ${untilDeleted} or null to keep until deleted.`,
    })
    .nullish();
}

const kmsArn = String.raw`arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:`;
const kmsKey = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|mrk-[\da-f]{32}`;
const kmsKeyId = new RegExp(String.raw`^(?:(?:${kmsArn}key/)?(?:${kmsKey})|(?:${kmsArn})?alias/[\w/-]{1,250})$`);

/** An AWS KMS key. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
export function keyRule(field: string) {
  return z.string().regex(kmsKeyId, {
    error: ({ input }) =>
      `${field} is ${shown(input)}; it may be the id, the ARN or the alias (alias/…) of an AWS KMS key.`,
  });
}

/** The name of a database, database user or database group. https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html */
export function databaseNameRule(field: string) {
  return z.string().regex(/^[a-zA-Z][\w+.@-]{0,63}$/, {
    error: ({ input }) =>
      `${field} is ${shown(input)}; it may be 1 to 64 letters, digits and _ + . @ -, a letter first.`,
  });
}

/** Tags to put on a resource. */
export function tagsRule(rules: Rules) {
  const value = z.string().refine((text) => text.length <= 256 && hasTagText(text, rules), {
    error: ({ input }) => `A tag's value is ${shown(input)}; it may be 0 to 256 ${tagCharacters(rules)}.`,
  });
  return z
    .array(z.object({ key: tagKeyRule(rules), value }))
    .max(mostTags, { error: ({ input }) => `There are ${sizeOf(input)} tags; a resource may have ${mostTags}.` })
    .refine((tags) => new Set(tags.map(({ key }) => key)).size === tags.length, {
      error: ({ input }) => `The tags give ${shown(firstTwice(input))} twice; a key may be given once.`,
    });
}

/** The key of a tag. */
export function tagKeyRule(rules: Rules) {
  const { reservedTagPrefixes } = rules;
  return z
    .string()
    .refine((key) => key.length >= 1 && key.length <= 128 && hasTagText(key, rules) && !isReservedTagKey(key, rules), {
      error: ({ input }) =>
        `A tag's key is ${shown(input)}; ${rules.serviceName} allows 1 to 128 ${tagCharacters(rules)}, not beginning with ${reservedTagPrefixes.join(' or ')}.`,
    });
}

/** Whether only AWS makes tags of this key, which count for no limit. */
export function isReservedTagKey(key: string, { reservedTagPrefixes }: Rules): boolean {
  return reservedTagPrefixes.some((prefix) => key.toLowerCase().startsWith(prefix));
}

function hasTagText(text: string, { tagPunctuation }: Rules): boolean {
  const rest = text.replace(/[\p{L}\p{N}\p{Z}]/gu, '');
  return rest.split('').every((character) => tagPunctuation.includes(character));
}

function tagCharacters({ tagPunctuation }: Rules): string {
  return `letters, digits, white space and ${tagPunctuation.split('').join(' ')}`;
}

function firstTwice(tags: unknown): unknown {
  const keys = (tags as { key: string }[]).map(({ key }) => key);
  return keys.find((key, index) => keys.indexOf(key) !== index);
}

function sizeOf(list: unknown): number {
  return (list as unknown[]).length;
}

/** What was given, cut short: it stands in an error message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
