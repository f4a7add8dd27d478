import type {
  CreateDBClusterMessage,
  ModifyDBClusterMessage,
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterToPointInTimeMessage,
} from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import type { Engine } from '../catalog/engines.ts';
import { stableUuid } from '../../world/ids.ts';
import { isZoneOf } from '../../world/world.ts';
import { resolveKey } from '../keys.ts';
import type { StoredCluster } from '../stored.ts';
import { capacitiesOf } from './capacities.ts';
import { checkWindows } from './windows.ts';

/** The settings of a cluster in the input of an operation that creates, restores or modifies a cluster. */
export type ClusterSettings = Partial<
  CreateDBClusterMessage &
    RestoreDBClusterFromSnapshotMessage &
    RestoreDBClusterToPointInTimeMessage &
    ModifyDBClusterMessage
>;

/**
 * Returns the settings of the input as cluster members, without those that the input does not have. Throws a fault for
 * invalid ones, also in combination with the members that the cluster has or that a restored one takes from its origin.
 */
export function settingsOf(
  input: ClusterSettings,
  engine: Engine,
  call: Call,
  present: Partial<StoredCluster> = {},
): Partial<StoredCluster> {
  const settings: { [Name in keyof StoredCluster]?: StoredCluster[Name] | undefined } = {
    AllocatedStorage: input.AllocatedStorage,
    AssociatedRoles: input.AssociatedRoles?.map((role) => ({ ...role, Status: 'ACTIVE' })),
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    // An empty list counts as absent.
    AvailabilityZones: input.AvailabilityZones?.length ? input.AvailabilityZones : undefined,
    BacktrackWindow: input.BacktrackWindow,
    BackupRetentionPeriod: input.BackupRetentionPeriod,
    CertificateDetails: input.CACertificateIdentifier ? { CAIdentifier: input.CACertificateIdentifier } : undefined,
    CharacterSetName: input.CharacterSetName,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot,
    DBClusterInstanceClass: input.DBClusterInstanceClass,
    DBClusterParameterGroup: input.DBClusterParameterGroupName?.toLowerCase(),
    DBSubnetGroup: input.DBSubnetGroupName?.toLowerCase(),
    DatabaseName: input.DatabaseName,
    DeletionProtection: input.DeletionProtection,
    DomainMemberships: domainOf(input),
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports,
    EngineLifecycleSupport: input.EngineLifecycleSupport,
    EngineMode: input.EngineMode,
    GlobalWriteForwardingRequested: input.EnableGlobalWriteForwarding,
    HttpEndpointEnabled: input.EnableHttpEndpoint,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication,
    Iops: input.Iops,
    LocalWriteForwardingStatus: forwardingOf(input.EnableLocalWriteForwarding),
    MasterUsername: input.MasterUsername,
    NetworkType: input.NetworkType,
    Port: input.Port,
    PreferredBackupWindow: input.PreferredBackupWindow,
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow?.toLowerCase(),
    PubliclyAccessible: input.PubliclyAccessible,
    ScalingConfigurationInfo: scalingOf(input),
    ServerlessV2ScalingConfiguration: capacitiesOf(
      input.ServerlessV2ScalingConfiguration,
      present.ServerlessV2ScalingConfiguration,
      engine.name,
    ),
    StorageType: input.StorageType,
    VpcSecurityGroups: input.VpcSecurityGroupIds?.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
    ...observationOf(input, call),
  };
  checkSettings(input, engine);
  checkWindows(input, present);
  for (const zone of input.AvailabilityZones ?? []) requireZone(zone, call);
  return definedMembers(settings);
}

/** Throws InvalidParameterValue for an availability zone of another region. */
export function requireZone(zone: string, { region }: Call): void {
  if (isZoneOf(zone, region)) return;
  throw invalidValue(`Invalid availability zone: ${zone}`);
}

/**
 * Returns the secret in AWS Secrets Manager with a cluster's master password, encrypted with the given key or with the
 * AWS managed key. Throws KMSKeyNotAccessibleFault.
 */
export function secretOf(cluster: StoredCluster, asked: string | undefined, call: Call) {
  const { partition, region, account } = call.here;
  const key = asked === undefined || asked === 'alias/aws/secretsmanager' ? undefined : resolveKey(asked, call);
  const prefix = `arn:${partition}`;
  const id = stableUuid(cluster.DbClusterResourceId);
  return {
    SecretArn: `${prefix}:secretsmanager:${region}:${account}:secret:rds!cluster-${id}-${id.slice(-6)}`,
    SecretStatus: 'active',
    KmsKeyId: key ?? `${prefix}:kms:${region}:${account}:key/${stableUuid(account, region, 'aws/secretsmanager')}`,
  };
}

/** Returns the ARN of the key of Performance Insights. Throws KMSKeyNotAccessibleFault. */
export function insightsKeyOf(input: { readonly PerformanceInsightsKMSKeyId?: string | undefined }, call: Call) {
  const { PerformanceInsightsKMSKeyId: key } = input;
  return key === undefined ? undefined : resolveKey(key, call);
}

