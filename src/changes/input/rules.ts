import * as z from 'zod';
import { untilDeleted } from '../../snapshots/retention.ts';
import type { SnapshotStatus } from '../../snapshots/snapshot.ts';
import { isReservedWord } from './reserved-words.ts';

/** The rules of a service for the values of an input. */
export interface Rules {
  /** The full name of the service, such as `Amazon Redshift`. */
  readonly serviceName: string;
  /** The maximum number of characters in a snapshot identifier. */
  readonly longestIdentifier: number;
  /** The characters that are allowed in a tag, in addition to letters, digits and white space. */
  readonly tagPunctuation: string;
  /** The prefixes, in lower case, that a tag key must not start with. */
  readonly reservedTagPrefixes: readonly string[];
  /** Whether a tag value must not start with one of these prefixes either. */
  readonly hasReservedTagValues: boolean;
  /** Whether manual snapshots can have a retention period. */
  readonly hasRetention: boolean;
  /** The statuses in which the service deletes a snapshot. */
  readonly deletable: readonly SnapshotStatus[];
  /** Whether AWS can copy the tags of the source snapshot to a copy. */
  readonly hasTagCopy: boolean;
  /** How the data of a snapshot gets another key, as a sentence of an error message. */
  readonly rekeying: string;
  /** Whether a snapshot can be public (restorable by every AWS account). */
  readonly hasPublicSharing: boolean;
  /** Whether a snapshot can be shared with AWS Support. */
  readonly hasSupportSharing: boolean;
}

const longestRetention = 3653;

/** The maximum number of tags on one resource. */
export const mostTags = 50;

/** The identifier of a new snapshot. */
export function identifierRule({ serviceName, longestIdentifier }: Rules) {
  return z.string().refine((text) => text.length <= longestIdentifier && /^[a-zA-Z](?:-?[a-zA-Z0-9])*$/.test(text), {
    error: ({ input }) =>
      `identifier is ${shown(input)}; in ${serviceName} it must have 1 to ${longestIdentifier} letters, digits and hyphens, start with a letter, and neither end with a hyphen nor contain two hyphens in a row.`,
  });
}

/** The retention period of a manual snapshot, in days. */
export function daysRule(field: string) {
  return z
    .int()
    .refine((days) => days === untilDeleted || (days >= 1 && days <= longestRetention), {
      error: ({ input }) =>
        `${field} is ${shown(input)}; it must be 1 to ${longestRetention}, or ${untilDeleted} or null to keep the snapshot forever.`,
    })
    .nullish();
}

const longestAlias = 'alias/'.length + 250;

/** An AWS KMS key. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
export function keyRule(field: string) {
  return z.string().refine(isKmsKey, {
    error: ({ input }) =>
      `${field} is ${shown(input)}; it must be the id, the ARN or the alias (alias/…) of an AWS KMS key.`,
  });
}

function isKmsKey(text: string): boolean {
  const [place = ''] = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:/.exec(text) ?? [];
  const name = text.slice(place.length);
  if (name.startsWith('alias/')) return name.length <= longestAlias && /^alias\/[\w/-]+$/.test(name);
  const key = place === '' ? `key/${name}` : name;
  return /^key\/(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|mrk-[\da-f]{32})$/.test(key);
}

/** The name of a database or database user. https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html */
export function databaseNameRule(field: string) {
  return nameRule(field, 'letters', /^[a-zA-Z][\w+.@-]{0,63}$/);
}

/** The name of a database group. https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html */
export function databaseGroupRule(field: string) {
  return nameRule(field, 'lowercase letters', /^[a-z][a-z\d_+.@-]{0,63}$/);
}

function nameRule(field: string, letters: string, format: RegExp) {
  return z
    .string()
    .regex(format, {
      error: ({ input }) =>
        `${field} is ${shown(input)}; it must have 1 to 64 ${letters}, digits and _ + . @ -, and start with a letter.`,
    })
    .refine((name) => !isReservedWord(name), {
      error: ({ input }) =>
        `${field} is ${shown(input)}, which is a reserved word of Amazon Redshift; it must be another name.`,
    });
}

/** The tags to add to a resource. */
export function tagsRule(rules: Rules) {
  const isReserved = (text: string) => rules.hasReservedTagValues && isReservedTagKey(text, rules);
  const mustNot = rules.hasReservedTagValues ? ` ${reservedStart(rules)}` : '';
  const value = z.string().refine((text) => text.length <= 256 && hasTagText(text, rules) && !isReserved(text), {
    error: ({ input }) =>
      `A tag value is ${shown(input)}; in ${rules.serviceName} it must have 0 to 256 characters: ${tagCharacters(rules)}.${mustNot}`,
  });
  return z
    .array(z.object({ key: tagKeyRule(rules), value }))
    .max(mostTags, { error: ({ input }) => `tags has ${sizeOf(input)} tags; a resource can have at most ${mostTags}.` })
    .refine((tags) => new Set(tags.map(({ key }) => key)).size === tags.length, {
      error: ({ input }) => `tags has the key ${shown(firstTwice(input))} twice; each key must be unique.`,
    });
}

/** The key of a tag. */
export function tagKeyRule(rules: Rules) {
  return z
    .string()
    .refine((key) => key.length >= 1 && key.length <= 128 && hasTagText(key, rules) && !isReservedTagKey(key, rules), {
      error: ({ input }) =>
        `A tag key is ${shown(input)}; in ${rules.serviceName} it must have 1 to 128 characters: ${tagCharacters(rules)}. ${reservedStart(rules)}`,
    });
}

/** Whether the key is reserved: only AWS creates such tags, and they do not count toward the limit of tags. */
export function isReservedTagKey(key: string, { reservedTagPrefixes }: Rules): boolean {
  return reservedTagPrefixes.some((prefix) => key.toLowerCase().startsWith(prefix));
}

function reservedStart({ reservedTagPrefixes }: Rules): string {
  return `It must not start with ${reservedTagPrefixes.join(' or ')}.`;
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

/** The received value as JSON, truncated for an error message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
