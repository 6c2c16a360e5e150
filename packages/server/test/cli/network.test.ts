import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { adminPassword, asAdmin, basic, call, makeDirectory, run, startKnown, waitFor } from './support.ts';

const runProgram = promisify(execFile);

test('certificate files make it speak TLS, and the printed curl trusts them', async (t) => {
  const data = await makeDirectory(t);
  const [cert, key] = [join(data, 'cert.pem'), join(data, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await runProgram('openssl', [...request, ...names, '-keyout', key, '-out', cert]);
  const server = await startKnown(t, data, ['--tls-cert', cert, '--tls-key', key]);
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const ca = await readFile(cert, 'utf8');
  assert.equal((await call(`${server.url}/healthz`, { ca })).status, 200);
  await assert.rejects(call(server.url.replace('https:', 'http:')));
  const curl = /^ {2}curl [\s\S]*?\/developers$/m.exec(server.stdout())?.[0] ?? '';
  const env = { ...process.env, CLAVIGER_ADMIN_PASSWORD: adminPassword };
  const { stdout } = await runProgram('sh', ['-c', curl], { env });
  assert.equal(JSON.parse(stdout).email, 'ann@example.com');
  const token = (await run(['token', 'create', 'admin@example.com', '--data', data])).trim();
  const remote = await run(['org', 'list', '--url', server.url], {
    env: { CLAVIGER_TOKEN: token, NODE_EXTRA_CA_CERTS: cert },
  });
  assert.match(remote, /^myorg\t/);
});

test('X-Forwarded-For is believed from trusted proxies alone', async (t) => {
  const seen = async (args: string[]) => {
    const server = await startKnown(t, await makeDirectory(t), args);
    const headers = { ...basic('wrong password'), 'x-forwarded-for': '203.0.113.9' };
    assert.equal((await call(`${server.url}/claviger/v1/organizations`, { headers })).status, 401);
    return waitFor(() => /"status":401,.*"address":"([^"]+)"/.exec(server.stderr())?.[1]);
  };
  assert.equal(await seen([]), '127.0.0.1');
  assert.equal(await seen(['--trusted-proxies', '10.0.0.0/8']), '127.0.0.1');
  assert.equal(await seen(['--trusted-proxies', '10.0.0.0/8,127.0.0.1']), '203.0.113.9');
});

async function tellPublicUrls(url: string): Promise<{ root: string; issuer: string }> {
  const host = 'evil.example';
  const discovery = await call(`${url}/$discovery/rest?version=v1`, { headers: { host, 'x-forwarded-host': host } });
  const headers = {
    host,
    'x-forwarded-host': host,
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from('edgecli:edgeclisecret').toString('base64')}`,
  };
  const form = new URLSearchParams({ grant_type: 'password', username: 'admin@example.com', password: adminPassword });
  const granted = await call(`${url}/oauth/token`, { method: 'POST', headers, body: String(form) });
  const [, claims = ''] = (JSON.parse(granted.body).access_token as string).split('.');
  assert.ok(!discovery.body.includes(host));
  return {
    root: JSON.parse(discovery.body).rootUrl,
    issuer: JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')).iss,
  };
}

test('the public URL never comes from the Host header', async (t) => {
  const plain = await startKnown(t, await makeDirectory(t));
  const own = await tellPublicUrls(plain.url);
  assert.ok(own.root.startsWith(`${plain.url}/`), own.root);
  assert.equal(own.issuer, `${plain.url}/oauth/token`);
  const named = await startKnown(t, await makeDirectory(t), ['--public-url', 'https://plane.example/base/']);
  const told = await tellPublicUrls(named.url);
  assert.ok(told.root.startsWith('https://plane.example/base/'), told.root);
  assert.equal(told.issuer, 'https://plane.example/base/oauth/token');
});

test('the reference page offers the native API, and its document names every route', async (t) => {
  const { url } = await startKnown(t, await makeDirectory(t));
  const document = JSON.parse((await call(`${url}/openapi/native.json`, { headers: asAdmin })).body);
  for (const path of ['/v1/organizations', '/v1/accounts/{account}/tokens', '/v1/backup', '/v1/restore']) {
    assert.ok(document.paths[path], `${path} is not in ${Object.keys(document.paths).join(' ')}`);
  }
  const page = await call(`${url}/docs/static/swagger-initializer.js`);
  assert.match(page.body, /\/openapi\/native\.json/);
});
