import { ModifyDBClusterSnapshotAttributeCommand } from '@aws-sdk/client-docdb';
import type { Revocation } from '../../../changes/backend.ts';
import { type Plan, planOne, together } from '../../../changes/plans/plan.ts';
import { defaultKeyRefusal } from '../../../changes/requirements/sharing.ts';
import { InvalidInputError, SnapgateError } from '../../../errors.ts';
import type { SnapshotSharing } from '../../../snapshots/sharing.ts';
import type { DocumentDBRequest } from '../request.ts';
import { anyAccount, restoreAttribute } from '../lookups/sharing.ts';
import { type DocumentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';
import { documentDBRules } from './rules.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ModifyDBClusterSnapshotAttribute.html */
export function planShare(
  request: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  added: SnapshotSharing,
): Plan<DocumentDBSnapshot> {
  const plan = planModify(request, snapshot, 'ValuesToAdd', valuesOf(added));
  return { calls: plan.calls, run: () => plan.run().catch((error: unknown) => throwDefaultKeyError(error, snapshot)) };
}

/** Removing `all` does not remove individual accounts. A restore that is in progress continues. */
export function planUnshare(
  request: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  removed: SnapshotSharing,
): Plan<DocumentDBSnapshot> {
  return planModify(request, snapshot, 'ValuesToRemove', valuesOf(removed));
}

/** Plans one call per snapshot, because AWS has no batch. */
export function planUnshares(request: DocumentDBRequest, revocations: readonly Revocation<DocumentDBSnapshot>[]) {
  return together(revocations.map(({ snapshot, removed }) => planUnshare(request, snapshot, removed)));
}

/** Plans one call for all values. AWS returns the attributes; the snapshot itself does not change. */
function planModify(
  { sender, afresh }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
  change: 'ValuesToAdd' | 'ValuesToRemove',
  values: readonly string[],
): Plan<DocumentDBSnapshot> {
  const { source } = snapshot;
  const identifier = documentDBSnapshotKind.identifier(snapshot);
  const isShared = change === 'ValuesToAdd';
  const readOpen = async () => {
    const now = valuesOf(await afresh().sharing.load(source, identifier));
    return values.filter((value) => now.includes(value) !== isShared);
  };
  const planValues = (some: readonly string[]) => {
    const command = new ModifyDBClusterSnapshotAttributeCommand({
      DBClusterSnapshotIdentifier: identifier,
      AttributeName: restoreAttribute,
      [change]: some,
    });
    return planOne(sender.callForAll(source, command), {
      fromAnswer: ({ DBClusterSnapshotAttributesResult }) => DBClusterSnapshotAttributesResult && snapshot,
      readBack: async () => ((await readOpen()).length === 0 ? snapshot : undefined),
    });
  };
  const plan = planValues(values);
  return {
    calls: plan.calls,
    run: () =>
      plan.run().catch(async (error: unknown) => {
        if (!(error instanceof InvalidInputError)) throw error;
        // AWS may refuse the whole call because another caller has made a part of the change in the meantime.
        const open = await readOpen().catch(() => values);
        if (open.length === values.length) throw error;
        return open.length === 0 ? snapshot : planValues(open).run();
      }),
  };
}

function valuesOf({ accounts, public: isPublic, others }: SnapshotSharing): string[] {
  return [...accounts, ...others, ...(isPublic ? [anyAccount] : [])];
}

/** Where AWS KMS did not describe the key, only the message of AWS says that it is the account's default. */
function throwDefaultKeyError(error: unknown, snapshot: DocumentDBSnapshot): never {
  const isRefused = error instanceof SnapgateError && snapshot.aws.StorageEncrypted === true;
  if (!isRefused || !(error.cause instanceof Error) || !namesDefaultKey(error.cause.message)) throw error;
  const { fault, requestId, cause } = error;
  throw defaultKeyRefusal(snapshot, documentDBRules, { fault, requestId, cause });
}

function namesDefaultKey(message: string): boolean {
  const [, ...rest] = message.split(/default\b/i);
  return /\bkey/i.test(rest.join(' '));
}
