import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, it } from 'node:test';
import { type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { decodeCheckRequest, decodeExtensions } from '../../src/surfaces/gateway/envoy/check-request.ts';
import { startEnvoyServer } from '../../src/surfaces/gateway/envoy/server.ts';
import { type CheckResponse, checkMethod, type EnvoyStub, openEnvoyStub } from '../support/envoy.ts';
import { type GatewayWorld, openGatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
let port = 0;
let close: () => Promise<void>;
let envoy: EnvoyStub;

before(async () => {
  world = await openGatewayWorld();
  // What one test waits for is the time in which every other connection has to begin, on a busy machine too.
  ({ port, close } = await startEnvoyServer(world.parts, { host: '127.0.0.1', port: 0, helloMs: 2000 }));
  envoy = openEnvoyStub(port, world.token);
});
after(async () => {
  envoy.close();
  await close();
  await world[Symbol.asyncDispose]();
});

type Texts = Readonly<Record<string, string>>;

interface Given {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Texts;
  readonly options?: Texts;
  readonly more?: object;
}

/** A call that is allowed, unless something is given. */
function request({ method = 'GET', path = '/shop/v1/a/b?c=1', headers, options, more }: Given = {}): object {
  const http = { method, path, headers: { 'x-api-key': world.key, ...headers }, host: 'api.example', ...more };
  const context_extensions = { proxy: 'shop', base: '/shop/v1', key: 'header:x-api-key', ...options };
  const source = { address: { socket_address: { address: '192.0.2.1', port_value: 5000 } }, principal: 'spiffe://x' };
  const time = { seconds: 1_700_000_000, nanos: 5 };
  return { attributes: { source, request: { time, http }, context_extensions, tls_session: { sni: 'api.example' } } };
}

const ask = (given?: Given) => envoy.check(request(given));

function verdictOf({ status: rpc, denied_response: denied }: CheckResponse): string {
  return (rpc?.code ?? 0) === 0 ? 'allowed' : `${denied?.status?.code} ${rpc?.message}`;
}

function headersOf(options: NonNullable<CheckResponse['ok_response']>['headers'] = []): Texts {
  return Object.fromEntries(options.map(({ header }) => [header?.key ?? '', header?.value ?? '']));
}

async function failureOf(answer: Promise<unknown>): Promise<number> {
  const error = await answer.then(
    () => assert.fail('answered'),
    (reason: ServiceError) => reason,
  );
  return error.code;
}

it('tells the API who calls, and overwrites what the client says of itself', async () => {
  const headers = { 'x-claviger-app': 'me', 'x-claviger-company': 'mine', x_claviger_product: 'gold', 'x-trace': '1' };
  const response = await ask({ headers });
  assert.equal(verdictOf(response), 'allowed');
  const { ok_response: ok } = response;
  const set = headersOf(ok?.headers);
  assert.deepEqual([set['x-claviger-app'], set['x-claviger-developer']], [world.app, world.developer]);
  for (const { append } of ok?.headers ?? []) assert.deepEqual(append, {}, 'there and false: every Envoy overwrites');
  assert.deepEqual(ok?.headers_to_remove, ['x-api-key', 'x-claviger-company', 'x_claviger_product']);
});

it('takes the key out of where it stands, in each of its spellings', async () => {
  const path = `/shop/v1/a/b?%6bey=${world.key}&x=1&key=${world.key}`;
  const inQuery = await ask({ path, options: { key: 'query:key' } });
  assert.deepEqual(inQuery.ok_response?.query_parameters_to_remove, ['%6bey', 'key']);
  const headers = { authorization: `Bearer ${world.key}` };
  const bearer = await ask({ headers, options: { key: 'bearer' } });
  assert.deepEqual(bearer.ok_response?.headers_to_remove, ['authorization']);
  const passed = await ask({ headers, options: { key: 'bearer', pass: 'key' } });
  assert.deepEqual(passed.ok_response?.headers_to_remove ?? [], []);
  const basic = await ask({ headers: { authorization: 'Basic eDp5' }, options: { key: 'header:x-api-key,bearer' } });
  assert.deepEqual(basic.ok_response?.headers_to_remove, ['x-api-key']);
});

it('answers the client in Apigee’s words', async () => {
  const response = await ask({ headers: { 'x-api-key': world.revokedKey } });
  assert.equal(verdictOf(response), '401 credential.revoked');
  assert.equal(response.status?.code, status.UNAUTHENTICATED);
  const { headers, body = '' } = response.denied_response ?? {};
  const told = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  assert.deepEqual(headersOf(headers), { ...told, 'x-claviger-reason': 'credential.revoked' });
  assert.equal(JSON.parse(body).fault.detail.errorcode, 'oauth.v2.ApiKeyNotApproved');
  assert.equal(verdictOf(await ask({ path: '/shop/v1/a/../b' })), '401 request.ambiguous-path');
  assert.equal(verdictOf(await ask({ path: '' })), '401 request.ambiguous-path');
  assert.equal(verdictOf(await ask({ method: 'POST' })), '401 product.no-match');
  assert.equal(
    verdictOf(await ask({ headers: { 'x-api-key': `${world.key},${world.key}x` } })),
    '401 credential.missing',
  );
});

it('reads a query apart from the path as Envoy’s documents have it, and one that it never sends', async () => {
  const options = { key: 'query:key' };
  const found = await ask({ path: '/shop/v1/a/b', options, more: { query: `key=${world.key}` } });
  assert.equal(verdictOf(found), 'allowed');
});

it('takes a call of gRPC for the operation that its path names', async () => {
  const call = (path: string, type: string) =>
    ask({ method: 'POST', path, headers: { 'content-type': type }, options: { base: '/' } }).then(verdictOf);
  assert.equal(await call('/shop.Orders/Get', 'application/grpc'), 'allowed');
  assert.equal(await call('/shop.Orders/Get', 'application/grpc+proto'), 'allowed');
  assert.equal(await call('/shop.Orders/Delete', 'application/grpc'), '401 product.no-match');
  assert.equal(await call('/shop.Orders/Get', 'application/grpc-web'), '401 product.no-match');
  assert.equal(await call('/shop.Orders/Get', 'application/json'), '401 product.no-match');
  assert.equal(await call('/shop.Orders/Get/x', 'application/grpc'), '401 product.no-match');
  assert.equal(await call('/shop.Orders/..%2fGet', 'application/grpc'), '401 request.ambiguous-path');
});

it('answers nobody without a runtime credential', async () => {
  const cases: Texts[] = [
    {},
    { authorization: `Bearer ${world.key}` },
    { authorization: `Bearer  ${world.token}` },
    { authorization: `Basic ${Buffer.from(`${world.token}:`).toString('base64')}` },
    { authorization: `Bearer ${world.token}`, 'x-claviger': 'y' },
  ];
  const codes = [];
  for (const metadata of cases.slice(0, 4)) codes.push(await failureOf(envoy.check(request(), metadata)));
  assert.deepEqual(codes, Array(4).fill(status.UNAUTHENTICATED));
  assert.equal(verdictOf(await envoy.check(request(), cases[4])), 'allowed');
});

it('refuses what only the operator can have got wrong', async () => {
  const wrong: Texts[] = [
    { proxi: 'shop' },
    { key: 'cookie:x' },
    { key: '' },
    { key: Array(17).fill('bearer').join() },
    { base: 'shop' },
    { pass: 'true' },
    { environment: '' },
    { attribute: 'app:no space' },
  ];
  for (const options of wrong) {
    assert.equal(await failureOf(ask({ options })), status.INVALID_ARGUMENT, JSON.stringify(options));
  }
  const told = world.test.logLines.join('\n');
  assert.ok(told.includes('there is no option proxi'), told);
  assert.ok(!told.includes(world.token) && !told.includes(world.key), told);
});

it('tells health without a credential', async () => {
  assert.equal((await envoy.health()).status, 1);
});

const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'x-a'), fc.string({ unit: 'grapheme' }));
const texts = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 5 });
const anyRequest = fc.record({
  method: fc.string(),
  path: fc.string(),
  headers: texts,
  options: texts,
  id: fc.string(),
});

