import type { ClusterRecord } from './cluster.ts';
import type { SnapshotRecord } from './snapshot.ts';
import type { Source } from './source.ts';
import type { Tag } from './tag.ts';

/** A snapshot or cluster, as AWS returned it. */
export type AwsRecord = SnapshotRecord | ClusterRecord;

export function isSnapshot(record: AwsRecord): record is SnapshotRecord {
  return record.kind.resource === 'snapshot';
}

/** Whether a value is a record of AWS. */
export function isRecord(value: object): value is AwsRecord {
  return 'kind' in value && 'source' in value && 'aws' in value;
}

/** An object of a service that has a Node ID, and is neither a snapshot nor a cluster. */
export interface NodeRecord {
  readonly __typename: string;
  readonly source: Source;
  /** Identifies the object among those of its type and source. */
  readonly name: string;
  /** Whose visibility the object has: that of a record with its tags, or that of a cluster. */
  readonly visibility: { readonly tags: readonly Tag[] } | { readonly cluster: string };
}

/** Returns the key of an object, which is part of its Node ID: it starts with the key of its source. */
export function nodeKey({ source, name }: Pick<NodeRecord, 'source' | 'name'>): string {
  return `${source.key}/${name}`;
}

/** Returns the key of the source and the name in the key of an object. */
export function readNodeKey(key: string): { readonly source: string; readonly name: string } {
  const [account, region, service, ...name] = key.split('/');
  return { source: [account, region, service].join('/'), name: name.join('/') };
}

/** Whether a value is a node that is neither a snapshot nor a cluster. */
export function isNodeRecord(value: object): value is NodeRecord {
  return '__typename' in value && 'name' in value && 'visibility' in value;
}
