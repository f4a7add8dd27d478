import { element } from '../dom.js';
import { sharedVariables } from '../filters.js';
import { accountTitle, minute, serviceTitle } from '../format.js';
import { failed, statusTitle } from '../views/reports.js';

/** @typedef {import('../views/reports.js').Report & { count: number | null, newestAt: string | null }} SourceHealth */

/** How each source responds. @type {import('../panel.js').PanelOptions<SourceHealth>} */
export const sources = {
  id: 'sources',
  title: 'Sources',
  purpose: 'How each account, region and service responded when its snapshots were read.',
  noun: 'source',
  named: 'snapshot',
  none: 'No sources are configured.',
  query: 'source-health',
  variables: sharedVariables,
  read: ({ snapshotSummary }) => ({
    rows: rowsOf(snapshotSummary),
    isComplete: snapshotSummary.isComplete,
    sources: snapshotSummary.sources,
    more: undefined,
  }),
  columns: () => [
    {
      title: 'Status',
      value: ({ status }) => statusTitle(status),
      show: (row) =>
        element('span', { className: failed([row]).length > 0 ? 'status bad' : 'status' }, statusTitle(row.status)),
    },
    { title: 'Account', value: ({ source }) => accountTitle(source), kind: 'wrapped' },
    { title: 'Region', value: ({ source }) => source.region },
    { title: 'Service', value: ({ source }) => serviceTitle(source.service), kind: 'wrapped' },
    { title: 'Snapshots', value: ({ count }) => count, kind: 'number' },
    {
      title: 'Newest (UTC)',
      value: ({ count, newestAt }) => (newestAt ? minute(newestAt) : count === 0 ? 'none' : null),
    },
    { title: 'Read (UTC)', value: ({ fetchedAt }) => (fetchedAt ? minute(fetchedAt) : 'not read') },
    { title: 'Error', value: ({ error }) => (error ? `${error.code}: ${error.message}` : ''), kind: 'long' },
  ],
};

/**
 * @param {any} summary
 * @returns {SourceHealth[]} The sources that failed come first.
 */
function rowsOf({ groups, sources: reports }) {
  const key = (/** @type {readonly string[]} */ ...values) => values.join(' ');
  /** @type {Map<string, { count: number, newestAt: string | null }>} */
  const figures = new Map(
    groups.map((/** @type {any} */ group) => [key(...group.keys.map((/** @type {any} */ each) => each.value)), group]),
  );
  const rows = reports.map((/** @type {import('../views/reports.js').Report} */ report) => {
    const { account, region, service } = report.source;
    const own = figures.get(key(account, region, service));
    // Without a group, a source has no snapshots, but only if it was read in full.
    const count = own?.count ?? (failed([report]).length > 0 ? null : 0);
    return { ...report, count, newestAt: own?.newestAt ?? null };
  });
  return rows.toSorted(
    (/** @type {SourceHealth} */ one, /** @type {SourceHealth} */ other) =>
      failed([other]).length - failed([one]).length,
  );
}
