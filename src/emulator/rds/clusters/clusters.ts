import type {
  CreateDBClusterMessage,
  CreateDBClusterResult,
  DBCluster,
  DBClusterMessage,
  DescribeDBClustersMessage,
} from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { parseArn } from '../arns.ts';
import { compareVersions, requireEngine, requireVersion, type Engine } from '../catalog/engines.ts';
import { requireGroup, requireParameterGroup } from '../catalog/groups.ts';
import { recordEvent } from '../events/events.ts';
import { rdsFault } from '../faults.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import { resolveKey } from '../keys.ts';
import { readCluster } from '../readings.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { completeCluster } from '../stock/complete-cluster.ts';
import { findCluster, isThere, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { addMultiAzMembers, requireClass } from './instances.ts';
import { checkMasterUser } from './passwords.ts';
import { secretOf, settingsOf, type ClusterSettings } from './settings.ts';

const filterFields: FilterFields<StoredCluster> = {
  'clone-group-id': ({ CloneGroupId }) => [CloneGroupId],
  'db-cluster-id': ({ DBClusterIdentifier, DBClusterArn }) => [DBClusterIdentifier, DBClusterArn],
  'db-cluster-resource-id': ({ DbClusterResourceId }) => [DbClusterResourceId],
  domain: ({ DomainMemberships = [] }) => DomainMemberships.map(({ Domain }) => Domain),
  engine: ({ Engine }) => [Engine],
};

/**
 * Lists the caller's clusters of every engine, or only the named cluster.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html
 */
export function describeDBClusters(input: DescribeDBClustersMessage, call: Call): DBClusterMessage {
  const { here, now } = call;
  const matches = filterTest(input.Filters ?? [], filterFields);
  const name = input.DBClusterIdentifier === undefined ? undefined : localName(input.DBClusterIdentifier, call);
  const { items, marker } = readPage(
    name === undefined
      ? here.rds.clusters.inOrder()
      : [{ key: [name.toLowerCase()], item: requireCluster(here, name, now) }],
    input,
    (cluster) => isThere(cluster, now) && matches(cluster),
  );
  return { DBClusters: items.map((cluster) => readCluster(cluster, call)), Marker: marker };
}

/**
 * Creates a cluster, which is `creating` at first: without instances, or with three for a Multi-AZ DB cluster.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
export function createDBCluster(input: CreateDBClusterMessage, call: Call): CreateDBClusterResult {
  const { here, now, assumptions } = call;
  const { KmsKeyId, StorageEncrypted = KmsKeyId !== undefined, EngineVersion: version } = input;
  const DBClusterIdentifier = newIdentifier(input.DBClusterIdentifier ?? '', 'DBClusterIdentifier');
  const engine = requireEngine(input.Engine ?? '');
  const settings = settingsOf(input, engine, call);
  checkMasterUser(input);
  const TagList = mergeTags([], input.Tags ?? []);
  if (KmsKeyId !== undefined && !StorageEncrypted) {
    throw invalidCombination('KmsKeyId cannot be specified when StorageEncrypted is false.');
  }
  const EngineVersion = version === undefined ? engine.defaultVersion : requireVersion(engine, version);
  checkSurroundings(input, engine, EngineVersion, call);
  const cluster = completeCluster(
    {
      ...settings,
      ...(KmsKeyId === undefined ? {} : { KmsKeyId: resolveKey(KmsKeyId, call) }),
      DBClusterIdentifier,
      Engine: engine.name,
      EngineVersion,
      StorageEncrypted,
      TagList,
      readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
    },
    here,
    now,
  );
  const isManaged = input.ManageMasterUserPassword;
  const key = input.MasterUserSecretKmsKeyId;
  return {
    DBCluster: addCluster(isManaged ? { ...cluster, MasterUserSecret: secretOf(cluster, key, call) } : cluster, call),
  };
}

/**
 * Throws unless the groups that the input names exist and the members are there that a Multi-AZ DB cluster requires.
 * A restored cluster takes the members that the input lacks from `origin`.
 */
export function checkSurroundings(
  input: ClusterSettings,
  engine: Engine,
  version: string,
  call: Call,
  origin: Partial<StoredCluster> = {},
): void {
  const { here } = call;
  if (input.DBSubnetGroupName !== undefined) requireGroup('subgrp', input.DBSubnetGroupName, here);
  const group = input.DBClusterParameterGroupName;
  if (group !== undefined) requireParameterGroup(group, engine.name, version, here);
  if (engine.name === 'docdb' && input.StorageType === 'iopt1' && compareVersions(version, '5.0.0') < 0) {
    throw invalidCombination(`The iopt1 storage type isn't supported for the ${version} DB engine version.`);
  }
  if (!engine.isMultiAz) return;
  const {
    DBClusterInstanceClass,
    AllocatedStorage,
    StorageType = 'io1',
    Iops,
  } = { ...origin, ...settingsOf(input, engine, call, origin) };
  if (!DBClusterInstanceClass) throw missing('DBClusterInstanceClass');
  if (AllocatedStorage === undefined) throw missing('AllocatedStorage');
  if (StorageType !== 'gp3' && Iops === undefined) throw missing('Iops');
  requireClass(DBClusterInstanceClass, engine, version);
  const least = StorageType === 'gp3' ? 20 : 100;
  if (AllocatedStorage < least || AllocatedStorage > 65_536) {
    throw invalidCombination(
      `Invalid storage size for engine name ${engine.name} and storage type ${StorageType}: ${AllocatedStorage}`,
    );
  }
}

function missing(name: string): Error {
  return invalidValue(`The parameter ${name} must be provided and must not be blank.`);
}

/** Adds a new cluster to the world. Throws DBClusterAlreadyExistsFault or DBClusterQuotaExceededFault. */
export function addCluster(cluster: StoredCluster, call: Call): DBCluster {
  const { here, now, assumptions } = call;
  const { DBClusterIdentifier: name, readyAt: at = now.getTime() } = cluster;
  if (findCluster(here, name, now)) throw rdsFault('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
  const { rdsClusterQuota: quota } = assumptions;
  const clusters = [...here.rds.clusters.values()].filter((other) => isThere(other, now));
  if (clusters.length >= quota) {
    throw rdsFault('DBClusterQuotaExceededFault', `Cannot create more than ${quota} DB clusters`);
  }
  here.rds.clusters.put(cluster);
  addMultiAzMembers(cluster, call);
  recordEvent({ type: 'db-cluster', name, category: 'creation', message: 'DB cluster created', at }, here);
  return readCluster(cluster, call);
}

/** Returns the name in an ARN of the caller's own cluster in this region; returns any other text unchanged. */
export function localName(name: string, { account, region }: Call): string {
  const named = parseArn(name);
  return named?.kind === 'cluster' && named.account === account && named.region === region ? named.name : name;
}
