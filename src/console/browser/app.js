import { failureOf } from './views/controls.js';
import { byId, element } from './dom.js';
import { clearChoices, currentFilters, offerChoices, unavailableFilters, watchFilters } from './filters.js';
import { RequestError, send } from './gateway.js';
import { createPanel } from './panel.js';
import { calendar } from './panels/calendar.js';
import { exposure, orphans } from './panels/snapshots.js';
import { sources } from './panels/sources.js';
import { storage } from './panels/storage.js';
import { hasToken, shareToken, useToken } from './session.js';

const progress = byId('progress', HTMLElement);
const signIn = byId('sign-in', HTMLFormElement);
const reason = byId('reason', HTMLElement);
const failure = byId('failure', HTMLElement);
const fleet = byId('fleet', HTMLElement);
const signOut = byId('sign-out', HTMLButtonElement);
const token = byId('token', HTMLInputElement);

/** The libraries of the charts are loaded while the first requests are answered. */
const charts = new Promise((resolve) => addEventListener('DOMContentLoaded', resolve, { once: true }));

const panels = [
  createPanel(calendar, askForToken),
  createPanel(storage, askForToken),
  createPanel(sources, askForToken),
  createPanel(exposure, askForToken),
  createPanel(orphans, askForToken),
];
const panelList = byId('panels', HTMLElement);
panelList.append(...panels.map(({ section }) => section));

watchFilters(() => void loadPanels());
shareToken((shared) => {
  if (hasToken()) return;
  useToken(shared);
  void open();
});
signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  useToken(token.value);
  token.value = '';
  void open();
});
signOut.addEventListener('click', () => askForToken(''));
let opening = new AbortController();
let loading = new AbortController();
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  for (const { draw } of panels) draw();
});
void open();

/** Reads the sources, which shows whether the gateway accepts this caller, and then loads every panel. */
async function open() {
  // The response to an earlier token, or to none, does not matter any more.
  opening.abort();
  const { signal } = (opening = new AbortController());
  progress.textContent = 'Connecting…';
  failure.replaceChildren();
  try {
    const { data } = await send('sources', {}, signal);
    signIn.hidden = true;
    fleet.hidden = false;
    signOut.hidden = !hasToken();
    offerChoices(data.sources);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') {
      if (hasToken()) return askForToken(error.message);
      // The first request of the page has no token; that it is rejected is not an error of the user.
      reason.textContent = error.message;
      return askForToken('');
    }
    progress.textContent = '';
    return failure.replaceChildren(failureOf(error, () => void open()));
  }
  await loadPanels();
}

async function loadPanels() {
  // Going back in the history changes the filters also before sign-in.
  if (fleet.hidden) return;
  loading.abort();
  const { signal } = (loading = new AbortController());
  const unavailable = unavailableFilters();
  panelList.hidden = unavailable.length > 0;
  failure.replaceChildren(
    ...unavailable.map((value) => alertOf(`No source that you can read has “${value}”. Choose another filter.`)),
  );
  if (unavailable.length > 0) {
    for (const { clear } of panels) clear();
    progress.textContent = '';
    return;
  }
  progress.textContent = `Loading ${panels.length} panels…`;
  await charts;
  // The filters have changed again, or the user has signed out.
  if (signal.aborted) return;
  const filters = currentFilters();
  let loaded = 0;
  await Promise.all(
    panels.map(async ({ load }) => {
      await load(filters);
      loaded += 1;
      if (!signal.aborted)
        progress.textContent =
          loaded < panels.length ? `Loaded ${loaded} of ${panels.length} panels…` : 'All panels are loaded.';
    }),
  );
}

/**
 * Removes what was read with the former token, and asks for another one.
 * @param {string} problem Why; empty at the start, and after the user has signed out.
 */
function askForToken(problem) {
  useToken('');
  opening.abort();
  loading.abort();
  for (const { clear } of panels) clear();
  clearChoices();
  fleet.hidden = true;
  signOut.hidden = true;
  signIn.hidden = false;
  progress.textContent = '';
  failure.replaceChildren(...(problem === '' ? [] : [alertOf(problem)]));
  token.focus();
}

/** @param {string} text */
function alertOf(text) {
  return element('p', { className: 'notice failure', role: 'alert' }, text);
}
