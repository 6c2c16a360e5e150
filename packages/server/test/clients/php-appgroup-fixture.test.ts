import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../support/every-store.ts';

/**
 * App groups as the PHP client was tested with. Its fixtures are written by hand: numbers for times, and who changed
 * what, which X does not tell. What they say of the group itself holds.
 */
const fixtures = new URL('../fixtures/x/php/appgroups/', import.meta.url);
const untold = new Set(['createdAt', 'createdBy', 'lastModifiedAt', 'lastModifiedBy']);

function readFixture(name: string): object {
  const value: object = JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
  return Object.fromEntries(Object.entries(value).filter(([member]) => !untold.has(member)));
}

interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Members are a view of a list, which is kept by e-mail: neither their order nor blanks come back as they were sent. */
function settle(value: object): object {
  const { attributes } = value as { attributes?: readonly Attribute[] };
  const settled = attributes?.map((each) =>
    each.name.startsWith('__apigee_reserved') ? { ...each, value: new Set(JSON.parse(each.value)) } : each,
  );
  return settled === undefined ? value : { ...value, attributes: settled };
}

const root = '/v1/organizations/phpunit-appgroups';
const group = `${root}/appgroups/phpunit`;

describeOnEveryStore('the answers on app groups that the PHP client was tested with', (server) => {
  before(async () => {
    await server().makeOrganization('phpunit-appgroups', 'x');
    for (const email of ['phpunit@example.com', 'phpunit2@example.com']) {
      const json = { email, firstName: 'Php', lastName: 'Unit', userName: 'phpunit' };
      await server().request('POST', `${root}/developers`, { json });
    }
  });

  for (const [method, path, fixture] of [
    ['POST', `${root}/appgroups`, 'POST.json'],
    ['PUT', group, 'phpunit/GET.json'],
    ['PUT', group, 'phpunit/PUT.json'],
    ['POST', `${group}/attributes`, 'phpunit/attributes/POST.json'],
    ['POST', `${group}/attributes/name1`, 'phpunit/attributes/name1/POST.json'],
  ] as const) {
    it(`${method} ${fixture}`, async () => {
      const json = readFixture(fixture);
      const answer = await server().request(method, path, { json });
      assert.equal(answer.status, 200, answer.text);
      assert.partialDeepStrictEqual(settle(answer.json<object>()), settle(json));
      const read = await server().request('GET', path === `${root}/appgroups` ? group : path);
      assert.partialDeepStrictEqual(settle(read.json<object>()), settle(json));
    });
  }
});
