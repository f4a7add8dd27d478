import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { examples, missingHint, newTabHint } from '../../src/console/graphiql/examples.ts';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';

const nameOf = (query: string) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '';
const names = examples.map(({ query }) => nameOf(query));

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Requests to other hosts, errors of the page, and violations of its policy. */
let problems: string[] = [];

async function open(url: string, address = '/graphql'): Promise<void> {
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) problems.push(request.url());
  });
  await page.goto(`${url}${address}`);
  await page.locator('.graphiql-execute-button, #token').first().waitFor();
}

const tabs = () => page.locator('.graphiql-tab-button');
const titles = () => tabs().allInnerTexts();
const activeTitle = () => page.locator('.graphiql-tab-active .graphiql-tab-button').innerText();
async function choose(name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await expect.poll(activeTitle).toBe(name);
  // GraphiQL stores the tab after it has found its operation.
  await expect.poll(storedTitle).toBe(name);
}
const isActiveTabVisible = () =>
  page.locator('.graphiql-tab-active').evaluate((tab) => {
    const [inner, outer] = [tab, tab.parentElement!].map((each) => each.getBoundingClientRect());
    return inner!.left >= outer!.left - 1 && inner!.right <= outer!.right + 1;
  });
const run = () => page.locator('.graphiql-execute-button').click();

/** The text of an editor; Monaco renders only the visible lines. */
const editor = (file: string): Promise<string> =>
  page.evaluate((name) => {
    const { __MONACO: monaco } = globalThis as unknown as { __MONACO: Monaco };
    return (
      monaco.editor
        .getModels()
        .find(({ uri }) => uri.path.endsWith(name))
        ?.getValue() ?? ''
    );
  }, file);
/** Removes what an editor shows. GraphiQL itself does it some time after the user has chosen another tab. */
const clear = (file: string): Promise<void> =>
  page.evaluate((name) => {
    const { __MONACO: monaco } = globalThis as unknown as { __MONACO: Monaco };
    for (const model of monaco.editor.getModels()) if (model.uri.path.endsWith(name)) model.setValue('');
  }, file);
interface Monaco {
  readonly editor: { getModels(): readonly Model[] };
}
interface Model {
  readonly uri: { readonly path: string };
  getValue(): string;
  setValue(text: string): void;
}

/** Runs the operation of the open tab, and returns its last response, when it has arrived. */
async function response(): Promise<{ readonly data?: any; readonly errors?: readonly unknown[] }> {
  await clear('response.json');
  await run();
  await expect.poll(() => editor('response.json')).toContain('"');
  return JSON.parse(await editor('response.json'));
}

/** Everything that the browser keeps. */
const stored = () => page.evaluate(() => JSON.stringify([Object.entries(localStorage), location.href]));

/** The operation of the tab that the browser keeps as the open one. */
const storedTitle = () =>
  page.evaluate(() => {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
    return tabs[activeTabIndex]?.operationName as string | null;
  });

/** The texts of the tabs that the browser keeps. */
const storedTabs = () =>
  page.evaluate((): string[] =>
    JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}').tabs.map(
      ({ query }: { query: string }) => query,
    ),
  );

async function violations(): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
}

