import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import type { TestRequest, TestResponse } from '../../support/server.ts';

/** compat/edge.md §3.2: what a create and an update do, and what they leave alone. */

interface Developer {
  readonly email: string;
  readonly developerId: string;
  readonly firstName: string;
  readonly userName?: string;
  readonly status: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastModifiedAt: number;
}

describeOnEveryStore('writing developers in Edge', (server) => {
  const root = '/v1/organizations/writing/developers';
  before(() => server().makeOrganization('writing'));

  let made = 0;
  async function create(members: object = {}): Promise<Developer> {
    const json = { email: `d${++made}@example.com`, firstName: 'Dee', lastName: 'Veloper', ...members };
    const answer = await server().request('POST', root, { json });
    assert.equal(answer.status, 201, answer.text);
    return answer.json<Developer>();
  }
  const send = (method: string, path: string, request: TestRequest = {}): Promise<TestResponse> =>
    server().request(method, `${root}/${path}`, request);
  const read = async (ref: string) => (await send('GET', ref)).json<Developer>();
  const code = (answer: TestResponse) => [answer.status, answer.json<{ code: string }>().code];
  const attributes = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `n${at}`, value: `v${at}` }));
  const profile = ({ email }: Developer) => ({ email, firstName: 'Dee', lastName: 'Veloper' });

  it('ignores the status and all that a client may not set, on create', async () => {
    const developer = await create({
      status: 'inactive',
      developerId: '00000000-0000-4000-8000-000000000000',
      organizationName: 'other',
      apps: ['a'],
      companies: ['c'],
      createdAt: 1,
      createdBy: 'x',
      lastModifiedAt: 'no number',
      unknown: { a: [1] },
    });
    assert.equal(developer.status, 'active');
    assert.notEqual(developer.developerId, '00000000-0000-4000-8000-000000000000');
    assert.ok(developer.createdAt > 1);
    assert.equal(developer.createdBy, 'admin@example.com');
  });

  it('takes a developer without userName, and shows none', async () => {
    const developer = await create();
    assert.ok(!('userName' in developer));
    assert.ok(!('userName' in (await read(developer.email))));
  });

  it('takes null for what is absent', async () => {
    const developer = await create({ userName: null, attributes: null, status: null });
    assert.ok(!('userName' in developer));
    assert.deepEqual(developer.attributes, []);
  });

  it('turns numbers and booleans into strings, as Jackson does', async () => {
    const developer = await create({ firstName: 7, userName: true, attributes: [{ name: 1, value: 2.5 }] });
    assert.equal(developer.firstName, '7');
    assert.equal(developer.userName, 'true');
    assert.deepEqual(developer.attributes, [{ name: '1', value: '2.5' }]);
  });

  it('refuses what is missing, empty or of the wrong kind', async () => {
    const base = { email: 'bad@example.com', firstName: 'B', lastName: 'D' };
    for (const field of ['email', 'firstName', 'lastName']) {
      for (const value of [undefined, null, '']) {
        const answer = await server().request('POST', root, { json: { ...base, [field]: value } });
        assert.deepEqual(code(answer), [400, 'rest.request.MissingValue'], `${field} ${value}`);
      }
    }
    for (const wrong of [{ email: 'no-at' }, { email: 'a b@c' }, { firstName: {} }, { attributes: 'x' }]) {
      const answer = await server().request('POST', root, { json: { ...base, ...wrong } });
      assert.deepEqual(code(answer), [400, 'rest.request.InvalidValue'], JSON.stringify(wrong));
    }
  });

  it('keeps an e-mail as it was given, and refuses the same in other letters', async () => {
    const developer = await create({ email: 'MiXed@Example.com' });
    assert.equal(developer.email, 'MiXed@Example.com');
    assert.equal((await read('mixed@EXAMPLE.com')).email, 'MiXed@Example.com');
    const again = await server().request('POST', root, { json: { ...profile(developer), email: 'mixed@example.com' } });
    assert.deepEqual(code(again), [409, 'developer.service.DeveloperAlreadyExists']);
  });

  it('replaces the profile by PUT: what is left out is gone', async () => {
    const developer = await create({ userName: 'dee', attributes: attributes(2) });
    const answer = await send('PUT', developer.email, { json: profile(developer) });
    assert.equal(answer.status, 200);
    const after = await read(developer.email);
    assert.deepEqual(after.attributes, []);
    assert.ok(!('userName' in after));
    assert.equal(after.developerId, developer.developerId);
    assert.equal(after.createdAt, developer.createdAt);
  });

  it('takes the whole entity back, and changes nothing that is read only', async () => {
    const developer = await create({ attributes: attributes(1) });
    const answer = await send('PUT', developer.email, { json: { ...developer, status: 'inactive', createdAt: 5 } });
    const { lastModifiedAt, ...after } = answer.json<Developer>();
    const { lastModifiedAt: before, ...sent } = developer;
    assert.deepEqual(after, sent);
    assert.ok(lastModifiedAt >= before);
  });

  it('renames by PUT to the old e-mail, and keeps the id', async () => {
    const developer = await create();
    const answer = await send('PUT', developer.email, {
      json: { ...profile(developer), email: 'new-name@example.com' },
    });
    assert.equal(answer.json<Developer>().developerId, developer.developerId);
    assert.equal((await send('GET', developer.email)).status, 404);
    assert.equal((await read('new-name@example.com')).developerId, developer.developerId);
    const other = await create();
    const taken = await send('PUT', other.email, { json: { ...profile(other), email: 'NEW-name@example.com' } });
    assert.deepEqual(code(taken), [409, 'developer.service.DeveloperAlreadyExists']);
  });

  it('renames by PUT to the id, and changes only the letters of an e-mail', async () => {
    const developer = await create();
    const renamed = { ...profile(developer), email: developer.email.toUpperCase() };
    const answer = await send('PUT', developer.developerId, { json: renamed });
    assert.equal(answer.json<Developer>().email, developer.email.toUpperCase());
    assert.equal(answer.json<Developer>().developerId, developer.developerId);
  });

  it('updates by POST without an action, like PUT', async () => {
    const developer = await create({ attributes: attributes(1) });
    const answer = await send('POST', developer.developerId, { json: { ...profile(developer), firstName: 'Posted' } });
    assert.equal(answer.status, 200);
    assert.equal(answer.json<Developer>().firstName, 'Posted');
    assert.deepEqual(answer.json<Developer>().attributes, []);
  });

  it('refuses an update of nobody, and one without what a developer needs', async () => {
    const developer = await create();
    const unknown = await send('PUT', 'nobody@example.com', { json: profile(developer) });
    assert.deepEqual(code(unknown), [404, 'developer.service.DeveloperDoesNotExist']);
    const missing = await send('PUT', developer.email, { json: { email: developer.email } });
    assert.deepEqual(code(missing), [400, 'rest.request.MissingValue']);
  });

  it('sets the status by an action of any content type, with any body or none', async () => {
    const developer = await create();
    const bodies: TestRequest[] = [
      {},
      { body: '', type: 'application/octet-stream' },
      { body: '', type: 'application/json' },
      { body: '', type: 'application/x-www-form-urlencoded' },
      { body: '{ not json', type: 'application/json' },
      { body: '<Developer', type: 'application/xml' },
      { body: Uint8Array.of(0xff, 0x00), type: 'image/png' },
      { json: { ...profile(developer), firstName: 'Ignored' } },
    ];
    for (const [index, request] of bodies.entries()) {
      const action = index % 2 === 0 ? 'inactive' : 'active';
      const answer = await send('POST', `${developer.email}?action=${action}`, request);
      assert.deepEqual([answer.status, answer.text, answer.headers.get('content-type')], [204, '', null]);
      const after = await read(developer.developerId);
      assert.deepEqual([after.status, after.firstName], [action, 'Dee']);
    }
  });

  it('refuses an action that is none, and one on nobody', async () => {
    const developer = await create();
    for (const action of ['approve', '', 'ACTIVE']) {
      const answer = await send('POST', `${developer.email}?action=${action}`);
      assert.deepEqual(code(answer), [400, 'rest.request.InvalidAction'], action);
    }
    const unknown = await send('POST', 'nobody@example.com?action=active');
    assert.deepEqual(code(unknown), [404, 'developer.service.DeveloperDoesNotExist']);
  });

  it('takes 18 attributes and not one more', async () => {
    const developer = await create({ attributes: attributes(18) });
    assert.equal(developer.attributes.length, 18);
    const refusals = [
      await server().request('POST', root, {
        json: { ...profile(developer), email: 'x@y.z', attributes: attributes(19) },
      }),
      await send('PUT', developer.email, { json: { ...profile(developer), attributes: attributes(19) } }),
      await send('POST', `${developer.email}/attributes`, { json: { attribute: attributes(19) } }),
      await send('POST', `${developer.email}/attributes/one-more`, { json: { value: 'x' } }),
    ];
    for (const answer of refusals)
      assert.deepEqual(code(answer), [400, 'organizations.keymanagement.AttributeLimitExceeded']);
    const inPlace = await send('POST', `${developer.email}/attributes/n3`, { json: { value: 'changed' } });
    assert.equal(inPlace.status, 200);
    const after = (await read(developer.email)).attributes;
    assert.deepEqual(after, attributes(18).with(3, { name: 'n3', value: 'changed' }));
  });

  it('replaces the whole list of attributes by POST, in the order sent', async () => {
    const developer = await create({ attributes: attributes(3) });
    const attribute = [
      { name: 'z', value: '1' },
      { name: 'a', value: '' },
    ];
    const answer = await send('POST', `${developer.email}/attributes`, { json: { attribute } });
    assert.deepEqual(answer.json(), { attribute });
    assert.deepEqual((await read(developer.email)).attributes, attribute);
    await send('POST', `${developer.email}/attributes`, { json: { attribute: [] } });
    assert.deepEqual((await read(developer.email)).attributes, []);
  });

  it('finds an attribute by its name in any encoding of the path', async () => {
    const developer = await create();
    for (const name of ['with space', 'slash/in', 'percent%20', 'Grüße', 'a.b_c-d$', '__proto__']) {
      const path = `${developer.email}/attributes/${encodeURIComponent(name)}`;
      const set = await send('POST', path, { json: { name: 'ignored', value: name } });
      assert.deepEqual(set.json(), { name, value: name });
      assert.deepEqual((await send('GET', path)).json(), { name, value: name });
      assert.deepEqual((await send('DELETE', path)).json(), { name, value: name });
      assert.deepEqual(code(await send('GET', path)), [404, 'organizations.keymanagement.AttributeDoesntExist']);
    }
  });

  it('deletes with the developer as he was, and frees the e-mail at once', async () => {
    const developer = await create({ attributes: attributes(2) });
    const answer = await send('DELETE', developer.developerId);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json(), developer);
    assert.equal((await send('GET', developer.developerId)).status, 404);
    const again = await create({ email: developer.email });
    assert.notEqual(again.developerId, developer.developerId);
    assert.deepEqual(again.attributes, []);
  });
});
