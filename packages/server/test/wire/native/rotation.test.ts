import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { openAppWorld, type ShownCredential } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** A new key beside the old one, as one call of the native API. */

interface Rotated {
  readonly credential: {
    readonly id: string;
    readonly consumerKey: string;
    readonly consumerSecret?: string;
    readonly expiresAt: string | null;
    readonly products: readonly { readonly name: string; readonly status: string }[];
  };
  readonly former: { readonly id: string; readonly expiresAt: string; readonly successorId: string };
  readonly replayed: boolean;
}

const path = '/claviger/v1/organizations/rotation/credentials';

describeOnEveryStore('rotation of a key', (server) => {
  const world = openAppWorld(server, 'rotation');
  let made = 0;
  before(() => world.prepare());

  const ask = (json: object, request: TestRequest = {}): Promise<TestResponse> =>
    server().request('POST', `${path}/rotate`, { json, ...request });
  const rotate = async (json: object, request: TestRequest = {}): Promise<Rotated> => {
    const answer = await ask(json, request);
    assert.equal(answer.status, 201, answer.text);
    return answer.json<Rotated>();
  };
  const refuse = async (json: object, request: TestRequest = {}): Promise<[number, string]> => {
    const answer = await ask(json, request);
    return [answer.status, answer.json<{ code: string }>().code];
  };
  const standingOf = async (consumerKey: string) => {
    const answer = await server().request('POST', `${path}/lookup`, { json: { consumerKey } });
    return answer.json<{ id: string; effective: boolean; reason: string | null; version: string }>();
  };
  const makeKey = async (members: object = {}): Promise<{ app: string; key: ShownCredential }> => {
    const name = `rotated ${++made}`;
    const { credentials } = await world.createApp({ name, apiProducts: ['auto', 'manual'], ...members });
    assert.ok(credentials[0]);
    return { app: name, key: credentials[0] };
  };

  describe('makes a key', () => {
    it('with the products, statuses, scopes and attributes of the old one, newest first in its app', async () => {
      const { app, key } = await makeKey();
      const at = `/apps/${encodeURIComponent(app)}/keys/${key.consumerKey}`;
      await world.call(`POST ${at}/apiproducts/auto?action=revoke`, 204);
      const attributes = [{ name: 'tier', value: 'gold' }];
      await world.call(`PUT ${at}`, 200, { apiProducts: [], attributes, scopes: ['WRITE'] });
      const rotated = await rotate({ consumerKey: key.consumerKey });
      const [fresh, old] = (await world.getApp(app)).credentials;
      assert.deepEqual(
        [fresh?.consumerKey, fresh?.consumerSecret, fresh?.expiresAt],
        [rotated.credential.consumerKey, rotated.credential.consumerSecret, -1],
      );
      assert.equal(old?.consumerKey, key.consumerKey);
      assert.deepEqual(fresh?.apiProducts, [
        { apiproduct: 'auto', status: 'revoked' },
        { apiproduct: 'manual', status: 'pending' },
      ]);
      assert.deepEqual([fresh?.attributes, fresh?.scopes, fresh?.status], [attributes, ['WRITE'], 'approved']);
      assert.deepEqual(
        [fresh?.apiProducts, fresh?.attributes, fresh?.scopes],
        [old?.apiProducts, old?.attributes, old?.scopes],
      );
    });

    it('and lets the old one work until a day is over', async () => {
      const { app, key } = await makeKey();
      const { former, credential } = await rotate({ consumerKey: key.consumerKey });
      assert.equal(former.successorId, credential.id);
      const fresh = await world.getKey(app, credential.consumerKey);
      assert.equal(Date.parse(former.expiresAt) - Number(fresh.issuedAt), 86_400_000);
      assert.equal((await world.getKey(app, key.consumerKey)).expiresAt, Date.parse(former.expiresAt));
      for (const each of [key.consumerKey, credential.consumerKey]) {
        assert.equal((await standingOf(each)).effective, true);
      }
    });

    it('and ends the old one at once where the overlap is 0', async () => {
      const { key } = await makeKey();
      await rotate({ consumerKey: key.consumerKey, overlapSeconds: 0 });
      assert.partialDeepStrictEqual(await standingOf(key.consumerKey), {
        effective: false,
        reason: 'credential.expired',
      });
    });

    it('which lives as long as the old one was made to, and never lets the old one live longer', async () => {
      const { app, key } = await makeKey({ keyExpiresIn: 3_600_000 });
      const { credential, former } = await rotate({ consumerKey: key.consumerKey, overlapSeconds: 7_776_000 });
      assert.equal(Date.parse(former.expiresAt), key.expiresAt);
      const { issuedAt } = await world.getKey(app, credential.consumerKey);
      assert.equal(Date.parse(credential.expiresAt ?? '') - Number(issuedAt), 3_600_000);
      const again = await rotate({ consumerKey: credential.consumerKey, expiresInSeconds: -1 });
      assert.equal(again.credential.expiresAt, null);
    });

    it('of the caller, who names the old one by its id', async () => {
      const { app, key } = await makeKey();
      const { id } = await standingOf(key.consumerKey);
      const own = { newConsumerKey: `own-${randomUUID()}`, newConsumerSecret: 'own_secret' };
      const { credential } = await rotate({ id, ...own });
      assert.deepEqual(
        [credential.consumerKey, credential.consumerSecret],
        [own.newConsumerKey, own.newConsumerSecret],
      );
      assert.equal((await world.getKey(app, own.newConsumerKey)).consumerSecret, own.newConsumerSecret);
    });

    it('beneath a company too', async () => {
      const json = { name: 'rotators', displayName: 'R' };
      await server().request('POST', `${world.root}/companies`, { json });
      const apps = `${world.root}/companies/rotators/apps`;
      const app = await server().request('POST', apps, { json: { name: 'of company', apiProducts: ['auto'] } });
      const [key] = app.json<{ credentials: ShownCredential[] }>().credentials;
      await rotate({ consumerKey: key?.consumerKey });
      const shown = await server().request('GET', `${apps}/of%20company`);
      assert.equal(shown.json<{ credentials: unknown[] }>().credentials.length, 2);
    });

    it('and tells the audit of it without either, and the feed of each entity once', async () => {
      const { app, key } = await makeKey();
      const before = (await server().plane.store.feed.head()).last;
      const { credential } = await rotate({ consumerKey: key.consumerKey, overlapSeconds: 60 });
      const changes = await server().plane.store.feed.after(before, 99);
      assert.deepEqual(changes.map(({ noun, kind }) => `${noun} ${kind}`).sort(), [
        'app put',
        'credential put',
        'credential put',
      ]);
      assert.equal(new Set(changes.map(({ entityId }) => entityId)).size, 3);
      const audit = await server().request('GET', '/claviger/v1/organizations/rotation/audit?limit=1');
      const [entry] = audit.json<{ items: { resource: string; request: string; responseCode: number }[] }>().items;
      const hint = `${key.consumerKey.slice(0, 4)}***`;
      assert.equal(entry?.resource, `/developers/ann@example.com/apps/${app}/keys/${hint}`);
      assert.deepEqual(JSON.parse(entry?.request ?? ''), {
        rotate: { overlapSeconds: 60, successorId: credential.id },
      });
    });
  });

  describe('of a retry', () => {
    const retry = { headers: { 'idempotency-key': 'retry 1' } };

    it('makes no second key, and answers the first', async () => {
      const { app, key } = await makeKey();
      const json = { consumerKey: key.consumerKey, overlapSeconds: 0 };
      const first = await rotate(json, retry);
      const second = await rotate(json, retry);
      assert.deepEqual([first.replayed, second.replayed], [false, true]);
      assert.deepEqual(second.credential, first.credential);
      assert.deepEqual(second.former, first.former);
      assert.equal((await world.getApp(app)).credentials.length, 2);
    });

    it('is none with another key, other wishes, or no key', async () => {
      const { key } = await makeKey();
      const json = { consumerKey: key.consumerKey, overlapSeconds: 60 };
      await rotate(json, retry);
      const conflict = [409, 'credential.rotated'];
      assert.deepEqual(await refuse(json), conflict);
      assert.deepEqual(await refuse(json, { headers: { 'idempotency-key': 'retry 2' } }), conflict);
      assert.deepEqual(await refuse({ ...json, overlapSeconds: 61 }, retry), conflict);
      assert.deepEqual(await refuse({ ...json, newConsumerKey: 'another_key' }, retry), conflict);
    });

    it('does not bring back a new key that was deleted; another request makes one more', async () => {
      const { app, key } = await makeKey();
      const first = await rotate({ consumerKey: key.consumerKey }, retry);
      await world.call(`DELETE /apps/${encodeURIComponent(app)}/keys/${first.credential.consumerKey}`, 200);
      assert.deepEqual(await refuse({ consumerKey: key.consumerKey }, retry), [409, 'credential.rotated']);
      assert.deepEqual(await refuse({ consumerKey: key.consumerKey }), [400, 'request.missing']);
      await rotate({ consumerKey: key.consumerKey, expiresInSeconds: -1 });
      assert.equal((await world.getApp(app)).credentials.length, 2);
    });
  });

  describe('is refused', () => {
    it('for a key that is revoked or has expired', async () => {
      const { app, key } = await makeKey();
      await world.call(`POST /apps/${encodeURIComponent(app)}/keys/${key.consumerKey}?action=revoke`, 204);
      const expired = await makeKey({ keyExpiresIn: 0 });
      for (const { consumerKey } of [key, expired.key]) {
        assert.deepEqual(await refuse({ consumerKey }), [409, 'credential.not-rotatable']);
      }
    });

    it('where the version is not the one that was seen', async () => {
      const { key } = await makeKey();
      const json = { consumerKey: key.consumerKey };
      const { version } = await standingOf(key.consumerKey);
      assert.deepEqual(await refuse(json, { headers: { 'if-match': '"77"' } }), [412, 'entity.changed']);
      await rotate(json, { headers: { 'if-match': `"${version}"` } });
    });

    it('for the 101st key of an app, and for a key that is taken', async () => {
      const { app, key } = await makeKey();
      const json = { consumerKey: key.consumerKey };
      assert.deepEqual(await refuse({ ...json, newConsumerKey: key.consumerKey }), [409, 'credential.exists']);
      const keys = `/apps/${encodeURIComponent(app)}/keys/create`;
      for (let at = 1; at < 100; at++) {
        await world.call(`POST ${keys}`, 201, {
          consumerKey: `full-${server().url.slice(-5)}-${at}`,
          consumerSecret: 's',
        });
      }
      assert.deepEqual(await refuse(json), [409, 'app.too-many-credentials']);
      assert.equal((await standingOf(key.consumerKey)).effective, true);
      assert.equal((await world.getKey(app, key.consumerKey)).expiresAt, -1);
    });

    it('for wishes that are none', async () => {
      const { key } = await makeKey();
      const json = { consumerKey: key.consumerKey };
      for (const wrong of [
        {},
        { consumerKey: key.consumerKey, id: randomUUID() },
        { ...json, overlapSeconds: -1 },
        { ...json, overlapSeconds: 7_776_001 },
        { ...json, overlapSeconds: 1e308 },
        { ...json, overlapSeconds: 'a day' },
        { ...json, expiresInSeconds: Number.MAX_SAFE_INTEGER },
        { ...json, newConsumerKey: 'with space' },
        { ...json, newConsumerSecret: '' },
        { ...json, unknown: 1 },
      ]) {
        const [status] = await refuse(wrong);
        assert.equal(status, 400, JSON.stringify(wrong));
      }
      assert.equal((await refuse(json, { headers: { 'idempotency-key': 'x'.repeat(256) } }))[0], 400);
      assert.equal((await standingOf(key.consumerKey)).effective, true);
    });

    it('to who may not, in the words for a key that does not exist', async () => {
      const { key } = await makeKey();
      const auth = await server().makeAccount(`reader-${randomUUID()}@example.com`, [
        { organization: 'rotation', role: 'readonlyadmin' },
      ]);
      const refused = await ask({ consumerKey: key.consumerKey }, { auth });
      const unknown = await ask({ consumerKey: 'no-such-key' }, { auth });
      assert.equal(refused.status, 403);
      assert.equal(refused.text, unknown.text);
      assert.deepEqual(await refuse({ consumerKey: 'no-such-key' }), [404, 'credential.not-found']);
      assert.deepEqual(await refuse({ id: randomUUID() }), [404, 'credential.not-found']);
      for (const odd of ['', 'no id', '\0', '\ud800', 'x'.repeat(100_000)]) {
        assert.deepEqual(await refuse({ id: odd }), [404, 'credential.not-found']);
        assert.deepEqual(await refuse({ consumerKey: odd }), [404, 'credential.not-found']);
      }
    });
  });

  describe('at once with others', () => {
    it('one of many rotations of one key wins, and the others are told', async () => {
      const { app, key } = await makeKey();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => ask({ consumerKey: key.consumerKey, overlapSeconds: 60 })),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
      assert.equal((await world.getApp(app)).credentials.length, 2);
    });

    it('many tries of one request make one key', async () => {
      const { app, key } = await makeKey();
      const request = { headers: { 'idempotency-key': 'together' } };
      const all = await Promise.all(Array.from({ length: 6 }, () => rotate({ consumerKey: key.consumerKey }, request)));
      assert.equal(new Set(all.map(({ credential }) => credential.consumerKey)).size, 1);
      assert.equal(all.filter(({ replayed }) => !replayed).length, 1);
      assert.equal((await world.getApp(app)).credentials.length, 2);
    });

    it('neither an addition of a product nor the expiry is lost', async () => {
      for (let round = 0; round < 4; round++) {
        const { app, key } = await makeKey();
        const at = `/apps/${encodeURIComponent(app)}/keys/${key.consumerKey}`;
        const [rotated] = await Promise.all([
          rotate({ consumerKey: key.consumerKey, overlapSeconds: 60 }),
          world.call(`PUT ${at}`, 200, { apiProducts: ['plain'] }),
        ]);
        const [fresh, old] = (await world.getApp(app)).credentials;
        assert.equal(old?.expiresAt, Date.parse(rotated.former.expiresAt));
        const names = (shown: ShownCredential | undefined) => shown?.apiProducts?.map(({ apiproduct }) => apiproduct);
        assert.deepEqual(names(old), ['auto', 'manual', 'plain']);
        // Before the rotation it is on both, after it on the old one alone.
        assert.ok([2, 3].includes(names(fresh)?.length ?? 0));
        assert.deepEqual(
          names(fresh),
          rotated.credential.products.map(({ name }) => name),
        );
      }
    });
  });
});
