import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { HeldNoun } from '@claviger/verify';
import type { ApiProduct } from '../../src/domain/api-product.ts';
import type { App, AppOwner } from '../../src/domain/app.ts';
import type { Company } from '../../src/domain/company.ts';
import type { Credential } from '../../src/domain/credential.ts';
import type { Developer } from '../../src/domain/developer.ts';
import { ratePlanOrders } from '../../src/domain/rate-plan.ts';
import { termsOfQuery } from '../../src/domain/search.ts';
import type { AppFilter } from '../../src/ports/key-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { explainStatements } from '../../src/store/explain.ts';
import {
  insertAccount,
  insertDeveloper,
  insertOrganization,
  insertRatePlan,
  makeApp,
  makeCompany,
  makeCredential,
  makeEnvironment,
  makeProduct,
  makeRole,
  makeRuntimeCredential,
  makeToken,
  nextVersion,
} from '../support/entity.ts';
import { makeConfig, makeCredit, makeSubscription, makeWallet } from '../support/monetization-entity.ts';
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
  const credential = makeRuntimeCredential(id);
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
    await t.runtimeCredentials.insert(credential, 'hash');
    await t.runtimeCredentials.list(id);
    await t.runtimeCredentials.delete(credential);
    await t.accounts.insertToken(token, 'hash');
    await t.accounts.deleteToken(token);
    await t.accounts.update(nextVersion(account));
    await t.developers.update(nextVersion(developer));
    await t.organizations.update(nextVersion(organization));
    await t.settings.setIfAbsent('a', 'b');
  });
  await useKeys(store, developer);
  // In one commit, which may write both at once.
  const [taken] = await Promise.all([insertDeveloper(store, id), insertDeveloper(store, id)]);
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

/** The same of what keys hang on. */
async function useKeys(store: Store, { id: developerId, organizationId }: Developer): Promise<void> {
  const [company, gone] = [makeCompany(organizationId), makeCompany(organizationId)];
  const product = makeProduct(organizationId, { attributes: [{ name: 'a', value: 'b' }] });
  const app = makeApp(organizationId, { kind: 'developer', id: developerId });
  const companyApp = makeApp(organizationId, { kind: 'company', id: company.id });
  const credential = makeCredential(app, { products: [{ name: product.name, status: 'approved' }] });
  await store.write(async (t) => {
    for (const each of [company, company, gone]) await t.companies.insert(each);
    await t.companies.update(nextVersion(company));
    await t.companies.setMember(company, { developerId, roles: ['a'] });
    await t.companies.removeMember(company, developerId);
    await t.companies.removeAllMembers(company);
    await t.companies.delete(gone);
    for (const each of [app, app, companyApp]) await t.apps.insert(each);
    await t.apps.update(nextVersion(app));
    await t.products.insert(product);
    await t.products.update(nextVersion(product));
    await t.credentials.insert(credential);
    await t.credentials.update(nextVersion(credential));
  });
  await usePlans(store, product);
  for (const { owner } of [app, companyApp]) await useMonetization(store, product, owner);
  await useSearch(store, { developerId, app, credential });
  await useVerification(store, organizationId);
  await useLeases(store, organizationId);
  await readKeys(store, { app, companyApp, company, credential, product });
  await store.write(async (t) => {
    await t.apps.delete(companyApp);
    await t.ratePlans.deleteOfProduct(product);
    await t.products.delete(nextVersion(product));
    await t.apps.delete(nextVersion(app));
  });
  // Takes the key over from the app that is gone.
  const heir = makeApp(organizationId, { kind: 'developer', id: developerId });
  const both = [product.name, 'other'].map((name) => ({ name, status: 'approved' as const }));
  const inherited = makeCredential(heir, { consumerKey: credential.consumerKey, products: both });
  await store.write(async (t) => {
    await t.apps.insert(heir);
    await t.credentials.insert(inherited);
    await t.credentials.delete(inherited);
  });
  await store.rewrapKeys(9);
}

