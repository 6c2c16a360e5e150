import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/edge.md §7: companies by themselves. */

interface Company {
  readonly apps: readonly string[];
  readonly name: string;
  readonly displayName?: string;
  readonly status: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly createdAt: number;
  readonly lastModifiedAt: number;
}

describeOnEveryStore('companies in Edge', (server) => {
  const root = '/v1/organizations/companies/companies';
  before(() => server().makeOrganization('companies'));

  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}${path}`, request);
  const code = (answer: TestResponse) => [answer.status, answer.json<{ code: string }>().code];
  let made = 0;
  async function create(members: object = {}): Promise<Company> {
    const answer = await send('POST', '', {
      json: { name: `Company ${++made}`, displayName: 'A company', ...members },
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.json<Company>();
  }
  const at = ({ name }: Company) => `/${encodeURIComponent(name)}`;
  const read = async (company: Company) => (await send('GET', at(company))).json<Company>();

  it('are made active, whatever else is sent along', async () => {
    const company = await create({
      status: 'inactive',
      organization: 'other',
      apps: ['a'],
      createdAt: 1,
      channelId: 'x',
      attributes: [{ name: 'foo', value: 'bar' }],
    });
    assert.deepEqual(Object.keys(company), [
      'apps',
      'name',
      'displayName',
      'status',
      'attributes',
      'createdAt',
      'createdBy',
      'lastModifiedAt',
      'lastModifiedBy',
    ]);
    assert.equal(company.status, 'active');
    assert.deepEqual(company.apps, []);
    assert.ok(company.createdAt > 1);
    assert.deepEqual(await read(company), company);
  });

  it('have names that are unique in any case, and are found in any', async () => {
    const { name } = await create();
    const again = await send('POST', '', { json: { name: name.toUpperCase() } });
    assert.deepEqual(code(again), [409, 'developer.service.CompanyAlreadyExists']);
    const found = await send('GET', `/${encodeURIComponent(name.toLowerCase())}`);
    assert.equal(found.json<Company>().name, name);
  });

  it('are refused without a good name, or with too much', async () => {
    const attributes = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `n${n}`, value: '' }));
    const reserved = [{ name: '__apigee_reserved__developer_details', value: '[]' }];
    const refused: [object, string][] = [
      [{}, 'request.missing'],
      [{ name: '' }, 'request.missing'],
      [{ name: '0' }, 'invalid-name'],
      [{ name: 'a/b' }, 'invalid-name'],
      [{ name: '..' }, 'invalid-name'],
      [{ name: 'a'.repeat(256) }, 'invalid-name'],
      [{ name: 'many', attributes: attributes(19) }, 'too-many'],
      [{ name: 'reserved', attributes: reserved }, 'reserved'],
      [{ name: 'long', displayName: 'a'.repeat(256) }, 'long'],
      [{ name: 'typed', displayName: {} }, 'typed'],
    ];
    for (const [json, why] of refused) {
      const answer = await send('POST', '', { json });
      assert.equal(answer.status, 400, `${why}: ${answer.text}`);
    }
    assert.equal((await send('POST', '', { json: { name: 'most', attributes: attributes(18) } })).status, 201);
    assert.deepEqual(await send('GET', '/many').then(code), [404, 'developer.service.CompanyDoesNotExist']);
  });

  it('are not found under names that none can have', async () => {
    const group = (name: string) => `/x/v1/organizations/companies/appgroups/${name}`;
    for (const name of ['%01', '__proto__', 'constructor', '%F0%9F%9A%80', '%2e%2e%2fx', 'a'.repeat(400)]) {
      for (const path of [`/${name}`, `/${name}/developers`, `/${name}/apps/a`, `?startKey=${name}`]) {
        assert.deepEqual(await send('GET', path).then(code), [404, 'developer.service.CompanyDoesNotExist'], path);
      }
      assert.equal((await server().request('GET', group(name))).status, 404, name);
      assert.equal((await server().request('GET', group(`?pageToken=${name}`))).status, 200, name);
    }
    // No text holds one: refused wherever it stands.
    for (const path of ['/a%00b', '?startKey=%00']) assert.equal((await send('GET', path)).status, 400, path);
    assert.equal((await server().request('GET', group('?filter=channelId%3D%00'))).status, 400);
  });

  it('are replaced by PUT and by POST, but for name and status', async () => {
    const company = await create({ attributes: [{ name: 'foo', value: 'bar' }] });
    for (const method of ['PUT', 'POST']) {
      const json = {
        ...company,
        name: company.name.toUpperCase(),
        displayName: method,
        status: 'inactive',
        apps: ['x'],
      };
      const answer = await send(method, at(company), { json: { ...json, attributes: undefined } });
      assert.equal(answer.status, 200, answer.text);
      const { displayName, status, attributes, name } = answer.json<Company>();
      assert.deepEqual([displayName, status, attributes, name], [method, 'active', [], company.name]);
    }
    const renamed = await send('PUT', at(company), { json: { name: 'Another name' } });
    assert.equal(renamed.status, 400);
    assert.equal((await send('PUT', at(company), { json: {} })).json<Company>().displayName, undefined);
  });

  it('change their status by action alone, by PUT and by POST, with any media type', async () => {
    const company = await create();
    for (const [method, type] of [
      ['PUT', 'application/octet-stream'],
      ['POST', undefined],
      ['POST', 'application/json'],
    ] as const) {
      for (const action of ['inactive', 'active']) {
        const answer = await send(method, `${at(company)}?action=${action}`, { type });
        assert.deepEqual([answer.status, answer.text, answer.headers.get('content-type')], [204, '', null]);
        assert.equal((await read(company)).status, action);
      }
    }
    assert.equal((await send('PUT', `${at(company)}?action=gone`)).status, 400);
    assert.deepEqual(await send('PUT', '/nobody?action=active').then(code), [
      404,
      'developer.service.CompanyDoesNotExist',
    ]);
  });

  it('are deleted with an answer that tells what they were, and their name is free', async () => {
    const company = await create();
    const answer = await send('DELETE', at(company));
    assert.deepEqual([answer.status, answer.json()], [200, company]);
    for (const method of ['GET', 'DELETE']) {
      assert.deepEqual(await send(method, at(company)).then(code), [404, 'developer.service.CompanyDoesNotExist']);
    }
    assert.equal((await send('POST', '', { json: { name: company.name } })).status, 201);
  });

  it('have attributes of their own', async () => {
    const company = await create();
    const path = `${at(company)}/attributes`;
    const attribute = [
      { name: 'b', value: '1' },
      { name: 'a c', value: '2' },
    ];
    const replaced = await send('POST', path, { json: { attribute } });
    assert.deepEqual([replaced.status, replaced.json()], [200, { attribute }]);
    assert.deepEqual((await send('GET', path)).json(), { attribute });
    assert.deepEqual((await send('POST', `${path}/a%20c`, { json: { value: '3' } })).json(), {
      name: 'a c',
      value: '3',
    });
    assert.deepEqual((await send('DELETE', `${path}/b`)).json(), { name: 'b', value: '1' });
    assert.equal((await send('GET', `${path}/b`)).status, 404);
    assert.deepEqual((await read(company)).attributes, [{ name: 'a c', value: '3' }]);
    const reserved = `${path}/__apigee_reserved__developer_details`;
    assert.equal((await send('POST', reserved, { json: { value: '[]' } })).status, 400);
    assert.equal((await send('GET', reserved)).status, 404);
  });

  it('are listed by name, from a name on and as many as asked for', async () => {
    await server().makeOrganization('listed');
    const list = '/v1/organizations/listed/companies';
    for (const name of ['b', 'C', 'a', 'd']) await server().request('POST', list, { json: { name } });
    const names = async (query: string) => (await server().request('GET', `${list}${query}`)).json<string[]>();
    assert.deepEqual(await names(''), ['a', 'b', 'C', 'd']);
    assert.deepEqual(await names('?count=2&startKey=B'), ['b', 'C']);
    assert.deepEqual(await names('?startKey=d&expand=false'), ['d']);
    const whole = await server().request('GET', `${list}?expand=true&count=1&startKey=c`);
    assert.deepEqual(Object.keys(whole.json<object>()), ['company']);
    assert.deepEqual(
      whole.json<{ company: Company[] }>().company.map(({ name }) => name),
      ['C'],
    );
    for (const query of ['?count=0', '?count=1001', '?count=x']) {
      assert.equal((await server().request('GET', `${list}${query}`)).status, 400, query);
    }
    const unknown = await server().request('GET', `${list}?startKey=bb`);
    assert.deepEqual(code(unknown), [404, 'developer.service.CompanyDoesNotExist']);
  });

  it('are read and written as XML', async () => {
    const xml = `<Company name="Xml"><DisplayName>An &amp; other</DisplayName><Status>inactive</Status><Organization>o</Organization>
      <Attributes><Attribute><Name>a</Name><Value>1</Value></Attribute></Attributes></Company>`;
    const answer = await send('POST', '', { xml, accept: 'application/xml' });
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.text, /<Company name="Xml">\n {4}<Apps\/>\n {4}<DisplayName>An &amp; other<\/DisplayName>/);
    assert.deepEqual((await send('GET', '/xml')).json<Company>().attributes, [{ name: 'a', value: '1' }]);
    const list = await send('GET', '?expand=true&startKey=Xml', { accept: 'application/xml' });
    assert.match(list.text, /<Companies>\n {4}<Company name="Xml">/);
  });

  it('are held to the roles of the caller, who may name them as companies or as app groups', async () => {
    const { name } = await create();
    const roles = '/v1/organizations/companies/userroles';
    const grant = async (role: string, permissions: [path: string, ...verbs: string[]][]) => {
      await server().request('POST', roles, { json: { role: [{ name: role }] } });
      for (const [path, ...verbs] of permissions) {
        const json = { path, permissions: verbs };
        assert.equal((await server().request('POST', `${roles}/${role}/permissions`, { json })).status, 201);
      }
      return server().makeAccount(`${role}@example.com`, [{ organization: 'companies', role }]);
    };
    const reader = await grant('reader', [['/appgroups', 'get']]);
    const path = `/${encodeURIComponent(name)}`;
    assert.equal((await send('GET', path, { auth: reader })).status, 200);
    assert.equal((await send('PUT', path, { auth: reader, json: {} })).status, 403);
    assert.equal((await send('GET', '/nobody', { auth: reader })).status, 404);
    const group = `/x/v1/organizations/companies/appgroups${path}`;
    const narrow = await grant('narrow', [
      ['/*', 'get', 'put', 'delete'],
      ['/companies', 'get'],
    ]);
    assert.equal((await server().request('GET', group, { auth: narrow })).status, 200);
    assert.equal((await server().request('PUT', group, { auth: narrow, json: {} })).status, 403);
    assert.equal((await server().request('DELETE', group, { auth: narrow })).status, 403);
  });

  it('leave a trail in the audit log under one name', async () => {
    const company = await create();
    await send('PUT', `/${encodeURIComponent(company.name.toUpperCase())}`, { json: { displayName: 'New' } });
    const group = `/x/v1/organizations/companies/appgroups${at(company)}`;
    await server().request('PUT', `${group}?action=inactive`);
    for (const collection of ['companies', 'appgroups']) {
      const answer = await server().request('GET', `/v1/audits/organizations/companies/${collection}${at(company)}`);
      const records = answer.json<{ auditRecord: { operation: string; responseCode: number }[] }>().auditRecord;
      assert.deepEqual(
        records.map(({ operation, responseCode }) => [operation, responseCode]),
        [
          ['UPDATE', 204],
          ['UPDATE', 200],
          ['CREATE', 201],
        ],
        collection,
      );
    }
  });
});
