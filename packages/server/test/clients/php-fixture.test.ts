import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';
import { shapeOf } from '../support/shape.ts';

const fixtures = new URL('../fixtures/edge/php/developers/', import.meta.url);
const organization = 'phpunit';
const developers = `/v1/organizations/${organization}/developers`;
const attributes = [{ name: 'foo', value: 'bar' }];

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
}

/** `GET_expand=true-startKey=4phpunitexamplecom.json`: the request that the file answers. */
function queryOf(file: string): string {
  const parts = file
    .replace(/^GET_/, '')
    .replace(/\.json$/, '')
    .split('-');
  return parts.map((part) => part.replace('phpunitexamplecom', 'phpunit@example.com')).join('&');
}

function draft(email: string) {
  return { email, firstName: 'Php', lastName: 'Unit', userName: 'phpunit', attributes };
}

interface Fixed {
  readonly fixture: string;
  readonly method: string;
  /** Below the developer by e-mail and by id. */
  readonly path: string;
  readonly json?: object;
}

const lists = readdirSync(fixtures).filter((name) => name.startsWith('GET_'));
const byId = 'f43ffa3c-e147-47de-8cd6-f5b34429a531';
const calls: readonly Fixed[] = [
  { fixture: 'phpunit@example.com/GET.json', method: 'GET', path: '' },
  { fixture: 'phpunit@example.com/PUT.json', method: 'PUT', path: '', json: draft('phpunit@example.com') },
  { fixture: `${byId}/GET.json`, method: 'GET', path: '' },
  { fixture: `${byId}/PUT.json`, method: 'PUT', path: '', json: draft('phpunit@example.com') },
  { fixture: `${byId}/attributes/GET.json`, method: 'GET', path: '/attributes' },
  {
    fixture: `${byId}/attributes/POST.json`,
    method: 'POST',
    path: '/attributes',
    json: readFixture(`${byId}/attributes/POST.json`) as object,
  },
  {
    fixture: `${byId}/attributes/name1/POST.json`,
    method: 'POST',
    path: '/attributes/name1',
    json: readFixture(`${byId}/attributes/name1/POST.json`) as object,
  },
  { fixture: `${byId}/attributes/name1/GET.json`, method: 'GET', path: '/attributes/name1' },
];

describeOnEveryStore('the answers that the PHP client was tested with', (server) => {
  let id = '';
  before(async () => {
    await server().makeOrganization(organization);
    for (const prefix of ['', '1', '2', '3', '4', '5']) {
      const json = draft(`${prefix}phpunit@example.com`);
      const made = await server().request('POST', developers, { json });
      assert.equal(made.status, 201, made.text);
      assert.deepEqual(shapeOf(withoutLists(made.json())), shapeOf(withoutLists(readFixture('POST.json'))));
      if (prefix === '') id = made.json<{ developerId: string }>().developerId;
    }
  });

  it('are all known here: eight lists', () => {
    assert.equal(lists.length, 8);
  });

  for (const file of lists) {
    it(file, async () => {
      const query = queryOf(file);
      const answer = await server().request('GET', `${developers}?${query}`);
      assert.equal(answer.status, 200, answer.text);
      const expected = readFixture(file);
      assert.deepEqual(shapeOf(answer.json()), shapeOf(expected));
      // The fixture is not in the server's order but where it was cut; then, it is the same developers.
      const startKey = new URLSearchParams(query).get('startKey');
      if (startKey !== null) assert.equal(emailsOf(answer.json())[0], startKey);
      if (query.includes('count=2')) assert.deepEqual(emailsOf(answer.json()), emailsOf(expected));
    });
  }

  for (const { fixture, method, path, json } of calls) {
    it(`${method} ${fixture}`, async () => {
      const key = fixture.startsWith(byId) ? id : 'phpunit%40example.com';
      const answer = await server().request(method, `${developers}/${key}${path}`, { json });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(shapeOf(answer.json()), shapeOf(readFixture(fixture)));
      if (json !== undefined && path !== '') assert.deepEqual(answer.json(), readFixture(fixture));
    });
  }
});

/** A list of one shape and an empty one differ, although both are lists of it. */
function withoutLists(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, member) => (name === 'apps' || name === 'companies' ? [] : member)));
}

function emailsOf(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : (answer as { developer: { email: string }[] }).developer;
  return list.map((each: string | { email: string }) => (typeof each === 'string' ? each : each.email));
}
