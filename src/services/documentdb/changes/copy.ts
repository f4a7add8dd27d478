import { CopyDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import type { CopyRoute, NewCopy } from '../../../changes/backend.ts';
import { clusterCopied, hasKeySent, isAsSent, planCreation } from '../../../changes/plans/creation.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import { InvalidInputError, NotSupportedError } from '../../../errors.ts';
import { keyRegion } from '../../../snapshots/kms-key.ts';
import { isOwn } from '../../../snapshots/snapshot.ts';
import { fromTags } from '../../../snapshots/tag.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';
import { documentDBRules } from './rules.ts';

/** AWS copies across regions or accounts, not both at once; if encrypted, with a KMS key in the copy's region. */
export function requireRoute(snapshot: DocumentDBSnapshot, { region, kmsKeyId }: CopyRoute): void {
  const name = documentDBSnapshotKind.identifier(snapshot);
  const isForeign = !isOwn(snapshot);
  const isElsewhere = region !== snapshot.source.region;
  if (isForeign && isElsewhere) {
    throw new NotSupportedError(
      `Cannot copy snapshot ${name} to ${region}: Amazon DocumentDB copies a snapshot of another account only within its region, ${snapshot.source.region}. Copy it within ${snapshot.source.region} first, then copy that copy to ${region}.`,
    );
  }
  const isEncrypted = snapshot.aws.StorageEncrypted === true;
  if (kmsKeyId !== undefined && !isEncrypted) {
    throw refusedKey(`Cannot encrypt the copy of snapshot ${name}: the snapshot is not encrypted. Omit kmsKeyId.`);
  }
  if (kmsKeyId === undefined && isEncrypted && (isForeign || isElsewhere)) {
    throw refusedKey(
      `Cannot copy snapshot ${name} without kmsKeyId: it is encrypted with a key that a copy in account ${snapshot.source.account}, region ${region} cannot use. Set kmsKeyId to a key that can be used there.`,
    );
  }
  if ((keyRegion(kmsKeyId ?? '') ?? region) !== region) {
    throw refusedKey(`kmsKeyId is ${JSON.stringify(kmsKeyId)}; it must be a key in the region of the copy, ${region}.`);
  }
}

/**
 * The call is sent to the region of the copy, which reads the snapshot from its region.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CopyDBClusterSnapshot.html
 */
export function planCopy(
  { sender, creations, afresh }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  copy: NewCopy,
): Plan<DocumentDBSnapshot> {
  const { target, identifier, kmsKeyId, copyTags, tags } = copy;
  const arn = documentDBSnapshotKind.arn(snapshot);
  const isBeside = isOwn(snapshot) && target === snapshot.source;
  const command = new CopyDBClusterSnapshotCommand({
    SourceDBClusterSnapshotIdentifier: isBeside ? documentDBSnapshotKind.identifier(snapshot) : arn,
    // AWS would convert the identifier to lowercase; this way, the plan shows the identifier that the copy will have.
    TargetDBClusterSnapshotIdentifier: identifier.toLowerCase(),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(copyTags && { CopyTags: true }),
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planCreation({ creations, source: target, identifier }, sender.call(target, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && documentDBSnapshot(target, DBClusterSnapshot),
    readBack: async () => {
      const reads = afresh();
      const found = await reads.snapshots.find(target, identifier);
      if (found === null) return undefined;
      const expected = copyTags ? await reads.tags.load(snapshot.source, arn) : tags;
      const now = await reads.tags.load(target, documentDBSnapshotKind.arn(found));
      const isSame = isAsSent(found, now, { ...clusterCopied(snapshot), tags: expected }, documentDBRules);
      const isOfSource = found.aws.SourceDBClusterSnapshotArn === arn;
      return { found, isAsSent: isSame && isOfSource && (await hasKeySent(found, copy)) };
    },
  });
}

function refusedKey(message: string): InvalidInputError {
  return new InvalidInputError(message, ['input', 'kmsKeyId']);
}
