/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
// Starts GraphiQL in the browser. The page is the same for every caller: the token comes from the page to sign in, or from
// the page of the gateway that has opened this one, and stays in this script.

/**
 * @typedef {{ query: string, variables: object }} Example
 * @typedef {{ query: string, variables: string | null }} Written
 * @typedef {{ id: string, title: string, query: string | null, variables: string | null, headers: string | null, operationName: string | null, response: string | null }} Tab
 * @typedef {{ tabs: Tab[], activeTabIndex: number }} TabState
 * @typedef {{ examples: Example[], fleetQuery: string, placeholders: Record<string, string>, missingHint: string, newTabHint: string }} Content
 */

'use strict';

{
  const keys = { tabs: 'graphiql:tabState', examples: 'snapgate:examples' };
  /** How long the page waits for the values of the variables, in milliseconds. */
  const patience = 5000;
  /** How many texts of an example are known as unchanged. */
  const remembered = 10;
  const content = /** @type {Content} */ (JSON.parse(document.getElementById('content')?.textContent ?? '{}'));
  const token = takeToken();
  answerOtherPages();
  const values = readFleet();
  addEventListener('DOMContentLoaded', () => void start());

  /** Takes the token that the page to sign in has left in the window. */
  function takeToken() {
    const holder = /** @type {{ snapgateToken?: string }} */ (/** @type {unknown} */ (window));
    const { snapgateToken } = holder;
    delete holder.snapgateToken;
    return snapgateToken;
  }

  /** Gives the token to a page of the gateway that this page has opened, and that asks for it. */
  function answerOtherPages() {
    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== location.origin || data?.snapgate !== 'token?' || token === undefined) return;
      source?.postMessage({ snapgate: 'token', token }, { targetOrigin: origin });
    });
  }

  /** Returns the headers that authenticate a request, unless the user has entered others. */
  function authorization(/** @type {{ extensions?: { headers?: object } } | undefined} */ request) {
    const entered = Object.keys(request?.extensions?.headers ?? {});
    const isOwn = entered.some((name) => name.toLowerCase() === 'authorization');
    return token === undefined || isOwn ? {} : { authorization: `Bearer ${token}` };
  }

  /** Reads what the variables of the examples need; a value that the fleet does not provide is missing. */
  async function readFleet() {
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    /** @type {Record<string, string | undefined>} */
    const found = { timeZone };
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization(undefined) },
        body: JSON.stringify({ query: content.fleetQuery }),
        signal: AbortSignal.timeout(patience),
      });
      const { data } = await response.json();
      const cluster = data?.clusters?.nodes[0];
      const manual = data?.snapshots?.nodes[0];
      /** @type {{ account: string }[]} */
      const sources = data?.sources ?? [];
      found.cluster = cluster?.arn;
      found.snapshot = cluster?.latestSnapshot?.arn;
      found.manualSnapshot = manual?.arn;
      found.otherAccount = sources.find(({ account }) => manual && account !== manual.source.account)?.account;
      found.newIdentifier = `example-${new Date().toISOString().slice(0, 16).replaceAll(/\D/g, '')}`;
      found.newSnapshot = renamed(cluster?.latestSnapshot?.arn, found.newIdentifier);
    } catch {
      // The examples keep their placeholders, and a hint.
    }
    return found;
  }

  /** The ARN of another snapshot of the same cluster. */
  function renamed(/** @type {string | undefined} */ snapshotArn, /** @type {string} */ identifier) {
    return snapshotArn?.replace(/snapshot:([^/]+\/)?.*/, (_, cluster = '') => `snapshot:${cluster}${identifier}`);
  }

  /** Replaces the names in double braces by their values; without a value, adds the hint and uses the placeholder. */
  function fill(/** @type {Example} */ example, /** @type {Record<string, string | undefined>} */ found) {
    let isMissing = false;
    const variables = JSON.stringify(example.variables, undefined, 2).replaceAll(/\{\{(\w+)\}\}/g, (_, name) => {
      isMissing ||= found[name] === undefined;
      return found[name] ?? content.placeholders[name] ?? '';
    });
    return { query: isMissing ? content.missingHint + example.query : example.query, variables };
  }

  /** The name of the first operation, which is also how GraphiQL finds the title of a tab. */
  function operationOf(/** @type {string | null} */ query) {
    for (const line of (query ?? '').split('\n')) {
      if (line.startsWith('#')) continue;
      const name = [...line.matchAll(/(?:query|subscription|mutation)\s+(\w+)/g)].at(-1)?.[1];
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** @returns {Tab} */
  function tabOf(/** @type {Written} */ { query, variables }, /** @type {string | null} */ name = null) {
    const operationName = name ?? operationOf(query) ?? null;
    const title = operationName ?? '<untitled>';
    return { id: tabId(), title, query, variables, headers: null, operationName, response: null };
  }

  /** Pages without HTTPS, such as those of a gateway in a private network, have no crypto.randomUUID. */
  function tabId() {
    return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');
  }

  /** @returns {unknown} */
  function read(/** @type {string} */ key) {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  function write(/** @type {string} */ key, /** @type {unknown} */ value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Without storage, GraphiQL forgets its tabs.
    }
  }

  /** Returns the tabs to open. A storage that another program has damaged is cleared: GraphiQL would not start with it. */
  function openTabs(/** @type {Record<string, string | undefined>} */ found) {
    try {
      return arrangeTabs(found);
    } catch {
      for (const key of Object.values(keys)) localStorage.removeItem(key);
      return arrangeTabs(found);
    }
  }

  /**
   * Returns the tabs to open: those of the user, and the examples. Examples that the user has not changed get new values;
   * those that the user has closed or changed are not added again.
   * @returns {TabState}
   */
  function arrangeTabs(/** @type {Record<string, string | undefined>} */ found) {
    const filled = new Map(content.examples.map((example) => [operationOf(example.query) ?? '', fill(example, found)]));
    const known = /** @type {Record<string, Written[]>} */ (read(keys.examples) ?? {});
    const stored = /** @type {Partial<TabState> | null} */ (read(keys.tabs));
    const tabs = Array.isArray(stored?.tabs) ? stored.tabs : [];
    const isUntouched = (/** @type {Tab} */ { query, variables }) =>
      Object.values(known).some((all) => all.some((each) => each.query === query && each.variables === variables));
    const kept = tabs.map((tab) => {
      const example = isUntouched(tab) ? filled.get(operationOf(tab.query) ?? '') : undefined;
      return example ? { ...tab, ...example } : tab;
    });
    const isNew = (/** @type {[string, Written]} */ [name]) => kept.length === 0 || !Object.hasOwn(known, name);
    const added = [...filled].filter(isNew).map(([, example]) => tabOf(example));
    // Another window can store the tabs that it was opened with after this one.
    const writtenBy = (/** @type {string} */ name) => (known[name] ?? []).slice(1 - remembered);
    write(keys.examples, Object.fromEntries([...filled].map(([name, each]) => [name, [...writtenBy(name), each]])));
    const all = [...kept, ...added];
    return { tabs: all, activeTabIndex: Math.min(stored?.activeTabIndex ?? 0, all.length - 1) };
  }

  /** Opens the operation of a link in a tab, unless a tab has it already, and removes it from the address. */
  function openLink(/** @type {TabState} */ state) {
    const link = new URL(location.href);
    const { searchParams } = link;
    const query = searchParams.get('query');
    const variables = pretty(searchParams.get('variables'));
    const operationName = searchParams.get('operationName');
    for (const name of ['query', 'variables', 'operationName']) searchParams.delete(name);
    history.replaceState(null, '', link);
    if (!query) return state;
    const existing = state.tabs.findIndex((tab) => tab.query === query && (tab.variables || null) === variables);
    if (existing >= 0) return { ...state, activeTabIndex: existing };
    return { tabs: [...state.tabs, tabOf({ query, variables }, operationName)], activeTabIndex: state.tabs.length };
  }

  function pretty(/** @type {string | null} */ json) {
    try {
      return json ? JSON.stringify(JSON.parse(json), undefined, 2) : null;
    } catch {
      return json;
    }
  }

  /** The storage of the browser, without the headers that the user has entered: they can contain a token. */
  function createStorage() {
    const isSecret = (/** @type {string} */ key) => key === 'graphiql:headers';
    return {
      getItem: (/** @type {string} */ key) => localStorage.getItem(key),
      setItem: (/** @type {string} */ key, /** @type {string} */ text) => {
        if (isSecret(key)) return;
        localStorage.setItem(key, /:(queries|favorites)$/.test(key) ? withoutHeaders(text) : text);
      },
      removeItem: (/** @type {string} */ key) => localStorage.removeItem(key),
      clear: () => localStorage.clear(),
      get length() {
        return localStorage.length;
      },
    };
  }

  function withoutHeaders(/** @type {string} */ text) {
    return JSON.stringify(JSON.parse(text), (name, value) => (name === 'headers' ? undefined : value));
  }

  /** Corrects what assistive technology reads of GraphiQL, now and after every change. */
  function improveAccess(/** @type {HTMLElement} */ root) {
    let isScheduled = false;
    const correct = () => {
      isScheduled = false;
      // A tab cannot contain the button that closes it.
      const tabs = root.querySelector('.graphiql-tabs');
      tabs?.setAttribute('role', 'list');
      for (const tab of tabs?.children ?? []) {
        const button = tab.querySelector('.graphiql-tab-button');
        if (tab.hasAttribute('aria-selected')) {
          button?.setAttribute('aria-current', tab.getAttribute('aria-selected') ?? 'false');
          if (tab.getAttribute('aria-selected') === 'true') tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
          tab.removeAttribute('aria-selected');
        }
        tab.setAttribute('role', 'listitem');
        const title = button?.textContent;
        tab.querySelector('.graphiql-tab-close')?.setAttribute('aria-label', `Close ${title}`);
      }
      for (const item of root.querySelectorAll('.graphiql-history-item-label')) {
        item.setAttribute('aria-label', `${item.textContent}: open`);
      }
      for (const select of root.querySelectorAll('.graphiql-plugin select')) {
        const isNew = select.closest('.graphiql-explorer-actions') !== null;
        select.setAttribute('aria-label', isNew ? 'Kind of the new operation' : 'Value of the argument');
      }
    };
    const observer = new MutationObserver(() => {
      if (!isScheduled) requestAnimationFrame(correct);
      isScheduled = true;
    });
    observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-selected'] });
  }

  async function start() {
    const root = /** @type {HTMLElement} */ (document.getElementById('root'));
    const state = openLink(openTabs(await values));
    write(keys.tabs, state);
    const active = state.tabs[state.activeTabIndex];
    const global = /** @type {any} */ (window);
    improveAccess(root);
    global.YogaGraphiQL.renderYogaGraphiQL(root, {
      title: `<a href="/" ${token === undefined ? '' : 'target="_blank" rel="opener"'}>snapgate</a>`,
      storage: createStorage(),
      // GraphiQL opens the tab that has these; the others come from the storage.
      query: active?.query ?? '',
      variables: active?.variables ?? '',
      defaultQuery: content.newTabHint,
      defaultTabs: state.tabs,
      shouldPersistHeaders: false,
      additionalHeaders: authorization,
      // Otherwise, the page would write the query to its address.
      onEditQuery: () => {},
      onTabChange: (/** @type {TabState} */ { tabs, activeTabIndex }) => {
        // GraphiQL shows the new tab after this call.
        if (tabs[activeTabIndex]?.query === null) setTimeout(writeHint);
      },
    });
  }

  /** Writes the hint into the query editor, if it is empty. */
  function writeHint() {
    const { __MONACO: monaco } = /** @type {any} */ (window);
    /** @type {{ uri: { path: string }, getValue(): string, setValue(text: string): void }[]} */
    const models = monaco.editor.getModels();
    const model = models.find(({ uri }) => uri.path.endsWith('operation.graphql'));
    if (model?.getValue() === '') model.setValue(content.newTabHint);
  }
}
