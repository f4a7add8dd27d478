import { CopyDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import type { CopyRoute, NewCopy } from '../../../changes/backend.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { InvalidInputError, NotSupportedError } from '../../../errors.ts';
import { isOwn } from '../../../snapshots/snapshot.ts';
import { fromTags } from '../../../snapshots/tag.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';

/** AWS copies across regions or across accounts, not both at once, and needs a key of the place where the copy will be. */
export function requireRoute(snapshot: DocumentDBSnapshot, { region, kmsKeyId }: CopyRoute): void {
  const name = documentDBSnapshotKind.identifier(snapshot);
  const isForeign = !isOwn(snapshot);
  const isElsewhere = region !== snapshot.source.region;
  if (isForeign && isElsewhere) {
    throw new NotSupportedError(
      `Amazon DocumentDB copies a snapshot of another account only within its region, here ${snapshot.source.region}. Copy ${name} there first, then copy the copy to ${region}.`,
    );
  }
  const isEncrypted = snapshot.aws.StorageEncrypted === true;
  if (kmsKeyId !== undefined && !isEncrypted) {
    throw refusedKey(`The snapshot ${name} is not encrypted, and a copy of it cannot be. Leave kmsKeyId out.`);
  }
  if (kmsKeyId === undefined && isEncrypted && (isForeign || isElsewhere)) {
    throw refusedKey(
      `The snapshot ${name} is encrypted with a key that a copy in account ${snapshot.source.account}, region ${region} cannot use. Give the kmsKeyId of one that it can.`,
    );
  }
  const [, keyRegion = region] = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKeyId ?? '') ?? [];
  if (keyRegion !== region) {
    throw refusedKey(
      `kmsKeyId is ${JSON.stringify(kmsKeyId)}; it may be a key of the region of the copy, which is ${region}.`,
    );
  }
}

/**
 * The region of the copy is asked, which fetches it from the region of the source.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CopyDBClusterSnapshot.html
 */
export function planCopy(
  { sender, snapshots }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  { target, identifier, kmsKeyId, copyTags, tags }: NewCopy,
): Plan<DocumentDBSnapshot> {
  const arn = documentDBSnapshotKind.arn(snapshot);
  const isBeside = isOwn(snapshot) && target === snapshot.source;
  const command = new CopyDBClusterSnapshotCommand({
    SourceDBClusterSnapshotIdentifier: isBeside ? documentDBSnapshotKind.identifier(snapshot) : arn,
    // AWS folds it all the same; the plan shows the name that the copy will have.
    TargetDBClusterSnapshotIdentifier: identifier.toLowerCase(),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(copyTags && { CopyTags: true }),
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planOne(sender.call(target, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && documentDBSnapshot(target, DBClusterSnapshot),
    // The name was free before, so a copy of this snapshot that has it now was made by this call.
    readBack: async () => {
      const found = await snapshots.find(target, identifier);
      return found && found.aws.SourceDBClusterSnapshotArn === arn ? found : undefined;
    },
  });
}

function refusedKey(message: string): InvalidInputError {
  return new InvalidInputError(message, ['input', 'kmsKeyId']);
}
