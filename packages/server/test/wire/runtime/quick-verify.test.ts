import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type Server, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { RuntimeAccess } from '../../../src/operations/runtime-access.ts';
import { LocalVerifier } from '../../../src/runtime/verifier.ts';
import { buildGatewayApp } from '../../../src/surfaces/gateway/listener.ts';
import { QuickVerify } from '../../../src/surfaces/gateway/quick-verify.ts';
import { openAppWorld } from '../../support/app.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { makeRuntimeToken } from '../../support/verification.ts';

const path = '/claviger/v1/verify';
const bodyBytesMax = 10_000;

interface Sent {
  readonly authorization?: string | undefined;
  readonly type?: string | undefined;
  readonly body: Buffer;
  readonly way: 'whole' | 'chunked' | 'in two';
  readonly path?: string;
  readonly method?: string;
}

interface Got {
  readonly status: number | undefined;
  /** But for what is another each time. */
  readonly headers: readonly string[];
  readonly body: string;
}

const changing = new Set(['x-request-id', 'date']);

async function send(port: number, agent: Agent, sent: Sent): Promise<Got> {
  const headers: Record<string, string> = {};
  if (sent.authorization !== undefined) headers['authorization'] = sent.authorization;
  if (sent.type !== undefined) headers['content-type'] = sent.type;
  // Told of every method: without it Node sends the body of a DELETE behind a request that ended, as a request of its own.
  if (sent.way === 'chunked') headers['transfer-encoding'] = 'chunked';
  else headers['content-length'] = String(sent.body.length);
  const options = { port, agent, headers, path: sent.path ?? path, method: sent.method ?? 'POST' };
  const request = sendRequest({ ...options, host: '127.0.0.1' });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  // It may fail before anybody waits for it: the connection was closed, and half of the body is still to be sent.
  answered.catch(() => undefined);
  if (sent.way === 'in two') {
    request.write(sent.body.subarray(0, 3));
    await sleep(2);
    request.end(sent.body.subarray(3));
  } else request.end(sent.body);
  const [response] = await answered;
  return read(response);
}

async function read(response: IncomingMessage): Promise<Got> {
  const body = Buffer.concat(await response.toArray()).toString('latin1');
  const { rawHeaders: raw, statusCode: status } = response;
  const pairs = Array.from({ length: raw.length / 2 }, (_, at) => [raw[at * 2] ?? '', raw[at * 2 + 1] ?? ''] as const);
  const headers = pairs.map(([name, value]) => (changing.has(name.toLowerCase()) ? name : `${name}: ${value}`));
  return { status, headers, body };
}

const member = fc.constantFrom('key', 'environment', 'proxy', 'path', 'basePath', 'method');
const odd = fc.constantFrom<unknown>(null, 5, true, {}, [], 'x'.repeat(3000), 'ä', '☃', '\u0000', '__proto__', '');
const oddMember = fc.constantFrom(
  'explain',
  'policy',
  'operation',
  'requests',
  'organization',
  '__proto__',
  'toString',
);
const text = fc.constantFrom('prod', 'weather-v1', '/forecast/today', '/a//b', 'get', 'POST', 'nobody', '', '/%2e/x');

