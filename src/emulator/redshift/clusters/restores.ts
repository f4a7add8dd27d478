import type { RestoreFromClusterSnapshotMessage, RestoreFromClusterSnapshotResult } from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue, missingParameter } from '../../fault.ts';
import type { Call } from '../../service.ts';
import type { Region } from '../../world/world.ts';
import { recordEvent } from './events.ts';
import { addCluster } from './clusters.ts';
import { settingsOf } from './settings.ts';
import { redshiftFault } from '../faults.ts';
import { resolveKey } from '../keys.ts';
import { statusOf } from '../readings.ts';
import { checkAccount, checkClusterSettings, forever } from '../rules.ts';
import { parseSnapshotArn } from '../snapshots/lists.ts';
import { restorableNodeTypes } from './node-types.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { defaultKey, findCluster, isKept, snapshotNotFound } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

const nodesPerCluster = 128;

/**
 * Creates a cluster from an available snapshot that the caller owns or that is shared with the caller. The cluster is
 * `creating` at first and does not get the snapshot's tags. Whether security groups and roles exist is not
 * checked.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreFromClusterSnapshot.html
 */
export function restoreFromClusterSnapshot(
  input: RestoreFromClusterSnapshotMessage,
  call: Call,
): RestoreFromClusterSnapshotResult {
  const snapshot = findSource(input, call);
  requireRestorable(snapshot, call.now);
  checkInput(input, snapshot);
  const restored = restoredCluster(input, snapshot, call);
  const added = addCluster(restored, call);
  const { here, now } = call;
  const names = { cluster: restored.ClusterIdentifier, snapshot: snapshot.SnapshotIdentifier };
  recordEvent('restoreStarted', { ...names, at: now.getTime() }, here, now);
  recordEvent('clusterRestored', { ...names, at: restored.readyAt ?? now.getTime() }, here, now);
  return { Cluster: added };
}

/** Throws InvalidClusterSnapshotState if a snapshot is not `available`. */
export function requireRestorable(snapshot: StoredSnapshot, now: Date): void {
  const status = statusOf(snapshot, now);
  if (status === 'available') return;
  throw redshiftFault(
    'InvalidClusterSnapshotState',
    `Cannot restore from the snapshot ${snapshot.SnapshotIdentifier} because its status is ${status}.`,
  );
}

/** Returns the snapshot to restore. Throws a fault unless the caller owns it or it is shared with the caller. */
export function findSource(input: RestoreFromClusterSnapshotMessage, call: Call): StoredSnapshot {
  const { SnapshotIdentifier, SnapshotArn, SnapshotClusterIdentifier, OwnerAccount } = input;
  const { account, region, world, now } = call;
  const name = SnapshotArn ?? SnapshotIdentifier;
  if (!name) throw missingParameter('SnapshotIdentifier');
  if (SnapshotArn !== undefined && SnapshotIdentifier !== undefined) {
    throw invalidCombination('SnapshotIdentifier and SnapshotArn cannot be specified together.');
  }
  const asked =
    SnapshotArn === undefined ? { identifier: name, region } : parseSnapshotArn(SnapshotArn, call.assumptions);
  const { identifier, account: owner = OwnerAccount ?? account, cluster }: AskedSnapshot = asked;
  checkAccount(owner, 'OwnerAccount');
  if ((OwnerAccount ?? owner) !== owner)
    throw invalidCombination('SnapshotArn and OwnerAccount specify different accounts.');
  if (asked.region !== region) throw snapshotNotFound(name);
  const snapshot = lookUp(world.region(owner, region), identifier);
  const clusters = [cluster, SnapshotClusterIdentifier].filter((each) => each !== undefined);
  if (!snapshot || !isKept(snapshot, now) || clusters.some((each) => each !== snapshot.ClusterIdentifier)) {
    throw snapshotNotFound(name);
  }
  const shares = snapshot.AccountsWithRestoreAccess ?? [];
  if (owner === account || shares.some(({ AccountId }) => AccountId === account)) return snapshot;
  throw redshiftFault('AccessToSnapshotDenied', `The account ${owner} has not authorized access to ${name}.`);
}

/** The parts of a snapshot name or ARN. */
interface AskedSnapshot {
  readonly identifier: string;
  readonly region: string;
  readonly account?: string;
  readonly cluster?: string;
}

