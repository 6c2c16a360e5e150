import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

/** A real Chromium out of npm. Never the package's own `args`: they switch web security off. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    // Without a sandbox, since tests may run as root; it opens nothing but our own pages.
    args: ['--no-sandbox', '--headless=new', '--disable-background-networking'],
  });
}
