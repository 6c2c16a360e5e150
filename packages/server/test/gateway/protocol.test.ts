import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { openEnvoyStub } from '../support/envoy.ts';
import { startTestServer } from '../support/server.ts';
import { frames, hello, message, SpopClient } from '../support/spop.ts';
import { makeRuntimeToken } from '../support/verification.ts';

const listen = { spoeListen: '127.0.0.1:0', envoyListen: '127.0.0.1:0' };
const call = { method: 'GET', path: '/a', key: 'header:x-api-key', headers: 'x-api-key: nobodys\r\n\r\n' };
const attributes = {
  request: { http: { method: 'GET', path: '/a', headers: { 'x-api-key': 'nobodys' } } },
  context_extensions: { key: 'header:x-api-key' },
};

test('settings open the listeners of HAProxy and Envoy, also without the runtime listener, and metrics count them', async () => {
  await using server = await startTestServer({ settings: { ...listen, runtimeListen: 'off' } });
  assert.equal(server.runtimeUrl, '');
  const token = await makeRuntimeToken(server, 'myorg');
  const spop = await SpopClient.greet(server.ports.spoe ?? 0);
  const found = await spop.ask({ ...call, token });
  assert.equal(found?.values['reason'], 'credential.unknown');
  assert.equal((await spop.ask({ ...call, token: 'none' }))?.values['reason'], 'auth.wrong-credentials');
  spop.close();
  const envoy = openEnvoyStub(server.ports.envoy ?? 0, token);
  assert.equal((await envoy.check({ attributes })).status?.message, 'credential.unknown');
  envoy.close();
  const { text } = await server.request('GET', '/metrics');
  assert.match(text, /^claviger_gateway_answers_total\{protocol="spoe",answer="refused"\} 1$/m);
  assert.match(text, /^claviger_gateway_answers_total\{protocol="spoe",answer="failed"\} 1$/m);
  assert.match(text, /^claviger_gateway_answers_total\{protocol="envoy",answer="refused"\} 1$/m);
});

test('neither is there unless it is named', async () => {
  await using server = await startTestServer();
  assert.deepEqual(server.ports, { spoe: undefined, envoy: undefined, sql: undefined });
});

test('a server whose address another one has does not start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  for (const name of ['spoeListen', 'envoyListen'] as const) {
    await assert.rejects(startTestServer({ settings: { ...listen, [name]: `127.0.0.1:${port}` } }), /EADDRINUSE/);
  }
  await new Promise((done) => other.close(done));
});

test('both speak TLS with the certificate of the server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-tls-'));
  const [tlsCert, tlsKey] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await promisify(execFile)('openssl', [...request, ...names, '-keyout', tlsKey, '-out', tlsCert]);
  const ca = await readFile(tlsCert);
  await using server = await startTestServer({ settings: { ...listen, tlsCert, tlsKey } });
  const envoy = openEnvoyStub(server.ports.envoy ?? 0, 'none', credentials.createSsl(ca));
  assert.equal((await envoy.health()).status, 1);
  envoy.close();
  const socket = connect({ port: server.ports.spoe ?? 0, host: '127.0.0.1', ca });
  await once(socket, 'secureConnect');
  socket.write(Buffer.concat([hello(), message(call)]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.equal(answer[4], frames.agentHello);
  socket.destroy();
  await rm(directory, { recursive: true });
});
