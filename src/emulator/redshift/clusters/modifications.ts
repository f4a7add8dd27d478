import type {
  Cluster,
  ModifyClusterMessage,
  ModifyClusterResult,
  PendingModifiedValues,
} from '@aws-sdk/client-redshift';

import { invalidCombination } from '../../fault.ts';
import type { Call } from '../../service.ts';
import type { Region } from '../../world/world.ts';
import { requireParameterGroup } from '../catalog/groups.ts';
import { redshiftFault } from '../faults.ts';
import { resolveKey } from '../keys.ts';
import { readCluster, requireAvailable } from '../readings.ts';
import { checkClusterSettings } from '../rules.ts';
import { defaultKey, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { requireFreeName, startChange } from './changes.ts';
import { recordEvent } from './events.ts';
import { endpointAddress, nextWindowStart } from './derived.ts';
import { checkNodeQuota } from './quotas.ts';
import { checkNodeType } from './node-types.ts';
import { checkPassword, checkTrack, checkZone, secretOf, securityGroups, shownWindow } from './settings.ts';
import { resizeOf } from './resizes.ts';

/** The changes of one kind: the status meanwhile, the values that are shown as pending, and the new members. */
interface Modification {
  readonly status: string;
  readonly shown: PendingModifiedValues;
  readonly members: Partial<Cluster>;
}

/** Of several modifications in one call, the status of the first in this list is shown. */
const statuses = ['renaming', 'resizing', 'modifying'];

/**
 * Changes an available cluster: some settings at once, others after a while, during which the cluster is `modifying`,
 * `resizing` or `renaming` and shows them as pending. A new maintenance track waits for the maintenance window, and a
 * new parameter group for a reboot, which is not emulated.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html
 */
export function modifyCluster(input: ModifyClusterMessage, call: Call): ModifyClusterResult {
  const { here, now, assumptions } = call;
  const cluster = requireCluster(here, input.ClusterIdentifier, now);
  checkInput(input, cluster, here);
  requireAvailable(cluster, now);
  const modifications = [
    resizeOf(input, cluster, assumptions),
    encrypt(input, cluster, call),
    modify(input, cluster, call),
    // The last, because the new endpoint can have a new port, too.
    rename(input, cluster, call),
  ].filter((each) => each !== undefined);
  const resized = modifications.find(({ members }) => members.NumberOfNodes !== undefined);
  checkNodeQuota((resized?.members.NumberOfNodes ?? 0) - (cluster.NumberOfNodes ?? 1), call);
  let changed: StoredCluster = { ...cluster, ...immediate(input, call) };
  here.redshift.clusters.put(changed);
  const status = statuses.find((each) => modifications.some((modification) => modification.status === each));
  if (status !== undefined) {
    const at = now.getTime() + assumptions.clusterSeconds * 1000;
    const shown: PendingModifiedValues = Object.assign({}, ...modifications.map((each) => each.shown));
    const members: Partial<Cluster> = Object.assign({}, ...modifications.map((each) => each.members));
    changed = startChange(changed, { at, status, shown, members }, here);
    recordModifications(modifications, changed, at, call);
  }
  const { ClusterParameterGroupName: group } = input;
  if (group !== undefined) {
    const happening = { cluster: cluster.ClusterIdentifier, group, at: now.getTime() };
    recordEvent('parameterGroupChanged', happening, here, now);
  }
  return { Cluster: readCluster(changeTrack(input, changed, call), now) };
}

function recordModifications(
  modifications: readonly Modification[],
  { ClusterIdentifier }: StoredCluster,
  at: number,
  { here, now }: Call,
): void {
  const name = modifications.find(({ status }) => status === 'renaming')?.shown.ClusterIdentifier;
  const cluster = name ?? ClusterIdentifier;
  if (name !== undefined) recordEvent('clusterRenamed', { cluster, at }, here, now);
  if (modifications.some(({ status }) => status === 'resizing')) {
    recordEvent('resizeStarted', { cluster: ClusterIdentifier, at: now.getTime() }, here, now);
    recordEvent('clusterResized', { cluster, at }, here, now);
  }
}

function checkInput(input: ModifyClusterMessage, cluster: StoredCluster, here: Region): void {
  const { NewClusterIdentifier = cluster.ClusterIdentifier, NodeType = cluster.NodeType } = input;
  checkClusterSettings({ ...input, ClusterIdentifier: NewClusterIdentifier }, NodeType);
  if (input.NodeType !== undefined) checkNodeType(input.NodeType);
  if (input.MasterUserPassword !== undefined) checkPassword(input.MasterUserPassword);
  if (input.MasterUserPassword !== undefined && input.ManageMasterPassword) {
    throw invalidCombination('MasterUserPassword cannot be specified when ManageMasterPassword is true.');
  }
  if (input.MasterPasswordSecretKmsKeyId !== undefined && !input.ManageMasterPassword) {
    throw invalidCombination('MasterPasswordSecretKmsKeyId requires ManageMasterPassword.');
  }
  if (input.MaintenanceTrackName !== undefined) checkTrack(input.MaintenanceTrackName);
  if (input.ClusterParameterGroupName !== undefined) requireParameterGroup(input.ClusterParameterGroupName, here);
}

/** Returns the settings that AWS changes at once. */
function immediate(
  input: ModifyClusterMessage,
  call: Call,
): Omit<Cluster, 'ClusterIdentifier' | 'ClusterStatus' | 'ClusterCreateTime'> {
  const { AvailabilityZoneRelocation: relocation, ClusterParameterGroupName: group } = input;
  const settings: Partial<Cluster> = {
    AllowVersionUpgrade: input.AllowVersionUpgrade,
    AvailabilityZoneRelocationStatus: relocation === undefined ? undefined : relocation ? 'enabled' : 'disabled',
    ClusterParameterGroups:
      group === undefined ? undefined : [{ ParameterGroupName: group, ParameterApplyStatus: 'pending-reboot' }],
    ManualSnapshotRetentionPeriod: input.ManualSnapshotRetentionPeriod,
    PreferredMaintenanceWindow: shownWindow(input, call),
    VpcSecurityGroups: securityGroups(input.VpcSecurityGroupIds),
  };
  return withoutUndefined(settings);
}

function rename(input: ModifyClusterMessage, cluster: StoredCluster, { here, now }: Call): Modification | undefined {
  const { NewClusterIdentifier: name, Port = cluster.Endpoint?.Port } = input;
  if (name === undefined || name === cluster.ClusterIdentifier) return undefined;
  requireFreeName(name, here, now);
  const Endpoint = { ...cluster.Endpoint, Port, Address: endpointAddress(name, here) };
  return {
    status: 'renaming',
    shown: { ClusterIdentifier: name },
    members: { ClusterIdentifier: name, Endpoint },
  };
}

/** Encryption moves the data to a new cluster, so that the cluster is `resizing` meanwhile. */
function encrypt(input: ModifyClusterMessage, cluster: StoredCluster, call: Call): Modification | undefined {
  const { KmsKeyId, Encrypted = KmsKeyId === undefined ? undefined : true } = input;
  if (Encrypted === undefined) return undefined;
  if (!Encrypted) {
    if (KmsKeyId !== undefined) throw invalidCombination('KmsKeyId cannot be specified when Encrypted is false.');
    if (!cluster.Encrypted) return undefined;
    const members = { Encrypted: false, KmsKeyId: undefined };
    return { status: 'resizing', shown: { EncryptionType: 'None' }, members };
  }
  const current = cluster.Encrypted ? cluster.KmsKeyId : undefined;
  const key = KmsKeyId === undefined ? (current ?? defaultKey(call.here)) : resolveKey(KmsKeyId, call);
  if (cluster.Encrypted && key === cluster.KmsKeyId) return undefined;
  return { status: 'resizing', shown: { EncryptionType: 'KMS' }, members: { Encrypted: true, KmsKeyId: key } };
}

/** Returns the other settings that AWS changes after a while. */
function modify(input: ModifyClusterMessage, cluster: StoredCluster, call: Call): Modification | undefined {
  const { Port, MultiAZ, MasterUserPassword, ManageMasterPassword } = input;
  const { AvailabilityZone: zone } = input;
  if (zone !== undefined) checkZone(zone, call.here);
  if (
    zone !== undefined &&
    !(input.AvailabilityZoneRelocation ?? cluster.AvailabilityZoneRelocationStatus === 'enabled')
  ) {
    throw redshiftFault('UnsupportedOperation', 'AvailabilityZone requires that relocation is enabled.');
  }
  const shared = withoutUndefined({
    AutomatedSnapshotRetentionPeriod: input.AutomatedSnapshotRetentionPeriod,
    ClusterVersion: input.ClusterVersion,
    EnhancedVpcRouting: input.EnhancedVpcRouting,
    PubliclyAccessible: input.PubliclyAccessible,
  });
  const shown = { ...shared, ...(MasterUserPassword === undefined ? {} : { MasterUserPassword: '****' }) };
  const members = {
    ...shared,
    ...withoutUndefined({
      AvailabilityZone: zone,
      Endpoint: Port === undefined ? undefined : { ...cluster.Endpoint, Port },
      IpAddressType: input.IpAddressType,
      MasterPasswordSecretArn: ManageMasterPassword
        ? secretOf(cluster.ClusterIdentifier, cluster.MasterUsername, call.here)
        : undefined,
      MasterPasswordSecretKmsKeyId: input.MasterPasswordSecretKmsKeyId,
      MultiAZ: MultiAZ === undefined ? undefined : MultiAZ ? 'Enabled' : 'Disabled',
    }),
  };
  const isUnchanged = Object.keys(members).length === 0 && Object.keys(shown).length === 0;
  return isUnchanged ? undefined : { status: 'modifying', shown, members };
}

/** A new maintenance track takes effect in the next maintenance window, unless another call changes either before. */
function changeTrack(input: ModifyClusterMessage, cluster: StoredCluster, { here, now }: Call): StoredCluster {
  const { changes = [], MaintenanceTrackName: current } = cluster;
  const pending = changes.find(({ members }) => members.MaintenanceTrackName !== undefined);
  const { MaintenanceTrackName: asked = pending?.members.MaintenanceTrackName } = input;
  if (asked === undefined || (asked === current && !pending)) return cluster;
  const kept = { ...cluster, changes: changes.filter((change) => change !== pending) };
  if (asked === current) {
    here.redshift.clusters.put(kept);
    return kept;
  }
  const start = nextWindowStart(cluster.PreferredMaintenanceWindow ?? '', now) ?? now;
  const members = { MaintenanceTrackName: asked };
  return startChange(kept, { at: start.getTime(), shown: members, members }, here);
}

function withoutUndefined<T extends object>(members: T): Partial<T> {
  const set = Object.entries(members).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same members without those that are undefined
  return Object.fromEntries(set) as Partial<T>;
}
