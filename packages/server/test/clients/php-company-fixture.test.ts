import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';
import { shapeOf } from '../support/shape.ts';

/** Companies as the PHP client was tested with: members, their order and types. */

const fixtures = new URL('../fixtures/edge/php/companies/', import.meta.url);
const readFixture = (name: string): unknown => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
const bodyOf = (name: string): object => readFixture(name) as object;
const root = '/v1/organizations/phpunit-companies';
const lists = readdirSync(fixtures).filter((name) => name.startsWith('GET_'));

const members = 'phpunit/developers';
const attributes = 'phpunit/attributes';

/** In an order in which each finds what it needs. */
const calls: readonly (readonly [call: string, path: string, json?: object])[] = [
  ['GET', 'phpunit'],
  ['PUT', 'phpunit', bodyOf('phpunit/PUT.json')],
  ['POST', attributes, bodyOf(`${attributes}/POST.json`)],
  ['GET', attributes],
  ['POST', `${attributes}/name1`, bodyOf(`${attributes}/name1/POST.json`)],
  ['GET', members],
  ['POST', members, bodyOf(`${members}/POST.json`)],
];

/** `GET_count=2-expand=true-startKey=3phpunit.json`: the request that the file answers. */
function queryOf(file: string): string {
  return file
    .replace(/^GET_/, '')
    .replace(/\.json$/, '')
    .replaceAll('-', '&');
}

function namesOf(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : (answer as { company: { name: string }[] }).company;
  return list.map((each: string | { name: string }) => (typeof each === 'string' ? each : each.name));
}

describeOnEveryStore('the answers on companies that the PHP client was tested with', (server) => {
  before(async () => {
    await server().makeOrganization('phpunit-companies');
    const ann = { email: 'phpunit@example.com', firstName: 'Php', lastName: 'Unit', userName: 'phpunit' };
    await server().request('POST', `${root}/developers`, { json: ann });
    for (const prefix of ['', '1', '2', '3', '4', '5']) {
      const json = { ...bodyOf('POST.json'), name: `${prefix}phpunit` };
      const made = await server().request('POST', `${root}/companies`, { json });
      assert.equal(made.status, 201, made.text);
      assert.deepEqual(shapeOf(made.json()), shapeOf(readFixture('POST.json')));
    }
  });

  it('are all known here: eight lists', () => {
    assert.equal(lists.length, 8);
  });

  for (const file of lists) {
    it(file, async () => {
      const query = queryOf(file);
      const answer = await server().request('GET', `${root}/companies?${query}`);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(shapeOf(answer.json()), shapeOf(readFixture(file)));
      // The fixture is not in the server's order but where it was cut; then, it is the same companies.
      const startKey = new URLSearchParams(query).get('startKey');
      if (startKey !== null) assert.equal(namesOf(answer.json())[0], startKey);
      if (query.includes('count=2')) assert.deepEqual(namesOf(answer.json()), namesOf(readFixture(file)));
    });
  }

  for (const [method, path, json] of calls) {
    it(`${method} ${path}`, async () => {
      const answer = await server().request(method, `${root}/companies/${path}`, { json });
      assert.equal(answer.status, 200, answer.text);
      const expected = readFixture(`${path}/${method}.json`);
      assert.deepEqual(shapeOf(answer.json()), shapeOf(expected));
      if (path !== 'phpunit') assert.deepEqual(answer.json(), expected);
    });
  }
});
