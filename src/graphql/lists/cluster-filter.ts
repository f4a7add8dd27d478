import { builder } from '../builder.ts';
import { sourceConditions } from './source-conditions.ts';

export const ClusterFilterInput = builder.inputType('ClusterFilter', {
  description:
    'The conditions that clusters must meet to be returned: all conditions must be met, and a condition with several values is met by any of them.',
  fields: (t) => ({
    ...sourceConditions(t, 'clusters'),
    identifiers: t.stringList({
      description:
        'Only clusters with exactly these identifiers; case-insensitive. Sent to AWS; for several identifiers, all clusters of Amazon Redshift are read, because it accepts only one.',
    }),
    withoutSnapshotSince: t.field({
      type: 'DateTime',
      description:
        'Only clusters without an available snapshot created at or after this time. Snapshots of a deleted cluster of the same name, and copies from another region or account, do not count. Reads the snapshots of the sources: for Amazon Redshift, those created since then; for Amazon DocumentDB, all of them, because AWS cannot list them by time. A cluster whose snapshots cannot be read is omitted, and its source is PARTIAL.',
    }),
    withoutSnapshotForHours: t.int({
      description:
        'Only clusters without an available snapshot created in this number of hours before the request, 1 to 8784 (366 days); for example, 168 for the last week. For a longer time, set `withoutSnapshotSince`; the two cannot be combined. The same snapshots count, and are read, as for `withoutSnapshotSince`, but requests of the same day share one read. All pages of a list are compared with the time of its first page.',
    }),
    gapWithinDays: t.int({
      description:
        'Only clusters with a gap: at least one of this number of days before today, 1 to 366, has no available snapshot. Today does not count, because it is not over, and neither do days before the day on which the cluster was created. The same snapshots count, and are read, as for `withoutSnapshotSince`, but requests of the same day share one read. A cluster is omitted, and its source is PARTIAL, if its snapshots cannot be read, or if it has a gap but AWS does not report when it was created. All pages of a list are compared with the days of its first page.',
    }),
    timeZone: t.string({
      description:
        'The IANA name of the time zone in which the days of `gapWithinDays` are counted, such as `Europe/Berlin`. Defaults to UTC. Requires `gapWithinDays`.',
    }),
  }),
});
