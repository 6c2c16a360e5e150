import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../src/domain/account.ts';
import { deleteAccount } from '../../src/operations/account.ts';
import type { Call } from '../../src/operations/call.ts';
import { getOrganization } from '../../src/operations/organization.ts';
import { createRoles, deleteRole, getRole, listRoles } from '../../src/operations/role.ts';
import { addMember, deleteMember, getMember, listMembers } from '../../src/operations/role-member.ts';
import {
  addPermissions,
  deletePermission,
  getPermission,
  listAllPermissions,
  listPermissions,
} from '../../src/operations/role-permission.ts';
import {
  callAs,
  callIn,
  makeAccount,
  makeOrganization,
  openTestPlane,
  problem,
  type TestPlane,
} from '../support/plane.ts';

const forbidden = problem('auth.forbidden');

interface House {
  readonly test: TestPlane;
  readonly admin: Call;
  readonly ann: Account;
}

async function open(): Promise<House> {
  const test = await openTestPlane();
  await makeOrganization(test);
  return {
    test,
    admin: await callIn(test.plane, test.admin),
    ann: await makeAccount(test, { email: 'ann@example.com' }),
  };
}

/** Makes a role with these permissions, gives it to the account and returns its call. */
async function holderOf({ test, admin, ann }: House, permissions: [string, ...string[]][]): Promise<Call> {
  const role = 'helper';
  await createRoles(test.plane, admin, [role]);
  const drafts = permissions.map(([path, ...verbs]) => ({ path, verbs }));
  await addPermissions(test.plane, admin, { role, permissions: drafts });
  await addMember(test.plane, admin, { role, email: ann.email });
  return callIn(test.plane, ann);
}

test('a role is made, listed beside the built-in ones, read and deleted', async () => {
  const { test, admin } = await open();
  await using _ = test;
  await createRoles(test.plane, admin, ['zeta', 'Alpha']);
  assert.deepEqual(await listRoles(test.plane, admin), [
    'Alpha',
    'businessuser',
    'devadmin',
    'opsadmin',
    'orgadmin',
    'readonlyadmin',
    'user',
    'zeta',
  ]);
  assert.deepEqual(await getRole(test.plane, admin, 'zeta'), { name: 'zeta', builtIn: false, permissions: [] });
  assert.equal((await getRole(test.plane, admin, 'orgadmin')).builtIn, true);
  await deleteRole(test.plane, admin, 'zeta');
  await assert.rejects(getRole(test.plane, admin, 'zeta'), problem('role.not-found'));
  await assert.rejects(deleteRole(test.plane, admin, 'zeta'), problem('role.not-found'));
});

test('roles are made all or none', async () => {
  const { test, admin } = await open();
  await using _ = test;
  const exists = problem('role.exists');
  await assert.rejects(createRoles(test.plane, admin, ['one', 'two', 'one']), exists);
  await assert.rejects(createRoles(test.plane, admin, ['one', 'orgadmin']), exists);
  await assert.rejects(createRoles(test.plane, admin, ['one', '/']), problem('request.invalid'));
  await assert.rejects(createRoles(test.plane, admin, []), problem('request.missing'));
  await assert.rejects(getRole(test.plane, admin, 'one'), problem('role.not-found'));
});

test('names that every object has are roles like any other', async () => {
  const { test, admin } = await open();
  await using _ = test;
  await assert.rejects(getRole(test.plane, admin, 'constructor'), problem('role.not-found'));
  await createRoles(test.plane, admin, ['constructor']);
  assert.deepEqual(await listPermissions(test.plane, admin, 'constructor'), []);
});

test('a role in use is not deleted, a built-in one never', async () => {
  const house = await open();
  await using _ = house.test;
  const { test, admin, ann } = house;
  await holderOf(house, [['/', 'get']]);
  await assert.rejects(deleteRole(test.plane, admin, 'helper'), problem('role.in-use'));
  await deleteMember(test.plane, admin, { role: 'helper', email: ann.email });
  await deleteRole(test.plane, admin, 'helper');
  await assert.rejects(deleteRole(test.plane, admin, 'user'), problem('role.built-in'));
});

test('a role that is made anew under an old name has no members', async () => {
  const house = await open();
  await using _ = house.test;
  const { test, admin, ann } = house;
  await holderOf(house, [['/', 'get']]);
  await deleteAccount(test.plane, callAs(test.admin), ann.email);
  await deleteRole(test.plane, admin, 'helper');
  await createRoles(test.plane, admin, ['helper']);
  assert.deepEqual(await listMembers(test.plane, admin, 'helper'), []);
});

