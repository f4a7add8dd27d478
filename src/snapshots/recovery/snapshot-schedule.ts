import type { NodeRecord } from '../record.ts';
import type { Source } from '../source.ts';
import type { Tag } from '../tag.ts';

/** A schedule on which AWS creates automated snapshots of the clusters that it is attached to. */
export interface SnapshotScheduleRecord extends NodeRecord {
  readonly __typename: 'SnapshotSchedule';
  readonly visibility: { readonly tags: readonly Tag[] };
  readonly arn: string;
  readonly description: string | null;
  /** In the grammar of AWS, such as `rate(12 hours)`. */
  readonly definitions: readonly string[];
  /** The next times at which AWS creates snapshots, as far as AWS reports them. */
  readonly nextInvocations: readonly Date[];
  /** The number of attached clusters; null if AWS does not report it. */
  readonly clusterCount: number | null;
  /** The attached clusters that AWS reports, at most 100. */
  readonly clusters: readonly ScheduledCluster[];
}

/** A cluster that a schedule is attached to. */
export interface ScheduledCluster {
  readonly source: Source;
  readonly identifier: string;
  readonly state: ScheduleAssociationState;
}

/** UNKNOWN if AWS reports no state, or one that is not known here. */
export type ScheduleAssociationState = 'MODIFYING' | 'ACTIVE' | 'FAILED' | 'UNKNOWN';

/** The number of clusters that a schedule is attached to, as far as AWS reports them. */
export function attachedCount({ clusterCount, clusters }: SnapshotScheduleRecord): number {
  return Math.max(clusterCount ?? 0, clusters.length);
}
