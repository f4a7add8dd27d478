import { type ChangeBackend, withFirst } from '../../../changes/backend.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBRequest } from '../request.ts';
import type { DocumentDBSnapshot } from '../snapshot-kind.ts';
import { accountCopies } from './account-copies.ts';
import { createDocumentDBBackups } from './backup-settings.ts';
import { planCopy, requireRoute } from './copy.ts';
import { planCreate } from './create.ts';
import { planDelete, planDeletes } from './delete.ts';
import { createDocumentDBRestores } from './restore.ts';
import { documentDBRules } from './rules.ts';
import { planShare, planUnshare, planUnshares } from './share.ts';
import { planTag, planUntag } from './tags.ts';

const plans = {
  planCreate,
  planCopy,
  planDelete,
  planDeletes,
  planTag,
  planUntag,
  planShare,
  planUnshare,
  planUnshares,
};

/** The change backend of Amazon DocumentDB, for one request. */
export function createDocumentDBChanges(
  request: DocumentDBRequest,
): ChangeBackend<DocumentDBSnapshot, DocumentDBCluster> {
  return {
    rules: documentDBRules,
    find: (source, identifier) => request.snapshots.holderOf(source, identifier),
    requireRoute,
    restores: createDocumentDBRestores(request),
    accountCopies,
    backups: createDocumentDBBackups(request),
    planRetention: () => {
      throw new Error('Amazon DocumentDB does not support retention, as its rules state.');
    },
    ...withFirst(request, plans),
  };
}