it('reads what Protobuf’s own library writes', () => {
  fc.assert(
    fc.property(anyRequest, ({ method, path, headers, options, id }) => {
      const [headerMap, context_extensions] = [Object.fromEntries(headers), Object.fromEntries(options)];
      const http = { id, method, path, headers: headerMap, size: 5, body: 'b', raw_body: Buffer.from([1, 2]) };
      const read = decodeCheckRequest(
        checkMethod.requestSerialize({ attributes: { request: { http }, context_extensions } }),
      );
      const bytes = (text: string) => Buffer.from(text.toWellFormed()).toString('latin1');
      assert.deepEqual([read.method, read.path], [method, bytes(path)]);
      const wanted = Object.entries(headerMap).map(([key, value]) => [bytes(key).toLowerCase(), bytes(value)]);
      assert.deepEqual(
        read.headers.names,
        wanted.map(([key]) => key),
      );
      for (const [key] of wanted) {
        assert.deepEqual(
          read.headers.valuesOf(key ?? ''),
          wanted.flatMap(([other, value]) => (other === key ? [value] : [])),
        );
      }
      assert.deepEqual(decodeExtensions(read.extensions), Object.entries(context_extensions));
    }),
    { numRuns: 300 },
  );
});

it('survives messages that are none, and lets nobody in with them', async () => {
  const sound = checkMethod.requestSerialize(request({ headers: { 'x-api-key': 'no-key' } }));
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(sound.length).map((end) => sound.subarray(0, end)),
    fc.tuple(fc.nat(sound.length - 1), fc.nat(255)).map(([at, by]) => {
      const bytes = Buffer.from(sound);
      bytes[at] = by;
      return bytes;
    }),
  );
  await fc.assert(
    fc.asyncProperty(noise, async (bytes) => {
      const outcome = await envoy.checkBytes(bytes).then(verdictOf, ({ code }: ServiceError) => code);
      assert.ok(outcome === status.INVALID_ARGUMENT || /^401 /.test(String(outcome)), String(outcome));
    }),
    { numRuns: 150 },
  );
  assert.equal(await failureOf(envoy.checkBytes(Buffer.alloc(300_000))), status.RESOURCE_EXHAUSTED);
  assert.equal(verdictOf(await ask()), 'allowed');
  assert.ok(!world.test.logLines.some((line) => line.includes('bug:')), world.test.logLines.join('\n'));
});

it('survives connections that speak something else, or nothing', async () => {
  for (const bytes of [
    '',
    'GET / HTTP/1.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff',
    '\x16\x03\x01',
  ]) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    if (bytes !== '') socket.end(Buffer.from(bytes, 'latin1'));
    socket.resume();
    await once(socket, 'close');
  }
  assert.equal(verdictOf(await ask()), 'allowed');
});

it('closes with connections open, and tells 503 once it is stale', async () => {
  const second = await startEnvoyServer(world.parts, { host: '127.0.0.1', port: 0 });
  const client = openEnvoyStub(second.port, world.token);
  assert.equal(verdictOf(await client.check(request())), 'allowed');
  const silent = connect({ port: second.port, host: '127.0.0.1' }).on('error', () => undefined);
  await once(silent, 'connect');
  await second.close();
  client.close();
  // Nothing is heard any more; the last test of this file.
  await world.verifier.stop();
  world.test.clock.advance(200_000);
  const response = await ask();
  assert.equal(verdictOf(response), '503 verifier.stale');
  assert.deepEqual([response.status?.code, headersOf(response.denied_response?.headers)['retry-after']], [14, '5']);
  assert.equal((await envoy.health()).status, 2);
});
