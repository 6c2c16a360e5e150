import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { insertApp, insertCredential, insertDeveloper } from '../../support/entity.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse, TestServer } from '../../support/server.ts';

/** compat/edge.md §6: what is recorded of API products, and the rules that hold for them. */

const recording = new URL('../../fixtures/edge/apigee-config-maven-plugin-recorded-2017/', import.meta.url);

/** A line end was added to each file. */
function readRecorded(name: string): string {
  return readFileSync(new URL(name, recording), 'utf8').replace(/\n$/, '');
}

/** All but who and when. */
function withoutStamp(text: string): string {
  return text.replace(/("(?:createdAt|lastModifiedAt)") : \d{13}/g, '$1 : 0');
}

/** A key of a new app, with the product on it. */
async function useProduct({ plane }: TestServer, organization: string, product: string) {
  const { id } = (await plane.store.organizations.findByName(organization)) ?? { id: '' };
  const developer = await insertDeveloper(plane.store, id);
  const app = await insertApp(plane.store, developer);
  const credential = await insertCredential(plane.store, app, { products: [{ name: product, status: 'approved' }] });
  return { developer, app, credential };
}

interface Product {
  readonly [member: string]: unknown;
}

const organization = 'products';
const root = `/v1/organizations/${organization}/apiproducts`;

