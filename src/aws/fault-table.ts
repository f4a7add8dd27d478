import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import type { ErrorCode } from '../errors.ts';

/** The codes that a failed AWS call can have. */
export type FaultCode = Exclude<
  ErrorCode,
  'SHARING_REFUSED' | 'PRECONDITION_FAILED' | 'OUTCOME_UNKNOWN' | 'ALLOWANCE_EXCEEDED' | 'RATE_LIMITED'
>;

/** What a fault means to a client: the code, why the call failed, and what to do. */
export type Meaning = readonly [code: FaultCode, advice?: string];

const snapshotQuota =
  'the account has reached its quota of manual snapshots in this region. Delete some, or request a quota increase';
const tagQuota = 'a resource can have at most 50 tags. Remove some first';
const clusterState = 'the cluster is not available, or another snapshot of it is being created. Retry later';
const snapshotState = 'the status of the snapshot does not allow it. Check the status, then retry';
const resourceGone = 'the resource does not exist. Check its id and whether it was deleted';
const clusterGone = 'the cluster does not exist. Check its id and whether it was deleted';
const snapshotGone = 'the snapshot does not exist. Check its id and whether it was deleted';
const taken = 'a snapshot with this name already exists. Choose another name, or delete that snapshot first';
const clusterTaken = 'a cluster with this name already exists. Choose another name';
const instanceTaken = 'an instance with this name already exists. Choose another name';
const resourceQuota =
  'the account has reached a quota of clusters, nodes or instances in this region. Request a quota increase';
const noCapacity = 'AWS has no capacity for it now. Retry later, or choose another type or Availability Zone';
const noSuchGroup = 'the subnet group, parameter group or security group does not exist. Check its name';
const badNetwork = 'the network of the cluster does not allow it. Check its subnets, VPC and address type';
const badRestore =
  'the snapshot or backup cannot be restored so. Check the type and number of nodes, the version and the time';
const noReservation = 'the reserved node does not exist, or its state does not allow it. Check its id';
const credentials = "AWS does not accept the gateway's credentials. The operator of the gateway must renew them";
/** AWS reports a region that the account has not enabled in the same way as keys that do not exist. */
const credentialsOrRegion =
  "AWS does not accept the gateway's credentials in this region: either the account has not enabled the region, or the operator of the gateway must renew the credentials";
const clock = "the gateway's clock is off by more than 15 minutes, or the request was delayed. Check the clock";
const sharedTooOften =
  'the snapshot is shared with as many accounts as AWS allows. Revoke the access of an account first';

const scheduleGone = 'the snapshot schedule does not exist. Check its id and whether it was deleted';
const scheduleRule =
  'AWS does not accept the definitions of the snapshot schedule. Use rate(n hours) with 1 to 24 hours, or cron(minutes hours days-of-week), with at least one hour between two snapshots';

