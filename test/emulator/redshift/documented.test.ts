import {
  CopyClusterSnapshotCommand,
  AuthorizeSnapshotAccessCommand,
  CreateClusterSnapshotCommand,
  CreateSnapshotCopyGrantCommand,
  CreateTagsCommand,
  DeleteClusterCommand,
  DeleteClusterSnapshotCommand,
  DeleteSnapshotCopyGrantCommand,
  DeleteTagsCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  DescribeSnapshotCopyGrantsCommand,
  DescribeSnapshotSchedulesCommand,
  DescribeTagsCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  GetClusterCredentialsCommand,
  ModifyClusterSnapshotCommand,
  ModifyClusterSnapshotScheduleCommand,
  RestoreFromClusterSnapshotCommand,
  RevokeSnapshotAccessCommand,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

// Each block names the page of AWS that documents or shows the behavior.

const here = { service: 'redshift', account: home, region: 'us-west-2' } as const;
const cluster = { ...here, ClusterIdentifier: 'mycluster' };
const schedule = { ScheduleIdentifier: 'mysnapshotschedule', ScheduleDefinitions: ['rate(12 hours)'] };
const arn = (kind: string, name: string) => `arn:aws:redshift:us-west-2:${home}:${kind}:${name}`;
const automated = 'rs:mycluster-2019-12-09-16-42-43';
const clusterId = { ClusterIdentifier: 'mycluster' };

const emulator = await useEmulator();
const client = emulator.redshift({ region: 'us-west-2' });
beforeEach(() =>
  emulator.load({
    now: '2019-12-10T00:00:00.000Z',
    frozen: true,
    schedules: [{ ...here, ...schedule, ScheduleDescription: 'My schedule description' }],
    clusters: [
      { ...cluster, NodeType: 'dc2.large', Tags: [{ Key: 'clustertagkey', Value: 'clustertagvalue' }] },
      { ...here, ClusterIdentifier: 'sealed', Encrypted: true },
    ],
    snapshots: [
      { ...cluster, SnapshotIdentifier: automated, NodeType: 'dc2.large', NumberOfNodes: 2 },
      { ...cluster, SnapshotIdentifier: 'mysnapshot', Tags: [{ Key: 'snapshottag', Value: '' }] },
    ],
  }),
);

// https://docs.aws.amazon.com/cli/latest/reference/redshift/modify-cluster-snapshot-schedule.html
describe('the AWS CLI examples of modify-cluster-snapshot-schedule and describe-snapshot-schedules', () => {
  const association = { ...clusterId, ScheduleIdentifier: schedule.ScheduleIdentifier };
  const associated = async () =>
    (await client.send(new DescribeSnapshotSchedulesCommand(association))).SnapshotSchedules;

  it('remove a schedule that is named together with DisassociateSchedule, as Terraform does, too', async () => {
    const input = { ...association, DisassociateSchedule: false };
    await client.send(new ModifyClusterSnapshotScheduleCommand(input));
    expect(await associated()).toEqual([
      {
        ...schedule,
        ScheduleDescription: 'My schedule description',
        Tags: [],
        AssociatedClusterCount: 1,
        AssociatedClusters: [{ ...clusterId, ScheduleAssociationState: 'ACTIVE' }],
      },
    ]);
    await client.send(new ModifyClusterSnapshotScheduleCommand({ ...association, DisassociateSchedule: true }));
    expect(await associated()).toEqual([]);
  });

  it('need a schedule or DisassociateSchedule, and an existing schedule', async () => {
    const change = (input: object) =>
      failure(client.send(new ModifyClusterSnapshotScheduleCommand({ ...clusterId, ...input })));
    expect(await change({})).toMatchObject({ code: 'InvalidParameterCombination' });
    const absent = { ScheduleIdentifier: 'absent', DisassociateSchedule: true };
    expect(await change(absent)).toMatchObject({ code: 'SnapshotScheduleNotFound' });
  });
});

// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-tags.html
describe('the AWS CLI example of describe-tags', () => {
  const list = async (input: object) =>
    (await client.send(new DescribeTagsCommand(input))).TaggedResources?.map(({ ResourceType }) => ResourceType);
  const row = {
    Tag: { Key: 'clustertagkey', Value: 'clustertagvalue' },
    ResourceName: arn('cluster', 'mycluster'),
    ResourceType: 'cluster',
  };

  it('has resource types in lowercase', async () => {
    const input = { ResourceName: row.ResourceName, TagKeys: ['clustertagkey'], TagValues: ['clustertagvalue'] };
    const { TaggedResources } = await client.send(new DescribeTagsCommand(input));
    expect(TaggedResources).toEqual([row]);
  });

  it.each(['cluster', 'Cluster', 'CLUSTER'])('finds the type %s in any case', async (ResourceType) => {
    expect(await list({ ResourceType })).toEqual(['cluster']);
  });

  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeTags.html
  it.each([
    'CIDR/IP',
    'EC2 security group',
    'Cluster security group',
    'Subnet group',
    'HSM connection',
    'HSM certificate',
    'Parameter group',
    'Snapshot copy grant',
    'Integration',
  ])('accepts the type %s of the API reference', async (ResourceType) => {
    expect(await list({ ResourceType })).toEqual([]);
  });

  it('has the rows of grants and schedules, whose tags are changed by their ARNs, as Terraform does', async () => {
    const SnapshotCopyGrantName = 'mysnapshotcopygrantname';
    await client.send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const names = [arn('snapshotcopygrant', SnapshotCopyGrantName), arn('snapshotschedule', 'mysnapshotschedule')];
    for (const ResourceName of names) {
      // oxlint-disable-next-line no-await-in-loop -- the calls depend on each other
      await client.send(new CreateTagsCommand({ ResourceName, Tags }));
      // oxlint-disable-next-line no-await-in-loop -- the calls depend on each other
      await client.send(new DeleteTagsCommand({ ResourceName, TagKeys: ['b'] }));
    }
    expect(await list({ ResourceType: 'Snapshot copy grant' })).toEqual(['snapshot copy grant']);
    expect(await list({})).toEqual(['cluster', 'snapshot', 'snapshot copy grant', 'snapshot schedule']);
    const { SnapshotCopyGrants } = await client.send(new DescribeSnapshotCopyGrantsCommand({}));
    expect(SnapshotCopyGrants?.[0]?.Tags).toEqual([{ Key: 'a', Value: '1' }]);
    const { SnapshotSchedules } = await client.send(new DescribeSnapshotSchedulesCommand({ TagKeys: ['a'] }));
    expect(SnapshotSchedules?.[0]?.Tags).toEqual([{ Key: 'a', Value: '1' }]);
    const missing = { ResourceName: arn('snapshotschedule', 'absent'), Tags };
    expect(await failure(client.send(new CreateTagsCommand(missing)))).toMatchObject({ code: 'ResourceNotFoundFault' });
  });

  it('cannot have an ARN and a type, with the text that moto states', async () => {
    const both = new DescribeTagsCommand({ ResourceName: row.ResourceName, ResourceType: 'cluster' });
    expect(await failure(client.send(both))).toEqual({
      code: 'InvalidParameterValue',
      message: expect.stringContaining('using either an ARN or a resource type'),
    });
  });
});

// https://docs.aws.amazon.com/redshift/latest/APIReference/API_CopyClusterSnapshot.html and the pages of the others:
// only the sample response of DescribeClusterSnapshots has RestorableNodeTypes.
describe('the sample responses of the API reference', () => {
  it('have RestorableNodeTypes only for DescribeClusterSnapshots', async () => {
    const SnapshotIdentifier = 'mysnapshot';
    const shared = { SnapshotIdentifier, AccountWithRestoreAccess: '210987654321' };
    const copy = { SourceSnapshotIdentifier: automated, TargetSnapshotIdentifier: 'copy' };
    const answers = [
      await client.send(new CreateClusterSnapshotCommand({ ...clusterId, SnapshotIdentifier: 'new' })),
      await client.send(new CopyClusterSnapshotCommand(copy)),
      await client.send(new AuthorizeSnapshotAccessCommand(shared)),
      await client.send(new RevokeSnapshotAccessCommand(shared)),
      await client.send(new ModifyClusterSnapshotCommand({ SnapshotIdentifier, ManualSnapshotRetentionPeriod: 9 })),
      await client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier })),
    ];
    expect(answers.map(({ Snapshot }) => Object.hasOwn(Snapshot ?? {}, 'RestorableNodeTypes'))).toEqual(
      answers.map(() => false),
    );
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: automated }));
    expect(Snapshots?.[0]?.RestorableNodeTypes).toContain('ra3.xlplus');
  });

  // "Upgrading to RA3 node types": https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html
  it('allow a restore of DC2 nodes to RA3 nodes', async () => {
    const input = { ClusterIdentifier: 'clone', SnapshotIdentifier: automated, NodeType: 'ra3.xlplus' };
    const { Cluster } = await client.send(new RestoreFromClusterSnapshotCommand({ ...input, NumberOfNodes: 3 }));
    expect(Cluster).toMatchObject({ NodeType: 'ra3.xlplus', NumberOfNodes: 3 });
  });
});

