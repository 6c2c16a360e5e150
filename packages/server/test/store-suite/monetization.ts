import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppOwner } from '../../src/domain/app.ts';
import type { Store } from '../../src/ports/store.ts';
import { insertCompany, insertDeveloper, insertOrganization, insertProduct, nextVersion } from '../support/entity.ts';
import { makeConfig, makeCredit, makeSubscription, makeWallet } from '../support/monetization-entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, useStore } from './context.ts';

interface World {
  readonly organizationId: string;
  readonly owner: AppOwner;
  readonly remove: () => Promise<unknown>;
}

/** An organization with one owner in it. */
async function openWorld(store: Store, kind: AppOwner['kind']): Promise<World> {
  const { id: organizationId } = await insertOrganization(store);
  if (kind === 'developer') {
    const developer = await insertDeveloper(store, organizationId);
    const remove = () => store.write((t) => t.developers.delete(developer));
    return { organizationId, owner: { kind, id: developer.id }, remove };
  }
  const company = await insertCompany(store, organizationId);
  const remove = () => store.write((t) => t.companies.delete(company));
  return { organizationId, owner: { kind, id: company.id }, remove };
}

const kinds = ['developer', 'company'] as const;
const changed = { code: 'entity.changed' };

/** What ports/monetization-store.ts promises. */
export function monetizationSuite(engine: StoreEngine): void {
  describe(`${engine.name}: monetization`, () => {
    for (const kind of kinds) {
      roundTests(engine, kind);
      goneTests(engine, kind);
    }
    holdTests(engine);
  });
}

function roundTests(engine: StoreEngine, kind: AppOwner['kind']): void {
  const context = useStore(engine);

  it(`comes back as it was written, of a ${kind}`, async () => {
    const { store } = context;
    const { organizationId, owner } = await openWorld(store, kind);
    const product = await insertProduct(store, organizationId);
    const subscription = makeSubscription(product, owner, { startTime: 5, endTime: 253_402_300_799_999 });
    const config = makeConfig(organizationId, owner);
    const empty = makeWallet(organizationId, owner);
    const balance = { currencyCode: 'EUR', units: '9223372036854775807', nanos: 999_999_999 };
    const credited = { currencyCode: 'EUR', units: '-9223372036854775808', nanos: -1 };
    const wallet = nextVersion(empty, { balance, credited, lastCreditAt: 3 });
    await store.write(async (t) => {
      await t.subscriptions.insert(subscription);
      await t.monetizationConfigs.put(config);
      assert.deepEqual(await t.balances.holdWallet(empty), empty);
      await t.balances.update(wallet);
    });
    assert.deepEqual(await store.subscriptions.find(owner, subscription.id), subscription);
    assert.deepEqual(await store.monetizationConfigs.find(owner), config);
    assert.deepEqual(await store.balances.listWallets(owner), [wallet]);
    const expired = nextVersion(subscription, { endTime: 7 });
    const postpaid = nextVersion(config, { billingType: 'POSTPAID' });
    await store.write(async (t) => {
      await t.subscriptions.update(expired);
      await t.monetizationConfigs.put(postpaid);
    });
    assert.deepEqual(await store.subscriptions.find(owner, subscription.id), expired);
    assert.deepEqual(await store.monetizationConfigs.find(owner), postpaid);
    for (const write of [
      () => store.write((t) => t.subscriptions.update(expired)),
      () => store.write((t) => t.monetizationConfigs.put(postpaid)),
      () => store.write((t) => t.monetizationConfigs.put(config)),
      () => store.write((t) => t.balances.update(wallet)),
    ]) {
      await assert.rejects(write(), changed);
    }
  });

  it(`is walked by name, and is not another’s, of a ${kind}`, async () => {
    const { store } = context;
    const { organizationId, owner } = await openWorld(store, kind);
    const product = await insertProduct(store, organizationId);
    const all = Array.from({ length: 5 }, () => makeSubscription(product, owner));
    await store.write(async (t) => {
      for (const each of all) await t.subscriptions.insert(each);
    });
    const ids = all.map(({ id }) => id).toSorted();
    const idsOf = async (page: { from?: string; after?: string; limit: number }) =>
      (await store.subscriptions.list(owner, page)).map(({ id }) => id);
    assert.deepEqual(await idsOf({ limit: 9 }), ids);
    assert.deepEqual(await idsOf({ from: ids[1] ?? '', limit: 2 }), ids.slice(1, 3));
    assert.deepEqual(await idsOf({ after: ids[1] ?? '', limit: 2 }), ids.slice(2, 4));
    const { owner: stranger } = await openWorld(store, kind);
    assert.equal(await store.subscriptions.find(stranger, ids[0] ?? ''), undefined);
    assert.deepEqual(await store.subscriptions.list(stranger, { limit: 9 }), []);
  });

  it(`keeps one wallet for each currency, and one credit for each transaction, of a ${kind}`, async () => {
    const { store } = context;
    const { organizationId, owner } = await openWorld(store, kind);
    const francs = { currencyCode: 'CHF', units: '0', nanos: 0 };
    await store.write(async (t) => {
      for (const balance of [undefined, francs]) {
        const empty = makeWallet(organizationId, owner, balance && { balance, credited: balance });
        await t.balances.update(nextVersion(await t.balances.holdWallet(empty)));
      }
    });
    const [first, second] = await store.balances.listWallets(owner);
    assert.deepEqual([first?.balance.currencyCode, second?.balance.currencyCode], ['CHF', 'EUR']);
    const { value } = await store.write((t) => t.balances.holdWallet(makeWallet(organizationId, owner)));
    assert.deepEqual(value, second);
    const credit = makeCredit(organizationId, owner);
    const insert = async (given: object) =>
      (await store.write((t) => t.balances.insertCredit({ ...credit, ...given }))).value;
    assert.equal(await insert({}), undefined);
    assert.deepEqual(await insert({ at: 9, amount: francs }), credit);
    assert.equal(await insert({ transactionId: 'another' }), undefined);
  });
}

