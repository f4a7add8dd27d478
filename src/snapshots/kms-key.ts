import type { Source } from './source.ts';

/** An AWS KMS key, as AWS KMS describes it. */
export interface KmsKey {
  readonly arn: string;
  /** Whether it is a key that AWS manages for one of its services: no other account can use it. */
  readonly managedByAws: boolean;
  readonly enabled: boolean;
  /** The account that owns the key. */
  readonly account: string;
}

/** The place in which a key that is named without account and region is. */
export type KeyPlace = Pick<Source, 'partition' | 'account' | 'region'>;

/**
 * Returns the ARN that a key id, an alias or an ARN stands for in a place: two names with the same ARN are the same key.
 * The ARN of an alias does not say which key it is of.
 */
export function keyArn(named: string, { partition, account, region }: KeyPlace): string {
  if (named.startsWith('arn:')) return named;
  return `arn:${partition}:kms:${region}:${account}:${named.startsWith('alias/') ? named : `key/${named}`}`;
}

/** Whether the ARN of a key is that of an alias, which can be assigned to another key at any time. */
export function isAliasArn(arn: string): boolean {
  return arn.split(':', 6)[5]?.startsWith('alias/') === true;
}

/** Whether the name of a key is an alias or the ARN of one. */
export function isAlias(named: string): boolean {
  return named.startsWith('alias/') || isAliasArn(named);
}

const keyName = /^(?:[\w-]+|alias\/[\w/-]+|arn:[\w-]+:kms:[\w-]+:\d{12}:(?:key\/[\w-]+|alias\/[\w/-]+))$/;

/** Whether a text has the format of the id, the ARN or an alias of a key. */
export function isKeyName(text: string): boolean {
  return keyName.test(text);
}

/** Returns the region in the ARN of a key or an alias; undefined for any other text. */
export function keyRegion(arn: string): string | undefined {
  return /^arn:[^:]+:kms:([^:]+):/.exec(arn)?.[1];
}
