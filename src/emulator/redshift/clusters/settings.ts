import type { Cluster, CreateClusterMessage, VpcSecurityGroupMembership } from '@aws-sdk/client-redshift';

import { invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import { isZoneOf, type Region } from '../../world/world.ts';
import { requireParameterGroup, requireSubnetGroup } from '../catalog/groups.ts';
import { reservedWords } from '../credentials/reserved-words.ts';
import { redshiftFault } from '../faults.ts';
import { requireSchedule } from '../schedules.ts';
import type { StoredCluster } from '../stored.ts';
import { checkNodeType } from './node-types.ts';

/** Returns the maintenance window of an input as AWS returns it. */
export function shownWindow(
  { PreferredMaintenanceWindow: window }: { readonly PreferredMaintenanceWindow?: string | undefined },
  { assumptions }: Pick<Call, 'assumptions'>,
): string | undefined {
  return assumptions.redshiftFoldsWindows ? window?.toLowerCase() : window;
}

/** Returns the optional settings of a new cluster as members. Throws a fault for a missing group, track or schedule. */
export function settingsOf(
  input: Partial<CreateClusterMessage>,
  user: string | undefined,
  call: Call,
): Partial<StoredCluster> {
  const { AvailabilityZoneRelocation, ClusterParameterGroupName, MultiAZ, SnapshotScheduleIdentifier } = input;
  if (input.MaintenanceTrackName !== undefined) checkTrack(input.MaintenanceTrackName);
  if (ClusterParameterGroupName !== undefined) requireParameterGroup(ClusterParameterGroupName, call.here);
  if (input.AvailabilityZone !== undefined) checkZone(input.AvailabilityZone, call.here);
  if (input.ClusterSubnetGroupName !== undefined) requireSubnetGroup(input.ClusterSubnetGroupName, call.here);
  const settings: Partial<Cluster> = {
    AllowVersionUpgrade: input.AllowVersionUpgrade,
    AvailabilityZoneRelocationStatus: AvailabilityZoneRelocation ? 'enabled' : undefined,
    ClusterParameterGroups: ClusterParameterGroupName
      ? [{ ParameterGroupName: ClusterParameterGroupName, ParameterApplyStatus: 'in-sync' }]
      : undefined,
    ClusterSubnetGroupName: input.ClusterSubnetGroupName,
    ClusterVersion: input.ClusterVersion,
    DefaultIamRoleArn: input.DefaultIamRoleArn,
    IamRoles: input.IamRoles?.map((IamRoleArn) => ({ IamRoleArn, ApplyStatus: 'in-sync' })),
    IpAddressType: input.IpAddressType,
    MaintenanceTrackName: input.MaintenanceTrackName,
    MasterPasswordSecretArn: input.ManageMasterPassword
      ? secretOf(input.ClusterIdentifier, user, call.here)
      : undefined,
    MasterPasswordSecretKmsKeyId: input.MasterPasswordSecretKmsKeyId,
    MultiAZ: MultiAZ ? 'Enabled' : undefined,
    PreferredMaintenanceWindow: shownWindow(input, call),
    PubliclyAccessible: input.PubliclyAccessible,
    ...(SnapshotScheduleIdentifier === undefined
      ? {}
      : {
          SnapshotScheduleIdentifier: requireSchedule(SnapshotScheduleIdentifier, call).ScheduleIdentifier,
          SnapshotScheduleState: 'ACTIVE',
        }),
    VpcSecurityGroups: securityGroups(input.VpcSecurityGroupIds),
  };
  return definedMembers(settings);
}

/** Returns the ARN of the secret that contains the managed password of an admin user. */
export function secretOf(
  cluster: string | undefined,
  user: string | undefined,
  { partition, region, account }: Region,
): string {
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:redshift!${cluster}-${user}`;
}

/** Returns the security groups of a cluster; undefined if none are given. */
export function securityGroups(ids: readonly string[] | undefined): VpcSecurityGroupMembership[] | undefined {
  return ids?.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' }));
}

/** Throws InvalidParameterValue for a password that AWS does not allow. */
export function checkPassword(password = ''): void {
  const isAllowed = /^[!#-&(-.0-?A-~]{8,64}$/.test(password);
  if (isAllowed && [/[a-z]/, /[A-Z]/, /\d/].every((each) => each.test(password))) return;
  throw invalidValue(
    'The parameter MasterUserPassword is not valid. It must be 8 to 64 printable ASCII characters with an uppercase ' +
      'letter, a lowercase letter and a digit, and without a slash, a backslash, a quote, an at sign or a space.',
  );
}

/** Throws InvalidClusterTrack for a maintenance track that does not exist. */
export function checkTrack(name: string): void {
  if (/^(current|trailing|preview(_\w+)?)$/.test(name)) return;
  throw redshiftFault('InvalidClusterTrack', `The maintenance track ${name} does not exist.`);
}

/** Throws InvalidParameterValue for an Availability Zone that is not in the region. */
export function checkZone(zone: string, { region }: Region): void {
  if (isZoneOf(zone, region)) return;
  throw invalidValue(`Invalid value '${zone}' for AvailabilityZone. It is not in ${region}`);
}

/** Throws InvalidParameterValue for a node type that never existed, or a number of nodes for the type single-node. */
export function checkNodes({ NodeType = '', ClusterType, NumberOfNodes }: CreateClusterMessage): void {
  checkNodeType(NodeType);
  // The text that AWS returns, even for one node.
  if (ClusterType === 'single-node' && NumberOfNodes !== undefined) {
    throw invalidValue('Number of nodes must be not be supplied for cluster type single-node.');
  }
}

/** Throws InvalidParameterValue for a name of the admin user or of the database that AWS does not allow. */
export function checkDatabaseNames({ MasterUsername: user = '', DBName = 'dev' }: CreateClusterMessage): void {
  if (!/^[a-z][a-z0-9_+.@-]{0,127}$/.test(user) || user === 'public' || reservedWords.has(user)) {
    throw invalidValue(
      `Invalid value '${user}' for MasterUsername. Must be 1 to 128 lowercase letters, digits, underscores, plus signs, ` +
        'periods, at signs or hyphens, begin with a letter, and be neither public nor a reserved word',
    );
  }
  if (!/^[a-z_][a-z0-9_$]{0,63}$/.test(DBName) || reservedWords.has(DBName)) {
    throw invalidValue(
      `Invalid value '${DBName}' for DBName. Must be 1 to 64 lowercase letters, digits, underscores or dollar signs, ` +
        'begin with a letter or an underscore, and not be a reserved word',
    );
  }
}
