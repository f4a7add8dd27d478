import type {
  CreateDBInstanceMessage,
  CreateDBInstanceResult,
  DBInstanceMessage,
  DeleteDBInstanceMessage,
  DeleteDBInstanceResult,
  DescribeDBInstancesMessage,
} from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { definedMembers } from '../../world/members.ts';
import { parseArn } from '../arns.ts';
import { findEngine, requireEngine, type Engine } from '../catalog/engines.ts';
import { zones } from '../catalog/groups.ts';
import { recordEvent } from '../events/events.ts';
import { rdsFault } from '../faults.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import { instanceStatusOf, readInstance } from '../readings.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { completeInstance } from '../stock/complete-instance.ts';
import { findCluster, findInstance, instanceIsThere, instancesOf, requireCluster, requireInstance } from '../store.ts';
import type { StoredCluster, StoredInstance } from '../stored.ts';
import { checkMonitoring, insightsKeyOf, requireZone } from './settings.ts';
import { requireAvailable } from './states.ts';
import { checkWindows } from './windows.ts';

/**
 * Creates an instance in an available cluster, which is `creating` at first. The first instance of a cluster is its
 * writer. Instances without a cluster are not emulated.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 */
export function createDBInstance(input: CreateDBInstanceMessage, call: Call): CreateDBInstanceResult {
  const { here, now, assumptions } = call;
  const name = newIdentifier(input.DBInstanceIdentifier ?? '', 'DBInstanceIdentifier');
  const { Engine = '', DBInstanceClass = '', PromotionTier = 1, EngineVersion } = input;
  const engine = requireEngine(Engine);
  const cluster = clusterFor(input, call);
  if (EngineVersion !== undefined && EngineVersion !== cluster.EngineVersion) {
    throw invalidCombination(
      `The engine version that you requested for your DB instance (${EngineVersion}) does not match the engine version ` +
        `of your DB cluster (${cluster.EngineVersion}).`,
    );
  }
  requireClass(DBInstanceClass, engine, cluster.EngineVersion);
  if (PromotionTier < 0 || PromotionTier > 15) {
    throw invalidValue(`Invalid promotion tier: ${PromotionTier}. Must be between 0 and 15`);
  }
  const members = settingsOf(input, call);
  const TagList = mergeTags([], input.Tags ?? []);
  requireAvailable(cluster, now);
  if (DBInstanceClass === 'db.serverless' && !cluster.ServerlessV2ScalingConfiguration) {
    throw rdsFault(
      'InvalidDBClusterStateFault',
      'Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.',
    );
  }
  if (findInstance(here, name, now)) throw rdsFault('DBInstanceAlreadyExists', 'DB instance already exists');
  const siblings = instancesOf(here, cluster.DBClusterIdentifier, now);
  const instance = completeInstance(
    {
      ...members,
      AvailabilityZone: members.AvailabilityZone ?? zoneFor(cluster, siblings.length, call),
      DBInstanceIdentifier: name,
      DBInstanceClass,
      PromotionTier,
      TagList,
      isWriter: siblings.every(({ isWriter }) => !isWriter),
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    cluster,
    here,
    now,
  );
  return { DBInstance: readInstance(addInstance(instance, call), cluster, call) };
}

/** Adds the instances of a new Multi-AZ DB cluster: a writer and two readers, each in another availability zone. */
export function addMultiAzMembers(cluster: StoredCluster, call: Call): void {
  const { here, now } = call;
  if (!findEngine(cluster.Engine)?.isMultiAz) return;
  for (const [index, AvailabilityZone] of zones(here.region).entries()) {
    const DBInstanceIdentifier = freeName(`${cluster.DBClusterIdentifier}-instance`, call);
    const readyAt = cluster.readyAt === undefined ? {} : { readyAt: cluster.readyAt };
    const members = { DBInstanceIdentifier, AvailabilityZone, isWriter: index === 0, ...readyAt };
    addInstance(completeInstance(members, cluster, here, now), call);
  }
}

/** Returns the name with the first number that no instance has: those of a renamed cluster keep its former name. */
function freeName(prefix: string, { here, now }: Call): string {
  let number = 1;
  while (findInstance(here, `${prefix}-${number}`, now)) number += 1;
  return `${prefix}-${number}`;
}

/** Throws InvalidParameterCombination unless the engine has this instance class. */
export function requireClass(name: string, { name: engine, classes, orderLicense }: Engine, version: string): void {
  if (classes.includes(name)) return;
  throw invalidCombination(
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, ` +
      `Engine=${engine}, EngineVersion=${version}, LicenseModel=${orderLicense}. For supported combinations of instance ` +
      'class and database engine version, see the documentation.',
  );
}

const filterFields: FilterFields<{ readonly instance: StoredInstance; readonly cluster: StoredCluster }> = {
  'db-cluster-id': ({ cluster }) => [cluster.DBClusterIdentifier, cluster.DBClusterArn],
  'db-instance-id': ({ instance }) => [instance.DBInstanceIdentifier, instance.DBInstanceArn],
  'dbi-resource-id': ({ instance }) => [instance.DbiResourceId],
  domain: ({ cluster: { DomainMemberships = [] } }) => DomainMemberships.map(({ Domain }) => Domain),
  engine: ({ cluster }) => [cluster.Engine],
};

/**
 * Lists the caller's instances, or only the named instance.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
 */
export function describeDBInstances(input: DescribeDBInstancesMessage, call: Call): DBInstanceMessage {
  const { here, now, account, region } = call;
  const { DBInstanceIdentifier: asked, Filters = [] } = input;
  const matches = filterTest(Filters, filterFields);
  const named = parseArn(asked ?? '');
  const isLocal = named?.kind === 'db' && named.account === account && named.region === region;
  const name = isLocal ? named.name : asked?.toLowerCase();
  const { items, marker } = readPage(
    name === undefined ? here.rds.instances.inOrder() : [{ key: [name], item: requireInstance(here, name, now) }],
    input,
    (instance) => instanceIsThere(instance, now) && matches({ instance, cluster: clusterOf(instance, call) }),
  );
  return {
    DBInstances: items.map((instance) => readInstance(instance, clusterOf(instance, call), call)),
    Marker: marker,
  };
}

/**
 * Deletes an instance of a cluster. If it was the writer, the reader with the lowest promotion tier becomes the writer.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export function deleteDBInstance(input: DeleteDBInstanceMessage, call: Call): DeleteDBInstanceResult {
  const { here, now, assumptions } = call;
  const { FinalDBSnapshotIdentifier, SkipFinalSnapshot = true, DeleteAutomatedBackups: _kept } = input;
  if (FinalDBSnapshotIdentifier !== undefined || !SkipFinalSnapshot) {
    throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance');
  }
  const instance = requireInstance(here, input.DBInstanceIdentifier, now);
  const cluster = clusterOf(instance, call);
  const status = instanceStatusOf(instance, cluster, now);
  if (status !== 'available') {
    throw rdsFault('InvalidDBInstanceState', `Instance ${instance.DBInstanceIdentifier} is ${status}.`);
  }
  if (findEngine(cluster.Engine)?.isMultiAz) {
    throw rdsFault('InvalidDBInstanceState', 'An instance of a Multi-AZ DB cluster is deleted with its cluster.');
  }
  const goneAt = now.getTime() + assumptions.clusterSeconds * 1000;
  const leaving = { ...instance, isWriter: false, goneAt };
  here.rds.instances.put(leaving);
  if (instance.isWriter) promote(cluster, call);
  const { DBInstanceIdentifier: name } = instance;
  recordEvent({ type: 'db-instance', name, category: 'deletion', message: 'DB instance deleted', at: goneAt }, here);
  return { DBInstance: readInstance(leaving, cluster, call) };
}

/** Makes the reader with the lowest promotion tier, then the oldest, the writer of a cluster. */
function promote({ DBClusterIdentifier }: StoredCluster, { here, now }: Call): void {
  const readers = instancesOf(here, DBClusterIdentifier, now).filter(({ goneAt }) => goneAt === undefined);
  const [next] = readers.toSorted((left, right) => left.PromotionTier - right.PromotionTier);
  if (next) here.rds.instances.put({ ...next, isWriter: true });
}

function addInstance(instance: StoredInstance, { here, now }: Call): StoredInstance {
  const { DBInstanceIdentifier: name, readyAt: at = now.getTime() } = instance;
  here.rds.instances.put(instance);
  recordEvent({ type: 'db-instance', name, category: 'creation', message: 'DB instance created', at }, here);
  return instance;
}

function clusterOf({ DBClusterIdentifier }: StoredInstance, { here, now }: Call): StoredCluster {
  return requireCluster(here, DBClusterIdentifier, now);
}

function clusterFor({ DBClusterIdentifier, Engine }: CreateDBInstanceMessage, { here, now }: Call): StoredCluster {
  if (DBClusterIdentifier === undefined) throw invalidCombination('Instances without a cluster are not emulated.');
  const cluster = findCluster(here, DBClusterIdentifier, now);
  if (!cluster) {
    const message = `The source cluster could not be found or cannot be accessed: ${DBClusterIdentifier}`;
    throw rdsFault('DBClusterNotFoundFault', message);
  }
  if (Engine !== cluster.Engine) {
    throw invalidCombination(
      `The engine name requested for your DB instance (${Engine}) doesn't match the engine name of your DB cluster ` +
        `(${cluster.Engine}).`,
    );
  }
  if (findEngine(cluster.Engine)?.isMultiAz) {
    throw invalidCombination('Instances cannot be added to a Multi-AZ DB cluster.');
  }
  if (cluster.EngineMode === 'serverless') {
    throw invalidValue('Instances cannot be added to Aurora Serverless clusters.');
  }
  return cluster;
}

