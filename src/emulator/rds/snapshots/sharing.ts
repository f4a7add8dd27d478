import type {
  DescribeDBClusterSnapshotAttributesMessage,
  DescribeDBClusterSnapshotAttributesResult,
  ModifyDBClusterSnapshotAttributeMessage,
  ModifyDBClusterSnapshotAttributeResult,
} from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { rdsFault } from '../faults.ts';
import { defaultKey } from '../keys.ts';
import { statusOf } from '../readings.ts';
import { requireSnapshot, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

const anyAccount = 'all';
const accountsPerSnapshot = 20;

/**
 * Returns the accounts that can restore a manual snapshot. If there are none, the attribute `restore` has no values.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterSnapshotAttributes.html
 */
export function describeDBClusterSnapshotAttributes(
  input: DescribeDBClusterSnapshotAttributesMessage,
  { here }: Call,
): DescribeDBClusterSnapshotAttributesResult {
  const snapshot = requireSnapshot(here, input.DBClusterSnapshotIdentifier);
  if (snapshot.SnapshotType !== 'manual') throw snapshotNotFound(input.DBClusterSnapshotIdentifier);
  return attributesOf(snapshot);
}

/**
 * Shares a manual snapshot with accounts, or with `all` makes it public, and revokes access.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ModifyDBClusterSnapshotAttribute.html
 */
export function modifyDBClusterSnapshotAttribute(
  input: ModifyDBClusterSnapshotAttributeMessage,
  call: Call,
): ModifyDBClusterSnapshotAttributeResult {
  const { AttributeName, ValuesToAdd = [], ValuesToRemove = [] } = input;
  if (AttributeName !== 'restore') throw invalidValue(`Invalid attribute name: ${AttributeName}`);
  const snapshot = requireSnapshot(call.here, input.DBClusterSnapshotIdentifier);
  requireShareable(snapshot, call);
  if (ValuesToAdd.length + ValuesToRemove.length === 0) {
    throw invalidCombination('Specify ValuesToAdd, ValuesToRemove or both.');
  }
  for (const value of [...ValuesToAdd, ...ValuesToRemove]) {
    if (value !== anyAccount && !/^\d{12}$/.test(value)) throw invalidValue(`Invalid account id: ${value}`);
  }
  const both = ValuesToAdd.find((value) => ValuesToRemove.includes(value));
  if (both !== undefined) {
    throw invalidCombination(`The value ${both} cannot be in both ValuesToAdd and ValuesToRemove.`);
  }
  if (ValuesToAdd.length > 0) checkEncryption(snapshot, ValuesToAdd, call);
  checkRepetition(snapshot.RestoreAccounts, ValuesToAdd, ValuesToRemove, call);
  const after = new Set([...snapshot.RestoreAccounts, ...ValuesToAdd]);
  for (const value of ValuesToRemove) after.delete(value);
  if ([...after].filter((value) => value !== anyAccount).length > accountsPerSnapshot) {
    throw rdsFault(
      'SharedSnapshotQuotaExceeded',
      `Cannot share a snapshot with more than ${accountsPerSnapshot} accounts.`,
    );
  }
  const shared = { ...snapshot, RestoreAccounts: [...after] };
  call.here.rds.snapshots.put(shared);
  return attributesOf(shared);
}

function attributesOf(snapshot: StoredSnapshot): DescribeDBClusterSnapshotAttributesResult {
  return {
    DBClusterSnapshotAttributesResult: {
      DBClusterSnapshotIdentifier: snapshot.DBClusterSnapshotIdentifier,
      DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [...snapshot.RestoreAccounts] }],
    },
  };
}

function requireShareable(snapshot: StoredSnapshot, { now }: Call): void {
  if (snapshot.SnapshotType !== 'manual') {
    throw invalidState('Only manual snapshots may be shared. Copy the automated snapshot first.');
  }
  const status = statusOf(snapshot, now);
  if (status !== 'available') throw invalidState(`The snapshot is not available; its status is ${status}.`);
}

function checkEncryption({ StorageEncrypted, KmsKeyId }: StoredSnapshot, added: string[], { here }: Call): void {
  if (!StorageEncrypted) return;
  if (added.includes(anyAccount)) throw invalidState('An encrypted snapshot cannot be made public.');
  if (KmsKeyId === defaultKey(here)) {
    throw invalidState('A snapshot encrypted with the default key cannot be shared. Copy it under another key first.');
  }
}

function checkRepetition(
  existing: readonly string[],
  added: readonly string[],
  removed: readonly string[],
  { assumptions }: Call,
): void {
  const twice = added.find((value) => existing.includes(value));
  if (assumptions.rdsRefusesRepeatedShares && twice) throw invalidValue(`${twice} has the attribute already.`);
  const absent = removed.find((value) => !existing.includes(value));
  if (assumptions.rdsRefusesAbsentShares && absent) throw invalidValue(`${absent} does not have the attribute.`);
}

function invalidState(message: string): Error {
  return rdsFault('InvalidDBClusterSnapshotStateFault', message);
}
