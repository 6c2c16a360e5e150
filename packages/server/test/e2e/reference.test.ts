import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, patienceMilliseconds } from '../support/browser.ts';
import { adminEmail, startTestServer, type TestServer, testPassword } from '../support/server.ts';

/** The page at /docs, as somebody uses it who has just started the plane. */
describe('the API reference in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    server = await startTestServer();
    const json = { email: 'ann@example.com', firstName: 'Ann', lastName: 'Other' };
    await server.request('POST', '/v1/organizations/myorg/developers', { json });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.setDefaultTimeout(patienceMilliseconds);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) complaints.push(request.url());
    });
    await page.goto(`${server.url}/docs`);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const operation = (summary: string): Locator => page.locator('.opblock', { hasText: summary }).first();

  it('shows every call of the dialect', async () => {
    await operation('Get a developer').waitFor();
    const { paths } = (await (await fetch(`${server.url}/openapi/edge.json`)).json()) as { paths: object };
    const calls = Object.values(paths).flatMap((path: object) => Object.keys(path));
    assert.ok(calls.length > 30);
    assert.equal(await page.locator('.opblock').count(), calls.length);
  });

  it('makes a call with the credentials of an account, and shows the answer', async () => {
    await page.getByRole('button', { name: 'Authorize' }).click();
    const dialog = page.locator('.modal-ux');
    await dialog.getByLabel('Username').fill(adminEmail);
    await dialog.getByLabel('Password').fill(testPassword);
    await dialog.getByRole('button', { name: 'Apply credentials' }).first().click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();

    const call = operation('Get a developer');
    await call.locator('.opblock-summary-control').click();
    await call.getByPlaceholder('organization').fill('myorg');
    await call.getByPlaceholder('developer').fill('ann@example.com');
    await call.getByRole('button', { name: 'Execute' }).click();
    const answer = call.locator('.live-responses-table');
    await answer.waitFor();
    assert.match((await answer.textContent()) ?? '', /200[\s\S]*"email": "ann@example\.com"/);
  });

  it('finds the audit of a resource, slashes and all', async () => {
    const call = operation('Who changed a resource of an organization');
    await call.locator('.opblock-summary-control').click();
    await call.getByPlaceholder('organization').fill('myorg');
    await call.getByPlaceholder('resource').fill('developers/ann@example.com');
    await call.getByRole('button', { name: 'Execute' }).click();
    const answer = call.locator('.live-responses-table');
    await answer.waitFor();
    assert.match((await answer.textContent()) ?? '', /200[\s\S]*"operation": "CREATE"/);
  });

  it('shows the other dialect', async () => {
    await page.getByLabel('Select a definition').selectOption({ label: 'Claviger, X dialect' });
    await page.locator('.info .title', { hasText: 'X dialect' }).waitFor();
    await page.locator('.opblock').first().waitFor();
  });

  it('is our own: named, dark where that is wished, and loads nothing from elsewhere', async () => {
    assert.equal(await page.title(), 'Claviger API reference');
    assert.equal(await page.locator('.topbar img').getAttribute('alt'), 'Claviger API reference');
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${server.url}/docs`);
    await operation('Get a developer').waitFor();
    assert.notEqual(await background(), light);
    const nameless = page.locator('button:visible').filter({ hasNotText: /./ });
    // All of one moment: hundreds of questions, one after another, would be asked of a page that still changes.
    const shown = await nameless.evaluateAll((buttons) =>
      buttons.map((button) => ({
        name: button.getAttribute('aria-label') ?? button.getAttribute('title'),
        html: button.outerHTML.slice(0, 200),
      })),
    );
    assert.ok(shown.length > 0);
    for (const { name, html } of shown) assert.ok(name, html);
    assert.deepEqual(complaints, []);
  });
});