/** Returns the zone of the n-th instance of a cluster: one of the zones of the cluster in turn. */
function zoneFor({ AvailabilityZones = [] }: StoredCluster, index: number, { region }: Call): string {
  const choices = AvailabilityZones.length > 0 ? AvailabilityZones : zones(region);
  return choices[index % choices.length] ?? `${region}a`;
}

/** Returns the settings that an instance has apart from its cluster. */
function settingsOf(input: CreateDBInstanceMessage, call: Call): Partial<StoredInstance> {
  const { AvailabilityZone, PreferredMaintenanceWindow, DBParameterGroupName, EnablePerformanceInsights } = input;
  if (AvailabilityZone !== undefined) requireZone(AvailabilityZone, call);
  if (PreferredMaintenanceWindow !== undefined) checkWindows({ PreferredMaintenanceWindow });
  checkMonitoring(input);
  const settings: { [Name in keyof StoredInstance]?: StoredInstance[Name] | undefined } = {
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    AvailabilityZone,
    CACertificateIdentifier: input.CACertificateIdentifier,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot,
    DBParameterGroups: DBParameterGroupName ? [{ DBParameterGroupName, ParameterApplyStatus: 'in-sync' }] : undefined,
    MonitoringInterval: input.MonitoringInterval,
    MonitoringRoleArn: input.MonitoringRoleArn,
    PerformanceInsightsEnabled: EnablePerformanceInsights,
    PerformanceInsightsKMSKeyId: insightsKeyOf(input, call),
    PerformanceInsightsRetentionPeriod: input.PerformanceInsightsRetentionPeriod,
    PreferredMaintenanceWindow: PreferredMaintenanceWindow?.toLowerCase(),
    PubliclyAccessible: input.PubliclyAccessible,
  };
  return definedMembers(settings);
}
