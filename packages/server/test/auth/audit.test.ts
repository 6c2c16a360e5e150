import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectRules } from '../../src/domain/dialect.ts';
import { type AuditSearch, queryAccountAudit, queryAudit } from '../../src/operations/audit.ts';
import { openCall } from '../../src/operations/call.ts';
import { createEnvironment, deleteEnvironment } from '../../src/operations/environment.ts';
import { createRoles } from '../../src/operations/role.ts';
import { addMember } from '../../src/operations/role-member.ts';
import { addPermissions } from '../../src/operations/role-permission.ts';
import {
  callAs,
  callIn,
  makeAccount,
  makeOrganization,
  openTestPlane,
  problem,
  type TestPlane,
} from '../support/plane.ts';

const day = 86_400_000;

/** An organization in which Ann made an environment ten days ago, and deleted it just now. */
async function open(): Promise<{ test: TestPlane; search(more?: Partial<AuditSearch>): Promise<string[]> }> {
  const test = await openTestPlane();
  await makeOrganization(test);
  const { plane } = test;
  const ann = await makeAccount(test, { email: 'Ann@example.com' });
  const admin = await callIn(plane, test.admin);
  await addMember(plane, admin, { role: 'orgadmin', email: ann.email });
  const as = (operation: 'CREATE' | 'DELETE', responseCode: number) =>
    openCall(plane, callAs(ann, { id: `ann-${operation}`, uri: '/v1/o/myorg/environments', operation, responseCode }), {
      name: 'myorg',
      rules: dialectRules.edge,
    });
  await createEnvironment(plane, await as('CREATE', 201), { name: 'dev' });
  test.clock.advance(10 * day);
  await deleteEnvironment(plane, await as('DELETE', 200), 'dev');
  return {
    test,
    search: async (more = {}) => {
      const found = await queryAudit(plane, admin, { resource: [], ...more });
      return found.map(({ operation, resource }) => `${operation} ${resource}`);
    },
  };
}

test('an entry tells who did what, how it was called and how it was answered', async () => {
  const { test } = await open();
  await using _ = test;
  const admin = await callIn(test.plane, test.admin);
  const [entry] = await queryAudit(test.plane, admin, { resource: ['environments', 'dev'] });
  assert.ok(entry);
  const { id: _id, ...facts } = entry;
  assert.deepEqual(facts, {
    organizationId: admin.organization.id,
    at: test.clock.now(),
    account: 'Ann@example.com',
    operation: 'DELETE',
    requestUri: '/v1/o/myorg/environments',
    responseCode: 200,
    requestId: 'ann-DELETE',
    resource: '/environments/dev',
    request: '',
  });
});

test('today is the default; week, month and times look further back', async () => {
  const { test, search } = await open();
  await using _ = test;
  const deleted = 'DELETE /environments/dev';
  const created = 'CREATE /environments/dev';
  const resource = ['environments', 'dev'];
  assert.deepEqual(await search({ resource }), [deleted]);
  assert.deepEqual(await search({ resource, timeline: 'day' }), [deleted]);
  assert.deepEqual(await search({ resource, timeline: 'week' }), [deleted]);
  assert.deepEqual(await search({ resource, timeline: 'month' }), [deleted, created]);
  const now = test.clock.now();
  assert.deepEqual(await search({ resource, startTime: now - 11 * day }), [deleted, created]);
  assert.deepEqual(await search({ resource, startTime: now - 11 * day, endTime: now - day }), [created]);
  assert.deepEqual(await search({ resource, endTime: now - 10 * day }), [created]);
  assert.deepEqual(await search({ resource, endTime: now - 10 * day - 1 }), []);
});

test('entries are found by resource and what lies beneath, by user, operation and number', async () => {
  const { test, search } = await open();
  await using _ = test;
  const window = { timeline: 'month' };
  assert.equal((await search({ ...window, resource: ['environments'] })).length, 4);
  assert.deepEqual(await search({ ...window, resource: ['environments'], expand: false }), []);
  assert.deepEqual(await search({ ...window, resource: ['environ'] }), []);
  assert.deepEqual(await search({ ...window, resource: ['nothing', 'there'] }), []);
  assert.equal((await search({ ...window, user: 'ann@EXAMPLE.com' })).length, 2);
  assert.deepEqual(await search({ ...window, user: 'Ann@example.com', operation: 'create' }), [
    'CREATE /environments/dev',
  ]);
  assert.equal((await search({ ...window, rows: 1 })).length, 1);
});

test('senseless times, rows and timelines are refused', async () => {
  const { test, search } = await open();
  await using _ = test;
  const senseless: Partial<AuditSearch>[] = [
    { timeline: 'century' },
    { rows: 0 },
    { rows: 1001 },
    { rows: Number.NaN },
    { startTime: 2, endTime: 1 },
    { startTime: Number.NaN },
    { endTime: Number.POSITIVE_INFINITY },
  ];
  for (const more of senseless) await assert.rejects(search(more), problem('request.invalid'), JSON.stringify(more));
});

test('what is authorised is what is read, however the path is cut', async () => {
  const { test } = await open();
  await using _ = test;
  const { plane } = test;
  const admin = await callIn(plane, test.admin);
  const bob = await makeAccount(test, { email: 'bob@example.com' });
  await createRoles(plane, admin, ['auditor']);
  const permissions = [
    { path: '/audits/*', verbs: ['get'] },
    { path: '/audits/apps/secret', verbs: ['put'] },
  ];
  await addPermissions(plane, admin, { role: 'auditor', permissions });
  await addMember(plane, admin, { role: 'auditor', email: bob.email });
  const call = await callIn(plane, bob);
  assert.deepEqual(await queryAudit(plane, call, { resource: ['apps', 'open'] }), []);
  for (const resource of [[], ['apps', 'secret'], ['apps/secret'], ['/apps/secret'], ['', 'apps', '/secret']]) {
    await assert.rejects(queryAudit(plane, call, { resource }), problem('auth.forbidden'), JSON.stringify(resource));
  }
});

test('an account reads what it did itself, over all organizations; a sysadmin reads it of all', async () => {
  const { test } = await open();
  await using _ = test;
  const { plane } = test;
  const ann = await plane.store.accounts.findByEmail('ann@example.com');
  assert.ok(ann);
  const own = await queryAccountAudit(plane, callAs(ann), { email: 'ann@example.com', timeline: 'month' });
  assert.deepEqual(
    own.map(({ operation }) => operation),
    ['DELETE', 'CREATE'],
  );
  const seen = await queryAccountAudit(plane, callAs(test.admin), { email: 'ann@example.com', timeline: 'month' });
  assert.deepEqual(seen, own);
  const other = queryAccountAudit(plane, callAs(ann), { email: 'admin@example.com' });
  await assert.rejects(other, problem('auth.forbidden'));
});
