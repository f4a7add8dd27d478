import { familyOf, findEngine } from '../catalog/engines.ts';
import { defaultSecurityGroup, zones } from '../catalog/groups.ts';
import { hostedZone, hostOf, resourceId } from '../catalog/hosts.ts';
import type { Region } from '../../world/world.ts';
import { clusterArn } from '../arns.ts';
import { defaultKey } from '../keys.ts';
import { completeWindows } from '../clusters/windows.ts';
import type { StoredCluster } from '../stored.ts';
import { statusWhenReady } from '../../world/ready-time.ts';

/** Completes a cluster: missing members get AWS's defaults. */
export function completeCluster(members: Partial<StoredCluster>, place: Region, now: Date): StoredCluster {
  const { region } = place;
  const { DBClusterIdentifier, Engine = 'docdb', StorageEncrypted = members.KmsKeyId !== undefined } = members;
  if (!DBClusterIdentifier) throw new Error('DBCluster.DBClusterIdentifier is missing');
  const name = DBClusterIdentifier.toLowerCase();
  const { ClusterCreateTime = now, readyAt } = members;
  const engine = findEngine(Engine);
  const EngineVersion = members.EngineVersion ?? engine?.defaultVersion ?? '';
  return {
    AvailabilityZones: zones(region),
    BackupRetentionPeriod: 1,
    DBClusterParameterGroup: `default.${familyOf(Engine, EngineVersion)}`,
    DBSubnetGroup: 'default',
    Endpoint: hostOf(name, 'cluster-', Engine, place),
    ReaderEndpoint: hostOf(name, 'cluster-ro-', Engine, place),
    MultiAZ: engine?.isMultiAz ?? false,
    Port: engine?.port ?? 27_017,
    MasterUsername: Engine === 'neptune' ? 'admin' : 'dbadmin',
    ...completeWindows(members),
    EarliestRestorableTime: ClusterCreateTime,
    DBClusterMembers: [],
    VpcSecurityGroups: [{ VpcSecurityGroupId: defaultSecurityGroup, Status: 'active' }],
    AssociatedRoles: [],
    ReadReplicaIdentifiers: [],
    HostedZoneId: hostedZone,
    DbClusterResourceId: clusterResourceId(name, ClusterCreateTime, place),
    DeletionProtection: false,
    StorageType: engine?.storageTypes[0],
    NetworkType: 'IPV4',
    TagList: [],
    ...auroraMembers(Engine),
    ...members,
    ...(StorageEncrypted ? { KmsKeyId: members.KmsKeyId ?? defaultKey(place) } : {}),
    ClusterCreateTime,
    EngineVersion,
    StorageEncrypted,
    Engine,
    DBClusterIdentifier: name,
    DBClusterArn: members.DBClusterArn ?? clusterArn(place, name),
    ...statusMembers(members, readyAt),
  };
}

/** Returns the id that distinguishes a cluster from every other cluster of the same name. */
export function clusterResourceId(name: string, created: Date, { account, region }: Region): string {
  return `cluster-${resourceId(26, account, region, name, created.toISOString())}`;
}

function statusMembers(
  { Status, statusUntilReady }: Partial<StoredCluster>,
  readyAt: number | undefined,
): Pick<StoredCluster, 'Status' | 'statusUntilReady'> {
  if (readyAt === undefined) return { Status: statusWhenReady(Status, readyAt) };
  const until = statusUntilReady ?? (Status === undefined || Status === 'available' ? 'creating' : Status);
  return { Status: until === 'stopping' ? 'stopped' : 'available', statusUntilReady: until };
}

/** Returns the members that the RDS model has beyond DocumentDB's, as AWS returns them for every engine. */
function auroraMembers(engine: string): Partial<StoredCluster> {
  const shared: Partial<StoredCluster> = {
    AllocatedStorage: engine === 'docdb' ? 0 : 1,
    IAMDatabaseAuthenticationEnabled: false,
    CopyTagsToSnapshot: false,
    CrossAccountClone: false,
    HttpEndpointEnabled: false,
    ActivityStreamStatus: 'stopped',
    AutoMinorVersionUpgrade: true,
    DomainMemberships: [],
    EngineMode: 'provisioned',
    GlobalWriteForwardingRequested: false,
  };
  if (engine === 'docdb' || engine === 'neptune') return shared;
  return {
    ...shared,
    DatabaseInsightsMode: 'standard',
    EngineLifecycleSupport: 'open-source-rds-extended-support',
    LocalWriteForwardingStatus: 'disabled',
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
  };
}