test('a member is added once, seen with his roles, and removed', async () => {
  const { test, admin, ann } = await open();
  await using _ = test;
  const key = { role: 'devadmin', email: 'ANN@example.com' };
  const added = await addMember(test.plane, admin, key);
  assert.equal(added.account.email, ann.email);
  assert.deepEqual(added.roles, ['devadmin']);
  assert.ok(!('passwordHash' in added.account));
  const { last } = await test.plane.store.feed.head();
  await addMember(test.plane, admin, key);
  assert.equal((await test.plane.store.feed.head()).last, last, 'once more changes nothing');
  assert.deepEqual(await listMembers(test.plane, admin, 'devadmin'), [ann.email]);
  assert.deepEqual((await getMember(test.plane, admin, key)).roles, ['devadmin']);
  await deleteMember(test.plane, admin, key);
  const gone = problem('role-member.not-found');
  await assert.rejects(getMember(test.plane, admin, key), gone);
  await assert.rejects(deleteMember(test.plane, admin, key), gone);
  assert.deepEqual(await listMembers(test.plane, admin, 'devadmin'), []);
});

test('unknown accounts and roles are told apart from each other', async () => {
  const { test, admin } = await open();
  await using _ = test;
  const nobody = { role: 'user', email: 'nobody@example.com' };
  await assert.rejects(addMember(test.plane, admin, nobody), problem('account.not-found'));
  await assert.rejects(getMember(test.plane, admin, nobody), problem('role-member.not-found'));
  const nothing = { role: 'nothing', email: 'ann@example.com' };
  for (const attempt of [addMember, getMember, deleteMember]) {
    await assert.rejects(attempt(test.plane, admin, nothing), problem('role.not-found'));
  }
  await assert.rejects(listMembers(test.plane, admin, 'nothing'), problem('role.not-found'));
});

test('permissions are added without loss, read by path, and taken away verb by verb', async () => {
  const { test, admin } = await open();
  await using _ = test;
  const { plane } = test;
  await createRoles(plane, admin, ['helper']);
  const add = (path: string, ...verbs: string[]) =>
    addPermissions(plane, admin, { role: 'helper', permissions: [{ path, verbs }] });
  await add('/developers/', 'get');
  await add('/developers', 'delete', 'put');
  await add('/apps', 'get');
  assert.deepEqual(await listPermissions(plane, admin, 'helper'), [
    { path: '/developers', verbs: ['get', 'put', 'delete'] },
    { path: '/apps', verbs: ['get'] },
  ]);
  const path = '/developers';
  assert.deepEqual((await getPermission(plane, admin, { role: 'helper', path })).verbs, ['get', 'put', 'delete']);
  await deletePermission(plane, admin, { role: 'helper', path, verb: 'put' });
  assert.deepEqual((await getPermission(plane, admin, { role: 'helper', path })).verbs, ['get', 'delete']);
  const missing = problem('permission.not-found');
  await assert.rejects(deletePermission(plane, admin, { role: 'helper', path, verb: 'put' }), missing);
  await assert.rejects(getPermission(plane, admin, { role: 'helper', path: '/x' }), missing);
  const all = await listAllPermissions(plane, admin);
  assert.equal(all.length, 7);
  assert.deepEqual(all.at(-1)?.name, 'helper');
});

test('permissions of built-in roles are not changed, and their number has an end', async () => {
  const { test, admin } = await open();
  await using _ = test;
  const { plane } = test;
  const one = [{ path: '/x', verbs: ['get'] }];
  await assert.rejects(addPermissions(plane, admin, { role: 'user', permissions: one }), problem('role.built-in'));
  const removal = { role: 'user', path: '/', verb: 'get' };
  await assert.rejects(deletePermission(plane, admin, removal), problem('role.built-in'));
  await createRoles(plane, admin, ['helper']);
  const many = Array.from({ length: 201 }, (__, at) => ({ path: `/x${at}`, verbs: ['get'] }));
  await assert.rejects(addPermissions(plane, admin, { role: 'helper', permissions: many }), problem('request.invalid'));
});

test('permissions decide at the next call', async () => {
  const house = await open();
  await using _ = house.test;
  const { test, admin, ann } = house;
  const call = await holderOf(house, [['/', 'get']]);
  assert.equal((await getOrganization(test.plane, call)).organization.name, 'myorg');
  await assert.rejects(listRoles(test.plane, call), forbidden);
  await deletePermission(test.plane, admin, { role: 'helper', path: '/', verb: 'get' });
  await assert.rejects(getOrganization(test.plane, await callIn(test.plane, ann)), forbidden);
  await deleteMember(test.plane, admin, { role: 'helper', email: ann.email });
  await assert.rejects(callIn(test.plane, ann), problem('auth.no-organization'));
});

