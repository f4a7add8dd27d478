import { SharingRefusedError } from '../../errors.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Rules } from '../input/rules.ts';

/** The parties that an input names; an omitted field names no party. */
export interface NamedParties {
  readonly accounts?: readonly string[] | null | undefined;
  readonly awsSupport?: boolean | null | undefined;
  readonly public?: boolean | null | undefined;
}

/** The parties that an input names, without duplicates. */
export function namedBy({ accounts, awsSupport, public: isPublic }: NamedParties): SnapshotSharing {
  return { accounts: [...new Set(accounts)], awsSupport: awsSupport ?? false, public: isPublic ?? false, others: [] };
}

/** The parties of the first argument that are not in the second. */
export function without(one: SnapshotSharing, other: SnapshotSharing): SnapshotSharing {
  return {
    accounts: one.accounts.filter((account) => !other.accounts.includes(account)),
    awsSupport: one.awsSupport && !other.awsSupport,
    public: one.public && !other.public,
    others: one.others.filter((value) => !other.others.includes(value)),
  };
}

/** The parties that are in both arguments. */
export function inBoth(one: SnapshotSharing, other: SnapshotSharing): SnapshotSharing {
  return without(one, without(one, other));
}

/** Whether there are no parties. */
export function isNobody({ accounts, awsSupport, public: isPublic, others }: SnapshotSharing): boolean {
  return accounts.length === 0 && others.length === 0 && !awsSupport && !isPublic;
}

/** Describes the parties in a list for an error message. */
export function describeParties({ accounts, awsSupport, public: isPublic, others }: SnapshotSharing): string {
  const groups = [...(awsSupport ? ['AWS Support'] : []), ...(isPublic ? ['all AWS accounts (public)'] : [])];
  return [...accounts.map((account) => `account ${account}`), ...others, ...groups].join(', ');
}

/** Returns the error for a snapshot under the default key of its service; `details` are those of a refusal by AWS. */
export function defaultKeyRefusal(
  snapshot: SnapshotRecord,
  { rekeying }: Rules,
  details?: ConstructorParameters<typeof SharingRefusedError>[2],
): SharingRefusedError {
  return new SharingRefusedError(
    'DEFAULT_KMS_KEY',
    `Cannot share snapshot ${snapshot.kind.identifier(snapshot)}: it is encrypted with the account's default key, which no other account can use. ${rekeying}`,
    details,
  );
}

/** Throws unless the snapshot is manual, this account owns it, and the service supports sharing with the parties. */
export function requireShareable(snapshot: SnapshotRecord, named: SnapshotSharing, rules: Rules): void {
  const { serviceName } = rules;
  const name = snapshot.kind.identifier(snapshot);
  const type = snapshot.kind.type(snapshot);
  if (type === 'SHARED' || type === 'PUBLIC') {
    throw new SharingRefusedError(
      'NOT_OWNED',
      `Cannot change the sharing of snapshot ${name}: it belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and only its owner can share it.`,
    );
  }
  if (type === 'AUTOMATED') {
    throw new SharingRefusedError(
      'NOT_MANUAL',
      `Cannot change the sharing of snapshot ${name}: it is automated, and only manual snapshots can be shared. Copy it with copySnapshot, then share the copy.`,
    );
  }
  if (named.public && !rules.hasPublicSharing) {
    throw new SharingRefusedError(
      'NOT_SUPPORTED',
      `${serviceName} does not support public snapshots. Leave out public, and use accounts instead.`,
    );
  }
  if (named.awsSupport && !rules.hasSupportSharing) {
    throw new SharingRefusedError(
      'NOT_SUPPORTED',
      `${serviceName} does not support sharing a snapshot with AWS Support. Leave out awsSupport.`,
    );
  }
}