function goneTests(engine: StoreEngine, kind: AppOwner['kind']): void {
  const context = useStore(engine);

  it(`is seen no more when its ${kind} is gone, takes nothing more, and is swept`, async () => {
    const store = await context.open(await context.createHome());
    const { organizationId, owner, remove } = await openWorld(store, kind);
    const product = await insertProduct(store, organizationId);
    const subscription = makeSubscription(product, owner);
    const [config, wallet] = [makeConfig(organizationId, owner), makeWallet(organizationId, owner)];
    const credit = makeCredit(organizationId, owner);
    await store.write(async (t) => {
      await t.subscriptions.insert(subscription);
      await t.monetizationConfigs.put(config);
      await t.balances.update(nextVersion(await t.balances.holdWallet(wallet)));
      await t.balances.insertCredit(credit);
    });
    await remove();
    assert.equal(await store.subscriptions.find(owner, subscription.id), undefined);
    assert.deepEqual(await store.subscriptions.list(owner, { limit: 9 }), []);
    assert.equal(await store.monetizationConfigs.find(owner), undefined);
    assert.deepEqual(await store.balances.listWallets(owner), []);
    while ((await store.sweep(2)) > 0);
    const left = (await collect(store.archive.dump())).flatMap((item) => (item.kind === 'row' ? item.table : []));
    const tables = ['subscription', 'monetization_config', 'wallet', 'wallet_credit', 'sweep'];
    assert.deepEqual(
      left.filter((table) => tables.includes(table)),
      [],
    );
    await assert.rejects(
      store.write((t) => t.subscriptions.insert(subscription)),
      changed,
    );
    await assert.rejects(
      store.write((t) => t.monetizationConfigs.put(config)),
      changed,
    );
    await assert.rejects(
      store.write((t) => t.balances.holdWallet(wallet)),
      changed,
    );
    await assert.rejects(
      store.write((t) => t.balances.insertCredit(credit)),
      changed,
    );
  });
}

function holdTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('waits for a wallet that another node holds, and loses nothing', async () => {
    const node = await context.openNodes(1);
    const { organizationId, owner } = await openWorld(node(0), 'developer');
    const add = (store: Store) =>
      store.write(async (t) => {
        const wallet = await t.balances.holdWallet(makeWallet(organizationId, owner));
        const units = String(BigInt(wallet.balance.units) + 1n);
        await t.balances.update(nextVersion(wallet, { balance: { ...wallet.balance, units } }));
      });
    await Promise.all(Array.from({ length: 60 }, (_, at) => add(node(at % 2))));
    const [wallet] = await node(0).balances.listWallets(owner);
    assert.deepEqual([wallet?.balance.units, wallet?.version], ['60', 60]);
  });
}
