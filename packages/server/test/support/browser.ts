import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

/** A guard against hanging: where all are busy, a single click took ten seconds. */
export const patienceMilliseconds = 120_000;

/** A real Chromium out of npm. Never the package's own `args`: they switch web security off. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    timeout: patienceMilliseconds,
    // Without a sandbox, since tests may run as root; it opens nothing but our own pages.
    args: ['--no-sandbox', '--headless=new', '--disable-background-networking'],
  });
}
