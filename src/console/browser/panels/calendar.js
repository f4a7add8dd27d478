import { drawn } from '../views/chart.js';
import { element } from '../dom.js';
import { sharedVariables } from '../filters.js';
import { accountTitle, count, counted, labelOf, labelWidth, serviceTitle, sourceTitle } from '../format.js';
import { pageOf } from '../views/reports.js';

/** @typedef {{ readonly date: string, readonly count: number }} Day */

/**
 * @typedef {object} Cluster
 * @prop {string} arn
 * @prop {string} identifier
 * @prop {string | null} createdAt
 * @prop {number | null} backupRetentionDays 0 if AWS creates no automated snapshots.
 * @prop {import('../format.js').Source} source
 * @prop {readonly Day[] | null} snapshotDays Null if they could not be read.
 */

/** How many days the query asks for. */
const days = 30;
const dayMilliseconds = 86_400_000;

/** The states of a day, with their colors. */
const states = {
  Snapshot: 'var(--good)',
  Gap: 'var(--bad)',
  'Not over yet': 'var(--neutral)',
  'Before retention or creation': 'var(--absent)',
  Unknown: 'var(--unknown)',
};

/** @typedef {keyof typeof states} State */

/** The days on which each cluster has a snapshot. @type {import('../panel.js').PanelOptions<Cluster>} */
export const calendar = {
  id: 'recovery-points',
  title: 'Recovery points',
  purpose:
    'The days of the last 30 days, in UTC, on which an available snapshot of each cluster was created. A day without one is a gap if the cluster existed, and AWS would still keep an automated snapshot of that day.',
  noun: 'cluster',
  named: 'cluster',
  none: 'There are no clusters.',
  query: 'recovery-points',
  variables: (filters) => sharedVariables({ ...filters, search: '' }),
  read: ({ clusters }) => pageOf(clusters),
  // Clusters cannot be searched by a part of their name in the query.
  isShown: ({ identifier }, { search }) => identifier.toLowerCase().includes(search.toLowerCase()),
  columns: (rows) => [
    { title: 'Cluster', value: ({ identifier }) => identifier, kind: 'name' },
    { title: 'Account', value: ({ source }) => accountTitle(source), kind: 'wrapped' },
    { title: 'Region', value: ({ source }) => source.region },
    { title: 'Service', value: ({ source }) => serviceTitle(source.service), kind: 'wrapped' },
    { title: 'Gaps', value: gapsOf, kind: 'number' },
    // The latest days first, because a window is too narrow for all.
    ...datesOf(rows)
      .toReversed()
      .map((date) => ({
        title: date,
        heading: date.slice(5),
        value: (/** @type {Cluster} */ row) => countOf(row, date),
        show: (/** @type {Cluster} */ row) => (stateOf(row, date) === 'Gap' ? 'gap' : count(countOf(row, date) ?? 0)),
        kind: /** @type {const} */ ('number'),
      })),
  ],
  chart: chartOf,
};

/** @param {readonly Cluster[]} rows */
function datesOf(rows) {
  return rows.find(({ snapshotDays }) => snapshotDays)?.snapshotDays?.map(({ date }) => date) ?? lastDates();
}

/** The dates of this page, if the gateway has reported none. */
function lastDates() {
  return Array.from({ length: days }, (_, index) =>
    new Date(Date.now() - (days - 1 - index) * dayMilliseconds).toISOString().slice(0, 10),
  );
}

/**
 * The number of snapshots of a day; null if it is unknown.
 * @param {Cluster} cluster
 * @param {string} date
 */
function countOf({ snapshotDays }, date) {
  return snapshotDays?.find((day) => day.date === date)?.count ?? null;
}

/**
 * The number of gaps of a cluster; null if it is unknown.
 * @param {Cluster} row
 */
function gapsOf(row) {
  return row.snapshotDays && row.snapshotDays.filter((day) => stateOf(row, day.date) === 'Gap').length;
}

/**
 * What is known of a day. A day without a snapshot is a gap only if the cluster existed and AWS would still keep an
 * automated snapshot of that day; without automated snapshots, every day without one is a gap.
 * @param {Cluster} cluster
 * @param {string} date
 * @returns {State}
 */
function stateOf({ snapshotDays, createdAt, backupRetentionDays }, date) {
  const index = snapshotDays?.findIndex((each) => each.date === date) ?? -1;
  const day = snapshotDays?.[index];
  if (!snapshotDays || !day) return 'Unknown';
  if (day.count > 0) return 'Snapshot';
  const age = snapshotDays.length - 1 - index;
  if (age === 0) return 'Not over yet';
  // On the day of its creation, a cluster may have been too new for a snapshot.
  const isTooEarly = createdAt !== null && date <= createdAt.slice(0, 10);
  return isTooEarly || age >= (backupRetentionDays || Infinity) ? 'Before retention or creation' : 'Gap';
}

/**
 * @param {readonly Cluster[]} rows
 * @param {number} width
 */
function chartOf(rows, width) {
  const dates = datesOf(rows);
  const cells = rows.flatMap((row) => dates.map((date) => ({ row, date, state: stateOf(row, date) })));
  const names = new Map(rows.map(({ arn, identifier, source }) => [arn, labelOf(identifier, source, width)]));
  const marginLeft = labelWidth(width);
  const everyNth = Math.ceil(1500 / (width - marginLeft));
  const chart = drawn({
    ariaLabel: `${counted(rows.length, 'cluster')}, ${rows.filter((row) => gapsOf(row)).length} with a gap. The table has all figures.`,
    width,
    height: 30 + rows.length * 20,
    marginLeft,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 4,
    x: {
      type: 'band',
      padding: 0,
      domain: dates,
      axis: 'top',
      label: null,
      tickSize: 0,
      tickFormat: (date, index) => ((dates.length - 1 - index) % everyNth === 0 ? date.slice(5) : ''),
    },
    y: {
      type: 'band',
      padding: 0,
      domain: [...names.keys()],
      label: null,
      tickSize: 0,
      tickFormat: (arn) => names.get(arn) ?? '',
    },
    color: { type: 'categorical', domain: Object.keys(states), range: Object.values(states) },
    marks: [
      Plot.cell(cells, {
        x: 'date',
        y: ({ row }) => row.arn,
        fill: 'state',
        inset: 1,
        rx: 2,
        title: ({ row, date, state }) => `${row.identifier}, ${sourceTitle(row.source)}, ${date}: ${state}`,
      }),
    ],
  });
  return element('figure', {}, legendOf(new Set(cells.map(({ state }) => state))), chart);
}

/** @param {ReadonlySet<State>} used */
function legendOf(used) {
  const items = Object.keys(states)
    .filter((state) => used.has(/** @type {State} */ (state)))
    .map((state) => element('li', { className: state.toLowerCase().replaceAll(' ', '-') }, state));
  return element('ul', { className: 'legend' }, ...items);
}
