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
  'SNAPSHOT_RELEASE',
] as const;

export type Permission = (typeof permissions)[number];
