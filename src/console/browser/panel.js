import { button, failureOf } from './views/controls.js';
import { csvOf, saveAs } from './csv.js';
import { element, linkToWindow } from './dom.js';
import { counted } from './format.js';
import { addressInGraphiQL, RequestError, send } from './gateway.js';
import { listed, missingSources } from './views/reports.js';
import { exportOf, tableOf } from './views/table.js';

/** @typedef {import('./filters.js').Filters} Filters */
/** @typedef {import('./gateway.js').Variables} Variables */

/**
 * What a response contributes to a panel.
 * @template Row
 * @typedef {object} Part
 * @prop {readonly Row[]} rows
 * @prop {boolean} isComplete About these rows and those of the pages before.
 * @prop {readonly import('./views/reports.js').Report[]} sources
 * @prop {Variables | undefined} more The variables, in addition to those of the filters, that return more rows; undefined if there are none.
 * @prop {boolean} [isWhole] Whether these rows include those of the pages before.
 * @prop {string} [total] How many there are, such as `of 120 clusters`, if it is known.
 */

/**
 * @template Row
 * @typedef {object} PanelOptions
 * @prop {string} id
 * @prop {string} title
 * @prop {string} purpose
 * @prop {string} noun What a row is.
 * @prop {'cluster' | 'snapshot'} named What the filter for names applies to.
 * @prop {string} none What it means that there are no rows.
 * @prop {import('./queries.js').QueryName} query
 * @prop {(filters: Filters) => Variables} variables
 * @prop {(data: any) => Part<Row>} read
 * @prop {(rows: readonly Row[]) => readonly import('./views/table.js').Column<Row>[]} columns
 * @prop {(rows: readonly Row[], width: number) => Node} [chart] If omitted, the panel is only a table.
 * @prop {(row: Row, filters: Filters) => boolean} [isShown] For a filter that the query does not have.
 */

/**
 * A part of the page that loads on its own.
 * @typedef {object} Panel
 * @prop {HTMLElement} section
 * @prop {(filters: Filters) => Promise<void>} load Never rejects.
 * @prop {() => void} clear Removes everything that came from the gateway.
 * @prop {() => void} draw
 */

/**
 * What a panel shows: all rows that were loaded, those of them that match the filters, and the part that came last.
 * @template Row
 * @typedef {object} Shown
 * @prop {Filters} filters
 * @prop {Part<Row>} part
 * @prop {readonly Row[]} rows
 * @prop {readonly Row[]} visible
 * @prop {readonly import('./gateway.js').GraphQLError[]} errors
 * @prop {'search' | 'wait' | undefined} next What the panel does on its own: see `nextOf`.
 */

/**
 * A request of a panel, for the rows after others.
 * @template Row
 * @typedef {object} Asked
 * @prop {Filters} filters
 * @prop {Variables} more
 * @prop {readonly Row[]} before
 * @prop {number} [repetitions] How many requests the panel has sent on its own before.
 */

/** The rows of a page that is full, and how often a panel sends a request on its own. */
const [fullPage, mostRepetitions] = [50, 40];
const waitMilliseconds = 3000;

/**
 * Creates a panel. `onRefused` is called if the gateway rejects the token.
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {(message: string) => void} onRefused
 * @returns {Panel}
 */
export function createPanel(options, onRefused) {
  const parts = createParts(options);
  /** @type {Shown<Row> | undefined} */
  let shown;
  let isTable = options.chart === undefined;
  let request = new AbortController();

  const draw = () => {
    if (shown === undefined) return;
    const { filters, rows, visible, next } = shown;
    const hadFocus = parts.section.contains(document.activeElement);
    const save = () => saveAs(`${options.id}.csv`, csvOf(exportOf(options.columns(visible), visible)));
    const { more } = shown.part;
    const loadMore = more && next === undefined ? () => void loadPage({ filters, more, before: rows }) : undefined;
    parts.summary.textContent = summaryOf(options, shown);
    const reload = () => void load(filters);
    showNotices(parts.notices, noticesOf(shown, reload));
    parts.actions.replaceChildren(...actionsOf(options, { isTable, count: visible.length, loadMore, save, toggle }));
    parts.content.replaceChildren(contentOf(options, shown, isTable, parts.content.clientWidth));
    // The button that had the focus was replaced.
    if (hadFocus && !parts.section.contains(document.activeElement)) parts.heading.focus();
  };
  const toggle = () => {
    isTable = !isTable;
    draw();
    parts.actions.querySelector('button')?.focus();
  };

  /** @type {(asked: Asked<Row>) => Promise<void>} */
  const loadPage = async (asked) => {
    const { filters, more, before, repetitions = 0 } = asked;
    const variables = { ...options.variables(filters), ...more };
    request.abort();
    const { signal } = (request = new AbortController());
    parts.section.ariaBusy = 'true';
    try {
      const { data, errors } = await send(options.query, variables, signal);
      const part = options.read(data);
      const rows = part.isWhole ? part.rows : [...before, ...part.rows];
      const visible = rows.filter((row) => options.isShown?.(row, filters) ?? true);
      const next = repetitions < mostRepetitions ? nextOf(part, visible.length, errors) : undefined;
      shown = { filters, part, rows, visible, errors, next };
      draw();
      if (next === 'wait') await pause();
      if (signal.aborted) return;
      const following = next === 'wait' ? asked : { filters, more: part.more ?? {}, before: rows };
      if (next !== undefined) return await loadPage({ ...following, repetitions: repetitions + 1 });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return onRefused(error.message);
      const retry = () => void loadPage({ filters, more, before });
      showFailure(parts, failureOf(error, retry), before.length === 0);
    }
    parts.section.ariaBusy = 'false';
  };
  /** @type {Panel['load']} */
  const load = (filters) => {
    clear();
    parts.link.href = addressInGraphiQL(options.query, options.variables(filters));
    parts.summary.textContent = 'Loading…';
    return loadPage({ filters, more: {}, before: [] });
  };
  const clear = () => {
    request.abort();
    shown = undefined;
    parts.link.href = addressInGraphiQL(options.query, {});
    for (const part of [parts.notices, parts.actions, parts.content, parts.summary]) part.replaceChildren();
  };
  return { section: parts.section, load, clear, draw };
}