/** Builds the index, follows the feed with it, and reads it. */
async function useSearch(
  store: Store,
  { developerId, app, credential }: { developerId: string; app: App; credential: Credential },
): Promise<void> {
  const { organizationId } = app;
  await store.search.catchUp(10_000);
  for (const [noun, entityId] of [
    ['developer', developerId],
    ['app', app.id],
    ['credential', credential.id],
  ] as const) {
    for (const terms of [[], ['status']]) {
      await store.search.propose({ organizationId, noun, terms, after: 0, limit: 9 });
    }
    await store.write(async (t) => {
      t.append({ organizationId, noun, entityId, kind: 'put', version: 1 });
      t.append({ organizationId, noun: 'app', entityId: 'gone', kind: 'delete', version: 1 });
    });
    await store.search.catchUp(10_000);
  }
  // One that is gone takes its postings along.
  await store.write(async (t) => {
    await t.credentials.delete(nextVersion(credential));
    t.append({ organizationId, noun: 'credential', entityId: credential.id, kind: 'delete', version: 2 });
  });
  await store.search.catchUp(10_000);
  await store.write((t) => t.credentials.insert(credential));
  await store.search.propose({
    organizationId,
    noun: 'developer',
    terms: termsOfQuery({ text: 'example' }),
    after: 0,
    limit: 9,
  });
  await store.search.findHolders(organizationId, 'a', [developerId]);
  await store.search.findApps(organizationId, [app.id]);
  await store.search.findCredentials(organizationId, [credential.id]);
}

async function useVerification(store: Store, organizationId: string): Promise<void> {
  await store.verification.findRule(organizationId);
  const seen = new Set<HeldNoun>();
  await store.verification.walk(organizationId, async (records) => {
    for (const { noun } of records) seen.add(noun);
    await store.verification.read(organizationId, records);
  });
  assert.equal(seen.size, 5);
}

async function useLeases(store: Store, organizationId: string): Promise<void> {
  const { leases } = store;
  const { epoch } = await store.feed.head();
  const lease = { id: randomUUID(), organizationId, name: '', epoch, forMilliseconds: 60_000 };
  for (const applied of [0, 1]) await leases.hold({ ...lease, applied });
  await leases.miss([lease.id], 2);
  for (const each of [organizationId, undefined]) await leases.list(each);
  await store.sweep(9);
  await leases.leave(lease.id);
}

async function usePlans(store: Store, product: ApiProduct): Promise<void> {
  const plan = await insertRatePlan(store, product);
  const { organizationId, productId } = plan;
  await store.ratePlans.find(organizationId, plan.id);
  for (const order of ratePlanOrders) {
    for (const filter of [{}, { productId }, { productId, state: 'DRAFT' }] as const) {
      for (const from of [undefined, plan])
        await store.ratePlans.list(organizationId, filter, { order, from, limit: 9 });
    }
  }
  await store.write(async (t) => {
    await t.ratePlans.update(nextVersion(plan));
    await t.ratePlans.delete(nextVersion(plan));
  });
}

async function useMonetization(store: Store, product: ApiProduct, owner: AppOwner): Promise<void> {
  const { organizationId } = product;
  const [subscription, wallet] = [makeSubscription(product, owner), makeWallet(organizationId, owner)];
  const [config, credit] = [makeConfig(organizationId, owner), makeCredit(organizationId, owner)];
  await store.write(async (t) => {
    await t.subscriptions.insert(subscription);
    await t.subscriptions.update(nextVersion(subscription));
    await t.balances.update(nextVersion(await t.balances.holdWallet(wallet)));
    for (let twice = 0; twice < 2; twice++) await t.balances.insertCredit(credit);
    await t.monetizationConfigs.put(config);
    await t.monetizationConfigs.put(nextVersion(config));
  });
  await store.subscriptions.find(owner, subscription.id);
  for (const page of [{ limit: 9 }, { after: subscription.id, limit: 9 }]) await store.subscriptions.list(owner, page);
  await store.balances.listWallets(owner);
  await store.monetizationConfigs.find(owner);
}

interface KeyEntities {
  readonly app: App;
  readonly companyApp: App;
  readonly company: Company;
  readonly credential: Credential;
  readonly product: ApiProduct;
}

