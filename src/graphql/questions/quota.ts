import type { ManualSnapshots } from '../../fleet/questions/questions.ts';
import { manualSnapshots } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { CountType } from '../lists/count.ts';
import { SourceType } from '../source.ts';

const ManualSnapshotsType = builder.objectRef<ManualSnapshots>('ManualSnapshots').implement({
  description: 'The number of manual snapshots in a source, and the AWS quota for them.',
  fields: (t) => ({
    count: t.expose('count', {
      type: CountType,
      description:
        'The number of manual snapshots that AWS counts against the quota. For Amazon DocumentDB, this includes snapshots of Amazon Aurora and Amazon Neptune, which share the quota.',
    }),
    quota: t.exposeInt('quota', {
      description:
        'The maximum number of manual snapshots: the configured value, or the AWS default (Amazon Redshift: 20, Amazon DocumentDB: 100).',
    }),
    remaining: t.int({
      description: 'The number of manual snapshots that can still be created; an upper bound if `count` is AT_LEAST.',
      resolve: ({ count, quota }) => Math.max(0, quota - count.value),
    }),
  }),
});

builder.objectFields(SourceType, (t) => ({
  manualSnapshots: t.field({
    type: ManualSnapshotsType,
    nullable: true,
    description:
      'The number of manual snapshots in this source, and the AWS quota for them. Reads all manual snapshots, one AWS call per 100 snapshots; a recent full read is reused. If AWS fails after the first page, the count is AT_LEAST. Null, with an error, if AWS does not respond or if your grants cover only some of the snapshots.',
    extensions: { price: manualSnapshots },
    resolve: (source, _args, ctx) => ctx.fleet.questions.manualSnapshots(source),
  }),
}));
