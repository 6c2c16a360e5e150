import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { formatToken } from '../../../src/domain/token-text.ts';
import { openAppWorld } from '../../support/app.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { makeRuntimeToken, sendRuntime } from '../../support/verification.ts';

const runProgram = promisify(execFile);

async function makeCertificate(t: TestContext): Promise<{ cert: string; key: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const curve = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await runProgram('openssl', [...curve, ...names, '-keyout', key, '-out', cert]);
  return { cert, key };
}

/** One verdict over TLS, whose certificate has to be trusted. */
function askOverTls(server: TestServer, token: string, ca: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(`${server.runtimeUrl}/claviger/v1/verify`, { method: 'POST', ca, headers, agent: false });
    sent.on('response', (answer) => void json(answer).then(resolve, reject));
    sent.on('error', reject);
    sent.end('{"key":"nobody"}');
  });
}

test('with a certificate the runtime listener speaks TLS, and nothing else', async (t) => {
  const { cert: tlsCert, key: tlsKey } = await makeCertificate(t);
  await using server = await startTestServer({ settings: { tlsCert, tlsKey } });
  assert.match(server.runtimeUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
  const ca = await readFile(tlsCert, 'utf8');
  const { plane } = server;
  const organization = await plane.store.organizations.findByName('myorg');
  assert.ok(organization);
  const token = formatToken('runtime', randomBytes(32));
  await plane.store.write((transaction) =>
    transaction.runtimeCredentials.insert(
      { id: plane.random.uuid(), organizationId: organization.id, name: 'g', createdAt: 0, createdBy: 'a' },
      plane.digests.sha256Hex(token),
    ),
  );
  const verdict = (await askOverTls(server, token, ca)) as { reason: string };
  assert.equal(verdict.reason, 'credential.unknown');
  await assert.rejects(askOverTls(server, token, ''), 'a certificate that nobody vouches for was trusted');
  await assert.rejects(fetch(server.runtimeUrl.replace('https:', 'http:')));
});

test('many unknown tokens from one address are held up, and a known one never is', async () => {
  await using server = await startTestServer();
  const world = openAppWorld(() => server, 'acme');
  await world.prepare();
  const token = await makeRuntimeToken(server, 'acme');
  const body = '{"key":"nobody"}';
  const ask = async (text: string) => {
    const answer = await sendRuntime(server, { authorization: `Bearer ${text}`, type: 'application/json', body });
    return answer;
  };
  assert.equal((await ask(token)).status, 200);
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429 && statuses.length < 200) {
    const { status, headers } = await ask(formatToken('runtime', randomBytes(32)));
    statuses.push(status);
    if (status === 429) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.equal((await ask(token)).status, 200, 'a neighbour held it up');
  }
  assert.ok(statuses.length > 40 && statuses.length < 100, `${statuses.length} unknown tokens`);
  assert.ok(statuses.slice(0, -1).every((status) => status === 401));
  // Text that is no token at all costs no look into the store, and is not counted.
  assert.equal((await ask('clv_runtime_none')).status, 401);
});

test('a record that can not be read refuses its keys, and no others (G6)', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'claviger.db');
  await using server = await startTestServer({ settings: { store: `sqlite:${file}` } });
  const world = openAppWorld(() => server, 'acme');
  await world.prepare();
  const token = await makeRuntimeToken(server, 'acme');
  const apps = [await world.createApp({ apiProducts: ['auto'] }), await world.createApp({ apiProducts: ['auto'] })];
  const database = new DatabaseSync(file);
  database.prepare('update app set attributes = ? where id = ?').run('[{"name":', apps[0]?.appId ?? '');
  database.close();
  const reasons: (string | undefined)[] = [];
  for (const { credentials } of apps) {
    const body = JSON.stringify({ key: credentials[0]?.consumerKey });
    const answer = await sendRuntime(server, { authorization: `Bearer ${token}`, type: 'application/json', body });
    assert.equal(answer.status, 200, answer.text);
    const { allowed, reason } = JSON.parse(answer.text) as { allowed: boolean; reason?: string };
    reasons.push(allowed ? 'allowed' : reason);
  }
  assert.deepEqual(reasons, ['credential.unknown', 'allowed']);
});