/**
 * Every error class that a control plane declares for the operations that the gateway calls, by class name, then the
 * codes common to all AWS services and the errors of the SDK itself.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/CommonErrors.html
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
const ofRedshift: Readonly<Record<string, Meaning>> = {
  AccessToSnapshotDeniedFault: ['FORBIDDEN', 'the snapshot belongs to another account'],
  AuthorizationAlreadyExistsFault: ['ALREADY_EXISTS', 'the snapshot is already shared with the target account'],
  AuthorizationNotFoundFault: ['NOT_FOUND', 'the snapshot is not shared with the target account'],
  AuthorizationQuotaExceededFault: ['QUOTA_EXCEEDED', sharedTooOften],
  BatchDeleteRequestSizeExceededFault: ['INVALID_INPUT', 'one call can include at most 100 snapshots'],
  BatchModifyClusterSnapshotsLimitExceededFault: ['INVALID_INPUT', 'one call can include at most 100 snapshots'],
  ClusterAlreadyExistsFault: ['ALREADY_EXISTS', clusterTaken],
  ClusterNotFoundFault: ['NOT_FOUND', clusterGone],
  ClusterParameterGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  ClusterQuotaExceededFault: ['QUOTA_EXCEEDED', resourceQuota],
  ClusterSecurityGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  ClusterSnapshotAlreadyExistsFault: ['ALREADY_EXISTS', taken],
  ClusterSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  ClusterSnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', snapshotQuota],
  ClusterSubnetGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  CustomCnameAssociationFault: [
    'INVALID_STATE',
    'the custom domain of the cluster does not allow it. Check the domain',
  ],
  DependentServiceAccessDeniedFault: ['FORBIDDEN', 'AWS lacks a permission in another service that it depends on'],
  DependentServiceUnavailableFault: ['UPSTREAM', 'another AWS service that it depends on is unavailable. Retry later'],
  DependentServiceRequestThrottlingFault: [
    'THROTTLED',
    'another AWS service that it depends on is throttling. Retry later',
  ],
  InProgressTableRestoreQuotaExceededFault: [
    'QUOTA_EXCEEDED',
    'as many tables as AWS allows are being restored to the cluster. Retry when one of them is restored',
  ],
  InvalidClusterSnapshotStateFault: ['INVALID_STATE', snapshotState],
  InvalidClusterSnapshotScheduleStateFault: [
    'INVALID_STATE',
    'the snapshot schedule is attached to a cluster, or its attachment is being changed. Detach it first, or retry later',
  ],
  InvalidClusterStateFault: ['INVALID_STATE', clusterState],
  HsmClientCertificateNotFoundFault: ['NOT_FOUND', resourceGone],
  HsmConfigurationNotFoundFault: ['NOT_FOUND', resourceGone],
  InsufficientClusterCapacityFault: ['QUOTA_EXCEEDED', noCapacity],
  InvalidClusterSecurityGroupStateFault: ['INVALID_STATE', badNetwork],
  InvalidClusterSubnetGroupStateFault: ['INVALID_STATE', badNetwork],
  InvalidClusterTrackFault: ['INVALID_INPUT', 'the maintenance track does not exist. Check its name'],
  InvalidElasticIpFault: ['INVALID_INPUT', 'the Elastic IP address does not exist, or is in use'],
  InvalidReservedNodeStateFault: ['INVALID_STATE', noReservation],
  InvalidRestoreFault: ['INVALID_INPUT', badRestore],
  InvalidSubnet: ['INVALID_INPUT', badNetwork],
  InvalidRetentionPeriodFault: [
    'INVALID_INPUT',
    'the retention period of a manual snapshot must be -1 or 1 to 3653 days, and longer than its age unless force is true; that of automated snapshots must be 0 to 35 days, or 1 to 35 for RA3 nodes, RG nodes and copies',
  ],
  InvalidTableRestoreArgumentFault: [
    'INVALID_INPUT',
    'the database, the schema or the table is not in the snapshot, or the new table cannot be created. Check the names',
  ],
  InvalidScheduleFault: ['INVALID_INPUT', scheduleRule],
  InvalidTagFault: ['INVALID_INPUT', 'a tag key or value has characters, a length or a prefix that AWS does not allow'],
  LimitExceededFault: [
    'QUOTA_EXCEEDED',
    'the KMS key has as many grants as AWS allows. Revoke the access of an account, or another grant, first',
  ],
  InvalidVPCNetworkStateFault: ['INVALID_STATE', badNetwork],
  Ipv6CidrBlockNotFoundFault: ['INVALID_INPUT', badNetwork],
  NumberOfNodesPerClusterLimitExceededFault: ['INVALID_INPUT', 'a cluster cannot have so many nodes. Choose fewer'],
  NumberOfNodesQuotaExceededFault: ['QUOTA_EXCEEDED', resourceQuota],
  RedshiftIdcApplicationNotExistsFault: ['NOT_FOUND', resourceGone],
  ReservedNodeAlreadyExistsFault: ['ALREADY_EXISTS', 'the reserved node is already in use'],
  ReservedNodeAlreadyMigratedFault: ['INVALID_STATE', noReservation],
  ReservedNodeNotFoundFault: ['NOT_FOUND', noReservation],
  ReservedNodeOfferingNotFoundFault: ['NOT_FOUND', noReservation],
  ResourceNotFoundFault: ['NOT_FOUND', resourceGone],
  TableRestoreNotFoundFault: ['NOT_FOUND', 'the table restore does not exist, or AWS has forgotten it'],
  ScheduleDefinitionTypeUnsupportedFault: ['INVALID_INPUT', scheduleRule],
  SnapshotScheduleAlreadyExistsFault: [
    'ALREADY_EXISTS',
    'a snapshot schedule with this identifier already exists. Choose another identifier',
  ],
  SnapshotScheduleNotFoundFault: ['NOT_FOUND', scheduleGone],
  SnapshotScheduleQuotaExceededFault: [
    'QUOTA_EXCEEDED',
    'the account has reached its quota of snapshot schedules in this region. Delete some, or request a quota increase',
  ],
  SnapshotScheduleUpdateInProgressFault: [
    'INVALID_STATE',
    'another change of the snapshot schedule is in progress. Retry later',
  ],
  TableLimitExceededFault: ['QUOTA_EXCEEDED', 'the cluster has more tables than its node type allows'],
  TagLimitExceededFault: ['QUOTA_EXCEEDED', tagQuota],
  UnauthorizedOperation: ['FORBIDDEN'],
  UnknownSnapshotCopyRegionFault: ['INVALID_INPUT', 'the region is not one that AWS can copy snapshots to'],
  UnsupportedOperationFault: ['NOT_SUPPORTED'],
  UnsupportedOptionFault: ['NOT_SUPPORTED'],
  CopyToRegionDisabledFault: [
    'INVALID_STATE',
    'AWS has temporarily disabled the copy of snapshots to this region. Retry later',
  ],
  IncompatibleOrderableOptions: ['INVALID_INPUT', 'AWS does not accept these options together'],
  SnapshotCopyAlreadyDisabledFault: ['INVALID_STATE', 'snapshots of the cluster are not copied to another region'],
  SnapshotCopyAlreadyEnabledFault: ['INVALID_STATE', 'snapshots of the cluster are already copied to another region'],
  SnapshotCopyDisabledFault: [
    'INVALID_STATE',
    'snapshots of the cluster are not copied to another region. Enable the copy first',
  ],
  SnapshotCopyGrantNotFoundFault: [
    'NOT_FOUND',
    'the snapshot copy grant does not exist in the region of the copies. Check its name',
  ],
};

const ofRds: Readonly<Record<string, Meaning>> = {
  DBClusterAlreadyExistsFault: ['ALREADY_EXISTS', clusterTaken],
  DBClusterParameterGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  DBClusterQuotaExceededFault: ['QUOTA_EXCEEDED', resourceQuota],
  DBInstanceAlreadyExistsFault: ['ALREADY_EXISTS', instanceTaken],
  DBParameterGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  DBSecurityGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  DBSubnetGroupDoesNotCoverEnoughAZs: ['INVALID_INPUT', badNetwork],
  DBSubnetGroupNotFoundFault: ['NOT_FOUND', noSuchGroup],
  InstanceQuotaExceededFault: ['QUOTA_EXCEEDED', resourceQuota],
  InsufficientDBClusterCapacityFault: ['QUOTA_EXCEEDED', noCapacity],
  InsufficientDBInstanceCapacityFault: ['QUOTA_EXCEEDED', noCapacity],
  InsufficientStorageClusterCapacityFault: ['QUOTA_EXCEEDED', noCapacity],
  InvalidDBSecurityGroupStateFault: ['INVALID_STATE', badNetwork],
  InvalidDBSnapshotStateFault: ['INVALID_STATE', snapshotState],
  InvalidDBSubnetGroupStateFault: ['INVALID_STATE', badNetwork],
  NetworkTypeNotSupported: ['INVALID_INPUT', badNetwork],
  StorageQuotaExceededFault: ['QUOTA_EXCEEDED', resourceQuota],
  StorageTypeNotSupportedFault: ['INVALID_INPUT', 'the storage type is not supported for the engine version'],
  DBClusterNotFoundFault: ['NOT_FOUND', clusterGone],
  DBClusterSnapshotAlreadyExistsFault: ['ALREADY_EXISTS', taken],
  DBClusterSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  DBInstanceNotFoundFault: ['NOT_FOUND', resourceGone],
  DBSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  InvalidDBClusterSnapshotStateFault: ['INVALID_STATE', snapshotState],
  InvalidDBClusterStateFault: ['INVALID_STATE', clusterState],
  InvalidDBInstanceStateFault: [
    'INVALID_STATE',
    'an instance of the cluster is not available. Retry when all instances are available',
  ],
  KMSKeyNotAccessibleFault: [
    'FORBIDDEN',
    'the KMS key cannot be used. Check that it exists and is enabled in the region of the copy, and that its key policy allows the gateway to use it',
  ],
  SharedSnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', sharedTooOften],
  SnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', snapshotQuota],
};

const ofKms: Readonly<Record<string, Meaning>> = {
  DependencyTimeoutException: ['UPSTREAM', 'a service that AWS KMS depends on did not respond. Retry later'],
  InvalidArnException: ['INVALID_INPUT', 'the KMS key has an invalid ARN'],
  KMSInternalException: ['UPSTREAM', 'AWS KMS failed. Retry later'],
  NotFoundException: ['NOT_FOUND', 'the KMS key or alias does not exist. Check its region, and whether it was deleted'],
  ValidationException: ['INVALID_INPUT'],
};

const ofEveryService: Readonly<Record<string, Meaning>> = {
  AccessDenied: ['FORBIDDEN'],
  AccessDeniedException: ['FORBIDDEN'],
  AuthFailure: ['FORBIDDEN', credentialsOrRegion],
  CredentialsProviderError: [
    'FORBIDDEN',
    'the gateway has no credentials. The operator of the gateway must configure them',
  ],
  ExpiredToken: ['FORBIDDEN', credentials],
  ExpiredTokenException: ['FORBIDDEN', credentials],
  IncompleteSignature: ['FORBIDDEN', credentials],
  InvalidClientTokenId: ['FORBIDDEN', credentialsOrRegion],
  InvalidSignatureException: ['FORBIDDEN', credentials],
  MissingAuthenticationToken: ['FORBIDDEN', credentials],
  NotAuthorized: ['FORBIDDEN'],
  OptInRequired: ['FORBIDDEN', 'the account has not enabled this service or region. Enable it in the account'],
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  RegionDisabledException: [
    'FORBIDDEN',
    "AWS STS is not active in this region for the gateway's account. Activate it in the account settings of IAM",
  ],
  RequestExpired: ['FORBIDDEN', clock],
  RequestInTheFuture: ['FORBIDDEN', clock],
  RequestTimeTooSkewed: ['FORBIDDEN', clock],
  SignatureDoesNotMatch: ['FORBIDDEN', credentials],
  SubscriptionRequiredException: [
    'FORBIDDEN',
    'the account is not signed up for this service, or has not enabled the region. Check the account',
  ],
  UnrecognizedClientException: ['FORBIDDEN', credentialsOrRegion],

  AbortError: ['TIMED_OUT'],
  RequestTimeout: ['TIMED_OUT'],
  RequestTimeoutException: ['TIMED_OUT'],
  TimeoutError: ['TIMED_OUT'],

  InvalidParameterCombination: ['INVALID_INPUT'],
  InvalidParameterValue: ['INVALID_INPUT'],
  MissingParameter: ['INVALID_INPUT'],
  ValidationError: ['INVALID_INPUT'],
};

const faultTable: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({ ...ofRedshift, ...ofRds, ...ofKms, ...ofEveryService }),
);

/** Returns the meaning of an error of the SDK; undefined if its name is unknown. The SDK knows the names of throttling. */
export function meaningOf(error: Error): Meaning | undefined {
  return faultTable.get(error.name) ?? (isThrottlingError(error as SdkError) ? ['THROTTLED'] : undefined);
}

/** Whether a fault means that AWS does not accept the keys: they have expired, do not exist, or have another secret. */
export function areKeysRefused(fault: string | undefined): boolean {
  const advice = fault === undefined ? undefined : faultTable.get(fault)?.[1];
  return advice === credentials || advice === credentialsOrRegion;
}

/** Whether AWS throttled a call that failed with this error of the SDK. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && meaningOf(error)?.[0] === 'THROTTLED';
}

/** Returns the class name of a fault that AWS reports by its wire code, which usually lacks the suffix. */
export function faultNameOf(wireCode: string): string {
  return faultTable.has(`${wireCode}Fault`) ? `${wireCode}Fault` : wireCode;
}
