import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/x.md §1.1 and §1.7: app groups by themselves, and their members. */

interface Attribute {
  readonly name: string;
  readonly value?: string;
}

interface AppGroup {
  readonly name: string;
  readonly appGroupId: string;
  readonly status: string;
  readonly attributes?: readonly Attribute[];
}

interface Page {
  readonly appGroups?: readonly AppGroup[];
  readonly nextPageToken?: string;
  readonly totalSize?: number;
}

const reserved = '__apigee_reserved__developer_details';

describeOnEveryStore('app groups in X', (server) => {
  const organization = '/v1/organizations/groups';
  const root = `${organization}/appgroups`;
  before(async () => {
    await server().makeOrganization('groups', 'x');
    for (const email of ['ann@example.com', 'bob@example.com']) {
      const json = { email, firstName: 'A', lastName: 'B', userName: 'c' };
      await server().request('POST', `${organization}/developers`, { json });
    }
  });

  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}${path}`, request);
  const status = (answer: TestResponse) => [answer.status, answer.json<{ error: { status: string } }>().error.status];
  let made = 0;
  async function create(members: object = {}): Promise<AppGroup> {
    const answer = await send('POST', '', { json: { name: `group-${++made}`, ...members } });
    assert.equal(answer.status, 200, answer.text);
    return answer.json<AppGroup>();
  }
  const read = async ({ name }: AppGroup) => (await send('GET', `/${name}`)).json<AppGroup>();
  const membersOf = (group: AppGroup): unknown => {
    const value = group.attributes?.find(({ name }) => name === reserved)?.value;
    return value === undefined ? undefined : JSON.parse(value);
  };
  const attributes = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `n${at}`, value: `v${at}` }));
  const naming = (value: unknown) => ({ name: reserved, value: JSON.stringify(value) });
  const ann = { developer: 'ann@example.com', roles: ['admin'] };
  const bob = { developer: 'bob@example.com', roles: [] };

  it('are made active, and show what they have and no more', async () => {
    const group = await create({
      channelId: 'c',
      channelUri: 'u',
      email: 'g@example.com',
      displayName: 'G',
      status: 'inactive',
    });
    assert.deepEqual(Object.keys(group), [
      'name',
      'appGroupId',
      'displayName',
      'channelId',
      'channelUri',
      'email',
      'organization',
      'status',
      'createdAt',
      'lastModifiedAt',
    ]);
    assert.equal(group.status, 'active');
    assert.deepEqual(await read(group), group);
    const bare = ['name', 'appGroupId', 'organization', 'status', 'createdAt', 'lastModifiedAt'];
    assert.deepEqual(Object.keys(await create()), bare);
  });

  it('are refused without a good name, twice, or with what nobody knows', async () => {
    const { name } = await create();
    assert.deepEqual(await send('POST', '', { json: { name } }).then(status), [409, 'ABORTED']);
    const refused: object[] = [
      {},
      { name: '' },
      { name: 'a/b' },
      { name: '..' },
      { name: 'a', unknown: 1 },
      { name: 'a', attributes: attributes(19) },
      { name: 'a', displayName: 1 },
    ];
    for (const json of refused) {
      assert.deepEqual(await send('POST', '', { json }).then(status), [400, 'INVALID_ARGUMENT'], JSON.stringify(json));
    }
    assert.deepEqual(await send('GET', '/nobody').then(status), [404, 'NOT_FOUND']);
  });

  it('are replaced by PUT; name and status stay, and the name in the body has to be the same', async () => {
    const group = await create({ displayName: 'G', channelId: 'c', attributes: attributes(1) });
    const json = { name: group.name, channelUri: 'u', status: 'inactive', attributes: attributes(2) };
    const answer = await send('PUT', `/${group.name}`, { json });
    assert.equal(answer.status, 200, answer.text);
    assert.partialDeepStrictEqual(answer.json(), { ...json, status: 'active' });
    assert.deepEqual(Object.keys(answer.json<object>()).includes('channelId'), false);
    assert.deepEqual(await send('PUT', `/${group.name}`, { json: { name: 'x' } }).then(status), [
      400,
      'INVALID_ARGUMENT',
    ]);
  });

  it('keep what Edge does not know when Edge updates them', async () => {
    const group = await create({ channelId: 'c', email: 'g@example.com', attributes: [naming([ann])] });
    const company = `/edge${organization}/companies/${group.name}`;
    assert.equal((await server().request('PUT', company, { json: { displayName: 'New' } })).status, 200);
    const after = await read(group);
    assert.partialDeepStrictEqual(after, { displayName: 'New', channelId: 'c', email: 'g@example.com' });
    assert.deepEqual(membersOf(after), [ann]);
  });

  it('change their status by action, by PUT and by POST, without a body', async () => {
    const { name } = await create();
    for (const [method, action] of [
      ['PUT', 'inactive'],
      ['POST', 'active'],
      ['PUT', 'inactive'],
    ] as const) {
      const answer = await send(method, `/${name}?action=${action}`, { body: '', type: 'application/octet-stream' });
      assert.deepEqual([answer.status, answer.text], [204, '']);
      assert.equal((await send('GET', `/${name}`)).json<AppGroup>().status, action);
    }
    assert.deepEqual(await send('PUT', `/${name}?action=gone`).then(status), [400, 'INVALID_ARGUMENT']);
    assert.deepEqual(await send('POST', `/${name}`, { json: {} }).then(status), [400, 'INVALID_ARGUMENT']);
    // What is beneath an inactive group can be reached here.
    assert.equal((await send('GET', `/${name}/apps`)).status, 200);
  });

  it('tell their members by the reserved attribute, beside eighteen others', async () => {
    const group = await create({ attributes: [naming([bob, ann]), ...attributes(18)] });
    assert.deepEqual(membersOf(group), [ann, bob]);
    assert.equal(group.attributes?.at(-1)?.name, reserved);
    assert.deepEqual(await read(group), group);
    const edge = await server().request('GET', `/edge${organization}/companies/${group.name}/developers`);
    assert.deepEqual(edge.json(), {
      developer: [{ email: 'ann@example.com', role: 'admin' }, { email: 'bob@example.com' }],
    });
    const company = await server().request('GET', `/edge${organization}/companies/${group.name}`);
    assert.deepEqual(company.json<AppGroup>().attributes, attributes(18));
    const developer = await server().request('GET', `${organization}/developers/ann%40example.com`);
    assert.ok(developer.json<{ companies: string[] }>().companies.includes(group.name));
  });

  it('take members in each form that clients write, and show them in one', async () => {
    const group = await create();
    const forms = [
      JSON.stringify([{ developerId: 'ann@example.com', roles: ['admin'] }]),
      Buffer.from(JSON.stringify([ann])).toString('base64'),
      '[{ "developer":"ANN@EXAMPLE.COM", "roles":[ "admin" ] }]',
    ];
    for (const value of forms) {
      await send('PUT', `/${group.name}`, { json: {} });
      const answer = await send('PUT', `/${group.name}`, { json: { attributes: [{ name: reserved, value }] } });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(answer.json<AppGroup>().attributes, [naming([ann])]);
    }
  });

  it('lose their members with the attribute, as every attribute goes that an update does not name', async () => {
    const group = await create({ attributes: [naming([ann])] });
    assert.equal((await send('PUT', `/${group.name}`, { json: {} })).json<AppGroup>().attributes, undefined);
    const empty = await create({ attributes: [naming([])] });
    assert.equal(empty.attributes, undefined);
  });

  it('refuse what names no members or the wrong ones, and stay as they were', async () => {
    const group = await create({ attributes: [naming([ann])] });
    const wrong: Attribute[][] = [
      [{ name: reserved, value: 'ann@example.com' }],
      [{ name: reserved, value: '{}' }],
      [naming([{ developer: 'nobody@example.com' }])],
      [naming([ann, { developer: 'ANN@example.com' }])],
      [naming([ann]), naming([bob])],
      [naming([{ developer: group.name }])],
    ];
    for (const list of wrong) {
      for (const [method, path, json] of [
        ['PUT', `/${group.name}`, { attributes: list }],
        ['POST', `/${group.name}/attributes`, { attribute: list }],
        ['POST', '', { name: 'not-made', attributes: list }],
      ] as const) {
        const answer = await send(method, path, { json });
        assert.deepEqual(status(answer), [400, 'INVALID_ARGUMENT'], `${method} ${path} ${JSON.stringify(list)}`);
      }
    }
    assert.deepEqual(await read(group), group);
    assert.equal((await send('GET', '/not-made')).status, 404);
  });

  it('have attributes that can be called one by one, the reserved one as any other', async () => {
    const { name } = await create({ attributes: attributes(1) });
    const path = `/${name}/attributes`;
    assert.equal((await send('GET', `${path}/${reserved}`)).status, 404);
    const set = await send('POST', `${path}/${reserved}`, { json: naming([bob]) });
    assert.deepEqual([set.status, set.json()], [200, naming([bob])]);
    assert.deepEqual((await send('GET', `${path}/${reserved}`)).json(), naming([bob]));
    assert.deepEqual((await send('GET', path)).json(), { attribute: [...attributes(1), naming([bob])] });
    const replaced = await send('POST', path, { json: { attribute: [naming([ann]), { name: 'a', value: 'b' }] } });
    assert.deepEqual(replaced.json(), { attribute: [{ name: 'a', value: 'b' }, naming([ann])] });
    assert.deepEqual((await send('DELETE', `${path}/${reserved}`)).json(), naming([ann]));
    assert.equal((await send('DELETE', `${path}/${reserved}`)).status, 404);
    assert.deepEqual((await send('DELETE', `${path}/a`)).json(), { name: 'a', value: 'b' });
    assert.deepEqual((await send('GET', path)).json(), {});
  });

  it('are found where a client encoded their name twice', async () => {
    await send('POST', '', { json: { name: 'Two Words' } });
    assert.equal((await send('GET', '/Two%2520Words')).json<AppGroup>().name, 'Two Words');
  });

  it('are listed in pages of which each begins with the last of the one before', async () => {
    await server().makeOrganization('paged', 'x');
    const list = '/v1/organizations/paged/appgroups';
    assert.deepEqual((await server().request('GET', list)).json(), {});
    for (const name of ['c', 'a', 'B', 'd', 'e']) {
      const json = { name, channelId: name < 'c' ? 'low' : 'high', channelUri: `https://${name}` };
      await server().request('POST', list, { json });
    }
    await server().request('PUT', `${list}/d?action=inactive`);
    const page = async (query: string) => {
      const { appGroups = [], ...rest } = (await server().request('GET', `${list}?${query}`)).json<Page>();
      return { names: appGroups.map(({ name }) => name).join(''), ...rest };
    };
    assert.deepEqual(await page(''), { names: 'aBcde', totalSize: 5 });
    assert.deepEqual(await page('pageSize=5'), { names: 'aBcde', totalSize: 5 });
    assert.deepEqual(await page('pageSize=0&pageToken=d'), { names: 'de', totalSize: 5 });
    assert.deepEqual(await page('pageSize=9999'), { names: 'aBcde', totalSize: 5 });
    assert.deepEqual(await page('pageSize=3'), { names: 'aBc', nextPageToken: 'c', totalSize: 5 });
    assert.deepEqual(await page('pageSize=3&pageToken=c'), { names: 'cde', totalSize: 5 });
    assert.deepEqual(await page('pageSize=2&pageToken=B'), { names: 'Bc', nextPageToken: 'c', totalSize: 5 });
    assert.deepEqual(await page('filter=status%3Dactive'), { names: 'aBce', totalSize: 4 });
    assert.deepEqual(await page('filter=status%3Dinactive'), { names: 'd', totalSize: 1 });
    assert.deepEqual(await page('filter=channelId%3Dlow&pageSize=2'), { names: 'aB', totalSize: 2 });
    assert.deepEqual(await page('filter=channelUri%3D%22https%3A%2F%2Fc%22'), { names: 'c', totalSize: 1 });
    assert.deepEqual(await page('filter=channelId%3Dnone'), { names: '' });
    for (const query of ['pageSize=-1', 'pageSize=x', 'filter=name%3Da', 'filter=status%3Dx']) {
      assert.deepEqual(status(await server().request('GET', `${list}?${query}`)), [400, 'INVALID_ARGUMENT'], query);
    }
  });

  for (const pageSize of [1, 2, 3]) {
    it(`are walked to the end in pages of ${pageSize}`, async () => {
      const list = '/v1/organizations/paged/appgroups';
      const seen: string[] = [];
      let token: string | undefined = '';
      for (let pages = 0; token !== undefined; pages++) {
        assert.ok(pages < 10, 'there is no end');
        const answer = await server().request('GET', `${list}?pageSize=${pageSize}&pageToken=${token}`);
        const { appGroups = [], nextPageToken }: Page = answer.json<Page>();
        // As the PHP client does: the first of a further page is the last of the one before.
        seen.push(...appGroups.slice(pages > 0 && pageSize > 1 ? 1 : 0).map(({ name }) => name));
        token = nextPageToken;
      }
      assert.deepEqual(seen, ['a', 'B', 'c', 'd', 'e']);
    });
  }
});
