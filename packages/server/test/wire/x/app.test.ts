import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp, type ShownCredential } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/x.md §1.1, §1.3, §1.4: developer apps and their keys. */

interface XError {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details: readonly { readonly violations?: readonly { readonly type: string }[] }[];
  };
}

describeOnEveryStore('developer apps in X', (server) => {
  const world = openAppWorld(server, 'x-apps', 'x');
  before(() => world.prepare());

  it('are made with one key, and shown with int64 as texts, without what is empty', async () => {
    const app = await world.createApp({ name: 'plain app' });
    const [key] = app.credentials;
    assert.deepEqual(Object.keys(app), [
      'appFamily',
      'appId',
      'createdAt',
      'credentials',
      'developerId',
      'lastModifiedAt',
      'name',
      'status',
    ]);
    assert.deepEqual(Object.keys(key ?? {}), ['consumerKey', 'consumerSecret', 'expiresAt', 'issuedAt', 'status']);
    assert.equal(key?.expiresAt, '-1');
    assert.equal(typeof key?.issuedAt, 'string');
    assert.deepEqual(await world.getApp('plain app'), app);
  });

  it('take a lifetime as text or number, and end it to the millisecond', async () => {
    for (const keyExpiresIn of ['60000', 60_000]) {
      const [key] = (await world.createApp({ keyExpiresIn })).credentials;
      assert.equal(Number(key?.expiresAt) - Number(key?.issuedAt), 60_000);
    }
  });

  it('are told by name under the name of appId, unless expanded', async () => {
    await makeDeveloper(server, world.root, 'lists@example.com');
    const lists = `${world.root}/developers/lists@example.com/apps`;
    assert.deepEqual((await server().request('GET', lists)).json(), {});
    for (const name of ['b', 'a', 'c']) {
      assert.equal((await server().request('POST', lists, { json: { name } })).status, 200);
    }
    const get = async (query: string) =>
      (await server().request('GET', `${lists}${query}`)).json<{ app: ShownApp[] }>();
    assert.deepEqual(await get(''), { app: [{ appId: 'a' }, { appId: 'b' }, { appId: 'c' }] });
    assert.deepEqual(await get('?count=2&startKey=b'), { app: [{ appId: 'b' }, { appId: 'c' }] });
    const { app } = await get('?expand=true&startKey=b');
    assert.deepEqual(
      app.map(({ name, credentials }) => [name, credentials.length]),
      [
        ['b', 1],
        ['c', 1],
      ],
    );
  });

  it('are found by name alone, encoded once or twice', async () => {
    const app = await world.createApp({ name: 'My $1 app' });
    for (const email of ['ann@example.com', 'ann%40example.com', 'ann%2540example.com']) {
      for (const name of ['My%20$1%20app', 'My%2520%25241%2520app']) {
        const answer = await server().request('GET', `${world.root}/developers/${email}/apps/${name}`);
        assert.equal(answer.json<ShownApp>().appId, app.appId, answer.text);
      }
    }
    const byId = await world.send('GET', `/apps/${app.appId}`);
    assert.equal(byId.status, 404);
    assert.partialDeepStrictEqual(byId.json<XError>().error, {
      code: 404,
      status: 'NOT_FOUND',
      message: `App named ${app.appId} does not exist under ann@example.com`,
      details: [{ violations: [{ type: 'developer.service.AppDoesNotExist' }] }],
    });
  });

  it('are refused a second time', async () => {
    await world.createApp({ name: 'twice' });
    const again = await world.send('POST', '/apps', { json: { name: 'twice' } });
    assert.partialDeepStrictEqual(again.json<XError>().error, { code: 409, status: 'ABORTED' });
  });

  it('make one more key for products by PUT and POST, newest first', async () => {
    await world.createApp({ name: 'more', apiProducts: ['auto'], attributes: [{ name: 'a', value: '1' }] });
    const put = await world.call<ShownApp>('PUT /apps/more', 200, { name: 'more', apiProducts: ['manual'] });
    assert.deepEqual(put.credentials[0]?.apiProducts, [{ apiproduct: 'manual', status: 'pending' }]);
    assert.ok(!('attributes' in put));
    const post = await world.call<ShownApp>('POST /apps/more', 200, { apiProducts: ['auto'], scopes: ['READ'] });
    assert.equal(post.credentials.length, 3);
    assert.deepEqual(post.credentials[0]?.scopes, ['READ']);
  });

  it('are revoked by action with any body or none, and deleted as they were', async () => {
    await world.createApp({ name: 'gone' });
    for (const request of [{}, { body: '', type: 'application/octet-stream' }, { json: {} }]) {
      assert.equal((await world.send('POST', '/apps/gone?action=revoke', request)).status, 204);
    }
    const app = await world.getApp('gone');
    assert.equal(app.status, 'revoked');
    assert.deepEqual(await world.call('DELETE /apps/gone', 200), app);
  });

  it('refuse members that they do not know', async () => {
    const answer = await world.send('POST', '/apps', { json: { name: 'n', updateTime: '1' } });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /Unknown name \\"updateTime\\": Cannot find field\./);
  });

  it('have attributes', async () => {
    await world.createApp({ name: 'attributes' });
    const attribute = [{ name: 'n', value: 'v' }];
    assert.deepEqual(await world.call('POST /apps/attributes/attributes', 200, { attribute }), { attribute });
    const one = { name: 'm', value: '1' };
    assert.deepEqual(await world.call('POST /apps/attributes/attributes/m', 200, one), one);
    assert.deepEqual(await world.call('GET /apps/attributes/attributes', 200), { attribute: [...attribute, one] });
    assert.deepEqual(await world.call('DELETE /apps/attributes/attributes/m', 200), one);
  });
});

