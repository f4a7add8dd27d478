import { Fault } from '../fault.ts';

/**
 * The wire codes of Redshift's own faults and their HTTP statuses. A code often lacks the class's `Fault` suffix.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_Operations.html
 */
const statuses = {
  AccessToSnapshotDenied: 400,
  AuthorizationAlreadyExists: 400,
  AuthorizationNotFound: 404,
  AuthorizationQuotaExceeded: 400,
  BatchDeleteRequestSizeExceeded: 400,
  BatchModifyClusterSnapshotsLimitExceededFault: 400,
  ClusterAlreadyExists: 400,
  ClusterNotFound: 404,
  ClusterParameterGroupAlreadyExists: 400,
  ClusterParameterGroupNotFound: 404,
  ClusterSnapshotAlreadyExists: 400,
  ClusterSnapshotNotFound: 404,
  ClusterSnapshotQuotaExceeded: 400,
  ClusterSubnetGroupNotFoundFault: 400,
  DependentServiceAccessDenied: 403,
  InProgressTableRestoreQuotaExceededFault: 400,
  InvalidClusterParameterGroupState: 400,
  InvalidClusterSnapshotScheduleState: 400,
  InvalidClusterSnapshotState: 400,
  InvalidClusterState: 400,
  InvalidClusterTrack: 400,
  InvalidRestore: 406,
  InvalidRetentionPeriodFault: 400,
  InvalidS3BucketNameFault: 400,
  InvalidS3KeyPrefixFault: 400,
  InvalidSchedule: 400,
  InvalidSnapshotCopyGrantStateFault: 400,
  InvalidTableRestoreArgument: 400,
  InvalidTagFault: 400,
  LimitExceededFault: 400,
  NumberOfNodesPerClusterLimitExceeded: 400,
  NumberOfNodesQuotaExceeded: 400,
  ResourceNotFoundFault: 404,
  ScheduleDefinitionTypeUnsupported: 400,
  SnapshotCopyAlreadyDisabledFault: 400,
  SnapshotCopyAlreadyEnabledFault: 400,
  SnapshotCopyDisabledFault: 400,
  SnapshotCopyGrantAlreadyExistsFault: 400,
  SnapshotCopyGrantNotFoundFault: 400,
  SnapshotCopyGrantQuotaExceededFault: 400,
  SnapshotScheduleAlreadyExists: 400,
  SnapshotScheduleNotFound: 400,
  TableRestoreNotFoundFault: 400,
  TagLimitExceededFault: 400,
  UnknownSnapshotCopyRegionFault: 404,
  UnsupportedOperation: 400,
} as const;

/** The codes of the faults that the emulated Redshift returns. */
export type RedshiftFaultCode = keyof typeof statuses;

/** The codes and their HTTP statuses, for the test that compares them with AWS's model. */
export const redshiftFaults: ReadonlyMap<string, number> = new Map(Object.entries(statuses));

/** Returns one of Redshift's own faults, with the HTTP status that AWS gives it. */
export function redshiftFault(code: RedshiftFaultCode, message: string): Fault {
  return new Fault(code, message, statuses[code]);
}
