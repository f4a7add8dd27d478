import {
  DescribeLoggingStatusCommand,
  DisableLoggingCommand,
  EnableLoggingCommand,
  type EnableLoggingCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const mine = { ClusterIdentifier: 'mycluster' };

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    frozen: true,
    clusters: [
      { ...here, ...mine },
      { ...here, ClusterIdentifier: 'resting', ClusterStatus: 'paused' },
    ],
  }),
);

const read = async (ClusterIdentifier = 'mycluster') => {
  const { $metadata: _, ...status } = await client.send(new DescribeLoggingStatusCommand({ ClusterIdentifier }));
  return status;
};
const enable = (input: Partial<EnableLoggingCommandInput>) =>
  client.send(new EnableLoggingCommand({ ...mine, ...input }));

// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-logging-status.html
describe('the audit log', () => {
  it('is off at first, as in the AWS CLI example', async () => {
    expect(await read()).toEqual({ LoggingEnabled: false });
  });

  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableLogging.html
  it('is started and stopped, and part of a world', async () => {
    const settings = { BucketName: 'audit-logs', S3KeyPrefix: 'logs/' };
    expect(await enable(settings)).toMatchObject({ LoggingEnabled: true, ...settings });
    const { content } = await emulator.control('GET', 'world');
    await emulator.load(content);
    expect((await emulator.control('GET', 'world')).content).toEqual(content);
    expect(await read()).toEqual({ LoggingEnabled: true, ...settings });
    const exported = { LogDestinationType: 'cloudwatch', LogExports: ['userlog'] } as const;
    await enable({ ...exported, LogExports: [...exported.LogExports] });
    expect(await read()).toEqual({ LoggingEnabled: true, ...exported });
    await client.send(new DisableLoggingCommand(mine));
    expect(await read()).toEqual({ LoggingEnabled: false });
  });

  it.each<[string, Partial<EnableLoggingCommandInput>, string]>([
    ['a missing cluster', { ClusterIdentifier: 'absent', BucketName: 'audit-logs' }, 'ClusterNotFound'],
    ['a paused cluster', { ClusterIdentifier: 'resting', BucketName: 'audit-logs' }, 'InvalidClusterState'],
    ['an invalid bucket', { BucketName: 'A' }, 'InvalidS3BucketNameFault'],
    ['an invalid prefix', { BucketName: 'audit-logs', S3KeyPrefix: '"' }, 'InvalidS3KeyPrefixFault'],
    ['a bucket of CloudWatch', { LogDestinationType: 'cloudwatch', BucketName: 'a' }, 'InvalidParameterCombination'],
    ['an unknown log', { LogDestinationType: 'cloudwatch', LogExports: ['a'] }, 'InvalidParameterValue'],
  ])('is not started for %s', async (_, input, code) => {
    expect(await failure(enable(input))).toMatchObject({ code });
  });

  it('cannot be read for a missing cluster, and not be loaded with unknown members', async () => {
    expect(await failure(read('absent'))).toMatchObject({ code: 'ClusterNotFound' });
    const clusters = [{ ...here, ...mine, Logging: { Bucket: 'a' } }];
    await expect(emulator.load({ clusters })).rejects.toThrow('LoggingStatus.Bucket');
  });
});
