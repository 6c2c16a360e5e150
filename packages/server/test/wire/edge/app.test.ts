import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, refusalOf, type ShownApp } from '../../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';

/** compat/edge.md §4: developer apps. */

describeOnEveryStore('making an app in Edge', (server) => {
  const world = openAppWorld(server, 'making-apps');
  before(() => world.prepare());

  it('always makes one key, also without products', async () => {
    const { credentials } = await world.createApp();
    assert.equal(credentials.length, 1);
    assert.partialDeepStrictEqual(credentials[0], { apiProducts: [], status: 'approved', expiresAt: -1 });
    assert.match(credentials[0]?.consumerKey ?? '', /^[A-Za-z0-9]{32}$/);
    assert.match(credentials[0]?.consumerSecret ?? '', /^[A-Za-z0-9]{16}$/);
  });

  it('attaches products approved or pending as they want it, the key approved', async () => {
    const { credentials } = await world.createApp({ apiProducts: ['manual', 'auto', 'manual'] });
    assert.partialDeepStrictEqual(credentials[0], {
      apiProducts: [
        { apiproduct: 'manual', status: 'pending' },
        { apiproduct: 'auto', status: 'approved' },
      ],
      status: 'approved',
    });
  });

  for (const keyExpiresIn of [60_000, '60000']) {
    it(`ends the key ${JSON.stringify(keyExpiresIn)} milliseconds later`, async () => {
      const [key] = (await world.createApp({ keyExpiresIn })).credentials;
      assert.equal(Number(key?.expiresAt) - Number(key?.issuedAt), 60_000);
    });
  }

  it('never ends the key for "-1"', async () => {
    assert.equal((await world.createApp({ keyExpiresIn: '-1' })).credentials[0]?.expiresAt, -1);
  });

  it('heeds status, scopes, attributes and callback URL', async () => {
    const attributes = [
      { name: 'b', value: '1' },
      { name: 'a', value: '' },
    ];
    const json = { status: 'revoked', scopes: ['READ'], attributes, callbackUrl: '', apiProducts: ['auto'] };
    const app = await world.createApp(json);
    assert.partialDeepStrictEqual(app, { status: 'revoked', scopes: ['READ'], attributes, callbackUrl: '' });
    assert.deepEqual(app.credentials[0]?.scopes, ['READ']);
    assert.equal(app.credentials[0]?.status, 'approved');
    assert.ok(!('callbackUrl' in (await world.createApp())), 'never set, never shown');
  });

  it('takes XML', async () => {
    const xml =
      '<App name="from xml"><AccessType>read</AccessType><ApiProducts><ApiProduct>auto</ApiProduct></ApiProducts>' +
      '<CallbackUrl>http://x</CallbackUrl><Attributes><Attribute><Name>n</Name><Value>v</Value></Attribute></Attributes></App>';
    const answer = await world.send('POST', '/apps', { xml });
    assert.equal(answer.status, 201, answer.text);
    const attributes = [{ name: 'n', value: 'v' }];
    const app = answer.json<ShownApp>();
    assert.partialDeepStrictEqual(app, { name: 'from xml', callbackUrl: 'http://x', attributes });
    assert.equal(app.credentials[0]?.apiProducts?.[0]?.apiproduct, 'auto');
    const shown = await world.send('GET', '/apps/from%20xml', { accept: 'application/xml' });
    assert.match(shown.text, /<App name="from xml">\n {4}<AppFamily>default<\/AppFamily>/);
    assert.match(shown.text, /<Credential>.*<ConsumerKey>[A-Za-z0-9]{32}<\/ConsumerKey>/s);
  });

  it('names the app once under its developer, and again under another', async () => {
    await world.createApp({ name: 'twice' });
    const again = await world.send('POST', '/apps', { json: { name: 'twice' } });
    assert.equal(again.status, 409);
    assert.equal(again.json<{ message: string }>().message, 'App with name twice already exists');
    await makeDeveloper(server, world.root, 'bob@example.com');
    const bobs = await server().request('POST', `${world.root}/developers/bob@example.com/apps`, {
      json: { name: 'twice' },
    });
    assert.equal(bobs.status, 201, bobs.text);
    const owners = await server().request('GET', `${world.root}/developers?app=twice`);
    assert.deepEqual(
      owners.json<{ developer: { email: string }[] }>().developer.map(({ email }) => email),
      ['ann@example.com', 'bob@example.com'],
    );
    assert.partialDeepStrictEqual((await world.send('GET', '')).json(), { apps: ['twice'] });
  });

  it('works for an inactive developer, whose keys still read approved', async () => {
    await makeDeveloper(server, world.root, 'idle@example.com');
    const idle = `${world.root}/developers/idle@example.com`;
    assert.equal((await server().request('POST', `${idle}?action=inactive`)).status, 204);
    const made = await server().request('POST', `${idle}/apps`, { json: { name: 'idle', apiProducts: ['auto'] } });
    assert.equal(made.status, 201, made.text);
    const app = (await server().request('GET', `${idle}/apps/idle`)).json<ShownApp>();
    assert.partialDeepStrictEqual(app, { status: 'approved' });
    assert.partialDeepStrictEqual(app.credentials[0], {
      status: 'approved',
      apiProducts: [{ apiproduct: 'auto', status: 'approved' }],
    });
  });
});

