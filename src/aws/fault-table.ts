import type { ErrorCode } from '../errors.ts';

/** The codes that a failure of AWS, or of the way to it, can have. */
export type FaultCode = Exclude<ErrorCode, 'SHARING_REFUSED' | 'PRECONDITION_FAILED' | 'OUTCOME_UNKNOWN'>;

/** What a fault means to a client, and what to do about it where the code alone does not say. */
export type Meaning = readonly [code: FaultCode, advice?: string];

const snapshotQuota =
  'there are as many manual snapshots as the account may have here. Delete some, or ask AWS for more';
const tagQuota = 'a resource has 50 tags at most. Remove some first';
const clusterState = 'the cluster is not available, or busy with another snapshot. Wait, then ask again';
const snapshotState = 'the state of the snapshot does not allow it. Read the snapshot, then ask again';
const clusterGone = 'there is no such cluster. Check its id and whether it was deleted';
const snapshotGone = 'there is no such snapshot. Check its id and whether it was deleted';
const taken = 'a snapshot of this name exists. Choose another name, or delete that one first';
const credentials = "the gateway's credentials are not accepted. Its operator has to renew them";
const sharedTooOften = 'the snapshot is shared with as many accounts as AWS allows. Take it back from one first';

/**
 * Every error class that a control plane declares for the gateway's operations, by class name, then the codes common to
 * all AWS services and the SDK's own errors.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/CommonErrors.html
 */
const ofRedshift: Readonly<Record<string, Meaning>> = {
  AccessToSnapshotDeniedFault: ['FORBIDDEN', 'the snapshot belongs to another account'],
  AuthorizationAlreadyExistsFault: ['ALREADY_EXISTS', 'the snapshot is shared with this account already'],
  AuthorizationNotFoundFault: ['NOT_FOUND', 'the snapshot is not shared with this account'],
  AuthorizationQuotaExceededFault: ['QUOTA_EXCEEDED', sharedTooOften],
  BatchDeleteRequestSizeExceededFault: ['INVALID_INPUT', 'one call takes 100 snapshots at most'],
  BatchModifyClusterSnapshotsLimitExceededFault: ['INVALID_INPUT', 'one call takes 100 snapshots at most'],
  ClusterNotFoundFault: ['NOT_FOUND', clusterGone],
  ClusterSnapshotAlreadyExistsFault: ['ALREADY_EXISTS', taken],
  ClusterSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  ClusterSnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', snapshotQuota],
  DependentServiceRequestThrottlingFault: ['THROTTLED', 'a service behind it is busy. Wait, then ask again'],
  InvalidClusterSnapshotStateFault: ['INVALID_STATE', snapshotState],
  InvalidClusterStateFault: ['INVALID_STATE', clusterState],
  InvalidRetentionPeriodFault: [
    'INVALID_INPUT',
    'a retention is 1 to 3653 days and longer than the snapshot is old, unless forced',
  ],
  InvalidTagFault: ['INVALID_INPUT', 'a tag key or value has characters, a length or a prefix that is not allowed'],
  LimitExceededFault: ['QUOTA_EXCEEDED', 'the KMS key has as many grants as AWS allows. Take back a share first'],
  ResourceNotFoundFault: ['NOT_FOUND', 'there is no such resource. Check its id and whether it was deleted'],
  TagLimitExceededFault: ['QUOTA_EXCEEDED', tagQuota],
  UnauthorizedOperation: ['FORBIDDEN'],
  UnsupportedOperationFault: ['NOT_SUPPORTED'],
};

const ofRds: Readonly<Record<string, Meaning>> = {
  DBClusterNotFoundFault: ['NOT_FOUND', clusterGone],
  DBClusterSnapshotAlreadyExistsFault: ['ALREADY_EXISTS', taken],
  DBClusterSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  DBInstanceNotFoundFault: ['NOT_FOUND', 'there is no such resource. Check its id and whether it was deleted'],
  DBSnapshotNotFoundFault: ['NOT_FOUND', snapshotGone],
  InvalidDBClusterSnapshotStateFault: ['INVALID_STATE', snapshotState],
  InvalidDBClusterStateFault: ['INVALID_STATE', clusterState],
  KMSKeyNotAccessibleFault: [
    'FORBIDDEN',
    'the KMS key cannot be used. Check that it exists and is enabled in the region of the copy, and that its policy allows the gateway to use it',
  ],
  SharedSnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', sharedTooOften],
  SnapshotQuotaExceededFault: ['QUOTA_EXCEEDED', snapshotQuota],
};

const ofEveryService: Readonly<Record<string, Meaning>> = {
  AccessDenied: ['FORBIDDEN'],
  AccessDeniedException: ['FORBIDDEN'],
  AuthFailure: ['FORBIDDEN', credentials],
  CredentialsProviderError: ['FORBIDDEN', credentials],
  ExpiredToken: ['FORBIDDEN', credentials],
  ExpiredTokenException: ['FORBIDDEN', credentials],
  IncompleteSignature: ['FORBIDDEN', credentials],
  InvalidClientTokenId: ['FORBIDDEN', credentials],
  MissingAuthenticationToken: ['FORBIDDEN', credentials],
  NotAuthorized: ['FORBIDDEN'],
  OptInRequired: ['FORBIDDEN', 'the account is not subscribed to this service or region'],
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  RegionDisabledException: ['FORBIDDEN', 'AWS STS is not active in this region for the account of the gateway'],
  RequestExpired: ['FORBIDDEN', "the gateway's clock is wrong by more than 15 minutes, or the request was held up"],
  SignatureDoesNotMatch: ['FORBIDDEN', credentials],
  UnrecognizedClientException: ['FORBIDDEN', credentials],

  RequestLimitExceeded: ['THROTTLED'],
  SlowDown: ['THROTTLED'],
  Throttling: ['THROTTLED'],
  ThrottlingException: ['THROTTLED'],
  TooManyRequestsException: ['THROTTLED'],

  AbortError: ['TIMED_OUT'],
  RequestTimeout: ['TIMED_OUT'],
  RequestTimeoutException: ['TIMED_OUT'],
  TimeoutError: ['TIMED_OUT'],

  InvalidParameterCombination: ['INVALID_INPUT'],
  InvalidParameterValue: ['INVALID_INPUT'],
  MissingParameter: ['INVALID_INPUT'],
  ValidationError: ['INVALID_INPUT'],
};

export const faultTable: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({ ...ofRedshift, ...ofRds, ...ofEveryService }),
);
