import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/edge.md §7: developers of a company, and what lies beneath one. */

interface Member {
  readonly email: string;
  readonly role?: string;
}

describeOnEveryStore('developers of a company in Edge', (server) => {
  const organization = '/v1/organizations/members';
  const ids = new Map<string, string>();
  before(async () => {
    await server().makeOrganization('members');
    for (const name of ['ann', 'Bob', 'cyd']) {
      const json = { email: `${name}@example.com`, firstName: name, lastName: 'Other', userName: name };
      const answer = await server().request('POST', `${organization}/developers`, { json });
      ids.set(name, answer.json<{ developerId: string }>().developerId);
    }
  });

  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${organization}${path}`, request);
  const code = (answer: TestResponse) => [answer.status, answer.json<{ code: string }>().code];
  let made = 0;
  async function create(...developer: object[]): Promise<string> {
    const name = `company-${++made}`;
    assert.equal((await send('POST', '/companies', { json: { name } })).status, 201);
    const path = `/companies/${name}/developers`;
    if (developer.length > 0) assert.equal((await send('POST', path, { json: { developer } })).status, 200);
    return path;
  }
  const members = async (path: string) => (await send('GET', path)).json<{ developer: Member[] }>().developer;

  it('are added or given another role, and the others stay', async () => {
    const path = await create();
    assert.deepEqual(await members(path), []);
    const first = [{ email: 'cyd@example.com', role: 'admin' }, { email: 'ANN@example.com' }];
    const answer = await send('POST', path, { json: { developer: first } });
    assert.deepEqual([answer.status, answer.json()], [200, { developer: first }]);
    const second = { developer: [{ email: 'ann@example.com', role: 'developer' }] };
    assert.deepEqual((await send('POST', path, { json: second })).json(), second);
    assert.deepEqual(await members(path), [
      { email: 'ann@example.com', role: 'developer' },
      { email: 'cyd@example.com', role: 'admin' },
    ]);
  });

  it('keep one role when they are posted with another', async () => {
    const path = await create({ email: 'ann@example.com', role: 'admin' });
    for (const role of ['developer', 'developer', 'a,b', 'guest']) {
      await send('POST', path, { json: { developer: [{ email: 'ann@example.com', role }] } });
      assert.deepEqual(await members(path), [{ email: 'ann@example.com', role }]);
    }
    await send('POST', path, { json: { developer: [{ email: 'ann@example.com', role: null }] } });
    assert.deepEqual(await members(path), [{ email: 'ann@example.com' }]);
  });

  it('all go with an empty list, and none with a body that is no list', async () => {
    const path = await create({ email: 'ann@example.com' }, { email: 'bob@example.com' });
    for (const json of [{}, { developers: [] }, { developer: {} }, { developer: null }, []]) {
      assert.equal((await send('POST', path, { json })).status, 400, JSON.stringify(json));
    }
    assert.equal((await members(path)).length, 2);
    const answer = await send('POST', path, { json: { developer: [] } });
    assert.deepEqual([answer.status, answer.json()], [200, { developer: [] }]);
    assert.deepEqual(await members(path), []);
  });

  it('are refused together where one of them is wrong', async () => {
    const path = await create({ email: 'ann@example.com', role: 'admin' });
    const cyd = { email: 'cyd@example.com' };
    const refused: [object[], number][] = [
      [[cyd, { email: 'nobody@example.com' }], 404],
      [[cyd, { email: '00000000-0000-4000-8000-000000000000' }], 404],
      [[cyd, { email: 'company-1' }], 404],
      [[cyd, { role: 'admin' }], 400],
      [[cyd, { email: '' }], 400],
      [[cyd, { email: 'CYD@example.com', role: 'b' }], 400],
      [[cyd, { email: ids.get('cyd') }], 400],
      [[cyd, { email: 'ann@example.com', role: 'r'.repeat(256) }], 400],
      [Array.from({ length: 1001 }, (_, at) => ({ email: `d${at}@example.com` })), 400],
    ];
    for (const [developer, status] of refused) {
      const answer = await send('POST', path, { json: { developer } });
      assert.equal(answer.status, status, `${JSON.stringify(developer).slice(0, 100)}: ${answer.text}`);
    }
    assert.deepEqual(await members(path), [{ email: 'ann@example.com', role: 'admin' }]);
    const unknown = await send('POST', '/companies/nobody/developers', { json: { developer: [cyd] } });
    assert.deepEqual(code(unknown), [404, 'developer.service.CompanyDoesNotExist']);
  });

  it('are removed by e-mail or id, with 204', async () => {
    const path = await create({ email: 'ann@example.com' }, { email: 'bob@example.com' });
    const removed = await send('DELETE', `${path}/ANN%40example.com`);
    assert.deepEqual([removed.status, removed.text], [204, '']);
    assert.equal((await send('DELETE', `${path}/${ids.get('Bob')}`)).status, 204);
    assert.deepEqual(await members(path), []);
    for (const developer of ['ann%40example.com', 'nobody%40example.com', 'x']) {
      const again = await send('DELETE', `${path}/${developer}`);
      assert.deepEqual(code(again), [404, 'developer.service.DeveloperNotInCompany'], developer);
    }
  });

  it('name their companies, and are left out of the list of developers unless asked for', async () => {
    await server().makeOrganization('hidden');
    const hidden = '/v1/organizations/hidden';
    for (const email of ['in@example.com', 'out@example.com']) {
      await server().request('POST', `${hidden}/developers`, { json: { email, firstName: 'A', lastName: 'B' } });
    }
    for (const name of ['Zed', 'Acme']) {
      await server().request('POST', `${hidden}/companies`, { json: { name } });
      const json = { developer: [{ email: 'in@example.com' }] };
      await server().request('POST', `${hidden}/companies/${name}/developers`, { json });
    }
    const get = async <T>(path: string) => (await server().request('GET', `${hidden}${path}`)).json<T>();
    const { companies } = await get<{ companies: string[] }>('/developers/in%40example.com');
    assert.deepEqual(companies, ['Acme', 'Zed']);
    assert.deepEqual(await get('/developers'), ['out@example.com']);
    assert.deepEqual(await get('/developers?includeCompany=true'), ['in@example.com', 'out@example.com']);
    await server().request('DELETE', `${hidden}/developers/in%40example.com`);
    assert.deepEqual(await get('/companies/Acme/developers'), { developer: [] });
  });

  it('are read and written as XML', async () => {
    const path = await create();
    const xml = '<Developers><Developer><Email>ann@example.com</Email><Role>admin</Role></Developer></Developers>';
    const answer = await send('POST', path, { xml, accept: 'application/xml' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.text.replace(/^.*\?>\s*|\n\s*/g, ''), xml);
    assert.deepEqual(await members(path), [{ email: 'ann@example.com', role: 'admin' }]);
  });

  it('are not reached while the company is inactive, nor are its apps; the company itself is', async () => {
    const path = await create({ email: 'ann@example.com' });
    const company = path.replace('/developers', '');
    const app = await send('POST', `${company}/apps`, { json: { name: 'one' } });
    assert.equal(app.status, 201, app.text);
    const [{ consumerKey }] = app.json<{ credentials: [{ consumerKey: string }] }>().credentials;
    await send('POST', `${company}?action=inactive`);
    const closed: [string, string, object?][] = [
      ['GET', path],
      ['POST', path, { developer: [] }],
      ['DELETE', `${path}/ann%40example.com`],
      ['GET', `${company}/apps`],
      ['POST', `${company}/apps`, { name: 'two' }],
      ['GET', `${company}/apps/one`],
      ['GET', `${company}/apps/none`],
      ['PUT', `${company}/apps/one`, {}],
      ['DELETE', `${company}/apps/one`],
      ['GET', `${company}/apps/one/attributes`],
      ['GET', `${company}/apps/one/keys/${consumerKey}`],
      ['POST', `${company}/apps/one/keys/${consumerKey}?action=revoke`],
    ];
    for (const [method, target, json] of closed) {
      const answer = await send(method, target, { json });
      assert.deepEqual(code(answer), [403, 'developer.service.CompanyStatusNotActive'], `${method} ${target}`);
    }
    assert.equal((await send('GET', company)).json<{ status: string }>().status, 'inactive');
    assert.equal((await send('PUT', company, { json: { displayName: 'New' } })).status, 200);
    assert.equal((await send('GET', '/companies')).status, 200);
    await send('POST', `${company}?action=active`);
    assert.equal((await members(path)).length, 1);
    assert.equal((await send('GET', `${company}/apps/one`)).status, 200);
  });

  it('lose no one where many are added at once', async () => {
    const path = await create();
    const all = ['ann@example.com', 'Bob@example.com', 'cyd@example.com'];
    const answers = await Promise.all(
      all.map((email) => send('POST', path, { json: { developer: [{ email, role: email }] } })),
    );
    for (const { status } of answers) assert.equal(status, 200);
    assert.deepEqual(
      (await members(path)).map(({ email }) => email),
      ['ann@example.com', 'Bob@example.com', 'cyd@example.com'],
    );
  });
});