function observationOf(input: ClusterSettings, call: Call): Partial<StoredCluster> {
  const isOn = input.EnablePerformanceInsights;
  const key = insightsKeyOf(input, call);
  const days = input.PerformanceInsightsRetentionPeriod ?? (isOn ? 7 : undefined);
  const { DatabaseInsightsMode, MonitoringInterval, MonitoringRoleArn } = input;
  return {
    ...(DatabaseInsightsMode === undefined ? {} : { DatabaseInsightsMode }),
    ...(MonitoringInterval === undefined ? {} : { MonitoringInterval }),
    ...(MonitoringRoleArn === undefined ? {} : { MonitoringRoleArn }),
    ...(isOn === undefined ? {} : { PerformanceInsightsEnabled: isOn }),
    ...(key === undefined ? {} : { PerformanceInsightsKMSKeyId: key }),
    ...(days === undefined ? {} : { PerformanceInsightsRetentionPeriod: days }),
  };
}

function domainOf({ Domain, DomainIAMRoleName }: ClusterSettings): StoredCluster['DomainMemberships'] {
  if (Domain === undefined) {
    if (DomainIAMRoleName === undefined) return undefined;
    throw invalidCombination('DomainIAMRoleName cannot be specified without Domain.');
  }
  return [{ Domain, Status: 'joined', ...(DomainIAMRoleName === undefined ? {} : { IAMRoleName: DomainIAMRoleName }) }];
}

function forwardingOf(isEnabled: boolean | undefined): 'enabled' | 'disabled' | undefined {
  if (isEnabled === undefined) return undefined;
  return isEnabled ? 'enabled' : 'disabled';
}

/** Returns the scaling of a cluster of Aurora Serverless v1, which other clusters do not have. */
function scalingOf({ EngineMode, ScalingConfiguration }: ClusterSettings): StoredCluster['ScalingConfigurationInfo'] {
  if (EngineMode !== 'serverless') return ScalingConfiguration;
  return {
    MinCapacity: 1,
    MaxCapacity: 16,
    AutoPause: true,
    SecondsUntilAutoPause: 300,
    TimeoutAction: 'RollbackCapacityChange',
    SecondsBeforeTimeout: 300,
    ...ScalingConfiguration,
  };
}

function checkSettings(input: ClusterSettings, engine: Engine): void {
  checkRanges(input);
  const { name, storageTypes, isMultiAz } = engine;
  const { StorageType, NetworkType, EngineMode = 'provisioned', BacktrackWindow } = input;
  if (StorageType !== undefined && !storageTypes.includes(StorageType)) {
    throw invalidValue(`Invalid storage type: ${StorageType}`);
  }
  if (NetworkType !== undefined && !['IPV4', 'DUAL'].includes(NetworkType)) {
    throw invalidValue(`Invalid network type: ${NetworkType}`);
  }
  if (EngineMode !== 'provisioned' && (EngineMode !== 'serverless' || !name.startsWith('aurora'))) {
    throw invalidValue(`The engine mode ${EngineMode} is not valid for the engine ${name}.`);
  }
  if (BacktrackWindow !== undefined) checkBacktrack(BacktrackWindow, name);
  const multiAzOnly = ['AllocatedStorage', 'Iops', 'DBClusterInstanceClass'] as const;
  for (const member of multiAzOnly) {
    if (isMultiAz || input[member] === undefined) continue;
    throw invalidCombination(`${member} isn't supported for the engine ${name}.`);
  }
  checkMonitoring(input);
}

/** Throws for an interval that enhanced monitoring does not have, and for one without a role. */
export function checkMonitoring({ MonitoringInterval = 0, MonitoringRoleArn }: ClusterSettings): void {
  if (![0, 1, 5, 10, 15, 30, 60].includes(MonitoringInterval)) {
    throw invalidValue(`Invalid monitoring interval: ${MonitoringInterval}. Must be 0, 1, 5, 10, 15, 30 or 60`);
  }
  if (MonitoringInterval !== 0 && MonitoringRoleArn === undefined) {
    throw invalidCombination(
      'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
    );
  }
}

function checkRanges({ Port, BackupRetentionPeriod: days }: ClusterSettings): void {
  if (Port !== undefined && !(Port >= 1150 && Port <= 65_535)) {
    throw invalidValue(`Invalid port: ${Port}. Must be between 1150 and 65535`);
  }
  if (days !== undefined && !(days >= 1 && days <= 35)) {
    throw invalidValue(`Invalid backup retention period: ${days}. Retention period must be between 1 and 35.`);
  }
}

function checkBacktrack(seconds: number, engine: string): void {
  if (seconds < 0 || seconds > 259_200) {
    throw invalidValue(
      `The specified value (${seconds}) is not a valid Backtrack Window. Allowed values are within the range of 0 to 259200`,
    );
  }
  if (seconds > 0 && engine !== 'aurora-mysql') {
    throw invalidValue(
      `Backtrack is not enabled for the ${engine === 'aurora-postgresql' ? 'postgres' : engine} engine.`,
    );
  }
}
