import { join } from 'node:path';
import { openBrowser } from '../support/browser.ts';
import { start } from '../support/cli.ts';
import { root } from '../support/repository.ts';
import { readPage } from './page.ts';

/**
 * Takes the screenshots of README on the sample data of the emulator: its first query and the response in GraphiQL, and
 * the fleet page.
 */
const query = readPage('README.md').blocks.find(({ language }) => language === 'graphql')?.text ?? '';
const gateway = await start(['dev', '--port', '0', '--emulator-port', '0']);
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 840 } });
page.setDefaultTimeout(0);
await page.goto(`${gateway.address('snapgate')}?query=${encodeURIComponent(query)}`);
await page.locator('.graphiql-execute-button').click();
await page.locator('.result-window').getByText('"nodes"').waitFor();
await page.screenshot({ path: join(root, 'docs/screenshot.png') });
const fleet = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
fleet.setDefaultTimeout(0);
await fleet.goto(gateway.address('fleet'));
await fleet.getByText('All panels are loaded.').waitFor();
await fleet.screenshot({ path: join(root, 'docs/fleet-page.png') });
await browser.close();
await gateway.stop();
