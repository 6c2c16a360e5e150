import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import fc from 'fast-check';
import { RuntimeAccess } from '../../src/operations/runtime-access.ts';
import { LocalVerifier } from '../../src/runtime/verifier.ts';
import { buildGatewayApp } from '../../src/surfaces/gateway/listener.ts';
import type { ConformancePlane } from './content.ts';
import { readFaultCode } from './driver.ts';
import { type ForwardAsker, forwardOptions, forwardPath } from './forward.ts';
import type { Header } from './row.ts';
import { exchange } from './wire.ts';

const isLong = process.env['CLAVIGER_LONG'] === '1';
const forwarded: readonly Header[] = [
  ['X-Forwarded-Method', 'GET'],
  ['X-Forwarded-Uri', forwardPath],
];

/** What a gateway is answered when something is wrong: with the plane, or with what it says. */
export function testForwardFaults({ ask }: ForwardAsker, plane: () => ConformancePlane): void {
  it('a verifier that has lost its plane refuses: 503, and 403 to nginx, which knows no other', async () => {
    await using stale = await openStale(plane());
    const { port } = stale;
    const code = 'claviger.verifier.Stale';
    for (const [adapter, told, more] of [
      ['caddy', forwarded, ''],
      ['traefik', forwarded, ''],
      ['envoy', [], `&call=${forwardPath}`],
    ] as const) {
      const { status, headers, body } = await ask({ adapter, told, more, port });
      assert.deepEqual([status, readFaultCode(body), headers.get('retry-after')], [503, code, '5'], adapter);
      assert.equal(headers.get('x-claviger-reason'), 'verifier.stale');
    }
    const { status, headers } = await ask({ port });
    assert.deepEqual([status, headers.get('x-claviger-status')], [403, '503']);
  });

  it('keys, paths, methods and options of every shape get an answer that is no failure', async () => {
    const text = fc.string({ unit: fc.constantFrom(...latin, ...signs), maxLength: 40 });
    const arbitrary = fc.record({
      adapter: fc.constantFrom('nginx', 'caddy', 'traefik', 'envoy', 'other'),
      options: fc.oneof({ weight: 4, arbitrary: fc.constant(forwardOptions) }, text),
      more: fc.oneof(
        fc.constant(''),
        text,
        text.map((each) => `&call=/weather/v1/${each}`),
      ),
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PROPFIND', 'get', 'M-SEARCH'),
      target: fc.oneof(
        text,
        text.map((each) => `/weather/v1/${each}`),
      ),
      key: fc.oneof(
        text,
        fc.integer({ min: 0, max: 9000 }).map((length) => 'k'.repeat(length)),
      ),
    });
    const told = new Map<number, number>();
    const property = fc.asyncProperty(arbitrary, async ({ target, key, ...asked }) => {
      const uri = asked.adapter === 'nginx' ? 'X-Original-URI' : 'X-Forwarded-Uri';
      const method = asked.adapter === 'nginx' ? 'X-Original-Method' : 'X-Forwarded-Method';
      const headers: Header[] = [
        [method, asked.method],
        [uri, target],
      ];
      const answer = await ask({ ...asked, told: headers, headers: [['X-Api-Key', key]] });
      told.set(answer.status, (told.get(answer.status) ?? 0) + 1);
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.body}`);
    });
    await fc.assert(property, { numRuns: isLong ? 5000 : 300 });
    assert.ok((told.get(401) ?? 0) > 20, 'hardly any was decided on');
  });

  it('what is no request is answered, or cut off', async () => {
    const port = Number(new URL(plane().runtimeUrl).port);
    const head = `GET /claviger/v1/gateway/nginx/${forwardOptions}`;
    for (const text of [
      `${head} HTTP/1.1\r\nHost: x\r\nX-Original-URI: /a\r\n X-Original-URI: /b\r\n\r\n`,
      `${head} HTTP/1.1\r\nHost: x\r\nX-Original-URI\u0000: /a\r\n\r\n`,
      `${head} HTTP/9.9\r\n\r\n`,
      `${head}\r\n\r\n`,
    ]) {
      const { status } = await exchange(port, Buffer.from(text, 'latin1'));
      assert.ok(status === 0 || (status >= 400 && status < 500), `${status} ${text}`);
    }
  });
}

/** Whatever a header's value may hold. */
const latin = Array.from({ length: 223 }, (_, at) => String.fromCharCode(at + 33)).filter((each) => each !== '\u007f');
const signs = [
  '/',
  '/',
  '..',
  '%',
  '%2f',
  '%252e',
  '//',
  ';',
  '?',
  '&',
  '=',
  '#',
  '\\',
  'weather/v1',
  'forecast',
  'key=',
  ':',
];

/** A listener over the same store whose verifier never heard of it in time. */
async function openStale({ server }: ConformancePlane): Promise<AsyncDisposable & { readonly port: number }> {
  const { store, clock, log, digests, random } = server.plane;
  const verifier = new LocalVerifier({ store, clock, log, staleMillisecondsMax: -1 });
  const access = new RuntimeAccess({ credentials: verifier.credentials, digests, clock });
  const options = { trustedProxies: [], bodyBytesMax: 1024, logger: log as never };
  const app = await buildGatewayApp(options, { verifier, access, clock, log, random });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: (app.server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await app.close();
      await verifier.stop();
    },
  };
}