test('who may not manage roles gets nowhere', async () => {
  const house = await open();
  await using _ = house.test;
  const call = await holderOf(house, [['/developers', 'get', 'put', 'delete']]);
  const { plane } = house.test;
  const own = { role: 'helper', email: house.ann.email };
  const attempts: (() => Promise<unknown>)[] = [
    () => listRoles(plane, call),
    () => createRoles(plane, call, ['mine']),
    () => getRole(plane, call, 'helper'),
    () => deleteRole(plane, call, 'helper'),
    () => listMembers(plane, call, 'helper'),
    () => getMember(plane, call, own),
    () => addMember(plane, call, own),
    () => deleteMember(plane, call, own),
    () => listPermissions(plane, call, 'helper'),
    () => listAllPermissions(plane, call),
    () => addPermissions(plane, call, { role: 'helper', permissions: [{ path: '/x', verbs: ['get'] }] }),
    () => deletePermission(plane, call, { role: 'helper', path: '/developers', verb: 'get' }),
  ];
  for (const attempt of attempts) await assert.rejects(attempt(), forbidden, attempt.toString());
});

test('who may manage roles but has little himself hands out no more than that', async () => {
  const house = await open();
  await using _ = house.test;
  const { test, ann } = house;
  const { plane } = test;
  const call = await holderOf(house, [
    ['/userroles', 'get', 'put', 'delete'],
    ['/developers', 'get', 'put'],
    ['/developers/*/apps', 'get'],
  ]);
  for (const role of ['orgadmin', 'businessuser', 'readonlyadmin', 'devadmin']) {
    await assert.rejects(addMember(plane, call, { role, email: ann.email }), forbidden, role);
  }
  const widen = (path: string, ...verbs: string[]) =>
    addPermissions(plane, call, { role: 'helper', permissions: [{ path, verbs }] });
  await assert.rejects(widen('/apps', 'get'), forbidden);
  await assert.rejects(widen('/', 'get'), forbidden);
  await assert.rejects(widen('/*', 'get'), forbidden);
  await assert.rejects(widen('/developers', 'delete'), forbidden);
  await assert.rejects(widen('/developers/*/apps', 'put'), forbidden);
  // Without the narrow path the wide one would decide, and allow `put`.
  const narrow = { role: 'helper', path: '/developers/*/apps', verb: 'get' };
  await assert.rejects(deletePermission(plane, call, narrow), forbidden);
  assert.equal((await listPermissions(plane, call, 'helper')).length, 3);
  await createRoles(plane, call, ['lesser']);
  const lesser = [{ path: '/userroles', verbs: ['get'] }];
  await addPermissions(plane, call, { role: 'lesser', permissions: lesser });
  assert.deepEqual((await addMember(plane, call, { role: 'lesser', email: ann.email })).roles.length, 2);
});

test('an organization administrator hands out every role, in his own organization only', async () => {
  const { test, admin, ann } = await open();
  await using _ = test;
  await makeOrganization(test, 'other');
  await addMember(test.plane, admin, { role: 'orgadmin', email: ann.email });
  const call = await callIn(test.plane, ann);
  const bob = await makeAccount(test, { email: 'bob@example.com' });
  for (const role of await listRoles(test.plane, call)) await addMember(test.plane, call, { role, email: bob.email });
  await assert.rejects(callIn(test.plane, ann, 'other'), problem('auth.no-organization'));
  await assert.rejects(callIn(test.plane, bob, 'nowhere'), problem('auth.no-organization'));
});

test('every change of roles is in the feed', async () => {
  const house = await open();
  await using _ = house.test;
  const { test, admin, ann } = house;
  const { last } = await test.plane.store.feed.head();
  await holderOf(house, [['/', 'get']]);
  await deleteMember(test.plane, admin, { role: 'helper', email: ann.email });
  await deleteRole(test.plane, admin, 'helper');
  const changes = await test.plane.store.feed.after(last, 10);
  assert.deepEqual(
    changes.map(({ noun, kind, version }) => [noun, kind, version]),
    [
      ['role', 'put', 1],
      ['role', 'put', 2],
      ['role-member', 'put', 1],
      ['role-member', 'delete', 1],
      ['role', 'delete', 2],
    ],
  );
  assert.ok(changes.every(({ organizationId }) => organizationId === admin.organization.id));
});
