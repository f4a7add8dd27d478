import { byId, element } from './dom.js';
import { accountTitle, serviceTitle } from './format.js';

/** @typedef {import('./format.js').Source} Source */

const names = /** @type {const} */ (['account', 'region', 'service', 'search']);

/** What the panels are limited to; an empty text is no limit. @typedef {Record<typeof names[number], string>} Filters */

const form = byId('filters', HTMLFormElement);

/**
 * Returns the filters in the URL of the page.
 * @returns {Filters}
 */
export function currentFilters() {
  const fields = new URLSearchParams(location.search);
  const read = (/** @type {string} */ name) => fields.get(name) ?? '';
  return { account: read('account'), region: read('region'), service: read('service'), search: read('search') };
}

/**
 * The variables that all queries share. A filter that is not set is omitted.
 * @param {Filters} filters
 */
export function sharedVariables({ account, region, service, search }) {
  return {
    ...(account && { accounts: [account] }),
    ...(region && { regions: [region] }),
    ...(service && { services: [service] }),
    ...(search && { search }),
  };
}

/**
 * Calls `onChange` when the user changes the filters or goes back to earlier ones, and keeps the URL up to date.
 * @param {() => void} onChange
 */
export function watchFilters(onChange) {
  const apply = () => {
    const { search } = location;
    const fields = new URLSearchParams(search);
    for (const name of names) {
      const value = fieldOf(name).value.trim();
      if (value === '') fields.delete(name);
      else fields.set(name, value);
    }
    const changed = fields.size === 0 ? '' : `?${fields}`;
    if (changed === search) return;
    history.pushState(null, '', location.pathname + changed);
    showFilters();
    onChange();
  };
  form.addEventListener('change', apply);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    for (const name of names) fieldOf(name).value = '';
    apply();
  });
  addEventListener('popstate', () => {
    showFilters();
    onChange();
  });
}

/**
 * Offers the accounts, regions and services of these sources.
 * @param {readonly Source[]} sources
 */
export function offerChoices(sources) {
  offer('account', new Map(sources.map((source) => [source.account, accountTitle(source)])));
  offer('region', new Map(sources.map(({ region }) => [region, region])));
  offer('service', new Map(sources.map(({ service }) => [service, serviceTitle(service)])));
  showFilters();
}

/** Returns the values of the URL that are no choice: of sources that do not exist any more, or that this user may not read. */
export function unavailableFilters() {
  return Object.entries(currentFilters())
    .filter(([name, value]) => value !== '' && fieldOf(/** @type {keyof Filters} */ (name)).value !== value)
    .map(([, value]) => value);
}

/** Removes the choices; the filters stay in the URL. */
export function clearChoices() {
  for (const name of names) {
    const field = fieldOf(name);
    field.value = '';
    field.replaceChildren();
  }
}

/**
 * @param {typeof names[number]} name
 * @param {ReadonlyMap<string, string>} choices
 */
function offer(name, choices) {
  const sorted = [...choices].sort(([, one], [, other]) => one.localeCompare(other));
  const options = sorted.map(([value, title]) => element('option', { value }, title));
  fieldOf(name).replaceChildren(element('option', { value: '' }, 'All'), ...options);
}

function showFilters() {
  for (const [name, value] of Object.entries(currentFilters())) {
    // A select has no choice for a value that is not offered, and shows none then.
    fieldOf(/** @type {keyof Filters} */ (name)).value = value;
  }
}

/** @param {typeof names[number]} name */
function fieldOf(name) {
  return /** @type {HTMLSelectElement | HTMLInputElement} */ (form.elements.namedItem(name));
}
