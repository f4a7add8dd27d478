import type { Permission } from '../snapshots/permission.ts';
import { builder } from './builder.ts';

export const PermissionEnum = builder.enumType('Permission', {
  description: 'A permission that can be granted to a caller, for all sources or for some of them.',
  values: {
    SNAPSHOT_READ: {
      description: 'Read snapshots and clusters. A resource that you may not read is reported as not found.',
    },
    SNAPSHOT_CREATE: { description: 'Create snapshots of clusters.' },
    SNAPSHOT_COPY: { description: 'Copy snapshots.' },
    SNAPSHOT_RETAIN: { description: 'Change the retention of snapshots.' },
    SNAPSHOT_TAG: { description: 'Add tags to snapshots, and remove tags from snapshots.' },
    SNAPSHOT_DELETE: { description: 'Delete snapshots.' },
    SNAPSHOT_SHARE: { description: 'Share snapshots with other accounts, and revoke their access.' },
    CLUSTER_CREDENTIALS: { description: 'Issue temporary database credentials for clusters.' },
    CLUSTER_RESTORE: {
      description: 'Restore clusters and tables from snapshots and backups, and add instances to clusters.',
    },
    BACKUP_CONFIGURE: {
      description:
        'Change the backup settings of clusters, and snapshot schedules. A change that makes AWS delete snapshots, or reduces the protection of a cluster, requires SNAPSHOT_DELETE too.',
    },
    SNAPSHOT_RELEASE: {
      description: 'Remove or change the hold tags that protect snapshots from deletion; requires SNAPSHOT_TAG too.',
    },
  } satisfies Record<Permission, object>,
});
