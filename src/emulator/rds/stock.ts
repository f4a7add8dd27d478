import {
  DBCluster$,
  DBClusterSnapshot$,
  ModifyDBClusterSnapshotAttributeMessage$,
  TagListMessage$,
  type ModifyDBClusterSnapshotAttributeMessage,
  type Tag,
  type TagListMessage,
} from '@aws-sdk/client-docdb';
import { NormalizedSchema } from '@smithy/core/schema';

import type { Loading, Stock } from '../service.ts';
import { readMembers, readTime, writeMembers } from '../wire/json.ts';
import type { Region } from '../world.ts';
import { clusterArn, parseArn, snapshotArn } from './arns.ts';
import { defaultKey, resolveKey } from './keys.ts';
import { progressOf, statusOf } from './readings.ts';
import { isThere } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

const clusterSchema = NormalizedSchema.of(DBCluster$);
const snapshotSchema = NormalizedSchema.of(DBClusterSnapshot$);
const tagSchema = NormalizedSchema.of(TagListMessage$);
const sharingSchema = NormalizedSchema.of(ModifyDBClusterSnapshotAttributeMessage$);

/**
 * The RDS part of a world's JSON: the API's `DBCluster` and `DBClusterSnapshot` members, `Tags`, a snapshot's
 * `RestoreAccounts` (`all` for a public snapshot), and two dates (ISO 8601): `ReadyTime`, when a cluster or snapshot
 * becomes available, and `GoneTime`, when the deletion of a cluster ends.
 */
export const rdsStock: Stock = {
  load(kind, { ReadyTime, Tags, RestoreAccounts, ...json }, loading) {
    const { place, now } = loading;
    const readyAt = readReadyTime(ReadyTime);
    const tags = readTags(Tags);
    if (kind === 'cluster') {
      const { GoneTime, ...members } = json;
      const cluster: Partial<StoredCluster> = readMembers(clusterSchema, members);
      const goneAt = readTime('GoneTime', GoneTime);
      const leaving = goneAt === undefined ? {} : { goneAt };
      place.rds.clusters.add(completeCluster({ ...cluster, ...tags, ...readyAt, ...leaving }, place, now));
      return;
    }
    const snapshot: Partial<StoredSnapshot> = readMembers(snapshotSchema, json);
    const accounts = readAccounts(RestoreAccounts);
    const members = { ...snapshot, ...tags, ...accounts, ...readyAt };
    const complete = completeSnapshot(members, place, now, clusterOf(snapshot, loading));
    place.rds.snapshots.add(complete);
    markBackingUp(complete, place);
  },
  dump({ rds }, now) {
    const clusters = [...rds.clusters.values()].filter((cluster) => isThere(cluster, now));
    const snapshots = [...rds.snapshots.values()].filter(({ goneAt }) => goneAt === undefined);
    return {
      clusters: clusters.map((cluster) => ({
        ...writeMembers(clusterSchema, cluster),
        ...writeExtras(cluster, now),
        ...(cluster.goneAt === undefined ? {} : { GoneTime: new Date(cluster.goneAt) }),
      })),
      snapshots: snapshots.map((snapshot) => ({
        ...writeMembers(snapshotSchema, snapshot),
        ...writeExtras(snapshot, now),
        Status: statusOf(snapshot, now),
        PercentProgress: progressOf(snapshot, now),
        RestoreAccounts: snapshot.RestoreAccounts,
      })),
    };
  },
};

/** Returns a snapshot's cluster. The cluster of a copy is where the source snapshot is, with another key. */
function clusterOf(snapshot: Partial<StoredSnapshot>, { place, world }: Loading): StoredCluster | undefined {
  const source = parseArn(snapshot.SourceDBClusterSnapshotArn ?? '');
  const home = source ? world.unfilled(source.account, source.region) : place;
  const cluster = home.rds.clusters.get((snapshot.DBClusterIdentifier ?? '').toLowerCase());
  if (home === place || !cluster) return cluster;
  const { KmsKeyId, ...members } = { ...cluster, AvailabilityZones: zones(place.region) };
  return KmsKeyId === undefined ? members : { ...members, KmsKeyId: defaultKey(place) };
}

/** Marks a cluster as `backing-up` while its snapshot is `creating`. */
function markBackingUp({ DBClusterIdentifier, readyAt, statusUntilReady }: StoredSnapshot, { rds }: Region): void {
  const cluster = rds.clusters.get(DBClusterIdentifier);
  if (!cluster || readyAt === undefined || statusUntilReady !== 'creating') return;
  rds.clusters.put({ ...cluster, backedUpAt: Math.max(readyAt, cluster.backedUpAt ?? 0) });
}

