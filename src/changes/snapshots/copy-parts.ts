import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import { isAliasArn, keyArn } from '../../snapshots/kms-key.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { isReservedTagKey, mostTags, type Rules } from '../input/rules.ts';
import type { ChangeRequest } from '../request.ts';

/** Returns the ARN of the key that a copy has: the given key or, in the same place, that of its source. */
export async function keyOfCopy(
  snapshot: SnapshotRecord,
  target: Source,
  kmsKeyId: string | undefined,
  { keyNamedAfresh }: ChangeRequest,
): Promise<string | undefined> {
  const named = kmsKeyId ?? (target === snapshot.source && isOwn(snapshot) ? snapshot.kind.kmsKeyId(snapshot) : null);
  if (named == null) return undefined;
  const arn = keyArn(named, target);
  return isAliasArn(arn) ? (await keyNamedAfresh(target, arn)).arn : arn;
}

/**
 * Returns the tags of the source snapshot, overridden by the tags of the input. The gateway merges them because the AWS
 * documentation is inconsistent about CopyTags together with Tags, and Amazon Redshift has no CopyTags.
 */
export async function joinTags(
  snapshot: SnapshotRecord,
  given: readonly Tag[],
  rules: Rules,
  request: ChangeRequest,
): Promise<Tag[]> {
  const inherited = await request.tagsOf(snapshot);
  if (inherited === null) {
    throw new NotSupportedError(
      `Cannot copy the tags of snapshot ${snapshot.kind.identifier(snapshot)}: only its owner, account ${snapshot.kind.ownerAccountId(snapshot)}, can read them. Leave out copyTags, and set tags instead.`,
    );
  }
  const kept = inherited.filter(({ key }) => !given.some((tag) => tag.key === key) && !isReservedTagKey(key, rules));
  const tags = [...kept, ...given];
  if (tags.length <= mostTags) return tags;
  throw new InvalidInputError(
    `The copy would have ${tags.length} tags, ${given.length} from tags and ${kept.length} from its source; a resource can have at most ${mostTags}. Leave out some of them.`,
    ['input', 'tags'],
  );
}