// https://docs.aws.amazon.com/cli/latest/reference/redshift/create-snapshot-copy-grant.html
describe('the AWS CLI examples of snapshot copy grants', () => {
  const SnapshotCopyGrantName = 'mysnapshotcopygrantname';
  const grant = { SnapshotCopyGrantName, KmsKeyId: expect.stringContaining('arn:aws:kms:us-west-2:'), Tags: [] };
  const create = (name = SnapshotCopyGrantName) =>
    client.send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName: name }));
  const list = async (input = {}) =>
    (await client.send(new DescribeSnapshotCopyGrantsCommand(input))).SnapshotCopyGrants;
  const remove = () => client.send(new DeleteSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));

  it('create, describe and delete a grant', async () => {
    expect((await create()).SnapshotCopyGrant).toEqual(grant);
    await create('another');
    expect(await list({ SnapshotCopyGrantName })).toEqual([grant]);
    expect(await list()).toHaveLength(2);
    expect(await failure(create())).toMatchObject({ code: 'SnapshotCopyGrantAlreadyExistsFault' });
    await remove();
    expect(await failure(list({ SnapshotCopyGrantName }))).toMatchObject({ code: 'SnapshotCopyGrantNotFoundFault' });
    expect(await failure(remove())).toMatchObject({ code: 'SnapshotCopyGrantNotFoundFault' });
  });

  it.each(['Capitals', '1st', 'a--b', 'a-', 'a'.repeat(64), ''])('refuse the name %j', async (name) => {
    expect(await failure(create(name))).toMatchObject({ code: 'InvalidParameterValue' });
  });

  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableSnapshotCopy.html
  it('are required to copy snapshots of an encrypted cluster, in the destination region', async () => {
    const enable = (input: object) =>
      client.send(
        new EnableSnapshotCopyCommand({ ClusterIdentifier: 'sealed', DestinationRegion: 'us-west-1', ...input }),
      );
    expect(await failure(enable({ DestinationRegion: 'us-west-2' }))).toEqual({
      code: 'UnknownSnapshotCopyRegionFault',
      message: 'Invalid region us-west-2',
    });
    expect(await failure(enable({}))).toEqual({
      code: 'InvalidParameterValue',
      message: 'SnapshotCopyGrantName is required for Snapshot Copy on KMS encrypted clusters.',
    });
    await create();
    expect(await failure(enable({ SnapshotCopyGrantName }))).toMatchObject({ code: 'SnapshotCopyGrantNotFoundFault' });
    const there = emulator.redshift({ region: 'us-west-1' });
    await there.send(new CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));
    expect((await enable({ SnapshotCopyGrantName })).Cluster?.ClusterSnapshotCopyStatus).toEqual({
      DestinationRegion: 'us-west-1',
      RetentionPeriod: 7,
      ManualSnapshotRetentionPeriod: -1,
      SnapshotCopyGrantName,
    });
    const used = there.send(new DeleteSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));
    expect(await failure(used)).toMatchObject({ code: 'InvalidSnapshotCopyGrantStateFault' });
    await client.send(new DisableSnapshotCopyCommand({ ClusterIdentifier: 'sealed' }));
    await there.send(new DeleteSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));
  });
});

