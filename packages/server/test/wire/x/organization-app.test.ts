import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp } from '../../support/app.ts';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/x.md §1.5: the apps of all. */

interface Page {
  readonly app?: readonly (Partial<ShownApp> & { readonly developerEmail?: string })[];
  readonly nextPageToken?: string;
  readonly totalSize?: number;
}

describeOnEveryStore('the apps of an organization in X', (server) => {
  const world = openAppWorld(server, 'x-all-apps', 'x');
  const apps: ShownApp[] = [];
  before(async () => {
    await world.prepare();
    await makeDeveloper(server, world.root, 'bob@example.com');
    apps.push(await world.createApp({ name: 'one', apiProducts: ['auto'] }));
    apps.push(await world.createApp({ name: 'two' }));
    const bobs = `${world.root}/developers/bob@example.com/apps`;
    apps.push((await server().request('POST', bobs, { json: { name: 'three', status: 'revoked' } })).json());
    apps.sort((a, b) => (a.appId < b.appId ? -1 : 1));
  });

  const list = async (query: Record<string, string>) => {
    const answer = await server().request('GET', `${world.root}/apps?${new URLSearchParams(query)}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<Page>();
  };
  const namesOf = (page: Page) =>
    (page.app ?? []).map(({ appId }) => apps.find((app) => app.appId === appId)?.name ?? 'unknown').sort();

  it('are told by id, all of them', async () => {
    assert.deepEqual(await list({}), { app: apps.map(({ appId }) => ({ appId })) });
    const [, second, third] = apps;
    assert.deepEqual((await list({ startKey: second?.appId ?? '', rows: '2' })).app, [
      { appId: second?.appId },
      { appId: third?.appId },
    ]);
  });

  it('are filtered, and told with their name then', async () => {
    const key = apps.find(({ name }) => name === 'two')?.credentials[0]?.consumerKey ?? '';
    const id = apps.find(({ name }) => name === 'one')?.appId ?? '';
    for (const [filter, expected] of [
      ['appName=one', ['one']],
      ['appName="one"', ['one']],
      ['developerEmail=bob@example.com', ['three']],
      ['developerEmail=nobody@example.com', []],
      ['apiProduct=auto', ['one']],
      [`consumerKey=${key}`, ['two']],
      ['consumerKey=unknown', []],
      ['status=revoked', ['three']],
      [`appId=${id}`, ['one']],
      ['appType=Developer', ['one', 'three', 'two']],
      ['appType=AppGroup', []],
      ['appGroup=none', []],
    ] as const) {
      const page = await list({ filter });
      assert.deepEqual(namesOf(page), expected, filter);
      assert.deepEqual((page.app ?? []).map(({ name }) => name).sort(), expected, filter);
    }
    assert.deepEqual(namesOf(await list({ apiProduct: 'auto' })), ['one']);
    assert.deepEqual(namesOf(await list({ ids: `${id},unknown` })), ['one']);
    assert.deepEqual(namesOf(await list({ status: 'approved', keyStatus: 'approved' })), ['one', 'two']);
    for (const filter of ['', 'x', 'name=one', 'appType=Odd', '__proto__=1']) {
      const refused = await server().request('GET', `${world.root}/apps?${new URLSearchParams({ filter })}`);
      assert.equal(refused.status, 400, filter);
    }
  });

  it('come in pages, each once, with a total', async () => {
    for (const pageSize of ['1', '2', '3', '5000']) {
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const page: Page = await list({ pageSize, ...(token === undefined ? undefined : { pageToken: token }) });
        assert.equal(page.totalSize, 3);
        const ids = (page.app ?? []).map(({ appId }) => appId ?? '');
        // A page begins with the last app of the page before, as the PHP client expects (compat/x.md §1.0); one of one
        // app could not.
        const overlaps = token !== undefined && pageSize !== '1';
        assert.equal(ids.length > 0 && ids[0] === seen.at(-1), overlaps);
        seen.push(...(overlaps ? ids.slice(1) : ids));
        token = page.nextPageToken;
      } while (token !== undefined);
      assert.deepEqual(
        seen,
        apps.map(({ appId }) => appId),
      );
    }
    const odd = await server().request('GET', `${world.root}/apps?pageToken=odd`);
    assert.equal(odd.status, 400);
  });

  it('come whole, with the owner, and with keys unless they are not wanted', async () => {
    const { app = [] } = await list({ expand: 'true' });
    assert.deepEqual(
      app.map(({ credentials }) => credentials?.length),
      [1, 1, 1],
    );
    assert.deepEqual(app.map(({ developerEmail }) => developerEmail).sort(), [
      'ann@example.com',
      'ann@example.com',
      'bob@example.com',
    ]);
    for (const each of (await list({ expand: 'true', includeCred: 'false' })).app ?? []) {
      assert.ok(!('credentials' in each));
    }
  });

  it('are each told by id', async () => {
    const [app] = apps;
    const found = (await server().request('GET', `${world.root}/apps/${app?.appId}`)).json<ShownApp>();
    assert.partialDeepStrictEqual(found, { name: app?.name, credentials: app?.credentials });
    assert.equal((await server().request('GET', `${world.root}/apps/one`)).status, 404);
  });
});
