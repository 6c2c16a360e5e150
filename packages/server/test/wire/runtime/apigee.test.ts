import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listApigeeMounts } from '../../../src/surfaces/gateway/apigee/surface.ts';
import {
  type ApigeeGateway,
  type ApigeeWorld,
  basic,
  claimsOf,
  faultOf,
  openApigeeGateway,
  openApigeeWorld,
  refusalOf,
  verifyCall,
} from '../../support/apigee.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { sendRuntime } from '../../support/verification.ts';

describe("the services of Apigee's gateways", () => {
  let running: TestServer;
  const server = () => running;
  let gateway: ApigeeGateway;
  let other: ApigeeGateway;
  let makeKey: ApigeeWorld['makeKey'];
  let ask: ApigeeWorld['ask'];
  let exchange: ApigeeWorld['exchange'];
  before(async () => {
    running = await startTestServer();
    ({ gateway, other, makeKey, ask, exchange } = await openApigeeWorld(server));
  });

  after(() => running?.close());

  it('a product that is limited to another environment opens nothing, and is not listed', async () => {
    const [, { consumerKey }] = await makeKey(['limited']);
    const test = await openApigeeGateway(server, 'acme', '/organizations/acme/environments/test');
    const token = await exchange(consumerKey, verifyCall, test);
    assert.deepEqual(claimsOf(token).api_product_list, ['limited']);
    assert.deepEqual(faultOf(await ask(consumerKey)), [401, 'oauth.v2.InvalidApiKeyForGivenResource']);
    // A microgateway that does not say where it is could not keep to it.
    const nowhere = await openApigeeGateway(server, 'acme', '');
    assert.deepEqual(faultOf(await ask(consumerKey, verifyCall, nowhere)), [
      401,
      'oauth.v2.InvalidApiKeyForGivenResource',
    ]);
    for (const [from, names] of [
      [gateway, ['auto', 'manual', 'plain']],
      [test, ['auto', 'limited', 'manual', 'plain']],
      [nowhere, ['auto', 'manual', 'plain']],
    ] as const) {
      const { text } = await from.send('GET /edgemicro-auth/products');
      assert.deepEqual(namesOf(text), names);
    }
  });

  it('products have the shape that the gateways read, and are sent once for each change', async () => {
    const test = await openApigeeGateway(server, 'acme', '/organizations/acme/environments/test');
    const read = async (call: string) => {
      const answer = await test.send(call);
      assert.equal(answer.status, 200, answer.text);
      const { apiProduct } = JSON.parse(answer.text) as { apiProduct: { name: string }[] };
      return { answer, product: apiProduct.find(({ name }) => name === 'limited') };
    };
    const shown = {
      apiResources: ['/forecast/**'],
      attributes: [],
      displayName: 'Limited',
      environments: ['test'],
      name: 'limited',
      proxies: ['weather'],
      quota: '10',
      quotaInterval: '1',
      quotaTimeUnit: 'minute',
      scopes: [],
    };
    assert.deepEqual((await read('GET /edgemicro-auth/products')).product, shown);
    const { answer, product } = await read('GET /remote-service/products');
    const attributes = [{ name: 'apigee-remote-service-targets', value: 'weather' }];
    assert.deepEqual(product, { ...shown, attributes });
    const etag = answer.headers.get('etag') ?? '';
    const again = await test.send('GET /remote-service/products', { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, again.text], [304, '']);
    const filtered = await test.send('GET /edgemicro-auth/products?productnamefilter=%5E%5BLl%5Dim.%2A%24');
    assert.deepEqual(namesOf(filtered.text), ['limited']);
    const wild = await test.send('GET /edgemicro-auth/products?productnamefilter=(a%2B)%2B');
    assert.deepEqual(refusalOf(wild), [400, 'invalid_request']);
  });

  it('operation groups reach the adapter for Envoy, and no product with them a microgateway', async () => {
    const operationConfigs = [
      {
        apiSource: 'weather',
        operations: [{ resource: '/a', methods: ['GET'] }],
        quota: { limit: '5', interval: '1', timeUnit: 'day' },
      },
    ];
    const operationGroup = { operationConfigType: 'proxy', operationConfigs };
    const json = { name: 'grouped', displayName: 'Grouped', approvalType: 'auto', operationGroup };
    const made = await server().request('POST', `/edge/v1/organizations/globex/apiproducts`, { json });
    assert.equal(made.status, 201, made.text);
    let shown:
      | { operationGroup?: { operationConfigs: unknown[] }; apiResources: string[]; environments: string[] }
      | undefined;
    for (let tries = 0; shown === undefined; tries++) {
      assert.ok(tries < 1000);
      const { text } = await other.send('GET /remote-service/products');
      const { apiProduct } = JSON.parse(text) as { apiProduct: { name: string }[] };
      shown = apiProduct.find(({ name }) => name === 'grouped') as typeof shown;
      await sleep(5);
    }
    assert.deepEqual(shown.operationGroup, {
      operationConfigs: [{ attributes: [], ...operationConfigs[0] }],
      operationConfigType: 'remoteservice',
    });
    assert.deepEqual([shown.apiResources, shown.environments], [['/'], ['prod']]);
    const { text } = await other.send('GET /edgemicro-auth/products');
    assert.ok(!namesOf(text).includes('grouped'));
  });

  it('the credential says which organization it is, and nothing else may say another', async () => {
    const calls = [
      verifyCall,
      'GET /edgemicro-auth/products',
      'POST /edgemicro-auth/v2/quotas',
      'POST /edgemicro-auth/rotateKey',
      'POST /remote-service/verifyApiKey',
      'GET /remote-service/products',
      'POST /remote-service/quotas',
      'POST /remote-service/rotate',
    ];
    const nowhere = await openApigeeGateway(server, 'acme', '');
    for (const call of calls) {
      const foreign = await gateway.send(call, { auth: other.basic, json: {} });
      assert.deepEqual(refusalOf(foreign), [403, 'unauthorized'], call);
      const misnamed = await nowhere.send(call, { auth: basic('globex', gateway.token), json: {} });
      assert.deepEqual(refusalOf(misnamed), [403, 'unauthorized'], call);
      for (const auth of [
        null,
        server().adminAuth,
        basic('acme', 'secret'),
        basic('acme', `${gateway.token}x`),
        'Basic x',
      ]) {
        const answer = await gateway.send(call, { auth, json: {} });
        assert.deepEqual(refusalOf(answer), [401, 'unauthorized'], call);
        assert.match(answer.headers.get('content-type') ?? '', /^application\/json$/);
      }
    }
    assert.equal((await ask('nobody', verifyCall, gateway)).status, 401);
    assert.equal((await gateway.send('GET /edgemicro-auth/products', { auth: `Bearer ${gateway.token}` })).status, 200);
    const unknown = await openApigeeGateway(server, 'acme', '/organizations/nobody/environments/prod');
    for (const path of ['/edgemicro-auth/publicKey', '/edgemicro-auth/jwkPublicKeys', '/remote-service/certs']) {
      assert.deepEqual(refusalOf(await unknown.send(`GET ${path}`, { auth: null })), [401, 'unauthorized']);
      assert.deepEqual(refusalOf(await nowhere.send(`GET ${path}`, { auth: null })), [401, 'unauthorized']);
      assert.equal((await nowhere.send(`GET ${path}`)).status, 200);
    }
  });

  it('quotas are counted for the gateways of an organization together, and for no other', async () => {
    const use = { identifier: 'acme.prod.app.limited', allow: 3, interval: 1, timeUnit: 'day', weight: 2 };
    const path = 'POST /edgemicro-auth/v2/quotas';
    const take = async (json: object, from = gateway, call = path) =>
      JSON.parse((await from.send(call, { json })).text);
    const first = await take(use);
    assert.deepEqual([first.allowed, first.used, first.exceeded, first.available], [3, 2, 0, 1]);
    assert.ok(first.expiryTime > first.timestamp && first.expiryTime % 86_400_000 === 0);
    const second = await take(
      { ...use, allow: '3', weight: '2' },
      gateway,
      `${path}/organization/acme/environment/prod`,
    );
    assert.deepEqual([second.used, second.exceeded, second.available], [3, 1, 0]);
    const remote = await take({ ...use, weight: 0 }, gateway, 'POST /remote-service/quotas');
    assert.deepEqual(Object.keys(remote), ['allowed', 'used', 'exceeded', 'expiryTime', 'timestamp']);
    assert.deepEqual([remote.used, remote.exceeded], [3, 1]);
    assert.equal((await take({ ...use, weight: 0 }, other)).used, 0);
    const month = await take({ ...use, timeUnit: 'month' });
    assert.equal(new Date(month.expiryTime).getUTCDate(), 1);
    for (const bad of [
      {},
      { ...use, interval: 0 },
      { ...use, weight: -1 },
      { ...use, timeUnit: 'age' },
      { ...use, allow: 1e300 },
    ]) {
      assert.deepEqual(refusalOf(await gateway.send(path, { json: bad })), [400, 'invalid_request']);
    }
    const elsewhere = await gateway.send(`${path}/organization/globex/environment/prod`, { json: use });
    assert.deepEqual(refusalOf(elsewhere), [403, 'unauthorized']);
  });

  it('keys are not rotated by gateways, and what is not there is an invalid request', async () => {
    for (const call of [
      'POST /edgemicro-auth/rotateKey',
      'POST /edgemicro-auth/upgradeKvm',
      'POST /remote-service/rotate',
    ]) {
      assert.deepEqual(refusalOf(await gateway.send(call, { json: {} })), [400, 'Bad Request']);
    }
    for (const call of [
      'GET /edgemicro-auth/nothing',
      'PUT /edgemicro-auth/products',
      'GET /remote-service/',
      'DELETE /remote-token/token',
    ]) {
      assert.deepEqual(refusalOf(await gateway.send(call, { json: {} })), [400, 'invalid_request'], call);
    }
    const long = await gateway.send(verifyCall, { json: { apiKey: 'k'.repeat(70_000) } });
    assert.deepEqual(refusalOf(long), [413, 'invalid_request']);
    const version = await gateway.send('GET /edgemicro-auth/v2/version', { auth: null });
    assert.deepEqual([version.text, version.headers.get('content-type')], ['1.1.0', 'text/plain']);
  });

  it('the adapter for Envoy that is set up as its page says finds all that it asks for', async () => {
    const page = await readFile(new URL('../../../../../docs/apigee-adapters.md', import.meta.url), 'utf8');
    const shown = /```yaml\n(tenant:.*?)```/s.exec(page)?.[1] ?? '';
    const read = (name: string) => new RegExp(`^  ${name}: (\\S+)$`, 'm').exec(shown)?.[1] ?? '';
    const base = new URL(read('remote_service_api')).pathname;
    assert.deepEqual([read('org_name'), read('key'), read('secret').slice(0, 12)], ['acme', 'acme', 'clv_runtime_']);
    const auth = basic(read('key'), gateway.token);
    const adapter = await openApigeeGateway(server, 'acme', base);
    assert.equal((await adapter.send('GET /certs', { auth: null })).status, 200);
    assert.equal((await adapter.send('GET /products', { auth })).status, 200);
    const [, { consumerKey }] = await makeKey(['auto']);
    await exchange(consumerKey);
    assert.equal((await adapter.send('POST /verifyApiKey', { auth, json: { apiKey: consumerKey } })).status, 200);
  });

  it('is all in the OpenAPI document of the listener', async () => {
    const { text } = await gateway.send('GET /', { auth: null });
    assert.match(text, /Not Found/);
    const { status, text: document } = await sendRuntime(server(), {
      method: 'GET',
      path: '/openapi/verification.json',
    });
    assert.equal(status, 200);
    const { paths } = JSON.parse(document) as { paths: Record<string, Record<string, { operationId: string }>> };
    const shown = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).flatMap((method) => (method === 'servers' ? [] : [`${method} ${path}`])),
    );
    const wanted = listApigeeMounts({ clock: server().plane.clock }).flatMap(({ prefix, routes }) =>
      routes.map(
        ({ method, path }) =>
          `${method.toLowerCase()} ${`${prefix}${path}`.replace('*', '{rest}').replace(/:([a-z]+)/g, '{$1}')}`,
      ),
    );
    assert.deepEqual(
      wanted.filter((each) => !shown.includes(each)),
      [],
    );
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    assert.equal(new Set(ids).size, ids.length);
  });
});

function namesOf(text: string): string[] {
  return (JSON.parse(text) as { apiProduct: { name: string }[] }).apiProduct.map(({ name }) => name);
}
