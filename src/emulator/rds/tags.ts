import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  Tag,
  TagListMessage,
} from '@aws-sdk/client-rds';

import { Fault, invalidValue } from '../fault.ts';
import type { Call } from '../service.ts';
import { parseArn } from './arns.ts';
import { requireGroup } from './catalog/groups.ts';
import { rdsFault } from './faults.ts';
import { mergeTags } from './rules.ts';
import { findSnapshot, requireCluster, requireInstance, snapshotNotFound } from './store.ts';

/** A resource with tags. */
interface Tagged {
  readonly tags: readonly Tag[];
  write(tags: Tag[]): void;
}

/**
 * Adds tags to a cluster, an instance, a snapshot, a subnet group or a cluster parameter group, replacing equal keys.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_AddTagsToResource.html
 */
export function addTagsToResource({ ResourceName = '', Tags = [] }: AddTagsToResourceMessage, call: Call): object {
  const { tags, write } = requireResource('AddTagsToResource', ResourceName, call);
  write(mergeTags(tags, Tags));
  return {};
}

/**
 * Removes the tags with these keys; a missing key is not an error.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_RemoveTagsFromResource.html
 */
export function removeTagsFromResource(input: RemoveTagsFromResourceMessage, call: Call): object {
  const { ResourceName = '', TagKeys = [] } = input;
  const { tags, write } = requireResource('RemoveTagsFromResource', ResourceName, call);
  write(tags.filter(({ Key = '' }) => !TagKeys.includes(Key)));
  return {};
}

/**
 * Lists the tags of one of the caller's own resources, without paging.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ListTagsForResource.html
 */
export function listTagsForResource({ ResourceName = '' }: ListTagsForResourceMessage, call: Call): TagListMessage {
  return { TagList: [...requireResource('ListTagsForResource', ResourceName, call).tags] };
}

function requireResource(action: string, arn: string, call: Call): Tagged {
  const { account, region, identity } = call;
  const named = parseArn(arn);
  if (!named) throw invalidValue(`Invalid resource name: ${arn}`);
  if (named.region !== region) {
    throw invalidValue('The specified resource name does not match an RDS resource in this region.');
  }
  if (named.account !== account) {
    const message = `User: ${identity.arn} is not authorized to perform: rds:${action} on resource: ${arn}`;
    throw new Fault('AccessDenied', message, 403);
  }
  return find(named.kind, named.name, call);
}

function find(kind: string, name: string, call: Call): Tagged {
  const { here, now } = call;
  const { clusters, instances, snapshots, groups } = here.rds;
  switch (kind) {
    case 'cluster': {
      const cluster = requireCluster(here, name, now);
      return { tags: cluster.TagList, write: (TagList) => clusters.put({ ...cluster, TagList }) };
    }
    case 'db': {
      const instance = requireInstance(here, name, now);
      return { tags: instance.TagList, write: (TagList) => instances.put({ ...instance, TagList }) };
    }
    case 'subgrp':
    case 'cluster-pg': {
      const group = requireGroup(kind, name, here);
      return { tags: group.TagList, write: (TagList) => groups.put({ ...group, TagList }) };
    }
    default: {
      const snapshot = kind === 'cluster-snapshot' ? findSnapshot(here, name) : undefined;
      if (!snapshot) throw notFound(kind, name, call);
      return { tags: snapshot.TagList, write: (TagList) => snapshots.put({ ...snapshot, TagList }) };
    }
  }
}

/** Returns the fault for a missing resource. The tag operations declare no fault for cluster snapshots. */
function notFound(kind: string, name: string, { assumptions }: Call): Error {
  const isDeclared = kind !== 'cluster-snapshot' || assumptions.rdsTagsSayDbSnapshotNotFound;
  return isDeclared ? rdsFault('DBSnapshotNotFound', `DBSnapshot not found: ${name}`) : snapshotNotFound(name);
}
