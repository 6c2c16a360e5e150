import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';

const fixtures = new URL('../fixtures/edge/php/apiproducts/', import.meta.url);
const organization = 'phpunit';
const products = `/v1/organizations/${organization}/apiproducts`;

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
}

/**
 * Members in their order, and the type of each; of a list the shape of its elements. Quoted times in one file are an
 * artefact of its making (compat/edge.md §1.2).
 */
function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((element) => JSON.stringify(shapeOf(element))))];
  if (typeof value !== 'object' || value === null) return name.endsWith('At') ? 'number' : typeof value;
  return Object.entries(value).map(([member, each]) => [member, shapeOf(each, member)]);
}

/** `GET_count=2-expand=true-startKey=3phpunit_test.json`: the request that the file answers. */
function queryOf(file: string): string {
  return file
    .replace(/^GET_(.*)\.json$/, '$1')
    .split('-')
    .join('&');
}

const made = {
  ...{ displayName: 'PHP Unit Test product', approvalType: 'auto', attributes: [{ name: 'foo', value: 'bar' }] },
  ...{ quota: '10', quotaInterval: '1', quotaTimeUnit: 'minute', scopes: ['scope 1', 'scope 2'] },
};

function namesOf(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : (answer as { apiProduct: { name: string }[] }).apiProduct;
  return list.map((each: string | { name: string }) => (typeof each === 'string' ? each : each.name));
}

const lists = readdirSync(fixtures).filter((name) => name.startsWith('GET_'));

describeOnEveryStore('the answers on products that the PHP client was tested with', (server) => {
  before(async () => {
    await server().makeOrganization(organization);
    for (const prefix of ['', '1', '2', '3', '4', '5']) {
      const json = { ...made, description: '', name: `${prefix}phpunit_test` };
      const answer = await server().request('POST', products, { json });
      assert.equal(answer.status, 201, answer.text);
    }
  });

  it('are all known here: nine lists', () => assert.equal(lists.length, 9));

  for (const file of lists) {
    it(file, async () => {
      const query = queryOf(file);
      const answer = await server().request('GET', `${products}?${query}`);
      assert.equal(answer.status, 200, answer.text);
      const expected = readFixture(file);
      assert.deepEqual(shapeOf(answer.json()), shapeOf(expected));
      const startKey = new URLSearchParams(query).get('startKey');
      if (startKey !== null) assert.equal(namesOf(answer.json())[0], startKey);
      if (query.includes('count=2')) assert.deepEqual(namesOf(answer.json()), namesOf(expected));
    });
  }

  it('POST.json, GET.json and PUT.json', async () => {
    await server().request('DELETE', `${products}/phpunit_test`);
    const posted = await server().request('POST', products, { json: { ...made, name: 'phpunit_test' } });
    assert.deepEqual(shapeOf(posted.json()), shapeOf(readFixture('POST.json')));
    const path = `${products}/phpunit_test`;
    assert.deepEqual(
      shapeOf((await server().request('GET', path)).json()),
      shapeOf(readFixture('phpunit_test/GET.json')),
    );
    const put = readFixture('phpunit_test/PUT.json') as object;
    const answer = (await server().request('PUT', path, { json: put })).json<object>();
    assert.deepEqual(shapeOf(answer), shapeOf(put));
    const stamp = { createdAt: 0, createdBy: '', lastModifiedAt: 0, lastModifiedBy: '' };
    assert.deepEqual({ ...answer, ...stamp }, { ...put, ...stamp });
  });

  it('attributes, all and one', async () => {
    const path = `${products}/1phpunit_test/attributes`;
    for (const below of ['', '/name1']) {
      const json = readFixture(`phpunit_test/attributes${below}/POST.json`) as object;
      assert.deepEqual((await server().request('POST', `${path}${below}`, { json })).json(), json);
    }
    const name1 = (await server().request('GET', `${path}/name1`)).json();
    assert.deepEqual(name1, readFixture('phpunit_test/attributes/name1/POST.json'));
    assert.deepEqual(shapeOf(name1), shapeOf(readFixture('phpunit_test/attributes/name1/GET.json')));
    const all = (await server().request('GET', path)).json();
    assert.deepEqual(shapeOf(all), shapeOf(readFixture('phpunit_test/attributes/GET.json')));
  });
});
