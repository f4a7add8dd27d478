import { drawn } from '../views/chart.js';
import { element } from '../dom.js';
import { sharedVariables } from '../filters.js';
import {
  accountTitle,
  count,
  counted,
  decimal,
  gigabytes,
  labelOf,
  labelWidth,
  money,
  serviceTitle,
  sourceTitle,
} from '../format.js';

/**
 * @typedef {object} ClusterStorage
 * @prop {string} account
 * @prop {string | null} accountName
 * @prop {string} region
 * @prop {string} service
 * @prop {string | null} cluster
 * @prop {number} count
 * @prop {number | null} totalMegabytes
 * @prop {number} unknownSizeCount
 * @prop {{ readonly amount: number | null, readonly currency: string, readonly unknownCount: number } | null} monthlyCost Null without prices.
 */

const [few, most, factor] = [20, 1000, 4];

/** The storage of the snapshots of each cluster. @type {import('../panel.js').PanelOptions<ClusterStorage>} */
export const storage = {
  id: 'storage',
  title: 'Storage by cluster',
  purpose:
    'The sum of the sizes that AWS reports for snapshots, the largest first. Amazon DocumentDB reports no sizes.',
  noun: 'cluster',
  named: 'snapshot',
  none: 'There are no snapshots.',
  query: 'storage',
  variables: (filters) => ({ ...sharedVariables(filters), first: few }),
  read: ({ snapshotSummary }) => {
    const { groups, groupCount, total, isComplete, sources } = snapshotSummary;
    const snapshots = `${total.precision === 'AT_LEAST' ? 'at least ' : ''}${counted(total.value, 'snapshot')}`;
    return {
      rows: readGroups(groups, sources),
      isComplete,
      sources,
      more:
        groups.length < groupCount && groups.length < most
          ? { first: Math.min(groups.length * factor, most) }
          : undefined,
      isWhole: true,
      total: `of ${counted(groupCount, 'cluster')}, with ${snapshots} in total`,
    };
  },
  columns: (rows) => [
    { title: 'Cluster', value: ({ cluster }) => cluster, kind: 'name' },
    { title: 'Snapshots', value: (row) => row.count, kind: 'number' },
    { title: 'Size in GB', value: sizeOf, show: (row) => decimal(sizeOf(row) ?? 0), kind: 'number' },
    { title: 'Snapshots of unknown size', value: ({ unknownSizeCount }) => unknownSizeCount, kind: 'number' },
    ...costColumns(rows),
    { title: 'Account', value: (row) => accountTitle(row), kind: 'wrapped' },
    { title: 'Region', value: ({ region }) => region },
    { title: 'Service', value: ({ service }) => serviceTitle(service), kind: 'wrapped' },
  ],
  chart: (rows, width) => chartOf(rows, width),
};

/**
 * @param {readonly { keys: readonly { dimension: string, value: string | null }[] }[]} groups
 * @param {readonly import('../views/reports.js').Report[]} reports
 * @returns {ClusterStorage[]}
 */
function readGroups(groups, reports) {
  const names = new Map(reports.map(({ source }) => [source.account, source.accountName]));
  return groups.map(({ keys, ...figures }) => {
    const values = Object.fromEntries(keys.map(({ dimension, value }) => [dimension.toLowerCase(), value]));
    const accountName = names.get(values['account'] ?? '') ?? null;
    return /** @type {ClusterStorage} */ ({ ...values, accountName, ...figures });
  });
}

/**
 * The columns of the cost, if prices are configured.
 * @param {readonly ClusterStorage[]} rows
 * @returns {import('../views/table.js').Column<ClusterStorage>[]}
 */
function costColumns(rows) {
  const currency = rows.find(({ monthlyCost }) => monthlyCost)?.monthlyCost?.currency;
  if (currency === undefined) return [];
  return [
    {
      title: `${currency} per month`,
      value: ({ monthlyCost }) => monthlyCost?.amount ?? null,
      show: ({ monthlyCost }) => money(monthlyCost?.amount ?? 0),
      kind: 'number',
    },
    {
      title: 'Snapshots of unknown cost',
      value: ({ monthlyCost }) => monthlyCost?.unknownCount ?? null,
      kind: 'number',
    },
  ];
}

/** @param {ClusterStorage} row */
function sizeOf({ totalMegabytes }) {
  return totalMegabytes === null ? null : gigabytes(totalMegabytes);
}

/**
 * @param {readonly ClusterStorage[]} rows
 * @param {number} width
 */
function chartOf(rows, width) {
  const known = rows.filter(({ totalMegabytes }) => totalMegabytes !== null);
  const unknown = rows.length - known.length;
  const keys = new Map(known.map((row) => [row, [row.account, row.region, row.service, row.cluster].join(' ')]));
  const key = (/** @type {ClusterStorage} */ row) => keys.get(row) ?? '';
  const names = new Map(known.map((row) => [key(row), labelOf(nameOf(row), row, width)]));
  const marginRight = Math.min(150, width * 0.3);
  const marginLeft = labelWidth(width);
  const chart = drawn({
    ariaLabel: `${counted(known.length, 'cluster')} by the size of their snapshots. The table has all figures.`,
    width,
    height: 30 + known.length * 22,
    marginLeft,
    marginRight,
    marginTop: 4,
    marginBottom: 26,
    x: { label: null, ticks: Math.max(1, (width - marginLeft - marginRight) / 90), grid: true },
    y: { label: null, tickSize: 0, tickFormat: (each) => names.get(each) ?? '' },
    marks: [
      Plot.barX(known, {
        x: sizeOf,
        y: key,
        fill: 'var(--accent)',
        insetTop: 3,
        insetBottom: 3,
        sort: { y: null },
        title: (row) => `${nameOf(row)}, ${sourceTitle(row)}: ${figuresOf(row)}`,
      }),
      Plot.text(known, { x: sizeOf, y: key, text: figuresOf, textAnchor: 'start', dx: 6, fill: 'var(--text)' }),
    ],
  });
  const note = `${counted(unknown, 'cluster')} not in the chart, because AWS reports no size for their snapshots: see the table.`;
  return element(
    'figure',
    {},
    ...(known.length > 0 ? [chart] : []),
    ...(unknown > 0 ? [element('figcaption', {}, note)] : []),
  );
}

/** @param {ClusterStorage} row */
function nameOf({ cluster }) {
  return cluster ?? 'unknown cluster';
}

/** @param {ClusterStorage} row */
function figuresOf(row) {
  const { monthlyCost, unknownSizeCount } = row;
  const size = `${unknownSizeCount > 0 ? '≥ ' : ''}${count(sizeOf(row) ?? 0)} GB`;
  if (monthlyCost === null) return size;
  const { amount, currency } = monthlyCost;
  return `${size}, ${amount === null ? 'cost unknown' : `${money(amount)} ${currency}`}`;
}
