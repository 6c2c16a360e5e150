import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, refusalOf, type ShownApp } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/edge.md §8: the apps of all. */

describeOnEveryStore('the apps of an organization in Edge', (server) => {
  const world = openAppWorld(server, 'all-apps');
  const apps: ShownApp[] = [];
  before(async () => {
    await world.prepare();
    await makeDeveloper(server, world.root, 'bob@example.com');
    apps.push(await world.createApp({ name: 'one', apiProducts: ['auto'] }));
    apps.push(await world.createApp({ name: 'two', appFamily: 'kin' }));
    const bobs = `${world.root}/developers/bob@example.com/apps`;
    const made = await server().request('POST', bobs, { json: { name: 'three', status: 'revoked' } });
    apps.push(made.json<ShownApp>());
    const [key] = apps[1]?.credentials ?? [];
    await world.call(`POST /apps/two/keys/${key?.consumerKey}?action=revoke`, 204);
    apps.sort((a, b) => (a.appId < b.appId ? -1 : 1));
  });

  const ids = () => apps.map(({ appId }) => appId);
  const idsOf = (...names: string[]) => apps.filter(({ name }) => names.includes(name)).map(({ appId }) => appId);
  const list = async (query: string) => {
    const answer = await server().request('GET', `${world.root}/apps${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<string[]>();
  };
  const expand = async (query: string) =>
    ((await list(`?expand=true${query}`)) as unknown as { app: (ShownApp & { appFamily?: string })[] }).app;

  it('are told by id, in order', async () => {
    assert.deepEqual(await list(''), ids());
    assert.deepEqual(await list('?apptype=developer'), ids());
    assert.deepEqual(await list('?apptype=company'), []);
    assert.deepEqual(await list('?status=revoked'), idsOf('three'));
    assert.deepEqual(await list('?status=approved'), idsOf('one', 'two'));
    assert.deepEqual(await list('?appfamily=kin'), idsOf('two'));
    assert.deepEqual(await list('?appfamily=default'), idsOf('one', 'three'));
    assert.deepEqual(await list('?keyStatus=revoked'), idsOf('two'));
    assert.deepEqual(await list('?keyStatus=approved&status=approved'), idsOf('one'));
  });

  it('page by rows or count, and begin at startKey, itself included', async () => {
    const [first = '', second = '', third = ''] = ids();
    assert.deepEqual(await list('?rows=1'), [first]);
    assert.deepEqual(await list(`?rows=2&startKey=${second}`), [second, third]);
    assert.deepEqual(await list(`?count=1&startKey=${third}`), [third]);
    for (const query of ['rows=0', 'rows=1001', 'count=0', 'status=odd', 'keyStatus=odd', 'apptype=odd']) {
      assert.equal((await server().request('GET', `${world.root}/apps?${query}`)).status, 400, query);
    }
    const unknown = await server().request('GET', `${world.root}/apps?startKey=00000000-0000-4000-8000-000000000000`);
    assert.deepEqual(refusalOf(unknown), [404, 'developer.service.AppDoesNotExist']);
  });

  it('come whole, with keys unless they are not wanted', async () => {
    const whole = await expand('');
    assert.deepEqual(
      whole.map(({ appId }) => appId),
      ids(),
    );
    assert.deepEqual(
      whole.map(({ credentials }) => credentials.length),
      [1, 1, 1],
    );
    for (const app of await expand('&includeCred=false')) assert.ok(!('credentials' in app));
    for (const app of await expand('&includeCred=true')) assert.equal(app.credentials.length, 1);
    assert.ok(whole.every(({ appFamily, developerId }) => appFamily !== undefined && developerId !== undefined));
  });

  it('are each told by id alone', async () => {
    const [app] = apps;
    const found = await server().request('GET', `${world.root}/apps/${app?.appId}`);
    assert.deepEqual(found.json<ShownApp>().credentials[0]?.consumerKey, app?.credentials[0]?.consumerKey);
    for (const id of ['one', '00000000-0000-4000-8000-000000000000']) {
      assert.equal((await server().request('GET', `${world.root}/apps/${id}`)).status, 404);
    }
    const other = openAppWorld(server, 'other-apps');
    await other.prepare();
    assert.equal((await server().request('GET', `${other.root}/apps/${app?.appId}`)).status, 404);
  });
});
