import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, importSPKI, type JSONWebKeySet, jwtVerify } from 'jose';
import { formatToken } from '../../../src/domain/token-text.ts';
import { listApigeeMounts } from '../../../src/surfaces/gateway/apigee/surface.ts';
import {
  type ApigeeAnswer,
  type ApigeeGateway,
  basic,
  faultOf,
  openApigeeGateway,
  refusalOf,
} from '../../support/apigee.ts';
import { type AppWorld, openAppWorld, type ShownCredential } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { sendRuntime } from '../../support/verification.ts';

interface Claims {
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly api_product_list: readonly string[];
  readonly [name: string]: unknown;
}

const verify = 'POST /edgemicro-auth/verifyApiKey';

describeOnEveryStore("the services of Apigee's gateways", (server) => {
  let world: AppWorld;
  let gateway: ApigeeGateway;
  let other: ApigeeGateway;

  before(async () => {
    world = openAppWorld(server, 'acme');
    await world.prepare();
    await openAppWorld(server, 'globex').prepare();
    gateway = await openApigeeGateway(server, 'acme');
    other = await openApigeeGateway(server, 'globex');
    const product = {
      name: 'limited',
      displayName: 'Limited',
      approvalType: 'auto',
      environments: ['test'],
      proxies: ['weather'],
      apiResources: ['/forecast/**'],
      quota: '10',
      quotaInterval: '1',
      quotaTimeUnit: 'minute',
      scopes: [],
    };
    const made = await server().request('POST', `/edge${world.root}/apiproducts`, { json: product });
    assert.equal(made.status, 201, made.text);
  });

  const makeKey = async (apiProducts = ['auto', 'manual'], more = {}): Promise<[string, ShownCredential]> => {
    const { name, credentials } = await world.createApp({ apiProducts, ...more });
    assert.ok(credentials[0]);
    return [name, credentials[0]];
  };
  const ask = (apiKey: unknown, call = verify, from = gateway) => from.send(call, { json: { apiKey } });
  /** The verifier follows a moment behind the plane. */
  const exchange = async (apiKey: string, call = verify, from = gateway): Promise<string> => {
    for (let tries = 0; ; tries++) {
      const answer = await ask(apiKey, call, from);
      if (answer.status === 200) return (JSON.parse(answer.text) as { token: string }).token;
      assert.ok(tries < 2000, answer.text);
      await sleep(5);
    }
  };
  const until = async (apiKey: string, code: string) => {
    for (let tries = 0; ; tries++) {
      const answer = await ask(apiKey);
      if (answer.status === 401 && faultOf(answer)[1] === code) return;
      assert.ok(tries < 2000, `${answer.status} ${answer.text}, and never ${code}`);
      await sleep(5);
    }
  };
  const claimsOf = (text: string): Claims => decodeJwt(text) as unknown as Claims;

  it('a microgateway is given a token for a key, which its public keys check', async () => {
    const [app, { consumerKey }] = await makeKey();
    await exchange(consumerKey);
    const answer = await ask(consumerKey);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('pragma'), 'no-cache');
    const { token, ...rest } = JSON.parse(answer.text) as { token: string };
    assert.deepEqual(rest, {});
    const claims = claimsOf(token);
    const { jti: _jti, iat, nbf, exp, iss, ...said } = claims;
    assert.deepEqual(said, {
      client_id: consumerKey,
      application_name: app,
      developer_email: 'ann@example.com',
      api_product_list: ['auto'],
      aud: 'microgateway',
    });
    assert.equal(nbf, iat);
    assert.ok(exp - iat >= 59 && exp - iat <= 61, `${exp - iat} s`);
    assert.equal(iss, `${server().url}/organizations/acme/edgemicro-auth/verifyApiKey`);

    const jwks = await gateway.send('GET /edgemicro-auth/jwkPublicKeys', { auth: null });
    const { keys } = JSON.parse(jwks.text) as JSONWebKeySet;
    assert.deepEqual(Object.keys(keys[0] ?? {}).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const { kid, alg, typ } = decodeProtectedHeader(token);
    assert.deepEqual([kid, alg, typ], [keys[0]?.kid, 'RS256', 'JWT']);
    await jwtVerify(token, createLocalJWKSet({ keys }));
    const pem = await gateway.send('GET /edgemicro-auth/publicKey', { auth: null });
    assert.equal(pem.headers.get('content-type'), 'text/plain');
    await jwtVerify(token, await importSPKI(pem.text, 'RS256'));
  });

  it('a token of one organization is none in another', async () => {
    const [, { consumerKey }] = await makeKey();
    const token = await exchange(consumerKey);
    const { text } = await other.send('GET /edgemicro-auth/jwkPublicKeys', { auth: null });
    await assert.rejects(jwtVerify(token, createLocalJWKSet(JSON.parse(text) as JSONWebKeySet)), {
      name: 'JWKSNoMatchingKey',
    });
    assert.deepEqual(faultOf(await ask(consumerKey, verify, other)), [401, 'oauth.v2.InvalidApiKey']);
  });

  it("the adapter for Envoy is given a token with the claims that it reads, and the developer's status counts", async () => {
    const [app, { consumerKey }] = await makeKey(['auto']);
    const call = 'POST /remote-service/verifyApiKey';
    const token = await exchange(consumerKey, call);
    const { client_id, application_name, application_id, aud, exp } = claimsOf(token);
    const { appId } = await world.getApp(app);
    assert.deepEqual(
      [client_id, application_name, application_id, aud],
      [consumerKey, app, appId, 'remote-service-client'],
    );
    assert.equal(typeof exp, 'number');
    const { text } = await gateway.send('GET /remote-service/certs', { auth: null });
    await jwtVerify(token, createLocalJWKSet(JSON.parse(text) as JSONWebKeySet));
    assert.equal((await gateway.send('GET /remote-token/certs', { auth: null })).text, text);
    assert.equal((await gateway.send('GET /remote-service/version', { auth: null })).text, '{"version":"2.0.0"}');

    await world.send('POST', '?action=inactive', { type: 'application/octet-stream' });
    await until(consumerKey, 'keymanagement.service.DeveloperStatusNotActive');
    assert.equal((await ask(consumerKey, call)).status, 401);
    await world.send('POST', '?action=active', { type: 'application/octet-stream' });
  });

  it('a key that may not be used is refused with its fault, and the next call knows', async () => {
    const [app, { consumerKey }] = await makeKey();
    assert.deepEqual(faultOf(await ask('nobody')), [401, 'oauth.v2.InvalidApiKey']);
    assert.deepEqual(faultOf(await ask(undefined)), [401, 'steps.oauth.v2.FailedToResolveAPIKey']);
    assert.deepEqual(faultOf(await ask(7)), [401, 'steps.oauth.v2.FailedToResolveAPIKey']);
    await exchange(consumerKey);
    await world.send('POST', `/apps/${encodeURIComponent(app)}/keys/${consumerKey}?action=revoke`);
    await until(consumerKey, 'oauth.v2.ApiKeyNotApproved');
    const [, pending] = await makeKey(['manual']);
    await until(pending.consumerKey, 'oauth.v2.InvalidApiKeyForGivenResource');
  });

  it('a token ends with its key', async () => {
    const [, { consumerKey, expiresAt }] = await makeKey(['auto'], { keyExpiresIn: 30_000 });
    const token = await exchange(consumerKey);
    assert.equal(claimsOf(token).exp, Math.floor(Number(expiresAt) / 1000));
  });

  it('a product that is limited to another environment opens nothing, and is not listed', async () => {
    const [, { consumerKey }] = await makeKey(['limited']);
    const test = await openApigeeGateway(server, 'acme', '/organizations/acme/environments/test');
    const token = await exchange(consumerKey, verify, test);
    assert.deepEqual(claimsOf(token).api_product_list, ['limited']);
    assert.deepEqual(faultOf(await ask(consumerKey)), [401, 'oauth.v2.InvalidApiKeyForGivenResource']);
    // A microgateway that does not say where it is could not keep to it.
    const nowhere = await openApigeeGateway(server, 'acme', '');
    assert.deepEqual(faultOf(await ask(consumerKey, verify, nowhere)), [401, 'oauth.v2.InvalidApiKeyForGivenResource']);
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

  it('who proves himself by key and secret is given a token, in every way that he may send them', async () => {
    const [, { consumerKey, consumerSecret }] = await makeKey(['auto']);
    await exchange(consumerKey);
    const client = { client_id: consumerKey, client_secret: consumerSecret, grant_type: 'client_credentials' };
    const token = 'POST /edgemicro-auth/token';
    const grant = { grant_type: 'client_credentials' };
    const ways = [
      { auth: null, json: client },
      { auth: null, form: client },
      { auth: basic(consumerKey, consumerSecret), form: grant },
      { auth: basic(consumerKey, consumerSecret), json: grant },
      { json: client },
    ];
    for (const way of ways) {
      const answer = await gateway.send(token, way);
      assert.equal(answer.status, 200, answer.text);
      const { access_token, token: same, ...rest } = JSON.parse(answer.text) as { access_token: string; token: string };
      assert.equal(access_token, same);
      const { scopes, client_id } = claimsOf(access_token);
      assert.deepEqual([scopes, client_id], [['READ'], consumerKey]);
      const { expires_in, ...fixed } = rest as unknown as { expires_in: number };
      assert.deepEqual(fixed, { token_type: 'Bearer', scope: 'READ' });
      assert.ok(expires_in >= 59 && expires_in <= 61);
    }
    const remote = await gateway.send('POST /remote-token/token', { auth: null, json: client });
    assert.deepEqual(Object.keys(JSON.parse(remote.text) as object), [
      'access_token',
      'token_type',
      'expires_in',
      'scope',
    ]);

    const wrong = [
      { auth: null, json: { ...client, client_secret: `${consumerSecret}x` } },
      { auth: null, json: { ...client, client_id: 'nobody' } },
      { auth: null, json: { ...client, client_secret: '' } },
      { auth: null, json: { ...client, grant_type: 'password', username: 'a', password: 'b' } },
      { auth: null, json: grant },
    ];
    for (const way of wrong) assert.deepEqual(refusalOf(await gateway.send(token, way)), [401, 'unauthorized']);
    // The other organization knows neither the key nor the secret.
    assert.deepEqual(refusalOf(await other.send(token, { auth: null, json: client })), [401, 'unauthorized']);
    // Without an organization in the path, the gateway's credential has to name it.
    const nowhere = await openApigeeGateway(server, 'acme', '');
    assert.equal((await nowhere.send(token, { json: client })).status, 200);
    assert.equal((await nowhere.send(token, { auth: null, json: client })).status, 401);
    assert.deepEqual(refusalOf(await gateway.send('POST /edgemicro-auth/refresh', { auth: null, json: client })), [
      400,
      'invalid_request',
    ]);
  });

  it('a developer who is set inactive is given no token from then on', async () => {
    const [, { consumerKey, consumerSecret }] = await makeKey(['auto']);
    const json = { client_id: consumerKey, client_secret: consumerSecret, grant_type: 'client_credentials' };
    await world.send('POST', '?action=inactive', { type: 'application/octet-stream' });
    await until(consumerKey, 'keymanagement.service.DeveloperStatusNotActive');
    const refused = await gateway.send('POST /edgemicro-auth/token', { auth: null, json });
    assert.deepEqual(faultOf(refused), [401, 'keymanagement.service.DeveloperStatusNotActive']);
    await world.send('POST', '?action=active', { type: 'application/octet-stream' });
  });

  it('the credential says which organization it is, and nothing else may say another', async () => {
    const calls = [
      verify,
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
    assert.equal((await ask('nobody', verify, gateway)).status, 401);
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
    const long = await gateway.send(verify, { json: { apiKey: 'k'.repeat(70_000) } });
    assert.deepEqual(refusalOf(long), [413, 'invalid_request']);
    const version = await gateway.send('GET /edgemicro-auth/v2/version', { auth: null });
    assert.deepEqual([version.text, version.headers.get('content-type')], ['1.1.0', 'text/plain']);
  });

  it('a call that takes a right away names the moment when the last token has ended', async () => {
    const before = openAppWorld(server, 'fresh');
    await before.prepare();
    const untouched = await before.send('POST', '?action=inactive', { type: 'application/octet-stream' });
    assert.equal(untouched.headers.get('claviger-tokens-until'), null);
    const [app, { consumerKey }] = await makeKey(['auto']);
    const token = await exchange(consumerKey);
    const revoked = await world.send('POST', `/apps/${encodeURIComponent(app)}/keys/${consumerKey}?action=revoke`);
    const moment = Date.parse(revoked.headers.get('claviger-tokens-until') ?? '');
    assert.ok(claimsOf(token).exp * 1000 <= moment, `${moment}`);
    await until(consumerKey, 'oauth.v2.ApiKeyNotApproved');
  });

  it('the next key is published before it signs, and the last one until its tokens have ended', async () => {
    const [, { consumerKey }] = await makeKey(['auto']);
    const before = await exchange(consumerKey);
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    const published = async () => {
      const { text } = await gateway.send('GET /remote-service/certs', { auth: null });
      return (JSON.parse(text) as JSONWebKeySet).keys.map(({ kid }) => kid);
    };
    const path = '/claviger/v1/organizations/acme/gateway-keys/rotate';
    const rotate = async (json: object) => {
      const answer = await server().request('POST', path, { json });
      assert.equal(answer.status, 200, answer.text);
      return answer.json<{ id: string; signsFrom: string }>();
    };
    const next = await rotate({});
    assert.ok(Math.abs(Date.parse(next.signsFrom) - Date.now() - 3_600_000) < 60_000);
    assert.deepEqual(await published(), [kidOf(before), next.id]);
    assert.equal(kidOf(await exchange(consumerKey)), kidOf(before));
    // Another one takes the place of what does not sign yet.
    const now = await rotate({ afterSeconds: 0 });
    assert.deepEqual(await published(), [kidOf(before), now.id]);
    const after = await exchange(consumerKey);
    assert.equal(kidOf(after), now.id);
    const { text } = await gateway.send('GET /edgemicro-auth/jwkPublicKeys', { auth: null });
    for (const token of [before, after]) await jwtVerify(token, createLocalJWKSet(JSON.parse(text) as JSONWebKeySet));

    const auth = await server().makeAccount('reader@example.com', [{ organization: 'acme', role: 'readonlyadmin' }]);
    assert.equal((await server().request('POST', path, { auth, json: {} })).status, 403);
    for (const afterSeconds of [-1, 604_801]) {
      assert.equal((await server().request('POST', path, { json: { afterSeconds } })).status, 400);
    }
    const { text: audit } = await server().request('GET', '/claviger/v1/organizations/acme/audit');
    assert.ok(audit.includes('/gateway-keys') && audit.includes(now.id));
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

  it('holds up who tries many secrets or credentials, and no gateway that knows its own', async () => {
    const [, { consumerKey }] = await makeKey(['auto']);
    await exchange(consumerKey);
    const json = { client_id: consumerKey, client_secret: 'a guess', grant_type: 'client_credentials' };
    const guess = () => gateway.send('POST /edgemicro-auth/token', { auth: null, json });
    const unknown = formatToken('runtime', new Uint8Array(32));
    for (const attempt of [
      guess,
      () =>
        ask('k', verify, {
          ...gateway,
          send: (call, more) => gateway.send(call, { ...more, auth: basic('acme', unknown) }),
        }),
    ]) {
      const answers: ApigeeAnswer[] = [];
      while (answers.length < 60 && answers.at(-1)?.status !== 429) answers.push(await attempt());
      const last = answers.at(-1);
      assert.ok(last);
      assert.deepEqual(refusalOf(last), [429, 'slow_down']);
      assert.match(last.headers.get('retry-after') ?? '', /^[1-9]/);
    }
    assert.equal((await ask(consumerKey)).status, 200);
  });
});

function namesOf(text: string): string[] {
  return (JSON.parse(text) as { apiProduct: { name: string }[] }).apiProduct.map(({ name }) => name);
}
