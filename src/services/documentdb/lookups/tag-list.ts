import {
  type DBCluster,
  DBCluster$,
  DBClusterMessage$,
  type DBClusterSnapshot,
  DBClusterSnapshot$,
  DBClusterSnapshotMessage$,
  type Tag,
  TagListMessage$,
} from '@aws-sdk/client-docdb';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, StaticListSchema, StaticStructureSchema } from '@smithy/types';
import { StrictQueryProtocol } from '../../../aws/protocol/protocol.ts';

/** The tags that the control plane of Amazon RDS can return with a record; the SDK's model lacks this member. */
interface Tagged {
  /** Undefined if AWS did not return the tags; empty if the record has none. */
  readonly TagList?: readonly Tag[] | undefined;
}

export type TaggedCluster = DBCluster & Tagged;
export type TaggedSnapshot = DBClusterSnapshot & Tagged;

const outputs = new Map<unknown, NormalizedSchema>([
  [DBClusterMessage$, withTagLists(DBClusterMessage$, 'DBClusters', DBCluster$)],
  [DBClusterSnapshotMessage$, withTagLists(DBClusterSnapshotMessage$, 'DBClusterSnapshots', DBClusterSnapshot$)],
]);

/**
 * The protocol of Amazon DocumentDB, which also reads the `TagList` of the records in lists, if AWS returned it.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterSnapshot.html
 */
export class TaggedQueryProtocol extends StrictQueryProtocol {
  protected override outputOf(output: NormalizedSchema): NormalizedSchema {
    return outputs.get(output.getSchema()) ?? output;
  }
}

/** Returns the schema of a response whose records also have a `TagList`. */
function withTagLists(output: StaticStructureSchema, list: string, record: StaticStructureSchema): NormalizedSchema {
  const [listId, space, listName, listTraits, item] = memberOf(output, list) as StaticListSchema;
  const [, itemTraits] = item as [$SchemaRef, object];
  const tagged = withMember(record, 'TagList', memberOf(TagListMessage$, 'TagList'));
  const records: $SchemaRef = [listId, space, listName, listTraits, [tagged, itemTraits] as $SchemaRef];
  return NormalizedSchema.of(withMember(output, list, records));
}

/** Returns the schema of a structure with one more or another member. */
function withMember(structure: StaticStructureSchema, name: string, member: $SchemaRef): StaticStructureSchema {
  const [id, space, structureName, traits, names, members] = structure;
  const others = names.map((each, index) => [each, members[index]] as const).filter(([each]) => each !== name);
  return [
    id,
    space,
    structureName,
    traits,
    [...others.map(([each]) => each), name],
    [...others.map(([, each]) => each as $SchemaRef), member],
  ];
}

function memberOf(structure: StaticStructureSchema, name: string): $SchemaRef {
  return NormalizedSchema.of(structure).getMemberSchema(name).getSchema();
}
