import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/edge.md §7: apps and keys of a company are as a developer's, over the same operations. */

interface App {
  readonly name: string;
  readonly appId: string;
  readonly companyName?: string;
  readonly credentials: readonly { readonly consumerKey: string; readonly apiProducts: readonly object[] }[];
}

describeOnEveryStore('apps of a company in Edge', (server) => {
  const organization = '/v1/organizations/company-apps';
  const apps = '/companies/Acme%20Inc/apps';
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${organization}${path}`, request);

  before(async () => {
    await server().makeOrganization('company-apps');
    await send('POST', '/companies', { json: { name: 'Acme Inc' } });
    for (const name of ['gold', 'silver']) {
      await send('POST', '/apiproducts', { json: { name, displayName: name, approvalType: 'auto' } });
    }
  });

  it('name their company, with products in either spelling', async () => {
    for (const [at, member] of ['apiProducts', 'apiproducts'].entries()) {
      const answer = await send('POST', apps, { json: { name: `app${at}`, [member]: ['gold'] } });
      assert.equal(answer.status, 201, answer.text);
      const app = answer.json<App>();
      assert.equal(app.companyName, 'Acme Inc');
      assert.ok(!('developerId' in app));
      assert.deepEqual(
        app.credentials.map(({ apiProducts }) => apiProducts),
        [[{ apiproduct: 'gold', status: 'approved' }]],
      );
      const key = `${apps}/app${at}/keys/${app.credentials[0]?.consumerKey}`;
      const added = await send('PUT', key, { json: { [member]: ['silver'] } });
      assert.equal(added.status, 200, added.text);
      assert.equal(added.json<App['credentials'][number]>().apiProducts.length, 2);
    }
    assert.deepEqual((await send('GET', apps)).json(), ['app0', 'app1']);
    assert.deepEqual((await send('GET', '/companies/acme%20inc')).json<{ apps: string[] }>().apps, ['app0', 'app1']);
  });

  it('are found beneath their company alone', async () => {
    await send('POST', '/companies', { json: { name: 'Other' } });
    const made = await send('POST', apps, { json: { name: 'own' } });
    const { appId, credentials } = made.json<App>();
    const [credential] = credentials;
    assert.ok(credential);
    await send('POST', '/companies/Other/apps', { json: { name: 'foreign' } });
    for (const path of [
      '/companies/Other/apps/own',
      `/companies/Other/apps/${appId}`,
      `/companies/Other/apps/foreign/keys/${credential.consumerKey}`,
    ]) {
      assert.equal((await send('GET', path)).status, 404, path);
    }
    assert.equal((await send('GET', `${apps}/${appId}`)).json<App>().name, 'own');
  });

  it('go with their company, and their keys can be imported elsewhere', async () => {
    await send('POST', '/companies', { json: { name: 'Gone' } });
    const made = await send('POST', '/companies/Gone/apps', { json: { name: 'one' } });
    const { appId } = made.json<App>();
    const json = { consumerKey: 'company-key', consumerSecret: 'secret' };
    const imported = await send('POST', '/companies/Gone/apps/one/keys/create', { json });
    assert.equal(imported.status, 201, imported.text);
    const taken = await send('POST', `${apps}/app0/keys/create`, { json });
    assert.equal(taken.status, 409);
    assert.equal((await send('DELETE', '/companies/Gone')).status, 200);
    assert.equal((await send('GET', `/apps/${appId}`)).status, 404);
    assert.equal((await send('POST', `${apps}/app0/keys/create`, { json })).status, 201);
  });
});
