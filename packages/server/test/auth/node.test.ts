import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAccount, deleteAccount, setPassword, updateAccount } from '../../src/operations/account.ts';
import { authenticate } from '../../src/operations/authentication.ts';
import { grantToken } from '../../src/operations/oauth.ts';
import { createRoles, deleteRole, listRoles } from '../../src/operations/role.ts';
import { addMember, listMembers } from '../../src/operations/role-member.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import {
  callAs,
  callIn,
  makeAccount,
  makeOrganization,
  openTestPlane,
  problem,
  type TestPlane,
} from '../support/plane.ts';
import { type PostgresDatabases, sharePostgres } from '../support/postgres.ts';
import { testVault } from '../support/vault.ts';

/** Two nodes over one database: what one of them decides holds on the other at once. */
const email = 'ann@example.com';
const password = 'correct horse';
const home = '192.0.2.1';
const rounds = 10;

let postgres: PostgresDatabases;
before(async () => {
  postgres = await sharePostgres();
});
after(() => postgres.remove());

async function openNodes(): Promise<{ one: TestPlane; two: TestPlane; [Symbol.asyncDispose](): Promise<void> }> {
  const url = await postgres.createDatabase();
  const openStore: NonNullable<Parameters<typeof openTestPlane>[0]>['openStore'] = (parts) =>
    openPostgresStore({ url, vault: testVault, ...parts });
  const [one, two] = await Promise.all([openTestPlane({ openStore }), openTestPlane({ openStore })]);
  return {
    one,
    two,
    async [Symbol.asyncDispose]() {
      await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()]);
    },
  };
}

test('nodes that start together agree on the first account and on the key of tokens', async () => {
  await using nodes = await openNodes();
  const { one, two } = nodes;
  assert.deepEqual(one.admin, two.admin);
  assert.deepEqual(one.plane.tokens.publicKeys(), two.plane.tokens.publicKeys());
  assert.equal((await one.plane.store.accounts.list({ limit: 10 })).length, 1);
});

test('a password that is changed on one node ends passwords and tokens on the other at once', async () => {
  await using nodes = await openNodes();
  const { one, two } = nodes;
  await makeAccount(one, { email, password });
  const basic = () => authenticate(two.plane, { kind: 'basic', login: email, password }, home);
  const grant = { clientId: 'edgecli', grantType: 'password', username: email, password };
  const result = await grantToken(two.plane, grant, home);
  assert.ok('granted' in result);
  const bearer = () => authenticate(two.plane, { kind: 'bearer', token: result.granted.access_token }, home);
  await basic();
  await bearer();
  await setPassword(one.plane, callAs(one.admin), { email, password: 'a new password' });
  await assert.rejects(basic(), problem('auth.wrong-credentials'));
  await assert.rejects(bearer(), problem('auth.wrong-credentials'));
});

test('of two sysadmins who take each other away on two nodes, one stays', async () => {
  await using nodes = await openNodes();
  const { one, two } = nodes;
  const admin = callAs(one.admin);
  for (let round = 0; round < rounds; round++) {
    const names = [`a${round}@example.com`, `b${round}@example.com`] as const;
    const draft = { firstName: 'A', lastName: 'B', sysadmin: true };
    await createAccount(one.plane, admin, { ...draft, email: names[0] });
    await createAccount(one.plane, admin, { ...draft, email: names[1] });
    await updateAccount(one.plane, admin, { email: one.admin.email, patch: { sysadmin: false } });
    const results = await Promise.allSettled([
      deleteAccount(one.plane, admin, names[1]),
      updateAccount(two.plane, admin, { email: names[0], patch: { status: 'disabled' } }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], `round ${round}`);
    await updateAccount(one.plane, admin, { email: one.admin.email, patch: { sysadmin: true } });
    for (const name of names) await deleteAccount(one.plane, admin, name).catch(() => undefined);
  }
});

test('a role that gets a member on one node while the other deletes it leaves no member behind', async () => {
  await using nodes = await openNodes();
  const { one, two } = nodes;
  await makeOrganization(one);
  await makeAccount(one, { email });
  const here = await callIn(one.plane, one.admin);
  const there = await callIn(two.plane, two.admin);
  for (let round = 0; round < rounds; round++) {
    const role = `helper${round}`;
    await createRoles(one.plane, here, [role]);
    await Promise.allSettled([addMember(one.plane, here, { role, email }), deleteRole(two.plane, there, role)]);
    if ((await listRoles(one.plane, here)).includes(role)) {
      assert.deepEqual(await listMembers(one.plane, here, role), [email], `round ${round}`);
      continue;
    }
    await createRoles(one.plane, here, [role]);
    assert.deepEqual(await listMembers(one.plane, here, role), [], `round ${round}`);
  }
});
