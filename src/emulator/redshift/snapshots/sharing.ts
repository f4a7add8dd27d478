import type {
  AccountWithRestoreAccess,
  AuthorizeSnapshotAccessMessage,
  AuthorizeSnapshotAccessResult,
  RevokeSnapshotAccessMessage,
  RevokeSnapshotAccessResult,
} from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue, missingParameter } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { readThinSnapshot, statusOf } from '../readings.ts';
import { checkAccount } from '../rules.ts';
import { parseSnapshotArn } from './lists.ts';
import { foldIdentifier, requireSnapshot, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/** The only alias that AWS accepts in place of an account id: AWS Support. */
const supportAlias = 'amazon-redshift-support';
const accountsPerSnapshot = 20;
const grantsPerKey = 100;

/**
 * Shares a manual snapshot with one account or with AWS Support.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
 */
export function authorizeSnapshotAccess(
  input: AuthorizeSnapshotAccessMessage,
  call: Call,
): AuthorizeSnapshotAccessResult {
  const { here, now, account } = call;
  const receiver = readReceiver(input.AccountWithRestoreAccess);
  const snapshot = ownSnapshot(input, call);
  const { SnapshotIdentifier, AccountsWithRestoreAccess: shares = [] } = snapshot;
  if (receiver.AccountId === account) {
    throw invalidValue('The account that owns the snapshot cannot be authorized to access it.');
  }
  const status = statusOf(snapshot, now);
  if (snapshot.SnapshotType !== 'manual' || status !== 'available') {
    throw redshiftFault(
      'InvalidClusterSnapshotState',
      `Cannot share the snapshot ${SnapshotIdentifier}: it must be an available manual snapshot, ` +
        `and it is ${status} and ${snapshot.SnapshotType}.`,
    );
  }
  if (shares.some((share) => isSame(share, receiver))) {
    throw redshiftFault('AuthorizationAlreadyExists', `The account already has access to ${SnapshotIdentifier}.`);
  }
  if (shares.length >= accountsPerSnapshot) {
    throw redshiftFault('AuthorizationQuotaExceeded', `At most ${accountsPerSnapshot} accounts can have access.`);
  }
  requireGrant(snapshot, call);
  const shared = { ...snapshot, AccountsWithRestoreAccess: [...shares, receiver] };
  here.redshift.snapshots.put(shared);
  return { Snapshot: readThinSnapshot(shared, call) };
}

/**
 * Revokes the access of one account or of AWS Support to a manual snapshot.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RevokeSnapshotAccess.html
 */
export function revokeSnapshotAccess(input: RevokeSnapshotAccessMessage, call: Call): RevokeSnapshotAccessResult {
  const receiver = readReceiver(input.AccountWithRestoreAccess);
  const snapshot = ownSnapshot(input, call);
  const { AccountsWithRestoreAccess: shares = [] } = snapshot;
  const left = shares.filter((share) => !isSame(share, receiver));
  if (left.length === shares.length) {
    throw redshiftFault('AuthorizationNotFound', `The account does not have access to ${snapshot.SnapshotIdentifier}.`);
  }
  const changed = { ...snapshot, AccountsWithRestoreAccess: left };
  call.here.redshift.snapshots.put(changed);
  return { Snapshot: readThinSnapshot(changed, call) };
}

function readReceiver(account = ''): AccountWithRestoreAccess {
  if (account === supportAlias) return { AccountAlias: supportAlias };
  checkAccount(account, 'AccountWithRestoreAccess');
  return { AccountId: account };
}

function isSame(left: AccountWithRestoreAccess, right: AccountWithRestoreAccess): boolean {
  return left.AccountId === right.AccountId && left.AccountAlias === right.AccountAlias;
}

function ownSnapshot(
  { SnapshotIdentifier, SnapshotArn, SnapshotClusterIdentifier }: AuthorizeSnapshotAccessMessage,
  call: Call,
): StoredSnapshot {
  if (SnapshotArn === undefined) {
    if (!SnapshotIdentifier) throw missingParameter('SnapshotIdentifier');
    return requireSnapshot(call, SnapshotIdentifier, SnapshotClusterIdentifier);
  }
  const { account, region, cluster, identifier } = parseSnapshotArn(SnapshotArn, call.assumptions);
  if (SnapshotIdentifier !== undefined && foldIdentifier(SnapshotIdentifier, call.assumptions) !== identifier) {
    throw invalidCombination('SnapshotIdentifier and SnapshotArn specify different snapshots.');
  }
  if (account !== call.account || region !== call.region) throw snapshotNotFound(SnapshotArn);
  return requireSnapshot(call, identifier, SnapshotClusterIdentifier ?? cluster);
}

function requireGrant({ KmsKeyId }: StoredSnapshot, { here }: Call): void {
  if (KmsKeyId === undefined) return;
  let grants = 0;
  for (const other of here.redshift.snapshots.values()) {
    if (other.KmsKeyId === KmsKeyId) grants += other.AccountsWithRestoreAccess?.length ?? 0;
  }
  if (grants >= grantsPerKey) {
    throw redshiftFault('LimitExceededFault', `The encryption key ${KmsKeyId} has exceeded its grant limit.`);
  }
}
