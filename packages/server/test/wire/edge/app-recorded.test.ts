import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import type { ShownApp } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** The session with the real Edge that was recorded in 2017: our bytes are its bytes, but for what differs each time. */

const recorded = new URL('../../fixtures/edge/apigee-config-maven-plugin-recorded-2017/', import.meta.url);
const readRecorded = (name: string) => readFileSync(new URL(name, recorded), 'utf8').trimEnd();

/** Ids, times, keys and secrets, each replaced by its kind. */
function mask(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{id}')
    .replace(/\b1\d{12}\b/g, '{time}')
    .replace(/("consumerKey" : )"[A-Za-z0-9]{32}"/g, '$1"{key}"')
    .replace(/("consumerSecret" : )"[A-Za-z0-9]{16}"/g, '$1"{secret}"');
}

/** A read of 2017 does not tell that a key never ends; that of today does, and ours does (compat/edge.md §4.1). */
function withExpiry(text: string): string {
  return text.replace('\n    "issuedAt"', '\n    "expiresAt" : -1,\n    "issuedAt"');
}

describeOnEveryStore('the recorded session with apps', (server) => {
  const root = '/v1/o/recorded';
  const apps = `${root}/developers/john@example.com/apps`;
  before(async () => {
    await server().makeOrganization('recorded');
    const developer = { email: 'john@example.com', firstName: 'John', lastName: 'Doe', userName: 'john' };
    assert.equal((await server().request('POST', `${root}/developers`, { json: developer })).status, 201);
    const product = { ...JSON.parse(readRecorded('apiproducts.POST.request.json')), name: 'weatherProduct' };
    const made = await server().request('POST', `${root}/apiproducts`, { json: product });
    assert.equal(made.status, 201, made.text);
  });

  for (const session of ['developer-app1', 'developer-app2']) {
    it(`answers ${session} byte for byte`, async () => {
      const body = readRecorded(`${session}.POST.request.json`);
      const made = await server().request('POST', apps, { body, type: 'application/json' });
      assert.equal(made.status, 201);
      assert.equal(made.headers.get('content-type'), 'application/json');
      assert.equal(mask(made.text), mask(readRecorded(`${session}.POST.response.json`)));
      const deleted = await server().request('DELETE', `${apps}/${made.json<ShownApp>().name}`);
      assert.equal(deleted.status, 200);
      assert.equal(mask(deleted.text), mask(withExpiry(readRecorded(`${session}.DELETE.response.json`))));
    });
  }
});
