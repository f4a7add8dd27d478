// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/kms/ and …/sts/
import { DescribeKeyCommand, ListAliasesCommand } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const target = { TargetKeyId: KeyId };
const alias = (name: string) => ({
  AliasArn: `arn:aws:kms:us-west-2:${home}:alias/${name}`,
  AliasName: `alias/${name}`,
});
const RoleArn = `arn:aws:iam::${home}:role/xaccounts3access`;

export const accountExamples: Examples = {
  title: 'keys and roles',
  region: 'us-west-2',
  world: {
    keys: [
      {
        service: 'kms',
        account: home,
        region: 'us-west-2',
        KeyId,
        Aliases: ['alias/oregon-test-key', 'alias/project121-test'],
      },
    ],
  },
  examples: [
    {
      command: `kms describe-key --key-id ${KeyId}`,
      call: ({ kms }) => kms.send(new DescribeKeyCommand({ KeyId })),
      answer: {
        KeyMetadata: {
          AWSAccountId: home,
          KeyId,
          Arn: `arn:aws:kms:us-west-2:${home}:key/${KeyId}`,
          Enabled: true,
          KeyUsage: 'ENCRYPT_DECRYPT',
          KeyState: 'Enabled',
          Origin: 'AWS_KMS',
          KeyManager: 'CUSTOMER',
          CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
          EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
        },
      },
    },
    {
      command: 'kms describe-key --key-id alias/aws/rds',
      call: ({ kms }) => kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' })),
      answer: { KeyMetadata: { AWSAccountId: home, Enabled: true, KeyState: 'Enabled', KeyManager: 'AWS' } },
    },
    {
      command: `kms list-aliases --key-id ${KeyId}`,
      call: ({ kms }) => kms.send(new ListAliasesCommand({ KeyId })),
      answer: {
        Aliases: [
          { ...alias('oregon-test-key'), ...target },
          { ...alias('project121-test'), ...target },
        ],
      },
    },
    {
      command: 'sts get-caller-identity',
      call: ({ sts }) => sts.send(new GetCallerIdentityCommand({})),
      answer: { UserId: expect.any(String), Account: home, Arn: expect.stringContaining(`arn:aws:iam::${home}:`) },
    },
    {
      command: `sts assume-role --role-arn ${RoleArn} --role-session-name s3-access-example`,
      call: ({ sts }) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's3-access-example' })),
      answer: {
        AssumedRoleUser: {
          AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]+:s3-access-example$/),
          Arn: `arn:aws:sts::${home}:assumed-role/xaccounts3access/s3-access-example`,
        },
        Credentials: {
          SecretAccessKey: expect.any(String),
          SessionToken: expect.any(String),
          Expiration: expect.any(String),
          AccessKeyId: expect.stringMatching(/^ASIA/),
        },
      },
    },
  ],
};
