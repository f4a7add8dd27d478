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
import { clusterArn, findCluster, findSnapshot, isKept, isThere, parseArn, redshiftArn } from './store.ts';
import type { StoredCluster, StoredGrant, StoredParameterGroup, StoredSchedule, StoredSnapshot } from './stored.ts';

/** A resource with tags. */
interface Tagged {
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
  write(tags: Tag[]): void;
}

/** The documented resource types, as DescribeTags returns them; requests can have capitals or no spaces. */
const resourceTypes = [
  'cluster',
  'cidr/ip',
  'ec2 security group',
  'snapshot',
  'cluster security group',
  'subnet group',
  'hsm connection',
  'hsm certificate',
  'parameter group',
  'snapshot copy grant',
  'snapshot schedule',
  'integration',
];

/**
 * Adds tags to a cluster, a snapshot, a snapshot schedule, a snapshot copy grant or a parameter group that was created,
 * replacing equal keys.
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
  if (ResourceName !== undefined && ResourceType !== undefined) {
    throw invalidValue(
      'You can filter the list of resources using either an ARN or a resource type, but not both in the same request.',
    );
  }
  if (ResourceName !== undefined && (MaxRecords !== undefined || Marker)) {
    throw invalidCombination('ResourceName cannot be specified with MaxRecords or Marker.');
  }
  const asked = ResourceType === undefined ? undefined : readResourceType(ResourceType);
  const resources = ResourceName === undefined ? allResources(call) : [requireResource(ResourceName, call)];
  const rows = resources.filter(({ type }) => (asked ?? type) === type).flatMap(rowsOf);
  const limits = { least: 10, most: 50 };
  const isAsked = ({ Tag: tag }: TaggedResource) => tag !== undefined && hasTags([tag], { TagKeys, TagValues });
  const { items, marker } = readPage(rows, input, isAsked, {}, limits);
  return { TaggedResources: items, Marker: marker };
}

function readResourceType(asked: string): string {
  const compact = (text: string) => text.toLowerCase().replaceAll(' ', '');
  const type = resourceTypes.find((each) => compact(each) === compact(asked));
  if (type) return type;
  throw invalidValue(`Invalid value '${asked}' for ResourceType. Must be one of ${resourceTypes.join(', ')}`);
}

function rowsOf({ type, name, arn, tags }: Tagged): Entry<TaggedResource>[] {
  const byKey = tags.toSorted((left, right) => ((left.Key ?? '') < (right.Key ?? '') ? -1 : 1));
  return byKey.map((tag) => ({
    key: [type, name, tag.Key ?? ''],
    item: { Tag: tag, ResourceName: arn, ResourceType: type },
  }));
}

function requireResource(arn: string, call: Call): Tagged {
  const { region, account, kind, name } = parseArn(arn, 'ResourceName');
  const isHere = region === call.region && account === call.account;
  const resource = isHere ? finders[kind]?.(name, call) : undefined;
  if (resource) return resource;
  throw redshiftFault('ResourceNotFoundFault', `The resource ${arn} could not be found.`);
}

/** Finds a resource by the part of its ARN after its kind. */
type Finder = (name: string, call: Call) => Tagged | undefined;

const finders: Readonly<Record<string, Finder | undefined>> = {
  cluster(name, call) {
    const cluster = findCluster(call.here, name, call.now);
    return cluster && taggedCluster(cluster, call);
  },
  snapshot(name, call) {
    const [, clusterName, snapshotName] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
    const snapshot = findSnapshot(call, snapshotName, clusterName);
    return snapshot && taggedSnapshot(snapshot, call);
  },
  snapshotcopygrant(name, call) {
    const grant = call.here.redshift.grants.get(name);
    return grant && taggedGrant(grant, call);
  },
  parametergroup(name, call) {
    const group = call.here.redshift.parameterGroups.get(name);
    return group && taggedParameterGroup(group, call);
  },
  snapshotschedule(name, call) {
    const schedule = call.here.redshift.schedules.get(name);
    return schedule && taggedSchedule(schedule, call);
  },
};

/** Returns all resources in the order of their rows' keys, so that the rows need no sorting. */
function allResources(call: Call): Tagged[] {
  const { clusters, snapshots, grants, schedules, parameterGroups } = call.here.redshift;
  return [
    ...clusters.inOrder().flatMap(({ item }) => (isThere(item, call.now) ? [taggedCluster(item, call)] : [])),
    ...parameterGroups.inOrder().map(({ item }) => taggedParameterGroup(item, call)),
    ...snapshots.inOrder().flatMap(({ item }) => (isKept(item, call.now) ? [taggedSnapshot(item, call)] : [])),
    ...grants.inOrder().map(({ item }) => taggedGrant(item, call)),
    ...schedules.inOrder().map(({ item }) => taggedSchedule(item, call)),
  ];
}

function taggedCluster(cluster: StoredCluster, { here }: Call): Tagged {
  return {
    type: 'cluster',
    name: cluster.ClusterIdentifier,
    arn: clusterArn(here, cluster.ClusterIdentifier),
    tags: cluster.Tags ?? [],
    write: (Tags) => here.redshift.clusters.put({ ...cluster, Tags }),
  };
}

function taggedSnapshot(snapshot: StoredSnapshot, { here }: Call): Tagged {
  return {
    type: 'snapshot',
    name: snapshot.SnapshotIdentifier,
    arn: snapshot.SnapshotArn,
    tags: snapshot.Tags ?? [],
    write: (Tags) => here.redshift.snapshots.put({ ...snapshot, Tags }),
  };
}

function taggedParameterGroup(group: StoredParameterGroup, { here }: Call): Tagged {
  return {
    type: 'parameter group',
    name: group.ParameterGroupName,
    arn: redshiftArn(here, 'parametergroup', group.ParameterGroupName),
    tags: group.Tags ?? [],
    write: (Tags) => here.redshift.parameterGroups.put({ ...group, Tags }),
  };
}

function taggedGrant(grant: StoredGrant, { here }: Call): Tagged {
  return {
    type: 'snapshot copy grant',
    name: grant.SnapshotCopyGrantName,
    arn: redshiftArn(here, 'snapshotcopygrant', grant.SnapshotCopyGrantName),
    tags: grant.Tags ?? [],
    write: (Tags) => here.redshift.grants.put({ ...grant, Tags }),
  };
}

function taggedSchedule(schedule: StoredSchedule, { here }: Call): Tagged {
  return {
    type: 'snapshot schedule',
    name: schedule.ScheduleIdentifier,
    arn: redshiftArn(here, 'snapshotschedule', schedule.ScheduleIdentifier),
    tags: schedule.Tags ?? [],
    write: (Tags) => here.redshift.schedules.put({ ...schedule, Tags }),
  };
}
