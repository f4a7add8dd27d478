import type { RestoreDBClusterFromSnapshotMessage, RestoreDBClusterFromSnapshotResult } from '@aws-sdk/client-rds';

import { invalidCombination } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import { parseArn } from '../arns.ts';
import { compareVersions, majorOf, requireEngine, requireVersion, type Engine } from '../catalog/engines.ts';
import { rdsFault } from '../faults.ts';
import { requireSourceKey, resolveKey } from '../keys.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { findSource } from '../snapshots/copies.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { findCluster, snapshotNotFound } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';
import { addCluster, checkSurroundings } from './clusters.ts';
import { settingsOf } from './settings.ts';

/**
 * Creates a cluster without instances from an available snapshot of its engine: the caller's own by name or ARN, or a
 * shared or public snapshot by ARN. The cluster is `creating` at first.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
 */
export function restoreDBClusterFromSnapshot(
  input: RestoreDBClusterFromSnapshotMessage,
  call: Call,
): RestoreDBClusterFromSnapshotResult {
  const { here, now, assumptions, world, region } = call;
  const DBClusterIdentifier = newIdentifier(input.DBClusterIdentifier ?? '', 'DBClusterIdentifier');
  const engine = requireEngine(input.Engine ?? '');
  const TagList = mergeTags([], input.Tags ?? []);
  const { snapshot, owner } = findHere(input.SnapshotIdentifier ?? '', call);
  const EngineVersion = versionOf(input, engine, snapshot);
  const origin = findCluster(world.region(owner, region), snapshot.DBClusterIdentifier, now);
  const kept = keptMembers(snapshot, origin?.DbClusterResourceId === snapshot.DbClusterResourceId ? origin : undefined);
  const settings = settingsOf(input, engine, call, kept);
  checkSurroundings(input, engine, EngineVersion, call, kept);
  const cluster = completeCluster(
    {
      ...kept,
      ...settings,
      ...encryption(input, snapshot, call),
      DBClusterIdentifier,
      Engine: engine.name,
      EngineVersion,
      TagList,
      PercentProgress: '0',
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
  return { DBCluster: addCluster(cluster, call) };
}

/** Returns the members that a restored cluster takes from the snapshot, and from the original cluster if it exists. */
function keptMembers(snapshot: StoredSnapshot, origin: StoredCluster | undefined): Partial<StoredCluster> {
  const { MasterUsername, databaseName, AllocatedStorage, StorageType, BackupRetentionPeriod } = snapshot;
  const members: { [Name in keyof StoredCluster]?: StoredCluster[Name] | undefined } = {
    MasterUsername,
    DatabaseName: databaseName,
    AllocatedStorage,
    StorageType,
    BackupRetentionPeriod: BackupRetentionPeriod ?? origin?.BackupRetentionPeriod,
    Port: origin?.Port,
    PreferredBackupWindow: origin?.PreferredBackupWindow,
    PreferredMaintenanceWindow: origin?.PreferredMaintenanceWindow,
    Iops: origin?.Iops,
    DBClusterInstanceClass: origin?.DBClusterInstanceClass,
  };
  return definedMembers(members);
}

/** Returns the snapshot to restore and its owner. Unlike a copy, a restore cannot cross regions. */
function findHere(asked: string, call: Call): { readonly snapshot: StoredSnapshot; readonly owner: string } {
  const named = parseArn(asked);
  if (named?.kind === 'snapshot') throw rdsFault('DBSnapshotNotFound', `DBSnapshot not found: ${asked}`);
  if (named && named.region !== call.region) throw snapshotNotFound(asked);
  return { snapshot: findSource(asked, call).snapshot, owner: named?.account ?? call.account };
}

/** Returns the version to restore to. AWS reports a wrong engine as a version that the engine does not have. */
function versionOf(
  { EngineVersion: asked }: RestoreDBClusterFromSnapshotMessage,
  engine: Engine,
  snapshot: StoredSnapshot,
): string {
  const { EngineVersion: made = engine.defaultVersion } = snapshot;
  if (engine.name !== snapshot.Engine)
    throw invalidCombination(`Cannot find version ${asked ?? made} for ${engine.name}`);
  const version = asked === undefined || asked === made ? made : requireVersion(engine, asked);
  // A restore cannot change the major version of DocumentDB; that takes a migration or an in-place upgrade.
  if (engine.name === 'docdb' && majorOf('docdb', version) !== majorOf('docdb', made)) {
    throw invalidCombination(`Cannot find version ${version} for ${engine.name}`);
  }
  if (compareVersions(version, made) < 0) {
    throw invalidCombination(
      `The engine version you requested for your restored DB cluster (${version}) is earlier than the engine version ` +
        `of the DB cluster snapshot (${made}).`,
    );
  }
  return version;
}

/** Returns the requested key or the snapshot's own. Throws if the caller cannot use one of them. */
function encryption(
  { KmsKeyId }: RestoreDBClusterFromSnapshotMessage,
  snapshot: StoredSnapshot,
  call: Call,
): { readonly StorageEncrypted: boolean; readonly KmsKeyId?: string } {
  requireSourceKey(snapshot, call);
  const key = KmsKeyId === undefined ? snapshot.KmsKeyId : resolveKey(KmsKeyId, call);
  return key === undefined ? { StorageEncrypted: false } : { StorageEncrypted: true, KmsKeyId: key };
}
