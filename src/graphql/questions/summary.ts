import type { SnapshotSummary } from '../../fleet/questions/questions.ts';
import type { DimensionValue, MonthlyCost, SnapshotDimension, SnapshotGroup } from '../../fleet/questions/summary.ts';
import { isAnswered } from '../../fleet/reports.ts';
import { summary } from '../../limits/field-prices.ts';
import { perSource } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { CountType } from '../lists/count.ts';
import { SnapshotFilterInput } from '../lists/snapshot-filter.ts';
import { SourceReportType } from '../source.ts';

const dimensions = {
  SERVICE: { description: 'Group by the AWS service.' },
  ACCOUNT: { description: 'Group by the account that lists the snapshots.' },
  REGION: { description: 'Group by the AWS region.' },
  CLUSTER: {
    description:
      'Group by the identifier of the cluster. If the same identifier exists in several accounts, regions or services, group by these as well.',
  },
  TYPE: { description: 'Group by the type of the snapshots.' },
  STATUS: { description: 'Group by the status of the snapshots.' },
} as const satisfies Record<SnapshotDimension, object>;

const SnapshotDimensionEnum = builder.enumType('SnapshotDimension', {
  description: 'The dimensions that snapshots can be grouped by.',
  values: dimensions,
});

const DimensionValueType = builder.objectRef<DimensionValue>('DimensionValue').implement({
  description: 'The value that all snapshots of a group have in one dimension.',
  fields: (t) => ({
    dimension: t.expose('dimension', { type: SnapshotDimensionEnum, description: 'The dimension of this value.' }),
    value: t.exposeString('value', {
      description: 'The value that all snapshots of the group have in this dimension.',
    }),
  }),
});

const MonthlyCostType = builder.objectRef<MonthlyCost>('MonthlyCost').implement({
  description:
    'An estimate of the monthly storage cost of snapshots, based on their known sizes and the configured prices per gigabyte (1024 megabytes). AWS bills less if backups share storage or are free. Snapshots that other accounts share are not included, because AWS bills them to their owner.',
  fields: (t) => ({
    amount: t.exposeFloat('amount', {
      nullable: true,
      description:
        'The estimated monthly cost of the snapshots whose size and price are known. Null if the group has snapshots that are billed to the account, and the cost of none of them is known.',
    }),
    currency: t.exposeString('currency', { description: 'The currency of the amount, as configured.' }),
    unknownCount: t.exposeInt('unknownCount', {
      description:
        'The number of snapshots that are not included in the amount, because their size or price is unknown.',
    }),
  }),
});

const SnapshotGroupType = builder.objectRef<SnapshotGroup>('SnapshotGroup').implement({
  description: 'A group of snapshots that have the same value in every dimension of `groupBy`.',
  fields: (t) => ({
    keys: t.field({
      type: [DimensionValueType],
      description: 'The values that all snapshots of this group have in common, in the order of `groupBy`.',
      resolve: (group) => [...group.keys],
    }),
    count: t.exposeInt('count', { description: 'The number of snapshots in this group.' }),
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      nullable: true,
      description:
        'The sum of the total sizes that AWS reports for the snapshots of this group, in megabytes. Each snapshot counts in full, although backups of one cluster share storage. Null if the group has snapshots, and AWS reports the size of none of them.',
    }),
    unknownSizeCount: t.exposeInt('unknownSizeCount', {
      description:
        'The number of snapshots in this group that are not included in `totalMegabytes`, because AWS does not report their size. This includes all Amazon DocumentDB snapshots.',
    }),
    oldestAt: t.expose('oldestAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest snapshot of this group was created. Null if there is none.',
    }),
    newestAt: t.expose('newestAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the newest snapshot of this group was created. Null if there is none.',
    }),
    monthlyCost: t.expose('monthlyCost', {
      type: MonthlyCostType,
      nullable: true,
      description: 'The estimated monthly storage cost of this group. Null if no prices are configured.',
    }),
  }),
});

const SnapshotSummaryType = builder.objectRef<SnapshotSummary>('SnapshotSummary').implement({
  description: 'Counts, sizes and costs of snapshots, with a report on every source.',
  fields: (t) => ({
    groups: t.field({
      type: [SnapshotGroupType],
      description:
        'One group per combination of values that occurs; without `groupBy`, a single group of all snapshots.',
      resolve: ({ groups }) => [...groups],
    }),
    total: t.expose('total', { type: CountType, description: 'The total number of snapshots in all groups.' }),
    sources: t.field({
      type: [SourceReportType],
      description: 'A report on every source that the query selects, including when the source was read.',
      extensions: { price: perSource },
      resolve: ({ sources }) => [...sources],
    }),
    isComplete: t.boolean({
      description:
        'Whether every source responded in full, and every snapshot could be tested. If false, snapshots may be missing.',
      resolve: ({ sources }) => sources.every(isAnswered),
    }),
  }),
});

builder.queryField('snapshotSummary', (t) =>
  t.field({
    type: SnapshotSummaryType,
    nullable: true,
    description:
      'Summarizes snapshots: counts, sizes and costs, grouped by any dimensions. Reads every source in full, one AWS call per 100 snapshots; a recent full read is reused.',
    args: {
      filter: t.arg({
        type: SnapshotFilterInput,
        description: 'The conditions that snapshots must meet to be included.',
      }),
      groupBy: t.arg({
        type: [SnapshotDimensionEnum],
        required: true,
        defaultValue: [],
        description: 'The dimensions to group the snapshots by. If empty, all snapshots form one group.',
      }),
    },
    extensions: { price: summary },
    resolve: (_root, args, ctx) => ctx.fleet.questions.snapshotSummary(args),
  }),
);