/** Finds a snapshot in any case: only the reference of this operation says that the name is not case sensitive. */
function lookUp({ redshift: { snapshots } }: Region, name: string): StoredSnapshot | undefined {
  const folded = name.toLowerCase();
  const isMeant = ({ SnapshotIdentifier }: StoredSnapshot) => SnapshotIdentifier.toLowerCase() === folded;
  return snapshots.get(name) ?? [...snapshots.values()].find(isMeant);
}

function checkInput(input: RestoreFromClusterSnapshotMessage, snapshot: StoredSnapshot): void {
  const { NodeType = snapshot.NodeType, NumberOfNodes = 1, MasterPasswordSecretKmsKeyId } = input;
  // Unlike CreateCluster and ModifyCluster, this operation declares no InvalidRetentionPeriodFault.
  checkClusterSettings(input, NodeType, invalidValue);
  if (!Number.isInteger(NumberOfNodes) || NumberOfNodes < 1) {
    throw invalidValue(`Invalid value ${NumberOfNodes} for NumberOfNodes`);
  }
  if (NumberOfNodes > nodesPerCluster) {
    throw redshiftFault('NumberOfNodesPerClusterLimitExceeded', `A cluster can have at most ${nodesPerCluster} nodes.`);
  }
  if (MasterPasswordSecretKmsKeyId !== undefined && !input.ManageMasterPassword) {
    throw invalidCombination('MasterPasswordSecretKmsKeyId requires ManageMasterPassword.');
  }
  if (NodeType !== snapshot.NodeType && !restorableNodeTypes(snapshot).includes(NodeType ?? '')) {
    throw redshiftFault('InvalidRestore', `The snapshot cannot be restored to ${NodeType} nodes.`);
  }
}

function restoredCluster(
  input: RestoreFromClusterSnapshotMessage,
  snapshot: StoredSnapshot,
  call: Call,
): StoredCluster {
  const { here, now, assumptions, world, region } = call;
  const { MasterUsername, DBName, ClusterVersion, MaintenanceTrackName } = snapshot;
  const origin = findCluster(world.region(snapshot.OwnerAccount, region), snapshot.ClusterIdentifier, now);
  return completeCluster(
    {
      MasterUsername,
      DBName,
      ClusterVersion,
      MaintenanceTrackName,
      ...(origin?.PreferredMaintenanceWindow ? { PreferredMaintenanceWindow: origin.PreferredMaintenanceWindow } : {}),
      ...settingsOf(input, MasterUsername, call),
      ...encryption(input, snapshot, call),
      ClusterIdentifier: input.ClusterIdentifier ?? '',
      NodeType: input.NodeType ?? snapshot.NodeType,
      NumberOfNodes: input.NumberOfNodes ?? snapshot.NumberOfNodes,
      AvailabilityZone: input.AvailabilityZone ?? `${region}a`,
      Endpoint: { Port: input.Port ?? snapshot.Port ?? 5439 },
      EnhancedVpcRouting:
        input.EnhancedVpcRouting ?? (assumptions.redshiftRestoresVpcRouting && snapshot.EnhancedVpcRouting === true),
      AutomatedSnapshotRetentionPeriod:
        input.AutomatedSnapshotRetentionPeriod ?? origin?.AutomatedSnapshotRetentionPeriod ?? 1,
      ManualSnapshotRetentionPeriod: input.ManualSnapshotRetentionPeriod ?? forever,
      RestoreStatus: { Status: 'completed', SnapshotSizeInMegaBytes: snapshot.TotalBackupSizeInMegaBytes },
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
}

/** Returns the requested key or the snapshot's own. Throws if the caller cannot use one of them. */
function encryption(
  { Encrypted, KmsKeyId }: RestoreFromClusterSnapshotMessage,
  snapshot: StoredSnapshot,
  call: Call,
): Pick<StoredCluster, 'Encrypted' | 'KmsKeyId'> {
  const { Encrypted: isSealed = false, KmsKeyId: source } = snapshot;
  if (Encrypted === false) {
    if (KmsKeyId !== undefined) throw invalidCombination('KmsKeyId cannot be specified when Encrypted is false.');
    if (isSealed) throw redshiftFault('InvalidRestore', 'An encrypted snapshot requires an encrypted cluster.');
  }
  if (source !== undefined) resolveKey(source, call);
  if (!isSealed && !Encrypted && KmsKeyId === undefined) return { Encrypted: false };
  return {
    Encrypted: true,
    KmsKeyId: KmsKeyId === undefined ? (source ?? defaultKey(call.here)) : resolveKey(KmsKeyId, call),
  };
}
