import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Gate, type GateOptions, Verifier } from '../src/index.ts';
import { requireKey } from '../src/middleware/express.ts';
import { type Frame, frames, type Handed } from './frame.ts';
import { makeVerifier } from './population.ts';

const keys: GateOptions['keys'] = [
  { kind: 'header', name: 'x-api-key' },
  { kind: 'bearer' },
  { kind: 'query', name: 'apikey' },
];

function fault(faultstring: string, errorcode: string): string {
  return JSON.stringify({ fault: { faultstring, detail: { errorcode } } });
}

for (const [name, open] of Object.entries(frames)) {
  describe(`middleware of ${name}`, () => {
    defineTests(open);
    defineOptionTests(open);
  });
}

function defineTests(open: (options: GateOptions) => Promise<Frame>): void {
  let frame: Frame;
  before(async () => {
    frame = await open({ verifier: makeVerifier(), keys, environment: 'prod', proxy: 'orders', basePath: '/v1' });
  });
  after(() => frame.close());

  const read = async (target: string, headers: readonly string[] = []): Promise<Handed> => {
    const { status, body } = await frame.ask({ target, headers });
    assert.equal(status, 200, body);
    return JSON.parse(body);
  };

  test('hands on a call with a key that may make it, and who calls', async () => {
    const { app, organization, freshness } = await read('/v1/orders/1', ['X-Api-Key', 'limitedkey']);
    assert.deepEqual([app, organization, freshness], ['weather', 'acme', 'fresh']);
  });

  test('answers all others as Apigee does', async () => {
    const refused: readonly [target: string, headers: readonly string[], body: string][] = [
      [
        '/v1/x',
        [],
        fault('Failed to resolve API Key variable request.header.x-api-key', 'steps.oauth.v2.FailedToResolveAPIKey'),
      ],
      ['/v1/x', ['x-api-key', 'nokey'], fault('Invalid ApiKey', 'oauth.v2.InvalidApiKey')],
      ['/v1/x', ['x-api-key', 'revokedkey'], fault('ApiKey not approved', 'oauth.v2.ApiKeyNotApproved')],
      ['/v1/x', ['x-api-key', 'endedkey'], fault('Key Expired', 'keymanagement.service.consumer_key_expired')],
      [
        '/v1/x',
        ['x-api-key', 'inactivekey'],
        fault('Developer Status is not Active', 'keymanagement.service.DeveloperStatusNotActive'),
      ],
      [
        '/v1/x',
        ['x-api-key', 'limitedkey'],
        fault('Invalid ApiKey for given resource', 'oauth.v2.InvalidApiKeyForGivenResource'),
      ],
      [
        '/v2/x',
        ['x-api-key', 'goldkey'],
        fault('Invalid ApiKey for given resource', 'oauth.v2.InvalidApiKeyForGivenResource'),
      ],
    ];
    for (const [target, headers, body] of refused) {
      const seen = await frame.ask({ target, headers });
      assert.deepEqual([seen.status, seen.body], [401, body]);
      assert.match(String(seen.headers['content-type']), /^application\/json/);
      assert.equal(seen.headers['cache-control'], 'no-store');
    }
  });

  test('Credential forwarded upstream: the key is in nothing that the API is handed', async () => {
    const calls: readonly [target: string, headers: readonly string[]][] = [
      ['/v1/orders/1', ['X-Api-Key', 'limitedkey']],
      ['/v1/orders/1?a=1&apikey=limitedkey&%61pikey=limitedkey', []],
      ['/v1/orders/1?apikey=limitedkey', ['x-api-key', 'limitedkey', 'X_API_Key', 'left']],
      ['/v1/orders/1', ['Authorization', 'Bearer limitedkey']],
    ];
    for (const [target, headers] of calls) {
      const handed = await read(target, headers);
      assert.ok(!JSON.stringify(handed).includes('limitedkey'), JSON.stringify(handed));
      for (const each of [...handed.headers, ...handed.raw])
        assert.ok(!/^(x-api-key|authorization)$/i.test(each), each);
      assert.equal(handed.query['apikey'], undefined);
    }
    const { urls, query } = await read('/v1/orders/1?a=1&apikey=limitedkey');
    assert.deepEqual([[...new Set(urls)], query], [['/v1/orders/1?a=1'], { a: '1' }]);
  });

  test('what is no key stays: another scheme, other parameters, other headers', async () => {
    const handed = await read('/v1/orders/1?a=%2F', [
      'x-api-key',
      'limitedkey',
      'Authorization',
      'Basic eA==',
      'X-Trace',
      '1',
    ]);
    assert.ok(handed.headers.includes('authorization') && handed.headers.includes('x-trace'));
    assert.equal(handed.urls[0], '/v1/orders/1?a=%2F');
  });

  test('Wrong identity via forward-auth headers: what a client says of itself is not handed on, under no alias', async () => {
    const names = [
      'X-Claviger-App',
      'x_claviger_developer',
      'X-CLAVIGER_App',
      'x-original-url',
      'X_HTTP_Method-Override',
      'claviger',
    ];
    const handed = await read('/v1/orders/1', ['x-api-key', 'limitedkey', ...names.flatMap((each) => [each, 'root'])]);
    const left = [...handed.headers, ...handed.raw].filter((each) => /root|claviger.|original|override/i.test(each));
    assert.deepEqual(left, []);
    assert.equal(handed.app, 'weather');
  });

  test('a key that comes twice and differs is none', async () => {
    const twice: readonly [target: string, headers: readonly string[]][] = [
      ['/v1/orders/1', ['x-api-key', 'limitedkey', 'X-API-KEY', 'goldkey']],
      ['/v1/orders/1', ['authorization', 'Bearer goldkey', 'authorization', 'Bearer goldkey']],
      ['/v1/orders/1?apikey=goldkey&apikey=limitedkey', []],
    ];
    for (const [target, headers] of twice) {
      const { status, body } = await frame.ask({ target, headers });
      assert.deepEqual([status, body.includes('FailedToResolveAPIKey')], [401, true]);
    }
  });

  test('Path normalisation: a path that two readers may read differently does not reach the API', async () => {
    for (const target of ['/v1//orders/1', '/v1/orders%2f1', '/v1/orders/%252e', '/v1/orders/..;/1', '/v1/orders#/1']) {
      const { status } = await frame.ask({ target, headers: ['x-api-key', 'goldkey'] });
      assert.equal(status, 401, target);
    }
  });
}

