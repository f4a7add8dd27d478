import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotExposure } from '../../snapshots/snapshot.ts';
import { unknown, type Verdict } from './match.ts';

/** Whether a snapshot has an exposure; `configured` are the configured accounts. */
export function isExposed(
  sharing: SnapshotSharing,
  wanted: SnapshotExposure,
  configured: ReadonlySet<string>,
): boolean {
  switch (wanted) {
    case 'PRIVATE':
      return !isShared(sharing);
    case 'SHARED':
      return isShared(sharing);
    case 'EXTERNAL':
      return isSharedOutside(sharing, configured);
    case 'PUBLIC':
      return sharing.public;
  }
}

/** Whether a snapshot is shared with an account that is not allowed, with AWS Support, or publicly. */
export function isSharedOutside(sharing: SnapshotSharing, allowed: ReadonlySet<string>): boolean {
  return isSharedWithGroup(sharing) || sharing.accounts.some((account) => !allowed.has(account));
}

/** Whether one of the accounts can restore a snapshot; unknown if only a group that can include it is known. */
export function isSharedWith(sharing: SnapshotSharing, accounts: ReadonlySet<string>): Verdict {
  if (sharing.public || sharing.accounts.some((account) => accounts.has(account))) return true;
  return sharing.others.length > 0 ? unknown('sharedWith') : false;
}

function isShared(sharing: SnapshotSharing): boolean {
  return isSharedWithGroup(sharing) || sharing.accounts.length > 0;
}

/** A value that is not an account ID, such as an organization, can include accounts that are not configured. */
function isSharedWithGroup(sharing: SnapshotSharing): boolean {
  return sharing.public || sharing.awsSupport || sharing.others.length > 0;
}
