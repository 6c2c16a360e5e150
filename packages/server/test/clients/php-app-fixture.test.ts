import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { makeDeveloper, openAppWorld, type ShownApp } from '../support/app.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { shapeOf } from '../support/shape.ts';

/** Apps and keys as the PHP client was tested with: members, their order and types. */

const fixtures = new URL('../fixtures/edge/php/', import.meta.url);
const readFixture = (name: string): unknown => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));

/**
 * The fixtures were normalised by hand and disagree among themselves on two members, which are settled in
 * compat/edge.md §4.1: `appFamily` is on reads alone, and every key has `expiresAt`.
 */
function settle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'appFamily');
  const settled = members.map(([name, member]): [string, unknown] => [name, settle(member)]);
  const at = settled.findIndex(([name]) => name === 'issuedAt');
  if (at < 0 || 'expiresAt' in value) return Object.fromEntries(settled);
  return Object.fromEntries(settled.toSpliced(at, 0, ['expiresAt', -1]));
}

/** `GET_count=2-expand=false-startKey=3phpunit_test_app.json`: the request that the file answers. */
function queryOf(file: string): string {
  const text = file.replace(/^GET_/, '').replace(/\.json$/, '');
  return text.replaceAll('-', '&');
}

function namesOf(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : (answer as { app: { name: string }[] }).app;
  return list.map((each: string | { name: string }) => (typeof each === 'string' ? each : each.name));
}

const app = 'apps/phpunit_test_app';
const key = `${app}/keys/phpunit_test_app_key`;
const product = { name: 'phpunit_test', displayName: 'PHP', approvalType: 'auto', scopes: ['scope 1'] };
const bodyOf = (fixture: string): object => readFixture(fixture) as object;
const named = bodyOf('apps/POST.json') as Pick<ShownApp, 'attributes' | 'callbackUrl'>;
const profile = { attributes: named.attributes, callbackUrl: named.callbackUrl };
const own = { consumerKey: 'phpunit_test_app_key', consumerSecret: 'phpunit_test_app_secret' };

/** In an order in which each finds what it needs. */
const calls: readonly (readonly [call: string, path: string, json?: object])[] = [
  ['GET', app],
  ['POST', `${app}/keys/create`, own],
  ['GET', key],
  ['POST', key, { apiProducts: [product.name] }],
  ['PUT', key, { scopes: ['scope 1'] }],
  ['POST', `${key}/attributes`, bodyOf(`${key}/attributes/POST.json`)],
  ['GET', `${key}/attributes`],
  ['POST', `${key}/attributes/name1`, bodyOf(`${key}/attributes/name1/POST.json`)],
  ['GET', `${key}/attributes/name1`],
  ['PUT', app, bodyOf(`${app}/PUT.json`)],
  ['POST', `${app}/attributes`, bodyOf(`${app}/attributes/POST.json`)],
  ['GET', `${app}/attributes`],
  ['POST', `${app}/attributes/name1`, bodyOf(`${app}/attributes/name1/POST.json`)],
  ['GET', `${app}/attributes/name1`],
];

describeOnEveryStore('the answers on apps that the PHP client was tested with', (server) => {
  const world = openAppWorld(server, 'php-apps');
  const lists = readdirSync(new URL('apps/', fixtures)).filter((name) => name.startsWith('GET_'));
  let id = '';
  before(async () => {
    await world.prepare();
    assert.equal((await server().request('POST', `${world.root}/apiproducts`, { json: product })).status, 201);
    for (const prefix of ['', '1', '2', '3', '4', '5']) {
      const made = await world.createApp({ ...profile, name: `${prefix}phpunit_test_app` });
      assert.deepEqual(shapeOf(made), shapeOf(readFixture('apps/POST.json')));
      if (prefix === '') id = made.appId;
    }
    await makeDeveloper(server, world.root, 'other@example.com');
  });

  it('are all known here: six lists', () => {
    assert.equal(lists.length, 6);
  });

  for (const file of lists) {
    it(file, async () => {
      const answer = await world.call(`GET /apps?${queryOf(file)}`, 200);
      const expected = readFixture(`apps/${file}`);
      assert.deepEqual(shapeOf(settle(answer)), shapeOf(settle(expected)));
      if (file.includes('startKey=3')) assert.deepEqual(namesOf(answer), namesOf(expected));
      const startKey = /startKey=([^.]+)/.exec(file)?.[1];
      if (startKey !== undefined) assert.equal(namesOf(answer)[0], startKey);
    });
  }

  for (const [method, path, json] of calls) {
    it(`${method} ${path}`, async () => {
      const answer = await world.call(`${method} /${path}`, path.endsWith('/create') ? 201 : 200, json);
      const expected = readFixture(`${path}/${method}.json`);
      const isList = path === app;
      const shown = isList
        ? { ...(answer as ShownApp), credentials: (answer as ShownApp).credentials.slice(-1) }
        : answer;
      assert.deepEqual(shapeOf(settle(shown)), shapeOf(settle(expected)));
      if (path.includes('/attributes') && method === 'POST') assert.deepEqual(answer, expected);
    });
  }

  it('GET of the organization', async () => {
    const answer = await server().request('GET', `${world.root}/apps/${id}`);
    const shown = answer.json<ShownApp>();
    const first = { ...shown, credentials: shown.credentials.slice(-1) };
    assert.deepEqual(shapeOf(settle(first)), shapeOf(settle(readFixture('organization-apps/developer-app.GET.json'))));
  });
});
