import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { insertApp, insertCredential, insertDeveloper } from '../../support/entity.ts';
import { describeOnEveryStore, type GetServer } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/x.md §1.1 and §1.6. */

const samples = new URL('../../fixtures/x/apigeecli/', import.meta.url);

function readSample(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, samples), 'utf8'));
}

interface Product {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** What apigeecli sends for each file: the products of a list, or a product with the group that a file is. */
function productsOf(file: string): Product[] {
  const content = readSample(file);
  if (Array.isArray(content)) return content as Product[];
  const member = /gql/.test(file)
    ? 'graphqlOperationGroup'
    : /grpc/.test(file)
      ? 'grpcOperationGroup'
      : /llm/.test(file)
        ? 'llmOperationGroup'
        : 'operationGroup';
  return [{ name: file.replace('.json', ''), displayName: file, approvalType: 'auto', [member]: content }];
}

/** As proto JSON shows it: without times, which are ours, and without empty lists. */
function shownOf(product: object): object {
  const times = ['createdAt', 'lastModifiedAt'];
  const shown = Object.entries(product).filter(
    ([name, value]) => !times.includes(name) && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(shown);
}

const payloadOperationGroup = {
  operationConfigs: [
    { apiSource: 'mcp', operations: [{ operation: 'tools/call' }], attributes: [{ name: 'a', value: 'b' }] },
  ],
};

interface Refusal {
  readonly error: {
    readonly status: string;
    readonly message: string;
    readonly details: [{ violations: [{ type: string }] }];
  };
}

const organization = 'x-products';
const root = `/v1/organizations/${organization}/apiproducts`;

/** What the tests do, over and over. */
function createTools(server: GetServer) {
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}${path}`, request);
  let made = 0;
  async function create(members: object = {}): Promise<Product> {
    const answer = await send('POST', '', { json: { name: `p${++made}`, ...members } });
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  }
  const refusal = (answer: TestResponse) => {
    const { error } = answer.json<Refusal>();
    return [answer.status, error.status, error.details[0].violations[0].type];
  };
  return { server, send, create, refusal };
}

type Tools = ReturnType<typeof createTools>;

describeOnEveryStore('API products in X', (server) => {
  before(() => server().makeOrganization(organization, 'x'));
  const tools = createTools(server);
  showingTests(tools);
  refusingTests(tools);
  movingTests(tools);
});

function showingTests({ server, send, create }: Tools): void {
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
    it(`takes ${file} of apigeecli, and reads it back as it was`, async () => {
      for (const product of productsOf(file)) {
        const posted = await send('POST', '', { json: product });
        assert.equal(posted.status, 200, posted.text);
        assert.deepEqual(shownOf(posted.json()), shownOf(product));
        const path = `/${encodeURIComponent(product.name)}`;
        const read = (await send('GET', path)).json<Product>();
        assert.deepEqual(shownOf(read), shownOf(product));
        const put = await send('PUT', path, { json: read });
        assert.equal(put.status, 200, put.text);
        assert.deepEqual(shownOf(put.json()), shownOf(product));
        await send('DELETE', path);
      }
    });
  }

  it('makes a product of a name, an approval and environments with just the recorded members', async () => {
    const product = await create({ approvalType: 'manual', environments: ['no-such', 'test'] });
    assert.deepEqual(Object.keys(product), ['name', 'approvalType', 'environments', 'createdAt', 'lastModifiedAt']);
    assert.match(String(product['createdAt']), /^\d{13}$/);
    assert.deepEqual(product['environments'], ['no-such', 'test']);
    assert.equal((await create())['approvalType'], 'auto');
  });

  it('shows a list of names, of whole products, and an empty one as nothing', async () => {
    const empty = 'x-no-products';
    await server().makeOrganization(empty, 'x');
    assert.equal((await server().request('GET', `/v1/organizations/${empty}/apiproducts`)).text, '{}\n');
    const product = await create({ scopes: ['a'] });
    const names = (await send('GET', `?count=1&startKey=${product.name}`)).json();
    assert.deepEqual(names, { apiProduct: [{ name: product.name }] });
    const whole = (await send('GET', `?count=1&startKey=${product.name}&expand=true`)).json();
    assert.deepEqual(whole, { apiProduct: [product] });
  });
}

function refusingTests({ send, create, refusal }: Tools): void {
  it('refuses resources beside operations, members of its own and a name that is taken', async () => {
    const { name } = await create({ payloadOperationGroup });
    const invalid = [400, 'INVALID_ARGUMENT', 'rest.interceptor.invalid_value'];
    const operationGroup = { operationConfigs: [{ apiSource: 'a' }] };
    const beside = await send('POST', '', { json: { name: 'n', apiResources: ['/'], operationGroup } });
    assert.deepEqual(refusal(beside), invalid);
    assert.deepEqual(
      refusal(await send('POST', '', { json: { name: 'n', proxies: ['/'], payloadOperationGroup } })),
      invalid,
    );
    assert.deepEqual(refusal(await send('POST', '', { json: { name: 'n', approvalType: 'maybe' } })), invalid);
    assert.deepEqual(refusal(await send('POST', '', { json: { name: 'n', quotaCounterScope: 'ALL' } })), invalid);
    assert.deepEqual(refusal(await send('POST', '', { json: { name: 'n', quota: 5 } })), invalid);
    assert.deepEqual(refusal(await send('PUT', `/${name}`, { json: { name: 'other' } })), invalid);
    const unknown = await send('POST', '', {
      json: { name: 'n', operationGroup: { operationConfigs: [{ apisource: 'a' }] } },
    });
    assert.deepEqual(refusal(unknown), [400, 'INVALID_ARGUMENT', 'rest.interceptor.unknown_fields']);
    const taken = await send('POST', '', { json: { name } });
    assert.deepEqual(refusal(taken), [409, 'ABORTED', 'keymanagement.service.apiproduct_already_exists']);
    const bad = await send('POST', '', { json: { name: 'a/b' } });
    assert.deepEqual(refusal(bad), [400, 'INVALID_ARGUMENT', 'keymanagement.service.apiproduct_name_invalid']);
    const missing = await send('GET', '/none');
    assert.deepEqual(refusal(missing), [404, 'NOT_FOUND', 'keymanagement.service.apiproduct_doesnot_exist']);
    const byPost = await send('POST', `/${name}`, { json: { name } });
    assert.equal(byPost.status, 405, 'an update by POST is Edge’s alone');
  });
}

function movingTests({ server, send, create }: Tools): void {
  it('finds a product under a name that was encoded twice, and one that holds a percent sign', async () => {
    const { name } = await create({ name: 'My Product' });
    for (const spelling of ['My%20Product', 'My%2520Product']) {
      assert.equal((await send('GET', `/${spelling}`)).json<Product>().name, name);
    }
    await create({ name: 'My%20Product', displayName: 'percent' });
    assert.equal((await send('GET', '/My%2520Product')).json<Product>()['displayName'], 'percent');
  });

  it('moves between spaces by a verb alone, with apigeecli’s slash or without', async () => {
    const { name } = await create({ space: 'blue' });
    const spaceOf = (answer: TestResponse) => answer.json<Product>()['space'];
    const listed = async (space: string) => (await send('GET', `?space=${space}`)).json();
    assert.deepEqual(await listed('blue'), { apiProduct: [{ name }] });
    assert.equal(spaceOf(await send('POST', `/${name}:move`, { json: { space: 'red' } })), 'red');
    assert.equal(spaceOf(await send('POST', `/${name}/:move`, { json: { space: 'green' } })), 'green');
    assert.equal(spaceOf(await send('PUT', `/${name}`, { json: { name, space: 'blue' } })), 'green');
    assert.deepEqual([await listed('blue'), await listed('green')], [{}, { apiProduct: [{ name }] }]);
    assert.equal(spaceOf(await send('POST', `/${name}:move`, { json: {} })), undefined);
    assert.equal((await send('POST', '/none:move', { json: { space: 'red' } })).status, 404);
  });

  it('deletes a product that a key names, which names it again when it is made again', async () => {
    const { store } = server().plane;
    const { id } = (await store.organizations.findByName(organization)) ?? { id: '' };
    const product = await create();
    const app = await insertApp(store, await insertDeveloper(store, id));
    const credential = await insertCredential(store, app, { products: [{ name: product.name, status: 'approved' }] });
    const deleted = await send('DELETE', `/${product.name}`);
    assert.deepEqual([deleted.status, deleted.json()], [200, product]);
    assert.equal((await send('GET', `/${product.name}`)).status, 404);
    assert.equal((await store.credentials.findByKey(id, credential.consumerKey))?.products.length, 1);
    await create({ name: product.name });
    const inUse = await server().request(
      'DELETE',
      `/edge/v1/organizations/${organization}/apiproducts/${product.name}`,
    );
    assert.equal(inUse.status, 500);
  });

  it('sets, tells and takes attributes in the order in which they were sent', async () => {
    const attribute = [{ name: 'b', value: '2' }, { name: 'a' }];
    const { name } = await create();
    const path = `/${name}/attributes`;
    assert.deepEqual((await send('GET', path)).json(), {});
    assert.deepEqual((await send('POST', path, { json: { attribute } })).json(), { attribute });
    assert.deepEqual((await send('POST', `${path}/c%20d`, { json: { value: '3' } })).json(), {
      name: 'c d',
      value: '3',
    });
    assert.deepEqual((await send('GET', `${path}/c%2520d`)).json(), { name: 'c d', value: '3' });
    assert.deepEqual((await send('DELETE', `${path}/c%20d`)).json(), { name: 'c d', value: '3' });
    assert.deepEqual((await send('GET', path)).json(), { attribute });
    const filtered = await send('GET', '?attributename=b&attributevalue=2');
    assert.deepEqual(filtered.json(), { apiProduct: [{ name }] });
  });

  it('is the same product in both views, and nothing is lost on the way through Edge', async () => {
    const product = await create({
      displayName: 'Both',
      payloadOperationGroup,
      space: 'blue',
      quotaCounterScope: 'PROXY',
    });
    const edge = `/edge/v1/organizations/${organization}/apiproducts/${product.name}`;
    const read = (await server().request('GET', edge)).json<object>();
    const written = await server().request('PUT', edge, { json: read });
    assert.equal(written.status, 200, written.text);
    assert.deepEqual(shownOf((await send('GET', `/${product.name}`)).json()), shownOf(product));
  });
}