/**
 * What a panel does on its own after a response. The gateway reads on if a source took too long, so the same request is
 * sent again. A page of a list that few records match can have few rows, or none, so the next page is loaded.
 * @param {Pick<Part<unknown>, 'more' | 'isWhole' | 'sources'>} part
 * @param {number} rows
 * @param {readonly import('./gateway.js').GraphQLError[]} errors
 */
function nextOf({ more, isWhole, sources }, rows, errors) {
  const codes = [...sources.map(({ error }) => error?.code), ...errors.map(({ extensions }) => extensions?.code)];
  if (codes.includes('TIMED_OUT')) return 'wait';
  return more && !isWhole && rows < fullPage ? 'search' : undefined;
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
}

/** @param {Pick<PanelOptions<never>, 'id' | 'title' | 'purpose' | 'query'>} options */
function createParts({ id, title, purpose, query }) {
  const link = linkToWindow(addressInGraphiQL(query, {}), 'Open in GraphiQL');
  link.ariaLabel = `${title}: open in GraphiQL`;
  const summary = element('p', { className: 'summary' });
  const notices = element('div', { className: 'notices' });
  const actions = element('div', { className: 'actions' });
  const content = element('div', { className: 'content' });
  const heading = element('h2', { id: `${id}-title`, tabIndex: -1 }, title);
  const section = element(
    'section',
    { id, className: 'panel' },
    element('header', {}, heading, link),
    element('p', { className: 'purpose' }, purpose),
    notices,
    element('div', { className: 'bar' }, summary, actions),
    content,
  );
  section.setAttribute('aria-labelledby', heading.id);
  return { section, heading, link, summary, notices, actions, content };
}

/**
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {Shown<Row>} shown
 * @param {boolean} isTable
 * @param {number} width
 */
function contentOf({ title, none, columns, chart }, { filters, part, visible, next }, isTable, width) {
  if (visible.length > 0)
    return isTable || chart === undefined ? tableOf(title, columns(visible), visible) : chart(visible, width);
  const isOpen = next !== undefined || part.more !== undefined;
  const text = isOpen
    ? 'Nothing found so far.'
    : !part.isComplete
      ? 'Nothing found in the sources that could be read.'
      : Object.values(filters).some((value) => value !== '')
        ? 'Nothing matches the filters.'
        : none;
  return element('p', { className: 'empty' }, text);
}

/**
 * How many rows are shown, whether there are more, and what the filter for names has left out.
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {Shown<Row>} shown
 */
function summaryOf({ noun, named }, { filters: { search }, part: { more, total }, rows, visible, next }) {
  const loaded = counted(rows.length, noun);
  const what = visible.length === rows.length ? loaded : `${visible.length} of ${rows.length} loaded ${noun}s`;
  const rest = next === 'search' ? ' Searching further…' : more && total === undefined ? ' There are more.' : '';
  const only = search === '' ? '' : ` Only ${named}s whose name contains “${search}” are included.`;
  return `Showing ${total === undefined ? what : `${rows.length} ${total}`}.${rest}${only}`;
}

/**
 * @param {Shown<any>} shown
 * @param {() => void} again
 */
function noticesOf({ part: { isComplete, sources }, errors, next }, again) {
  // Until the last page is read, sources are incomplete because they are not read yet.
  if (next === 'search') return [];
  const notices = isComplete ? [] : missingSources(sources);
  if (notices.length === 0 && errors.length === 0) return [];
  const messages = [...new Set(errors.map(({ message }) => message))];
  const problems = messages.length === 0 ? [] : listed('Some values could not be read.', messages);
  const action =
    next === 'wait'
      ? element('p', {}, 'The sources are still being read. This panel updates itself.')
      : button('Read again', again);
  return [element('div', { className: 'notice' }, action, ...notices, ...problems)];
}

/**
 * @param {Pick<ReturnType<typeof createParts>, 'summary' | 'notices' | 'content'>} parts
 * @param {Node} failure
 * @param {boolean} isFirst Whether no page is loaded yet.
 */
function showFailure({ summary, notices, content }, failure, isFirst) {
  notices.replaceChildren(failure);
  summary.textContent = isFirst ? 'Not loaded.' : 'The next page is not loaded.';
  if (isFirst) content.replaceChildren();
}

/**
 * Replaces the notices; details stay open.
 * @param {HTMLElement} part
 * @param {readonly Node[]} notices
 */
function showNotices(part, notices) {
  const isOpen = part.querySelector('details[open]') !== null;
  part.replaceChildren(...notices);
  if (isOpen) for (const each of part.querySelectorAll('details')) each.open = true;
}

/**
 * @param {Pick<PanelOptions<never>, 'title' | 'chart'>} options
 * @param {{ isTable: boolean, count: number, loadMore: (() => void) | undefined, save: () => void, toggle: () => void }} actions
 */
function actionsOf({ title, chart }, { isTable, count, loadMore, save, toggle }) {
  const buttons = [];
  if (chart && count > 0) buttons.push(button(isTable ? 'Show chart' : 'Show table', toggle, title));
  if (loadMore) buttons.push(button('Load more', loadMore, title));
  if (count > 0) buttons.push(button(`Export CSV (${counted(count, 'row')})`, save, title));
  return buttons;
}
