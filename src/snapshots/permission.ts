/** The permissions that can be granted to a principal; no permission implies another. */
export const permissions = [
  'SNAPSHOT_READ',
  'SNAPSHOT_CREATE',
  'SNAPSHOT_COPY',
  'SNAPSHOT_RETAIN',
  'SNAPSHOT_TAG',
  'SNAPSHOT_DELETE',
  'SNAPSHOT_SHARE',
  'CLUSTER_CREDENTIALS',
  'CLUSTER_RESTORE',
  'BACKUP_CONFIGURE',
  'SNAPSHOT_RELEASE',
] as const;

export type Permission = (typeof permissions)[number];

/** The permissions that changes of a snapshot, of another account's snapshot, and of a cluster require. */
export const permissionsOf = {
  ownSnapshot: [
    'SNAPSHOT_READ',
    'SNAPSHOT_COPY',
    'SNAPSHOT_RETAIN',
    'SNAPSHOT_TAG',
    'SNAPSHOT_DELETE',
    'SNAPSHOT_SHARE',
    'CLUSTER_RESTORE',
    'SNAPSHOT_RELEASE',
  ],
  sharedSnapshot: ['SNAPSHOT_READ', 'SNAPSHOT_COPY', 'CLUSTER_RESTORE'],
  cluster: [
    'SNAPSHOT_READ',
    'SNAPSHOT_CREATE',
    'SNAPSHOT_DELETE',
    'CLUSTER_CREDENTIALS',
    'CLUSTER_RESTORE',
    'BACKUP_CONFIGURE',
  ],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;
