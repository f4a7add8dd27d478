import { defaultKeyOf, usableKey, type KeyUse } from '../kms/store.ts';
import type { Fault } from '../fault.ts';
import type { Region } from '../world/world.ts';
import { rdsFault } from './faults.ts';
import type { StoredSnapshot } from './stored.ts';

/** Returns RDS's default key in an account and region, `alias/aws/rds`; snapshots under this key cannot be shared. */
export function defaultKey(place: Region): string {
  return defaultKeyOf('rds', place);
}

/**
 * Returns the ARN of a key given as ARN, id or alias. Throws KMSKeyNotAccessibleFault, which begins with `what`, unless
 * the caller may use it.
 */
export function resolveKey(asked: string, use: KeyUse, what = 'The specified KMS key'): string {
  const key = usableKey(asked, use);
  if (key) return key.Arn;
  throw notAccessible(what, asked);
}

/** Throws KMSKeyNotAccessibleFault unless the caller may use a snapshot's key, which decrypts the source of a copy. */
export function requireSourceKey({ KmsKeyId }: StoredSnapshot, use: KeyUse): void {
  // The key of a snapshot in another region is used there.
  const [, , , region] = (KmsKeyId ?? '').split(':');
  if (KmsKeyId === undefined || region === undefined) return;
  const there = { ...use, here: use.world.unfilled(use.here.account, region) };
  if (!usableKey(KmsKeyId, there)) throw notAccessible('The source snapshot KMS key', KmsKeyId);
}

function notAccessible(what: string, key: string): Fault {
  return rdsFault(
    'KMSKeyNotAccessibleFault',
    `${what} [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}
