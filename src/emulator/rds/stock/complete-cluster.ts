import type { Region } from '../../world/world.ts';
import { clusterArn } from '../arns.ts';
import { defaultKey } from '../keys.ts';
import type { StoredCluster } from '../stored.ts';
import { statusWhenReady } from './extras.ts';

/** The default version of each engine. */
export const versions: Readonly<Record<string, string>> = {
  docdb: '5.0.0',
  neptune: '1.3.2.1',
  'aurora-postgresql': '16.4',
  'aurora-mysql': '8.0.mysql_aurora.3.07.1',
};

const ports: Readonly<Record<string, number>> = { neptune: 8182, 'aurora-postgresql': 5432, 'aurora-mysql': 3306 };

/** Completes a cluster: missing members get AWS's defaults. */
export function completeCluster(members: Partial<StoredCluster>, place: Region, now: Date): StoredCluster {
  const { region } = place;
  const { DBClusterIdentifier, Engine = 'docdb', StorageEncrypted = members.KmsKeyId !== undefined } = members;
  if (!DBClusterIdentifier) throw new Error('DBCluster.DBClusterIdentifier is missing');
  const name = DBClusterIdentifier.toLowerCase();
  const host = (kind: string) => `${name}.${kind}-c1a2b3c4d5e6.${region}.${Engine}.amazonaws.com`;
  return {
    AvailabilityZones: zones(region),
    BackupRetentionPeriod: 1,
    DBClusterParameterGroup: `default.${Engine}`,
    DBSubnetGroup: 'default',
    Endpoint: host('cluster'),
    ReaderEndpoint: host('cluster-ro'),
    MultiAZ: false,
    EngineVersion: versions[Engine],
    Port: ports[Engine] ?? 27_017,
    MasterUsername: 'dbadmin',
    PreferredBackupWindow: '00:00-00:30',
    PreferredMaintenanceWindow: 'sun:03:00-sun:03:30',
    EarliestRestorableTime: members.ClusterCreateTime ?? now,
    DBClusterMembers: [],
    VpcSecurityGroups: [],
    AssociatedRoles: [],
    ReadReplicaIdentifiers: [],
    EnabledCloudwatchLogsExports: [],
    HostedZoneId: 'Z00ABCDEFGHIJ',
    DbClusterResourceId: `cluster-${name.replaceAll('-', '').toUpperCase()}`,
    DeletionProtection: false,
    StorageType: 'standard',
    NetworkType: 'IPV4',
    ClusterCreateTime: now,
    TagList: [],
    ...members,
    ...(StorageEncrypted ? { KmsKeyId: members.KmsKeyId ?? defaultKey(place) } : {}),
    StorageEncrypted,
    Engine,
    DBClusterIdentifier: name,
    DBClusterArn: members.DBClusterArn ?? clusterArn(place, name),
    Status: statusWhenReady(members.Status, members.readyAt),
  };
}

/** Returns the availability zones of a region. */
export function zones(region: string): string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}
