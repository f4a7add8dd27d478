import { csvOf, save } from './csv.js';
import { element, linkToWindow } from './dom.js';
import { counted } from './format.js';
import { addressInGraphiQL, RequestError, send } from './gateway.js';
import { missingSources } from './reports.js';
import { exportOf, tableOf } from './table.js';

/** @typedef {import('./filters.js').Filters} Filters */
/** @typedef {import('./gateway.js').Variables} Variables */

/**
 * What a response contributes to a panel.
 * @template Row
 * @typedef {object} Part
 * @prop {readonly Row[]} rows
 * @prop {boolean} isComplete About these rows and those of the pages before.
 * @prop {readonly import('./reports.js').Report[]} sources
 * @prop {Variables | undefined} more The variables, in addition to those of the filters, that return more rows; undefined if there are none.
 * @prop {boolean} [isWhole] Whether these rows include those of the pages before.
 * @prop {string} [total] How many there are, such as `of 120`, if it is known.
 */

/**
 * @template Row
 * @typedef {object} PanelOptions
 * @prop {string} id
 * @prop {string} title
 * @prop {string} purpose
 * @prop {string} noun What a row is.
 * @prop {string} none What it means that there are no rows.
 * @prop {import('./queries.js').QueryName} query
 * @prop {(filters: Filters) => Variables} variables
 * @prop {(data: any) => Part<Row>} read
 * @prop {(rows: readonly Row[]) => readonly import('./table.js').Column<Row>[]} columns
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
 * Creates a panel. `onRefused` is called if the gateway rejects the token.
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {(message: string) => void} onRefused
 * @returns {Panel}
 */
export function createPanel(options, onRefused) {
  const parts = createParts(options);
  /** @type {{ filters: Filters, part: Part<Row>, rows: readonly Row[], errors: readonly string[] } | undefined} */
  let shown;
  let isTable = options.chart === undefined;
  let request = new AbortController();

  const draw = () => {
    if (shown === undefined) return;
    const { filters, part, rows, errors } = shown;
    const visible = rows.filter((row) => options.isShown?.(row, filters) ?? true);
    const exported = () => save(`${options.id}.csv`, csvOf(exportOf(options.columns(visible), visible)));
    const more = part.more === undefined ? undefined : () => loadPage(filters, part.more ?? {}, rows);
    const again = () => load(filters);
    parts.summary.textContent = summaryOf(options, part, rows.length, visible.length);
    parts.notices.replaceChildren(...noticesOf(part, errors, again));
    parts.actions.replaceChildren(...actionsOf(options, { isTable, count: visible.length, more, exported, toggle }));
    parts.content.replaceChildren(contentOf(options, visible, part, isTable, parts.content.clientWidth));
  };
  const toggle = () => {
    isTable = !isTable;
    draw();
    parts.actions.querySelector('button')?.focus();
  };

  /** @type {(filters: Filters, more: Variables, before: readonly Row[]) => Promise<void>} */
  const loadPage = async (filters, more, before) => {
    const variables = { ...options.variables(filters), ...more };
    request.abort();
    const { signal } = (request = new AbortController());
    parts.link.href = addressInGraphiQL(options.query, variables);
    parts.section.ariaBusy = 'true';
    try {
      const { data, errors } = await send(options.query, variables, signal);
      const part = options.read(data);
      const rows = part.isWhole ? part.rows : [...before, ...part.rows];
      shown = { filters, part, rows, errors: [...new Set(errors.map(({ message }) => message))] };
      draw();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return onRefused(error.message);
      const retry = () => loadPage(filters, more, before);
      parts.notices.replaceChildren(failureOf(error, retry));
      if (before.length === 0) parts.content.replaceChildren();
      parts.summary.textContent = before.length === 0 ? 'Not loaded.' : 'The next page is not loaded.';
    }
    parts.section.ariaBusy = 'false';
  };
  /** @type {Panel['load']} */
  const load = (filters) => {
    clear();
    parts.summary.textContent = 'Loading…';
    return loadPage(filters, {}, []);
  };
  const clear = () => {
    request.abort();
    shown = undefined;
    for (const part of [parts.notices, parts.actions, parts.content, parts.summary]) part.replaceChildren();
  };
  return { section: parts.section, load, clear, draw };
}

