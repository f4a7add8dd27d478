import type { Usage } from '../../aws/usage.ts';
import type { Source } from '../../snapshots/source.ts';
import { type Backend, largestPage, pagesOf } from '../backend.ts';

/** A larger quota is not checked before a change: counting its snapshots would need more AWS calls than the change. */
const mostPages = 5;

/** Returns the quota of manual snapshots of a source: the configured value, or the AWS default. */
export function quotaOf(source: Source, { manualSnapshotQuota }: Backend): number {
  return source.manualSnapshotQuota ?? manualSnapshotQuota.standard;
}

/**
 * Whether a source has as many manual snapshots as its quota, regardless of visibility; false for a quota that needs
 * more than 5 AWS pages to count. Rejects if a page cannot be read.
 */
export async function isQuotaReached(backend: Backend, source: Source, usage: Usage): Promise<boolean> {
  const { snapshots: listing, manualSnapshotQuota } = backend;
  const quota = quotaOf(source, backend);
  if (quota > mostPages * largestPage) return false;
  let count = 0;
  const pages = pagesOf((marker) =>
    listing.read(source, manualSnapshotQuota.counted, { marker, size: largestPage }, usage),
  );
  for await (const { rows } of pages) {
    // Snapshots of other engines count too.
    count += rows.length;
    if (count >= quota) return true;
  }
  return false;
}
