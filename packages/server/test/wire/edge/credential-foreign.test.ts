import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type { Dialect } from '../../../src/domain/dialect.ts';
import { type AppWorld, makeDeveloper, openAppWorld, type ShownCredential } from '../../support/app.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';

/** A key is reached through its own app alone, and what many do to it at once is all done, in both dialects. */

const keysMax = 100;
const verbs: readonly (readonly [method: string, below: string, json?: object])[] = [
  ['GET', ''],
  ['POST', '', { apiProducts: ['plain'] }],
  ['PUT', '', { attributes: [{ name: 'taken', value: 'over' }] }],
  ['POST', '?action=revoke'],
  ['DELETE', ''],
  ['GET', '/attributes'],
  ['POST', '/attributes', { attribute: [] }],
  ['DELETE', '/attributes/a'],
  ['POST', '/apiproducts/auto?action=revoke'],
  ['DELETE', '/apiproducts/auto'],
];

for (const dialect of ['edge', 'x'] as const) {
  describeOnEveryStore(`a key, on ${dialect}`, (server) => {
    const world = openAppWorld(server, `foreign-${dialect}`, dialect);
    const elsewhere = openAppWorld(server, `foreign-${dialect}-elsewhere`, dialect);
    before(async () => {
      for (const each of [world, elsewhere]) await each.prepare();
    });

    it('is reached by no other app, owner or organization', async () => {
      const { own, strangers } = await prepareStrangers(server, { world, elsewhere, dialect });
      const before_ = await readKey(server, own);
      for (const path of strangers) {
        for (const [method, below, json] of verbs) {
          const answer = await server().request(method, path + below, { json });
          assert.equal(answer.status, 404, `${method} ${path}${below}: ${answer.text}`);
          // X has no calls on a key's attributes: it answers with a page.
          const code = /InvalidClientIdForGivenApp|AppDoesNotExist/;
          if (dialect === 'edge' || !below.startsWith('/attributes')) assert.match(answer.text, code);
        }
      }
      assert.deepEqual(await readKey(server, own), before_);
    });

    it(`has at most ${keysMax - 1} others beside it, also where many come at once`, async () => {
      const app = await world.createApp({ name: 'full' });
      const path = '/apps/full/keys/create';
      const make = (from: number, to: number) =>
        Promise.all(
          Array.from({ length: to - from }, (_, at) => {
            const json = { consumerKey: `full-${dialect}-${from + at}`, consumerSecret: 's' };
            return world.send('POST', path, { json });
          }),
        );
      const created = dialect === 'x' ? 200 : 201;
      assert.ok((await make(1, keysMax - 4)).every(({ status }) => status === created));
      const race = (await make(keysMax - 4, keysMax + 6)).map(({ status }) => status);
      assert.equal(race.filter((status) => status === created).length, 4);
      assert.equal((await world.getApp('full')).credentials.length, keysMax);
      const refused = new Set(race.filter((status) => status !== created));
      assert.deepEqual([...refused], [400]);
      const generated = await world.send('PUT', '/apps/full', { json: { name: 'full', apiProducts: ['auto'] } });
      assert.equal(generated.status, 400, generated.text);
      await world.call(`DELETE /apps/full/keys/${app.credentials[0]?.consumerKey}`, 200);
      await world.call(`POST ${path}`, created, { consumerKey: `full-${dialect}-again`, consumerSecret: 's' });
    });

    it('loses no product of many that are added at once, through both views, and takes no 101st', async () => {
      const app = await world.createApp({ name: 'many' });
      const below = `/developers/ann@example.com/apps/many/keys/${app.credentials[0]?.consumerKey}`;
      const names = Array.from({ length: 101 }, (_, at) => `many-${at}`);
      const products = await Promise.all(
        names.map((name) => {
          const json = { name, displayName: name, approvalType: 'auto' };
          return server().request('POST', `${world.root}/apiproducts`, { json });
        }),
      );
      assert.ok(products.every(({ status }) => status < 300));
      const answers = await Promise.all(
        names.slice(0, 40).map((name, at) => {
          const view = at % 2 === 0 ? '/edge' : '/x';
          const method = at % 3 === 0 ? 'PUT' : 'POST';
          return server().request(method, view + world.root + below, { json: { apiProducts: [name] } });
        }),
      );
      assert.ok(answers.every(({ status }) => status === 200));
      const there = (await readKey(server, world.root + below)).apiProducts?.map(({ apiproduct }) => apiproduct);
      assert.deepEqual(there?.toSorted(), names.slice(0, 40).toSorted());
      const all = { json: { apiProducts: names } };
      assert.equal((await server().request('POST', world.root + below, all)).status, 400);
      const most = { json: { apiProducts: names.slice(0, 100) } };
      assert.equal((await server().request('POST', world.root + below, most)).status, 200);
      assert.equal((await server().request('PUT', world.root + below, all)).status, 400);
    });

    it('is won by one of many who import it at once, into any app and through both views', async () => {
      const owners = ['ann@example.com', 'race@example.com'];
      await makeDeveloper(server, world.root, 'race@example.com');
      for (const owner of owners) {
        const path = `${world.root}/developers/${owner}/apps`;
        assert.ok((await server().request('POST', path, { json: { name: 'race' } })).status < 300);
      }
      const json = { consumerKey: `race-${dialect}`, consumerSecret: 's' };
      const paths = owners.flatMap((owner) =>
        ['/edge', '/x', ''].map((view) => `${view}${world.root}/developers/${owner}/apps/race/keys/create`),
      );
      const answers = await Promise.all(paths.map((path) => server().request('POST', path, { json })));
      assert.deepEqual(answers.map(({ status }) => (status < 300 ? 'won' : status)).sort(), [
        ...Array(5).fill(409),
        'won',
      ]);
      const apps = await Promise.all(
        owners.map((owner) => server().request('GET', `${world.root}/developers/${owner}/apps/race`)),
      );
      assert.equal(apps.filter(({ text }) => text.includes(json.consumerKey)).length, 1);
    });
  });
}

interface Ground {
  readonly world: AppWorld;
  readonly elsewhere: AppWorld;
  readonly dialect: Dialect;
}

/** One key, and paths that name it under everything but its app. */
async function prepareStrangers(server: GetServer, { world, elsewhere, dialect }: Ground) {
  const app = await world.createApp({ name: 'own', apiProducts: ['auto'], attributes: [] });
  await world.createApp({ name: 'other' });
  await elsewhere.createApp({ name: 'own' });
  await makeDeveloper(server, world.root, 'eve@example.com');
  const owners = dialect === 'x' ? '/appgroups' : '/companies';
  for (const [path, json] of [
    ['/developers/eve@example.com/apps', { name: 'own' }],
    [owners, { name: 'acme' }],
    [`${owners}/acme/apps`, { name: 'own' }],
  ] as const) {
    assert.ok((await server().request('POST', world.root + path, { json })).status < 300);
  }
  const key = `keys/${app.credentials[0]?.consumerKey}`;
  return {
    own: `${world.developer}/apps/own/${key}`,
    strangers: [
      `${world.developer}/apps/other/${key}`,
      `${world.root}/developers/eve@example.com/apps/own/${key}`,
      `${world.root}/developers/eve@example.com/apps/other/${key}`,
      `${world.root}${owners}/acme/apps/own/${key}`,
      `${elsewhere.developer}/apps/own/${key}`,
    ],
  };
}

async function readKey(server: GetServer, path: string): Promise<ShownCredential> {
  const answer = await server().request('GET', path);
  assert.equal(answer.status, 200, answer.text);
  return answer.json<ShownCredential>();
}
