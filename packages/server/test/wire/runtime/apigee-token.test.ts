import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, importSPKI, type JSONWebKeySet, jwtVerify } from 'jose';
import { formatToken } from '../../../src/domain/token-text.ts';
import {
  type ApigeeAnswer,
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
import { type AppWorld, openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

describeOnEveryStore("the tokens that Apigee's gateways are given", (server) => {
  let world: AppWorld;
  let gateway: ApigeeGateway;
  let other: ApigeeGateway;
  let makeKey: ApigeeWorld['makeKey'];
  let ask: ApigeeWorld['ask'];
  let exchange: ApigeeWorld['exchange'];
  let until: ApigeeWorld['until'];
  before(async () => {
    ({ world, gateway, other, makeKey, ask, exchange, until } = await openApigeeWorld(server));
  });

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
    assert.deepEqual(faultOf(await ask(consumerKey, verifyCall, other)), [401, 'oauth.v2.InvalidApiKey']);
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
    // All have applied it, this node's own verifier too: nobody has to wait for the next answer.
    assert.equal(revoked.headers.get('claviger-applied'), '1/1');
    assert.deepEqual(faultOf(await ask(consumerKey)), [401, 'oauth.v2.ApiKeyNotApproved']);
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

  it('holds up who tries many secrets or credentials, and no gateway that knows its own', async () => {
    const [, { consumerKey }] = await makeKey(['auto']);
    await exchange(consumerKey);
    const json = { client_id: consumerKey, client_secret: 'a guess', grant_type: 'client_credentials' };
    const guess = () => gateway.send('POST /edgemicro-auth/token', { auth: null, json });
    const unknown = formatToken('runtime', new Uint8Array(32));
    for (const attempt of [
      guess,
      () =>
        ask('k', verifyCall, {
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
