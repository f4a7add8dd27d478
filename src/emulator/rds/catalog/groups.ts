import type { DBClusterParameterGroup, DBSubnetGroup } from '@aws-sdk/client-rds';

import { invalidCombination } from '../../fault.ts';
import type { Region } from '../../world/world.ts';
import { rdsFault } from '../faults.ts';
import type { StoredGroup } from '../stored.ts';
import { allEngines, familyOf } from './engines.ts';
import { stableUuid } from '../../world/ids.ts';

/** The default VPC of every account and region. */
export const defaultVpc = 'vpc-0a1b2c3d';

/** The security group of a cluster that is created without one. */
export const defaultSecurityGroup = 'sg-0a1b2c3d';

/** Returns the availability zones of a region. */
export function zones(region: string): string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}

const families = new Set(
  allEngines().flatMap(({ name, versions, retired }) =>
    [...retired, ...versions].map((version) => familyOf(name, version)),
  ),
);

/** The groups of every account and region. */
const everywhere: readonly StoredGroup[] = [
  subnets('default', 'default'),
  subnets('private', 'Private subnets of three availability zones'),
  ...Array.from(families, (family) =>
    parameters(`default.${family}`, family, `Default cluster parameter group for ${family}`),
  ),
  parameters('docdb5-audited', 'docdb5.0', 'DocumentDB 5.0 with audit logs'),
  parameters('aurora-postgresql16-logged', 'aurora-postgresql16', 'Aurora PostgreSQL 16 with statement logs'),
];

/**
 * Returns the groups of a kind in an account and region by name: a few in every region, those that a world defines, and
 * those that a loaded cluster names. Each parameter group family has a default group.
 */
export function groupsOf(kind: StoredGroup['kind'], { rds }: Region): ReadonlyMap<string, StoredGroup> {
  const groups = new Map<string, StoredGroup>();
  for (const group of everywhere) if (group.kind === kind) groups.set(group.name, group);
  for (const group of rds.groups.values()) if (group.kind === kind) groups.set(group.name, group);
  for (const {
    DBSubnetGroup: subnets,
    DBClusterParameterGroup: parameters,
    Engine,
    EngineVersion,
  } of rds.clusters.values()) {
    const name = kind === 'subgrp' ? subnets : parameters;
    if (!name || groups.has(name)) continue;
    const family = kind === 'subgrp' ? {} : { family: familyOf(Engine, EngineVersion) };
    groups.set(name, { kind, name, description: name, TagList: [], ...family });
  }
  return groups;
}

/** Returns a parameter group as AWS returns it. */
export function parameterGroup({ name, description, family }: StoredGroup, place: Region): DBClusterParameterGroup {
  return {
    DBClusterParameterGroupName: name,
    DBParameterGroupFamily: family,
    Description: description,
    DBClusterParameterGroupArn: groupArn('cluster-pg', name, place),
  };
}

/** Returns a subnet group as AWS returns it, with a subnet in each availability zone. */
export function subnetGroup(
  { name, description }: Pick<StoredGroup, 'name' | 'description'>,
  place: Region,
): DBSubnetGroup {
  const { region, account } = place;
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupDescription: description,
    VpcId: defaultVpc,
    SubnetGroupStatus: 'Complete',
    Subnets: zones(region).map((zone) => ({
      SubnetIdentifier: `subnet-${stableUuid(account, region, name, zone).slice(0, 8)}`,
      SubnetAvailabilityZone: { Name: zone },
      SubnetStatus: 'Active',
    })),
    DBSubnetGroupArn: groupArn('subgrp', name, place),
    SupportedNetworkTypes: ['IPV4'],
  };
}

/** Returns the group of this kind. Throws DBSubnetGroupNotFoundFault or DBClusterParameterGroupNotFound. */
export function requireGroup(kind: StoredGroup['kind'], name: string, place: Region): StoredGroup {
  const group = groupsOf(kind, place).get(name.toLowerCase());
  if (group) return group;
  throw kind === 'subgrp'
    ? rdsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`)
    : rdsFault('DBClusterParameterGroupNotFound', `DBClusterParameterGroup not found: ${name}`);
}

/** Throws unless the parameter group exists and, else with InvalidParameterCombination, has the family of the version. */
export function requireParameterGroup(name: string, engine: string, version: string, place: Region): void {
  const group = requireGroup('cluster-pg', name, place);
  const family = familyOf(engine, version);
  if (group.family === family) return;
  throw invalidCombination(
    `The Parameter Group ${name} with DBParameterGroupFamily ${group.family} cannot be used for this instance. Please ` +
      `use a Parameter Group with DBParameterGroupFamily ${family}`,
  );
}

function groupArn(kind: StoredGroup['kind'], name: string, { partition, region, account }: Region): string {
  return `arn:${partition}:rds:${region}:${account}:${kind}:${name}`;
}

function subnets(name: string, description: string): StoredGroup {
  return { kind: 'subgrp', name, description, TagList: [] };
}

function parameters(name: string, family: string, description: string): StoredGroup {
  return { kind: 'cluster-pg', name, family, description, TagList: [] };
}
