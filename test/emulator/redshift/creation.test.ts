import { CreateClusterCommand, type CreateClusterCommandInput } from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

// https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html

const key = '11111111-2222-4333-8444-555555555555';
const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    keys: [{ service: 'kms', account: home, region: 'us-east-1', KeyId: key }],
  }),
);

type Input = Partial<CreateClusterCommandInput>;

const create = async (input: Input) =>
  (
    await client.send(
      new CreateClusterCommand({
        ClusterIdentifier: 'new',
        NodeType: 'ra3.xlplus',
        MasterUsername: 'awsuser',
        MasterUserPassword: 'Secret99',
        ...input,
      }),
    )
  ).Cluster;

describe('CreateCluster', () => {
  it.each<[string, Input]>([
    ['a database with digits, underscores and dollar signs, as Terraform accepts it', { DBName: '_sales_2$' }],
    ['an admin user with signs', { MasterUsername: 'a.b+c@d-e_1' }],
    ['a node type that is no longer sold', { NodeType: 'ds2.xlarge' }],
    ['one node', { ClusterType: 'single-node' }],
    ['the only version', { ClusterVersion: '1.0' }],
    ['a zone of the region', { AvailabilityZone: 'us-east-1f' }],
  ])('accepts %s', async (_, input) => {
    const { ClusterType: _type, ...members } = input;
    expect(await create(input)).toMatchObject({ ClusterStatus: 'creating', ...members });
  });

  it.each<[string, Input, string]>([
    ['the admin user PUBLIC', { MasterUsername: 'public' }, 'InvalidParameterValue'],
    ['an admin user in capitals', { MasterUsername: 'Admin' }, 'InvalidParameterValue'],
    ['an admin user that begins with a digit', { MasterUsername: '1a' }, 'InvalidParameterValue'],
    ['an admin user with a slash', { MasterUsername: 'a/b' }, 'InvalidParameterValue'],
    ['a reserved word as the admin user', { MasterUsername: 'user' }, 'InvalidParameterValue'],
    ['a database in capitals', { DBName: 'Dev' }, 'InvalidParameterValue'],
    ['a database without a name', { DBName: '' }, 'InvalidParameterValue'],
    ['a database with a long name', { DBName: 'a'.repeat(65) }, 'InvalidParameterValue'],
    ['a reserved word as the database', { DBName: 'select' }, 'InvalidParameterValue'],
    ['another version', { ClusterVersion: '2.0' }, 'InvalidParameterValue'],
    ['a zone of another region', { AvailabilityZone: 'eu-west-1a' }, 'InvalidParameterValue'],
    ['a node type that never existed', { NodeType: 'm5.large' }, 'InvalidParameterValue'],
    ['a key without encryption', { Encrypted: false, KmsKeyId: key }, 'InvalidParameterCombination'],
    ['a key of a secret without a secret', { MasterPasswordSecretKmsKeyId: key }, 'InvalidParameterCombination'],
  ])('rejects %s', async (_, input, code) => {
    expect(await failure(create(input))).toMatchObject({ code });
  });

  // The answer of AWS in https://github.com/aws/aws-cdk/issues/9856 and apache/airflow#23839, even for one node.
  it('rejects a number of nodes for the type single-node', async () => {
    expect(await failure(create({ ClusterType: 'single-node', NumberOfNodes: 1 }))).toEqual({
      code: 'InvalidParameterValue',
      message: 'Number of nodes must be not be supplied for cluster type single-node.',
    });
  });
});
