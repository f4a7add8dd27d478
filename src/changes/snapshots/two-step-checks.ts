import {
  type InputProblem,
  InvalidInputError,
  InvalidStateError,
  NotSupportedError,
  SnapgateError,
} from '../../errors.ts';
import { keyRegion } from '../../snapshots/kms-key.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { Permission } from '../../snapshots/permission.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { refuse } from '../input/problems.ts';
import type { ChangeRequest } from '../request.ts';
import { requireAvailableSnapshot, requireNewTags, requireRoom } from '../requirements/requirements.ts';
import { describeParties, isNobody, without } from '../requirements/sharing.ts';
import { noParties, requireAccountRoom } from './share-snapshot.ts';
import type { CopyOptions, Steps } from './two-step-plan.ts';
import { isFar, type Route, type State } from './two-step-state.ts';

/** The input of a copy to another account. */
export interface AccountCopyInput {
  readonly identifier: string;
  readonly targetAccount: string;
  readonly targetRegion?: Maybe<string>;
  readonly kmsKeyId?: Maybe<string>;
  readonly intermediateKmsKeyId?: Maybe<string>;
  readonly copyTags?: Maybe<boolean>;
  readonly tags?: Maybe<readonly Tag[]>;
  readonly dryRun?: Maybe<boolean>;
}

/** Returns the sources of the target account in the region of the snapshot, and in that of the copy. */
export function requirePlaces(
  snapshot: SnapshotRecord,
  { targetAccount, targetRegion }: AccountCopyInput,
  { sources }: ChangeRequest,
): Pick<Route, 'bridge' | 'target'> {
  const { region, service } = snapshot.source;
  if (!isOwn(snapshot)) {
    throw new NotSupportedError(
      `Cannot copy snapshot ${snapshot.kind.identifier(snapshot)} to account ${targetAccount}: it belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and only its owner can share it. Leave out targetAccount to copy it to account ${snapshot.source.account}.`,
    );
  }
  const at = (place: string, field: string) => {
    const source = sources.at(targetAccount, place, service);
    if (source) return source;
    const known = sources.all.filter((each) => each.service === service && each.account === targetAccount);
    throw new InvalidInputError(
      `The copy needs account ${targetAccount} in ${place}, where it has no ${service} source that you can read. A copy to another account is first made in the region of the snapshot. Sources of the account: ${known.map((each) => each.region).join(', ') || 'none'}.`,
      ['input', field],
    );
  };
  return { bridge: at(region, 'targetAccount'), target: at(targetRegion ?? region, 'targetRegion') };
}

/** Throws for keys that are missing, not needed, or of another region. AWS refuses them only after hours. */
export function requireKeysFit(
  snapshot: SnapshotRecord,
  target: Source,
  { kmsKeyId, intermediateKmsKeyId }: AccountCopyInput,
): void {
  const isEncrypted = snapshot.kind.encrypted(snapshot) === true;
  const name = snapshot.kind.identifier(snapshot);
  const problemsOf = (field: string, key: Maybe<string>, region: string): InputProblem[] => {
    if (key == null) return [];
    const path = ['input', field];
    if (!isEncrypted) {
      return [{ field: path, message: `${field} is set, but the snapshot ${name} is not encrypted. Leave it out.` }];
    }
    if ((keyRegion(key) ?? region) === region) return [];
    return [{ field: path, message: `${field} is ${JSON.stringify(key)}; it must be a key in ${region}.` }];
  };
  const isMissing = isEncrypted && kmsKeyId == null;
  refuse([
    ...(isMissing
      ? [
          {
            field: ['input', 'kmsKeyId'],
            message: `kmsKeyId is missing: the snapshot ${name} is encrypted, and its copy in account ${target.account}, region ${target.region} needs a key that this account can use there.`,
          },
        ]
      : []),
    ...problemsOf('kmsKeyId', kmsKeyId, target.region),
    ...problemsOf('intermediateKmsKeyId', intermediateKmsKeyId, snapshot.source.region),
  ]);
}

/**
 * Whether a copy of the snapshot must be shared in its place: automated snapshots cannot be shared, nor can snapshots
 * under a key that AWS manages. Throws INVALID_INPUT if the copy needs another key, and none is given.
 */
export async function needsHandover(
  snapshot: SnapshotRecord,
  { intermediateKmsKeyId }: AccountCopyInput,
  { kmsKeyOf, keyNamed }: ChangeRequest,
): Promise<boolean> {
  const isAutomated = snapshot.kind.type(snapshot) !== 'MANUAL';
  if (snapshot.kind.encrypted(snapshot) !== true) return isAutomated;
  const field = ['input', 'intermediateKmsKeyId'];
  const advice = `Set intermediateKmsKeyId to a customer key in ${snapshot.source.region} that both accounts may use.`;
  const isManaged = async (read: () => Promise<{ readonly managedByAws: boolean } | null>) => {
    try {
      return (await read())?.managedByAws ?? null;
    } catch (error) {
      if (error instanceof SnapgateError) return null;
      throw error;
    }
  };
  if (intermediateKmsKeyId != null) {
    if (!(await isManaged(async () => keyNamed(snapshot.source, intermediateKmsKeyId)))) return true;
    throw new InvalidInputError(
      `intermediateKmsKeyId is ${JSON.stringify(intermediateKmsKeyId)}, a key that AWS manages and that no other account can use. ${advice}`,
      field,
    );
  }
  const own = await isManaged(async () => kmsKeyOf(snapshot));
  if (own === false) return isAutomated;
  const why = own ? 'is a key that AWS manages' : 'may be a key that AWS manages, because AWS KMS did not describe it';
  throw new InvalidInputError(
    `intermediateKmsKeyId is missing: the key of snapshot ${snapshot.kind.identifier(snapshot)} ${why}, so that the snapshot cannot be shared. ${advice}`,
    field,
  );
}

