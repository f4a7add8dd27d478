import type { SnapshotSummary } from '../../fleet/questions/questions.ts';
import type {
  DimensionValue,
  MonthlyCost,
  SnapshotDimension,
  SnapshotGroup,
  SnapshotGroupOrder,
} from '../../fleet/questions/summary.ts';
import { isAnswered } from '../../fleet/reports.ts';
import { summary } from '../../limits/field-prices.ts';
import { perSource } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { CountType } from '../lists/count.ts';
import { orderInput } from '../lists/order.ts';
import { SnapshotFilterInput } from '../lists/snapshot-filter.ts';
import { SourceReportType } from '../source.ts';

const dimensions = {
  SERVICE: { description: 'Group by the AWS service.' },
  ACCOUNT: { description: 'Group by the account that lists the snapshots.' },
  REGION: { description: 'Group by the AWS region.' },
  CLUSTER: {
    description:
      'Group by the identifier of the cluster. If the same identifier exists in several accounts, regions or services, group by these as well. Null for snapshots for which AWS does not report the cluster.',
  },
  TYPE: { description: 'Group by the type of the snapshots.' },
  STATUS: { description: 'Group by the status of the snapshots.' },
  KMS_KEY: {
    description:
      'Group by the ARN of the AWS KMS key that encrypts the snapshots. Null for snapshots that are not encrypted, or for which AWS reports no key.',
  },
  ENCRYPTED: {
    description:
      'Group by whether the snapshots are encrypted: `true` or `false`. Null for snapshots for which AWS does not report it.',
  },
} as const satisfies Record<SnapshotDimension, object>;

const SnapshotDimensionEnum = builder.enumType('SnapshotDimension', {
  description: 'The dimensions that snapshots can be grouped by.',
  values: dimensions,
});

const orderFields = {
  COUNT: { description: 'Order by the number of snapshots.' },
  TOTAL_MEGABYTES: {
    description: 'Order by the sum of the known sizes. A group for which AWS reports no size at all comes last.',
  },
  OLDEST_AT: { description: 'Order by the time when the oldest snapshot was created.' },
  NEWEST_AT: { description: 'Order by the time when the newest snapshot was created.' },
} as const satisfies Record<SnapshotGroupOrder['field'], object>;

const SnapshotGroupOrderFieldEnum = builder.enumType('SnapshotGroupOrderField', {
  description: 'The properties that the groups of a summary can be ordered by.',
  values: orderFields,
});

const SnapshotGroupOrderInput = orderInput(
  'SnapshotGroupOrder',
  SnapshotGroupOrderFieldEnum,
  'The order of the groups of a summary. Groups with equal values come in the order of their keys; groups without the value, such as those of unknown size, come last in both directions.',
);

const DimensionValueType = builder.objectRef<DimensionValue>('DimensionValue').implement({
  description: 'The value that all snapshots of a group have in one dimension.',
  fields: (t) => ({
    dimension: t.expose('dimension', { type: SnapshotDimensionEnum, description: 'The dimension of this value.' }),
    value: t.exposeString('value', {
      nullable: true,
      description:
        'The value that all snapshots of the group have in this dimension. Null if they have none, or if AWS does not report it: see `SnapshotDimension`.',
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
        'One group per combination of values that occurs, at most `first`; without `groupBy`, a single group of all snapshots.',
      resolve: ({ groups }) => [...groups],
    }),
    groupCount: t.exposeInt('groupCount', {
      description: 'The number of all groups, including those that are omitted because of `first`.',
    }),
    total: t.expose('total', {
      type: CountType,
      description: 'The number of snapshots in all groups, including those that are omitted because of `first`.',
    }),
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
      first: t.arg.int({
        description: 'The number of groups to return, 1 to 1000. If omitted, returns all groups.',
      }),
      orderBy: t.arg({
        type: SnapshotGroupOrderInput,
        description:
          'The order of the groups. If omitted, they come in the order of their keys, compared by character code; null comes last.',
      }),
    },
    extensions: { price: summary },
    resolve: (_root, args, ctx) => ctx.fleet.questions.snapshotSummary(args),
  }),
);
