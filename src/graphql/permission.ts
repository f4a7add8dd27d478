import type { Permission } from '../snapshots/permission.ts';
import { builder } from './builder.ts';

export const PermissionEnum = builder.enumType('Permission', {
  description: 'Something that a principal may be granted, everywhere or in part of the sources.',
  values: {
    SNAPSHOT_READ: { description: 'See snapshots and clusters. What one may not see does not exist for one.' },
    SNAPSHOT_CREATE: { description: 'Make snapshots of clusters.' },
    SNAPSHOT_COPY: { description: 'Copy snapshots.' },
    SNAPSHOT_RETAIN: { description: 'Change how long snapshots are kept.' },
    SNAPSHOT_TAG: { description: 'Set and remove tags of snapshots.' },
    SNAPSHOT_DELETE: { description: 'Delete snapshots.' },
    SNAPSHOT_SHARE: { description: 'Share snapshots with other accounts, and take shares back.' },
    CLUSTER_CREDENTIALS: { description: 'Have temporary database credentials issued.' },
  } satisfies Record<Permission, object>,
});