/** What the tests do, over and over. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}${path}`, request);
  const code = (answer: TestResponse) => [answer.status, answer.json<{ code: string }>().code];
  let made = 0;
  const draft = (members: object = {}) => ({ name: `p${++made}`, displayName: 'P', approvalType: 'auto', ...members });
  async function create(members: object = {}): Promise<Product & { readonly name: string }> {
    const answer = await send('POST', '', { json: draft(members) });
    assert.equal(answer.status, 201, answer.text);
    return answer.json();
  }
  return { server, send, code, draft, create };
}

type Tools = ReturnType<typeof createTools>;

describeOnEveryStore('API products in Edge', (server) => {
  before(() => server().makeOrganization(organization));
  const tools = createTools(server);
  showingTests(tools);
  writingTests(tools);
  usingTests(tools);
  refusingTests(tools);
});

function showingTests({ server, send, create }: Tools): void {
  it('answers the recorded calls of 2017 byte for byte, but for the times', async () => {
    const body = readRecorded('apiproducts.POST.request.json');
    const post = () => send('POST', '', { body, type: 'application/json' });
    const posted = await post();
    assert.equal(posted.status, 201);
    assert.equal(posted.headers.get('content-type'), 'application/json');
    assert.equal(withoutStamp(posted.text), withoutStamp(readRecorded('apiproducts.POST.response.json')));
    const deleted = await send('DELETE', '/Weather%20Product');
    assert.equal(deleted.status, 200);
    assert.equal(withoutStamp(deleted.text), withoutStamp(readRecorded('apiproducts.DELETE.response.json')));
    await post();
    await useProduct(server(), organization, 'Weather Product');
    const refused = await send('DELETE', '/Weather%20Product');
    assert.equal(refused.status, 500);
    assert.equal(refused.text, readRecorded('apiproducts.DELETE.500-apps-associated.response.json'));
    assert.equal((await send('GET', '/Weather%20Product')).status, 200);
  });

  it('shows no member that was never set, and no id', async () => {
    const product = await create();
    assert.deepEqual(Object.keys(product), [
      'apiResources',
      'approvalType',
      'attributes',
      'createdAt',
      'createdBy',
      'displayName',
      'environments',
      'lastModifiedAt',
      'lastModifiedBy',
      'name',
      'proxies',
      'scopes',
    ]);
    assert.deepEqual((await send('GET', `/${product.name}`)).json(), product);
  });

  it('takes quotas as numbers and shows them as texts', async () => {
    const product = await create({ quota: 100, quotaInterval: 1, quotaTimeUnit: 'day' });
    assert.deepEqual([product['quota'], product['quotaInterval'], product['quotaTimeUnit']], ['100', '1', 'day']);
  });
}

function writingTests({ send, code, draft, create }: Tools): void {
  for (const method of ['PUT', 'POST']) {
    it(`replaces all but the name by ${method}, with or without the name in the body`, async () => {
      const product = await create({
        description: 'd',
        quota: '1',
        scopes: ['a'],
        attributes: [{ name: 'a', value: 'b' }],
      });
      const json = { displayName: 'Q', approvalType: 'manual', environments: ['test', 'prod'] };
      const updated = await send(method, `/${product.name}`, { json });
      assert.equal(updated.status, 200, updated.text);
      const { lastModifiedAt: _, ...kept } = updated.json<Product>();
      const { name, createdAt, createdBy } = product;
      assert.deepEqual(kept, {
        ...json,
        ...{
          apiResources: [],
          attributes: [],
          createdAt,
          createdBy,
          lastModifiedBy: createdBy,
          name,
          proxies: [],
          scopes: [],
        },
      });
      const read = (await send('GET', `/${name}`)).json<Product>();
      assert.deepEqual(read['environments'], ['prod', 'test'], 'sorted where it is read');
      assert.equal((await send(method, `/${name}`, { json: read })).status, 200, 'what was read can be written');
    });
  }

  it('refuses another name in an update, an unknown product and a name that is taken', async () => {
    const { name } = await create();
    const json = { ...draft(), name: 'other' };
    assert.deepEqual(code(await send('PUT', `/${name}`, { json })), [400, 'rest.request.InvalidValue']);
    const unknown = 'keymanagement.service.apiproduct_doesnot_exist';
    for (const [method, path] of [
      ['GET', '/none'],
      ['PUT', '/none'],
      ['DELETE', '/none'],
      ['GET', '/none/attributes'],
      ['GET', '?startKey=none'],
      ['GET', `/${name.toUpperCase()}`],
    ] as const) {
      const answer = await send(method, path, method === 'PUT' ? { json: draft({ name: 'none' }) } : {});
      assert.deepEqual(code(answer), [404, unknown], `${method} ${path}`);
    }
    const taken = await send('POST', '', { json: draft({ name }) });
    assert.deepEqual(code(taken), [409, 'keymanagement.service.apiproduct_already_exists']);
  });

  it('keeps operation groups, with their members in order', async () => {
    const operationGroup = {
      operationConfigType: 'remoteservice',
      operationConfigs: [
        {
          quota: { timeUnit: 'minute', limit: 5, interval: '1' },
          operations: [{ resource: '/get', methods: ['GET'] }],
          apiSource: 'httpbin.default.svc.cluster.local',
        },
      ],
    };
    const { name } = await create({ operationGroup });
    const { text } = await send('GET', `/${name}`);
    const expected = [
      '  "operationGroup" : {\n    "operationConfigType" : "remoteservice",\n    "operationConfigs" : [ {',
      '      "apiSource" : "httpbin.default.svc.cluster.local",\n      "attributes" : [ ],',
      '      "operations" : [ {\n        "methods" : [ "GET" ],\n        "resource" : "/get"\n      } ],',
      '      "quota" : {\n        "interval" : "1",\n        "limit" : "5",\n        "timeUnit" : "minute"\n      }\n    } ]\n  },',
    ].join('\n');
    assert.ok(text.includes(expected), text);
  });

  it('sorts attributes where they are read, and keeps their order where they are written', async () => {
    const attributes = [
      { name: 'b', value: '2' },
      { name: 'a', value: '1' },
    ];
    const product = await create({ attributes });
    assert.deepEqual(product['attributes'], attributes);
    const path = `/${product.name}/attributes`;
    assert.deepEqual((await send('GET', path)).json(), { attribute: attributes.toReversed() });
    assert.deepEqual((await send('POST', path, { json: { attribute: attributes } })).json(), { attribute: attributes });
    assert.deepEqual((await send('POST', `${path}/c`, { json: { value: '3' } })).json(), { name: 'c', value: '3' });
    assert.deepEqual((await send('GET', `${path}/c`)).json(), { name: 'c', value: '3' });
    assert.deepEqual((await send('DELETE', `${path}/c`)).json(), { name: 'c', value: '3' });
    const gone = await send('GET', `${path}/c`);
    assert.deepEqual(code(gone), [404, 'organizations.keymanagement.AttributeDoesntExist']);
    const many = Array.from({ length: 19 }, (_, at) => ({ name: `n${at}` }));
    assert.equal((await send('POST', path, { json: { attribute: many } })).status, 400);
  });

  it('speaks XML', async () => {
    const xml =
      '<ApiProduct name="xml"><ApiResources><ApiResource>/**</ApiResource></ApiResources>' +
      '<ApprovalType>manual</ApprovalType><Attributes><Attribute><Name>access</Name><Value>public</Value></Attribute>' +
      '</Attributes><Description>An &lt;XML&gt; one</Description><DisplayName>XML</DisplayName>' +
      '<Environments><Environment>test</Environment></Environments><Proxies><Proxy>p</Proxy></Proxies>' +
      '<Quota>7</Quota><Scopes/></ApiProduct>';
    const posted = await send('POST', '', { xml });
    assert.equal(posted.status, 201, posted.text);
    assert.partialDeepStrictEqual(posted.json(), {
      ...{ apiResources: ['/**'], approvalType: 'manual', attributes: [{ name: 'access', value: 'public' }] },
      ...{ description: 'An <XML> one', environments: ['test'], name: 'xml', proxies: ['p'], quota: '7', scopes: [] },
    });
    const read = await send('GET', '/xml', { accept: 'application/xml' });
    const again = await send('PUT', '/xml', { xml: read.text.replace('>XML<', '>Changed<') });
    assert.equal(again.status, 200, again.text);
    assert.partialDeepStrictEqual(again.json(), { displayName: 'Changed', description: 'An <XML> one', quota: '7' });
    const list = await send('GET', '?expand=true', { accept: 'application/xml' });
    assert.match(list.text, /<ApiProducts>\n {4}<ApiProduct name="/);
  });
}

function usingTests({ server, send, create }: Tools): void {
  it('tells who uses a product, to those who may read it', async () => {
    const { name } = await create();
    const uses = [await useProduct(server(), organization, name), await useProduct(server(), organization, name)];
    const ask = async (query: string) => (await send('GET', `/${name}?${query}`)).json<unknown>();
    const keys = uses.map(({ credential }) => credential.consumerKey);
    const expected = {
      keys,
      apps: uses.map(({ app }) => app.id),
      developers: uses.map(({ developer }) => developer.id),
      companies: [],
    };
    for (const [entity, users] of Object.entries(expected)) {
      assert.deepEqual(((await ask(`query=list&entity=${entity}`)) as string[]).toSorted(), users.toSorted());
      assert.equal(await ask(`query=count&entity=${entity}`), users.length);
    }
    const [first, second] = (await ask('query=list&entity=apps')) as string[];
    assert.deepEqual(await ask('query=list&entity=apps&count=1'), [first]);
    assert.deepEqual(await ask(`query=list&entity=apps&startkey=${second}`), [second]);
    for (const query of [
      'query=all&entity=apps',
      'query=list',
      'query=list&entity=x',
      'query=list&entity=apps&count=101',
    ]) {
      assert.equal((await send('GET', `/${name}?${query}`)).status, 400, query);
    }
    assert.match(
      (await send('GET', `/${name}?query=count&entity=apps`, { accept: 'text/xml' })).text,
      /<Count>2<\/Count>/,
    );
  });

  it('gives no key to an account that may read products alone', async () => {
    const { name } = await create();
    await useProduct(server(), organization, name);
    const roles = `/v1/organizations/${organization}/userroles`;
    await server().request('POST', roles, { json: { role: [{ name: 'shopper' }] } });
    const json = { path: '/apiproducts', permissions: ['get'] };
    const granted = await server().request('POST', `${roles}/shopper/permissions`, { json });
    assert.equal(granted.status, 201, granted.text);
    await server().request('POST', `${roles}/shopper/permissions`, { json: { ...json, path: '/apiproducts/*' } });
    const auth = await server().makeAccount('shopper@example.com', [{ organization, role: 'shopper' }]);
    assert.equal((await send('GET', `/${name}`, { auth })).status, 200);
    for (const entity of ['keys', 'apps', 'developers', 'companies']) {
      assert.equal((await send('GET', `/${name}?query=list&entity=${entity}`, { auth })).status, 403, entity);
    }
    assert.equal((await send('DELETE', `/${name}`, { auth })).status, 403);
    assert.equal((await send('GET', '/unheard-of', { auth })).status, 404);
  });

  it('finds products by an attribute', async () => {
    const attributes = [{ name: 'plan', value: 'gold' }];
    const { name } = await create({ attributes });
    await create({ attributes: [{ name: 'plan', value: 'tin' }] });
    const query = '?attributename=plan&attributevalue=gold';
    assert.deepEqual((await send('GET', query)).json(), [name]);
    assert.partialDeepStrictEqual((await send('GET', `${query}&expand=true`)).json(), { apiProduct: [{ name }] });
    await send('POST', `/${name}/attributes/plan`, { json: { value: 'tin' } });
    assert.deepEqual((await send('GET', query)).json(), []);
    assert.equal((await send('GET', '?attributename=plan')).status, 400);
  });
}

function refusingTests({ send, draft }: Tools): void {
  const bad: [string, object | string, number][] = [
    ['a name with a slash', draft({ name: 'a/b' }), 400],
    ['a name of 101', draft({ name: 'a'.repeat(101) }), 400],
    ['no display name', draft({ displayName: undefined }), 400],
    ['an approval of words', draft({ approvalType: 'perhaps' }), 400],
    ['an approval of objects', draft({ approvalType: {} }), 400],
    ['scopes that are a text', draft({ scopes: 'a' }), 400],
    ['environments of objects', draft({ environments: [{}] }), 400],
    ['a quota of words', draft({ quota: 'many' }), 400],
    ['a quota list', draft({ quota: [1] }), 400],
    ['a unit of its own', draft({ quotaTimeUnit: 'moon' }), 400],
    ['attributes that are an object', draft({ attributes: { a: 'b' } }), 400],
    ['19 attributes', draft({ attributes: Array.from({ length: 19 }, (_, at) => ({ name: `n${at}` })) }), 400],
    ['a group without entries', draft({ operationGroup: {} }), 400],
    ['a group that is a text', draft({ operationGroup: 'all' }), 400],
    ['a list', '[]', 400],
    ['half a body', '{"name":"a"', 400],
    ['nothing', '', 400],
  ];
  for (const [title, body, status] of bad) {
    it(`refuses ${title}`, async () => {
      const request = typeof body === 'string' ? { body, type: 'application/json' } : { json: body };
      const answer = await send('POST', '', request);
      assert.equal(answer.status, status, answer.text);
    });
  }
}
