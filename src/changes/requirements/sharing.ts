import { SharingRefusedError } from '../../errors.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Rules } from '../input/rules.ts';

/** Whom an input names; what it leaves out, it does not mean. */
export interface NamedParties {
  readonly accounts?: readonly string[] | null | undefined;
  readonly awsSupport?: boolean | null | undefined;
  readonly public?: boolean | null | undefined;
}

/** Those that an input names, each once. */
export function namedBy({ accounts, awsSupport, public: everybody }: NamedParties): SnapshotSharing {
  return { accounts: [...new Set(accounts)], awsSupport: awsSupport ?? false, public: everybody ?? false };
}

/** Those of the one that are not in the other. */
export function without(one: SnapshotSharing, other: SnapshotSharing): SnapshotSharing {
  return {
    accounts: one.accounts.filter((account) => !other.accounts.includes(account)),
    awsSupport: one.awsSupport && !other.awsSupport,
    public: one.public && !other.public,
  };
}

/** Those who are in both. */
export function inBoth(one: SnapshotSharing, other: SnapshotSharing): SnapshotSharing {
  return without(one, without(one, other));
}

/** Whether nobody is there at all. */
export function isNobody({ accounts, awsSupport, public: everybody }: SnapshotSharing): boolean {
  return accounts.length === 0 && !awsSupport && !everybody;
}

/** Who is there, for a sentence. */
export function describeParties({ accounts, awsSupport, public: everybody }: SnapshotSharing): string {
  const others = [...(awsSupport ? ['AWS Support'] : []), ...(everybody ? ['everybody'] : [])];
  return [...accounts.map((account) => `account ${account}`), ...others].join(', ');
}

/** Only the owner shares, only manual snapshots, and only in the ways that the service has. */
export function requireShareable(snapshot: SnapshotRecord, named: SnapshotSharing, rules: Rules): void {
  const { serviceName } = rules;
  const name = snapshot.kind.identifier(snapshot);
  const type = snapshot.kind.type(snapshot);
  if (type === 'SHARED' || type === 'PUBLIC') {
    throw new SharingRefusedError(
      'NOT_OWNED',
      `The snapshot ${name} belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and only that account decides who may restore it.`,
    );
  }
  if (type === 'AUTOMATED') {
    throw new SharingRefusedError(
      'NOT_MANUAL',
      `The snapshot ${name} is automated, and only manual ones can be shared. Copy it with copySnapshot, then share the copy.`,
    );
  }
  if (named.public && !rules.hasPublicSharing) {
    throw new SharingRefusedError(
      'NOT_SUPPORTED',
      `${serviceName} shares a snapshot with named accounts only, never with everybody. Leave public out.`,
    );
  }
  if (named.awsSupport && !rules.hasSupportSharing) {
    throw new SharingRefusedError(
      'NOT_SUPPORTED',
      `${serviceName} cannot share a snapshot with AWS Support. Leave awsSupport out.`,
    );
  }
}
