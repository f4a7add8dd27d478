import type {
  BatchDeleteClusterSnapshotsRequest,
  BatchDeleteClusterSnapshotsResult,
  BatchModifyClusterSnapshotsMessage,
  BatchModifyClusterSnapshotsOutputMessage,
  SnapshotErrorMessage,
} from '@aws-sdk/client-redshift';

import { Fault, missingParameter } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { checkManualRetention } from '../rules.ts';
import { deleteClusterSnapshot, modifyClusterSnapshot } from './snapshots.ts';

const largestBatch = 100;

/**
 * Deletes up to 100 snapshots. The response is a success even if some deletions fail; `Errors` lists the failures.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_BatchDeleteClusterSnapshots.html
 */
export function batchDeleteClusterSnapshots(
  { Identifiers = [] }: BatchDeleteClusterSnapshotsRequest,
  call: Call,
): BatchDeleteClusterSnapshotsResult {
  if (Identifiers.length === 0) throw missingParameter('Identifiers');
  if (Identifiers.length > largestBatch) {
    throw redshiftFault(
      'BatchDeleteRequestSizeExceeded',
      `The maximum number for a batch delete of snapshots is ${largestBatch}.`,
    );
  }
  return runBatch(Identifiers, (item) => deleteClusterSnapshot(item, call));
}

/**
 * Changes the retention of up to 100 manual snapshots, each independently, as ModifyClusterSnapshot does.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_BatchModifyClusterSnapshots.html
 */
export function batchModifyClusterSnapshots(
  input: BatchModifyClusterSnapshotsMessage,
  call: Call,
): BatchModifyClusterSnapshotsOutputMessage {
  const { SnapshotIdentifierList = [], ManualSnapshotRetentionPeriod, Force } = input;
  if (SnapshotIdentifierList.length === 0) throw missingParameter('SnapshotIdentifierList');
  if (SnapshotIdentifierList.length > largestBatch) {
    throw redshiftFault(
      'BatchModifyClusterSnapshotsLimitExceededFault',
      `The maximum number for a batch modify of snapshots is ${largestBatch}.`,
    );
  }
  if (ManualSnapshotRetentionPeriod !== undefined) checkManualRetention(ManualSnapshotRetentionPeriod);
  const items = SnapshotIdentifierList.map((SnapshotIdentifier) => ({ SnapshotIdentifier }));
  return runBatch(items, (item) => modifyClusterSnapshot({ ManualSnapshotRetentionPeriod, Force, ...item }, call));
}

function runBatch<T extends Pick<SnapshotErrorMessage, 'SnapshotIdentifier' | 'SnapshotClusterIdentifier'>>(
  items: readonly T[],
  change: (item: T) => unknown,
): { Resources: string[]; Errors: SnapshotErrorMessage[] } {
  const Resources: string[] = [];
  const Errors: SnapshotErrorMessage[] = [];
  for (const item of items) {
    const { SnapshotIdentifier = '', SnapshotClusterIdentifier } = item;
    try {
      change(item);
      Resources.push(SnapshotIdentifier);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      Errors.push({
        SnapshotIdentifier,
        SnapshotClusterIdentifier,
        FailureCode: error.code,
        FailureReason: error.message,
      });
    }
  }
  return { Resources, Errors };
}