async function readKeys(store: Store, { app, companyApp, company, credential, product }: KeyEntities): Promise<void> {
  const { organizationId: id } = app;
  await store.apps.find(id, app.id);
  await store.apps.findByName(app.owner, app.name);
  await store.apps.findOfDeveloper(id, 'ann@example.com', app.name);
  await store.apps.ownerNames([app, companyApp]);
  await store.apps.listOfOwners([app.owner.id, companyApp.owner.id], 9);
  for (const reader of [store.apps, store.companies, store.developers, store.ratePlans])
    await reader.takenIds([app.id]);
  await store.credentials.findByKey(id, credential.consumerKey);
  await store.credentials.find(id, credential.id);
  await store.credentials.listExpiring(id, { from: 0, to: 9 }, { limit: 9 });
  await store.credentials.countExpiring(id, { from: 0, to: 9 });
  await store.credentials.listOfApp(app.id);
  await store.credentials.listOfApps([app.id, companyApp.id]);
  await store.credentials.countOfApp(app.id);
  await store.credentials.isProductInUse(id, product.name);
  await store.products.find(id, product.name);
  for (const names of [[product.name], [product.name, 'other']]) await store.products.findMany(id, names);
  await store.companies.find(id, company.id);
  await store.companies.findByName(id, company.name.toLowerCase());
  await store.companies.listMembers(company.id);
  await store.companies.appNames(company.id, 9);
  await store.companies.appNamesOfMany([company.id], 9);
  const attribute = { name: 'a', value: 'b' };
  for (const page of [{ limit: 9 }, { after: credential.consumerKey, limit: 9 }]) {
    await store.apps.listOfOwner(app.owner, page);
    for (const filter of appFilters(app, product)) await store.apps.list(id, filter, page);
    for (const filter of companyFilters) await store.companies.list(id, filter, page);
    for (const filter of [{}, { space: 's' }, { attribute }, { space: 's', attribute }]) {
      await store.products.list(id, filter, page);
    }
    for (const entity of userKinds) await store.products.listUsers(id, product.name, { entity, page });
  }
  for (const filter of appFilters(app, product)) await store.apps.count(id, filter);
  for (const filter of companyFilters) await store.companies.count(id, filter);
  for (const entity of userKinds) await store.products.countUsers(id, product.name, entity);
}

const userKinds = ['keys', 'apps', 'developers', 'companies'] as const;
const companyFilters = [{}, { status: 'active' }, { channelId: 'c', channelUri: 'u' }] as const;

function appFilters({ id, name, owner }: App, product: ApiProduct): AppFilter[] {
  const every: AppFilter = {
    ownerKind: owner.kind,
    ownerId: owner.id,
    name,
    status: 'approved',
    keyStatus: 'approved',
    apiProduct: product.name,
    ids: [id],
    appFamily: 'default',
  };
  const each = Object.entries(every).map(([member, value]): AppFilter => ({ [member]: value }));
  return [{}, ...each, every];
}

async function readEverything(
  store: Store,
  { id, name, developerId, accountId }: { id: string; name: string; developerId: string; accountId: string },
): Promise<void> {
  const audit = { organizationId: id, from: 0, to: 9, limit: 9 };
  await store.organizations.findByName(name);
  await store.organizations.find(id);
  await store.organizations.listNames();
  for (const page of [{ limit: 9 }, { after: 'a', limit: 9 }]) {
    await store.organizations.list(page);
    await store.accounts.list(page);
    await store.developers.list(id, page);
    await store.developers.list(id, { ...page, withoutCompany: true });
    await store.developers.listViews(id, page, 9);
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
  await store.developers.companyNamesOfMany([developerId]);
  await store.accounts.find(accountId);
  await store.accounts.findByEmail('a');
  await store.accounts.findToken('a');
  await store.runtimeCredentials.findByHash('a');
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
  await store.audit.listOfAll(audit);
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
      assert.equal(explainer.names().includes('developer.insert-many'), engine.manyNodes);
      assert.ok(explainer.names().length > 60, `only ${explainer.names().length} statements were seen`);
      const scans = explainer.scans().filter((scan) => !allowed.test(scan));
      assert.deepEqual(scans, []);
      // What is allowed does scan: the explainer sees a scan where there is one.
      assert.ok(explainer.scans().length > 0);
    });

    it('looks up what is named by its key, and not among all of its organization', async () => {
      const plans = new Map<string, readonly string[]>();
      const store = await context.open(await context.createHome(), {
        watch: ({ name, plan }) => void plans.set(name, plan),
      });
      await useEverything(store);
      await store.close();
      for (const name of [
        'developer.list-by-ids',
        'search.find-apps',
        'search.find-credentials',
        'search.find-holders',
        ...['developer', 'company', 'app', 'credential', 'api-product'].map((noun) => `verification.read-${noun}`),
      ]) {
        const plan = plans.get(name) ?? [];
        assert.ok(plan.length > 0, name);
        const wide = /SEARCH .*\(organization_id=\?( AND product=\?)?\)$/;
        assert.deepEqual(
          plan.filter((line) => wide.test(line)),
          [],
          name,
        );
      }
    });
  });
}
