/** What a principal may be granted; each permission stands alone and implies no other. */
export const permissions = [
  'SNAPSHOT_READ',
  'SNAPSHOT_CREATE',
  'SNAPSHOT_COPY',
  'SNAPSHOT_RETAIN',
  'SNAPSHOT_TAG',
  'SNAPSHOT_DELETE',
  'SNAPSHOT_SHARE',
  'CLUSTER_CREDENTIALS',
] as const;

export type Permission = (typeof permissions)[number];
