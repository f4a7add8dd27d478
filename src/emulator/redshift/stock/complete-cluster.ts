import type { Region } from '../../world/world.ts';
import { forever } from '../rules.ts';
import type { StoredCluster } from '../stored.ts';
import { statusWhenReady } from './ready-time.ts';

/** Completes a cluster: missing members get AWS's defaults. */
export function completeCluster(
  members: Partial<StoredCluster>,
  { region, account, partition }: Region,
  now: Date,
): StoredCluster {
  const { ClusterIdentifier } = members;
  if (!ClusterIdentifier) throw new Error('Cluster.ClusterIdentifier is missing');
  return {
    NodeType: 'ra3.xlplus',
    NumberOfNodes: 2,
    MasterUsername: 'awsuser',
    DBName: 'dev',
    AvailabilityZone: `${region}a`,
    AutomatedSnapshotRetentionPeriod: 1,
    ManualSnapshotRetentionPeriod: forever,
    ClusterVersion: '1.0',
    AllowVersionUpgrade: true,
    PubliclyAccessible: false,
    Encrypted: false,
    EnhancedVpcRouting: false,
    MaintenanceTrackName: 'current',
    PreferredMaintenanceWindow: 'sun:03:00-sun:03:30',
    VpcId: 'vpc-0a1b2c3d',
    ClusterNamespaceArn: `arn:${partition}:redshift:${region}:${account}:namespace:${ClusterIdentifier}`,
    ClusterCreateTime: now,
    Tags: [],
    ...members,
    Endpoint: {
      Address: `${ClusterIdentifier}.c1a2b3c4d5e6.${region}.redshift.amazonaws.com`,
      Port: 5439,
      ...members.Endpoint,
    },
    ClusterIdentifier,
    ClusterStatus: statusWhenReady(members.ClusterStatus, members.readyAt),
  };
}
