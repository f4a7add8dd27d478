import type {
  ClusterParameterGroup,
  ClusterParameterGroupsMessage,
  ClusterSubnetGroup,
  ClusterSubnetGroupMessage,
  DescribeClusterParameterGroupsMessage,
  DescribeClusterSubnetGroupsMessage,
  Tag,
} from '@aws-sdk/client-redshift';

import { readPage, type PageRequest } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { stableUuid } from '../../world/ids.ts';
import type { Region } from '../../world/world.ts';
import { redshiftFault } from '../faults.ts';
import { hasTags } from '../rules.ts';

/** The parameter groups of every region: the default of the family that the clusters have. */
const parameterGroups: readonly ClusterParameterGroup[] = [
  group('default.redshift-1.0', 'redshift-1.0', 'Default parameter group for redshift-1.0'),
];

/** The subnet groups of every region, by name. */
const subnetGroups = [
  ['default', 'Default subnet group'],
  ['private', 'Subnets without a route to the internet'],
] as const;

/** The VPC of every region. */
export const defaultVpc = 'vpc-0a1b2c3d';

/**
 * Lists the parameter groups of a region: those of every region, those created there, and those that its clusters have.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterParameterGroups.html
 */
export function describeClusterParameterGroups(
  input: DescribeClusterParameterGroupsMessage,
  { here }: Call,
): ClusterParameterGroupsMessage {
  const { ParameterGroupName: name } = input;
  if (name !== undefined) requireParameterGroup(name, here);
  const groups = parameterGroupsOf(here).filter(
    ({ ParameterGroupName }) => (name ?? ParameterGroupName) === ParameterGroupName,
  );
  const { items, marker } = pageOf(groups, ({ ParameterGroupName = '' }) => ParameterGroupName, input);
  return { ParameterGroups: items, Marker: marker };
}

/**
 * Lists the subnet groups of a region: those of every region, and those that its clusters have.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSubnetGroups.html
 */
export function describeClusterSubnetGroups(
  input: DescribeClusterSubnetGroupsMessage,
  { here }: Call,
): ClusterSubnetGroupMessage {
  const { ClusterSubnetGroupName: name } = input;
  if (name !== undefined) requireSubnetGroup(name, here);
  const groups = subnetGroupsOf(here).filter(
    ({ ClusterSubnetGroupName }) => (name ?? ClusterSubnetGroupName) === ClusterSubnetGroupName,
  );
  const { items, marker } = pageOf(groups, ({ ClusterSubnetGroupName = '' }) => ClusterSubnetGroupName, input);
  return { ClusterSubnetGroups: items, Marker: marker };
}

/** Whether the region has this parameter group. */
export function hasParameterGroup(name: string, place: Region): boolean {
  return parameterGroupsOf(place).some(({ ParameterGroupName }) => ParameterGroupName === name);
}

/** Throws ClusterParameterGroupNotFound unless the region has this group. */
export function requireParameterGroup(name: string, place: Region): void {
  if (hasParameterGroup(name, place)) return;
  throw redshiftFault('ClusterParameterGroupNotFound', `ClusterParameterGroup not found: ${name}`);
}

/** Throws ClusterSubnetGroupNotFoundFault unless the region has this group. */
export function requireSubnetGroup(name: string, place: Region): void {
  if (subnetGroupsOf(place).some(({ ClusterSubnetGroupName }) => ClusterSubnetGroupName === name)) return;
  throw redshiftFault('ClusterSubnetGroupNotFoundFault', `Subnet group ${name} not found.`);
}

/** Returns a page of groups in the order of their names. */
function pageOf<T extends { readonly Tags?: Tag[] | undefined }>(
  groups: readonly T[],
  nameOf: (group: T) => string,
  input: PageRequest & { TagKeys?: string[] | undefined; TagValues?: string[] | undefined },
) {
  const { TagKeys = [], TagValues = [] } = input;
  const isTagged = TagKeys.length > 0 || TagValues.length > 0;
  const entries = groups
    .map((item) => ({ key: [nameOf(item)], item }))
    .toSorted((left, right) => (nameOf(left.item) < nameOf(right.item) ? -1 : 1));
  return readPage(entries, input, ({ Tags = [] }) => !isTagged || hasTags(Tags, { TagKeys, TagValues }));
}

function parameterGroupsOf({ redshift }: Region): ClusterParameterGroup[] {
  const used = [...redshift.clusters.values()].flatMap(({ ClusterParameterGroups = [] }) => ClusterParameterGroups);
  const all = [...parameterGroups, ...redshift.parameterGroups.values()];
  const known = new Map(all.map((each) => [each.ParameterGroupName, each]));
  for (const { ParameterGroupName: name } of used) {
    if (name !== undefined && !known.has(name)) known.set(name, group(name, 'redshift-1.0', name));
  }
  return [...known.values()];
}

function subnetGroupsOf({ redshift, region, account }: Region): ClusterSubnetGroup[] {
  const known = new Map<string, string>(subnetGroups);
  for (const { ClusterSubnetGroupName: name } of redshift.clusters.values()) {
    if (name !== undefined && !known.has(name)) known.set(name, name);
  }
  return [...known].map(([ClusterSubnetGroupName, Description]) => ({
    ClusterSubnetGroupName,
    Description,
    VpcId: defaultVpc,
    SubnetGroupStatus: 'Complete',
    Subnets: zonesOf(region).map((Name) => ({
      SubnetIdentifier: `subnet-0${stableUuid(account, Name, ClusterSubnetGroupName).replaceAll('-', '').slice(0, 16)}`,
      SubnetAvailabilityZone: { Name },
      SubnetStatus: 'Active',
    })),
    Tags: [],
    SupportedClusterIpAddressTypes: ['ipv4'],
  }));
}

/** Returns the Availability Zones of a region. */
export function zonesOf(region: string): string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}

function group(ParameterGroupName: string, ParameterGroupFamily: string, Description: string): ClusterParameterGroup {
  return { ParameterGroupName, ParameterGroupFamily, Description, Tags: [] };
}
