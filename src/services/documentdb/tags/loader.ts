import { ListTagsForResourceCommand } from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { createRecordLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import type { Source } from '../../../snapshots/source.ts';
import { type Tag, toTags } from '../../../snapshots/tag.ts';
import type { DocumentDBConnect } from '../client.ts';

/**
 * Loads the tags of snapshots and clusters by ARN: one AWS call each, because AWS has no batch.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ListTagsForResource.html
 */
export function createDocumentDBTags(connect: DocumentDBConnect, usage: Usage): SourceLoader<Tag[]> {
  const read = async (source: Source, arn: string) => {
    const { output } = await connect(source).readRecord(new ListTagsForResourceCommand({ ResourceName: arn }), usage);
    return toTags(output.TagList ?? []);
  };
  return createRecordLoader(read, usage);
}
