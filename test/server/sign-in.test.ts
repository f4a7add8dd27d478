import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { authenticationWith, token } from '../support/tokens.ts';
import { makeSnapshots } from '../support/worlds.ts';

describe.skipIf(!hasBrowser)(`a browser${hasBrowser ? '' : ', which is not installed,'}`, () => {
  let gateway: Gateway;
  let browser: Browser;
  beforeAll(async () => {
    const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);
    const world = { snapshots: makeSnapshots('REDSHIFT', 1) };
    [gateway, browser] = await Promise.all([startGateway({ authenticate, world }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('asks for a token, opens GraphiQL with it, and runs a query with it', async () => {
    const page = await openPage(browser);
    expect((await page.goto(`${gateway.url}/graphql`))?.status()).toBe(401);
    await page.getByLabel('Bearer token').fill('nonsense');
    await page.getByRole('button', { name: 'Open GraphiQL' }).click();
    await page.getByText('The bearer token is not valid.').waitFor();
    await page.getByLabel('Bearer token').fill(await token());
    await page.getByRole('button', { name: 'Open GraphiQL' }).click();
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window').getByText('"RedshiftSnapshot"').waitFor();
  });
});
