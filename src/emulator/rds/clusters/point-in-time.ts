import type { RestoreDBClusterToPointInTimeMessage, RestoreDBClusterToPointInTimeResult } from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import { requireEngine } from '../catalog/engines.ts';
import { stableUuid } from '../../world/ids.ts';
import { rdsFault } from '../faults.ts';
import { clusterStatusOf, earliestRestorable } from '../readings.ts';
import { resolveKey } from '../keys.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { isThere, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { addCluster, checkSurroundings, localName } from './clusters.ts';
import { settingsOf } from './settings.ts';
import { requireAvailable } from './states.ts';

/**
 * Creates a cluster without instances from the backups of an existing cluster, at a moment of its restorable period; or a
 * clone, `copy-on-write`, of its present state. The cluster is `creating` at first.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html
 */
export function restoreDBClusterToPointInTime(
  input: RestoreDBClusterToPointInTimeMessage,
  call: Call,
): RestoreDBClusterToPointInTimeResult {
  const { here, now, assumptions } = call;
  const DBClusterIdentifier = newIdentifier(input.DBClusterIdentifier ?? '', 'DBClusterIdentifier');
  const { RestoreType = 'full-copy', KmsKeyId } = input;
  if (!['full-copy', 'copy-on-write'].includes(RestoreType)) throw invalidValue(`Invalid restore type: ${RestoreType}`);
  const source = findSource(input, call);
  const engine = requireEngine(source.Engine);
  const kept = keptMembers(source);
  const settings = settingsOf(input, engine, call, kept);
  const TagList = mergeTags([], input.Tags ?? []);
  checkMoment(input, source, RestoreType, now);
  // The backups of a stopped cluster can be restored; a clone shares the storage of a cluster that runs.
  if (RestoreType === 'copy-on-write' || clusterStatusOf(source, now) !== 'stopped') requireAvailable(source, now);
  checkSurroundings(input, engine, source.EngineVersion, call, kept);
  const clone = RestoreType === 'copy-on-write' ? { CloneGroupId: cloneGroup(source) } : {};
  const key = KmsKeyId === undefined ? source.KmsKeyId : resolveKey(KmsKeyId, call);
  const cluster = completeCluster(
    {
      ...kept,
      ...settings,
      ...clone,
      ...(key === undefined ? {} : { KmsKeyId: key }),
      DBClusterIdentifier,
      StorageEncrypted: key !== undefined,
      TagList,
      PercentProgress: '0',
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
  const DBCluster = addCluster(cluster, call);
  // The source belongs to the group of its clones, too.
  here.rds.clusters.put({ ...source, ...clone });
  return { DBCluster };
}

function findSource(input: RestoreDBClusterToPointInTimeMessage, call: Call): StoredCluster {
  const { here, now } = call;
  const { SourceDBClusterIdentifier: name, SourceDbClusterResourceId: id } = input;
  if ((name === undefined) === (id === undefined)) {
    throw invalidCombination('Specify either SourceDBClusterIdentifier or SourceDbClusterResourceId.');
  }
  if (name !== undefined) return requireCluster(here, localName(name, call), now);
  for (const cluster of here.rds.clusters.values()) {
    if (cluster.DbClusterResourceId === id && isThere(cluster, now)) return cluster;
  }
  throw rdsFault('DBClusterNotFoundFault', `DBCluster ${id} not found.`);
}

function checkMoment(
  { RestoreToTime, UseLatestRestorableTime = false }: RestoreDBClusterToPointInTimeMessage,
  source: StoredCluster,
  restoreType: string,
  now: Date,
): void {
  const isClone = restoreType === 'copy-on-write';
  if (RestoreToTime === undefined) {
    if (UseLatestRestorableTime || isClone) return;
    throw invalidCombination('Specify either RestoreToTime or UseLatestRestorableTime.');
  }
  if (UseLatestRestorableTime) {
    throw invalidCombination('RestoreToTime cannot be specified together with UseLatestRestorableTime.');
  }
  if (isClone) throw invalidCombination('RestoreToTime cannot be specified for the restore type copy-on-write.');
  const earliest = earliestRestorable(source, now);
  if (RestoreToTime > now || RestoreToTime < earliest) {
    throw rdsFault(
      'InvalidRestoreFault',
      `The restore time ${RestoreToTime.toISOString()} is not between the earliest restorable time ` +
        `${earliest.toISOString()} and the latest restorable time ${now.toISOString()}.`,
    );
  }
}

/** Returns the members that a restored cluster takes from its source. */
function keptMembers(source: StoredCluster): Partial<StoredCluster> {
  const members: { [Name in keyof StoredCluster]?: StoredCluster[Name] | undefined } = {
    AllocatedStorage: source.AllocatedStorage,
    BackupRetentionPeriod: source.BackupRetentionPeriod,
    DBClusterInstanceClass: source.DBClusterInstanceClass,
    DBSubnetGroup: source.DBSubnetGroup,
    DatabaseName: source.DatabaseName,
    Engine: source.Engine,
    EngineMode: source.EngineMode,
    EngineVersion: source.EngineVersion,
    IAMDatabaseAuthenticationEnabled: source.IAMDatabaseAuthenticationEnabled,
    Iops: source.Iops,
    MasterUsername: source.MasterUsername,
    NetworkType: source.NetworkType,
    Port: source.Port,
    PreferredBackupWindow: source.PreferredBackupWindow,
    PreferredMaintenanceWindow: source.PreferredMaintenanceWindow,
    ScalingConfigurationInfo: source.ScalingConfigurationInfo,
    ServerlessV2ScalingConfiguration: source.ServerlessV2ScalingConfiguration,
    StorageType: source.StorageType,
    VpcSecurityGroups: source.VpcSecurityGroups,
  };
  return definedMembers(members);
}

function cloneGroup({ CloneGroupId, DbClusterResourceId }: StoredCluster): string {
  return CloneGroupId ?? stableUuid('clones', DbClusterResourceId);
}
