import * as z from 'zod';
import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import { isAliasArn, keyArn } from '../../snapshots/kms-key.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { requireValid } from '../input/problems.ts';
import { daysRule, identifierRule, isReservedTagKey, keyRule, mostTags, type Rules, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import { placeOfKey } from '../requirements/keys.ts';
import {
  requireAvailableSnapshot,
  requireFree,
  requireNewTags,
  requireRetention,
  requireRoom,
} from '../requirements/requirements.ts';

export interface CopySnapshotInput {
  readonly snapshotId: string;
  readonly identifier: string;
  readonly retentionDays?: Maybe<number>;
  readonly targetRegion?: Maybe<string>;
  readonly kmsKeyId?: Maybe<string>;
  readonly copyTags?: Maybe<boolean>;
  readonly tags?: Maybe<readonly Tag[]>;
  readonly dryRun?: Maybe<boolean>;
}

/** Starts a manual copy of an available snapshot, if the service supports such a copy. */
export async function copySnapshot(
  targets: Targets,
  input: CopySnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  requireValid(inputRule(backend.rules), input);
  if (input.retentionDays != null) requireRetention(backend.rules);

  const snapshot = await read();
  const { identifier, copyTags } = input;
  const route = { region: input.targetRegion ?? snapshot.source.region, kmsKeyId: input.kmsKeyId ?? undefined };
  const key = await backend.requireKey(route.kmsKeyId, placeOfKey(snapshot.source, route.region, request));
  backend.requireRoute(snapshot, route);
  const target = requireTarget(snapshot.source, route.region, request);
  request.rights.requireIn('SNAPSHOT_COPY', target);
  requireAvailableSnapshot(snapshot, 'copy');
  await requireFree(backend, target, identifier, request.rights);
  await requireRoom(target, input.dryRun ?? false, request);

  const given = input.tags ?? [];
  const isLeftToAws = copyTags === true && given.length === 0 && isOwn(snapshot) && backend.rules.hasTagCopy;
  const tags = copyTags && !isLeftToAws ? await joinTags(snapshot, given, backend.rules, request) : given;
  const copied = async () => (isLeftToAws ? ((await request.tagsOf(snapshot)) ?? []) : tags);
  await requireNewTags('SNAPSHOT_COPY', target, copied, request.rights);
  const retentionDays = input.retentionDays ?? undefined;
  const copyKeyArn = () => keyOfCopy(snapshot, target, key.kmsKeyId, request);
  const copy = { target, identifier, retentionDays, copyTags: isLeftToAws, tags, copyKeyArn };
  const plan = backend.planCopy(snapshot, copy, key);
  return { snapshot: input.dryRun ? null : await plan.run(), plannedCalls: plan.calls };
}

function inputRule(rules: Rules) {
  return z.object({
    identifier: identifierRule(rules),
    retentionDays: daysRule('retentionDays'),
    kmsKeyId: keyRule('kmsKeyId').nullish(),
    tags: tagsRule(rules).nullish(),
  });
}

/** Returns the ARN of the key that a copy has: the given key or, in the same place, that of its source. */
async function keyOfCopy(
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

function requireTarget({ account, service }: Source, region: string, { sources }: ChangeRequest): Source {
  const target = sources.at(account, region, service);
  if (target) return target;
  const regions = sources.all.filter((each) => each.account === account && each.service === service);
  throw new InvalidInputError(
    `targetRegion is ${JSON.stringify(region)}, where account ${account} has no ${service} source that you can read. Use one of: ${regions.map((each) => each.region).join(', ')}.`,
    ['input', 'targetRegion'],
  );
}

/**
 * Returns the tags of the source snapshot, overridden by the tags of the input. The gateway merges them because the AWS
 * documentation is inconsistent about CopyTags together with Tags, and Amazon Redshift has no CopyTags.
 */
async function joinTags(
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