/**
 * Checks, before anything is changed, everything that is left of a copy: permissions, hold tags, the state of the
 * snapshot, and quotas.
 */
export async function requireSteps(
  route: Route,
  state: State,
  { parts }: Pick<Steps, 'parts'>,
  options: Pick<CopyOptions, 'intermediateTags' | 'copyTags' | 'needsHandover'> & { readonly isDryRun: boolean },
  request: ChangeRequest,
): Promise<void> {
  const { snapshot, bridge, target } = route;
  const { rights } = request;
  const createsHandover = parts.includes('handover');
  const createsReceived = parts.includes('share') && isFar(route);
  const isDirect = parts.includes('share') && state.handover === null && !createsHandover;
  if (createsHandover) {
    rights.requireWith(['SNAPSHOT_SHARE', 'SNAPSHOT_DELETE'], snapshot.source, options.intermediateTags);
  }
  if (createsReceived) rights.requireWith(['SNAPSHOT_COPY', 'SNAPSHOT_DELETE'], bridge, options.intermediateTags);
  if (state.copy === null) await requireNewTags('SNAPSHOT_COPY', target, () => options.copyTags, rights);
  if ((isDirect && !state.isSnapshotShared) || state.isMarked) await rights.require('SNAPSHOT_SHARE', snapshot);
  await requireRemovable(state, route, request);

  if (createsHandover || isDirect) requireAvailableSnapshot(snapshot, 'copy');
  if (isDirect && !state.isSnapshotShared) await requireShareRoom(route, request);
  const creations = new Set([
    ...(createsHandover ? [snapshot.source] : []),
    ...(createsReceived ? [bridge] : []),
    ...(state.copy === null ? [target] : []),
  ]);
  for (const source of creations) {
    // oxlint-disable-next-line no-await-in-loop -- the first error counts
    await requireRoom(source, options.isDryRun, request);
  }
}

/** Throws if an intermediate copy that exists cannot be deleted in the end. */
export async function requireRemovable(
  { handover, received }: Pick<State, 'handover' | 'received'>,
  { target }: Route,
  request: ChangeRequest,
): Promise<void> {
  const { rights } = request;
  const requireAll = async (permissions: readonly Permission[], record: SnapshotRecord) => {
    for (const permission of permissions) {
      // oxlint-disable-next-line no-await-in-loop -- the first error counts
      await rights.require(permission, record);
    }
    await requireUnheld(record, request);
  };
  if (received !== null) await requireAll(['SNAPSHOT_COPY', 'SNAPSHOT_DELETE'], received);
  if (handover === null) return;
  await requireAll(['SNAPSHOT_SHARE', 'SNAPSHOT_DELETE'], handover);
  const sharing = (await request.sharingOf(handover)) ?? noParties;
  const others = without(sharing, { ...noParties, accounts: [target.account] });
  if (isNobody(others)) return;
  throw new InvalidStateError(
    'SHARED',
    `The intermediate copy ${handover.kind.identifier(handover)} is also shared with ${describeParties(others)}, so it cannot be deleted when the copy is complete. Revoke this access with unshareSnapshot, then repeat the mutation.`,
  );
}

/** Throws HELD for a snapshot that has a hold tag: copies to other accounts delete no snapshot that is held. */
export async function requireUnheld(snapshot: SnapshotRecord, { policy, tagsOf }: ChangeRequest): Promise<void> {
  const keys = policy.deletions.holdTags(snapshot.source);
  if (keys.length === 0) return;
  const hold = ((await tagsOf(snapshot)) ?? []).find(({ key }) => keys.includes(key));
  if (hold === undefined) return;
  throw new InvalidStateError(
    'HELD',
    `The copy ${snapshot.kind.identifier(snapshot)} has the hold tag ${hold.key}, so copySnapshot cannot delete it. Ask a caller with the permission SNAPSHOT_RELEASE to remove the tag, then repeat the mutation.`,
  );
}

async function requireShareRoom({ snapshot, target }: Route, { sharingOf }: ChangeRequest): Promise<void> {
  const present = (await sharingOf(snapshot)) ?? noParties;
  requireAccountRoom(snapshot, present, { ...noParties, accounts: [target.account] });
}

/** The errors after which a step can never succeed as it was requested, so that what was made for it is removed. */
export function isRefusal(error: unknown): error is SnapgateError {
  const codes = ['FORBIDDEN', 'INVALID_INPUT', 'NOT_SUPPORTED', 'SHARING_REFUSED'];
  return error instanceof SnapgateError && codes.includes(error.code);
}
