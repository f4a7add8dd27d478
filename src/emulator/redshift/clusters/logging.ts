import type {
  DescribeLoggingStatusMessage,
  DisableLoggingMessage,
  EnableLoggingMessage,
  LoggingStatus,
} from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { requireAvailable } from '../readings.ts';
import { requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';

const logs = ['connectionlog', 'useractivitylog', 'userlog'];

/**
 * Starts the audit log of a cluster. Nothing is logged, and every bucket is assumed to exist.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableLogging.html
 */
export function enableLogging(input: EnableLoggingMessage, call: Call): LoggingStatus {
  const { LogDestinationType = 's3', LogExports = [] } = input;
  const { BucketName, S3KeyPrefix } = input;
  if (LogDestinationType === 'cloudwatch') {
    if (BucketName !== undefined || S3KeyPrefix !== undefined) {
      throw invalidCombination('BucketName and S3KeyPrefix cannot be specified for the destination cloudwatch.');
    }
    const unknown = LogExports.find((name) => !logs.includes(name));
    if (unknown !== undefined || LogExports.length === 0) {
      throw invalidValue(`Invalid value '${unknown ?? ''}' for LogExports. Must be ${logs.join(', ')}`);
    }
  } else if (LogDestinationType !== 's3') {
    throw invalidValue(`Invalid value '${LogDestinationType}' for LogDestinationType. Must be s3 or cloudwatch`);
  } else {
    checkBucket(BucketName, S3KeyPrefix);
  }
  const target = LogDestinationType === 's3' ? { BucketName, S3KeyPrefix } : {};
  const exports = LogExports.length === 0 ? {} : { LogExports };
  const kind = input.LogDestinationType === undefined ? {} : { LogDestinationType };
  return change(input.ClusterIdentifier, { LoggingEnabled: true, ...target, ...kind, ...exports }, call);
}

/**
 * Stops the audit log of a cluster.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DisableLogging.html
 */
export function disableLogging({ ClusterIdentifier }: DisableLoggingMessage, call: Call): LoggingStatus {
  return change(ClusterIdentifier, { LoggingEnabled: false }, call);
}

/**
 * Returns the settings of the audit log of a cluster; it is off by default.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeLoggingStatus.html
 */
export function describeLoggingStatus(
  { ClusterIdentifier }: DescribeLoggingStatusMessage,
  { here, now }: Call,
): LoggingStatus {
  return requireCluster(here, ClusterIdentifier, now).logging ?? { LoggingEnabled: false };
}

function change(name: string | undefined, logging: LoggingStatus, { here, now }: Call): LoggingStatus {
  const cluster: StoredCluster = requireCluster(here, name, now);
  requireAvailable(cluster, now);
  here.redshift.clusters.put({ ...cluster, logging });
  return logging;
}

function checkBucket(bucket = '', prefix = ''): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw redshiftFault('InvalidS3BucketNameFault', `The S3 bucket name ${bucket} is invalid.`);
  }
  if (!/^[\p{L}\p{N}\p{Z}_.:/=+\\\-@]*$/u.test(prefix)) {
    throw redshiftFault('InvalidS3KeyPrefixFault', `The S3 key prefix ${prefix} is invalid.`);
  }
}
