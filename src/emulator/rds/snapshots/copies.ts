import type { CopyDBClusterSnapshotMessage, CopyDBClusterSnapshotResult, Tag } from '@aws-sdk/client-rds';

import { listedAt } from '../../world/assumptions.ts';
import { invalidCombination, invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { partitionOf } from '../../world/world.ts';
import { parseArn } from '../arns.ts';
import { rdsFault } from '../faults.ts';
import { requireSourceKey, resolveKey } from '../keys.ts';
import { readSnapshot, statusOf } from '../readings.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { relationTo } from './lists.ts';
import { requireRoom } from './snapshots.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { findSnapshot, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/** The source snapshot of a copy or a restore. */
interface Source {
  readonly snapshot: StoredSnapshot;
  readonly isForeign: boolean;
  readonly isElsewhere: boolean;
}

/**
 * Copies an available snapshot to a manual snapshot in the caller's account and region: by name from the same region,
 * by ARN from another region or account. `PreSignedUrl` is only checked: the emulator can read every region itself.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CopyDBClusterSnapshot.html
 */
export function copyDBClusterSnapshot(input: CopyDBClusterSnapshotMessage, call: Call): CopyDBClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const identifier = newIdentifier(input.TargetDBClusterSnapshotIdentifier ?? '', 'TargetDBClusterSnapshotIdentifier');
  const source = findSource(input.SourceDBClusterSnapshotIdentifier ?? '', call);
  checkPresignedUrl(input.PreSignedUrl);
  const key = targetKey(source, input.KmsKeyId, call);
  const tags = targetTags(source, input, call);
  requireRoom(identifier, call);
  const { snapshot } = source;
  const { KmsKeyId: _key, DBClusterSnapshotArn: origin, AvailabilityZones, startedAt: _started, ...members } = snapshot;
  const copy = completeSnapshot(
    {
      ...members,
      ...(key === undefined ? {} : { KmsKeyId: key }),
      ...(source.isElsewhere || !AvailabilityZones ? {} : { AvailabilityZones }),
      DBClusterSnapshotIdentifier: identifier,
      SourceDBClusterSnapshotArn: origin,
      SnapshotType: 'manual',
      TagList: tags,
      RestoreAccounts: [],
      PercentProgress: 0,
      listedAt: listedAt(call),
      statusUntilReady: 'copying',
      readyAt: now.getTime() + assumptions.snapshotSeconds * 1000,
    },
    here,
    now,
  );
  here.rds.snapshots.put(copy);
  return { DBClusterSnapshot: readSnapshot(copy, call) };
}

/** Returns the available snapshot with this name or ARN; throws a fault if the caller cannot use it. */
export function findSource(asked: string, { account, region, here, world, now }: Call): Source {
  const named = parseArn(asked);
  const isForeign = named !== undefined && named.account !== account;
  const isElsewhere = named !== undefined && named.region !== region;
  // The credentials of an account are valid in one partition only.
  if (named && partitionOf(named.region) !== here.partition) throw snapshotNotFound(asked);
  const place = named ? world.region(named.account, named.region) : here;
  const snapshot = findSnapshot(place, named?.name ?? asked);
  const isVisible = snapshot && (!isForeign || relationTo(snapshot, account) !== undefined);
  if (!isVisible || (named && named.kind !== 'cluster-snapshot')) throw snapshotNotFound(asked);
  if (isForeign && isElsewhere) {
    throw invalidCombination('A shared snapshot can be copied only within its own region.');
  }
  const status = statusOf(snapshot, now);
  if (status === 'available') return { snapshot, isForeign, isElsewhere };
  throw rdsFault('InvalidDBClusterSnapshotStateFault', `The source snapshot is not available; it is ${status}.`);
}

/** Returns the copy's key: the requested key, or the source's key within the same account and region. */
function targetKey({ snapshot, isForeign, isElsewhere }: Source, asked: string | undefined, call: Call) {
  if (!snapshot.StorageEncrypted) {
    if (asked) throw invalidCombination('KmsKeyId cannot be specified for the copy of an unencrypted snapshot.');
    return undefined;
  }
  requireSourceKey(snapshot, call);
  if (asked) return resolveKey(asked, call, 'Specified KMS key');
  if (!isForeign && !isElsewhere) return snapshot.KmsKeyId;
  throw rdsFault(
    'KMSKeyNotAccessibleFault',
    `KmsKeyId is required: the source snapshot's key ${snapshot.KmsKeyId} cannot be used for this copy.`,
  );
}

function targetTags(
  { snapshot, isForeign }: Source,
  input: CopyDBClusterSnapshotMessage,
  { assumptions }: Call,
): Tag[] {
  const { CopyTags = false, Tags = [] } = input;
  const isCopied = CopyTags && !isForeign && (Tags.length === 0 || assumptions.rdsCopyMergesTags);
  return mergeTags(isCopied ? snapshot.TagList : [], Tags);
}

function checkPresignedUrl(url: string | undefined): void {
  if (url !== undefined && !URL.canParse(url)) throw invalidValue(`The presigned URL is not valid: ${url}`);
}
