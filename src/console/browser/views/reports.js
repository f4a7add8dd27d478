import { element } from '../dom.js';
import { counted, sourceTitle } from '../format.js';

/** @typedef {import('../format.js').Source} Source */

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
  if (missing.length === 0) return [element('p', {}, 'This may be incomplete.')];
  return listed(
    `This is incomplete: ${missing.length} of ${counted(reports.length, 'source')} could not be read in full.`,
    missing.map(({ source, status, error }) => {
      const reason = error ? `. ${error.message}` : '';
      return `${sourceTitle(source)}: ${statusTitle(status)}${reason}`;
    }),
  );
}

/**
 * A sentence with details, which are folded if there are many.
 * @param {string} text
 * @param {readonly string[]} details
 */
export function listed(text, details) {
  const lines = details.map((each) => element('li', {}, each));
  const summary = element('summary', {}, `Details (${details.length})`);
  return [
    element('p', {}, text),
    element('details', { open: details.length <= 2 }, summary, element('ul', {}, ...lines)),
  ];
}

/**
 * The status of a source as text.
 * @param {string} status
 */
export function statusTitle(status) {
  const text = status.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
