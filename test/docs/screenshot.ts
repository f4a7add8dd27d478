import { join } from 'node:path';
import { openBrowser } from '../support/browser.ts';
import { start } from '../support/cli.ts';
import { root } from '../support/repository.ts';
import { readPage } from './page.ts';

/** Takes the screenshot of README: its first query and the response in GraphiQL, on the sample data of the emulator. */
const query = readPage('README.md').blocks.find(({ language }) => language === 'graphql')?.text ?? '';
const gateway = await start(['dev', '--port', '0', '--emulator-port', '0']);
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 840 } });
await page.goto(`${gateway.address('snapgate')}?query=${encodeURIComponent(query)}`);
await page.locator('.graphiql-execute-button').click();
await page.locator('.result-window').getByText('"nodes"').waitFor();
await page.screenshot({ path: join(root, 'docs/screenshot.png') });
await browser.close();
await gateway.stop();