function defineOptionTests(open: (options: GateOptions) => Promise<Frame>): void {
  test('bodies pass, and a refusal does not wait for one', async () => {
    const frame = await open({ verifier: makeVerifier(), keys });
    const sent = { method: 'POST', target: '/v1/x', body: 'x'.repeat(100_000) };
    assert.equal((await frame.ask({ ...sent, headers: ['x-api-key', 'goldkey'] })).status, 200);
    assert.equal((await frame.ask({ ...sent, headers: ['x-api-key', 'nokey'] })).status, 401);
    await frame.close();
  });

  test('a verifier without its plane answers 503, and when to come back', async () => {
    const reasons: string[] = [];
    const lost = await open({ verifier: new Verifier(), keys, onVerdict: (reason) => reasons.push(reason) });
    const { status, headers } = await lost.ask({ target: '/', headers: ['x-api-key', 'goldkey'] });
    await lost.close();
    assert.deepEqual([status, headers['retry-after'], reasons], [503, '5', ['verifier.stale']]);
  });

  test('the key stays where that is asked for', async () => {
    const passing = await open({ verifier: makeVerifier(), keys, passKey: true });
    const { body } = await passing.ask({ target: '/?apikey=goldkey', headers: ['x-api-key', 'goldkey'] });
    await passing.close();
    const handed: Handed = JSON.parse(body);
    assert.deepEqual([handed.urls[0], handed.raw.includes('x-api-key')], ['/?apikey=goldkey', true]);
  });
}

describe('gate', () => {
  test('does not start without a place for keys, or with a base path that is none (G6)', () => {
    const verifier = new Verifier();
    assert.throws(() => new Gate({ verifier, keys: [] as never }), TypeError);
    for (const basePath of ['v1', '/v1?x', '/%76', ''])
      assert.throws(() => new Gate({ verifier, keys, basePath }), TypeError);
  });

  test('tells Apigee’s variables, the key among them only where it is passed on', () => {
    for (const passKey of [true, false]) {
      const gate = new Gate({ verifier: makeVerifier(), keys, passKey });
      const decision = gate.decide({ method: 'GET', target: '/', headerValues: () => ['goldkey'] });
      assert.ok('admission' in decision);
      const variables = decision.admission.variables('Verify');
      assert.equal(variables.get('verifyapikey.Verify.developer.app.name'), 'weather');
      assert.equal(variables.get('client_id'), passKey ? 'goldkey' : undefined);
    }
  });

  /** As Express hands it over: what was sent, where the router is mounted, and what is left. */
  const mounted: readonly [sent: string, baseUrl: string, url: string, allowed: boolean][] = [
    ['/v1/a/b', '/v1', '/a/b', true],
    ['/v1', '/v1', '/', true],
    ['/v1?x=1', '/v1', '/?x=1', true],
    // A middleware before it rewrote the target: what counts is what is called.
    ['/v1/a/b', '/v1', '/../b', false],
    ['/v1/a/b', '', '/other', false],
  ];
  for (const [sent, baseUrl, url, allowed] of mounted) {
    test(`express mounted at "${baseUrl}", ${sent} left as ${url}: ${allowed ? 'allowed' : 'refused'}`, () => {
      const middleware = requireKey({ verifier: makeVerifier(), keys, environment: 'prod', basePath: '/v1' });
      let passed = false;
      const request = {
        rawHeaders: ['x-api-key', 'prodkey'],
        headers: {},
        headersDistinct: {},
        method: 'GET',
        originalUrl: sent,
        baseUrl,
        url,
      };
      const response = { writeHead: () => response, end: () => response };
      middleware(request as never, response as never, () => {
        passed = true;
      });
      assert.equal(passed, allowed);
    });
  }
});
