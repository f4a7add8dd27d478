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
        'Only clusters without an available snapshot created at or after this time. Snapshots of a deleted cluster of the same name, and copies from another region or account, do not count. Reads the snapshots of the sources: for Amazon Redshift, those created since then; for Amazon DocumentDB, all of them, because AWS cannot list them by time. A cluster whose snapshots cannot be read is omitted, and its source is reported.',
    }),
  }),
});
