import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** The native API tells whether a key works, which Apigee's status does not. */

interface Standing {
  readonly effective: boolean;
  readonly reason: string | null;
  readonly status: string;
}

describeOnEveryStore('the lookup of a key', (server) => {
  const world = openAppWorld(server, 'standing');
  let key = '';
  let keyPath = '';
  before(async () => {
    await world.prepare();
    key = (await world.createApp({ name: 'a', apiProducts: ['auto'] })).credentials[0]?.consumerKey ?? '';
    keyPath = `/apps/a/keys/${key}`;
  });

  const ask = (consumerKey: string, auth?: string) =>
    server().request('POST', '/claviger/v1/organizations/standing/credentials/lookup', { json: { consumerKey }, auth });
  const standing = async (consumerKey = key) => {
    const answer = await ask(consumerKey);
    assert.equal(answer.status, 200, answer.text);
    const { effective, reason, status } = answer.json<Standing>();
    return [effective, reason, status];
  };

  it('tells what it hangs on, and neither key nor secret', async () => {
    const answer = await ask(key);
    const app = await world.getApp('a');
    assert.partialDeepStrictEqual(answer.json(), {
      effective: true,
      reason: null,
      expiresAt: null,
      products: [{ name: 'auto', status: 'approved' }],
      app: { id: app.appId, name: 'a', status: 'approved' },
      owner: { kind: 'developer', name: 'ann@example.com', status: 'active' },
    });
    assert.ok(!answer.text.includes(key));
    assert.ok(!answer.text.includes(app.credentials[0]?.consumerSecret ?? ''));
  });

  for (const [reason, off, on] of [
    ['credential.revoked', `POST {key}?action=revoke`, `POST {key}?action=approve`],
    ['app.revoked', 'POST /apps/a?action=revoke', 'POST /apps/a?action=approve'],
    ['developer.inactive', 'POST ?action=inactive', 'POST ?action=active'],
    [
      'product.none-approved',
      'POST {key}/apiproducts/auto?action=revoke',
      'POST {key}/apiproducts/auto?action=approve',
    ],
  ] as const) {
    it(`says ${reason} from that moment on, while Apigee's status may read approved`, async () => {
      await world.call(off.replace('{key}', keyPath), 204);
      const status = reason === 'credential.revoked' ? 'revoked' : 'approved';
      assert.deepEqual(await standing(), [false, reason, status]);
      assert.equal((await world.getKey('a', key)).status, status);
      await world.call(on.replace('{key}', keyPath), 204);
      assert.deepEqual(await standing(), [true, null, 'approved']);
    });
  }

  it('says of an expired key that it is', async () => {
    const { credentials } = await world.createApp({ keyExpiresIn: 0, apiProducts: ['auto'] });
    assert.deepEqual(await standing(credentials[0]?.consumerKey), [false, 'credential.expired', 'approved']);
  });

  it('knows no key of another organization, and asks for the right to read apps', async () => {
    assert.equal((await ask('no-such-key')).status, 404);
    await server().makeOrganization('standing-elsewhere');
    const path = '/claviger/v1/organizations/standing-elsewhere/credentials/lookup';
    assert.equal((await server().request('POST', path, { json: { consumerKey: key } })).status, 404);
    const auth = await server().makeAccount('nobody@example.com');
    const refused = await ask(key, auth);
    assert.equal(refused.status, 403);
    assert.ok(!refused.text.includes(key));
  });
});