/** Amazon DocumentDB became available on this day. */
const firstClusterTime = Date.UTC(2019, 0, 9);

const versions: Readonly<Record<string, string>> = {
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

/**
 * Completes a snapshot: missing members are taken from its cluster, or else get AWS's defaults.
 * The port is 0: AWS does not report the port of the DocumentDB cluster in its snapshots.
 */
export function completeSnapshot(
  members: Partial<StoredSnapshot>,
  place: Region,
  now: Date,
  cluster?: StoredCluster,
): StoredSnapshot {
  const { DBClusterSnapshotIdentifier, DBClusterIdentifier, SnapshotCreateTime = now, Status, readyAt } = members;
  if (!DBClusterSnapshotIdentifier) throw new Error('DBClusterSnapshot.DBClusterSnapshotIdentifier is missing');
  if (!DBClusterIdentifier) throw new Error('DBClusterSnapshot.DBClusterIdentifier is missing');
  const name = DBClusterSnapshotIdentifier.toLowerCase();
  const clusterName = DBClusterIdentifier.toLowerCase();
  const Engine = members.Engine ?? cluster?.Engine ?? 'docdb';
  const key = members.KmsKeyId ?? (members.StorageEncrypted === false ? undefined : cluster?.KmsKeyId);
  const StorageEncrypted = members.StorageEncrypted ?? key !== undefined;
  return {
    AvailabilityZones: cluster?.AvailabilityZones ?? zones(place.region),
    ClusterCreateTime: cluster?.ClusterCreateTime ?? new Date(Math.min(firstClusterTime, SnapshotCreateTime.getTime())),
    EngineVersion: cluster?.EngineVersion ?? versions[Engine],
    MasterUsername: cluster?.MasterUsername ?? 'dbadmin',
    StorageType: cluster?.StorageType ?? 'standard',
    VpcId: 'vpc-0a1b2c3d',
    Port: 0,
    TagList: [],
    RestoreAccounts: [],
    SnapshotCreateTime,
    SnapshotType: name.startsWith('rds:') ? 'automated' : 'manual',
    PercentProgress: Status === 'creating' || Status === 'copying' ? 0 : 100,
    ...members,
    ...(StorageEncrypted ? { KmsKeyId: key === undefined ? defaultKey(place) : resolveKey(key, place) } : {}),
    ...(readyAt === undefined ? {} : making(members, readyAt, now)),
    StorageEncrypted,
    Engine,
    DBClusterSnapshotIdentifier: name,
    DBClusterIdentifier: clusterName,
    DBClusterSnapshotArn: members.DBClusterSnapshotArn ?? snapshotArn(place, name),
    Status: statusWhenReady(Status, readyAt),
  };
}

/** Returns the members of a snapshot that is being created. Its start is computed from its current progress. */
function making(members: Partial<StoredSnapshot>, readyAt: number, now: Date): Partial<StoredSnapshot> {
  const { Status = 'creating', statusUntilReady = Status, PercentProgress = 0, startedAt } = members;
  const left = readyAt - now.getTime();
  const start = now.getTime() - (left * PercentProgress) / Math.max(1, 100 - PercentProgress);
  return { statusUntilReady, startedAt: startedAt ?? start, PercentProgress: 100 };
}

function zones(region: string): string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}

function statusWhenReady(status = 'available', readyAt: number | undefined): string {
  return readyAt === undefined ? status : 'available';
}

function readTags(json: unknown): { TagList?: readonly Tag[] } {
  if (json === undefined) return {};
  const read: Partial<TagListMessage> = readMembers(tagSchema, { TagList: json }, 'Tags');
  return { TagList: read.TagList ?? [] };
}

function readAccounts(json: unknown): { RestoreAccounts?: readonly string[] } {
  if (json === undefined) return {};
  const read: Partial<ModifyDBClusterSnapshotAttributeMessage> = readMembers(
    sharingSchema,
    { ValuesToAdd: json },
    'RestoreAccounts',
  );
  return { RestoreAccounts: read.ValuesToAdd ?? [] };
}

function readReadyTime(value: unknown): { readyAt?: number } {
  const readyAt = readTime('ReadyTime', value);
  return readyAt === undefined ? {} : { readyAt };
}

function writeExtras({ TagList: Tags, readyAt }: StoredCluster | StoredSnapshot, now: Date): object {
  return readyAt === undefined || readyAt <= now.getTime() ? { Tags } : { Tags, ReadyTime: new Date(readyAt) };
}
