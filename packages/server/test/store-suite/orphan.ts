import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, StoreTransaction } from '../../src/ports/store.ts';
import {
  insertApp,
  insertCompany,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeApp,
  makeCredential,
} from '../support/entity.ts';
import { makeConfig, makeCredit, makeSubscription, makeWallet } from '../support/monetization-entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, useStore } from './context.ts';

type Write = (transaction: StoreTransaction) => Promise<unknown>;

interface Beginning {
  readonly insert: Write;
  readonly remove: Write;
}

/** What is added, and what it hangs on that is deleted meanwhile. */
const cases: Readonly<Record<string, (store: Store, organizationId: string) => Promise<Beginning>>> = {
  'an app of a developer': async (store, organizationId) => {
    const developer = await insertDeveloper(store, organizationId);
    const app = makeApp(organizationId, { kind: 'developer', id: developer.id });
    return { insert: (t) => t.apps.insert(app), remove: (t) => t.developers.delete(developer) };
  },
  'an app of a company': async (store, organizationId) => {
    const company = await insertCompany(store, organizationId);
    const app = makeApp(organizationId, { kind: 'company', id: company.id });
    return { insert: (t) => t.apps.insert(app), remove: (t) => t.companies.delete(company) };
  },
  'a key of an app': async (store, organizationId) => {
    const app = await insertApp(store, await insertDeveloper(store, organizationId));
    const credential = makeCredential(app, { products: [{ name: 'p', status: 'approved' }] });
    return { insert: (t) => t.credentials.insert(credential), remove: (t) => t.apps.delete(app) };
  },
  'a key of a developer’s app': async (store, organizationId) => {
    const developer = await insertDeveloper(store, organizationId);
    const credential = makeCredential(await insertApp(store, developer));
    return { insert: (t) => t.credentials.insert(credential), remove: (t) => t.developers.delete(developer) };
  },
  'a subscription of a developer': async (store, organizationId) => {
    const developer = await insertDeveloper(store, organizationId);
    const product = await insertProduct(store, organizationId);
    const subscription = makeSubscription(product, { kind: 'developer', id: developer.id });
    return { insert: (t) => t.subscriptions.insert(subscription), remove: (t) => t.developers.delete(developer) };
  },
  'a wallet of a developer': async (store, organizationId) => {
    const developer = await insertDeveloper(store, organizationId);
    const wallet = makeWallet(organizationId, { kind: 'developer', id: developer.id });
    return { insert: (t) => t.balances.holdWallet(wallet), remove: (t) => t.developers.delete(developer) };
  },
  'a credit of a company': async (store, organizationId) => {
    const company = await insertCompany(store, organizationId);
    const credit = makeCredit(organizationId, { kind: 'company', id: company.id });
    return { insert: (t) => t.balances.insertCredit(credit), remove: (t) => t.companies.delete(company) };
  },
  'how a company pays': async (store, organizationId) => {
    const company = await insertCompany(store, organizationId);
    const config = makeConfig(organizationId, { kind: 'company', id: company.id });
    return { insert: (t) => t.monetizationConfigs.put(config), remove: (t) => t.companies.delete(company) };
  },
  'a member of a company': async (store, organizationId) => {
    const company = await insertCompany(store, organizationId);
    const { id: developerId } = await insertDeveloper(store, organizationId);
    const insert: Write = (t) => t.companies.setMember(company, { developerId, roles: [] });
    return { insert, remove: (t) => t.companies.delete(company) };
  },
  'a developer in a company': async (store, organizationId) => {
    const company = await insertCompany(store, organizationId);
    const developer = await insertDeveloper(store, organizationId);
    const insert: Write = (t) => t.companies.setMember(company, { developerId: developer.id, roles: [] });
    return { insert, remove: (t) => t.developers.delete(developer) };
  },
};

/** Long enough for a deletion and a sweep that nothing holds up. */
const patience = 300;

export function orphanSuite(engine: StoreEngine): void {
  describe(`${engine.name}: orphans`, () => {
    const context = useStore(engine);
    for (const [what, begin] of Object.entries(cases)) {
      it(`leaves none of ${what} that is being added while its owner is deleted and swept`, async () => {
        const node = await context.openNodes(1);
        const { id } = await insertOrganization(node(0));
        const { insert, remove } = await begin(node(0), id);
        let gone: Promise<void> | undefined;
        await node(0).write(async (t) => {
          await insert(t);
          gone ??= removeAndSweep(node(1), remove);
          await Promise.race([gone, sleep(patience)]);
        });
        await gone;
        assert.ok(gone);
        await sweepAll(node(0));
        const left = (await collect(node(0).archive.dump())).flatMap((item) => (item.kind === 'row' ? item.table : []));
        // Of two owners the one that was not deleted is left, and a product, which belongs to none of them.
        const kept = new Set(['organization', 'organization_key', 'setting', 'developer', 'company', 'api_product']);
        assert.deepEqual(
          left.filter((table) => !kept.has(table)),
          [],
        );
      });
    }
  });
}

async function removeAndSweep(store: Store, remove: Write): Promise<void> {
  await store.write(remove);
  await sweepAll(store);
}

async function sweepAll(store: Store): Promise<void> {
  while ((await store.sweep(100)) > 0);
}
