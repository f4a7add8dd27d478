import {
  CreateClusterCommand,
  CreateClusterParameterGroupCommand,
  DeleteClusterParameterGroupCommand,
  DescribeClusterParametersCommand,
  DescribeDefaultClusterParametersCommand,
  DescribeTagsCommand,
  DescribeClusterParameterGroupsCommand,
  DescribeClusterSubnetGroupsCommand,
  DescribeNodeConfigurationOptionsCommand,
  DescribeOrderableClusterOptionsCommand,
  DescribeStorageCommand,
  ModifyClusterCommand,
  RestoreFromClusterSnapshotCommand,
  type DescribeNodeConfigurationOptionsCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

const here = { service: 'redshift', account: home, region: 'us-west-2' } as const;
const cluster = { ...here, ClusterIdentifier: 'mycluster', NodeType: 'dc2.large', NumberOfNodes: 4 };
const automated = 'rs:mycluster-2019-12-09-16-42-43';

const emulator = await useEmulator();
const client = emulator.redshift({ region: 'us-west-2' });
beforeEach(() =>
  emulator.load({
    now: '2019-12-10T00:00:00.000Z',
    frozen: true,
    parameterGroups: [{ ...here, ParameterGroupName: 'reporting' }],
    clusters: [{ ...cluster, ClusterParameterGroups: [{ ParameterGroupName: 'own' }], ClusterSubnetGroupName: 'mine' }],
    snapshots: [
      {
        ...cluster,
        SnapshotIdentifier: automated,
        NumberOfNodes: 2,
        TotalBackupSizeInMegaBytes: 64_000,
        ActualIncrementalBackupSizeInMegaBytes: 26,
      },
      { ...here, ClusterIdentifier: 'mycluster', SnapshotIdentifier: 'young', Status: 'creating' },
    ].map(({ ClusterIdentifier, ...snapshot }) => ({ ...snapshot, ClusterIdentifier })),
  }),
);

// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-cluster-subnet-groups.html
describe('the AWS CLI example of describe-cluster-subnet-groups', () => {
  const list = async (input = {}) =>
    (await client.send(new DescribeClusterSubnetGroupsCommand(input))).ClusterSubnetGroups ?? [];

  it('has complete groups with active subnets', async () => {
    const [group] = await list({ ClusterSubnetGroupName: 'default' });
    expect(group).toMatchObject({
      ClusterSubnetGroupName: 'default',
      VpcId: expect.stringMatching(/^vpc-/),
      SubnetGroupStatus: 'Complete',
      Subnets: ['us-west-2a', 'us-west-2b', 'us-west-2c'].map((Name) => ({
        SubnetIdentifier: expect.stringMatching(/^subnet-[0-9a-f]{17}$/),
        SubnetAvailabilityZone: { Name },
        SubnetStatus: 'Active',
      })),
    });
    expect((await list()).map(({ ClusterSubnetGroupName }) => ClusterSubnetGroupName)).toEqual([
      'default',
      'mine',
      'private',
    ]);
    expect(await list({ TagKeys: ['team'] })).toEqual([]);
  });

  it('has no group of another name, with the text that moto states', async () => {
    expect(await failure(list({ ClusterSubnetGroupName: 'absent' }))).toEqual({
      code: 'ClusterSubnetGroupNotFoundFault',
      message: 'Subnet group absent not found.',
    });
  });
});

// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-cluster-parameter-groups.html
describe('the AWS CLI example of describe-cluster-parameter-groups', () => {
  const list = async (input = {}) =>
    (await client.send(new DescribeClusterParameterGroupsCommand(input))).ParameterGroups ?? [];

  it('has the families of the default groups', async () => {
    expect(await list({ ParameterGroupName: 'default.redshift-1.0' })).toEqual([
      {
        ParameterGroupName: 'default.redshift-1.0',
        ParameterGroupFamily: 'redshift-1.0',
        Description: 'Default parameter group for redshift-1.0',
        Tags: [],
      },
    ]);
    expect((await list()).map(({ ParameterGroupName }) => ParameterGroupName)).toEqual([
      'default.redshift-1.0',
      'own',
      'reporting',
    ]);
  });

  it('has no group of another name, with the text that moto states', async () => {
    expect(await failure(list({ ParameterGroupName: 'absent' }))).toEqual({
      code: 'ClusterParameterGroupNotFound',
      message: 'ClusterParameterGroup not found: absent',
    });
  });
});

// https://docs.aws.amazon.com/cli/latest/reference/redshift/create-cluster-parameter-group.html and
// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-default-cluster-parameters.html
describe('the AWS CLI examples of parameter groups', () => {
  const group = {
    ParameterGroupName: 'myclusterparametergroup',
    ParameterGroupFamily: 'redshift-1.0',
    Description: 'My first cluster parameter group',
    Tags: [{ Key: 'team', Value: 'sales' }],
  };
  const { ParameterGroupName } = group;
  const create = (input = {}) => client.send(new CreateClusterParameterGroupCommand({ ...group, ...input }));
  const remove = (name = ParameterGroupName) =>
    client.send(new DeleteClusterParameterGroupCommand({ ParameterGroupName: name }));

  it('create, describe and delete a group, which is part of a world', async () => {
    expect((await create()).ClusterParameterGroup).toEqual(group);
    expect(await failure(create())).toMatchObject({ code: 'ClusterParameterGroupAlreadyExists' });
    const { content } = await emulator.control('GET', 'world');
    await emulator.load(content);
    expect((await emulator.control('GET', 'world')).content).toEqual(content);
    const { ParameterGroups } = await client.send(new DescribeClusterParameterGroupsCommand({ TagKeys: ['team'] }));
    expect(ParameterGroups).toEqual([group]);
    const { TaggedResources } = await client.send(new DescribeTagsCommand({ ResourceType: 'Parameter group' }));
    expect(TaggedResources).toMatchObject([{ ResourceType: 'parameter group', Tag: group.Tags[0] }]);
    const { Parameters } = await client.send(new DescribeClusterParametersCommand({ ParameterGroupName }));
    expect(Parameters).toContainEqual(
      expect.objectContaining({ ParameterName: 'datestyle', ParameterValue: 'ISO, MDY' }),
    );
    await remove();
    expect(await failure(remove())).toMatchObject({ code: 'ClusterParameterGroupNotFound' });
    expect(await failure(remove('own'))).toMatchObject({ code: 'InvalidClusterParameterGroupState' });
  });

  it('describe the default parameters of a family', async () => {
    const input = { ParameterGroupFamily: 'redshift-1.0' };
    const { DefaultClusterParameters } = await client.send(new DescribeDefaultClusterParametersCommand(input));
    expect(DefaultClusterParameters?.Parameters).toContainEqual({
      ParameterName: 'extra_float_digits',
      ParameterValue: '0',
      Description: 'Sets the number of digits displayed for floating-point values',
      Source: 'engine-default',
      DataType: 'integer',
      AllowedValues: '-15-2',
      ApplyType: 'static',
      IsModifiable: true,
    });
    const unknown = new DescribeDefaultClusterParametersCommand({ ParameterGroupFamily: 'redshift-9' });
    expect(await failure(client.send(unknown))).toMatchObject({ code: 'InvalidParameterValue' });
  });

  it.each([{ ParameterGroupName: '1st' }, { ParameterGroupFamily: 'redshift-9' }])('refuse %j', async (input) => {
    expect(await failure(create(input))).toMatchObject({ code: 'InvalidParameterValue' });
  });
});

// The errors of https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreFromClusterSnapshot.html
describe('a cluster', () => {
  const restore = (input: object) =>
    client.send(
      new RestoreFromClusterSnapshotCommand({ ClusterIdentifier: 'clone', SnapshotIdentifier: automated, ...input }),
    );
  const missing = { ClusterParameterGroupName: 'absent' };

  it('is restored to existing groups', async () => {
    const groups = { ClusterSubnetGroupName: 'private', ClusterParameterGroupName: 'reporting' };
    expect((await restore(groups)).Cluster).toMatchObject({
      ClusterSubnetGroupName: 'private',
      ClusterParameterGroups: [{ ParameterGroupName: 'reporting', ParameterApplyStatus: 'in-sync' }],
    });
  });

  it('is neither restored, created nor changed with missing groups', async () => {
    const created = {
      ClusterIdentifier: 'new',
      NodeType: 'ra3.xlplus',
      MasterUsername: 'boss',
      ManageMasterPassword: true,
    };
    expect(await failure(restore({ ClusterSubnetGroupName: 'absent' }))).toMatchObject({
      code: 'ClusterSubnetGroupNotFoundFault',
    });
    const calls = [
      restore(missing),
      client.send(new CreateClusterCommand({ ...created, ...missing })),
      client.send(new ModifyClusterCommand({ ClusterIdentifier: 'mycluster', ...missing })),
    ];
    for (const call of await Promise.all(calls.map(failure))) {
      expect(call).toMatchObject({ code: 'ClusterParameterGroupNotFound' });
    }
  });
});

// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-node-configuration-options.html
describe('the AWS CLI example of describe-node-configuration-options', () => {
  const list = async (input: Partial<DescribeNodeConfigurationOptionsCommandInput>) =>
    (await client.send(new DescribeNodeConfigurationOptionsCommand({ ActionType: 'restore-cluster', ...input })))
      .NodeConfigurationOptionList ?? [];
  const snapshot = { SnapshotIdentifier: automated };

  it('has the node types of a snapshot, with half, equal and double its nodes, as far as its data fits', async () => {
    const options = await list(snapshot);
    expect(options.slice(0, 3)).toEqual([
      { NodeType: 'dc2.large', NumberOfNodes: 1, EstimatedDiskUtilizationPercent: 39.06 },
      { NodeType: 'dc2.large', NumberOfNodes: 2, EstimatedDiskUtilizationPercent: 19.53 },
      { NodeType: 'dc2.large', NumberOfNodes: 4, EstimatedDiskUtilizationPercent: 9.77 },
    ]);
    expect(options.map(({ NodeType }) => NodeType)).toContain('ra3.xlplus');
    const SnapshotArn = `arn:aws:redshift:us-west-2:${home}:snapshot:mycluster/${automated}`;
    expect(await list({ SnapshotArn })).toEqual(options);
  });

  it('has recommendations with a mode, and the options of a resize', async () => {
    const asked = { ActionType: 'resize-cluster', ClusterIdentifier: 'mycluster' } as const;
    expect((await list(asked)).slice(0, 3).map(({ NumberOfNodes }) => NumberOfNodes)).toEqual([2, 4, 8]);
    const recommended = await list({ ...asked, ActionType: 'recommend-node-config' });
    expect(recommended[0]).toMatchObject({ NodeType: 'dc2.large', Mode: 'standard' });
  });

  it.each([
    [{ Name: 'NodeType', Operator: 'in', Values: ['ra3.large'] }, ['ra3.large 1', 'ra3.large 2', 'ra3.large 4']],
    [{ Name: 'NumberOfNodes', Operator: 'lt', Values: ['2'] }, ['dc2.large 1', 'ra3.large 1', 'ra3.xlplus 1']],
    [{ Name: 'EstimatedDiskUtilizationPercent', Operator: 'between', Values: ['10', '20'] }, ['dc2.large 2']],
  ] as const)('is filtered by %j', async ({ Values, ...filter }, expected) => {
    const options = await list({ ...snapshot, Filters: [{ ...filter, Values: [...Values] }] });
    expect(options.map(({ NodeType, NumberOfNodes }) => `${NodeType} ${NumberOfNodes}`)).toEqual(expected);
  });

  it.each<[string, Partial<DescribeNodeConfigurationOptionsCommandInput>, string]>([
    ['a missing snapshot', { SnapshotIdentifier: 'absent' }, 'ClusterSnapshotNotFound'],
    ['an unfinished snapshot', { SnapshotIdentifier: 'young' }, 'InvalidClusterSnapshotState'],
    ['a restore without a snapshot', { ClusterIdentifier: 'mycluster' }, 'InvalidParameterCombination'],
    ['a resize without a cluster', { ...snapshot, ActionType: 'resize-cluster' }, 'InvalidParameterCombination'],
    ['a missing cluster', { ActionType: 'resize-cluster', ClusterIdentifier: 'absent' }, 'ClusterNotFound'],
    ['a small page', { ...snapshot, MaxRecords: 20 }, 'InvalidParameterValue'],
    [
      'a filter without values',
      { ...snapshot, Filters: [{ Name: 'NumberOfNodes', Operator: 'eq' }] },
      'InvalidParameterValue',
    ],
  ])('rejects %s', async (_, input, code) => {
    expect(await failure(list(input))).toMatchObject({ code });
  });
});

describe('other AWS CLI examples', () => {
  // https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-orderable-cluster-options.html
  it('list the orderable cluster options', async () => {
    const list = async (input: object) =>
      (await client.send(new DescribeOrderableClusterOptionsCommand(input))).OrderableClusterOptions;
    expect(await list({ NodeType: 'ra3.xlplus' })).toEqual(
      ['multi-node', 'single-node'].map((ClusterType) => ({
        NodeType: 'ra3.xlplus',
        ClusterVersion: '1.0',
        ClusterType,
        AvailabilityZones: ['a', 'b', 'c'].map((letter) => ({ Name: `us-west-2${letter}` })),
      })),
    );
    expect(await list({ ClusterVersion: '9.9' })).toEqual([]);
  });

  // The sample of https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeStorage.html writes 26.0, and the
  // AWS CLI example 655360.0, which is the storage of four dc2.large nodes.
  it('describe the storage', async () => {
    const { TotalBackupSizeInMegaBytes, TotalProvisionedStorageInMegaBytes } = await client.send(
      new DescribeStorageCommand({}),
    );
    expect([TotalBackupSizeInMegaBytes, TotalProvisionedStorageInMegaBytes]).toEqual([26, 655_360]);
  });
});
