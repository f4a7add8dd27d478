import { element } from './dom.js';
import { counted, sourceTitle } from './format.js';

/** @typedef {import('./format.js').Source} Source */

/**
 * How one source was read.
 * @typedef {object} Report
 * @prop {Source} source
 * @prop {string} status
 * @prop {{ readonly code: string, readonly message: string } | null} error
 * @prop {string | null} fetchedAt
 */

/**
 * What one page of a list contributes to a panel. Its `isComplete` and `sources` are about the pages before it, too, so
 * those of the last page replace the earlier ones.
 * @param {any} connection
 */
export function pageOf({ nodes, pageInfo, isComplete, sources }) {
  return { rows: nodes, isComplete, sources, more: pageInfo.hasNextPage ? { after: pageInfo.endCursor } : undefined };
}

/** A source with one of these statuses lacks no records; it may be read on later pages. */
const whole = ['COMPLETE', 'NOT_REACHED', 'PASSED'];

/**
 * Returns the reports of the sources that did not return everything.
 * @param {readonly Report[]} reports
 */
export function failed(reports) {
  return reports.filter(({ status }) => !whole.includes(status));
}

/**
 * Explains which sources are missing from what a panel shows.
 * @param {readonly Report[]} reports
 */
export function missingSources(reports) {
  const missing = failed(reports);
  const title =
    missing.length === 0
      ? 'This may be incomplete.'
      : `This is incomplete: ${counted(missing.length, 'source')} of ${reports.length} could not be read in full.`;
  const lines = missing.map(({ source, status, error }) =>
    element('li', {}, `${sourceTitle(source)}: ${statusTitle(status)}${error ? `. ${error.message}` : ''}`),
  );
  if (lines.length === 0) return [element('p', {}, title)];
  const details = element('details', { open: lines.length <= 2 }, element('summary', {}, 'Which sources?'));
  details.append(element('ul', {}, ...lines));
  return [element('p', {}, title), details];
}

/**
 * The status of a source as text.
 * @param {string} status
 */
export function statusTitle(status) {
  const text = status.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
