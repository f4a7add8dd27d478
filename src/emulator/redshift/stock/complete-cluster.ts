import { stableUuid } from '../../world/ids.ts';
import type { Region } from '../../world/world.ts';
import { defaultVpc } from '../catalog/groups.ts';
import { endpointAddress } from '../clusters/derived.ts';
import { defaultCopyRetention, forever } from '../rules.ts';
import { redshiftArn } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { statusWhenReady } from '../../world/ready-time.ts';

/** The revision of the database version 1.0 that new clusters run. */
export const revision = '78125';

/** Completes a cluster: missing members get AWS's defaults. */
export function completeCluster(members: Partial<StoredCluster>, place: Region, now: Date): StoredCluster {
  const { region, account, partition } = place;
  const { ClusterIdentifier, ClusterCreateTime = now } = members;
  if (!ClusterIdentifier) throw new Error('Cluster.ClusterIdentifier is missing');
  const namespace = stableUuid(account, region, partition, ClusterIdentifier, ClusterCreateTime.toISOString());
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
    VpcId: defaultVpc,
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-0a1b2c3d', Status: 'active' }],
    ClusterSecurityGroups: [],
    ClusterParameterGroups: [{ ParameterGroupName: 'default.redshift-1.0', ParameterApplyStatus: 'in-sync' }],
    ClusterSubnetGroupName: 'default',
    ClusterRevisionNumber: revision,
    IamRoles: [],
    DeferredMaintenanceWindows: [],
    AvailabilityZoneRelocationStatus: 'disabled',
    AquaConfiguration: { AquaStatus: 'disabled', AquaConfigurationStatus: 'auto' },
    IpAddressType: 'ipv4',
    MultiAZ: 'Disabled',
    ClusterNamespaceArn: redshiftArn(place, 'namespace', namespace),
    Tags: [],
    ...members,
    ...copySettings(members),
    Endpoint: {
      Address: endpointAddress(ClusterIdentifier, place),
      Port: 5439,
      ...members.Endpoint,
    },
    ClusterIdentifier,
    ClusterCreateTime,
    ClusterStatus: statusWhenReady(members.ClusterStatus, members.readyAt),
  };
}

/** Completes the settings of the copy to another region, if it is on, as EnableSnapshotCopy does. */
function copySettings({ ClusterSnapshotCopyStatus: settings }: Partial<StoredCluster>): Partial<StoredCluster> {
  if (!settings) return {};
  const { RetentionPeriod = defaultCopyRetention, ManualSnapshotRetentionPeriod = forever } = settings;
  return { ClusterSnapshotCopyStatus: { ...settings, RetentionPeriod, ManualSnapshotRetentionPeriod } };
}
