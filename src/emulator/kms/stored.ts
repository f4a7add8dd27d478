import type { KeyManagerType, KeyMetadata, KeyState } from '@aws-sdk/client-kms';

import { createSorted, type Sorted } from '../world/sorted.ts';

/** A KMS key; `Enabled` and members that are the same for all keys are added on each read. */
export interface StoredKey extends KeyMetadata {
  readonly KeyId: string;
  readonly Arn: string;
  readonly KeyManager: KeyManagerType;
  readonly KeyState: KeyState;
  readonly CreationDate: Date;
  /** The names of the key's aliases, each with the prefix `alias/`. */
  readonly Aliases: readonly string[];
  /** The other accounts that the key policy lets use the key; `*` for every account. */
  readonly AllowedAccounts: readonly string[];
}

/** The keys in one account and region, except the AWS managed keys that no world defines. */
export interface KmsStore {
  readonly keys: Sorted<StoredKey>;
}

/** Creates an empty store. */
export function createKmsStore(): KmsStore {
  return { keys: createSorted((key) => key.KeyId) };
}
