import { ListTagsForResourceCommand } from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { createRecordLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import { createAttached } from '../../../snapshots/lazily.ts';
import { after } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import { type Tag, toTags } from '../../../snapshots/tag.ts';
import type { DocumentDBConnect } from '../client.ts';

/** The tags in responses, which all requests share. */
const known = createAttached<object, Tag[]>();

/**
 * Loads the tags of snapshots and clusters by ARN: one AWS call each, because AWS has no batch.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ListTagsForResource.html
 */
export function createDocumentDBTags(connect: DocumentDBConnect, usage: Usage): SourceLoader<Tag[]> {
  const read = (source: Source, arn: string, own: Usage) =>
    after(connect(source).readRecord(ListTagsForResourceCommand, { ResourceName: arn }, own), ({ output }) =>
      known.of(output, () => toTags(output.TagList ?? [])),
    );
  return createRecordLoader(read, usage);
}
