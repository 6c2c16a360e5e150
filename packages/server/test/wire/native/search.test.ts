import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total?: number;
  readonly totalAtLeast?: number;
  readonly complete: boolean;
}
interface Found {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly consumerKey: string;
  readonly effective: boolean;
  readonly reason: string | null;
  readonly owner: { readonly kind: string; readonly name: string };
}

describeOnEveryStore('search', (server) => {
  const world = openAppWorld(server, 'find-me');
  const apps = new Map<string, ShownApp>();

  before(async () => {
    await world.prepare();
    await makeDeveloper(server, world.root, 'Bob.Builder@Example.com');
    await server().request('PUT', `${world.root}/developers/bob.builder@example.com`, {
      json: {
        email: 'Bob.Builder@Example.com',
        firstName: 'Zoë',
        lastName: 'Straße',
        userName: '100%_sure',
        attributes: [
          { name: 'tier', value: 'gold' },
          { name: 'note', value: '' },
        ],
      },
    });
    apps.set('one', await world.createApp({ name: 'one', apiProducts: ['auto'] }));
    apps.set(
      'second app',
      await world.createApp({ name: 'second app', attributes: [{ name: 'tier', value: 'gold' }] }),
    );
    const json = { name: 'third', apiProducts: ['manual', 'plain'] };
    const bobs = `${world.root}/developers/bob.builder@example.com/apps`;
    apps.set('third', (await server().request('POST', bobs, { json })).json<ShownApp>());
  });

  const path = (noun: string, query: Record<string, string> | string) =>
    `/claviger/v1/organizations/find-me/search/${noun}?${new URLSearchParams(query)}`;
  const ask = async (noun: string, query: Record<string, string> | string = {}): Promise<Page<Found>> => {
    const answer = await server().request('GET', path(noun, query));
    assert.equal(answer.status, 200, answer.text);
    return answer.json<Page<Found>>();
  };
  const developers = async (query: Record<string, string> | string) => {
    const { items, total, nextCursor, complete } = await ask('developers', query);
    assert.deepEqual([nextCursor, total, complete], [null, items.length, true]);
    return items.map(({ email }) => email).sort();
  };
  const names = async (query: Record<string, string> | string) =>
    (await ask('apps', query)).items.map(({ name }) => name).sort();
  const keys = async (query: Record<string, string> | string) =>
    (await ask('keys', query)).items.map(({ consumerKey }) => consumerKey).sort();
  const keyOf = (name: string) => apps.get(name)?.credentials[0]?.consumerKey ?? '';
  const bob = 'Bob.Builder@Example.com';
  const ann = 'ann@example.com';

  it('finds developers by a part of e-mail or name, in any case', async () => {
    for (const text of ['bob', 'BUILDER', 'b.b', 'zoë', 'ZOË', 'STRASSE', 'straße', 'oë stra', '0%_s', bob]) {
      assert.deepEqual(await developers({ text }), [bob], text);
    }
    assert.deepEqual(await developers({ text: 'example.com' }), [bob, ann]);
    for (const text of ['0__s', '%%%', 'bob%', 'nobody', 'b_b', '"""', "' or 1=1"]) {
      assert.deepEqual(await developers({ text }), [], text);
    }
  });

  it('finds developers by attribute, product and status, all together', async () => {
    assert.deepEqual(await developers({}), [bob, ann]);
    assert.deepEqual(await developers({ attribute: 'tier' }), [bob]);
    assert.deepEqual(await developers({ attribute: 'tier=gold' }), [bob]);
    assert.deepEqual(await developers({ attribute: 'tier=GOLD' }), []);
    assert.deepEqual(await developers({ attribute: 'note=' }), [bob]);
    assert.deepEqual(await developers('attribute=tier%3Dgold&attribute=note&text=builder&product=plain'), [bob]);
    assert.deepEqual(await developers('attribute=tier&attribute=none'), []);
    assert.deepEqual(await developers({ product: 'auto' }), [ann]);
    assert.deepEqual(await developers({ product: 'manual', status: 'active' }), [bob]);
    assert.deepEqual(await developers({ product: 'manual', status: 'inactive' }), []);
    assert.deepEqual(await developers({ product: 'none' }), []);
  });

  it('finds apps and keys', async () => {
    assert.deepEqual(await names({}), ['one', 'second app', 'third']);
    assert.deepEqual(await names({ text: 'OND A' }), ['second app']);
    assert.deepEqual(await names({ attribute: 'tier=gold' }), ['second app']);
    assert.deepEqual(await names({ product: 'plain', developer: bob }), ['third']);
    assert.deepEqual(await names({ developer: ann }), ['one', 'second app']);
    assert.deepEqual(await names({ developer: ann, company: 'none' }), []);
    assert.deepEqual(await keys({ developer: bob }), [keyOf('third')]);
    assert.deepEqual(await keys({ product: 'auto' }), [keyOf('one')]);
    assert.deepEqual(await keys({ app: apps.get('one')?.appId ?? '' }), [keyOf('one')]);
    // Products that are approved by hand leave no approved product on a key, but `plain` is.
    assert.equal((await ask('keys', { effective: 'true' })).total, 3);
    const shown = await server().request('GET', path('keys', {}));
    for (const app of apps.values()) assert.ok(!shown.text.includes(app.credentials[0]?.consumerSecret ?? ''));
  });

  it('reads its own writes, and shows nothing that hangs on a deleted one', async () => {
    await makeDeveloper(server, world.root, 'carl@example.com');
    assert.deepEqual(await developers({ text: 'carl@' }), ['carl@example.com']);
    const carls = `${world.root}/developers/carl@example.com`;
    const json = { name: 'carls app', apiProducts: ['auto'] };
    const made = (await server().request('POST', `${carls}/apps`, { json })).json<ShownApp>();
    const key = made.credentials[0]?.consumerKey ?? '';
    assert.deepEqual(await keys({ developer: 'carl@example.com', effective: 'true' }), [key]);
    await server().request('POST', `${carls}?action=inactive`);
    assert.deepEqual(await developers({ status: 'inactive' }), ['carl@example.com']);
    const [dead] = (await ask('keys', { effective: 'false' })).items;
    assert.deepEqual(
      [dead?.consumerKey, dead?.reason, dead?.owner.name],
      [key, 'developer.inactive', 'carl@example.com'],
    );
    await server().request('DELETE', `${carls}/apps/carls%20app/keys/${key}/apiproducts/auto`);
    assert.deepEqual(await names({ product: 'auto' }), ['one']);
    assert.deepEqual(await developers({ product: 'auto' }), [ann]);
    await server().request('DELETE', carls);
    assert.deepEqual(await developers({ text: 'carl@' }), []);
    assert.deepEqual(await names({ text: 'carls' }), []);
    assert.equal((await ask('keys')).total, 3);
  });

  it('is walked by cursor, and a cursor fits no other question', async () => {
    const first = await ask('apps', { limit: '2' });
    assert.deepEqual([first.items.length, first.total], [2, 3]);
    const cursor = first.nextCursor ?? '';
    const second = await ask('apps', { limit: '2', cursor });
    assert.deepEqual([second.items.length, second.total, second.nextCursor], [1, 3, null]);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    assert.equal(new Set(ids).size, 3);
    const bad: [string, Record<string, string>][] = [
      ['apps', { cursor: 'none' }],
      ['apps', { cursor: '' }],
      ['apps', { cursor, text: 'one' }],
      ['keys', { cursor }],
      ['apps', { text: 'on' }],
      ['apps', { text: '' }],
      ['apps', { text: 'x'.repeat(201) }],
      ['apps', { status: 'odd' }],
      ['keys', { effective: 'perhaps' }],
      ['developers', { limit: '0' }],
      ['developers', { limit: '1001' }],
    ];
    for (const [noun, query] of bad) {
      const answer = await server().request('GET', path(noun, query));
      assert.equal(answer.status, 400, `${noun} ${JSON.stringify(query)} ${answer.text}`);
      assert.equal(answer.json<{ code: string }>().code, 'request.invalid');
    }
  });

  it('asks for the right to read the noun, and stays in its organization', async () => {
    await server().makeOrganization('other-find');
    const stranger = await server().makeAccount('stranger@find.example', [
      { organization: 'other-find', role: 'orgadmin' },
    ]);
    const portal = await server().makeAccount('portal@find.example', [{ organization: 'find-me', role: 'devadmin' }]);
    for (const noun of ['developers', 'apps', 'keys']) {
      assert.equal((await server().request('GET', path(noun, {}), { auth: stranger })).status, 403);
      assert.equal((await server().request('GET', path(noun, {}), { auth: portal })).status, 200);
      const own = path(noun, {}).replace('find-me', 'other-find');
      assert.equal((await server().request('GET', own, { auth: stranger })).json<Page<Found>>().total, 0);
      const foreign = path(noun, { cursor: (await ask(noun, { limit: '1' })).nextCursor ?? '' });
      assert.equal((await server().request('GET', foreign.replace('find-me', 'other-find'))).status, 400);
    }
  });
});
