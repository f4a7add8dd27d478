import * as z from 'zod';
import { InvalidInputError, NotSupportedError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { requireValid } from '../input/problems.ts';
import { daysRule, identifierRule, keyRule, type Rules, tagsRule } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import { placeOfKey } from '../requirements/keys.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import {
  requireAvailableSnapshot,
  requireFree,
  requireNewTags,
  requireRetention,
  requireRoom,
} from '../requirements/requirements.ts';
import { joinTags, keyOfCopy } from './copy-parts.ts';
import { copyToAccount } from './two-step-copy.ts';

export interface CopySnapshotInput {
  readonly snapshotId: string;
  readonly identifier: string;
  readonly retentionDays?: Maybe<number>;
  readonly targetAccount?: Maybe<string>;
  readonly targetRegion?: Maybe<string>;
  readonly kmsKeyId?: Maybe<string>;
  readonly intermediateKmsKeyId?: Maybe<string>;
  readonly copyTags?: Maybe<boolean>;
  readonly tags?: Maybe<readonly Tag[]>;
  readonly dryRun?: Maybe<boolean>;
}

/**
 * Starts a manual copy of an available snapshot, if the service supports such a copy. A copy to another account takes
 * several requests, each of which makes the calls that AWS accepts then.
 */
export async function copySnapshot(
  targets: Targets,
  input: CopySnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  requireValid(inputRule(backend.rules), input);
  if (input.retentionDays != null) requireRetention(backend.rules);
  requireAccountCopies(backend, input);

  const snapshot = await read();
  if (input.targetAccount != null && input.targetAccount !== snapshot.source.account) {
    return copyToAccount(backend, snapshot, { ...input, targetAccount: input.targetAccount }, request);
  }
  refuseIntermediateKey(input);
  const { identifier, copyTags } = input;
  const route = { region: input.targetRegion ?? snapshot.source.region, kmsKeyId: input.kmsKeyId ?? undefined };
  const key = await backend.requireKey(route.kmsKeyId, placeOfKey(snapshot.source, route.region, request));
  backend.requireRoute(snapshot, route);
  const target = requireTarget(snapshot.source, route.region, request);
  request.policy.restores.requireExport(originOf(snapshot, request), target);
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
    intermediateKmsKeyId: keyRule('intermediateKmsKeyId').nullish(),
    tags: tagsRule(rules).nullish(),
  });
}

function requireAccountCopies({ accountCopies, rules }: GuardedBackend, input: CopySnapshotInput): void {
  const given = (['targetAccount', 'intermediateKmsKeyId'] as const).filter((field) => input[field] != null);
  if (accountCopies !== undefined || given.length === 0) return;
  throw new NotSupportedError(
    `Cannot use ${given.join(' and ')}: ${rules.serviceName} does not copy snapshots to other accounts. Leave out ${given.join(' and ')}. Another account can restore the snapshot if you share it with shareSnapshot.`,
  );
}

function refuseIntermediateKey({ intermediateKmsKeyId }: CopySnapshotInput): void {
  if (intermediateKmsKeyId == null) return;
  throw new InvalidInputError(
    'intermediateKmsKeyId is set, but a copy in the account of the snapshot has no intermediate copy. Leave it out, or set targetAccount to another account.',
    ['input', 'intermediateKmsKeyId'],
  );
}

/** Returns where the data of a snapshot comes from: the account that shares it, if that is configured. */
function originOf(snapshot: SnapshotRecord, { sources }: ChangeRequest): Pick<Source, 'account' | 'region'> {
  const { account, region } = snapshot.source;
  const owner = snapshot.kind.ownerAccountId(snapshot) ?? account;
  // A snapshot of an account that is not configured comes from outside, so copying it exports nothing.
  return { account: sources.accounts.has(owner) ? owner : account, region };
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
