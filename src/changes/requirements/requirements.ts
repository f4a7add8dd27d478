import type { Rights } from '../../access/rights.ts';
import {
  AlreadyExistsError,
  ForbiddenError,
  InvalidStateError,
  NotSupportedError,
  QuotaExceededError,
  SnapgateError,
} from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { serviceTable } from '../../snapshots/service.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { Permission } from '../../snapshots/permission.ts';
import { isOwn, neverAvailable, type SnapshotRecord, snapshotStatus, toWord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { ChangeBackend } from '../backend.ts';
import type { ChangeRequest } from '../request.ts';
import type { Rules } from '../input/rules.ts';

/**
 * Throws unless the cluster is available; `verb` completes the message "Cannot … cluster". AWS can add a second word to
 * the status: `available, prep-for-resize`.
 */
export function requireAvailable(cluster: ClusterRecord, verb = 'create a snapshot of'): void {
  const status = cluster.kind.rawStatus(cluster);
  if (/^available\b/.test(toWord(status))) return;
  throw new InvalidStateError(
    'CLUSTER_NOT_AVAILABLE',
    `Cannot ${verb} cluster ${cluster.kind.identifier(cluster)}: its status is ${status}, and AWS requires an available cluster. Wait until the cluster is available, then retry.`,
  );
}

/** Throws unless the snapshot is available; `verb` completes the message "Cannot … snapshot". */
export function requireAvailableSnapshot(snapshot: SnapshotRecord, verb: string): void {
  const status = snapshotStatus(snapshot);
  if (status === 'AVAILABLE') return;
  const advice = neverAvailable.includes(status)
    ? 'It will not become available: use another snapshot.'
    : 'Wait until it is available, for example with snapshotProgress, then retry.';
  throw new InvalidStateError(
    'NOT_AVAILABLE',
    `Cannot ${verb} snapshot ${snapshot.kind.identifier(snapshot)}: its status is ${snapshot.kind.rawStatus(snapshot)}, and the snapshot must be available. ${advice}`,
  );
}

/** Throws if another account owns the snapshot: it can only be restored and copied; `verb` completes "Cannot …". */
export function requireOwn(snapshot: SnapshotRecord, verb: string): void {
  if (isOwn(snapshot)) return;
  throw new ForbiddenError(
    `Cannot ${verb} snapshot ${snapshot.kind.identifier(snapshot)}: it belongs to account ${snapshot.kind.ownerAccountId(snapshot)}, and only its owner can change or delete it.`,
  );
}

/** Throws for an automated snapshot, which AWS manages; `verb` completes "Cannot …", `advice` ends the message. */
export function requireManual(snapshot: SnapshotRecord, verb: string, advice: string): void {
  if (snapshot.kind.type(snapshot) !== 'AUTOMATED') return;
  throw new InvalidStateError(
    'NOT_MANUAL',
    `Cannot ${verb} snapshot ${snapshot.kind.identifier(snapshot)}: it is automated. ${advice}`,
  );
}

/** Throws if the caller would lack the permission for a new snapshot, or could not read it, because of its tags. */
export function requireNewTags(
  permission: Permission,
  target: Source,
  tags: () => MaybePromise<readonly Tag[]>,
  rights: Rights,
): Promise<void> {
  return rights.requireTagged([permission, 'SNAPSHOT_READ'], target, { changed: undefined, after: tags });
}

/** Throws if a snapshot of any cluster has the name; the message contains its ARN only if the caller can see it. */
export async function requireFree(
  backend: Pick<ChangeBackend, 'find'>,
  source: Source,
  name: string,
  rights: Rights,
): Promise<void> {
  const taken = await backend.find(source, name);
  if (taken !== null) throw await nameTaken(taken, source, name, rights);
}

/** Returns the error for a name that a snapshot has; the message contains its ARN only if the caller can see it. */
export async function nameTaken(
  taken: SnapshotRecord | 'OTHER_ENGINE',
  source: Source,
  name: string,
  rights: Rights,
): Promise<AlreadyExistsError> {
  const where = `account ${source.account}, region ${source.region}`;
  return new AlreadyExistsError(
    taken !== 'OTHER_ENGINE' && (await rights.sees(taken))
      ? `The identifier ${taken.kind.identifier(taken)} is already in use in ${where} by the snapshot ${taken.kind.arn(taken)}. Choose another identifier, or delete that snapshot first.`
      : `The identifier ${name} is already in use in ${where}. Choose another identifier.`,
  );
}

/**
 * Throws if a source has reached its quota of manual snapshots. For a change that is made, only a configured quota
 * counts: AWS may have raised the default, and then the gateway must not refuse a snapshot.
 */
export async function requireRoom(
  target: Source,
  isDryRun: boolean,
  { isQuotaReached }: Pick<ChangeRequest, 'isQuotaReached'>,
): Promise<void> {
  if (!isDryRun && target.manualSnapshotQuota === null) return;
  // If the snapshots cannot be counted, AWS decides.
  const isReached = await isQuotaReached(target).catch(falseIfRefused);
  if (!isReached) return;
  throw new QuotaExceededError(
    `Cannot create the snapshot: account ${target.account}, region ${target.region} has reached the quota of manual snapshots of ${serviceTable[target.service].title}. Delete a snapshot first. If AWS has raised the quota, the operator can set it under accounts[].quotas in the configuration.`,
  );
}

function falseIfRefused(error: unknown): false {
  if (error instanceof SnapgateError) return false;
  throw error;
}

/** Throws for a service without retention periods, which keeps every manual snapshot until it is deleted. */
export function requireRetention({ hasRetention, serviceName }: Rules): void {
  if (hasRetention) return;
  throw new NotSupportedError(
    `Cannot set a retention period: ${serviceName} keeps manual snapshots until they are deleted. Leave out the retention period, and delete the snapshot when it is no longer needed.`,
  );
}
