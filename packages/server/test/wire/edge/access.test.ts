import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { describeOnEveryStore } from '../../support/every-store.ts';
import { basicAuth, type TestRequest, type TestResponse } from '../../support/server.ts';

/** compat/edge.md §9 and §10: users, roles and permissions, as clients make and use them. */

describeOnEveryStore('users, roles and permissions in Edge', (server) => {
  const place = '/v1/organizations/access';
  before(() => server().makeOrganization('access'));
  const call = (method: string, path: string, request?: TestRequest): Promise<TestResponse> =>
    server().request(method, path, request);
  const code = (answer: TestResponse) => [answer.status, answer.json<{ code: string }>().code];
  const password = 'correct horse battery';
  const makeUser = (emailId: string) =>
    call('POST', '/v1/users', { json: { emailId, firstName: 'Use', lastName: 'Er', password } });
  const makeRole = (name: string) => call('POST', `${place}/userroles`, { json: { role: [{ name }] } });

  it('never answers with a password', async () => {
    const secret = 'a very secret password';
    const json = { emailId: 'secret@example.com', firstName: 'S', lastName: 'T', password: secret };
    const path = '/v1/users/secret@example.com';
    const answers = [
      await call('POST', '/v1/users', { json }),
      await call('PUT', path, { json }),
      await call('GET', path),
      await call('POST', `${path}/status?action=unlock`),
      await call('POST', '/v1/users', { json }),
      await call('GET', '/v1/audits/users/admin@example.com'),
      await call('DELETE', path),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 200, 200, 200, 409, 200, 200],
    );
    for (const { text } of answers) assert.ok(!text.includes(secret) && !text.includes('argon2'), text);
  });

  it('makes a user who can sign in, in JSON and in XML', async () => {
    await makeUser('json@example.com');
    const xml =
      '<User><FirstName>X</FirstName><LastName>Ml</LastName>' +
      `<Password>${password}</Password><EmailId>xml@example.com</EmailId></User>`;
    assert.equal((await call('POST', `${place}/users`, { xml })).status, 201);
    for (const email of ['json@example.com', 'xml@example.com']) {
      const own = await call('GET', `/v1/users/${email}`, { auth: basicAuth(email) });
      assert.equal(own.json<{ emailId: string }>().emailId, email);
    }
    const names = (await call('GET', '/v1/users')).json<string[]>();
    assert.deepEqual(names, [...names].sort());
    assert.ok(names.includes('json@example.com') && names.includes('xml@example.com'));
  });

  it('refuses a user without what it needs, or who is there', async () => {
    const whole = { emailId: 'whole@example.com', firstName: 'F', lastName: 'L', password };
    for (const [member, field] of [
      ['emailId', 'email'],
      ['firstName', 'firstName'],
      ['lastName', 'lastName'],
    ] as const) {
      const answer = await call('POST', '/v1/users', { json: { ...whole, [member]: undefined } });
      assert.deepEqual(code(answer), [400, 'rest.request.MissingValue'], field);
    }
    assert.equal((await call('POST', '/v1/users', { json: { ...whole, password: 'short' } })).status, 400);
    assert.equal((await makeUser('twice@example.com')).status, 201);
    assert.deepEqual(code(await makeUser('TWICE@example.com')), [409, 'usersandroles.UserAlreadyExists']);
  });

  it('changes names, e-mail and password together, and ends the old password', async () => {
    await makeUser('before@example.com');
    const json = { emailId: 'after@example.com', firstName: 'New', lastName: 'Name', password: 'quite another one' };
    const answer = await call('PUT', '/v1/users/before@example.com', { json });
    assert.deepEqual(answer.json(), { emailId: 'after@example.com', firstName: 'New', lastName: 'Name' });
    const signIn = async (login: string) => {
      const auth = `Basic ${Buffer.from(login).toString('base64')}`;
      return (await call('GET', '/v1/users/after@example.com', { auth })).status;
    };
    assert.equal(await signIn(`after@example.com:${password}`), 401);
    assert.equal(await signIn('before@example.com:quite another one'), 401);
    assert.equal(await signIn('after@example.com:quite another one'), 200);
  });

  it('lets everybody read and change himself, and nobody else', async () => {
    const auth = await server().makeAccount('self@example.com', [{ organization: 'access', role: 'orgadmin' }]);
    assert.equal((await call('GET', '/v1/users/SELF@example.com', { auth })).status, 200);
    assert.equal((await call('PUT', '/v1/users/self@example.com', { auth, json: { firstName: 'Me' } })).status, 200);
    const refused = [
      await call('GET', '/v1/users', { auth }),
      await call('POST', '/v1/users', { auth, json: { emailId: 'x@y.z' } }),
      await call('GET', '/v1/users/admin@example.com', { auth }),
      await call('GET', '/v1/users/unknown@example.com', { auth }),
      await call('PUT', '/v1/users/self@example.com', { auth, json: { emailId: 'other@example.com' } }),
      await call('DELETE', '/v1/users/self@example.com', { auth }),
      await call('POST', '/v1/users/self@example.com/status?action=unlock', { auth }),
    ];
    for (const answer of refused) assert.deepEqual(code(answer), [403, 'security.authorization.PermissionDenied']);
  });

  it('unlocks only by that word, and keeps the last administrator', async () => {
    assert.deepEqual(code(await call('POST', '/v1/users/admin@example.com/status')), [
      400,
      'rest.request.InvalidAction',
    ]);
    const answer = await call('DELETE', '/v1/users/admin@example.com');
    assert.deepEqual(code(answer), [409, 'usersandroles.LastSystemAdministrator']);
  });

  it('lets in again, once unlocked, who was held up by wrong passwords', async () => {
    await makeUser('locked@example.com');
    const auth = `Basic ${Buffer.from('locked@example.com:wrong password').toString('base64')}`;
    const own = '/v1/users/locked@example.com';
    let status = 0;
    for (let tries = 0; tries < 12 && status !== 429; tries++) status = (await call('GET', own, { auth })).status;
    assert.equal(status, 429);
    assert.equal((await call('POST', `${own}/status?action=unlock`)).status, 200);
    assert.equal((await call('GET', own, { auth: basicAuth('locked@example.com') })).status, 200);
  });

  it('makes roles from objects, plain texts and XML: all of them or none', async () => {
    const both = await call('POST', `${place}/userroles`, { json: { role: ['plain', { name: 'object' }] } });
    assert.deepEqual([both.status, both.json()], [201, { role: [{ name: 'plain' }, { name: 'object' }] }]);
    const half = await call('POST', `${place}/userroles`, { json: { role: ['fresh', 'plain'] } });
    assert.deepEqual(code(half), [409, 'usersandroles.RoleAlreadyExists']);
    assert.equal((await call('GET', `${place}/userroles/fresh`)).status, 404);
    for (const role of [[], [''], ['a/b'], [{}], 'x']) {
      assert.equal((await call('POST', `${place}/userroles`, { json: { role } })).status, 400, JSON.stringify(role));
    }
    assert.deepEqual(code(await makeRole('orgadmin')), [409, 'usersandroles.RoleAlreadyExists']);
    assert.deepEqual(code(await call('DELETE', `${place}/userroles/orgadmin`)), [400, 'usersandroles.BuiltInRole']);
  });

  it('gives a role however the client names the user', async () => {
    await makeRole('team');
    const users = `${place}/userroles/team/users`;
    const ways: [string, string, TestRequest][] = [
      ['form@example.com', users, { form: { id: 'form@example.com' } }],
      ['query@example.com', `${users}?id=query%40example.com`, {}],
      ['typed@example.com', `${users}?id=typed@example.com`, { body: '', type: 'application/x-www-form-urlencoded' }],
      ['object@example.com', users, { json: { emailId: 'object@example.com' } }],
      ['element@example.com', users, { xml: '<User><EmailId>element@example.com</EmailId></User>' }],
    ];
    for (const [email, path, request] of ways) {
      await makeUser(email);
      const answer = await call('POST', path, request);
      const role = [{ name: 'team', organization: 'access' }];
      assert.deepEqual(answer.json(), { emailId: email, firstName: 'Use', lastName: 'Er', roles: { role } });
    }
    const members = (await call('GET', users)).json<string[]>();
    assert.deepEqual(members, ways.map(([email]) => email).sort());
    assert.deepEqual(code(await call('POST', users, { form: {} })), [400, 'rest.request.MissingValue']);
    const nobody = await call('POST', users, { form: { id: 'nobody@example.com' } });
    assert.deepEqual(code(nobody), [404, 'usersandroles.UserDoesNotExist']);
    const all = (await call('GET', `${place}/users`)).json<string[]>();
    for (const email of members) assert.ok(all.includes(email), email);
  });

  it('gives and takes roles at the user, in one organization and over several', async () => {
    await server().makeOrganization('second');
    await makeUser('many@example.com');
    const roles = '/v1/users/many@example.com/userroles';
    const role = [
      { name: 'orgadmin', organization: 'access' },
      { name: 'user', organization: 'second' },
    ];
    assert.deepEqual((await call('POST', roles, { json: { role } })).json(), { role });
    assert.deepEqual((await call('GET', roles)).json(), { role });
    const inside = await call('POST', `${place}/users/many@example.com/userroles/`, {
      xml: '<Roles><Role name="businessuser"/></Roles>',
    });
    assert.deepEqual(inside.json(), { role: [{ name: 'businessuser', organization: 'access' }] });
    assert.equal((await call('DELETE', `${roles}/orgadmin?org=access`)).status, 204);
    assert.deepEqual(code(await call('DELETE', `${roles}/orgadmin?org=access`)), [404, 'usersandroles.UserNotInRole']);
    assert.deepEqual(code(await call('DELETE', `${roles}/user`)), [400, 'rest.request.MissingValue']);
    const held = (await call('GET', roles)).json<{ role: { name: string }[] }>().role.map(({ name }) => name);
    assert.deepEqual(held, ['businessuser', 'user']);
  });

  it('grants nothing in an organization when one role of the call is unknown', async () => {
    await makeUser('whole@example.org');
    const roles = '/v1/users/whole@example.org/userroles';
    for (const role of [
      [
        { name: 'user', organization: 'access' },
        { name: 'none', organization: 'access' },
      ],
      [
        { name: 'user', organization: 'access' },
        { name: 'user', organization: 'none' },
      ],
      [{ name: 'user', organization: 'access' }, { name: 'user' }],
    ]) {
      assert.ok((await call('POST', roles, { json: { role } })).status >= 400);
      assert.deepEqual((await call('GET', roles)).json(), { role: [] });
    }
  });

  it('adds permissions, one or several, and never takes one away by adding', async () => {
    await makeRole('adding');
    const role = `${place}/userroles/adding`;
    const add = (path: string, permissions: string[]) =>
      call('POST', `${role}/permissions`, { json: { path, permissions } });
    assert.equal((await add('/developers/', ['put', 'get'])).status, 201);
    assert.equal((await add('developers', ['delete'])).status, 201);
    const several = await call('POST', `${role}/resourcepermissions`, {
      json: { resourcePermission: [{ organization: 'ignored', path: '/developers/*/apps', permissions: ['get'] }] },
    });
    assert.equal(several.status, 200);
    const expected = [
      { organization: 'access', path: '/developers', permissions: ['get', 'put', 'delete'] },
      { organization: 'access', path: '/developers/*/apps', permissions: ['get'] },
    ];
    assert.deepEqual((await call('GET', `${role}/permissions`)).json(), { resourcePermission: expected });
    assert.deepEqual((await call('GET', `${role}/permissions?path=/developers/*/apps`)).json(), expected[1]);
    assert.equal((await call('GET', `${role}/permissions?path=/none`)).status, 404);
    for (const wrong of [
      { path: '/x' },
      { path: '/x', permissions: [] },
      { path: '/x', permissions: ['post'] },
      { permissions: ['get'] },
    ]) {
      assert.equal((await call('POST', `${role}/permissions`, { json: wrong })).status, 400, JSON.stringify(wrong));
    }
    const builtIn = await call('POST', `${place}/userroles/user/permissions`, {
      json: { path: '/x', permissions: ['get'] },
    });
    assert.deepEqual(code(builtIn), [400, 'usersandroles.BuiltInRole']);
  });

  it('takes one verb away, and the path with its last', async () => {
    await makeRole('taking');
    const role = `${place}/userroles/taking`;
    await call('POST', `${role}/permissions`, { json: { path: '/apps', permissions: ['get', 'put'] } });
    const remove = (verb: string, query: string) => call('DELETE', `${role}/permissions/${verb}${query}`);
    assert.equal((await remove('put', '?path=/apps')).status, 200);
    assert.deepEqual(code(await remove('put', '?path=/apps')), [404, 'usersandroles.PermissionDoesNotExist']);
    assert.deepEqual(code(await remove('get', '')), [400, 'rest.request.MissingValue']);
    assert.deepEqual(code(await remove('patch', '?path=/apps')), [400, 'rest.request.InvalidValue']);
    assert.equal((await remove('get', '?path=/apps')).status, 200);
    assert.deepEqual((await call('GET', `${role}/permissions`)).json(), { resourcePermission: [] });
  });

  it('makes the role that the Drupal module asks for, and it opens what it should', async () => {
    const auth = await server().makeAccount('drupal@example.com');
    assert.equal((await call('GET', `${place}/userroles/drupalportal`)).status, 404);
    assert.equal((await call('POST', `${place}/userroles`, { json: { role: ['drupalportal'] } })).status, 201);
    const role = `${place}/userroles/drupalportal`;
    const wanted: [string, string[]][] = [
      ['/', ['get']],
      ['/environments/', ['get']],
      ['/userroles', ['get']],
      ['/apiproducts', ['get', 'put']],
      ['/developers', ['get', 'put', 'delete']],
      ['/developers/*/apps', ['get', 'put', 'delete']],
      ['/developers/*/apps/*', ['get', 'put', 'delete']],
      ['/companies', ['get', 'put']],
      ['/companies/*', ['get', 'put', 'delete']],
    ];
    for (const [path, permissions] of wanted) {
      assert.equal((await call('POST', `${role}/permissions`, { json: { path, permissions } })).status, 201, path);
    }
    await call('POST', `${role}/users`, { form: { id: 'drupal@example.com' } });
    const json = { email: 'reader@example.com', firstName: 'R', lastName: 'E' };
    assert.equal((await call('GET', place, { auth })).status, 200);
    assert.equal((await call('POST', `${place}/developers`, { auth, json })).status, 201);
    assert.equal((await call('DELETE', `${place}/developers/reader@example.com`, { auth })).status, 200);
    assert.equal((await call('GET', `${place}/userroles`, { auth })).status, 200);
    assert.equal((await call('POST', `${place}/userroles`, { auth, json: { role: ['mine'] } })).status, 403);
    assert.equal((await call('POST', place, { auth, json: { displayName: 'Mine' } })).status, 403);
    assert.equal((await call('GET', `${place}/users`, { auth })).status, 403);
  });
});
