import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Store } from '../../src/ports/store.ts';
import { explainStatements } from '../../src/store/explain.ts';
import {
  insertAccount,
  insertDeveloper,
  insertOrganization,
  makeEnvironment,
  makeRole,
  makeToken,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, useStore } from './context.ts';

/** A backup counts every row it carries. */
const allowed = /^archive\.count-/;

/** Every read and write of the contract, once. */
async function useEverything(store: Store): Promise<void> {
  const organization = await insertOrganization(store);
  const account = await insertAccount(store);
  const { id } = organization;
  const developer = await insertDeveloper(store, id);
  await readEverything(store, { id, name: organization.name, developerId: developer.id, accountId: account.id });
  const [environment, role, token] = [makeEnvironment(id), makeRole(id), makeToken(account.id)];
  const company = { id: randomUUID(), organizationId: id, name: 'acme' };
  await store.write(async (t) => {
    await t.environments.insert(environment);
    await t.environments.insert(makeEnvironment(id));
    await t.environments.update(nextVersion(environment));
    await t.environments.delete(nextVersion(environment));
    await t.roles.insert(role);
    await t.roles.update(nextVersion(role));
    for (let twice = 0; twice < 2; twice++) await t.roles.addMember(id, role.name, account.id);
    await t.roles.removeMember(id, role.name, account.id);
    await t.roles.delete(nextVersion(role));
    await t.accounts.insertToken(token, 'hash');
    await t.accounts.deleteToken(token);
    await t.accounts.update(nextVersion(account));
    await t.apps.insert({ id: randomUUID(), organizationId: id, ownerId: developer.id, name: 'a' });
    await t.companies.insert(company);
    await t.companies.addMember(company, developer.id);
    await t.developers.update(nextVersion(developer));
    await t.organizations.update(nextVersion(organization));
    await t.settings.setIfAbsent('a', 'b');
  });
  const taken = await insertDeveloper(store, id);
  await store.write((t) => t.developers.update(nextVersion(taken, { email: developer.email })));
  const other = await insertAccount(store);
  await store.write((t) => t.accounts.update(nextVersion(other, { email: account.email })));
  await store.write(async (t) => {
    await t.developers.delete(nextVersion(developer));
    await t.accounts.delete(nextVersion(account));
    await t.organizations.delete(nextVersion(organization));
  });
  while ((await store.sweep(100)) > 0);
  await store.check();
  await collect(store.archive.dump());
}

async function readEverything(
  store: Store,
  { id, name, developerId, accountId }: { id: string; name: string; developerId: string; accountId: string },
): Promise<void> {
  const audit = { organizationId: id, from: 0, to: 9, limit: 9 };
  await store.organizations.findByName(name);
  await store.organizations.find(id);
  for (const page of [{ limit: 9 }, { after: 'a', limit: 9 }]) {
    await store.organizations.list(page);
    await store.accounts.list(page);
    await store.developers.list(id, page);
    await store.developers.list(id, { ...page, withoutCompany: true });
  }
  await store.environments.find(id, 'test');
  await store.environments.list(id);
  await store.developers.find(id, developerId);
  await store.developers.findByEmail(id, 'a');
  await store.developers.listByApp(id, 'a', 9);
  await store.developers.listByIds(id, [developerId]);
  await store.developers.appNames(developerId, 9);
  await store.developers.appNamesOfMany([developerId], 9);
  await store.developers.companyNames(developerId);
  await store.accounts.find(accountId);
  await store.accounts.findByEmail('a');
  await store.accounts.findToken('a');
  await store.accounts.listTokens(accountId);
  await store.roles.find(id, 'a');
  await store.roles.list(id);
  await store.roles.listMembers(id, 'a');
  await store.roles.listOfAccount(id, accountId);
  await store.roles.listMemberships(accountId);
  for (const resource of ['/', '/developers/a']) {
    for (const beneath of [true, false]) await store.audit.list({ ...audit, resource, beneath });
  }
  await store.audit.listOfAccount('a', audit);
  await store.feed.head();
  await store.feed.after(0, 9);
}

export function planSuite(engine: StoreEngine): void {
  describe(`${engine.name}: plans`, () => {
    const context = useStore(engine);

    it('walks an index in every statement', async () => {
      const explainer = explainStatements();
      const store = await context.open(await context.createHome(), { watch: explainer.watch });
      await useEverything(store);
      await store.close();
      assert.ok(explainer.names().length > 60, `only ${explainer.names().length} statements were seen`);
      const scans = explainer.scans().filter((scan) => !allowed.test(scan));
      assert.deepEqual(scans, []);
      // What is allowed does scan: the explainer sees a scan where there is one.
      assert.ok(explainer.scans().length > 0);
    });
  });
}