/** Bodies of every shape, most of them nearly a question. */
function drawBody(keys: readonly string[]): fc.Arbitrary<Buffer> {
  const key = fc.constantFrom(...keys);
  const plain = fc.tuple(key, fc.dictionary(member, text, { maxKeys: 5 }));
  const question = plain.map(([known, rest]) => JSON.stringify({ key: known, ...rest }));
  const strange = fc
    .tuple(key, fc.dictionary(fc.oneof(member, oddMember), odd, { maxKeys: 3, noNullPrototype: true }))
    .map(([known, rest]) => JSON.stringify({ key: known, ...rest }));
  const written = fc
    .tuple(key, fc.constantFrom(' ', '\n', '\ufeff', ',', '}', '"k":1', '[', '\\u0061'), fc.nat(8))
    .map(([known, junk, at]) => {
      const body = JSON.stringify({ key: known, proxy: 'weather-v1' });
      return body.slice(0, at) + junk + body.slice(at);
    });
  const raw = fc.constantFrom('', '{}', '[]', 'null', '"k"', '7', '{', '{"key":"a","key":"b"}', '{"__proto__":{}}');
  const long = key.map((known) => JSON.stringify({ key: known, path: `/${'a'.repeat(5000)}` }));
  const huge = fc.constant(JSON.stringify({ key: 'k'.repeat(bodyBytesMax) }));
  const bytes = fc.constant(Buffer.from([0x7b, 0x22, 0x6b, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
  const texts = fc.oneof(
    { weight: 6, arbitrary: question },
    { weight: 4, arbitrary: strange },
    written,
    raw,
    long,
    huge,
  );
  return fc.oneof({ weight: 20, arbitrary: texts.map((each) => Buffer.from(each)) }, bytes);
}

describe('the quick way to a verdict', () => {
  let server: TestServer;
  let verifier: LocalVerifier;
  let access: RuntimeAccess;
  const apps: FastifyInstance[] = [];
  const ports: number[] = [];
  const agent = new Agent({ keepAlive: true });
  const keys: string[] = [];
  let token = '';

  before(async () => {
    server = await startTestServer();
    const world = openAppWorld(() => server, 'acme');
    await world.prepare();
    for (const attributes of [[], [{ name: 'größe', value: '⚖️' }]]) {
      const app = await world.createApp({ apiProducts: ['auto'], attributes });
      keys.push(app.credentials[0]?.consumerKey ?? '');
    }
    token = await makeRuntimeToken(server, 'acme');
    const { store, clock, log, digests, random } = server.plane;
    verifier = new LocalVerifier({ store, clock, log, staleMillisecondsMax: 180_000 });
    access = new RuntimeAccess({ credentials: verifier.credentials, digests, clock });
    for (const level of ['silent', 'debug']) {
      // Who writes a line for each request sends every one through the router.
      const logger = pino({ level }, { write: () => undefined });
      const app = await buildGatewayApp(
        { trustedProxies: [], bodyBytesMax, logger },
        { verifier, access, clock, log, random },
      );
      await app.listen({ host: '127.0.0.1', port: 0 });
      apps.push(app);
      ports.push((app.server.address() as AddressInfo).port);
    }
  });
  after(async () => {
    agent.destroy();
    await Promise.all(apps.map((app) => app.close()));
    await verifier.stop();
    await server.close();
  });

  const both = (sent: Sent) => Promise.all(ports.map((port) => send(port, agent, sent)));

  it('answers the same bytes and headers as the router does, over random requests', async () => {
    const authorization = fc.constantFrom(
      ...[...Array<string>(12).fill(`Bearer ${token}`), `bearer ${token}`],
      ...[undefined, `Bearer ${token}x`, `Bearer  ${token}`, `Basic ${token}`, ''],
    );
    const type = fc.constantFrom(
      ...['application/json', 'application/json', 'application/json; charset=utf-8', 'Application/JSON'],
      ...['application/json;v=1', 'text/plain', undefined, 'application/xml', 'json'],
    );
    const way = fc.constantFrom<Sent['way']>('whole', 'whole', 'whole', 'chunked', 'in two');
    const where = fc.constantFrom(...Array<string>(8).fill(path), `${path}/`, `${path}?a=1`, `${path}x`);
    const method = fc.constantFrom(...Array<string>(10).fill('POST'), 'PUT', 'DELETE');
    const body = drawBody([...keys, 'nobody', '']);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.record({ authorization, type, body, way, path: where, method }), async (sent) => {
        const [quick, whole] = await both(sent);
        assert.deepEqual(quick, whole);
        seen.add(quick?.status === 200 ? (quick.body.slice(0, 40) ?? '') : String(quick?.status));
      }),
      { numRuns: 400, seed: 4 },
    );
    // What asked for one kind of answer alone would show nothing.
    for (const kind of ['400', '401', '404', '405', '413', '415']) assert.ok(seen.has(kind), `${kind} of ${[...seen]}`);
    assert.ok([...seen].filter((each) => each.startsWith('{"allowed"')).length >= 4, [...seen].join());
  });

  it('tells what changed as soon as the verifier knows it, whatever it said before', async () => {
    const developer = '/v1/organizations/acme/developers/quick@example.com';
    const person = { email: 'quick@example.com', firstName: 'Q', lastName: 'K', userName: 'q' };
    await server.request('POST', '/v1/organizations/acme/developers', { json: person });
    const json = { name: 'a', apiProducts: ['auto'] };
    const made = await server.request('POST', `${developer}/apps`, { json });
    const key = made.json<{ credentials: { consumerKey: string }[] }>().credentials[0]?.consumerKey;
    const body = Buffer.from(JSON.stringify({ key }));
    const sent: Sent = { authorization: `Bearer ${token}`, type: 'application/json', body, way: 'whole' };
    const until = async (wanted: string) => {
      for (let tries = 0; ; tries++) {
        const [quick, whole] = await both(sent);
        if (quick?.body.includes(wanted) && whole?.body.includes(wanted)) return;
        assert.ok(tries < 1000, `${quick?.body} and ${whole?.body}, never ${wanted}`);
        await sleep(10);
      }
    };
    for (let round = 0; round < 3; round++) {
      await until('"allowed":true');
      await server.request('PUT', developer, { json: { ...person, firstName: `Q${round}` } });
      await until(`"firstName":"Q${round}"`);
      await server.request('POST', `${developer}?action=inactive`);
      await until('developer.inactive');
      await server.request('POST', `${developer}?action=active`);
    }
  });

  it('is taken by plain questions of who is known, and by nothing else', async () => {
    const quick = new QuickVerify(path, { verifier, access });
    let routed = 0;
    const listener: Server = createServer(
      quick.open((request, response) => {
        routed += 1;
        request.resume();
        response.writeHead(418).end();
      }),
    );
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const known = { authorization: `Bearer ${token}`, type: 'application/json', way: 'whole' } as const;
    const ask = async (question: unknown, more: Partial<Sent> = {}) =>
      (await send(port, agent, { ...known, body: Buffer.from(JSON.stringify(question)), ...more })).status;
    assert.equal(await ask({ key: keys[0] }), 200);
    assert.equal(await ask({ key: 'nobody', path: '/x' }, { way: 'in two' }), 200);
    assert.equal(routed, 0);
    assert.equal(await ask({ key: keys[0], explain: true }), 418);
    assert.equal(await ask({ key: keys[0] }, { authorization: undefined }), 418);
    assert.equal(await ask({ key: keys[0] }, { path: '/readyz' }), 418);
    quick.close();
    assert.equal(await ask({ key: keys[0] }), 418);
    assert.equal(routed, 4);
    listener.close();
    listener.closeAllConnections();
  });

  it('lets nobody in whose credential is revoked while the question is on its way', async () => {
    const credentials = '/claviger/v1/organizations/acme/runtime-credentials';
    const made = await server.request('POST', credentials, { json: { name: 'leaver' } });
    const { id, token: leaving } = made.json<{ id: string; token: string }>();
    const body = Buffer.from(JSON.stringify({ key: keys[0] }));
    const sent: Sent = { authorization: `Bearer ${leaving}`, type: 'application/json', body, way: 'whole' };
    const [port = 0] = ports;
    for (let asked = 0; asked < 2; asked++) assert.equal((await send(port, agent, sent)).status, 200);
    const headers = { authorization: `Bearer ${leaving}`, 'content-type': 'application/json' };
    const options = { port, path, method: 'POST', headers: { ...headers, 'content-length': String(body.length) } };
    const slow = sendRequest({ ...options, host: '127.0.0.1' });
    const answered = once(slow, 'response') as Promise<[IncomingMessage]>;
    slow.write(body.subarray(0, 5));
    assert.equal((await server.request('DELETE', `${credentials}/${id}`)).status, 204);
    for (let tries = 0; (await send(port, agent, sent)).status !== 401; tries++) {
      assert.ok(tries < 1000, 'the revocation was never heard');
      await sleep(10);
    }
    slow.end(body.subarray(5));
    const [response] = await answered;
    assert.equal((await read(response)).status, 401);
  });

  it('goes on where connections end in the middle of a question', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': '100' };
    for (let round = 0; round < 5; round++) {
      const cut = sendRequest({ port: ports[0], path, method: 'POST', headers, host: '127.0.0.1' });
      const ended = once(cut, 'error');
      cut.write('{"key":');
      await sleep(5);
      cut.destroy();
      await ended;
    }
    const body = Buffer.from(JSON.stringify({ key: keys[0] }));
    const sent: Sent = { authorization: `Bearer ${token}`, type: 'application/json', body, way: 'whole' };
    assert.equal((await send(ports[0] ?? 0, agent, sent)).status, 200);
  });
});
