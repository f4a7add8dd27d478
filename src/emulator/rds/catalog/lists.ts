import type {
  DBClusterParameterGroupsMessage,
  DBSubnetGroupMessage,
  DescribeDBClusterParameterGroupsMessage,
  DescribeDBSubnetGroupsMessage,
  DescribeGlobalClustersMessage,
  Filter,
  GlobalClustersMessage,
} from '@aws-sdk/client-rds';

import { readPage, type PageRequest } from '../../paging.ts';
import type { Call } from '../../service.ts';
import type { Region } from '../../world/world.ts';
import { rdsFault } from '../faults.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import type { StoredGroup } from '../stored.ts';
import { groupsOf, parameterGroup, requireGroup, subnetGroup } from './groups.ts';

/**
 * Lists the subnet groups of the account, or only the named group.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSubnetGroups.html
 */
export function describeDBSubnetGroups(input: DescribeDBSubnetGroupsMessage, { here }: Call): DBSubnetGroupMessage {
  const { items, marker } = groupPage('subgrp', input.DBSubnetGroupName, input, here);
  return { DBSubnetGroups: items.map((group) => subnetGroup(group, here)), Marker: marker };
}

/**
 * Lists the cluster parameter groups of the account, or only the named group.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterParameterGroups.html
 */
export function describeDBClusterParameterGroups(
  input: DescribeDBClusterParameterGroupsMessage,
  { here }: Call,
): DBClusterParameterGroupsMessage {
  const { items, marker } = groupPage('cluster-pg', input.DBClusterParameterGroupName, input, here);
  return { DBClusterParameterGroups: items.map((group) => parameterGroup(group, here)), Marker: marker };
}

function groupPage(
  kind: StoredGroup['kind'],
  name: string | undefined,
  request: PageRequest & { readonly Filters?: Filter[] | undefined },
  here: Region,
) {
  filterTest(request.Filters ?? [], {});
  const groups = name === undefined ? [...groupsOf(kind, here).values()] : [requireListed(kind, name, here)];
  return pageOf(groups, (group) => group.name, request);
}

/** The operations that use a cluster parameter group declare another fault for a missing one than its list does. */
function requireListed(kind: StoredGroup['kind'], name: string, here: Region): StoredGroup {
  if (kind === 'subgrp' || groupsOf(kind, here).has(name.toLowerCase())) return requireGroup(kind, name, here);
  throw rdsFault('DBParameterGroupNotFound', `DBClusterParameterGroup not found: ${name}`);
}

const globalFields: FilterFields<never> = { 'db-cluster-id': () => [], region: () => [] };

/**
 * Lists no global clusters, which are not emulated: an account need not have any.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeGlobalClusters.html
 */
export function describeGlobalClusters(input: DescribeGlobalClustersMessage): GlobalClustersMessage {
  const { GlobalClusterIdentifier: name, Filters = [] } = input;
  filterTest(Filters, globalFields);
  if (name !== undefined) throw rdsFault('GlobalClusterNotFoundFault', `Global cluster ${name} not found`);
  const { items, marker } = pageOf<never>([], () => '', input);
  return { GlobalClusters: items, Marker: marker };
}

/** Returns a page of items in the order of their names. */
function pageOf<T>(items: readonly T[], nameOf: (item: T) => string, request: PageRequest) {
  const entries = items.map((item) => ({ key: [nameOf(item)], item }));
  entries.sort((left, right) => (nameOf(left.item) < nameOf(right.item) ? -1 : 1));
  return readPage(entries, request, () => true);
}
