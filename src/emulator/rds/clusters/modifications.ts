import type { ClusterPendingModifiedValues, ModifyDBClusterMessage, ModifyDBClusterResult } from '@aws-sdk/client-rds';

import { invalidCombination } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import { compareVersions, majorOf, requireEngine, requireVersion, type Engine } from '../catalog/engines.ts';
import { rdsFault } from '../faults.ts';
import { readCluster } from '../readings.ts';
import { newIdentifier } from '../rules.ts';
import { findCluster, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { checkSurroundings, localName } from './clusters.ts';
import { checkPassword, exclusivePasswords } from './passwords.ts';
import { applyChanges, nextMaintenance, withPending } from './pending.ts';
import { secretOf, settingsOf } from './settings.ts';
import { requireAvailable } from './states.ts';

/**
 * Changes an available cluster. A new name, password, version and IAM authentication, and the storage and the backup
 * retention of a Multi-AZ DB cluster, are pending until the next maintenance window unless ApplyImmediately is set;
 * everything else changes at once. The answer still has the status from before.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
 */
export function modifyDBCluster(input: ModifyDBClusterMessage, call: Call): ModifyDBClusterResult {
  const { here, now, assumptions } = call;
  const { ApplyImmediately = false } = input;
  const cluster = requireCluster(here, localName(input.DBClusterIdentifier ?? '', call), now);
  const engine = requireEngine(cluster.Engine);
  const settings = settingsOf(input, engine, call, cluster);
  const slow = slowChanges(input, cluster, engine, call);
  checkSurroundings(input, engine, slow.EngineVersion ?? cluster.EngineVersion, call, cluster);
  requireAvailable(cluster, now);
  const { EngineVersion: _version, ...quick } = withoutSlow(settings, slow);
  const changed: StoredCluster = {
    ...cluster,
    ...quick,
    ...logsOf(input, cluster),
    ...secretMembers(input, cluster, call),
  };
  const pending = { ...cluster.PendingModifiedValues, ...slow };
  if (ApplyImmediately) requireFree(pending.DBClusterIdentifier, call);
  here.rds.clusters.put(changed);
  if (Object.keys(pending).length === 0) return { DBCluster: answered(changed, input, call) };
  if (ApplyImmediately) {
    const applied = applyChanges(changed, pending, here, now.getTime(), assumptions);
    const { readyAt: _readyAt, statusUntilReady: _status, ...before } = applied;
    return {
      DBCluster: answered(applied.DBClusterIdentifier === cluster.DBClusterIdentifier ? before : applied, input, call),
    };
  }
  const waiting = withPending(
    { ...changed, PendingModifiedValues: masked(pending) },
    nextMaintenance(changed, now),
    here,
  );
  here.rds.clusters.put(waiting);
  return { DBCluster: answered(waiting, input, call) };
}

/** Returns the modifications that can be pending. */
function slowChanges(
  input: ModifyDBClusterMessage,
  cluster: StoredCluster,
  engine: Engine,
  call: Call,
): ClusterPendingModifiedValues {
  const { NewDBClusterIdentifier, MasterUserPassword, EnableIAMDatabaseAuthentication: iam } = input;
  const name = NewDBClusterIdentifier === undefined ? undefined : newName(NewDBClusterIdentifier, cluster, call);
  if (MasterUserPassword !== undefined) checkPassword(MasterUserPassword);
  const changes: ClusterPendingModifiedValues = {
    DBClusterIdentifier: name,
    MasterUserPassword,
    EngineVersion: newVersion(input, cluster, engine),
    IAMDatabaseAuthenticationEnabled: iam === cluster.IAMDatabaseAuthenticationEnabled ? undefined : iam,
    ...(engine.isMultiAz
      ? {
          BackupRetentionPeriod: input.BackupRetentionPeriod,
          StorageType: input.StorageType,
          AllocatedStorage: input.AllocatedStorage,
          Iops: input.Iops,
        }
      : {}),
  };
  return definedMembers(changes);
}

function withoutSlow(settings: Partial<StoredCluster>, slow: ClusterPendingModifiedValues): Partial<StoredCluster> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !Object.hasOwn(slow, name)));
}

