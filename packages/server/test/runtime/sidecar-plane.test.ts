import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { parseVerifierConfig } from '../../src/config/verifier-config.ts';
import { startVerifier } from '../../src/serve-verifier.ts';
import { type AppWorld, openAppWorld } from '../support/app.ts';
import { openEnvoyStub } from '../support/envoy.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { SpopClient } from '../support/spop.ts';
import { makeRuntimeToken, type ShownVerdict } from '../support/verification.ts';

/** Tries of 20 ms: long enough for a busy machine; what takes so many has failed. */
const triesMax = 3000;

describeOnEveryStore('a sidecar of a real plane', (server) => {
  let world: AppWorld;
  let token = '';
  before(async () => {
    world = openAppWorld(server, 'acme');
    await world.prepare();
    token = await makeRuntimeToken(server(), 'acme');
  });

  const openSidecar = async (settings: object) => {
    const config = parseVerifierConfig({ url: server().runtimeUrl, token, listen: '127.0.0.1:0', ...settings });
    const sidecar = await startVerifier(config, pino({ level: 'silent' }));
    await sidecar.ready;
    return { ...sidecar, [Symbol.asyncDispose]: () => sidecar.close() };
  };
  const ask = async (url: string, question: object): Promise<ShownVerdict> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/claviger/v1/verify`, {
      method: 'POST',
      headers,
      body: JSON.stringify(question),
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as ShownVerdict;
  };

  /** Without the time of the decision, which an explained verdict tells. */
  const write = (verdict: ShownVerdict) => JSON.stringify(verdict, (name, value) => (name === 'now' ? 0 : value));

  for (const [name, settings] of Object.entries({ 'holding all': {}, 'reading through': { keysMax: '1' } })) {
    it(`answers as the plane does, ${name}: the same body for every question`, async () => {
      await using sidecar = await openSidecar(settings);
      const { credentials } = await world.createApp({ apiProducts: ['auto', 'plain'] });
      const { credentials: others } = await world.createApp({ apiProducts: ['manual'] });
      const keys = [credentials[0]?.consumerKey, others[0]?.consumerKey, 'nobody', '', undefined];
      const ways = [{}, { path: '/a/b', method: 'GET', proxy: 'p' }, { path: '/a//b' }, { policy: 'P', explain: true }];
      for (const key of keys) {
        for (const way of ways) {
          const question = { key, ...way };
          const wanted = write(await ask(server().runtimeUrl, question));
          // It follows a moment behind.
          for (let tries = 0; ; tries++) {
            const told = write(await ask(sidecar.url, question));
            if (tries > triesMax) assert.equal(told, wanted);
            if (told === wanted) break;
            await sleep(20);
          }
        }
      }
    });
  }

  it('answers HAProxy and Envoy by their own protocols, and counts what it answered', async () => {
    await using sidecar = await openSidecar({ spoeListen: '127.0.0.1:0', envoyListen: '127.0.0.1:0' });
    const { credentials } = await world.createApp({ apiProducts: ['auto'] });
    const key = credentials[0]?.consumerKey ?? '';
    const call = { method: 'GET', path: '/a', key: 'header:x-api-key', headers: `x-api-key: ${key}\r\n\r\n` };
    const { spoe, envoy } = sidecar.protocols;
    const spop = await SpopClient.greet(spoe?.port ?? 0);
    // It follows a moment behind.
    for (let tries = 0; (await spop.ask({ ...call, token }))?.values['allowed'] !== true; tries++) {
      assert.ok(tries < triesMax);
      await sleep(20);
    }
    spop.close();
    const stub = openEnvoyStub(envoy?.port ?? 0, token);
    const http = { method: 'GET', path: '/a', headers: { 'x-api-key': key } };
    const attributes = { request: { http }, context_extensions: { key: 'header:x-api-key' } };
    const checked = await stub.check({ attributes });
    stub.close();
    assert.ok(checked.ok_response, JSON.stringify(checked));
    const metrics = await (await fetch(`${sidecar.url}/metrics`)).text();
    assert.match(metrics, /^claviger_gateway_answers_total\{protocol="envoy",answer="allowed"\} 1$/m);
  });

  it('answers no more once its credential is revoked and what it holds is too old', async () => {
    const { credentials } = await world.createApp({ apiProducts: ['auto'] });
    const key = credentials[0]?.consumerKey;
    const path = '/claviger/v1/organizations/acme/runtime-credentials';
    const made = await server().request('POST', path, { json: { name: 'short' } });
    const own = made.json<{ id: string; token: string }>();
    await using sidecar = await openSidecar({ token: own.token, staleSecondsMax: '1', gatewayTokensFile: undefined });
    const verdict = async () => {
      const headers = { authorization: `Bearer ${own.token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ key });
      const answer = await fetch(`${sidecar.url}/claviger/v1/verify`, { method: 'POST', headers, body });
      return ((await answer.json()) as ShownVerdict).reason ?? 'allowed';
    };
    // Who hears nothing for a second, as a busy machine may have it, is stale until he hears again.
    for (let tries = 0; (await verdict()) !== 'allowed'; tries++) {
      assert.ok(tries < triesMax);
      await sleep(20);
    }
    assert.equal((await server().request('DELETE', `${path}/${own.id}`)).status, 204);
    for (let tries = 0; (await verdict()) !== 'verifier.stale'; tries++) {
      assert.ok(tries < triesMax, 'it answers for ever');
      await sleep(20);
    }
    assert.match(await (await fetch(`${sidecar.url}/metrics`)).text(), /^claviger_verifier_denied 1$/m);
  });
});