describe.skipIf(!hasBrowser)(
  `the pages of GraphiQL${hasBrowser ? '' : ', in a browser, which is not installed'}`,
  () => {
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      problems = [];
      await newContext({});
    });
    afterEach(async () => {
      await context.close();
      if (problems.length > 0) throw new Error(problems.join(', '));
    });

    async function newContext(options: Parameters<Browser['newContext']>[0]) {
      context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
      page = await context.newPage();
      page.setDefaultTimeout(0);
      context.on('weberror', (error) => problems.push(error.error().message));
      context.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) problems.push(message.text());
      });
    }

    describe('on the sample data', () => {
      let gateway: Gateway;
      beforeAll(async () => {
        const now = '2026-06-01T12:00:00.000Z';
        const seed = seedOptions(undefined, new Date(now));
        gateway = await startGateway({
          ...seed,
          world: { ...seed.world, now, frozen: true },
          accounts: accounts(
            seedAccounts.map(({ id }) => id),
            seedAccounts[0]?.regions,
          ),
          policy: { sharing: 'unrestricted', restore: 'unrestricted', deletion: undefined },
        });
      });
      afterAll(() => gateway.close());

      it('open with the examples, and each returns data of the fleet', async () => {
        await open(gateway.url);
        expect(await titles()).toEqual(names);
        const results: Record<string, any> = {};
        for (const name of names.filter((each) => each !== 'WatchSnapshot')) {
          await choose(name);
          results[name] = await response();
        }
        await choose('WatchSnapshot');
        await run();
        await expect.poll(() => editor('response.json')).toContain('"percent"');
        results['WatchSnapshot'] = JSON.parse(await editor('response.json'));
        await page.getByRole('button', { name: /^Stop query/ }).click();
        const some = [expect.anything()];
        const planned = (type: string, action: string) => ({ __typename: type, plannedCalls: [{ action }] });
        expect(Object.values(results).flatMap(({ errors }) => errors ?? [])).toEqual([]);
        expect(results['Browse'].data).toMatchObject({
          redshift: { nodes: { length: 5 }, isComplete: true },
          documentdb: { nodes: { length: 5 }, isComplete: true },
        });
        expect(results['ClusterHistory'].data.cluster.snapshots.nodes).toEqual(expect.arrayContaining(some));
        expect(results['Orphans'].data.snapshots.nodes).toEqual(expect.arrayContaining(some));
        expect(results['Exposure'].data.public.nodes[0].sharing.public).toBe(true);
        expect(results['Exposure'].data.external.nodes).toEqual(expect.arrayContaining(some));
        for (const { snapshotDays } of results['Gaps'].data.clusters.nodes) {
          expect(snapshotDays).toContainEqual({ date: expect.any(String), hasSnapshot: false });
        }
        expect(results['Gaps'].data.clusters.nodes).toEqual(expect.arrayContaining(some));
        const { createSnapshot } = results['CreateSnapshot'].data;
        expect(createSnapshot).toMatchObject({ snapshot: { status: 'CREATING' }, plannedCalls: some });
        expect(results['WatchSnapshot'].data.snapshotProgress).toMatchObject({
          identifier: createSnapshot.snapshot.arn.split(/[:/]/).at(-1),
          status: 'CREATING',
        });
        expect(results['ShareSnapshot'].data.shareSnapshot).toMatchObject(
          planned('ShareSnapshotPayload', 'AuthorizeSnapshotAccess'),
        );
        expect(results['RestoreCluster'].data.restoreCluster).toMatchObject({
          __typename: 'RestoreClusterPayload',
          plannedCalls: expect.arrayContaining(some),
        });
        expect(results['FieldsPerType'].data).toMatchObject({
          redshift: { nodes: [{ __typename: 'RedshiftSnapshot', nodeType: expect.any(String) }, {}, {}] },
          documentdb: { nodes: [{ __typename: 'DocumentDBSnapshot', engineVersion: expect.any(String) }, {}, {}] },
        });
      });

      it('keep what the user has changed, and give other examples new values', async () => {
        await open(gateway.url);
        await page.locator('.graphiql-query-editor .monaco-editor').click();
        await page.keyboard.press('Control+Home');
        await page.keyboard.insertText('#mine ');
        await page.locator('.graphiql-tab', { hasText: 'Orphans' }).hover();
        await page.getByRole('button', { name: 'Close Orphans' }).click();
        await choose('CreateSnapshot');
        await expect.poll(storedTabs).toMatchObject({ length: names.length - 1, 0: expect.stringContaining('#mine ') });
        await page.evaluate(() => {
          // As if the page had been opened earlier.
          for (const key of ['graphiql:tabState', 'snapgate:examples']) {
            localStorage.setItem(key, localStorage.getItem(key)?.replaceAll(/example-\d+/g, 'example-1') ?? '');
          }
        });
        await page.reload();
        await page.locator('.graphiql-execute-button').waitFor();
        expect(await titles()).toEqual(names.filter((name) => name !== 'Orphans'));
        await expect.poll(() => editor('variables.json')).toMatch(/example-\d{12}/);
        await choose('Browse');
        await expect.poll(() => editor('operation.graphql')).toContain('#mine ');
      });

      it.each(['{"tabs":[null]}', '{"tabs":[{"query":1}]}', '7', '{'])(
        'open although the storage has %s',
        async (damaged) => {
          await open(gateway.url);
          await page.evaluate((text) => {
            for (const key of ['graphiql:tabState', 'snapgate:examples']) localStorage.setItem(key, text);
          }, damaged);
          await page.reload();
          await page.locator('.graphiql-execute-button').waitFor();
          expect((await titles()).at(-1)).toBe(names.at(-1));
        },
      );

      it('open the operation of a link once, beside the other tabs', async () => {
        const query = 'query A { viewer { subject } } query Linked($id: ID!) { node(id: $id) { id } }';
        const link = `/graphql?${new URLSearchParams({ query, variables: '{"id":"a"}', operationName: 'Linked' })}`;
        await open(gateway.url);
        for (let time = 0; time < 2; time++) {
          await page.goto(gateway.url + link);
          await page.locator('.graphiql-execute-button').waitFor();
          expect(await titles()).toEqual([...names, 'Linked']);
          expect(await activeTitle()).toBe('Linked');
          await expect.poll(isActiveTabVisible).toBe(true);
          expect(await editor('operation.graphql')).toBe(query);
          expect(JSON.parse(await editor('variables.json'))).toEqual({ id: 'a' });
          expect(page.url()).toBe(`${gateway.url}/graphql`);
        }
      });

      it('show a hint in a new tab', async () => {
        await open(gateway.url);
        await page.getByRole('button', { name: 'New tab' }).click();
        await expect.poll(() => editor('operation.graphql')).toBe(newTabHint);
      });

      it('show the history, and an explorer that changes the operation', async () => {
        await open(gateway.url);
        await choose('ClusterHistory');
        await response();
        await page.getByRole('button', { name: 'Show History' }).click();
        await page.getByRole('button', { name: 'ClusterHistory: open' }).waitFor();
        await choose('Orphans');
        await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
        await page.locator('.graphiql-explorer-root').getByText('viewer', { exact: true }).click();
        await expect.poll(() => editor('operation.graphql')).toContain('viewer');
      });

      it.each([
        ['light', 1400],
        ['dark', 1400],
        ['light', 390],
        ['dark', 390],
      ] as const)('pass axe in %s mode, %i pixels wide', async (colorScheme, width) => {
        await context.close();
        await newContext({ viewport: { width, height: 900 }, colorScheme });
        await open(gateway.url);
        await page.locator('.graphiql-tab').first().waitFor();
        await response();
        for (const name of ['Browse', 'RestoreCluster']) {
          await choose(name);
          expect(await violations()).toEqual([]);
        }
        for (const plugin of ['History', 'Documentation Explorer', 'GraphiQL Explorer']) {
          await page.getByRole('button', { name: `Show ${plugin}` }).click();
          await page.locator('.graphiql-plugin > *').waitFor();
          expect(await violations()).toEqual([]);
        }
        const boxes = await page
          .locator('.graphiql-query-editor, .graphiql-response')
          .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON() as DOMRect));
        for (const box of boxes) {
          expect(box.right).toBeLessThanOrEqual(width);
          expect(box.width).toBeGreaterThan(Math.min(width, 900) / 2 - 200);
          expect(box.bottom).toBeLessThanOrEqual(900);
        }
      });
    });

    it('show a hint instead of values while the fleet is empty, and values later', async () => {
      const gateway = await startGateway();
      try {
        await open(gateway.url);
        await choose('ClusterHistory');
        expect(await editor('operation.graphql')).toContain(missingHint);
        expect(await editor('variables.json')).toContain('my-cluster');
        await choose('Browse');
        expect(await editor('operation.graphql')).not.toContain(missingHint);
        const { world } = seedOptions(undefined, new Date());
        await gateway.load(world ?? {});
        await page.reload();
        await page.locator('.graphiql-execute-button').waitFor();
        await choose('ClusterHistory');
        expect(await editor('operation.graphql')).not.toContain(missingHint);
        expect(await editor('variables.json')).not.toContain('my-cluster');
        expect(await titles()).toEqual(names);
      } finally {
        await gateway.close();
      }
    });

    describe('with authentication', () => {
      let gateway: Gateway;
      let token: string;
      beforeAll(async () => {
        const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'], introspection: true }]);
        gateway = await startGateway({ authenticate });
        token = (await as()).authorization.replace('Bearer ', '');
      });
      afterAll(() => gateway.close());

      it.each([
        ['light', 1400],
        ['dark', 390],
      ] as const)('the page to sign in passes axe in %s mode, %i pixels wide', async (colorScheme, width) => {
        await context.close();
        await newContext({ viewport: { width, height: 800 }, colorScheme });
        await open(gateway.url);
        expect(await violations()).toEqual([]);
        await page.getByLabel('Bearer token').fill('nonsense');
        await page.keyboard.press('Enter');
        await page.getByText('The bearer token is not valid.').waitFor();
        expect(await page.getByLabel('Bearer token').getAttribute('aria-invalid')).toBe('true');
        expect(await violations()).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(page.url()).toBe(`${gateway.url}/graphql`);
      });

      it('send the token, also over a link, without storing it or a header', async () => {
        await open(gateway.url, '/graphql?query={viewer{subject}}');
        await page.getByLabel('Bearer token').fill(`Bearer ${token}`);
        await page.keyboard.press('Enter');
        await page.locator('.graphiql-execute-button').waitFor();
        expect(await response()).toMatchObject({ data: { viewer: { subject: 'ada' } } });
        await page.getByRole('button', { name: 'Headers' }).click();
        await page.locator('.graphiql-editor-tool .monaco-editor').last().click();
        await page.keyboard.insertText('{"Authorization": "Bearer of-my-own"}');
        await expect.poll(async () => JSON.stringify(await response())).toContain('not valid');
        await expect.poll(stored).toContain('"graphiql:queries"');
        expect(await stored()).not.toMatch(/of-my-own|Bearer/);
        expect(await stored()).not.toContain(token);
      });

      it('give the token to a page that they have opened, and only to it', async () => {
        await open(gateway.url);
        await page.getByLabel('Bearer token').fill(token);
        await page.keyboard.press('Enter');
        await page.locator('.graphiql-execute-button').waitFor();
        const opened = context.waitForEvent('page');
        await page.evaluate(() => void window.open('/graphql'));
        await (await opened).locator('.graphiql-execute-button').waitFor();
        const other = await context.newPage();
        await other.goto(`${gateway.url}/graphql`);
        await other.getByLabel('Bearer token').waitFor();
        expect(await other.locator('.graphiql-execute-button').count()).toBe(0);
      });
    });
  },
);

