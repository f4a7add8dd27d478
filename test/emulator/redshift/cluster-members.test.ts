import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  DescribeClusterSnapshotsCommand,
} from '@aws-sdk/client-redshift';
import { describe, expect, it } from 'vitest';

import { home, useEmulator, type WorldJson } from '../../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-west-2' } as const;

const emulator = await useEmulator();
const client = emulator.redshift({ region: 'us-west-2' });

const load = (world: WorldJson) => emulator.load({ now: '2019-12-10T18:00:00.000Z', frozen: true, ...world });
const read = async (ClusterIdentifier = 'mycluster', from = client) =>
  (await from.send(new DescribeClustersCommand({ ClusterIdentifier }))).Clusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('a cluster', () => {
  // https://docs.aws.amazon.com/cli/latest/reference/redshift/enable-snapshot-copy.html
  it('has the members of the output in the AWS CLI example of enable-snapshot-copy', async () => {
    await load({
      clusters: [
        {
          ...here,
          ClusterIdentifier: 'mycluster',
          NodeType: 'dc2.large',
          NumberOfNodes: 4,
          PreferredMaintenanceWindow: 'sat:16:00-sat:16:30',
        },
      ],
    });
    expect(await read()).toMatchObject({
      ClusterStatus: 'available',
      ClusterAvailabilityStatus: 'Available',
      Endpoint: {
        Address: expect.stringMatching(/^mycluster\.\w{12}\.us-west-2\.redshift\.amazonaws\.com$/),
        Port: 5439,
      },
      ManualSnapshotRetentionPeriod: -1,
      ClusterSecurityGroups: [],
      VpcSecurityGroups: [{ VpcSecurityGroupId: expect.stringMatching(/^sg-/), Status: 'active' }],
      ClusterParameterGroups: [{ ParameterGroupName: 'default.redshift-1.0', ParameterApplyStatus: 'in-sync' }],
      ClusterSubnetGroupName: 'default',
      VpcId: expect.stringMatching(/^vpc-/),
      PendingModifiedValues: {},
      IamRoles: [],
      MaintenanceTrackName: 'current',
      DeferredMaintenanceWindows: [],
      // The next Saturday.
      NextMaintenanceWindowStartTime: new Date('2019-12-14T16:00:00Z'),
    });
  });

  // A recorded response of us-east-2 of 2022 for a cluster with two ra3.4xlarge nodes, in the tests of a public repository.
  it('has the members of a recorded response', async () => {
    await load({
      clusters: [{ ...here, ClusterIdentifier: 'mycluster', NodeType: 'ra3.4xlarge', NumberOfNodes: 2 }],
    });
    const address = expect.stringMatching(/^(\d+\.){3}\d+$/);
    expect(await read()).toMatchObject({
      ClusterNodes: ['LEADER', 'COMPUTE-0', 'COMPUTE-1'].map((NodeRole) => ({
        NodeRole,
        PrivateIPAddress: address,
        PublicIPAddress: address,
      })),
      ClusterRevisionNumber: expect.stringMatching(/^\d+$/),
      ElasticResizeNumberOfNodeOptions: '[3,4,5,6,7,8]',
      AvailabilityZoneRelocationStatus: 'disabled',
      ClusterNamespaceArn: expect.stringMatching(
        /^arn:aws:redshift:us-west-2:\d{12}:namespace:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      ),
      TotalStorageCapacityInMegaBytes: 256_000_000,
      AquaConfiguration: { AquaStatus: 'disabled', AquaConfigurationStatus: 'auto' },
      MultiAZ: 'Disabled',
    });
  });

  it('with one node has a shared node, as public recordings show', async () => {
    await load({ clusters: [{ ...here, ClusterIdentifier: 'mycluster', NumberOfNodes: 1 }] });
    expect((await read())?.ClusterNodes).toMatchObject([{ NodeRole: 'SHARED' }]);
  });

  it('in China has a host in the domain of China, as the endpoints of the SDK', async () => {
    await load({ clusters: [{ ...here, region: 'cn-north-1', ClusterIdentifier: 'mycluster' }] });
    const there = await read('mycluster', emulator.redshift({ region: 'cn-north-1' }));
    expect(there?.Endpoint?.Address).toMatch(/^mycluster\.\w{12}\.cn-north-1\.redshift\.amazonaws\.com\.cn$/);
  });

  // https://docs.aws.amazon.com/cli/latest/reference/redshift/create-cluster.html
  it('that is created has a pending password and no Endpoint, as in the AWS CLI example of create-cluster', async () => {
    await load({});
    const input = { ClusterIdentifier: 'mycluster', NodeType: 'ra3.xlplus', MasterUsername: 'adminuser' };
    const created = await client.send(new CreateClusterCommand({ ...input, MasterUserPassword: 'TopSecret1' }));
    const members = { ClusterStatus: 'creating', ClusterAvailabilityStatus: 'Modifying' };
    for (const cluster of [created.Cluster, await read()]) {
      expect(cluster).toMatchObject({ ...members, PendingModifiedValues: { MasterUserPassword: '****' } });
      expect(cluster).not.toHaveProperty('Endpoint');
      expect(cluster).not.toHaveProperty('ClusterNodes');
    }
    await advance(60);
    expect(await read()).toMatchObject({
      ClusterStatus: 'available',
      PendingModifiedValues: {},
      Endpoint: { Port: 5439 },
    });
  });

  // That only the port remains is taken from observed responses, not from the reference.
  // Terraform accepts only Modifying and Maintenance until the cluster is gone.
  it('that is deleted is Modifying, and has only the port of its Endpoint at the end', async () => {
    await load({ clusters: [{ ...here, ClusterIdentifier: 'mycluster' }] });
    const input = { ClusterIdentifier: 'mycluster', FinalClusterSnapshotIdentifier: 'final' };
    await client.send(new DeleteClusterCommand(input));
    expect(await read()).toMatchObject({ ClusterStatus: 'final-snapshot', ClusterAvailabilityStatus: 'Modifying' });
    await advance(30);
    expect(await read()).toMatchObject({ ClusterStatus: 'deleting', ClusterAvailabilityStatus: 'Modifying' });
    expect((await read())?.Endpoint).toEqual({ Port: 5439 });
  });

  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html lists the statuses and what they mean.
  it.each([
    ['available', 'Available'],
    ['available, prep-for-resize', 'Available'],
    ['available, resize-cleanup', 'Available'],
    ['cancelling-resize', 'Modifying'],
    ['creating', 'Modifying'],
    ['deleting', 'Modifying'],
    ['final-snapshot', 'Modifying'],
    ['hardware-failure', 'Failed'],
    ['incompatible-hsm', 'Failed'],
    ['incompatible-network', 'Failed'],
    ['incompatible-parameters', 'Failed'],
    ['incompatible-restore', 'Failed'],
    ['modifying', 'Modifying'],
    ['paused', 'Paused'],
    ['rebooting', 'Unavailable'],
    ['renaming', 'Modifying'],
    ['resizing', 'Modifying'],
    ['rotating-keys', 'Modifying'],
    ['storage-full', 'Unavailable'],
    ['updating-hsm', 'Modifying'],
  ])('that is %s is %s', async (ClusterStatus, ClusterAvailabilityStatus) => {
    await load({ clusters: [{ ...here, ClusterIdentifier: 'mycluster', ClusterStatus }] });
    expect(await read()).toMatchObject({ ClusterStatus, ClusterAvailabilityStatus });
  });

  it('keeps its members when its world is loaded again', async () => {
    await load({ clusters: [{ ...here, ClusterIdentifier: 'mycluster', NodeType: 'ra3.4xlarge' }] });
    const before = await read();
    await emulator.load((await emulator.control('GET', 'world')).content);
    expect(await read()).toEqual(before);
  });
});

describe('a snapshot', () => {
  // Recorded responses have versions such as 1.0.41465.
  it('has the EngineFullVersion of its cluster, as recorded responses', async () => {
    const cluster = { ...here, ClusterIdentifier: 'mycluster', ClusterRevisionNumber: '41465' };
    await load({
      clusters: [cluster],
      snapshots: [{ ...here, ClusterIdentifier: 'mycluster', SnapshotIdentifier: 'a' }],
    });
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({}));
    expect(Snapshots?.[0]?.EngineFullVersion).toBe('1.0.41465');
  });
});
