import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { makeRuntimeToken, openGateway, type Raw, sendRuntime } from '../../support/verification.ts';

interface Problem {
  readonly code: string;
  readonly field?: string;
}

describeOnEveryStore('the runtime listener', (server) => {
  let token = '';
  before(async () => {
    const world = openAppWorld(server, 'acme');
    await world.prepare();
    token = await makeRuntimeToken(server(), 'acme');
  });

  const send = (raw: Raw = {}) =>
    sendRuntime(server(), { authorization: `Bearer ${token}`, type: 'application/json', body: '{}', ...raw });
  const refusal = async (raw: Raw): Promise<[number, string, string?]> => {
    const { status, headers, text } = await send(raw);
    assert.equal(headers.get('content-type'), 'application/problem+json', text);
    const { code, field } = JSON.parse(text) as Problem;
    return field === undefined ? [status, code] : [status, code, field];
  };

  it('takes runtime credentials alone, and these are taken nowhere else', async () => {
    const wrong = [
      undefined,
      server().adminAuth,
      `Bearer ${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
      `bearer  ${token}`,
      'Bearer clv_runtime_none',
      `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
    ];
    for (const authorization of wrong) {
      const answer = await send({ authorization });
      assert.equal(answer.status, 401, String(authorization));
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="Claviger runtime"');
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    }
    for (const path of [
      '/v1/organizations/acme',
      '/claviger/v1/organizations',
      '/x/v1/organizations/acme/developers',
    ]) {
      const answer = await server().request('GET', path, { auth: `Bearer ${token}` });
      assert.equal(answer.status, 401, `${path}: ${answer.text}`);
    }
  });

  it('serves nothing of the management API', async () => {
    for (const path of [
      '/v1/organizations/acme',
      '/claviger/v1/organizations',
      '/metrics',
      '/docs',
      '/openapi/edge.json',
    ]) {
      const answer = await send({ method: 'GET', path, body: undefined, authorization: server().adminAuth });
      assert.ok(answer.status === 404 || answer.status === 401, path);
    }
  });

  it('is ready by itself, and tells of itself', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi/verification.json']) {
      assert.equal((await send({ method: 'GET', path, body: undefined, authorization: undefined })).status, 200, path);
    }
  });

  it('refuses what is no question with a problem document', async () => {
    const verify = '/claviger/v1/verify';
    assert.deepEqual(await refusal({ body: '{' }), [400, 'request.malformed']);
    assert.deepEqual(await refusal({ body: '' }), [400, 'request.malformed']);
    assert.deepEqual(await refusal({ body: '[]' }), [400, 'request.invalid', 'body']);
    assert.deepEqual(await refusal({ body: '{"key":"k","organization":"other"}' }), [400, 'request.invalid', 'body']);
    assert.deepEqual(await refusal({ body: '{"key":{"a":1}}' }), [400, 'request.invalid', 'key']);
    assert.deepEqual(await refusal({ body: '{"requests":[]}' }), [400, 'request.invalid', 'requests']);
    assert.deepEqual(await refusal({ body: '{"key":"k","requests":[{}]}' }), [400, 'request.invalid', 'key']);
    const many = JSON.stringify({ requests: Array.from({ length: 1001 }, () => ({})) });
    assert.deepEqual(await refusal({ body: many }), [400, 'request.invalid', 'requests']);
    const grpc = JSON.stringify({ key: 'k', operation: { kind: 'grpc', service: 's' } });
    assert.deepEqual(await refusal({ body: grpc }), [400, 'request.missing', 'operation.method']);
    assert.deepEqual(await refusal({ type: 'application/xml' }), [415, 'request.unsupported-media-type']);
    assert.deepEqual(await refusal({ body: `"${'k'.repeat(1_100_000)}"` }), [413, 'request.too-large']);
    assert.deepEqual(await refusal({ method: 'PUT', path: verify }), [405, 'request.method-not-allowed']);
    const nowhere = { path: '/claviger/v1/nothing' };
    assert.deepEqual(await refusal(nowhere), [404, 'route.not-found']);
  });

  it('a credential is shown once, listed without its text, and revoked', async () => {
    const path = '/claviger/v1/organizations/acme/runtime-credentials';
    const text = await makeRuntimeToken(server(), 'acme', 'edge of the network');
    const listed = await server().request('GET', path);
    assert.ok(!listed.text.includes(text));
    const { items } = listed.json<{ items: { id: string; name: string }[] }>();
    const made = items.find(({ name }) => name === 'edge of the network');
    assert.ok(made);
    const authorization = `Bearer ${text}`;
    assert.equal((await send({ authorization })).status, 200);
    assert.equal((await server().request('DELETE', `${path}/${made.id}`)).status, 204);
    assert.equal((await server().request('DELETE', `${path}/${made.id}`)).status, 404);
    for (let tries = 0; (await send({ authorization })).status !== 401; tries++) {
      assert.ok(tries < 1000, 'it still works');
      await sleep(5);
    }
    const audit = await server().request('GET', '/claviger/v1/organizations/acme/audit');
    assert.ok(audit.text.includes(`/runtime-credentials/${made.id}`));
    assert.ok(!audit.text.includes(text));
  });

  it('credentials are made by who may, and not by who reads', async () => {
    const auth = await server().makeAccount('reader@example.com', [{ organization: 'acme', role: 'readonlyadmin' }]);
    const path = '/claviger/v1/organizations/acme/runtime-credentials';
    assert.equal((await server().request('POST', path, { auth, json: { name: 'n' } })).status, 403);
    assert.equal((await server().request('GET', path, { auth })).status, 200);
    assert.equal((await server().request('POST', path, { json: { name: '' } })).status, 400);
  });

  it('metrics tell of verdicts by reason, and of how fresh they are', async () => {
    const gateway = await openGateway(server, 'acme');
    await gateway.ask({ key: 'nobody' });
    const { text } = await server().request('GET', '/metrics');
    assert.match(text, /^claviger_verdicts_total\{reason="credential\.unknown"\} [1-9]/m);
    assert.match(text, /^claviger_verifier_fresh 1$/m);
    assert.match(text, /^claviger_verifier_organizations [1-9]/m);
    for (const name of ['staleness_seconds', 'feed_lag_changes', 'keys', 'bytes']) {
      assert.match(text, new RegExp(`^claviger_verifier_${name} \\d`, 'm'));
    }
    assert.ok(!text.includes('acme') && !text.includes('nobody'));
  });
});
