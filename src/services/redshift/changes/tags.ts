import { CreateTagsCommand, DeleteTagsCommand, type Tag as AwsTag } from '@aws-sdk/client-redshift';
import type { Call } from '../../../changes/plans/call.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { sameOrNull } from '../../../snapshots/snapshot.ts';
import { fromTags, type Tag } from '../../../snapshots/tag.ts';
import { type RedshiftCluster, redshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateTags.html */
export function planTag(request: RedshiftRequest, snapshot: RedshiftSnapshot, tags: readonly Tag[]) {
  const added = fromTags(tags);
  const command = new CreateTagsCommand({ ResourceName: redshiftSnapshotKind.arn(snapshot), Tags: added });
  const tagsAfter = new Map([...tagsOf(snapshot), ...added].map((tag) => [tag.Key, tag]));
  return planTags(request, snapshot, request.sender.call(snapshot.source, command), [...tagsAfter.values()], (now) =>
    added.every(({ Key, Value }) => now.some((tag) => tag.Key === Key && (tag.Value ?? '') === Value)),
  );
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteTags.html */
export function planUntag(request: RedshiftRequest, snapshot: RedshiftSnapshot, keys: readonly string[]) {
  const command = new DeleteTagsCommand({ ResourceName: redshiftSnapshotKind.arn(snapshot), TagKeys: [...keys] });
  const isRemoved = ({ Key = '' }: AwsTag) => keys.includes(Key);
  const others = tagsOf(snapshot).filter((tag) => !isRemoved(tag));
  return planTags(
    request,
    snapshot,
    request.sender.call(snapshot.source, command),
    others,
    (now) => !now.some(isRemoved),
  );
}

/** AWS returns nothing: the result is the tags that were read before, with the same change applied. */
function planTags(
  { afresh }: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  call: Call<unknown>,
  tags: AwsTag[],
  isDone: (now: readonly AwsTag[]) => boolean,
): Plan<RedshiftSnapshot> {
  const { source, aws } = snapshot;
  return planOne(call, {
    fromAnswer: () => redshiftSnapshot(source, { ...aws, Tags: tags }),
    readBack: async () => {
      const found = sameOrNull(snapshot, await afresh().snapshots.find(source, aws.SnapshotIdentifier ?? ''));
      return found && isDone(tagsOf(found)) ? found : undefined;
    },
  });
}

/** Adds tags to a cluster that was restored. https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateTags.html */
export function planClusterTags(
  { sender, afresh }: RedshiftRequest,
  cluster: RedshiftCluster,
  tags: readonly Tag[],
): Plan<RedshiftCluster> {
  const { source, aws, kind } = cluster;
  const added = fromTags(tags);
  const command = new CreateTagsCommand({ ResourceName: kind.arn(cluster), Tags: added });
  return planOne(sender.call(source, command), {
    fromAnswer: () => redshiftCluster(source, { ...aws, Tags: added }),
    readBack: async () => {
      const found = await afresh().clusters.load(source, aws.ClusterIdentifier ?? '');
      const now = found?.aws.Tags ?? [];
      const hasAll = added.every(({ Key, Value }) => now.some((tag) => tag.Key === Key && (tag.Value ?? '') === Value));
      return found && hasAll ? found : undefined;
    },
  });
}

function tagsOf({ aws }: RedshiftSnapshot): readonly AwsTag[] {
  return aws.Tags ?? [];
}
