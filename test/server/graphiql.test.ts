import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshots } from '../support/worlds.ts';

describe.skipIf(!hasBrowser)(`GraphiQL in a browser${hasBrowser ? '' : ', which is not installed'}`, () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let opened: Response | null;
  const asked: string[] = [];
  const failures: string[] = [];

  beforeAll(async () => {
    const world = {
      snapshots: [...makeSnapshots('REDSHIFT', 1), ...makeSnapshots('DOCUMENTDB', 1, { cluster: 'docdb' })],
    };
    [gateway, browser] = await Promise.all([startGateway({ world }), openBrowser()]);
    page = await openPage(browser);
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => failures.push(error.message));
    opened = await page.goto(`${gateway.url}/graphql`);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('is compressed', () => {
    expect(opened?.status()).toBe(200);
    expect(opened?.headers()['content-encoding']).toMatch(/^(gzip|br)$/);
  });

  it('runs the initial query and shows snapshots of both services', async () => {
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.result-window');
    await answer.getByText('"RedshiftSnapshot"').waitFor();
    await answer.getByText('"DocumentDBSnapshot"').waitFor();
    const shown = (await answer.innerText()).replaceAll('\u00a0', ' ');
    expect(shown).toContain('sales-0000');
    expect(shown).toContain('docdb-0000');
    expect(shown).not.toContain('errors');
  });

  it('sends requests only to the gateway, and raises no error', () => {
    expect(asked.filter((url) => !url.startsWith(gateway.url) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(failures).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)(
  `GraphiQL with a token${hasBrowser ? '' : ', in a browser, which is not installed'}`,
  () => {
    let gateway: Gateway;
    let browser: Browser;
    beforeAll(async () => {
      const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'], introspection: true }]);
      [gateway, browser] = await Promise.all([startGateway({ authenticate }), openBrowser()]);
    });
    afterAll(async () => {
      await browser.close();
      await gateway.close();
    });

    /** Everything that the browser keeps for the gateway after the page is closed. */
    const stored = (page: Page) =>
      page.evaluate(() =>
        JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href]),
      );

    it('stores no token, also after a query, a change of the headers and a reload', async () => {
      const { authorization } = await as();
      const token = authorization.replace('Bearer ', '');
      const page = await openPage(browser);
      const open = async () => {
        await page.getByLabel('Bearer token').fill(token);
        await page.getByText('Open GraphiQL').click();
        await page.locator('.graphiql-execute-button').click();
        await page.locator('.result-window').getByText('"isComplete"').first().waitFor();
      };
      await page.goto(`${gateway.url}/graphql`);
      await open();
      await page.getByRole('button', { name: 'Headers' }).click();
      await page.locator('.graphiql-editor-tool .monaco-editor').last().click();
      await page.keyboard.press('End');
      await page.keyboard.type(' ');
      // GraphiQL stores its tabs half a second after the last change of an editor.
      await page.locator('.graphiql-query-editor .monaco-editor').click();
      await page.keyboard.type('#changed');
      await expect.poll(() => stored(page)).toContain('#changed');
      expect(await stored(page)).not.toContain(token);
      await page.reload();
      await open();
      expect(await stored(page)).toContain('#changed');
      expect(await stored(page)).not.toContain(token);
      expect(await stored(page)).not.toContain('Bearer');
    });
  },
);
