import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { documentDBWrites } from '../../src/services/documentdb/probes.ts';
import { redshiftWrites } from '../../src/services/redshift/probes.ts';
import { declaredClasses } from '../support/declared-faults.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { everyChange, world } from '../services/contract/every-change.ts';
import { actionsOf, errorFields, isBatch } from './support.ts';

// A new gateway for each test, because a source that throttled stays rate-limited for a while.
let gateway: Gateway;
beforeEach(async () => {
  gateway = await startGateway();
  await gateway.load(world);
});
afterEach(() => gateway.close());

/** The class, wire code and HTTP status of every error that the services declare, and the resulting error code. */
const declared: Record<ServiceName, readonly (readonly [string, string, number, string])[]> = {
  REDSHIFT: [
    ['AccessToSnapshotDeniedFault', 'AccessToSnapshotDenied', 400, 'FORBIDDEN'],
    ['AuthorizationAlreadyExistsFault', 'AuthorizationAlreadyExists', 400, 'ALREADY_EXISTS'],
    ['AuthorizationNotFoundFault', 'AuthorizationNotFound', 404, 'NOT_FOUND'],
    ['AuthorizationQuotaExceededFault', 'AuthorizationQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['BatchDeleteRequestSizeExceededFault', 'BatchDeleteRequestSizeExceeded', 400, 'INVALID_INPUT'],
    [
      'BatchModifyClusterSnapshotsLimitExceededFault',
      'BatchModifyClusterSnapshotsLimitExceededFault',
      400,
      'INVALID_INPUT',
    ],
    ['ClusterAlreadyExistsFault', 'ClusterAlreadyExists', 400, 'ALREADY_EXISTS'],
    ['ClusterNotFoundFault', 'ClusterNotFound', 404, 'NOT_FOUND'],
    ['ClusterParameterGroupNotFoundFault', 'ClusterParameterGroupNotFound', 404, 'NOT_FOUND'],
    ['ClusterQuotaExceededFault', 'ClusterQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['ClusterSecurityGroupNotFoundFault', 'ClusterSecurityGroupNotFound', 404, 'NOT_FOUND'],
    ['ClusterSnapshotAlreadyExistsFault', 'ClusterSnapshotAlreadyExists', 400, 'ALREADY_EXISTS'],
    ['ClusterSnapshotNotFoundFault', 'ClusterSnapshotNotFound', 404, 'NOT_FOUND'],
    ['ClusterSnapshotQuotaExceededFault', 'ClusterSnapshotQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['ClusterSubnetGroupNotFoundFault', 'ClusterSubnetGroupNotFoundFault', 400, 'NOT_FOUND'],
    ['CopyToRegionDisabledFault', 'CopyToRegionDisabledFault', 400, 'INVALID_STATE'],
    ['CustomCnameAssociationFault', 'CustomCnameAssociationFault', 400, 'INVALID_STATE'],
    ['DependentServiceAccessDeniedFault', 'DependentServiceAccessDenied', 403, 'FORBIDDEN'],
    ['DependentServiceRequestThrottlingFault', 'DependentServiceRequestThrottlingFault', 400, 'THROTTLED'],
    ['DependentServiceUnavailableFault', 'DependentServiceUnavailableFault', 400, 'UPSTREAM'],
    ['HsmClientCertificateNotFoundFault', 'HsmClientCertificateNotFoundFault', 400, 'NOT_FOUND'],
    ['HsmConfigurationNotFoundFault', 'HsmConfigurationNotFoundFault', 400, 'NOT_FOUND'],
    ['InProgressTableRestoreQuotaExceededFault', 'InProgressTableRestoreQuotaExceededFault', 400, 'QUOTA_EXCEEDED'],
    ['IncompatibleOrderableOptions', 'IncompatibleOrderableOptions', 400, 'INVALID_INPUT'],
    ['InsufficientClusterCapacityFault', 'InsufficientClusterCapacity', 400, 'QUOTA_EXCEEDED'],
    ['InvalidClusterSecurityGroupStateFault', 'InvalidClusterSecurityGroupState', 400, 'INVALID_STATE'],
    ['InvalidClusterSnapshotScheduleStateFault', 'InvalidClusterSnapshotScheduleState', 400, 'INVALID_STATE'],
    ['InvalidClusterSnapshotStateFault', 'InvalidClusterSnapshotState', 400, 'INVALID_STATE'],
    ['InvalidClusterStateFault', 'InvalidClusterState', 400, 'INVALID_STATE'],
    ['InvalidClusterSubnetGroupStateFault', 'InvalidClusterSubnetGroupStateFault', 400, 'INVALID_STATE'],
    ['InvalidClusterTrackFault', 'InvalidClusterTrack', 400, 'INVALID_INPUT'],
    ['InvalidElasticIpFault', 'InvalidElasticIpFault', 400, 'INVALID_INPUT'],
    ['InvalidReservedNodeStateFault', 'InvalidReservedNodeState', 400, 'INVALID_STATE'],
    ['InvalidRestoreFault', 'InvalidRestore', 406, 'INVALID_INPUT'],
    ['InvalidRetentionPeriodFault', 'InvalidRetentionPeriodFault', 400, 'INVALID_INPUT'],
    ['InvalidScheduleFault', 'InvalidSchedule', 400, 'INVALID_INPUT'],
    ['InvalidSubnet', 'InvalidSubnet', 400, 'INVALID_INPUT'],
    ['InvalidTableRestoreArgumentFault', 'InvalidTableRestoreArgument', 400, 'INVALID_INPUT'],
    ['InvalidTagFault', 'InvalidTagFault', 400, 'INVALID_INPUT'],
    ['InvalidVPCNetworkStateFault', 'InvalidVPCNetworkStateFault', 400, 'INVALID_STATE'],
    ['Ipv6CidrBlockNotFoundFault', 'Ipv6CidrBlockNotFoundFault', 400, 'INVALID_INPUT'],
    ['LimitExceededFault', 'LimitExceededFault', 400, 'QUOTA_EXCEEDED'],
    ['NumberOfNodesPerClusterLimitExceededFault', 'NumberOfNodesPerClusterLimitExceeded', 400, 'INVALID_INPUT'],
    ['NumberOfNodesQuotaExceededFault', 'NumberOfNodesQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['RedshiftIdcApplicationNotExistsFault', 'RedshiftIdcApplicationNotExists', 404, 'NOT_FOUND'],
    ['ReservedNodeAlreadyExistsFault', 'ReservedNodeAlreadyExists', 404, 'ALREADY_EXISTS'],
    ['ReservedNodeAlreadyMigratedFault', 'ReservedNodeAlreadyMigrated', 400, 'INVALID_STATE'],
    ['ReservedNodeNotFoundFault', 'ReservedNodeNotFound', 404, 'NOT_FOUND'],
    ['ReservedNodeOfferingNotFoundFault', 'ReservedNodeOfferingNotFound', 404, 'NOT_FOUND'],
    ['ResourceNotFoundFault', 'ResourceNotFoundFault', 404, 'NOT_FOUND'],
    ['ScheduleDefinitionTypeUnsupportedFault', 'ScheduleDefinitionTypeUnsupported', 400, 'INVALID_INPUT'],
    ['SnapshotCopyAlreadyDisabledFault', 'SnapshotCopyAlreadyDisabledFault', 400, 'INVALID_STATE'],
    ['SnapshotCopyAlreadyEnabledFault', 'SnapshotCopyAlreadyEnabledFault', 400, 'INVALID_STATE'],
    ['SnapshotCopyDisabledFault', 'SnapshotCopyDisabledFault', 400, 'INVALID_STATE'],
    ['SnapshotCopyGrantNotFoundFault', 'SnapshotCopyGrantNotFoundFault', 400, 'NOT_FOUND'],
    ['SnapshotScheduleAlreadyExistsFault', 'SnapshotScheduleAlreadyExists', 400, 'ALREADY_EXISTS'],
    ['SnapshotScheduleNotFoundFault', 'SnapshotScheduleNotFound', 400, 'NOT_FOUND'],
    ['SnapshotScheduleQuotaExceededFault', 'SnapshotScheduleQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['SnapshotScheduleUpdateInProgressFault', 'SnapshotScheduleUpdateInProgress', 400, 'INVALID_STATE'],
    ['TableLimitExceededFault', 'TableLimitExceeded', 400, 'QUOTA_EXCEEDED'],
    ['TableRestoreNotFoundFault', 'TableRestoreNotFoundFault', 404, 'NOT_FOUND'],
    ['TagLimitExceededFault', 'TagLimitExceededFault', 400, 'QUOTA_EXCEEDED'],
    ['UnauthorizedOperation', 'UnauthorizedOperation', 400, 'FORBIDDEN'],
    ['UnknownSnapshotCopyRegionFault', 'UnknownSnapshotCopyRegionFault', 404, 'INVALID_INPUT'],
    ['UnsupportedOperationFault', 'UnsupportedOperation', 400, 'NOT_SUPPORTED'],
    ['UnsupportedOptionFault', 'UnsupportedOptionFault', 400, 'NOT_SUPPORTED'],
  ],
  DOCUMENTDB: [
    ['AuthorizationNotFoundFault', 'AuthorizationNotFound', 404, 'NOT_FOUND'],
    ['DBClusterAlreadyExistsFault', 'DBClusterAlreadyExistsFault', 400, 'ALREADY_EXISTS'],
    ['DBClusterNotFoundFault', 'DBClusterNotFoundFault', 404, 'NOT_FOUND'],
    ['DBClusterParameterGroupNotFoundFault', 'DBClusterParameterGroupNotFound', 404, 'NOT_FOUND'],
    ['DBClusterQuotaExceededFault', 'DBClusterQuotaExceededFault', 403, 'QUOTA_EXCEEDED'],
    ['DBClusterSnapshotAlreadyExistsFault', 'DBClusterSnapshotAlreadyExistsFault', 400, 'ALREADY_EXISTS'],
    ['DBClusterSnapshotNotFoundFault', 'DBClusterSnapshotNotFoundFault', 404, 'NOT_FOUND'],
    ['DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists', 400, 'ALREADY_EXISTS'],
    ['DBInstanceNotFoundFault', 'DBInstanceNotFound', 404, 'NOT_FOUND'],
    ['DBParameterGroupNotFoundFault', 'DBParameterGroupNotFound', 404, 'NOT_FOUND'],
    ['DBSecurityGroupNotFoundFault', 'DBSecurityGroupNotFound', 404, 'NOT_FOUND'],
    ['DBSnapshotNotFoundFault', 'DBSnapshotNotFound', 404, 'NOT_FOUND'],
    ['DBSubnetGroupDoesNotCoverEnoughAZs', 'DBSubnetGroupDoesNotCoverEnoughAZs', 400, 'INVALID_INPUT'],
    ['DBSubnetGroupNotFoundFault', 'DBSubnetGroupNotFoundFault', 404, 'NOT_FOUND'],
    ['InstanceQuotaExceededFault', 'InstanceQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['InsufficientDBClusterCapacityFault', 'InsufficientDBClusterCapacityFault', 403, 'QUOTA_EXCEEDED'],
    ['InsufficientDBInstanceCapacityFault', 'InsufficientDBInstanceCapacity', 400, 'QUOTA_EXCEEDED'],
    ['InsufficientStorageClusterCapacityFault', 'InsufficientStorageClusterCapacity', 400, 'QUOTA_EXCEEDED'],
    ['InvalidDBClusterSnapshotStateFault', 'InvalidDBClusterSnapshotStateFault', 400, 'INVALID_STATE'],
    ['InvalidDBClusterStateFault', 'InvalidDBClusterStateFault', 400, 'INVALID_STATE'],
    ['InvalidDBInstanceStateFault', 'InvalidDBInstanceState', 400, 'INVALID_STATE'],
    ['InvalidDBSecurityGroupStateFault', 'InvalidDBSecurityGroupState', 400, 'INVALID_STATE'],
    ['InvalidDBSnapshotStateFault', 'InvalidDBSnapshotState', 400, 'INVALID_STATE'],
    ['InvalidDBSubnetGroupStateFault', 'InvalidDBSubnetGroupStateFault', 400, 'INVALID_STATE'],
    ['InvalidRestoreFault', 'InvalidRestoreFault', 400, 'INVALID_INPUT'],
    ['InvalidSubnet', 'InvalidSubnet', 400, 'INVALID_INPUT'],
    ['InvalidVPCNetworkStateFault', 'InvalidVPCNetworkStateFault', 400, 'INVALID_STATE'],
    ['KMSKeyNotAccessibleFault', 'KMSKeyNotAccessibleFault', 400, 'FORBIDDEN'],
    ['NetworkTypeNotSupported', 'NetworkTypeNotSupported', 400, 'INVALID_INPUT'],
    ['SharedSnapshotQuotaExceededFault', 'SharedSnapshotQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['StorageQuotaExceededFault', 'StorageQuotaExceeded', 400, 'QUOTA_EXCEEDED'],
    ['StorageTypeNotSupportedFault', 'StorageTypeNotSupported', 400, 'INVALID_INPUT'],
  ],
};

/** Errors common to all AWS services; the SDK has no classes for them, so the wire code is the name. */
const common = (
  [
    ['AccessDenied', 403, 'FORBIDDEN'],
    ['AccessDeniedException', 400, 'FORBIDDEN'],
    ['IncompleteSignature', 400, 'FORBIDDEN'],
    ['InvalidClientTokenId', 403, 'FORBIDDEN'],
    ['MissingAuthenticationToken', 403, 'FORBIDDEN'],
    ['NotAuthorized', 400, 'FORBIDDEN'],
    ['OptInRequired', 403, 'FORBIDDEN'],
    ['RequestExpired', 400, 'FORBIDDEN'],
    ['SubscriptionRequiredException', 403, 'FORBIDDEN'],
    ['RequestTimeTooSkewed', 403, 'FORBIDDEN'],
    ['ADenialThatAwsMayInventTomorrow', 403, 'FORBIDDEN'],
    ['BandwidthLimitExceeded', 400, 'THROTTLED'],
    ['EC2ThrottledException', 503, 'THROTTLED'],
    ['LimitExceededException', 400, 'THROTTLED'],
    ['PriorRequestNotComplete', 400, 'THROTTLED'],
    ['ProvisionedThroughputExceededException', 400, 'THROTTLED'],
    ['RequestThrottled', 400, 'THROTTLED'],
    ['SomethingSlowTomorrow', 429, 'THROTTLED'],
    ['Throttling', 400, 'THROTTLED'],
    ['ThrottlingException', 400, 'THROTTLED'],
    ['RequestLimitExceeded', 503, 'THROTTLED'],
    ['InvalidParameterCombination', 400, 'INVALID_INPUT'],
    ['InvalidParameterValue', 400, 'INVALID_INPUT'],
    ['MissingParameter', 400, 'INVALID_INPUT'],
    ['ValidationError', 400, 'INVALID_INPUT'],
    ['InvalidAction', 400, 'UPSTREAM'],
    ['InvalidQueryParameter', 400, 'UPSTREAM'],
    ['MalformedQueryString', 404, 'UPSTREAM'],
    ['InternalFailure', 500, 'OUTCOME_UNKNOWN'],
    ['ServiceUnavailable', 503, 'OUTCOME_UNKNOWN'],
    ['SomethingThatAwsMayInventTomorrow', 400, 'UPSTREAM'],
  ] as const
).map(([name, status, code]) => [name, name, status, code] as const);

const cases = (['REDSHIFT', 'DOCUMENTDB'] as const).flatMap((service) =>
  [...declared[service], ...common].map((fault) => [service, ...fault] as const),
);

const secret = `arn:aws:iam::${account}:role/the-gateways-own`;

async function create(service: ServiceName) {
  const change = everyChange.find((each) => each.service === service && each.mutation === 'createSnapshot');
  const { data, errors } = await gateway.query(
    `mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { __typename ${errorFields} } }`,
    { input: change?.input },
  );
  expect(errors).toBeUndefined();
  return { action: change?.action, answer: data.createSnapshot };
}

/** The actions of changes, without those that other actions only require. */
const writes = { REDSHIFT: redshiftWrites, DOCUMENTDB: documentDBWrites };
const clients = { REDSHIFT: 'client-redshift', DOCUMENTDB: 'client-docdb' };
const required = ['CreateClusterUser', 'JoinGroup'];

it.each(serviceNames)('every error that %s declares for a change is tested here', (service) => {
  const actions = writes[service]
    .map(({ action }) => action.replace(/^\w+:/, ''))
    .filter((each) => !required.includes(each));
  const names = new Set(actions.flatMap((action) => [...declaredClasses(clients[service], action)]));
  const tested = new Set<string>(declared[service].map(([name]) => name));
  expect([...names].filter((name) => !tested.has(name) && !name.endsWith('ServiceException'))).toEqual([]);
});

const actionOf = { REDSHIFT: 'CreateClusterSnapshot', DOCUMENTDB: 'CreateDBClusterSnapshot' };

describe('an AWS error', () => {
  it.each(cases)('%s %s (%s, %i) is reported as %s', async (service, name, wireCode, status, code) => {
    await gateway.disturb({
      kind: 'error',
      action: actionOf[service],
      code: wireCode,
      status,
      message: `User: ${secret} may not.`,
    });
    const { action, answer } = await create(service);
    expect(answer).toMatchObject({ code, fault: name, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(answer.message).toMatch(new RegExp(`(redshift|rds):${action} in account ${account}, region us-east-1`));
    expect(answer.message).not.toMatch('the-gateways-own');
    if (code === 'THROTTLED') expect(answer.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect((await actionsOf(gateway)).filter((each) => each === action)).toHaveLength(1);
  });

  it.each([
    ['an empty 404', { kind: 'empty', moment: 'before', status: 404 }, 'OUTCOME_UNKNOWN'],
    ['an empty 500', { kind: 'empty', moment: 'before', status: 500 }, 'OUTCOME_UNKNOWN'],
    ['an HTML page', { kind: 'html', moment: 'before', status: 403 }, 'OUTCOME_UNKNOWN'],
    ['a text page', { kind: 'text', moment: 'before', status: 502 }, 'OUTCOME_UNKNOWN'],
    ['HTTP 429', { kind: 'text', moment: 'before', status: 429 }, 'OUTCOME_UNKNOWN'],
    ['a successful status with an HTML page', { kind: 'html', moment: 'before', status: 200 }, 'OUTCOME_UNKNOWN'],
    ['a successful status without a body', { kind: 'empty', moment: 'before', status: 200 }, 'OUTCOME_UNKNOWN'],
  ] as const)('can also be %s', async (_what, rule, code) => {
    for (const service of ['REDSHIFT', 'DOCUMENTDB'] as const) {
      // oxlint-disable no-await-in-loop -- in sequence, because the services share the rules
      await gateway.disturb({ ...rule, action: actionOf[service] });
      const { answer } = await create(service);
      // oxlint-enable no-await-in-loop
      expect(answer).toMatchObject({ code });
    }
  });

  it.each([
    ['REDSHIFT', 'redshift:CreateTags'],
    ['DOCUMENTDB', 'rds:AddTagsToResource'],
    ['DOCUMENTDB', 'kms:CreateGrant'],
  ] as const)('of %s names the denied action, %s, if it is not the action that was called', async (service, denied) => {
    const message = `User: ${secret} is not authorized to perform: ${denied} on resource: ${secret} because no policy allows it`;
    await gateway.disturb({ kind: 'error', action: actionOf[service], code: 'AccessDenied', status: 403, message });
    const { action, answer } = await create(service);
    const called = `${service === 'REDSHIFT' ? 'redshift' : 'rds'}:${action}`;
    expect(answer).toMatchObject({ code: 'FORBIDDEN', fault: 'AccessDenied' });
    const grant = 'The operator of the gateway must grant it in IAM';
    // IAM alone does not permit the use of a key.
    const where = denied.startsWith('kms:') ? `${grant}, and the policy of the key must allow it` : grant;
    expect(answer.message).toBe(
      `AWS denied ${denied}, which ${called} requires, in account ${account}, region us-east-1: the gateway lacks this permission. ${where}.`,
    );
  });

  it.each(['rds:CreateDBClusterSnapshot', 'the <b>secret</b>', 'a:b c', `${secret}:x`, '*'])(
    'shows no other text of AWS: %s',
    async (denied) => {
      const message = `User: ${secret} is not authorized to perform: ${denied} on resource: x`;
      await gateway.disturb({ kind: 'error', action: actionOf.DOCUMENTDB, code: 'AccessDenied', status: 403, message });
      const { answer } = await create('DOCUMENTDB');
      const shown =
        denied === 'a:b c' ? 'a:b, which rds:CreateDBClusterSnapshot requires,' : 'rds:CreateDBClusterSnapshot';
      expect(answer.message).toMatch(new RegExp(`^AWS denied ${shown} in account`));
    },
  );

  it.each(['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException'])(
    '%s names both a region that is not enabled and the credentials',
    async (code) => {
      await gateway.disturb({ kind: 'error', action: actionOf.DOCUMENTDB, code, status: 403 });
      const { answer } = await create('DOCUMENTDB');
      expect(answer.message).toMatch(
        /does not accept the gateway's credentials in this region: either the account has not enabled the region, or .* must renew the credentials\.$/,
      );
    },
  );

  it('is typed too if a read before the change fails', async () => {
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusters' });
    const { answer } = await create('REDSHIFT');
    expect(answer).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN', fault: 'AccessDenied' });
  });

  it.each(everyChange)('is a member of the result of $mutation by $action', async ({ mutation, action, input }) => {
    await gateway.disturb({ kind: 'throttle', action });
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const batch = `... on ${type}Payload { results { error { code fault requestId __typename } } }`;
    const { data, errors } = await gateway.query(
      `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ${isBatch(mutation) ? batch : ''} ... on Error { code fault requestId } } }`,
      { input },
    );
    expect(errors).toBeUndefined();
    const error = isBatch(mutation) ? data[mutation].results[0].error : data[mutation];
    expect(error).toMatchObject({
      __typename: 'ThrottledError',
      code: 'THROTTLED',
      fault: 'Throttling',
      requestId: expect.any(String),
    });
  });
});
