import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
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
    expect(opened?.headers()['content-encoding']).toMatch(/^(gzip|br|deflate|zstd)$/);
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
