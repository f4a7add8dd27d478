import { CreateTagsCommand, DeleteTagsCommand, type Tag as AwsTag } from '@aws-sdk/client-redshift';
import { type Call, type Plan, planOne } from '../../../changes/plan.ts';
import { fromTags, type Tag } from '../../../graphql/tag.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';
import type { RedshiftCalls } from './calls.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateTags.html */
export function planTag(calls: RedshiftCalls, snapshot: RedshiftSnapshot, tags: readonly Tag[]) {
  const added = fromTags(tags);
  const command = new CreateTagsCommand({ ResourceName: redshiftSnapshotKind.arn(snapshot), Tags: added });
  const tagsAfter = new Map([...tagsOf(snapshot), ...added].map((tag) => [tag.Key, tag]));
  return planTags(calls, snapshot, calls.call(snapshot.source, command), [...tagsAfter.values()], (now) =>
    added.every(({ Key, Value }) => now.some((tag) => tag.Key === Key && (tag.Value ?? '') === Value)),
  );
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteTags.html */
export function planUntag(calls: RedshiftCalls, snapshot: RedshiftSnapshot, keys: readonly string[]) {
  const command = new DeleteTagsCommand({ ResourceName: redshiftSnapshotKind.arn(snapshot), TagKeys: [...keys] });
  const isRemoved = ({ Key = '' }: AwsTag) => keys.includes(Key);
  const others = tagsOf(snapshot).filter((tag) => !isRemoved(tag));
  return planTags(calls, snapshot, calls.call(snapshot.source, command), others, (now) => !now.some(isRemoved));
}

/** AWS answers with nothing: the tags are those that were read before, changed alike. */
function planTags(
  { snapshots }: RedshiftCalls,
  { source, aws }: RedshiftSnapshot,
  call: Call<unknown>,
  tags: AwsTag[],
  isDone: (now: readonly AwsTag[]) => boolean,
): Plan<RedshiftSnapshot> {
  return planOne(call, {
    fromAnswer: () => redshiftSnapshot(source, { ...aws, Tags: tags }),
    readBack: async () => {
      const found = await snapshots.find(source, aws.SnapshotIdentifier ?? '');
      return found && isDone(tagsOf(found)) ? found : undefined;
    },
  });
}

function tagsOf({ aws }: RedshiftSnapshot): readonly AwsTag[] {
  return aws.Tags ?? [];
}
