import type { RestoreDBClusterFromSnapshotMessage, RestoreDBClusterFromSnapshotResult } from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { parseArn } from '../arns.ts';
import { addCluster, checkEngine, settingsOf } from './clusters.ts';
import { findSource } from '../snapshots/copies.ts';
import { rdsFault } from '../faults.ts';
import { requireSourceKey, resolveKey } from '../keys.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { findCluster, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/**
 * Creates a cluster without instances from an available snapshot of its engine: the caller's own by name or ARN, or a
 * shared or public snapshot by ARN. The cluster is `creating` at first. Whether networks and parameter groups exist is
 * not checked.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_RestoreDBClusterFromSnapshot.html
 */
export function restoreDBClusterFromSnapshot(
  input: RestoreDBClusterFromSnapshotMessage,
  call: Call,
): RestoreDBClusterFromSnapshotResult {
  const { here, now, assumptions, world, region } = call;
  const DBClusterIdentifier = newIdentifier(input.DBClusterIdentifier ?? '', 'DBClusterIdentifier');
  checkInput(input);
  const TagList = mergeTags([], input.Tags ?? []);
  const { snapshot, owner } = findHere(input.SnapshotIdentifier ?? '', call);
  const { Engine, EngineVersion, MasterUsername } = snapshot;
  checkVersion(input, snapshot);
  const origin = findCluster(world.region(owner, region), snapshot.DBClusterIdentifier, now);
  const cluster = completeCluster(
    {
      ...(origin ? { Port: origin.Port, BackupRetentionPeriod: origin.BackupRetentionPeriod } : {}),
      EngineVersion,
      MasterUsername,
      ...settingsOf(input, call),
      ...encryption(input, snapshot, call),
      DBClusterIdentifier,
      Engine,
      TagList,
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
  return { DBCluster: addCluster(cluster, call) };
}

function checkInput({ Engine = '', Port, StorageType, NetworkType }: RestoreDBClusterFromSnapshotMessage): void {
  checkEngine(Engine);
  if (Port !== undefined && !(Port >= 1150 && Port <= 65_535)) {
    throw invalidValue(`Invalid port: ${Port}. Must be between 1150 and 65535`);
  }
  if (Engine === 'docdb' && StorageType !== undefined && !['standard', 'iopt1'].includes(StorageType)) {
    throw invalidValue(`Invalid storage type: ${StorageType}`);
  }
  if (NetworkType !== undefined && !['IPV4', 'DUAL'].includes(NetworkType)) {
    throw invalidValue(`Invalid network type: ${NetworkType}`);
  }
}

/** Returns the snapshot to restore and its owner. Unlike a copy, a restore cannot cross regions. */
function findHere(asked: string, call: Call): { readonly snapshot: StoredSnapshot; readonly owner: string } {
  const named = parseArn(asked);
  if (named?.kind === 'snapshot') throw rdsFault('DBSnapshotNotFound', `DBSnapshot not found: ${asked}`);
  if (named && named.region !== call.region) throw snapshotNotFound(asked);
  return { snapshot: findSource(asked, call).snapshot, owner: named?.account ?? call.account };
}

/** Throws for a wrong engine or version. AWS reports a wrong engine as a version that the engine does not have. */
function checkVersion({ Engine, EngineVersion }: RestoreDBClusterFromSnapshotMessage, snapshot: StoredSnapshot): void {
  const { EngineVersion: made = '' } = snapshot;
  const version = EngineVersion ?? made;
  const [major] = made.split('.');
  // A restore cannot change the major version of DocumentDB; that takes a migration or an in-place upgrade.
  if (Engine !== snapshot.Engine || (Engine === 'docdb' && version.split('.')[0] !== major)) {
    throw invalidCombination(`Cannot find version ${version} for ${Engine}`);
  }
  if (version.localeCompare(made, 'en', { numeric: true }) < 0) {
    throw invalidCombination(
      `The engine version you requested for your restored DB cluster (${version}) is earlier than the engine version ` +
        `of the DB cluster snapshot (${made}).`,
    );
  }
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
