import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { openFeedWorld } from '../../support/feed-world.ts';
import { sendRuntime } from '../../support/verification.ts';

describeOnEveryStore('one key of the feed', (server) => {
  const world = openFeedWorld(server, 'acme');
  const { manage, makeApp, follow } = world;
  before(() => world.prepare());

  it('tells of one key, to a verifier that holds only what is asked for', async () => {
    const [one, two, three] = [await makeApp(), await makeApp(), await makeApp()];
    await using remote = await follow({ keysMax: 2 });
    const verdictOf = async (key: string) => {
      await remote.verifier.prepare(key);
      return remote.verdictOf(key);
    };
    for (const { key } of [one, two, three, one]) assert.equal(await verdictOf(key), 'allowed');
    assert.equal(await verdictOf('nobody'), 'credential.unknown');
    assert.ok(remote.verifier.readsThrough && remote.verifier.size <= 2);
    await manage('POST', `${one.path}?action=inactive`);
    await remote.until(one.key, 'developer.inactive');
    await manage('DELETE', two.path);
    await remote.until(two.key, 'verifier.stale');
    assert.equal(await verdictOf(two.key), 'credential.unknown');
    const imported = { consumerKey: 'nobody', consumerSecret: 'secret' };
    await manage('POST', `${three.path}/apps/weather/keys/create`, imported);
    await remote.until('nobody', 'verifier.stale');
    assert.equal(await verdictOf('nobody'), 'allowed');
    assert.equal(remote.count('adopted'), 1);
  });

  it('refuses a question about one key that is none', async () => {
    const authorization = `Bearer ${world.token}`;
    const good = { format: 1, epoch: 'e', hash: 'a'.repeat(64) };
    const ask = async (body: object) => {
      const raw = {
        authorization,
        path: '/claviger/v1/feed/find',
        body: JSON.stringify(body),
        type: 'application/json',
      };
      return (await sendRuntime(server(), raw)).status;
    };
    assert.equal(await ask(good), 200);
    for (const bad of [{ hash: 'A'.repeat(64) }, { hash: 'a' }, { format: 2 }, { epoch: '' }, { more: 1 }]) {
      assert.equal(await ask({ ...good, ...bad }), 400, JSON.stringify(bad));
    }
    assert.equal(
      (await sendRuntime(server(), { path: '/claviger/v1/feed/find', body: JSON.stringify(good) })).status,
      401,
    );
    const path = '/claviger/v1/feed/snapshot?format=1&keys=all';
    assert.equal((await sendRuntime(server(), { authorization, method: 'GET', path })).status, 400);
  });
});
