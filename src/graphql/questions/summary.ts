import type { SnapshotSummary } from '../../fleet/questions/questions.ts';
import type { DimensionValue, MonthlyCost, SnapshotDimension, SnapshotGroup } from '../../fleet/questions/summary.ts';
import { isAnswered } from '../../fleet/reports.ts';
import { summary } from '../../limits/field-prices.ts';
import { perSource } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { CountType } from '../lists/count.ts';
import { SnapshotFilterInput } from '../lists/filter.ts';
import { SourceReportType } from '../source.ts';

const dimensions = {
  SERVICE: { description: 'The AWS service.' },
  ACCOUNT: { description: 'The account that sees them.' },
  REGION: { description: 'The region.' },
  CLUSTER: {
    description:
      'The name of the cluster; add the others where one name stands in several accounts, regions or services.',
  },
  TYPE: { description: 'How they came to be.' },
  STATUS: { description: 'What they are doing.' },
} as const satisfies Record<SnapshotDimension, object>;

const SnapshotDimensionEnum = builder.enumType('SnapshotDimension', {
  description: 'What snapshots can be grouped by.',
  values: dimensions,
});

const DimensionValueType = builder.objectRef<DimensionValue>('DimensionValue').implement({
  description: 'What the snapshots of a group have in common.',
  fields: (t) => ({
    dimension: t.expose('dimension', { type: SnapshotDimensionEnum, description: 'In which respect.' }),
    value: t.exposeString('value', { description: 'The value that all of them have.' }),
  }),
});

const MonthlyCostType = builder.objectRef<MonthlyCost>('MonthlyCost').implement({
  description:
    'An estimate of what known sizes cost for a month, by the configured prices of a gigabyte of 1024 megabytes. AWS bills less where backups share storage or are free, and bills what others share to its owner, so that it is not counted here.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', { description: 'The cost of the sizes that are known.' }),
    currency: t.exposeString('currency', { description: 'The currency that the configuration names.' }),
    unknownCount: t.exposeInt('unknownCount', {
      description: 'Snapshots that are not in the amount, because their size or their price is not known.',
    }),
  }),
});

const SnapshotGroupType = builder.objectRef<SnapshotGroup>('SnapshotGroup').implement({
  description: 'Snapshots that have the same value in every dimension asked for.',
  fields: (t) => ({
    keys: t.field({
      type: [DimensionValueType],
      description: 'What they have in common, in the order of `groupBy`.',
      resolve: (group) => [...group.keys],
    }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      description:
        'The sum of the total megabytes that AWS tells. Each counts in full, though backups of one cluster share storage.',
    }),
    unknownSizeCount: t.exposeInt('unknownSizeCount', {
      description: 'Snapshots whose size AWS does not tell, which are not in the sum: all of Amazon DocumentDB.',
    }),
    oldestAt: t.expose('oldestAt', { type: 'DateTime', nullable: true, description: 'When the oldest began.' }),
    newestAt: t.expose('newestAt', { type: 'DateTime', nullable: true, description: 'When the newest began.' }),
    monthlyCost: t.expose('monthlyCost', {
      type: MonthlyCostType,
      nullable: true,
      description: 'What their known sizes cost for a month. Null when no prices are configured.',
    }),
  }),
});

const SnapshotSummaryType = builder.objectRef<SnapshotSummary>('SnapshotSummary').implement({
  description: 'Snapshots in numbers, with a report on every source.',
  fields: (t) => ({
    groups: t.field({
      type: [SnapshotGroupType],
      description: 'One group for each combination of values that occurs; one of everything without `groupBy`.',
      resolve: ({ groups }) => [...groups],
    }),
    total: t.expose('total', { type: CountType, description: 'How many snapshots the groups hold together.' }),
    sources: t.field({
      type: [SourceReportType],
      description: 'Every source that the query asks for, and when it was read.',
      extensions: { price: perSource },
      resolve: ({ sources }) => [...sources],
    }),
    isComplete: t.boolean({
      description: 'False when a source did not answer in full, so that snapshots may be missing.',
      resolve: ({ sources }) => sources.every(isAnswered),
    }),
  }),
});

builder.queryField('snapshotSummary', (t) =>
  t.field({
    type: SnapshotSummaryType,
    description:
      'Counts and sizes by any dimensions. Reads every source in full, a call for each 100 snapshots, or what others read of it shortly before.',
    args: {
      filter: t.arg({ type: SnapshotFilterInput, description: 'Which snapshots to count.' }),
      groupBy: t.arg({
        type: [SnapshotDimensionEnum],
        required: true,
        defaultValue: [],
        description: 'What to group them by; nothing for one sum.',
      }),
    },
    extensions: { price: summary },
    resolve: (_root, args, ctx) => ctx.fleet.questions.snapshotSummary(args),
  }),
);
