// The calls of https://github.com/hashicorp/terraform-provider-aws, internal/service/redshift, in our own words.
import {
  CreateClusterCommand,
  CreateTagsCommand,
  DeleteClusterCommand,
  DeleteTagsCommand,
  DescribeClustersCommand,
  DescribeClusterSnapshotsCommand,
  DescribeLoggingStatusCommand,
  ModifyClusterCommand,
  RestoreFromClusterSnapshotCommand,
  type Cluster,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { onlyOne, unlessRefused, waitForState } from '../../support/terraform.ts';

const ClusterIdentifier = 'tf-cluster';

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() => emulator.load({ now: '2026-06-01T12:00:00Z', frozen: true }));

async function find(identifier = ClusterIdentifier): Promise<Cluster | null> {
  const answer = await unlessRefused(
    client.send(new DescribeClustersCommand({ ClusterIdentifier: identifier })),
    'ClusterNotFoundFault',
  );
  return onlyOne(answer?.Clusters);
}
const availability = (identifier?: string) => async () => (await find(identifier))?.ClusterAvailabilityStatus ?? null;

const untilCreated = (identifier?: string) =>
  waitForState(emulator, availability(identifier), {
    pending: ['Modifying', 'Unavailable'],
    target: 'Available',
    minutes: 75,
  });
const untilUpdated = () =>
  waitForState(emulator, availability(), {
    pending: ['Maintenance', 'Modifying', 'Unavailable'],
    target: 'Available',
    minutes: 75,
  });
const untilDeleted = () =>
  waitForState(emulator, availability(), { pending: ['Maintenance', 'Modifying'], target: null, minutes: 40 });

async function create(): Promise<void> {
  await client.send(
    new CreateClusterCommand({
      AllowVersionUpgrade: true,
      AutomatedSnapshotRetentionPeriod: 1,
      ClusterIdentifier,
      ClusterType: 'multi-node',
      ClusterVersion: '1.0',
      DBName: 'mydb',
      MasterUserPassword: 'Mustbe8characters',
      MasterUsername: 'foo_test',
      NodeType: 'ra3.large',
      NumberOfNodes: 2,
      Port: 5439,
      PubliclyAccessible: false,
      Tags: [{ Key: 'team', Value: 'data' }],
    }),
  );
  await untilCreated();
}

