import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeRuntimeToken } from '../support/verification.ts';
import { type ConformancePlane, keys, openConformancePlane } from './content.ts';
import { readFaultCode } from './driver.ts';
import { type ForwardAsker, forwardOptions, forwardPath, openForwardAsker } from './forward.ts';
import { testForwardFaults } from './forward-fault.ts';
import type { Header } from './row.ts';

describe('gateways that ask for each call', () => {
  let plane: ConformancePlane;
  before(async () => {
    plane = await openConformancePlane();
  });
  after(() => plane[Symbol.asyncDispose]());
  const asker = openForwardAsker(() => plane);

  testAnswers(asker);
  testOptions(asker, () => plane);
  testForwardFaults(asker, () => plane);
});

function testAnswers({ ask, reasonOf, problemOf }: ForwardAsker): void {
  it('an allowed call is answered with who calls, a refused one with Apigee’s fault', async () => {
    const allowed = await ask();
    assert.deepEqual([allowed.status, allowed.body, allowed.headers.get('cache-control')], [200, '', 'no-store']);
    assert.equal(allowed.headers.get('x-claviger-app'), 'weather');
    assert.equal(allowed.headers.get('x-claviger-company'), undefined);
    const refused = await ask({ headers: [['X-Api-Key', keys.revoked]] });
    assert.deepEqual([refused.status, readFaultCode(refused.body)], [401, 'oauth.v2.ApiKeyNotApproved']);
    assert.equal(refused.headers.get('x-claviger-fault'), refused.body);
    assert.equal(refused.headers.get('x-claviger-status'), '401');
  });

  it('what was called is believed from the adapter’s own headers alone', async () => {
    const forwarded: Header[] = [
      ['X-Forwarded-Method', 'GET'],
      ['X-Forwarded-Uri', forwardPath],
    ];
    for (const adapter of ['caddy', 'traefik']) assert.equal((await ask({ adapter, told: forwarded })).status, 200);
    assert.deepEqual(await problemOf({ told: forwarded }), [400, 'request.missing']);
    assert.deepEqual(await problemOf({ adapter: 'caddy' }), [400, 'request.missing']);
    const both: Header[] = [...forwarded, ['X-Original-Method', 'GET'], ['X-Original-URI', '/weather/v1/admin']];
    assert.deepEqual(await reasonOf({ told: both }), [401, 'product.no-match']);
    assert.deepEqual(await reasonOf({ adapter: 'traefik', told: both }), [200, undefined]);
  });

  it('what was called is told once, or nothing is decided', async () => {
    const [method, uri] = [['X-Original-Method', 'GET'] as const, ['X-Original-URI', forwardPath] as const];
    for (const told of [
      [],
      [method],
      [uri],
      [method, ['X-Original-URI', '']],
      [method, ['X_Original_URI', forwardPath]],
    ]) {
      assert.deepEqual(await problemOf({ told: told as Header[] }), [400, 'request.missing'], JSON.stringify(told));
    }
    assert.deepEqual(await problemOf({ told: [method, uri, uri] }), [400, 'request.invalid']);
    assert.deepEqual(await problemOf({ told: [method, method, uri] }), [400, 'request.invalid']);
    assert.deepEqual(await problemOf({ told: [method, uri, ['x-original-uri', '/x']] }), [400, 'request.invalid']);
    for (const target of [
      `${forwardPath}, ${forwardPath}`,
      'http://x/weather/v1/forecast/today',
      '*',
      'weather/v1/status',
    ]) {
      assert.deepEqual(await reasonOf({ told: [method, ['X-Original-URI', target]] }), [401, 'request.ambiguous-path']);
    }
  });

  it('Envoy’s own request is the call, with any method and path', async () => {
    const envoy = { adapter: 'envoy', told: [] };
    const grouped = { ...envoy, headers: [['X-Api-Key', keys.grouped]] as const };
    assert.equal((await ask({ ...grouped, method: 'POST', more: '&call=/weather/v1/charge/7' })).status, 200);
    for (const method of ['GET', 'DELETE', 'PURGE', 'OPTIONS', 'QUERY']) {
      const asked = { ...grouped, method, more: '&call=/weather/v1/charge/7' };
      assert.deepEqual(await reasonOf(asked), [401, 'product.no-match'], method);
    }
    for (const call of ['/weather/v1/%zz', '/weather/v1//x', '/weather/v1/../x', `/weather/v1/${'x'.repeat(9000)}`]) {
      assert.deepEqual(await reasonOf({ ...envoy, more: `&call=${call}` }), [401, 'request.ambiguous-path'], call);
    }
    const { status, body } = await ask({ ...envoy, method: 'HEAD', more: `&call=${forwardPath}`, headers: [] });
    assert.deepEqual([status, body], [401, '']);
  });

  it('attributes are told where they are wanted, and encoded', async () => {
    const wanted = `${forwardOptions}&attribute=product:tier&attribute=app:none`;
    const gold: Header[] = [['X-Api-Key', keys.gold]];
    const { headers } = await ask({ options: wanted, headers: gold });
    const tier = headers.get('x-claviger-product-attribute-tier') ?? '';
    assert.match(tier, /^[!-~]+$/);
    assert.equal(decodeURIComponent(tier), 'größer, 100%');
    assert.equal(headers.get('x-claviger-app-attribute-none'), undefined);
    assert.equal((await ask({ headers: gold })).headers.get('x-claviger-product-attribute-tier'), undefined);
    const told: Header[] = [
      ['X-Forwarded-Method', 'GET'],
      ['X-Forwarded-Uri', forwardPath],
    ];
    const caddy = await ask({ adapter: 'caddy', options: wanted, headers: gold, told });
    assert.deepEqual(
      [caddy.headers.get('x-claviger-company'), caddy.headers.get('x-claviger-app-attribute-none')],
      ['', ''],
    );
  });

  it('the key is in no answer', async () => {
    const told: Header[] = [
      ['X-Original-Method', 'GET'],
      ['X-Original-URI', `${forwardPath}?a=1&apikey=${keys.weather}`],
    ];
    const cleaned = await ask({
      options: forwardOptions.replace('header:x-api-key', 'query:apikey'),
      told,
      headers: [],
    });
    assert.equal(cleaned.headers.get('x-claviger-target'), `${forwardPath}?a=1`);
    assert.ok(!JSON.stringify([...cleaned.headers]).includes(keys.weather));
  });
}