/** @param {Pick<PanelOptions<never>, 'id' | 'title' | 'purpose' | 'query'>} options */
function createParts({ id, title, purpose, query }) {
  const link = linkToWindow(addressInGraphiQL(query, {}), 'Open in GraphiQL');
  link.ariaLabel = `${title}: open in GraphiQL`;
  const summary = element('p', { className: 'summary' });
  const notices = element('div', { className: 'notices' });
  const actions = element('div', { className: 'actions' });
  const content = element('div', { className: 'content' });
  const heading = element('h2', { id: `${id}-title` }, title);
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
  return { section, link, summary, notices, actions, content };
}

/**
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {readonly Row[]} rows
 * @param {Part<Row>} part
 * @param {boolean} isTable
 * @param {number} width
 */
function contentOf({ title, none, columns, chart }, rows, part, isTable, width) {
  if (rows.length === 0) {
    const text = part.more
      ? 'Nothing found on the pages read so far.'
      : part.isComplete
        ? none
        : 'Nothing found in the sources that could be read.';
    return element('p', { className: 'empty' }, text);
  }
  if (isTable || chart === undefined) return tableOf(title, columns(rows), rows);
  return chart(rows, width);
}

/**
 * How many rows are shown, and whether there are more.
 * @template Row
 * @param {PanelOptions<Row>} options
 * @param {Part<Row>} part
 * @param {number} loaded
 * @param {number} visible
 */
function summaryOf({ noun }, { more, total }, loaded, visible) {
  const rows = visible === loaded ? counted(loaded, noun) : `${visible} of ${counted(loaded, `loaded ${noun}`)}`;
  if (total !== undefined) return `Showing ${rows} ${total}.`;
  return more ? `Showing ${rows}. There are more.` : `Showing ${rows}.`;
}

/**
 * @param {Pick<Part<never>, 'isComplete' | 'sources'>} part
 * @param {readonly string[]} errors
 * @param {() => void} again
 */
function noticesOf({ isComplete, sources }, errors, again) {
  const notices = isComplete ? [] : missingSources(sources);
  const problems = errors.map((message) => element('p', {}, `Some values could not be read. ${message}`));
  if (notices.length + problems.length === 0) return [];
  return [element('div', { className: 'notice' }, ...notices, ...problems, button('Read again', again))];
}

/**
 * @param {unknown} error
 * @param {() => void} retry
 */
function failureOf(error, retry) {
  const message = error instanceof RequestError ? error.message : `The gateway cannot be reached. ${error}`;
  return element(
    'div',
    { className: 'notice failure', role: 'alert' },
    element('p', {}, message),
    button('Retry', retry),
  );
}

/**
 * @param {Pick<PanelOptions<never>, 'title' | 'chart'>} options
 * @param {{ isTable: boolean, count: number, more: (() => void) | undefined, exported: () => void, toggle: () => void }} actions
 */
function actionsOf({ title, chart }, { isTable, count, more, exported, toggle }) {
  const buttons = [];
  if (chart && count > 0) buttons.push(button(isTable ? 'Show chart' : 'Show table', toggle, title));
  if (more) buttons.push(button('Load more', more, title));
  if (count > 0) buttons.push(button(`Export ${counted(count, 'row')}`, exported, title));
  return buttons;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {string} [of] What the button belongs to, for screen readers.
 */
function button(text, onClick, of) {
  const created = element('button', { type: 'button', onclick: onClick }, text);
  if (of !== undefined) created.ariaLabel = `${text}: ${of}`;
  return created;
}