async function setProperties(server: GetServer, root: string, property: object[]): Promise<void> {
  const answer = await server().request('POST', root, { json: { properties: { property } } });
  assert.equal(answer.status, 200, answer.text);
}

describeOnEveryStore('an organization that says how keys are made', (server) => {
  const world = openAppWorld(server, 'key-rules');
  before(async () => {
    await world.prepare();
    await setProperties(server, world.root, [
      { name: 'keymanagement.consumer.key.length', value: '48' },
      { name: 'keymanagement.consumer.secret.length', value: '24' },
      { name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' },
    ]);
  });

  it('gets keys and secrets of that length', async () => {
    const [key] = (await world.createApp({ apiProducts: ['auto'] })).credentials;
    assert.match(key?.consumerKey ?? '', /^[A-Za-z0-9]{48}$/);
    assert.match(key?.consumerSecret ?? '', /^[A-Za-z0-9]{24}$/);
  });

  it('has no app without a product, where it wants none', async () => {
    for (const members of [{}, { apiProducts: [] }]) {
      const answer = await world.send('POST', '/apps', { json: { name: 'none', ...members } });
      assert.deepEqual(refusalOf(answer), [400, 'keymanagement.service.ApiProductsRequired']);
    }
  });
});

describeOnEveryStore('changing an app in Edge', (server) => {
  const world = openAppWorld(server, 'changing-apps');
  before(() => world.prepare());

  for (const method of ['PUT', 'POST']) {
    it(`replaces attributes and callback URL by ${method}, and makes no key without products`, async () => {
      const app = await world.createApp({ callbackUrl: 'http://old', attributes: [{ name: 'a', value: '1' }] });
      const path = `${method} /apps/${encodeURIComponent(app.name)}`;
      const attributes = [{ name: 'b', value: '2' }];
      const changed = await world.call<ShownApp>(path, 200, { attributes, callbackUrl: 'http://new', apiProducts: [] });
      assert.partialDeepStrictEqual(changed, { attributes, callbackUrl: 'http://new' });
      assert.deepEqual(changed.credentials, app.credentials);
      const bare = await world.call<ShownApp>(path, 200, {});
      assert.deepEqual(bare.attributes, []);
      assert.ok(!('callbackUrl' in bare));
    });

    it(`makes one more key, newest first, for products by ${method}`, async () => {
      const app = await world.createApp({ apiProducts: ['auto'] });
      const path = `${method} /apps/${encodeURIComponent(app.name)}`;
      const json = { apiProducts: ['plain'], keyExpiresIn: 5000 };
      const { credentials } = await world.call<ShownApp>(path, 200, json);
      assert.equal(credentials.length, 2);
      assert.deepEqual(credentials[0]?.apiProducts, [{ apiproduct: 'plain', status: 'approved' }]);
      assert.equal(Number(credentials[0]?.expiresAt) - Number(credentials[0]?.issuedAt), 5000);
      assert.deepEqual(credentials[1], app.credentials[0]);
      assert.deepEqual((await world.getApp(app.name)).credentials, credentials);
    });
  }

  it('takes back all that it answered with, as clients send it, and heeds no name, status or credential', async () => {
    const app = await world.createApp({ scopes: ['READ'], apiProducts: ['auto'], callbackUrl: 'http://a' });
    const whole = await world.getApp(app.name);
    const path = `PUT /apps/${encodeURIComponent(app.name)}`;
    const sent = { ...whole, name: 'other', status: 'revoked', appId: 'x', credentials: null };
    const { lastModifiedAt: _, ...kept } = (await world.call<object>(path, 200, sent)) as Record<string, unknown>;
    assert.partialDeepStrictEqual(whole, kept as object);
    const more = await world.call<ShownApp>(path, 200, { ...whole, apiProducts: ['plain'] });
    assert.deepEqual(more.credentials[0]?.scopes, [], 'its own scopes sent along are not asked of another product');
  });

  it('is found by id too, but only under its developer', async () => {
    const app = await world.createApp();
    assert.equal((await world.getApp(app.appId)).name, app.name);
    await makeDeveloper(server, world.root, 'eve@example.com');
    const foreign = await server().request('GET', `${world.root}/developers/eve@example.com/apps/${app.appId}`);
    assert.deepEqual(refusalOf(foreign), [404, 'developer.service.AppDoesNotExist']);
  });

  it('revokes and approves by action, whatever the body', async () => {
    const app = await world.createApp();
    const path = `/apps/${encodeURIComponent(app.name)}`;
    assert.equal((await world.send('POST', `${path}?action=revoke`)).status, 204);
    const revoked = await world.getApp(app.name);
    assert.deepEqual([revoked.status, revoked.credentials[0]?.status], ['revoked', 'approved']);
    const octets = { body: 'x', type: 'application/octet-stream' };
    assert.equal((await world.send('POST', `${path}?action=approve`, octets)).status, 204);
    assert.equal((await world.getApp(app.name)).status, 'approved');
    const wrong = await world.send('POST', `${path}?action=pause`);
    assert.equal(wrong.status, 400);
  });

  it('keeps at most 100 keys', async () => {
    const app = await world.createApp();
    const path = `/apps/${encodeURIComponent(app.name)}`;
    for (let at = 1; at < 99; at++) {
      await world.call(`POST ${path}/keys/create`, 201, { consumerKey: `key-number-${at}`, consumerSecret: 's' });
    }
    await world.call(`PUT ${path}`, 200, { apiProducts: ['auto'] });
    const over = await world.send('PUT', path, { json: { apiProducts: ['auto'] } });
    assert.equal(over.status, 400, over.text);
    const imported = await world.send('POST', `${path}/keys/create`, { json: { consumerKey: 'one-more-key' } });
    assert.equal(imported.status, 400, imported.text);
    assert.equal((await world.getApp(app.name)).credentials.length, 100);
  });

  it('lists, replaces, sets, shows and deletes attributes', async () => {
    const app = await world.createApp();
    const path = `/apps/${encodeURIComponent(app.name)}/attributes`;
    const attribute = [
      { name: 'b', value: '2' },
      { name: 'a', value: '1' },
    ];
    assert.deepEqual(await world.call(`POST ${path}`, 200, { attribute }), { attribute });
    assert.deepEqual(await world.call(`GET ${path}`, 200), { attribute });
    assert.deepEqual(await world.call(`POST ${path}/a`, 200, { value: '9' }), { name: 'a', value: '9' });
    assert.deepEqual(await world.call(`GET ${path}/a`, 200), { name: 'a', value: '9' });
    assert.deepEqual(await world.call(`DELETE ${path}/b`, 200), { name: 'b', value: '2' });
    assert.equal((await world.send('GET', `${path}/b`)).status, 404);
    assert.deepEqual((await world.getApp(app.name)).attributes, [{ name: 'a', value: '9' }]);
  });

  it('answers the deletion with the app as it was; name and keys are free at once', async () => {
    const app = await world.createApp({ name: 'gone', apiProducts: ['auto'] });
    const key = app.credentials[0]?.consumerKey ?? '';
    const deleted = await world.call<ShownApp>('DELETE /apps/gone', 200);
    assert.deepEqual(deleted.credentials, app.credentials);
    assert.equal((await world.send('GET', '/apps/gone')).status, 404);
    assert.equal((await world.send('GET', `/apps/gone/keys/${key}`)).status, 404);
    await world.createApp({ name: 'gone' });
    await world.call('POST /apps/gone/keys/create', 201, { consumerKey: key, consumerSecret: 's' });
  });
});

describeOnEveryStore('listing the apps of a developer in Edge', (server) => {
  const world = openAppWorld(server, 'listing-apps');
  const names = ['Zeta', 'a', 'b', 'c', 'd'];
  before(async () => {
    await world.prepare();
    for (const name of [...names].reverse()) await world.createApp({ name, apiProducts: name === 'c' ? [] : ['auto'] });
    const [key] = (await world.getApp('b')).credentials;
    await world.call(`POST /apps/b/keys/${key?.consumerKey}?action=revoke`, 204);
  });

  it('tells names bytewise, and whole apps on demand', async () => {
    assert.deepEqual(await world.call('GET /apps', 200), names);
    for (const query of ['expand=true', 'shallowExpand=true']) {
      const { app } = await world.call<{ app: ShownApp[] }>(`GET /apps?${query}`, 200);
      assert.deepEqual(
        app.map(({ name }) => name),
        names,
      );
      assert.deepEqual(app[1], await world.getApp('a'));
    }
  });

  it('begins at startKey, itself included, with expand or without', async () => {
    assert.deepEqual(await world.call('GET /apps?count=2&startKey=b', 200), ['b', 'c']);
    assert.deepEqual(await world.call('GET /apps?startKey=d', 200), ['d']);
    const { app } = await world.call<{ app: ShownApp[] }>('GET /apps?expand=true&count=2&startKey=a', 200);
    assert.deepEqual(
      app.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(refusalOf(await world.send('GET', '/apps?startKey=x')), [
      404,
      'developer.service.AppDoesNotExist',
    ]);
  });

  it('refuses a page of none or of more than 100', async () => {
    for (const count of ['0', '101', '-1', 'x']) {
      assert.equal((await world.send('GET', `/apps?count=${count}`)).status, 400, count);
    }
  });

  it('shows those with a key of a status', async () => {
    assert.deepEqual(await world.call('GET /apps?keyStatus=revoked', 200), ['b']);
    assert.deepEqual(await world.call('GET /apps?keyStatus=approved&count=2', 200), ['Zeta', 'a']);
    assert.equal((await world.send('GET', '/apps?keyStatus=odd')).status, 400);
  });

  it('knows no developer that is not there', async () => {
    const answer = await server().request('GET', `${world.root}/developers/nobody@example.com/apps`);
    assert.deepEqual(refusalOf(answer), [404, 'developer.service.DeveloperDoesNotExist']);
  });
});
