import { type ChangeBackend, withFirst } from '../../../changes/backend.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import type { RedshiftSnapshot } from '../snapshot-kind.ts';
import { createRedshiftBackups } from './backup-settings.ts';
import { planCopy, requireRoute } from './copy.ts';
import { planCreate } from './create.ts';
import { planCredentials } from './credentials.ts';
import { planDelete, planDeletes } from './delete.ts';
import { createRedshiftRestores } from './restore.ts';
import { planRetention } from './retention.ts';
import { planRestoreTable } from './restore-table.ts';
import { redshiftRules } from './rules.ts';
import { createRedshiftScheduleChanges } from './schedules.ts';
import { planShare, planUnshare, planUnshares } from './share.ts';
import { planTag, planUntag } from './tags.ts';

const plans = {
  planCreate,
  planCopy,
  planDelete,
  planDeletes,
  planRetention,
  planTag,
  planUntag,
  planCredentials,
  planRestoreTable,
  planShare,
  planUnshare,
  planUnshares,
};

/** The change backend of Amazon Redshift, for one request. */
export function createRedshiftChanges(request: RedshiftRequest): ChangeBackend<RedshiftSnapshot, RedshiftCluster> {
  return {
    rules: redshiftRules,
    find: async (source, identifier) => request.snapshots.find(source, identifier),
    requireRoute,
    restores: createRedshiftRestores(request),
    schedules: createRedshiftScheduleChanges(request),
    backups: createRedshiftBackups(request),
    ...withFirst(request, plans),
  };
}
