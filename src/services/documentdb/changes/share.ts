import { ModifyDBClusterSnapshotAttributeCommand } from '@aws-sdk/client-docdb';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { SharingRefusedError, SnapgateError } from '../../../errors.ts';
import type { SnapshotSharing } from '../../../snapshots/sharing.ts';
import type { DocumentDBRequest } from '../request.ts';
import { anyAccount, restoreAttribute } from '../sharing.ts';
import { type DocumentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';

type Values = Pick<
  ConstructorParameters<typeof ModifyDBClusterSnapshotAttributeCommand>[0],
  'ValuesToAdd' | 'ValuesToRemove'
>;

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ModifyDBClusterSnapshotAttribute.html */
export function planShare(
  request: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  added: SnapshotSharing,
): Plan<DocumentDBSnapshot> {
  const values = valuesOf(added);
  const plan = planModify(request, snapshot, { ValuesToAdd: values }, (now) =>
    values.every((one) => now.includes(one)),
  );
  return { calls: plan.calls, run: () => plan.run().catch((error: unknown) => throwDefaultKeyError(error, snapshot)) };
}

/** Removing `all` does not remove individual accounts. A restore that is in progress continues. */
export function planUnshare(
  request: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  removed: SnapshotSharing,
): Plan<DocumentDBSnapshot> {
  const values = valuesOf(removed);
  return planModify(request, snapshot, { ValuesToRemove: values }, (now) => !values.some((one) => now.includes(one)));
}

/** Plans one call for all values. AWS returns the attributes; the snapshot itself does not change. */
function planModify(
  { sender, sharing }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  values: Values,
  isDone: (values: readonly string[]) => boolean,
): Plan<DocumentDBSnapshot> {
  const { source } = snapshot;
  const identifier = documentDBSnapshotKind.identifier(snapshot);
  const command = new ModifyDBClusterSnapshotAttributeCommand({
    DBClusterSnapshotIdentifier: identifier,
    AttributeName: restoreAttribute,
    ...values,
  });
  return planOne(sender.callForAll(source, command), {
    fromAnswer: ({ DBClusterSnapshotAttributesResult }) => DBClusterSnapshotAttributesResult && snapshot,
    readBack: async () => (isDone(valuesOf(await sharing.load(source, identifier))) ? snapshot : undefined),
  });
}

function valuesOf({ accounts, public: isPublic, others }: SnapshotSharing): string[] {
  return [...accounts, ...others, ...(isPublic ? [anyAccount] : [])];
}

/** AWS does not report which key is the account's default, except in the message of this error. */
function throwDefaultKeyError(error: unknown, snapshot: DocumentDBSnapshot): never {
  const isRefused = error instanceof SnapgateError && snapshot.aws.StorageEncrypted === true;
  if (!isRefused || !(error.cause instanceof Error) || !/default\b.*\bkey/i.test(error.cause.message)) throw error;
  const { fault, requestId, cause } = error;
  throw new SharingRefusedError(
    'DEFAULT_KMS_KEY',
    `Cannot share snapshot ${documentDBSnapshotKind.identifier(snapshot)}: it is encrypted with the account's default key, which no other account can use. Copy it with copySnapshot and another kmsKeyId, then share the copy.`,
    { fault, requestId, cause },
  );
}