function testOptions({ ask, reasonOf, problemOf }: ForwardAsker, plane: () => ConformancePlane): void {
  it('options that can’t be read one way only stop every call', async () => {
    const wrong = [
      '',
      'key',
      'key=',
      'proxy=weather-v1',
      'key=header',
      'key=cookie:session',
      'key=header:x_api_key',
      'key=header:authorization',
      'key=header:x-original-uri',
      'key=header:claviger-credential',
      'key=header:x-claviger-app',
      `${forwardOptions}&proxy=other-v1`,
      `${forwardOptions}&base=/`,
      `${forwardOptions}&Proxy=x`,
      `${forwardOptions}&pass=true`,
      `${forwardOptions}&pass=key&pass=key`,
      `${forwardOptions}&attribute=tier`,
      `${forwardOptions}&attribute=product:t%0d%0aier`,
      `${forwardOptions}&%70roxy=other`,
      `${forwardOptions}&environment=%ff`,
      'key=header:x-api-key&base=weather',
      'key=header:x-api-key&base=/weather/v1',
      'key=header:x-api-key&environment=prod/../test',
      'key=bearer&credential=authorization',
      `key=header:x-api-key&proxy=${'a'.repeat(3000)}`,
      Array.from({ length: 17 }, () => 'key=header:x-api-key').join('&'),
    ];
    for (const each of wrong) {
      const { status, headers } = await ask({ options: each });
      assert.ok(status === 400 || status === 404, `${each}: ${status}`);
      assert.equal(headers.get('x-claviger-app'), undefined);
    }
    assert.deepEqual(await problemOf({ adapter: 'traefik', options: 'key=query:apikey' }), [400, 'request.invalid']);
  });

  it('nothing of a client gets into the options, wherever a gateway puts its query or path', async () => {
    const neighbour: Header[] = [['X-Api-Key', keys.neighbour]];
    for (const more of ['?proxy=other-v1', '?&proxy=other-v1&key=bearer', '?x=/../proxy=other-v1']) {
      assert.deepEqual(await reasonOf({ more, headers: neighbour }), [401, 'product.no-match'], more);
    }
    for (const more of [forwardPath, '/', '/../', '&proxy=other-v1', '#&proxy=other-v1', '%26proxy=other-v1']) {
      const { status } = await ask({ more, headers: neighbour });
      assert.equal(status, 400, more);
    }
    const envoy = { adapter: 'envoy', told: [], headers: neighbour };
    for (const call of [
      forwardPath,
      `${forwardPath}?&call=/x&proxy=other-v1`,
      `${forwardPath}&proxy=other-v1`,
      `${forwardPath}&call=${forwardPath}`,
    ]) {
      assert.deepEqual(await reasonOf({ ...envoy, more: `&call=${call}` }), [401, 'product.no-match'], call);
    }
    // An operator who forgot the end of the options lets no client write it.
    for (const more of ['', forwardPath, `${forwardPath}&call=${forwardPath}`, `?&call=${forwardPath}`]) {
      assert.deepEqual(
        await problemOf({ ...envoy, more }),
        [400, more === '' ? 'request.missing' : 'request.invalid'].slice(0, 2),
        more,
      );
    }
  });

  it('the gateway’s credential stands where its options say, and a client’s does not count', async () => {
    const bearer: Header = ['Authorization', `Bearer ${plane().token}`];
    const other: Header = ['Claviger-Credential', await makeRuntimeToken(plane().server, 'foreign')];
    const own: Header = ['Claviger-Credential', plane().token];
    const foreign: Header[] = [['X-Api-Key', keys.foreign]];
    for (const credential of [
      [],
      [bearer],
      [own, own],
      [own, other],
      [['Claviger-Credential', 'x']],
      [['Claviger_Credential', plane().token]],
    ]) {
      assert.equal((await problemOf({ credential: credential as Header[] }))[0], 401, JSON.stringify(credential));
    }
    assert.equal((await problemOf({ credential: [['Claviger-Credential', plane().server.adminAuth]] }))[0], 401);
    const inBearer = `${forwardOptions}&credential=authorization`;
    assert.equal((await ask({ options: inBearer, credential: [bearer] })).status, 200);
    // Of a client who has a credential for his own organization.
    assert.deepEqual(await reasonOf({ options: inBearer, credential: [bearer, other], headers: foreign }), [
      401,
      'credential.unknown',
    ]);
    assert.deepEqual(await problemOf({ options: inBearer, credential: [other], headers: foreign }), [
      401,
      'auth.missing',
    ]);
  });
}
