import type { Region } from '../../world/world.ts';
import { zones } from '../catalog/groups.ts';
import { resourceId } from '../catalog/hosts.ts';
import { findEngine } from '../catalog/engines.ts';
import type { StoredCluster, StoredInstance } from '../stored.ts';

/** Completes an instance of a cluster: missing members get AWS's defaults. The members of the cluster are not stored. */
export function completeInstance(
  members: Partial<StoredInstance>,
  cluster: StoredCluster,
  place: Region,
  now: Date,
): StoredInstance {
  const { account, region, partition } = place;
  const { DBInstanceIdentifier, InstanceCreateTime = now } = members;
  if (!DBInstanceIdentifier) throw new Error('DBInstance.DBInstanceIdentifier is missing');
  const name = DBInstanceIdentifier.toLowerCase();
  return {
    DBInstanceClass: cluster.DBClusterInstanceClass ?? findEngine(cluster.Engine)?.classes[0],
    AvailabilityZone: cluster.AvailabilityZones?.[0] ?? zones(region)[0] ?? '',
    PromotionTier: 1,
    AutoMinorVersionUpgrade: cluster.AutoMinorVersionUpgrade ?? true,
    PreferredMaintenanceWindow: cluster.PreferredMaintenanceWindow,
    PubliclyAccessible: cluster.PubliclyAccessible ?? false,
    CopyTagsToSnapshot: false,
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
    DBSecurityGroups: [],
    PendingModifiedValues: {},
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    DbiResourceId: `db-${resourceId(26, account, region, name, InstanceCreateTime.toISOString())}`,
    TagList: [],
    isWriter: false,
    ...members,
    InstanceCreateTime,
    DBInstanceStatus: members.readyAt === undefined ? (members.DBInstanceStatus ?? 'available') : 'available',
    DBInstanceIdentifier: name,
    DBInstanceArn: `arn:${partition}:rds:${region}:${account}:db:${name}`,
    DBClusterIdentifier: cluster.DBClusterIdentifier,
  };
}