describe('the texts of errors, as moto states them,', () => {
  it.each([
    [
      'of a deletion without a final snapshot',
      () => client.send(new DeleteClusterCommand(clusterId)),
      'InvalidParameterCombination',
      'FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.',
    ],
    [
      'of the deletion of an automated snapshot',
      () => client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: automated })),
      'InvalidClusterSnapshotState',
      `Cannot delete the snapshot ${automated} because only manual snapshots may be deleted`,
    ],
    [
      'of a name that is in use',
      () => client.send(new CreateClusterSnapshotCommand({ ...clusterId, SnapshotIdentifier: 'mysnapshot' })),
      'ClusterSnapshotAlreadyExists',
      'Cannot create the snapshot because a snapshot with the identifier mysnapshot already exists',
    ],
    [
      'of a missing cluster',
      () => client.send(new DescribeClustersCommand({ ClusterIdentifier: 'absent' })),
      'ClusterNotFound',
      'Cluster absent not found.',
    ],
    [
      'of the duration of credentials',
      () => client.send(new GetClusterCredentialsCommand({ ...clusterId, DbUser: 'reader', DurationSeconds: 899 })),
      'InvalidParameterValue',
      'Token duration must be between 900 and 3600 seconds',
    ],
  ])('%s', async (_, call, code, message) => {
    expect(await failure(call())).toEqual({ code, message });
  });
});
