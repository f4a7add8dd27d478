import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuthentication } from '../../src/server/authentication/authentication.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { accounts, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { authenticationWith, settings, token } from '../support/tokens.ts';
import { makeCluster, makeSnapshot } from '../support/worlds.ts';

const [own, other] = ['123456789012', '210987654321'] as const;
const named = accounts([own, other]).map((each, index) => ({ ...each, name: ['production', 'staging'][index] }));

const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();
const old = { createdAt: ago(100), clusterCreatedAt: ago(100) };

/** Snapshots of one cluster, one on each of these days before today. */
const daily = (cluster: string, days: readonly number[], parts = {}) =>
  days.map((each) =>
    makeSnapshot('REDSHIFT', `${cluster}-${each}`, {
      ...old,
      cluster,
      createdAt: ago(each),
      megabytes: 10_240,
      ...parts,
    }),
  );

/** Two accounts, with a gap, exposed and orphaned snapshots, unknown sizes, and a name that a spreadsheet executes. */
const world = {
  clusters: [
    { ...makeCluster('REDSHIFT', 'sales', old), AutomatedSnapshotRetentionPeriod: 7 },
    makeCluster('REDSHIFT', 'ledger', { ...old, account: other }),
    makeCluster('DOCUMENTDB', 'orders', old),
  ],
  snapshots: [
    ...daily('sales', [0, 1, 2, 4]),
    ...daily('ledger', [0], { account: other, megabytes: 2048 }),
    makeSnapshot('DOCUMENTDB', 'orders-1', { ...old, createdAt: ago(1) }),
    makeSnapshot('DOCUMENTDB', 'orders-public', { ...old, createdAt: ago(3), shares: ['all'] }),
    makeSnapshot('REDSHIFT', 'sales-partner', {
      ...old,
      cluster: 'sales',
      createdAt: ago(9),
      shares: ['555566667777'],
    }),
    makeSnapshot('REDSHIFT', '=1+1', { ...old, cluster: 'gone', account: other }),
  ],
};
const prices = { currency: 'USD', gigabyteMonth: [{ service: 'REDSHIFT' as const, price: 0.5 }] };

