import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/x.md §1.7: apps of app groups and their keys, over the same operations as a developer's. */

interface Key {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly apiProducts?: readonly { readonly apiproduct: string; readonly status: string }[];
  readonly attributes?: readonly object[];
  readonly scopes?: readonly string[];
  readonly status: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
}

interface App {
  readonly name: string;
  readonly appGroup: string;
  readonly status: string;
  readonly credentials: readonly Key[];
  readonly attributes?: readonly object[];
}

describeOnEveryStore('apps of app groups in X', (server) => {
  const organization = '/v1/organizations/group-apps';
  const apps = `${organization}/appgroups/partners/apps`;
  before(async () => {
    await server().makeOrganization('group-apps', 'x');
    await server().request('POST', `${organization}/appgroups`, { json: { name: 'partners' } });
    for (const [name, approvalType] of [
      ['gold', 'auto'],
      ['silver', 'auto'],
      ['manual', 'manual'],
    ]) {
      const json = { name, displayName: name, approvalType, scopes: ['read', 'write'] };
      assert.equal((await server().request('POST', `${organization}/apiproducts`, { json })).status, 200);
    }
  });

  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${apps}${path}`, request);
  let made = 0;
  async function create(members: object = {}): Promise<App> {
    const answer = await send('POST', '', { json: { name: `app-${++made}`, ...members } });
    assert.equal(answer.status, 200, answer.text);
    return answer.json<App>();
  }
  function keyOf({ credentials: [key] }: App): Key {
    assert.ok(key);
    return key;
  }
  const pathOf = (app: App) => `/${app.name}/keys/${keyOf(app).consumerKey}`;

  it('name their group, and have one key', async () => {
    const app = await create({
      apiProducts: ['gold', 'manual'],
      callbackUrl: 'https://a',
      attributes: [{ name: 'a', value: '1' }],
    });
    assert.deepEqual([app.appGroup, app.status, app.credentials.length], ['partners', 'approved', 1]);
    assert.deepEqual(keyOf(app).apiProducts, [
      { apiproduct: 'gold', status: 'approved' },
      { apiproduct: 'manual', status: 'pending' },
    ]);
    assert.ok(!('developerId' in app));
    assert.deepEqual((await send('GET', `/${app.name}`)).json(), app);
  });

  it('count the life of a key in seconds', async () => {
    const { issuedAt, expiresAt } = keyOf(await create({ keyExpiresIn: '3600' }));
    assert.equal(Number(expiresAt) - Number(issuedAt), 3_600_000);
    assert.equal(keyOf(await create({ keyExpiresIn: '-1' })).expiresAt, '-1');
  });

  it('get one more key for products in an update, and change their status by action', async () => {
    const app = await create({ apiProducts: ['gold'] });
    const updated = await send('PUT', `/${app.name}`, { json: { name: app.name, apiProducts: ['silver'] } });
    assert.equal(updated.status, 200, updated.text);
    assert.deepEqual(
      updated.json<App>().credentials.map(({ apiProducts = [] }) => apiProducts.map(({ apiproduct }) => apiproduct)),
      [['silver'], ['gold']],
    );
    for (const [method, action, status] of [
      ['PUT', 'revoke', 'revoked'],
      ['POST', 'approve', 'approved'],
    ] as const) {
      const answer = await send(method, `/${app.name}?action=${action}`, {
        body: '',
        type: 'application/octet-stream',
      });
      assert.equal(answer.status, 204, answer.text);
      assert.equal((await send('GET', `/${app.name}`)).json<App>().status, status);
    }
    assert.equal((await send('PUT', `/${app.name}?action=active`)).status, 400);
    assert.equal((await send('POST', `/${app.name}`, { json: {} })).status, 400);
    assert.equal((await send('DELETE', `/${app.name}`)).json<App>().name, app.name);
    assert.equal((await send('GET', `/${app.name}`)).status, 404);
  });

  it('are listed under appGroupApps, in pages by token', async () => {
    const paged = `${organization}/appgroups/paged/apps`;
    await server().request('POST', `${organization}/appgroups`, { json: { name: 'paged' } });
    assert.deepEqual((await server().request('GET', paged)).json(), {});
    for (const name of ['b', 'c', 'a']) await server().request('POST', paged, { json: { name } });
    const page = async (query: string) => {
      const answer = (await server().request('GET', `${paged}${query}`)).json<{ appGroupApps: App[] }>();
      for (const app of answer.appGroupApps) assert.equal(app.credentials.length, 1);
      return { ...answer, appGroupApps: answer.appGroupApps.map(({ name }) => name) };
    };
    assert.deepEqual(await page(''), { appGroupApps: ['a', 'b', 'c'] });
    assert.deepEqual(await page('?pageSize=2'), { appGroupApps: ['a', 'b'], nextPageToken: 'b' });
    assert.deepEqual(await page('?pageSize=2&pageToken=b'), { appGroupApps: ['b', 'c'] });
    assert.equal((await server().request('GET', `${paged}?pageSize=-1`)).status, 400);
    assert.equal((await server().request('GET', `${organization}/appgroups/nobody/apps`)).status, 404);
  });

  it('take keys of their own by either path, once', async () => {
    const { name } = await create();
    for (const path of ['keys', 'keys/create']) {
      const json = { consumerKey: `own-${path.length}`, consumerSecret: 'secret', expiresInSeconds: '60' };
      const answer = await send('POST', `/${name}/${path}`, { json });
      assert.equal(answer.status, 200, answer.text);
      const key = answer.json<Key>();
      assert.deepEqual([key.consumerKey, key.consumerSecret, key.status], [json.consumerKey, 'secret', 'approved']);
      assert.equal(Number(key.expiresAt) - Number(key.issuedAt), 60_000);
      assert.equal((await send('POST', `/${name}/${path}`, { json })).status, 409);
    }
  });

  it('add products to a key, and replace its scopes and attributes', async () => {
    const app = await create({ apiProducts: ['gold'] });
    const names = (answer: TestResponse) => answer.json<Key>().apiProducts?.map(({ apiproduct }) => apiproduct);
    const alone = await send('POST', pathOf(app), { json: { apiProducts: ['silver', 'gold'] } });
    assert.deepEqual([alone.status, names(alone)], [200, ['gold', 'silver']]);
    const json = {
      action: 'revoke',
      apiProducts: ['manual'],
      appGroupAppKey: { scopes: ['read'], attributes: [{ name: 'a', value: '1' }], status: 'approved' },
    };
    const whole = await send('POST', pathOf(app), { json });
    assert.deepEqual(names(whole), ['gold', 'silver', 'manual']);
    const { scopes, attributes, status } = whole.json<Key>();
    assert.deepEqual([scopes, attributes, status], [['read'], [{ name: 'a', value: '1' }], 'revoked']);
    assert.equal((await send('POST', `${pathOf(app)}?action=approve`)).status, 204);
    const put = await send('PUT', pathOf(app), { json: { scopes: ['write'] } });
    assert.deepEqual([put.json<Key>().scopes, put.json<Key>().status], [['write'], 'approved']);
    assert.deepEqual((await send('GET', pathOf(app))).json(), put.json());
    for (const wrong of [
      { apiProducts: ['none'] },
      { appGroupAppKey: { scopes: ['none'] } },
      { action: 'x' },
      { attributes: [] },
    ]) {
      assert.equal((await send('POST', pathOf(app), { json: wrong })).status, 400, JSON.stringify(wrong));
    }
  });

  it('approve, revoke and remove products of a key, and delete it', async () => {
    const app = await create({ apiProducts: ['gold', 'manual'] });
    const product = `${pathOf(app)}/apiproducts/manual`;
    assert.equal((await send('POST', `${product}?action=approve`)).status, 204);
    assert.equal((await send('POST', product)).status, 400);
    const removed = await send('DELETE', `${pathOf(app)}/apiproducts/gold`);
    assert.deepEqual(removed.json<Key>().apiProducts, [{ apiproduct: 'manual', status: 'approved' }]);
    assert.equal((await send('DELETE', pathOf(app))).json<Key>().consumerKey, keyOf(app).consumerKey);
    assert.equal((await send('GET', pathOf(app))).status, 404);
  });

  it('have attributes that the PHP client calls one by one, as their keys have', async () => {
    const app = await create();
    for (const path of [`/${app.name}/attributes`, `${pathOf(app)}/attributes`]) {
      const attribute = [{ name: 'a', value: '1' }];
      assert.deepEqual((await send('POST', path, { json: { attribute } })).json(), { attribute });
      assert.deepEqual((await send('POST', `${path}/b`, { json: { name: 'b', value: '2' } })).json(), {
        name: 'b',
        value: '2',
      });
      assert.deepEqual((await send('GET', `${path}/a`)).json(), { name: 'a', value: '1' });
      assert.deepEqual((await send('DELETE', `${path}/a`)).json(), { name: 'a', value: '1' });
      assert.deepEqual((await send('GET', path)).json(), { attribute: [{ name: 'b', value: '2' }] });
    }
  });

  it('are told of by the organization with the name of their group', async () => {
    const app = await create();
    const list = await server().request('GET', `${organization}/apps?expand=true&filter=appGroup%3Dpartners`);
    const found = list.json<{ app: App[] }>().app.find(({ name }) => name === app.name);
    assert.equal(found?.appGroup, 'partners');
  });
});
