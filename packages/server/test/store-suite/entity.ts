import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  insertAccount,
  insertOrganization,
  makeAccount,
  makeEnvironment,
  makeOrganization,
  makeRole,
  makeToken,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

/** Organizations, environments, accounts, roles and settings. */
export function entitySuite(engine: StoreEngine): void {
  describe(`${engine.name}: organizations`, () => organizationTests(engine));
  describe(`${engine.name}: environments`, () => environmentTests(engine));
  describe(`${engine.name}: accounts`, () => accountTests(engine));
  describe(`${engine.name}: roles`, () => roleTests(engine));
  describe(`${engine.name}: settings`, () => settingTests(engine));
}

function organizationTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member of an organization', async () => {
    const organization = await insertOrganization(context.store, { dialect: 'x', displayName: 'Größe 测试 🚀' });
    assert.deepEqual(await context.store.organizations.find(organization.id), organization);
    assert.deepEqual(await context.store.organizations.findByName(organization.name), organization);
  });

  it('refuses a name that is taken, and writes nothing', async () => {
    const organization = await insertOrganization(context.store);
    const other = makeOrganization({ name: organization.name });
    assert.equal((await context.store.write((t) => t.organizations.insert(other))).value, false);
    assert.equal(await context.store.organizations.find(other.id), undefined);
  });

  it('lists by name, from a key and after it', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await insertOrganization(context.store, { name });
    const names = async (page: { from?: string; after?: string; limit: number }) =>
      (await context.store.organizations.list(page)).map(({ name }) => name);
    assert.deepEqual(await names({ from: 'page-b', limit: 2 }), ['page-b', 'page-c']);
    assert.deepEqual(await names({ after: 'page-a', limit: 1 }), ['page-b']);
    assert.deepEqual(await names({ from: 'page-aa', limit: 1 }), ['page-b']);
    assert.deepEqual(await names({ after: 'page-c', limit: 5 }), []);
    assert.equal((await names({ limit: 2 })).length, 2);
    const all = await context.store.organizations.list({ limit: 1000 });
    assert.deepEqual(
      (await context.store.organizations.listNames()).map(({ id, name }) => ({ id, name })),
      all.map(({ id, name }) => ({ id, name })),
    );
  });

  it('updates the version that was read, and no other', async () => {
    const organization = await insertOrganization(context.store);
    const changed = nextVersion(organization, { displayName: 'New', properties: [] });
    await context.store.write((t) => t.organizations.update(changed));
    assert.deepEqual(await context.store.organizations.find(organization.id), changed);
    await assert.rejects(
      context.store.write((t) => t.organizations.update(changed)),
      isProblem('entity.changed'),
    );
    await assert.rejects(
      context.store.write((t) => t.organizations.delete(organization)),
      isProblem('entity.changed'),
    );
    assert.deepEqual(await context.store.organizations.find(organization.id), changed);
  });

  it('frees the name of a deleted organization at once', async () => {
    const organization = await insertOrganization(context.store);
    await context.store.write((t) => t.organizations.delete(organization));
    assert.equal(await context.store.organizations.findByName(organization.name), undefined);
    const again = makeOrganization({ name: organization.name });
    assert.equal((await context.store.write((t) => t.organizations.insert(again))).value, true);
  });
}

function environmentTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('lists the environments of one organization in order of creation', async () => {
    const [own, other] = [await insertOrganization(context.store), await insertOrganization(context.store)];
    const prod = makeEnvironment(own.id, { name: 'prod', createdAt: 5, properties: [{ name: 'a', value: 'b' }] });
    const test = makeEnvironment(own.id, { name: 'test', createdAt: 4 });
    for (const environment of [prod, test, makeEnvironment(other.id, { name: 'prod' })]) {
      assert.equal((await context.store.write((t) => t.environments.insert(environment))).value, true);
    }
    assert.deepEqual(await context.store.environments.list(own.id), [test, prod]);
    assert.deepEqual(await context.store.environments.find(own.id, 'prod'), prod);
  });

  it('refuses a name that is taken in the organization', async () => {
    const { id } = await insertOrganization(context.store);
    await context.store.write((t) => t.environments.insert(makeEnvironment(id)));
    assert.equal((await context.store.write((t) => t.environments.insert(makeEnvironment(id)))).value, false);
  });

  it('updates and deletes the version that was read, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const environment = makeEnvironment(id);
    await context.store.write((t) => t.environments.insert(environment));
    const changed = nextVersion(environment, { properties: [{ name: 'a', value: '1' }] });
    await context.store.write((t) => t.environments.update(changed));
    for (const work of ['update', 'delete'] as const) {
      const stale = work === 'update' ? changed : environment;
      await assert.rejects(
        context.store.write((t) => t.environments[work](stale)),
        isProblem('entity.changed'),
      );
    }
    await context.store.write((t) => t.environments.delete(changed));
    assert.equal(await context.store.environments.find(id, 'test'), undefined);
  });

  it('takes nothing beneath an organization that is gone', async () => {
    const environment = makeEnvironment(randomUUID());
    await assert.rejects(
      context.store.write((t) => t.environments.insert(environment)),
      isProblem('entity.changed'),
    );
  });
}

function accountTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, finds by e-mail in any case, and lists without secrets', async () => {
    const account = await insertAccount(context.store, {
      email: 'Boss@Example.com',
      sysadmin: true,
      status: 'disabled',
      passwordVersion: 3,
      scramVerifier: 'SCRAM-SHA-256$…',
    });
    assert.deepEqual(await context.store.accounts.findByEmail('boss@example.com'), account);
    assert.deepEqual(await context.store.accounts.find(account.id), account);
    const { passwordHash, scramVerifier, ...shown } = account;
    assert.ok(passwordHash !== undefined && scramVerifier !== undefined);
    assert.deepEqual(await context.store.accounts.list({ from: 'boss@example.com', limit: 1 }), [shown]);
    assert.deepEqual(await context.store.accounts.list({ after: 'boss@example.com', limit: 1 }), []);
  });

  it('refuses an e-mail that is taken, at insert and at update', async () => {
    const [ann, bob] = [await insertAccount(context.store), await insertAccount(context.store)];
    const copy = makeAccount({ email: ann.email.toUpperCase() });
    assert.equal((await context.store.write((t) => t.accounts.insert(copy))).value, false);
    const renamed = nextVersion(bob, { email: ann.email });
    assert.equal((await context.store.write((t) => t.accounts.update(renamed))).value, false);
    const moved = nextVersion(bob, { email: `new-${bob.email}`, passwordHash: undefined });
    assert.equal((await context.store.write((t) => t.accounts.update(moved))).value, true);
    assert.deepEqual(await context.store.accounts.find(bob.id), moved);
    await assert.rejects(
      context.store.write((t) => t.accounts.update(moved)),
      isProblem('entity.changed'),
    );
  });

  it('finds and lists tokens, and deletes them', async () => {
    const { id } = await insertAccount(context.store);
    const late = makeToken(id, { createdAt: 7, expiresAt: 99 });
    const early = makeToken(id, { createdAt: 6 });
    await context.store.write(async (t) => {
      await t.accounts.insertToken(late, `late-${id}`);
      await t.accounts.insertToken(early, `early-${id}`);
    });
    assert.deepEqual(await context.store.accounts.findToken(`late-${id}`), late);
    assert.deepEqual(await context.store.accounts.listTokens(id), [early, late]);
    await context.store.write((t) => t.accounts.deleteToken(late));
    assert.equal(await context.store.accounts.findToken(`late-${id}`), undefined);
  });

  it('keeps what proves a password or a token without being sent', async () => {
    const account = await insertAccount(context.store);
    const [made, older] = [makeToken(account.id, { createdAt: 6 }), makeToken(account.id, { createdAt: 7 })];
    await context.store.write(async (t) => {
      await t.accounts.insertToken(made, `made-${account.id}`, 'first');
      await t.accounts.insertToken(older, `older-${account.id}`);
      await t.accounts.setVerifier(account, 'new');
      await t.accounts.setVerifier({ ...account, passwordVersion: account.passwordVersion + 1 }, 'of another password');
    });
    assert.equal((await context.store.accounts.find(account.id))?.scramVerifier, 'new');
    const list = async () =>
      (await context.store.accounts.listTokenSecrets(account.id)).map(({ id, scramVerifier }) => [id, scramVerifier]);
    assert.deepEqual(await list(), [
      [made.id, 'first'],
      [older.id, undefined],
    ]);
    await context.store.write((t) => t.accounts.setTokenVerifier(`older-${account.id}`, 'second'));
    assert.deepEqual(await list(), [
      [made.id, 'first'],
      [older.id, 'second'],
    ]);
  });

  it('takes tokens and memberships along with a deleted account', async () => {
    const organization = await insertOrganization(context.store);
    const account = await insertAccount(context.store);
    await context.store.write(async (t) => {
      await t.accounts.insertToken(makeToken(account.id), `gone-${account.id}`);
      await t.roles.addMember(organization.id, 'orgadmin', account.id);
    });
    await context.store.write((t) => t.accounts.delete(account));
    assert.equal(await context.store.accounts.findToken(`gone-${account.id}`), undefined);
    assert.deepEqual(await context.store.roles.listMembers(organization.id, 'orgadmin'), []);
    await assert.rejects(context.store.write((t) => t.accounts.insertToken(makeToken(account.id), 'x')));
  });
}

function roleTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps roles, by name, with their permissions', async () => {
    const { id } = await insertOrganization(context.store);
    const [b, a] = [makeRole(id, { name: 'b' }), makeRole(id, { name: 'a', permissions: [] })];
    for (const role of [b, a]) await context.store.write((t) => t.roles.insert(role));
    assert.deepEqual(await context.store.roles.list(id), [a, b]);
    assert.equal((await context.store.write((t) => t.roles.insert(makeRole(id, { name: 'a' })))).value, false);
    const changed = nextVersion(a, { permissions: [{ path: '/apps', verbs: ['put'] }] });
    await context.store.write((t) => t.roles.update(changed));
    assert.deepEqual(await context.store.roles.find(id, 'a'), changed);
    await assert.rejects(
      context.store.write((t) => t.roles.update(changed)),
      isProblem('entity.changed'),
    );
  });

  it('tells who holds a role, and which roles an account holds', async () => {
    const organization = await insertOrganization(context.store);
    const role = makeRole(organization.id);
    const zoe = await insertAccount(context.store, { email: 'zoe@example.com' });
    const ann = await insertAccount(context.store, { email: 'Ann@example.com' });
    await context.store.write((t) => t.roles.insert(role));
    const add = (name: string, id: string) =>
      context.store.write((t) => t.roles.addMember(organization.id, name, id)).then(({ value }) => value);
    assert.equal(await add('auditor', zoe.id), true);
    assert.equal(await add('auditor', zoe.id), false);
    assert.equal(await add('auditor', ann.id), true);
    assert.equal(await add('orgadmin', zoe.id), true);
    assert.deepEqual(await context.store.roles.listMembers(organization.id, 'auditor'), [ann.email, zoe.email]);
    assert.deepEqual(await context.store.roles.listOfAccount(organization.id, zoe.id), [
      { name: 'auditor', permissions: role.permissions },
      { name: 'orgadmin', permissions: undefined },
    ]);
    assert.deepEqual(await context.store.roles.listMemberships(zoe.id), [
      { organization: organization.name, role: 'auditor' },
      { organization: organization.name, role: 'orgadmin' },
    ]);
    const remove = () => context.store.write((t) => t.roles.removeMember(organization.id, 'auditor', zoe.id));
    assert.equal((await remove()).value, true);
    assert.equal((await remove()).value, false);
  });

  it('does not give a role that is made anew to those who held the old one', async () => {
    const { id } = await insertOrganization(context.store);
    const account = await insertAccount(context.store);
    const role = makeRole(id);
    await context.store.write(async (t) => {
      await t.roles.insert(role);
      await t.roles.addMember(id, role.name, account.id);
    });
    await context.store.write((t) => t.roles.delete(role));
    await context.store.write((t) => t.roles.insert(makeRole(id)));
    assert.deepEqual(await context.store.roles.listOfAccount(id, account.id), []);
  });

  it('gives nobody a custom role that is not there', async () => {
    const { id } = await insertOrganization(context.store);
    const account = await insertAccount(context.store);
    await assert.rejects(
      context.store.write((t) => t.roles.addMember(id, 'nobody-made-it', account.id)),
      isProblem('entity.changed'),
    );
  });

  it('shows no membership in an organization that is gone', async () => {
    const organization = await insertOrganization(context.store);
    const account = await insertAccount(context.store);
    await context.store.write((t) => t.roles.addMember(organization.id, 'user', account.id));
    await context.store.write((t) => t.organizations.delete(organization));
    assert.deepEqual(await context.store.roles.listMemberships(account.id), []);
  });
}

function settingTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('sets and replaces a value', async () => {
    await context.store.write((t) => t.settings.set('a', '1'));
    await context.store.write((t) => t.settings.set('a', '2'));
    assert.equal(await context.store.settings.get('a'), '2');
    assert.equal(await context.store.settings.get('b'), undefined);
  });

  it('lets one of many win who set a value that is absent', async () => {
    const values = ['1', '2', '3', '4'];
    const won = await Promise.all(
      values.map((value) => context.store.write((t) => t.settings.setIfAbsent('once', value))),
    );
    assert.equal(won.filter(({ value }) => value).length, 1);
    assert.equal(await context.store.settings.get('once'), values[won.findIndex(({ value }) => value)]);
  });
}
