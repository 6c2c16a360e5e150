import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../src/operations/call.ts';
import {
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
} from '../../src/operations/environment.ts';
import {
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
} from '../../src/operations/organization.ts';
import { addMember } from '../../src/operations/role-member.ts';
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

/** The call of a new account with this role. */
async function holderOf(test: TestPlane, role: string): Promise<Call> {
  const account = await makeAccount(test, { email: `${role}@example.com` });
  await addMember(test.plane, await callIn(test.plane, test.admin), { role, email: account.email });
  return callIn(test.plane, account);
}

test('a new organization has its name as display name and the environments test and prod', async () => {
  await using test = await openTestPlane();
  const admin = callAs(test.admin);
  const made = await createOrganization(test.plane, admin, { name: 'myorg', dialect: 'x' });
  assert.equal(made.organization.displayName, 'myorg');
  assert.equal(made.organization.dialect, 'x');
  assert.deepEqual(made.environments, ['test', 'prod']);
  assert.deepEqual(await getOrganization(test.plane, await callIn(test.plane, test.admin)), made);
});

test('an organization is made whole or not at all', async () => {
  await using test = await openTestPlane();
  const admin = callAs(test.admin);
  const make = (name: string, environments?: string[]) =>
    createOrganization(test.plane, admin, { name, dialect: 'edge', environments });
  await assert.rejects(make('myorg', ['one', 'two', 'one']), problem('environment.exists'));
  await assert.rejects(make('myorg', ['one', 'No!']), problem('request.invalid'));
  await assert.rejects(make('My Org'), problem('request.invalid'));
  assert.deepEqual(await listOrganizations(test.plane, admin), []);
  assert.deepEqual((await make('myorg', [])).environments, []);
  await assert.rejects(make('myorg'), problem('organization.exists'));
});

test('a sysadmin sees all organizations, others those in which they hold a role', async () => {
  await using test = await openTestPlane();
  for (const name of ['beta', 'alpha', 'gamma']) await makeOrganization(test, name);
  const ann = await makeAccount(test, { email: 'ann@example.com' });
  const names = async (account = ann) =>
    (await listOrganizations(test.plane, callAs(account))).map((organization) => organization.name);
  assert.deepEqual(await names(test.admin), ['alpha', 'beta', 'gamma']);
  assert.deepEqual(await names(), []);
  for (const [organization, role] of [
    ['gamma', 'user'],
    ['alpha', 'user'],
    ['alpha', 'devadmin'],
  ] as const) {
    const admin = await callIn(test.plane, test.admin, organization);
    await addMember(test.plane, admin, { role, email: ann.email });
  }
  assert.deepEqual(await names(), ['alpha', 'gamma']);
});

test('an organization is changed by its administrators, made and deleted by a sysadmin', async () => {
  await using test = await openTestPlane();
  await makeOrganization(test);
  const { plane } = test;
  const orgadmin = await holderOf(test, 'orgadmin');
  const property = { name: 'features.isCpsEnabled', value: 'true' };
  const { organization } = await updateOrganization(plane, orgadmin, { properties: [property] });
  assert.deepEqual(organization.properties, [property]);
  assert.equal(organization.displayName, 'myorg');
  assert.equal(organization.lastModifiedBy, 'orgadmin@example.com');
  assert.equal((await updateOrganization(plane, orgadmin, { displayName: 'Mine' })).organization.version, 3);
  await assert.rejects(
    updateOrganization(plane, orgadmin, { properties: [property, property] }),
    problem('request.invalid'),
  );
  await assert.rejects(createOrganization(plane, orgadmin, { name: 'mine', dialect: 'edge' }), forbidden);
  await assert.rejects(deleteOrganization(plane, orgadmin, { name: 'myorg', confirm: 'myorg' }), forbidden);
  for (const role of ['businessuser', 'user', 'opsadmin', 'readonlyadmin', 'devadmin']) {
    const call = await holderOf(test, role);
    assert.equal((await getOrganization(plane, call)).organization.displayName, 'Mine');
    await assert.rejects(updateOrganization(plane, call, { displayName: 'Yours' }), forbidden, role);
  }
});

test('an organization is deleted when its name is said twice, and its name is free at once', async () => {
  await using test = await openTestPlane();
  await makeOrganization(test);
  const { plane } = test;
  const member = await holderOf(test, 'orgadmin');
  const admin = callAs(test.admin);
  await assert.rejects(deleteOrganization(plane, admin, { name: 'myorg', confirm: 'yes' }), problem('request.invalid'));
  await deleteOrganization(plane, admin, { name: 'myorg', confirm: 'myorg' });
  const again = deleteOrganization(plane, admin, { name: 'myorg', confirm: 'myorg' });
  await assert.rejects(again, problem('organization.not-found'));
  await assert.rejects(callIn(plane, member.account), problem('auth.no-organization'));
  await makeOrganization(test);
  await assert.rejects(callIn(plane, member.account), problem('auth.no-organization'));
  assert.deepEqual(await listOrganizations(plane, callAs(member.account)), []);
});

test('environments are made, listed in order of creation, read and deleted', async () => {
  await using test = await openTestPlane();
  await makeOrganization(test);
  const { plane } = test;
  const ops = await holderOf(test, 'opsadmin');
  test.clock.advance(60_000);
  await createEnvironment(plane, ops, { name: 'dev', properties: [{ name: 'a', value: 'b' }] });
  const names = async () => (await listEnvironments(plane, ops)).map((environment) => environment.name);
  assert.deepEqual(await names(), ['test', 'prod', 'dev']);
  const dev = await getEnvironment(plane, ops, 'dev');
  assert.deepEqual(dev.properties, [{ name: 'a', value: 'b' }]);
  assert.equal(dev.createdBy, 'opsadmin@example.com');
  await assert.rejects(createEnvironment(plane, ops, { name: 'dev' }), problem('environment.exists'));
  await assert.rejects(createEnvironment(plane, ops, { name: 'D e v' }), problem('request.invalid'));
  await deleteEnvironment(plane, ops, 'dev');
  await assert.rejects(deleteEnvironment(plane, ops, 'dev'), problem('environment.not-found'));
  assert.deepEqual(await names(), ['test', 'prod']);
});

test('environments are not changed by roles that may only read them', async () => {
  await using test = await openTestPlane();
  await makeOrganization(test);
  for (const role of ['businessuser', 'user', 'readonlyadmin', 'devadmin']) {
    const call = await holderOf(test, role);
    assert.equal((await getEnvironment(test.plane, call, 'test')).name, 'test');
    await assert.rejects(createEnvironment(test.plane, call, { name: 'dev' }), forbidden, role);
    await assert.rejects(deleteEnvironment(test.plane, call, 'test'), forbidden, role);
  }
});
