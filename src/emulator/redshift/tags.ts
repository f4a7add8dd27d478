import type {
  CreateTagsMessage,
  DeleteTagsMessage,
  DescribeTagsMessage,
  Tag,
  TaggedResource,
  TaggedResourceListMessage,
} from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../fault.ts';
import { readPage } from '../paging.ts';
import type { Call } from '../service.ts';
import type { Entry } from '../world/sorted.ts';
import { redshiftFault } from './faults.ts';
import { hasTags, mergeTags } from './rules.ts';
import { clusterArn, findCluster, findSnapshot, isKept, isThere } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

/** A resource with tags. */
interface Tagged {
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  write(tags: Tag[]): void;
}

const resourceTypes = [
  'Cluster',
  'CIDR/IP',
  'EC2 security group',
  'Snapshot',
  'Cluster security group',
  'Subnet group',
  'HSM connection',
  'HSM certificate',
  'Parameter group',
  'Snapshot copy grant',
  'Integration',
];

/**
 * Adds tags to a cluster or a snapshot, replacing equal keys.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateTags.html
 */
export function createTags({ ResourceName = '', Tags = [] }: CreateTagsMessage, call: Call): object {
  const resource = requireResource(ResourceName, call);
  resource.write(mergeTags(resource.tags, Tags));
  return {};
}

/**
 * Removes the tags with these keys; a missing key is not an error.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteTags.html
 */
export function deleteTags({ ResourceName = '', TagKeys = [] }: DeleteTagsMessage, call: Call): object {
  const resource = requireResource(ResourceName, call);
  resource.write(resource.tags.filter(({ Key = '' }) => !TagKeys.includes(Key)));
  return {};
}

/**
 * Lists tags, one row per tag, of one resource or of all resources of a type. A page has 10 to 50 rows.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeTags.html
 */
export function describeTags(input: DescribeTagsMessage, call: Call): TaggedResourceListMessage {
  const { ResourceName, ResourceType, MaxRecords, Marker, TagKeys, TagValues } = input;
  if (ResourceName !== undefined && (ResourceType !== undefined || MaxRecords !== undefined || Marker)) {
    throw invalidCombination('ResourceName cannot be specified with ResourceType, MaxRecords or Marker.');
  }
  if (ResourceType !== undefined && !resourceTypes.includes(ResourceType)) {
    throw invalidValue(`Invalid value '${ResourceType}' for ResourceType`);
  }
  const resources = ResourceName === undefined ? allResources(call) : [requireResource(ResourceName, call)];
  const rows = resources.filter(({ type }) => (ResourceType ?? type) === type).flatMap(rowsOf);
  const limits = { least: 10, most: 50 };
  const isAsked = ({ Tag: tag }: TaggedResource) => tag !== undefined && hasTags([tag], { TagKeys, TagValues });
  const { items, marker } = readPage(rows, input, isAsked, {}, limits);
  return { TaggedResources: items, Marker: marker };
}

function rowsOf({ type, name, arn, tags }: Tagged): Entry<TaggedResource>[] {
  const byKey = tags.toSorted((left, right) => ((left.Key ?? '') < (right.Key ?? '') ? -1 : 1));
  return byKey.map((tag) => ({
    key: [type, name, tag.Key ?? ''],
    item: { Tag: tag, ResourceName: arn, ResourceType: type },
  }));
}

function requireResource(arn: string, call: Call): Tagged {
  const pattern = /^arn:aws[a-z-]*:redshift:([a-z0-9-]+):(\d{12}):([a-z]+):(.+)$/;
  const [, region, account, kind, name = ''] = pattern.exec(arn) ?? [];
  if (!region || !account || !kind) throw invalidValue(`Invalid ARN '${arn}' for ResourceName`);
  const isHere = region === call.region && account === call.account;
  const resource = isHere ? findResource(kind, name, call) : undefined;
  if (resource) return resource;
  throw redshiftFault('ResourceNotFoundFault', `The resource ${arn} could not be found.`);
}

function findResource(kind: string, name: string, call: Call): Tagged | undefined {
  if (kind === 'cluster') {
    const cluster = findCluster(call.here, name, call.now);
    return cluster && taggedCluster(cluster, call);
  }
  const [, clusterName, snapshotName] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const snapshot = kind === 'snapshot' ? findSnapshot(call, snapshotName, clusterName) : undefined;
  return snapshot && taggedSnapshot(snapshot, call);
}

/** Returns all resources in the order of their rows' keys, so that the rows need no sorting. */
function allResources(call: Call): Tagged[] {
  const { clusters, snapshots } = call.here.redshift;
  return [
    ...clusters.inOrder().flatMap(({ item }) => (isThere(item, call.now) ? [taggedCluster(item, call)] : [])),
    ...snapshots.inOrder().flatMap(({ item }) => (isKept(item, call.now) ? [taggedSnapshot(item, call)] : [])),
  ];
}

function taggedCluster(cluster: StoredCluster, { here }: Call): Tagged {
  return {
    type: 'Cluster',
    name: cluster.ClusterIdentifier,
    arn: clusterArn(here, cluster.ClusterIdentifier),
    tags: cluster.Tags ?? [],
    write: (Tags) => here.redshift.clusters.put({ ...cluster, Tags }),
  };
}

function taggedSnapshot(snapshot: StoredSnapshot, { here }: Call): Tagged {
  return {
    type: 'Snapshot',
    name: snapshot.SnapshotIdentifier,
    arn: snapshot.SnapshotArn,
    tags: snapshot.Tags ?? [],
    write: (Tags) => here.redshift.snapshots.put({ ...snapshot, Tags }),
  };
}
