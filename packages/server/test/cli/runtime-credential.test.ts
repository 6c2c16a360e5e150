import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, makeDirectory, run, runClaviger, startKnown } from './support.ts';

test('a gateway’s credential is made, shown once, listed and revoked, and asks as docs/verification.md says', async (t) => {
  const data = await makeDirectory(t);
  const server = await startKnown(t, data);
  const [, runtimeUrl] = /^claviger answers gateways on (\S+)$/m.exec(server.stdout()) ?? [];
  assert.ok(runtimeUrl);
  const plane = ['--data', data];
  const token = (await run(['runtime-credential', 'create', 'myorg', '--name', 'gateway-eu', ...plane])).trim();
  assert.match(token, /^clv_runtime_[0-9A-Za-z]{49}$/);
  const ask = () =>
    call(`${runtimeUrl}/claviger/v1/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        key: 'KEY',
        environment: 'prod',
        proxy: 'weather-v1',
        path: '/forecast/today',
        method: 'GET',
      }),
    });
  const answer = await ask();
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), {
    allowed: false,
    reason: 'credential.unknown',
    fault: { status: 401, code: 'oauth.v2.InvalidApiKey', text: 'Invalid ApiKey' },
  });
  const listed = await run(['runtime-credential', 'list', 'myorg', '--json', ...plane]);
  const [made, ...others] = JSON.parse(listed) as { id: string; name: string }[];
  assert.ok(made?.name === 'gateway-eu' && others.length === 0 && !listed.includes(token));
  await run(['runtime-credential', 'revoke', 'myorg', made.id, ...plane]);
  const again = await runClaviger(['runtime-credential', 'revoke', 'myorg', made.id, ...plane]);
  assert.notEqual(again.code, 0);
  for (let tries = 0; (await ask()).status !== 401; tries++) assert.ok(tries < 1000, 'it still works');
  assert.ok(!server.stderr().includes(token), 'the credential is in the log');
});

test('the runtime listener can be switched off', async (t) => {
  const server = await startKnown(t, await makeDirectory(t), ['--runtime-listen', 'off']);
  assert.doesNotMatch(server.stdout(), /answers gateways/);
  const { body } = await call(`${server.url}/metrics`);
  assert.doesNotMatch(body, /claviger_verifier_/);
});
