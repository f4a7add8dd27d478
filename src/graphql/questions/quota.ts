import type { ManualSnapshots } from '../../fleet/questions/questions.ts';
import { calls } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { CountType } from '../lists/count.ts';
import { SourceType } from '../source.ts';

const ManualSnapshotsType = builder.objectRef<ManualSnapshots>('ManualSnapshots').implement({
  description: 'How many manual snapshots a source has and may have.',
  fields: (t) => ({
    count: t.expose('count', {
      type: CountType,
      description:
        'How many it has, by AWS’s own counting: for Amazon DocumentDB those of Aurora and Neptune too, which share the quota.',
    }),
    quota: t.exposeInt('quota', {
      description:
        'How many it may have: as configured, or the default of AWS (Amazon Redshift 20, Amazon DocumentDB 100).',
    }),
    remaining: t.int({
      description: 'How many more can be made.',
      resolve: ({ count, quota }) => Math.max(0, quota - count.value),
    }),
  }),
});

builder.objectFields(SourceType, (t) => ({
  manualSnapshots: t.field({
    type: ManualSnapshotsType,
    nullable: true,
    description:
      'Its manual snapshots against their quota. Reads all of them, a call for each 100, or what others read shortly before. Null with an error where AWS does not answer, or where your grants show only a part of them.',
    extensions: { price: calls(20) },
    resolve: (source, _args, ctx) => ctx.fleet.questions.manualSnapshots(source),
  }),
}));
