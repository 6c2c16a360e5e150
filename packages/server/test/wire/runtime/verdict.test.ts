import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { type AppWorld, openAppWorld, type ShownApp } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { type Gateway, openGateway } from '../../support/verification.ts';

describeOnEveryStore('verdicts', (server) => {
  let world: AppWorld;
  let gateway: Gateway;
  let made = 0;
  before(async () => {
    world = openAppWorld(server, 'acme');
    await world.prepare();
    gateway = await openGateway(server, 'acme');
  });

  const manage = async (method: string, path: string, json?: object) => {
    const answer = await server().request(method, `${world.root}${path}`, { json });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  /** A developer of its own with an app. */
  const makeApp = async (members: object = { apiProducts: ['auto'] }) => {
    const email = `dev${++made}@example.com`;
    await manage('POST', '/developers', { email, firstName: 'De', lastName: 'Vel', userName: 'dev' });
    const path = `/developers/${email}`;
    const app = (await manage('POST', `${path}/apps`, { name: 'weather', ...members })).json<ShownApp>();
    return { email, path, app, key: app.credentials[0]?.consumerKey ?? '' };
  };
  const statusOf = async (path: string) => (await manage('GET', path)).json<{ status: string }>().status;

  it('an allowed call tells whose key it is, and never the key', async () => {
    const { key, email, app } = await makeApp({ apiProducts: ['auto'], attributes: [{ name: 'tier', value: 'gold' }] });
    const verdict = await gateway.until({ key }, 'allowed');
    assert.equal(verdict.developer?.email, email);
    assert.deepEqual([verdict.app?.id, verdict.app?.name, verdict.product?.name], [app.appId, 'weather', 'auto']);
    assert.deepEqual([verdict.credential?.expiresAt, verdict.quota], [null, null]);
    const told = await gateway.ask({ key, explain: true, policy: 'Verify-API-Key' });
    assert.equal(told.variables?.['verifyapikey.Verify-API-Key.developer.email'], email);
    assert.equal(told.variables?.['verifyapikey.Verify-API-Key.tier'], 'gold');
    assert.deepEqual(
      told.checks?.map(({ check, passed }) => [check, passed]),
      ['key', 'status', 'expiry', 'app', 'owner', 'product'].map((check) => [check, true]),
    );
    for (const secret of [key, app.credentials[0]?.consumerSecret ?? key]) {
      assert.ok(!JSON.stringify(told).includes(secret), 'a secret was told');
    }
  });

  it('an inactive developer’s keys are all refused, and still read approved; active again, they work', async () => {
    const { key, path } = await makeApp();
    const more = (await manage('POST', `${path}/apps`, { name: 'other', apiProducts: ['auto'] })).json<ShownApp>();
    const keys = [key, more.credentials[0]?.consumerKey ?? ''];
    for (const each of keys) await gateway.until({ key: each }, 'allowed');
    await manage('POST', `${path}?action=inactive`);
    const refused = await gateway.until({ key }, 'developer.inactive');
    assert.deepEqual(refused.fault, {
      status: 401,
      code: 'keymanagement.service.DeveloperStatusNotActive',
      text: 'Developer Status is not Active',
    });
    for (const each of keys) assert.equal((await gateway.ask({ key: each })).reason, 'developer.inactive');
    assert.equal(await statusOf(`${path}/apps/weather/keys/${key}`), 'approved');
    await manage('POST', `${path}?action=active`);
    for (const each of keys) await gateway.until({ key: each }, 'allowed');
  });

  it('a key is refused while it is revoked, and while its app is', async () => {
    const { key, path } = await makeApp();
    await gateway.until({ key }, 'allowed');
    await manage('POST', `${path}/apps/weather/keys/${key}?action=revoke`);
    await gateway.until({ key }, 'credential.revoked');
    await manage('POST', `${path}/apps/weather/keys/${key}?action=approve`);
    await gateway.until({ key }, 'allowed');
    await manage('POST', `${path}/apps/weather?action=revoke`);
    await gateway.until({ key }, 'app.revoked');
    await manage('POST', `${path}/apps/weather?action=approve`);
    await gateway.until({ key }, 'allowed');
  });

  it('a pending key and an expired one are refused', async () => {
    const short = await makeApp({ apiProducts: ['auto'], keyExpiresIn: 1 });
    await gateway.until({ key: short.key }, 'credential.expired');
    const { key, path, app } = await makeApp();
    await gateway.until({ key }, 'allowed');
    const organization = await server().plane.store.organizations.findByName('acme');
    assert.ok(organization);
    const credential = await server().plane.store.credentials.findByKey(organization.id, key);
    assert.ok(credential);
    // No call of either dialect makes a key pending; an import may.
    await server().plane.store.write(async (t) => {
      const version = credential.version + 1;
      await t.credentials.update({ ...credential, status: 'pending', version });
      const change = { noun: 'credential', entityId: credential.id, kind: 'put', version } as const;
      t.append({ organizationId: organization.id, ...change });
    });
    await gateway.until({ key }, 'credential.pending');
    assert.ok(path !== '' && app.appId !== '');
  });

  it('of a deleted app or developer the key is unknown at once, and may be made again', async () => {
    const { key, path, app } = await makeApp();
    await gateway.until({ key }, 'allowed');
    await manage('DELETE', `${path}/apps/weather`);
    await gateway.until({ key }, 'credential.unknown');
    await manage('POST', `${path}/apps`, { name: 'heir', apiProducts: ['auto'] });
    await manage('POST', `${path}/apps/heir/keys/create`, { consumerKey: key, consumerSecret: 'another-secret' });
    await manage('POST', `${path}/apps/heir/keys/${key}`, { apiProducts: ['auto'] });
    const again = await gateway.until({ key }, 'allowed');
    assert.deepEqual([again.app?.name, again.app?.id === app.appId], ['heir', false]);
    await manage('DELETE', path);
    await gateway.until({ key }, 'credential.unknown');
  });

  it('a product counts while it is approved on the key, and matches by environment, proxy and path', async () => {
    const members = { environments: ['prod'], proxies: ['weather-v1'], apiResources: ['/forecast/**'] };
    const quotas = { quota: '10', quotaInterval: '1', quotaTimeUnit: 'minute' };
    const product = { name: 'narrow', displayName: 'narrow', approvalType: 'auto', ...members, ...quotas };
    await manage('POST', '/apiproducts', product);
    const { key, path } = await makeApp({ apiProducts: ['narrow'] });
    const call = { key, environment: 'prod', proxy: 'weather-v1', path: '/forecast/today', method: 'get' };
    const verdict = await gateway.until(call, 'allowed');
    assert.deepEqual(verdict.quota, { limit: '10', interval: '1', timeUnit: 'minute' });
    for (const other of [{ environment: 'test' }, { proxy: 'other' }, { path: '/other' }]) {
      assert.equal((await gateway.ask({ ...call, ...other })).reason, 'product.no-match');
    }
    assert.equal((await gateway.ask({ ...call, path: '/forecast/%2e%2e/admin' })).reason, 'request.ambiguous-path');
    const onKey = `${path}/apps/weather/keys/${key}/apiproducts/narrow`;
    await manage('POST', `${onKey}?action=revoke`);
    await gateway.until(call, 'product.none-approved');
    await manage('POST', `${onKey}?action=approve`);
    await gateway.until(call, 'allowed');
    await manage('PUT', '/apiproducts/narrow', { ...product, proxies: ['other'] });
    await gateway.until(call, 'product.no-match');
    await manage('DELETE', onKey);
    await gateway.until(call, 'allowed');
    await manage('DELETE', '/apiproducts/narrow');
    const pending = await makeApp({ apiProducts: ['manual'] });
    await gateway.until({ key: pending.key }, 'product.none-approved');
  });

  it('an operation group decides alone where a product has one', async () => {
    const operations = [{ resource: '/charge/*', methods: ['POST'] }];
    const operationConfigs = [
      { apiSource: 'pay-v1', operations, quota: { limit: '5', interval: '1', timeUnit: 'hour' } },
    ];
    const product = { name: 'grouped', displayName: 'grouped', approvalType: 'auto' };
    const answer = await server().request('POST', `/x${world.root}/apiproducts`, {
      json: { ...product, operationGroup: { operationConfigType: 'proxy', operationConfigs } },
    });
    assert.equal(answer.status, 200, answer.text);
    const { key } = await makeApp({ apiProducts: ['grouped'] });
    const call = { key, proxy: 'pay-v1', path: '/charge/7', method: 'POST' };
    const verdict = await gateway.until(call, 'allowed');
    assert.deepEqual(verdict.quota, { limit: '5', interval: '1', timeUnit: 'hour' });
    assert.equal((await gateway.ask({ ...call, method: 'GET' })).reason, 'product.no-match');
  });

  it('a company’s app works while the company is active', async () => {
    await manage('POST', '/companies', { name: 'umbrella', displayName: 'Umbrella' });
    const made = await manage('POST', '/companies/umbrella/apps', { name: 'lab', apiProducts: ['auto'] });
    const key = made.json<ShownApp>().credentials[0]?.consumerKey ?? '';
    assert.equal((await gateway.until({ key }, 'allowed')).company?.name, 'umbrella');
    await manage('POST', '/companies/umbrella?action=inactive');
    await gateway.until({ key }, 'company.inactive');
  });

  it('a key without products works, until the organization says that none does', async () => {
    const { key } = await makeApp({});
    assert.equal((await gateway.until({ key }, 'allowed')).product, null);
    const properties = [{ name: 'features.keymanagement.disable.unbounded.permissions', value: 'true' }];
    const path = '/claviger/v1/organizations/acme';
    assert.equal((await server().request('PUT', path, { json: { properties } })).status, 200);
    await gateway.until({ key }, 'product.none-approved');
    assert.equal((await server().request('PUT', path, { json: { properties: [] } })).status, 200);
    await gateway.until({ key }, 'allowed');
  });

  it('no key, an unknown one, and one of another organization are refused', async () => {
    assert.equal((await gateway.ask({})).reason, 'credential.missing');
    assert.equal((await gateway.ask({ key: '' })).reason, 'credential.missing');
    assert.equal((await gateway.ask({ key: 'nobody' })).reason, 'credential.unknown');
    const other = openAppWorld(server, 'other');
    await other.prepare();
    const key = (await other.createApp({ apiProducts: ['auto'] })).credentials[0]?.consumerKey ?? '';
    await (await openGateway(server, 'other')).until({ key }, 'allowed');
    assert.equal((await gateway.ask({ key })).reason, 'credential.unknown');
  });

  it('many questions are answered in their order', async () => {
    const { key } = await makeApp();
    await gateway.until({ key }, 'allowed');
    const requests = [{ key }, { key: 'nobody' }, {}, { key, path: '//' }];
    const { answers } = (await gateway.ask({ requests })) as unknown as { answers: { reason?: string }[] };
    const reasons = answers.map(({ reason }) => reason);
    assert.deepEqual(reasons, [undefined, 'credential.unknown', 'credential.missing', 'request.ambiguous-path']);
  });

  it('an organization that is deleted has no keys and no gateways', async () => {
    const brief = openAppWorld(server, 'brief');
    await brief.prepare();
    const key = (await brief.createApp({ apiProducts: ['auto'] })).credentials[0]?.consumerKey ?? '';
    const { token, until } = await openGateway(server, 'brief');
    await until({ key }, 'allowed');
    await server().request('DELETE', '/claviger/v1/organizations/brief?confirm=brief');
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`${server().runtimeUrl}/claviger/v1/verify`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ key }),
      });
      if (answer.status === 401) break;
      assert.ok(tries < 1000, 'the credential outlives its organization');
    }
  });
});