describeOnEveryStore('keys in X', (server) => {
  const world = openAppWorld(server, 'x-keys', 'x');
  before(async () => {
    await world.prepare();
    await world.createApp({ name: 'a' });
  });

  it('are brought on either path, with a lifetime in seconds', async () => {
    for (const [path, expiresInSeconds] of [
      ['keys', '60'],
      ['keys/create', 60],
    ] as const) {
      const json = { consumerKey: `own-key-by-${path.length}`, consumerSecret: 's', expiresInSeconds };
      const made = await world.call<ShownCredential>(`POST /apps/a/${path}`, 200, json);
      assert.equal(Number(made.expiresAt) - Number(made.issuedAt), 60_000);
      assert.deepEqual(await world.getKey('a', json.consumerKey), made);
      const again = await world.send('POST', `/apps/a/${path}`, { json });
      assert.partialDeepStrictEqual(again.json<XError>().error, {
        code: 409,
        message: 'ConsumerKey already exists',
        status: 'ABORTED',
        details: [{ violations: [{ type: 'keymanagement.service.ConsumerKeyAlreadyExists' }] }],
      });
    }
  });

  it('get products as apigeecli and terraform give them', async () => {
    const path = '/apps/a/keys/of-clients';
    await world.call('POST /apps/a/keys', 200, { consumerKey: 'of-clients', consumerSecret: 's' });
    const added = await world.call<ShownCredential>(`POST ${path}`, 200, { apiProducts: ['auto'] });
    assert.deepEqual(added.apiProducts, [{ apiproduct: 'auto', status: 'approved' }]);
    const scopes = await world.call<ShownCredential>(`POST ${path}`, 200, { scopes: ['READ'] });
    assert.deepEqual(scopes.scopes, ['READ']);
    const body = { consumerKey: 'of-clients', apiProducts: ['manual'], attributes: [{ name: 'a', value: '1' }] };
    const put = await world.call<ShownCredential>(`PUT ${path}`, 200, body);
    assert.deepEqual(
      put.apiProducts?.map(({ apiproduct }) => apiproduct),
      ['auto', 'manual'],
    );
    const whole = await world.call<ShownCredential>(`PUT ${path}`, 200, { ...put });
    assert.deepEqual(whole, put, 'what was read may be sent back');
    const wrong = await world.send('PUT', path, { json: { apiProducts: [1] } });
    assert.equal(wrong.status, 400);
  });

  it('are approved and revoked, and their products, by 204', async () => {
    const path = '/apps/a/keys/of-actions';
    await world.call('POST /apps/a/keys', 200, { consumerKey: 'of-actions', consumerSecret: 's' });
    await world.call(`POST ${path}`, 200, { apiProducts: ['manual', 'auto'] });
    await world.call(`POST ${path}?action=revoke`, 204);
    await world.call(`POST ${path}/apiproducts/manual?action=approve`, 204);
    assert.partialDeepStrictEqual(await world.getKey('a', 'of-actions'), {
      status: 'revoked',
      apiProducts: [{ apiproduct: 'manual', status: 'approved' }, { apiproduct: 'auto' }],
    });
    const left = await world.call<ShownCredential>(`DELETE ${path}/apiproducts/manual`, 200);
    assert.deepEqual(left.apiProducts, [{ apiproduct: 'auto', status: 'approved' }]);
    assert.deepEqual(await world.call(`DELETE ${path}`, 200), left);
    assert.equal((await world.send('GET', path)).status, 404);
  });
});
