import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';

/** compat/edge.md §2: what every client asks first. */

interface Properties {
  readonly property: readonly { readonly name: string; readonly value: string }[];
}
interface Organization {
  readonly displayName: string;
  readonly environments: readonly string[];
  readonly properties: Properties;
}

const fixtures = new URL('../../fixtures/edge/php-organization/', import.meta.url);
const readFixture = (name: string): object => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')) as object;

/** Names and kinds of the members, in order; of a list, those of what it holds. */
function outlineOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [outlineOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, member]) => [name, outlineOf(member)]);
}

describeOnEveryStore('organizations and environments in Edge', (server) => {
  const root = '/v1/organizations/places';
  before(() => server().makeOrganization('places'));
  const get = async <T>(path: string) => (await server().request('GET', path)).json<T>();
  const propertyOf = ({ properties }: Organization, name: string) =>
    properties.property.find((property) => property.name === name)?.value;
  const post = (json: object) => server().request('POST', root, { json });

  it('has the members of the recorded ones, in their order and of their types', async () => {
    assert.deepEqual(outlineOf(await get(root)), outlineOf(readFixture('organization.json')));
    const { mdc, ...environment } = readFixture('environment.json') as { mdc: object };
    assert.ok(mdc);
    // Ours has no properties of its own making.
    assert.deepEqual(
      outlineOf(await get(`${root}/environments/test`)),
      outlineOf({ ...environment, properties: { property: [] } }),
    );
    assert.deepEqual(await get(`${root}/environments`), readFixture('environments.json'));
  });

  it('lists the organizations that the account may enter', async () => {
    const auth = await server().makeAccount('guest@example.com', [{ organization: 'places', role: 'user' }]);
    const answer = await server().request('GET', '/v1/organizations', { auth });
    assert.deepEqual(answer.json(), ['places']);
    const all = await get<string[]>('/v1/organizations');
    assert.ok(all.includes('myorg') && all.includes('places'));
    const nobody = await server().makeAccount('nobody@example.com');
    assert.deepEqual((await server().request('GET', '/v1/organizations', { auth: nobody })).json(), []);
  });

  it('shows an organization of the other dialect in this view, too', async () => {
    await server().makeOrganization('other', 'x');
    const organization = await get<Organization>('/edge/v1/organizations/other');
    assert.equal(propertyOf(organization, 'features.isCpsEnabled'), 'true');
    assert.equal(propertyOf(organization, 'features.hybrid.enabled'), undefined);
  });

  it('replaces properties, and neither stores nor loses what belongs to a view', async () => {
    const answer = await post({
      properties: {
        property: [
          { name: 'features.isCpsEnabled', value: 'false' },
          { name: 'features.hybrid.enabled', value: 'true' },
          { name: 'colour', value: 'blue' },
        ],
      },
    });
    const expected = [
      { name: 'features.isCpsEnabled', value: 'true' },
      { name: 'colour', value: 'blue' },
    ];
    assert.deepEqual(answer.json<Organization>().properties.property, expected);
    const whole = await get<Organization>(root);
    assert.deepEqual((await post(whole)).json<Organization>().properties, whole.properties);
    await post({ displayName: 'Places' });
    const after = await get<Organization>(root);
    assert.deepEqual([after.displayName, propertyOf(after, 'colour')], ['Places', 'blue']);
  });

  it('takes an organization in XML', async () => {
    const xml =
      '<Organization name="places"><DisplayName>By XML</DisplayName><Properties><Property name="a">1</Property></Properties></Organization>';
    const answer = await server().request('POST', root, { xml });
    assert.equal(answer.json<Organization>().displayName, 'By XML');
    assert.equal(propertyOf(answer.json<Organization>(), 'a'), '1');
  });

  it('lets only those change it who may', async () => {
    const auth = await server().makeAccount('reader@example.com', [{ organization: 'places', role: 'readonlyadmin' }]);
    assert.equal((await server().request('GET', root, { auth })).status, 200);
    assert.equal((await server().request('POST', root, { auth, json: { displayName: 'Mine' } })).status, 403);
  });
});
