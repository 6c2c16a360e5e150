import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import type { ShownApp } from '../support/app.ts';
import { describeOnEveryStore } from '../support/every-store.ts';
import { shapeOf } from '../support/shape.ts';

/** Apps of companies as the PHP client was tested with. What is like a developer's app to the byte stands there. */

const fixtures = new URL('../fixtures/edge/php/', import.meta.url);
const readFixture = (name: string): object => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')) as object;

/**
 * Whoever normalised them put `companyName` where a developer's app has `developerId`; it stands by the alphabet
 * (compat/edge.md §4.1). The members on which the fixtures disagree among themselves are left out as for developers.
 */
function settle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== 'object' || value === null) return value;
  const { companyName, appFamily: _, expiresAt: _at, ...rest } = value as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, member]) => [name, settle(member)] as const);
  const named = companyName === undefined ? [] : ([['companyName', companyName]] as const);
  return Object.fromEntries([...named, ...members]);
}
const shapeOfSettled = (value: unknown) => shapeOf(settle(value));

describeOnEveryStore('the answers on apps of companies that the PHP client was tested with', (server) => {
  const root = '/v1/organizations/phpunit-company-apps';
  const apps = `${root}/companies/phpunit/apps`;
  const made: ShownApp[] = [];
  const send = (method: string, path: string, json?: object) => server().request(method, path, { json });

  before(async () => {
    await server().makeOrganization('phpunit-company-apps');
    assert.equal((await send('POST', `${root}/companies`, { name: 'phpunit' })).status, 201);
    for (const prefix of ['', '1', '2', '3', '4']) {
      const json = { ...readFixture('company-apps/POST.json'), name: `${prefix}phpunit_test_app` };
      const answer = await send('POST', apps, json);
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(shapeOfSettled(answer.json()), shapeOfSettled(readFixture('company-apps/POST.json')));
      made.push(answer.json<ShownApp>());
    }
  });

  it('GET and PUT of one', async () => {
    const one = `${apps}/phpunit_test_app`;
    const got = await send('GET', one);
    assert.deepEqual(shapeOfSettled(got.json()), shapeOfSettled(readFixture('company-apps/GET.json')));
    const put = await send('PUT', one, readFixture('company-apps/PUT.json'));
    assert.deepEqual(shapeOfSettled(put.json()), shapeOfSettled(readFixture('company-apps/PUT.json')));
  });

  for (const query of ['expand=true', 'count=2&expand=true&startKey=3phpunit_test_app']) {
    it(`GET ${query}`, async () => {
      const answer = (await send('GET', `${apps}?${query}`)).json<{ app: ShownApp[] }>();
      const recorded = readFixture(`company-apps/GET_${query.replaceAll('&', '-')}.json`) as { app: ShownApp[] };
      assert.deepEqual(Object.keys(answer), Object.keys(recorded));
      const members = (list: ShownApp[]) => list.map((app) => Object.keys(settle(app) as object));
      assert.deepEqual(new Set(members(answer.app).map(String)), new Set(members(recorded.app).map(String)));
      if (query.includes('count')) {
        assert.deepEqual(
          answer.app.map(({ name }) => name),
          recorded.app.map(({ name }) => name),
        );
      }
    });
  }

  it('GET of the organization by id', async () => {
    const answer = await send('GET', `${root}/apps/${made[0]?.appId}`);
    const recorded = readFixture('organization-apps/company-app.GET.json');
    assert.deepEqual(shapeOfSettled(answer.json()), shapeOfSettled(recorded));
  });
});
