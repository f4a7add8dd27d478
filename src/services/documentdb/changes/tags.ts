import { AddTagsToResourceCommand, RemoveTagsFromResourceCommand } from '@aws-sdk/client-docdb';
import type { Call } from '../../../changes/plans/call.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { InvalidInputError, NotFoundError } from '../../../errors.ts';
import { fromTags, type Tag } from '../../../snapshots/tag.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_AddTagsToResource.html */
export function planTag(request: DocumentDBRequest, snapshot: DocumentDBSnapshot, tags: readonly Tag[]) {
  const ResourceName = documentDBSnapshotKind.arn(snapshot);
  const command = new AddTagsToResourceCommand({ ResourceName, Tags: fromTags(tags) });
  return planTags(request, snapshot, request.sender.call(snapshot.source, command), (now) =>
    tags.every(({ key, value }) => now.some((tag) => tag.key === key && tag.value === value)),
  );
}

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_RemoveTagsFromResource.html */
export function planUntag(request: DocumentDBRequest, snapshot: DocumentDBSnapshot, keys: readonly string[]) {
  const ResourceName = documentDBSnapshotKind.arn(snapshot);
  const command = new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: [...keys] });
  return planTags(
    request,
    snapshot,
    request.sender.call(snapshot.source, command),
    (now) => !now.some(({ key }) => keys.includes(key)),
  );
}

/** AWS returns nothing: the new tags are read only if they are selected. */
function planTags(
  { afresh }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  call: Call<unknown>,
  isDone: (now: readonly Tag[]) => boolean,
): Plan<DocumentDBSnapshot> {
  const { TagList: _old, ...aws } = snapshot.aws;
  const changed = { ...snapshot, aws };
  return planOne(
    { ...call, send: () => call.send().catch(toNotFound) },
    {
      fromAnswer: () => changed,
      readBack: async () =>
        isDone(await afresh().tags.load(snapshot.source, documentDBSnapshotKind.arn(snapshot))) ? changed : undefined,
    },
  );
}

/** AWS can report a deleted resource as an invalid value; all other values have been validated already. */
function toNotFound(error: unknown): never {
  if (!(error instanceof InvalidInputError) || error.fault !== 'InvalidParameterValue') throw error;
  const { fault, requestId, cause } = error;
  throw new NotFoundError(
    'Cannot change the tags of the snapshot: AWS rejected its ARN. Check whether the snapshot still exists.',
    { fault, requestId, cause },
  );
}