describe.skipIf(!hasBrowser)(`the fleet page${hasBrowser ? '' : ', in a browser, which is not installed'}`, () => {
  let browser: Browser;
  let gateway: Gateway | undefined;
  const failures: string[] = [];
  const urls: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await gateway?.close();
    gateway = undefined;
    // Includes violations of the content security policy.
    if (failures.length > 0) throw new Error(failures.splice(0).join('\n'));
  });

  const start = async (options: GatewayOptions = {}) => {
    gateway = await startGateway({ world, accounts: named, ...options });
    return gateway;
  };
  const guarded = () => ({
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], introspection: true }]),
  });
  const open = async (url: string, options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    page.on('request', (request) => urls.push(request.url()));
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      // The browser reports each response with an error status itself.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        failures.push(message.text());
    });
    await page.goto(url);
    return page;
  };
  const loaded = (page: Page) => page.getByText('All panels are loaded.').waitFor();
  const panel = (page: Page, title: string) =>
    page.getByRole('region', { name: title, exact: true }).and(page.locator('section'));
  const rowsOf = async (page: Page, title: string) => {
    const rows = panel(page, title).locator('tbody tr');
    return rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText)));
  };
  const summaryOf = (page: Page, title: string) => panel(page, title).locator('.summary').innerText();
  const exported = async (page: Page, title: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel(page, title)
        .getByRole('button', { name: /^Export/ })
        .click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };
  const showTable = (page: Page, title: string) =>
    panel(page, title)
      .getByRole('button', { name: /^Show table/ })
      .click();

  it('shows every panel of a fleet, with requests to the gateway only, and only ids of documents', async () => {
    const { url } = await start({ prices });
    urls.splice(0);
    const context = await browser.newContext();
    const page = await context.newPage();
    const sent: any[] = [];
    page.on('request', (request) => {
      urls.push(request.url());
      if (request.method() === 'POST') sent.push(request.postDataJSON());
    });
    page.on('console', (message) => failures.push(message.text()));
    await page.goto(url);
    await loaded(page);
    expect(urls.filter((each) => !each.startsWith(url) && !each.startsWith('data:'))).toEqual([]);
    expect(sent.map(({ documentId }) => documentId).sort()).toEqual(
      ['exposure', 'orphans', 'recovery-points', 'source-health', 'sources', 'storage'].map((id) => `x-snapgate:${id}`),
    );
    for (const each of sent) expect(Object.keys(each)).toEqual(['documentId', 'variables']);
    expect(await panel(page, 'Recovery points').getByRole('img').getAttribute('aria-label')).toBe(
      '3 clusters, 1 with a gap. The table has all figures.',
    );
    expect(await panel(page, 'Storage by cluster').getByRole('img').innerHTML()).toContain('50 GB, 25.00 USD');
    expect(await summaryOf(page, 'Storage by cluster')).toBe('Showing 4 of 4 clusters, with 9 snapshots in total.');
    expect((await rowsOf(page, 'Exposure')).map((row) => row.slice(0, 3))).toEqual([
      ['555566667777', 'sales-partner', 'sales'],
      ['Public', 'orders-public', 'orders'],
    ]);
    expect((await rowsOf(page, 'Orphans')).map((row) => row.slice(0, 2))).toEqual([['=1+1', 'gone']]);
    expect((await rowsOf(page, 'Sources')).map((row) => row.slice(0, 5))).toEqual([
      ['Complete', `production (${own})`, 'us-east-1', 'Amazon Redshift', '5'],
      ['Complete', `production (${own})`, 'us-east-1', 'Amazon DocumentDB', '2'],
      ['Complete', `staging (${other})`, 'us-east-1', 'Amazon Redshift', '2'],
      ['Complete', `staging (${other})`, 'us-east-1', 'Amazon DocumentDB', '0'],
    ]);
  });

  it('exports what the tables and charts show, with formulas escaped and unknown values marked', async () => {
    const { url } = await start({ prices });
    const page = await open(url);
    await loaded(page);
    const orphans = await exported(page, 'Orphans');
    expect(orphans).toMatch(/^\ufeffSnapshot,Cluster,Created \(UTC\),Type,Size in GB,Account,Region,Service,ARN\r\n/);
    expect(orphans).toMatch(/\r\n'=1\+1,gone,\d{4}-\d\d-\d\d \d\d:\d\d,manual,/);
    await showTable(page, 'Storage by cluster');
    const storage = (await rowsOf(page, 'Storage by cluster')).map((row) => row.slice(0, 6));
    expect(storage.at(-1)).toEqual(['orders', '2', 'unknown', '2', 'unknown', '2']);
    const lines = (await exported(page, 'Storage by cluster')).trim().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 6)).slice(1)).toEqual([
      ['sales', '5', '50', '0', '25', '0'],
      ['gone', '1', '10', '0', '5', '0'],
      ['ledger', '1', '2', '0', '1', '0'],
      ['orders', '2', 'unknown', '2', 'unknown', '2'],
    ]);
    await showTable(page, 'Recovery points');
    const days = await rowsOf(page, 'Recovery points');
    const found = days.find(([cluster]) => cluster === 'sales')!;
    expect(found.slice(4, 10)).toEqual(['3', '1', '1', '1', 'gap', '1']);
    const calendar = (await exported(page, 'Recovery points')).trim().split('\r\n');
    expect(calendar).toHaveLength(1 + days.length);
    expect(calendar[0]).toMatch(/^Cluster,Account,Region,Service,Gaps,\d{4}-\d\d-\d\d,/);
    expect(calendar.find((line) => line.startsWith('sales,'))).toMatch(/,Amazon Redshift,3,1,1,1,0,1,/);
  });

  it('says which sources are missing, shows unknown values instead of zero, and recovers', async () => {
    const { url, disturb } = await start();
    const denied = { kind: 'error', code: 'AccessDenied', status: 403, service: 'redshift', account: other } as const;
    await disturb(denied);
    const page = await open(url);
    await loaded(page);
    for (const title of ['Recovery points', 'Storage by cluster', 'Sources', 'Exposure', 'Orphans']) {
      const notice = await panel(page, title).locator('.notice').innerText();
      expect(notice).toContain('This is incomplete: 1 of 4 sources could not be read in full.');
      expect(notice).toContain('staging, us-east-1, Amazon Redshift: Denied');
    }
    expect((await rowsOf(page, 'Sources'))[0]?.slice(0, 7)).toEqual([
      'Denied',
      `staging (${other})`,
      'us-east-1',
      'Amazon Redshift',
      'unknown',
      'unknown',
      'not read',
    ]);
    expect(await summaryOf(page, 'Storage by cluster')).toContain('at least 7 snapshots');
    expect(await panel(page, 'Orphans').locator('.empty').innerText()).toBe(
      'Nothing found in the sources that could be read.',
    );
    await disturb();
    await panel(page, 'Orphans').getByRole('button', { name: 'Read again' }).click();
    await panel(page, 'Orphans').getByText('=1+1').waitFor();
    expect(await panel(page, 'Orphans').locator('.notice').count()).toBe(0);
  });

  it('updates itself until slow sources have responded, and keeps details open', async () => {
    const timeouts = { requestSeconds: 5, callSeconds: 6 };
    const { url, disturb } = await start({ aws: { timeouts } });
    await disturb({ kind: 'hang' });
    const page = await open(url);
    const orphans = panel(page, 'Orphans');
    await orphans.getByText('This panel updates itself.').waitFor();
    const details = orphans.locator('details');
    expect(await details.getAttribute('open')).toBeNull();
    await details.locator('summary').click();
    const isOld = await details.elementHandle();
    await expect.poll(async () => (await isOld?.evaluate(({ isConnected }) => isConnected)) ?? true).toBe(false);
    expect(await details.getAttribute('open')).toBe('');
    await disturb();
    await orphans.getByText('=1+1').waitFor();
    await loaded(page);
  });

  it('says what is empty in a fleet without clusters and snapshots', async () => {
    const { url } = await start({ world: {} });
    const page = await open(url);
    await loaded(page);
    expect(await page.locator('.empty').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "There are no clusters.",
        "There are no snapshots.",
        "No snapshot is public or shared outside the configured accounts.",
        "Every snapshot belongs to an existing cluster.",
      ]
    `);
    expect(await rowsOf(page, 'Sources')).toHaveLength(4);
    expect(await page.locator('.notice').count()).toBe(0);
  });

  it('shows days that could not be read as unknown', async () => {
    const { url, disturb } = await start();
    await disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeClusterSnapshots' });
    const page = await open(url);
    await loaded(page);
    const title = 'Recovery points';
    expect(await panel(page, title).locator('.notice').innerText()).toContain('Some values could not be read.');
    expect(await panel(page, title).locator('.legend').innerText()).toContain('Unknown');
    await showTable(page, title);
    const sales = (await rowsOf(page, title)).find(([cluster]) => cluster === 'sales');
    expect(new Set(sales!.slice(4))).toEqual(new Set(['unknown']));
  });

  it('shows the error of a panel and retries it, without touching the others', async () => {
    const { url } = await start();
    const page = await open('about:blank');
    let isBroken = true;
    await page.route('**/graphql', (route) =>
      isBroken && route.request().postData()?.includes('exposure')
        ? route.fulfill({ status: 503, body: '{"errors":[{"message":"Busy.","extensions":{"code":"RATE_LIMITED"}}]}' })
        : route.continue(),
    );
    await page.goto(url);
    await loaded(page);
    expect(await panel(page, 'Exposure').getByRole('alert').innerText()).toContain('Busy.');
    expect(await summaryOf(page, 'Exposure')).toBe('Not loaded.');
    expect(await rowsOf(page, 'Orphans')).toHaveLength(1);
    isBroken = false;
    await panel(page, 'Exposure').getByRole('button', { name: 'Retry' }).click();
    await panel(page, 'Exposure').getByText('orders-public').waitFor();
  });

  it('keeps filters in the URL, applies them to every panel, and goes back', async () => {
    const { url } = await start();
    const page = await open(`${url}/?account=${other}`);
    await loaded(page);
    expect(await page.getByLabel('Account').inputValue()).toBe(other);
    expect((await rowsOf(page, 'Sources')).map((row) => row[1])).toEqual([`staging (${other})`, `staging (${other})`]);
    expect(await summaryOf(page, 'Recovery points')).toBe('Showing 1 cluster.');
    await page.getByLabel('Account').selectOption('All');
    await page.getByLabel('Service').selectOption('Amazon Redshift');
    await page.getByLabel('Name contains').fill('sales');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).search).toBe('?service=REDSHIFT&search=sales');
    await loaded(page);
    await expect
      .poll(() => summaryOf(page, 'Recovery points'))
      .toBe('Showing 1 of 2 loaded clusters. Only clusters whose name contains “sales” are included.');
    expect(await summaryOf(page, 'Storage by cluster')).toBe(
      'Showing 1 of 1 cluster, with 5 snapshots in total. Only snapshots whose name contains “sales” are included.',
    );
    expect((await rowsOf(page, 'Exposure')).map((row) => row[1])).toEqual(['sales-partner']);
    expect(await panel(page, 'Orphans').locator('.empty').innerText()).toBe('Nothing matches the filters.');
    const href = await panel(page, 'Exposure').getByRole('link').getAttribute('href');
    const link = new URL(href!, url);
    expect(JSON.parse(link.searchParams.get('variables')!)).toEqual({ services: ['REDSHIFT'], search: 'sales' });
    expect(link.searchParams.get('query')).toContain('exposure: EXTERNAL');
    await page.goBack();
    await page.goBack();
    await page.goBack();
    expect(new URL(page.url()).search).toBe(`?account=${other}`);
    await expect.poll(() => summaryOf(page, 'Sources')).toBe('Showing 2 sources.');
    expect(await page.getByLabel('Name contains').inputValue()).toBe('');
  });

  it('does not say that all panels are loaded when only requests of earlier filters have ended', async () => {
    const { url } = await start();
    const page = await open(url);
    await loaded(page);
    await page.route('**/graphql', () => {});
    await page.getByLabel('Service').selectOption('Amazon Redshift');
    await page.evaluate(() => {
      const progress = document.getElementById('progress')!;
      const seen: (string | null)[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => seen.push(progress.textContent)).observe(progress, { childList: true });
    });
    await page.getByLabel('Service').selectOption('Amazon DocumentDB');
    const seen = await page.evaluate(() => new Promise((done) => setTimeout(() => done((window as any).seen))));
    expect(seen).toEqual(['Loading 5 panels…']);
  });

  it('says once that a filter of the URL is of no source that the user can read, until another is chosen', async () => {
    const { url } = await start();
    const page = await open(`${url}/?account=999999999999&region=us-east-1`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.allInnerTexts()).toEqual([
      'No source that you can read has “999999999999”. Choose another filter.',
    ]);
    expect(await panel(page, 'Sources').isVisible()).toBe(false);
    await page.getByLabel('Service').selectOption('Amazon Redshift');
    await loaded(page);
    expect(new URL(page.url()).search).toBe('?region=us-east-1&service=REDSHIFT');
    expect(await page.getByLabel('Account').locator('option:checked').innerText()).toBe('All');
    expect(await alert.count()).toBe(0);
    expect(await rowsOf(page, 'Sources')).toHaveLength(2);
  });

  it('loads further pages into the same table, and says that there are more', async () => {
    const clusters = Array.from({ length: 60 }, (_, index) => makeCluster('REDSHIFT', `c${index}`, old));
    const { url } = await start({ world: { clusters, snapshots: [] } });
    const page = await open(url);
    await loaded(page);
    const title = 'Recovery points';
    expect(await summaryOf(page, title)).toBe('Showing 50 clusters. There are more.');
    await panel(page, title)
      .getByRole('button', { name: /^Load more/ })
      .press('Enter');
    await expect.poll(() => summaryOf(page, title)).toBe('Showing 60 clusters.');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(title);
    await showTable(page, title);
    const names = (await rowsOf(page, title)).map(([name]) => name);
    expect(new Set(names).size).toBe(60);
    expect((await exported(page, title)).trim().split('\r\n')).toHaveLength(61);
  });

  it('searches further pages by itself if a page has few records', async () => {
    const snapshots = [
      ...daily(
        'sales',
        Array.from({ length: 250 }, (_, index) => index / 10),
      ),
      makeSnapshot('REDSHIFT', 'z-orphan', { ...old, cluster: 'gone', account: other }),
    ];
    const { url } = await start({ world: { ...world, snapshots }, maximumPages: 1 });
    const page = await open(url);
    await loaded(page);
    expect((await rowsOf(page, 'Orphans')).map((row) => row.slice(0, 2))).toEqual([['z-orphan', 'gone']]);
    expect(await summaryOf(page, 'Orphans')).toBe('Showing 1 snapshot.');
    expect(await panel(page, 'Orphans').locator('.notice').count()).toBe(0);
  });

  it('searches the clusters of all pages for a name, and links to the first page', async () => {
    const clusters = Array.from({ length: 120 }, (_, index) => makeCluster('REDSHIFT', `c${index + 100}`, old));
    const { url } = await start({
      world: { clusters: [...clusters, makeCluster('REDSHIFT', 'zz-last', old)], snapshots: [] },
    });
    const page = await open(`${url}/?search=LAST`);
    await loaded(page);
    const title = 'Recovery points';
    expect(await summaryOf(page, title)).toBe(
      'Showing 1 of 121 loaded clusters. Only clusters whose name contains “LAST” are included.',
    );
    await showTable(page, title);
    expect((await rowsOf(page, title)).map(([name]) => name)).toEqual(['zz-last']);
    const href = await panel(page, title).getByRole('link').getAttribute('href');
    expect(new URL(href!, url).searchParams.get('variables')).toBe('{}');
  });

  it('shows long, small and foreign names and values as they are, in tables that fit a window of 1280 pixels', async () => {
    const cluster = 'c'.repeat(63);
    const shares = Array.from({ length: 20 }, (_, index) => String(500000000000 + index));
    const snapshots = [
      makeSnapshot('REDSHIFT', '<b>größe-データ</b>', { ...old, cluster, megabytes: 9, shares }),
      makeSnapshot('REDSHIFT', 's'.repeat(255), { ...old, cluster: 'gone', megabytes: 1_234_567 }),
    ];
    const { url } = await start({ world: { clusters: [makeCluster('REDSHIFT', cluster, old)], snapshots }, prices });
    const page = await open(url);
    await loaded(page);
    const chart = panel(page, 'Storage by cluster').getByRole('img');
    const texts = await chart.locator('text').allTextContents();
    expect(texts).toContain(`${'c'.repeat(18)}… · production us-east-1`);
    expect(texts).toContain('<0.1 GB, <0.01 USD');
    expect(await chart.locator('title').allTextContents()).toEqual([
      'gone, production, us-east-1, Amazon Redshift: 1,205.6 GB, 602.82 USD',
      `${cluster}, production, us-east-1, Amazon Redshift: <0.1 GB, <0.01 USD`,
    ]);
    expect((await exported(page, 'Storage by cluster')).trim().split('\r\n').at(-1)).toMatch(/,1,0.009,0,/);
    expect((await rowsOf(page, 'Exposure'))[0]?.[1]).toBe('<b>größe-データ</b>');
    await showTable(page, 'Storage by cluster');
    for (const title of ['Storage by cluster', 'Sources', 'Exposure', 'Orphans']) {
      const scrolling = panel(page, title).locator('.scroll');
      const [scrollWidth, clientWidth] = await scrolling.evaluate((each) => [each.scrollWidth, each.clientWidth]);
      expect([title, scrollWidth]).toEqual([title, clientWidth]);
    }
    await showTable(page, 'Recovery points');
    const calendar = panel(page, 'Recovery points').locator('.scroll');
    await calendar.evaluate((each) => each.scrollTo(each.scrollWidth, 0));
    const [left, first] = await calendar.evaluate((each) => [
      each.getBoundingClientRect().left,
      each.querySelector('td')!.getBoundingClientRect().left,
    ]);
    expect(first).toBe(left);
  });

  it('asks for a token, shows nothing before it is accepted, and keeps it in memory only', async () => {
    const { url } = await start(guarded());
    const page = await open(`${url}/?account=${own}`);
    const field = page.getByLabel('Bearer token');
    await field.waitFor();
    const contents = () => page.evaluate(() => document.documentElement.outerHTML);
    expect(await contents()).not.toContain('production');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('#sign-in').innerText()).toContain('Authentication required');
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').innerText()).toContain('token');
    expect(await contents()).not.toContain('production');
    const accepted = await token();
    await field.fill(` Bearer ${accepted}\n`);
    await page.keyboard.press('Enter');
    await loaded(page);
    expect(await rowsOf(page, 'Exposure')).toHaveLength(2);
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href]),
    );
    expect(kept + (await contents())).not.toContain(accepted);
    expect(await field.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();
    for (const secret of ['production', 'sales', own]) {
      expect((await contents()).replaceAll(page.url(), '')).not.toContain(secret);
    }
    await page.reload();
    await field.waitFor();
  });

  it('removes what it shows and asks for another token when the gateway rejects the token', async () => {
    const { url, apply } = await start(guarded());
    const page = await open(url);
    await page.getByLabel('Bearer token').fill(await token());
    await page.keyboard.press('Enter');
    await loaded(page);
    apply({ authenticate: createAuthentication(settings({ secret: randomBytes(32).toString('base64') }))([]) });
    await page.getByLabel('Account').selectOption(own);
    await page.getByLabel('Bearer token').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('token');
    const contents = await page.evaluate(() => document.documentElement.outerHTML);
    for (const shown of ['production', 'sales', 'orders']) expect(contents).not.toContain(shown);
  });

  it('shares the token with windows of its origin that it opens', async () => {
    const { url } = await start(guarded());
    const page = await open(url);
    const accepted = await token();
    await page.getByLabel('Bearer token').fill(accepted);
    await page.keyboard.press('Enter');
    await loaded(page);
    const [second] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('/'))]);
    second.setDefaultTimeout(0);
    await loaded(second);
    expect(await rowsOf(second, 'Exposure')).toHaveLength(2);
    const link = panel(page, 'Exposure').getByRole('link');
    expect([await link.getAttribute('target'), await link.getAttribute('rel')]).toEqual(['_blank', 'opener']);
    // What GraphiQL does.
    const [third] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('/assets/'))]);
    const asked = third.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => resolve(data));
          window.opener.postMessage({ snapgate: 'token?' }, location.origin);
        }),
    );
    expect(await asked).toEqual({ snapgate: 'token', token: accepted });
  });

  it.each([
    ['a light page', {}],
    ['a dark page', { colorScheme: 'dark' }],
    ['a narrow window', { viewport: { width: 390, height: 800 } }],
  ] as const)('is accessible as %s: signed out, with charts, tables, notices and errors', async (_name, options) => {
    const { url, disturb } = await start(guarded());
    await disturb({ kind: 'error', code: 'AccessDenied', status: 403, service: 'redshift', account: other });
    const page = await open(url, options);
    const audit = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
    };
    await page.getByLabel('Bearer token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await audit();
    await page.getByLabel('Bearer token').fill(await token());
    await page.keyboard.press('Enter');
    await loaded(page);
    await showTable(page, 'Storage by cluster');
    await page.route('**/graphql', (route) => route.abort());
    await panel(page, 'Orphans').getByRole('button', { name: 'Read again' }).click();
    await panel(page, 'Orphans').getByRole('alert').waitFor();
    await audit();
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
    expect(scrollWidth).toBe(clientWidth);
  });

  it('can be used by keyboard in the order of the page, with a visible focus', async () => {
    const { url } = await start();
    const page = await open(url);
    await loaded(page);
    const visited: string[] = [];
    for (let index = 0; index < 11; index += 1) {
      await page.keyboard.press('Tab');
      const { name, outline } = await page.evaluate(() => {
        const active = document.activeElement as HTMLElement;
        const name = active.ariaLabel ?? (active.getAttribute('name') || active.innerText);
        return { name, outline: getComputedStyle(active).outlineWidth };
      });
      expect(outline).toBe('3px');
      visited.push(name);
    }
    expect(visited).toEqual([
      'Fleet',
      'GraphiQL',
      'account',
      'region',
      'service',
      'search',
      'Apply',
      'Clear',
      'Recovery points: open in GraphiQL',
      'Show table: Recovery points',
      'Export CSV (3 rows): Recovery points',
    ]);
  });
});