/** Returns the new name; undefined for the present one. Throws DBClusterAlreadyExistsFault. */
function newName(asked: string, { DBClusterIdentifier }: StoredCluster, call: Call): string | undefined {
  const name = newIdentifier(asked, 'NewDBClusterIdentifier');
  if (name === DBClusterIdentifier) return undefined;
  requireFree(name, call);
  return name;
}

function requireFree(name: string | undefined, { here, now }: Call): void {
  if (name === undefined || !findCluster(here, name, now)) return;
  throw rdsFault('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
}

/** Returns the version to upgrade to; undefined for the present one. Throws InvalidParameterCombination. */
function newVersion(
  { EngineVersion: asked, AllowMajorVersionUpgrade = false }: ModifyDBClusterMessage,
  { Engine, EngineVersion }: StoredCluster,
  engine: Engine,
): string | undefined {
  if (asked === undefined || asked === EngineVersion) return undefined;
  const version = requireVersion(engine, asked);
  if (compareVersions(version, EngineVersion) < 0) {
    throw invalidCombination(`Cannot find upgrade path from ${EngineVersion} to ${version}.`);
  }
  if (majorOf(Engine, version) !== majorOf(Engine, EngineVersion) && !AllowMajorVersionUpgrade) {
    throw invalidCombination(
      'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
    );
  }
  return version;
}

function logsOf(
  { CloudwatchLogsExportConfiguration: logs }: ModifyDBClusterMessage,
  { EnabledCloudwatchLogsExports = [] }: StoredCluster,
): Partial<StoredCluster> {
  if (!logs) return {};
  const enabled = new Set([...EnabledCloudwatchLogsExports, ...(logs.EnableLogTypes ?? [])]);
  for (const type of logs.DisableLogTypes ?? []) enabled.delete(type);
  return { EnabledCloudwatchLogsExports: [...enabled] };
}

/** Returns the secret with the master password after the change. */
function secretMembers(input: ModifyDBClusterMessage, cluster: StoredCluster, call: Call): Partial<StoredCluster> {
  const { ManageMasterUserPassword, RotateMasterUserPassword = false, MasterUserSecretKmsKeyId: key } = input;
  if (RotateMasterUserPassword && !input.ApplyImmediately) {
    throw invalidCombination('You must specify ApplyImmediately when rotating the master user password.');
  }
  if ((RotateMasterUserPassword || key !== undefined) && !cluster.MasterUserSecret && !ManageMasterUserPassword) {
    throw invalidCombination('The master user password of the cluster is not managed in AWS Secrets Manager.');
  }
  if (ManageMasterUserPassword === undefined) return {};
  if (!ManageMasterUserPassword) return { MasterUserSecret: undefined };
  if (input.MasterUserPassword !== undefined) {
    throw exclusivePasswords();
  }
  return { MasterUserSecret: cluster.MasterUserSecret ?? secretOf(cluster, key, call) };
}

/** Returns the answer. A secret that is new or rotated is not `active` yet. */
function answered(cluster: StoredCluster, input: ModifyDBClusterMessage, call: Call) {
  const { MasterUserSecret: secret, ...read } = readCluster(cluster, call);
  if (!secret) return read;
  const changing = input.ManageMasterUserPassword ? 'creating' : undefined;
  const SecretStatus = input.RotateMasterUserPassword ? 'rotating' : (changing ?? secret.SecretStatus);
  return { ...read, MasterUserSecret: { ...secret, SecretStatus } };
}

/** AWS masks a pending password. */
function masked(pending: ClusterPendingModifiedValues): ClusterPendingModifiedValues {
  return pending.MasterUserPassword === undefined ? pending : { ...pending, MasterUserPassword: '****' };
}