describe('the page of GraphiQL', () => {
  const accept = 'text/html';

  it('is the same for every caller, has an ETag, and is sent only to those who may open it', async () => {
    const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);
    const [anonymous, authenticated] = await Promise.all([startGateway(), startGateway({ authenticate })]);
    const request = async ({ url }: Gateway, headers: object) => {
      const answer = await fetch(`${url}/graphql`, { headers: { accept, ...headers } });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const mine = await request(anonymous, {});
    const ada = await request(authenticated, await as());
    const grace = await request(authenticated, await as({ sub: 'grace' }));
    const etag = mine.headers.get('etag') ?? '';
    const again = await request(authenticated, { ...(await as()), 'if-none-match': etag });
    const refused = await request(authenticated, { 'if-none-match': etag });
    await Promise.all([anonymous.close(), authenticated.close()]);
    expect(mine).toMatchObject({ status: 200, text: expect.stringContaining('renderYogaGraphiQL') });
    expect([ada.text === mine.text, grace.text === mine.text]).toEqual([true, true]);
    expect(ada.headers.get('etag')).toBe(etag);
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(refused.status).toBe(401);
    expect(refused.text.length).toBeLessThan(10_000);
    const policy = mine.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src( 'sha256-[\w+/=]+'){3};/);
    expect(policy).not.toContain('unsafe-eval');
    // GraphiQL replaces the page to sign in under the policy of that page.
    expect(refused.headers.get('content-security-policy')).toBe(policy);
  });
});
