import type { Rules } from '../../../changes/input/rules.ts';
import { redshiftSnapshotKind } from '../snapshot-kind.ts';

/**
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html
 * https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-tagging.html
 */
export const redshiftRules: Rules = {
  serviceName: 'Amazon Redshift',
  longestIdentifier: 255,
  tagPunctuation: '_.:/=+-@',
  reservedTagPrefixes: ['aws:'],
  hasReservedTagValues: false,
  hasRetention: redshiftSnapshotKind.hasRetention,
  deletable: ['AVAILABLE', 'FAILED', 'CANCELLED'],
  hasTagCopy: false,
  rekeying: 'Restore it in AWS to a cluster with another key, then share a snapshot of that cluster.',
  hasPublicSharing: false,
  hasSupportSharing: true,
};
