import type { Rules } from '../../../changes/input/rules.ts';
import { documentDBSnapshotKind } from '../snapshot-kind.ts';

/**
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBClusterSnapshot.html
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Tag.html
 */
export const documentDBRules: Rules = {
  serviceName: 'Amazon DocumentDB',
  longestIdentifier: 63,
  tagPunctuation: '_.:/=+-',
  reservedTagPrefixes: ['aws:', 'rds:'],
  hasReservedTagValues: true,
  hasRetention: documentDBSnapshotKind.hasRetention,
  // Deleting a copy that is still being created cancels it.
  deletable: ['AVAILABLE', 'COPYING', 'FAILED'],
  hasTagCopy: true,
  rekeying: 'Copy it with copySnapshot and another kmsKeyId, then share the copy.',
  hasPublicSharing: true,
  hasSupportSharing: false,
};
