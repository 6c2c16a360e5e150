import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { openAppWorld } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** Bad input: refused with 4xx in both dialects, and nothing is changed by it. */

const long = (length: number) => 'k'.repeat(length);
const attributes = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `n${at}`, value: 'v' }));

const bodies: readonly (readonly [title: string, call: string, json: object, edge: number, x?: number])[] = [
  ['an app without name', 'POST /apps', {}, 400],
  ['an app with an empty name', 'POST /apps', { name: '' }, 400],
  ['a name that begins with a blank', 'POST /apps', { name: ' a' }, 400],
  ['a name with a slash', 'POST /apps', { name: 'a/b' }, 400],
  ['a name with letters beyond ASCII', 'POST /apps', { name: 'äpp' }, 400],
  ['a name that is too long', 'POST /apps', { name: long(256) }, 400],
  ['a name that is an object', 'POST /apps', { name: { a: 1 } }, 400],
  ['an unknown product', 'POST /apps', { name: 'n', apiProducts: ['no-such'] }, 404, 400],
  ['a product of no text', 'POST /apps', { name: 'n', apiProducts: ['\0'] }, 404, 400],
  ['a name of no text', 'POST /apps', { name: 'a\0' }, 400],
  ['a callback URL of no text', 'POST /apps', { name: 'n', callbackUrl: '\0' }, 400],
  ['a scope of no text', 'POST /apps/there/keys/create', { consumerKey: 'k', scopes: ['\0'] }, 400],
  ['an attribute of no text', 'PUT /apps/there/keys/there-is-one', { attributes: [{ name: '\0' }] }, 400],
  ['a product that is a number of things', 'POST /apps', { name: 'n', apiProducts: [{ a: 1 }] }, 400],
  ['a scope that no product offers', 'POST /apps', { name: 'n', scopes: ['ADMIN'], apiProducts: ['auto'] }, 400],
  ['a scope without products', 'POST /apps', { name: 'n', scopes: ['READ'] }, 400],
  ['a status of its own', 'POST /apps', { name: 'n', status: 'sleeping' }, 400],
  ['a lifetime that overflows', 'POST /apps', { name: 'n', keyExpiresIn: '9007199254740991' }, 400],
  ['a lifetime beyond 64 bits', 'POST /apps', { name: 'n', keyExpiresIn: '99999999999999999999' }, 400],
  ['a lifetime of less than nothing', 'POST /apps', { name: 'n', keyExpiresIn: -2 }, 400],
  ['half a millisecond', 'POST /apps', { name: 'n', keyExpiresIn: 1.5 }, 400],
  ['19 attributes', 'POST /apps', { name: 'n', attributes: attributes(19) }, 400],
  ['a callback URL that is too long', 'POST /apps', { name: 'n', callbackUrl: long(2049) }, 400],
  ['an unknown product in an update', 'PUT /apps/there', { apiProducts: ['no-such'] }, 404, 400],
  ['19 attributes in an update', 'PUT /apps/there', { attributes: attributes(19) }, 400],
  ['an update of an app that is not there', 'PUT /apps/nowhere', { attributes: [] }, 404],
  ['a key without text', 'POST /apps/there/keys/create', {}, 400],
  ['an empty key', 'POST /apps/there/keys/create', { consumerKey: '' }, 400],
  ['a key with a blank', 'POST /apps/there/keys/create', { consumerKey: 'a b' }, 400],
  ['a key with a slash', 'POST /apps/there/keys/create', { consumerKey: 'a/b' }, 400],
  ['a key over 2 KB', 'POST /apps/there/keys/create', { consumerKey: long(2049) }, 400],
  ['a secret over 2 KB', 'POST /apps/there/keys/create', { consumerKey: 'k', consumerSecret: long(2049) }, 400],
  ['a secret with an umlaut', 'POST /apps/there/keys/create', { consumerKey: 'k', consumerSecret: 'ü' }, 400],
  [
    'a lifetime of a key that overflows',
    'POST /apps/there/keys/create',
    { consumerKey: 'k', expiresInSeconds: 9e15 },
    400,
  ],
  ['a key of an app that is not there', 'POST /apps/nowhere/keys/create', { consumerKey: 'k' }, 404],
  ['an unknown product on a key', 'POST /apps/there/keys/there-is-one', { apiProducts: ['no-such'] }, 404, 400],
  ['a scope that the key’s products do not offer', 'PUT /apps/there/keys/there-is-one', { scopes: ['READ'] }, 400],
  ['a key that is not there', 'PUT /apps/there/keys/not-one', { attributes: [] }, 404],
  ['an action that is none', 'POST /apps/there?action=delete', {}, 400],
  ['an action on a key that is none', 'POST /apps/there/keys/there-is-one?action=', {}, 400],
];

for (const dialect of ['edge', 'x'] as const) {
  describeOnEveryStore(`what ${dialect} refuses of apps and keys`, (server) => {
    const world = openAppWorld(server, `refused-${dialect}`, dialect);
    let before_ = '';
    const readAll = async () => (await world.send('GET', '/apps?expand=true')).text;
    before(async () => {
      await world.prepare();
      await world.createApp({ name: 'there' });
      const json = { consumerKey: 'there-is-one', consumerSecret: 's' };
      await world.call('POST /apps/there/keys/create', dialect === 'x' ? 200 : 201, json);
      before_ = await readAll();
    });

    for (const [title, call, json, edge, x = edge] of bodies) {
      it(title, async () => {
        const [method = '', path = ''] = call.split(' ');
        const answer = await world.send(method, path, { json });
        assert.equal(answer.status, dialect === 'x' ? x : edge, answer.text);
        assert.equal(await readAll(), before_);
      });
    }

    it('odd values in the query', async () => {
      const odd = ['startKey=%00', 'keyStatus=%00', 'startKey=%ff', 'count=99999999999999999999', 'expand=maybe'];
      for (const query of odd) {
        const { status } = await world.send('GET', `/apps?${query}`);
        assert.equal(status >= 500, false, query);
        const all = await server().request('GET', `${world.root}/apps?${query}&filter=appName%3D%00&ids=%00`);
        assert.equal(all.status >= 500, false, query);
      }
    });

    it('odd names in the path', async () => {
      for (const name of ['%00', '%ff', 'a%2Fb', '__proto__', 'constructor', '%F0%9F%94%91', "';--", '.'.repeat(200)]) {
        for (const path of [`/apps/${name}`, `/apps/there/keys/${name}`, `/apps/there/attributes/${name}`]) {
          const { status } = await world.send('GET', path);
          assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
        }
      }
    });
  });
}
