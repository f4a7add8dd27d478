import type { Region } from '../world/world.ts';
import { rdsFault } from './faults.ts';

/** Returns RDS's default key in an account and region, `alias/aws/rds`; snapshots under this key cannot be shared. */
export function defaultKey({ partition, region, account }: Region): string {
  return `arn:${partition}:kms:${region}:${account}:key/00000000-0000-4000-8000-${account}`;
}

/** Returns the ARN of a key given as ARN, id or alias. Throws KMSKeyNotAccessibleFault unless it is of this region. */
export function resolveKey(key: string, place: Region): string {
  if (/(^|:)alias\/aws\/rds$/.test(key)) return defaultKey(place);
  const { partition, region, account } = place;
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$|^mrk-[\da-f]{32}$/i.test(key)) {
    return `arn:${partition}:kms:${region}:${account}:key/${key}`;
  }
  if (/^alias\/[\w/-]+$/.test(key)) return `arn:${partition}:kms:${region}:${account}:${key}`;
  const [, home] = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key|alias)\/[\w/-]+$/.exec(key) ?? [];
  if (home === region) return key;
  throw rdsFault(
    'KMSKeyNotAccessibleFault',
    `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}