describe('aws_redshift_cluster', () => {
  it('is created and read', async () => {
    await create();
    expect(await find()).toMatchObject({
      AllowVersionUpgrade: true,
      AutomatedSnapshotRetentionPeriod: 1,
      AvailabilityZone: expect.stringMatching(/^us-east-1[a-f]$/),
      AvailabilityZoneRelocationStatus: expect.stringMatching(/^(enabled|disabled)$/),
      ClusterIdentifier,
      ClusterNamespaceArn: expect.stringContaining(`arn:aws:redshift:us-east-1:${home}:namespace:`),
      ClusterParameterGroups: [{ ParameterGroupName: expect.any(String), ParameterApplyStatus: 'in-sync' }],
      ClusterVersion: '1.0',
      DBName: 'mydb',
      Encrypted: expect.any(Boolean),
      Endpoint: { Address: expect.stringMatching(/^tf-cluster\..+\.us-east-1\.redshift\.amazonaws\.com$/), Port: 5439 },
      EnhancedVpcRouting: false,
      MaintenanceTrackName: 'current',
      ManualSnapshotRetentionPeriod: -1,
      MasterUsername: 'foo_test',
      MultiAZ: expect.stringMatching(/^(enabled|disabled)$/i),
      NodeType: 'ra3.large',
      NumberOfNodes: 2,
      PreferredMaintenanceWindow: expect.stringMatching(/^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/),
      PubliclyAccessible: false,
      Tags: [{ Key: 'team', Value: 'data' }],
    });
    const nodes = (await find())?.ClusterNodes;
    expect(nodes?.length, 'more than one node, so that the type is multi-node').toBeGreaterThan(1);
    const logging = await client.send(new DescribeLoggingStatusCommand({ ClusterIdentifier }));
    expect(logging).toMatchObject({ LoggingEnabled: false });
  });

  it('gets other settings and tags', async () => {
    await create();
    const changes = {
      AllowVersionUpgrade: false,
      AutomatedSnapshotRetentionPeriod: 3,
      EnhancedVpcRouting: true,
      ManualSnapshotRetentionPeriod: 30,
      PreferredMaintenanceWindow: 'wed:03:00-wed:04:00',
    };
    await client.send(new ModifyClusterCommand({ ClusterIdentifier, ...changes }));
    await untilUpdated();
    const ResourceName = `arn:aws:redshift:us-east-1:${home}:cluster:${ClusterIdentifier}`;
    await client.send(new DeleteTagsCommand({ ResourceName, TagKeys: ['team'] }));
    await client.send(new CreateTagsCommand({ ResourceName, Tags: [{ Key: 'purpose', Value: 'test' }] }));
    expect(await find()).toMatchObject({ ...changes, Tags: [{ Key: 'purpose', Value: 'test' }] });
  });

  it('gets another size, for which node type, cluster type and number of nodes are sent together', async () => {
    await create();
    const size = { NodeType: 'ra3.xlplus', NumberOfNodes: 4 };
    await client.send(new ModifyClusterCommand({ ClusterIdentifier, ClusterType: 'multi-node', ...size }));
    await untilUpdated();
    expect(await find()).toMatchObject(size);
    expect((await find())?.ClusterNodes?.length).toBeGreaterThan(1);
  });
});

describe('the deletion of aws_redshift_cluster', () => {
  const destroy = (input: object) => client.send(new DeleteClusterCommand({ ClusterIdentifier, ...input }));

  it('skips the final snapshot if asked, and accepts that the cluster is gone already', async () => {
    await create();
    await destroy({ SkipFinalClusterSnapshot: true });
    await untilDeleted();
    expect(await unlessRefused(destroy({ SkipFinalClusterSnapshot: true }), 'ClusterNotFoundFault')).toBeNull();
  });

  it('leaves a final snapshot, from which a cluster is created', async () => {
    await create();
    const SnapshotIdentifier = 'tf-final';
    await destroy({ SkipFinalClusterSnapshot: false, FinalClusterSnapshotIdentifier: SnapshotIdentifier });
    await untilDeleted();
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier }));
    expect(Snapshots).toMatchObject([{ ClusterIdentifier, SnapshotType: 'manual', Status: 'available' }]);

    await client.send(
      new RestoreFromClusterSnapshotCommand({
        AllowVersionUpgrade: true,
        AutomatedSnapshotRetentionPeriod: 1,
        ClusterIdentifier: 'tf-restored',
        NodeType: 'ra3.large',
        NumberOfNodes: 2,
        Port: 5439,
        PubliclyAccessible: false,
        SnapshotIdentifier,
      }),
    );
    await untilCreated('tf-restored');
    expect(await find('tf-restored')).toMatchObject({ DBName: 'mydb', MasterUsername: 'foo_test' });
  });

  it('is repeated while the cluster is in another state', async () => {
    await client.send(
      new CreateClusterCommand({
        ClusterIdentifier,
        ClusterType: 'single-node',
        MasterUserPassword: 'Mustbe8characters',
        MasterUsername: 'foo_test',
        NodeType: 'ra3.large',
      }),
    );
    const attempt = async () =>
      (await unlessRefused(destroy({ SkipFinalClusterSnapshot: true }), 'InvalidClusterStateFault')) ? 'sent' : 'busy';
    expect(await attempt()).toBe('busy');
    await waitForState(emulator, attempt, { pending: ['busy'], target: 'sent', minutes: 15 });
    await untilDeleted();
  });
});
