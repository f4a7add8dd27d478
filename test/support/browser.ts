import { accessSync, constants } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether the Chromium of Debian is installed. */
export const hasBrowser = isExecutable(executablePath);

/** Starts the Chromium of Debian with a new profile and without its background requests. */
export function openBrowser() {
  const args = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    '--no-sandbox',
  ];
  return chromium.launch({ executablePath, args, timeout: 0 });
}

/** Opens a page without a timeout of its own: the timeout of the test applies. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 2400 } });
  page.setDefaultTimeout(0);
  return page;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
