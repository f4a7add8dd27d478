import { accessSync, constants } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether Debian's chromium is installed. */
export const hasBrowser = isExecutable(executablePath);

/** Starts Debian's chromium with a fresh profile and none of the requests it makes for itself. */
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

/** Opens a page that waits without a timeout of its own: that of the test applies. */
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
