import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArchiveItem, Store } from '../../src/ports/store.ts';
import {
  insertAccount,
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeChange,
  makeEntry,
  makeRuntimeCredential,
  makeToken,
  nextVersion,
} from '../support/entity.ts';
import { makeConfig, makeCredit, makeSubscription, makeWallet } from '../support/monetization-entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, useStore } from './context.ts';

export async function* replay(items: readonly ArchiveItem[]): AsyncIterable<ArchiveItem> {
  yield* items;
}

/** A store with something in most tables. */
export async function fillStore(store: Store): Promise<void> {
  const { id } = await insertOrganization(store, { name: 'acme' });
  for (let at = 0; at < 20; at++) {
    const developer = await insertDeveloper(store, id, { email: `Dev${at}@example.com`, userName: 'ü' });
    await store.write(async (t) => {
      t.append(makeChange(id, { entityId: developer.id }));
      t.record(makeEntry(id, { at }));
    });
  }
  await fillKeys(store, id);
  const account = await insertAccount(store);
  await store.write(async (t) => {
    await t.accounts.insertToken(makeToken(account.id), 'hash');
    await t.runtimeCredentials.insert(makeRuntimeCredential(id), 'hash');
    await t.roles.addMember(id, 'orgadmin', account.id);
    await t.settings.set('signing.key', 'ciphertext');
  });
}

/** Apps of a developer and of a company, with a product and keys. */
async function fillKeys(store: Store, organizationId: string): Promise<void> {
  const developer = await insertDeveloper(store, organizationId);
  const company = await insertCompany(store, organizationId);
  const product = await insertProduct(store, organizationId, { attributes: [{ name: 'access', value: 'public' }] });
  const products = [{ name: product.name, status: 'approved' }] as const;
  await store.write((t) => t.companies.setMember(company, { developerId: developer.id, roles: ['admin'] }));
  const apps = [
    await insertApp(store, developer, { callbackUrl: '' }),
    await insertApp(store, company, { ownerKind: 'company' }),
  ];
  for (const app of apps) await insertCredential(store, app, { products });
  await store.write(async (t) => {
    for (const { owner } of apps) {
      await t.subscriptions.insert(makeSubscription(product, owner));
      await t.monetizationConfigs.put(makeConfig(organizationId, owner));
      const units = '-9223372036854775808';
      const balance = { currencyCode: 'EUR', units, nanos: -999_999_999 };
      await t.balances.update(nextVersion(await t.balances.holdWallet(makeWallet(organizationId, owner)), { balance }));
      await t.balances.insertCredit(makeCredit(organizationId, owner));
    }
  });
}

/** All rows but those that name the epoch. */
export function contentOf(items: readonly ArchiveItem[]): ArchiveItem[] {
  return items.filter((item) => item.kind === 'row' && !String(item.row['name']).startsWith('feed.'));
}

export function archiveSuite(engine: StoreEngine): void {
  describe(`${engine.name}: archive`, () => {
    const context = useStore(engine);
    const openEmpty = async () => context.open(await context.createHome());

    it('carries all content to another store, which takes it up where it ended', async () => {
      const [source, target] = [await openEmpty(), await openEmpty()];
      await fillStore(source);
      await insertOrganization(target, { name: 'will-be-gone' });
      const items = await collect(source.archive.dump());
      const head = items[0];
      assert.ok(head?.kind === 'head');
      assert.equal(head.rows, items.length - 2);
      assert.deepEqual(await target.archive.load(replay(items)), { rows: head.rows });
      assert.deepEqual(contentOf(await collect(target.archive.dump())), contentOf(items));
      assert.equal(await target.organizations.findByName('will-be-gone'), undefined);
      const before = await target.feed.head();
      assert.equal(before.last, (await source.feed.head()).last);
      const { sequence } = await target.write(async (t) => t.append(makeChange(undefined)));
      assert.ok(sequence !== undefined && sequence > before.last);
      assert.equal((await target.feed.head()).last, sequence);
      await target.write(async (t) => t.record(makeEntry(undefined)));
    });

    it('begins a new epoch at each load, and keeps it when the store is opened again', async () => {
      const home = await context.createHome();
      const store = await context.open(home);
      const first = (await store.feed.head()).epoch;
      const items = await collect(store.archive.dump());
      await store.archive.load(replay(items));
      const second = (await store.feed.head()).epoch;
      assert.notEqual(second, first);
      await store.close();
      const again = await context.open(home);
      assert.equal((await again.feed.head()).epoch, second);
    });

    it('changes nothing where the archive is cut off, wrong or of a newer version', async () => {
      const store = await openEmpty();
      await fillStore(store);
      const items = await collect(store.archive.dump());
      const [head, ...rest] = items;
      assert.ok(head?.kind === 'head');
      const row = (table: string, content: Record<string, string>): ArchiveItem => ({
        kind: 'row',
        table,
        row: content,
      });
      const broken: ArchiveItem[][] = [
        [],
        rest,
        items.slice(0, -1),
        items.slice(0, 9),
        [head, ...rest.slice(1)],
        [head, ...items],
        [{ ...head, schema: 1000 }, ...rest],
        [head, row('nowhere', { id: '1' }), { kind: 'end', rows: 1 }],
        [head, row('organization"; drop table app; --', { id: '1' }), { kind: 'end', rows: 1 }],
        [head, row('organization', { id: '1' }), { kind: 'end', rows: 1 }],
      ];
      for (const archive of broken) {
        await assert.rejects(store.archive.load(replay(archive)));
        assert.deepEqual(await collect(store.archive.dump()), items);
      }
    });

    it('dumps one moment, while others write', async () => {
      const store = await openEmpty();
      await fillStore(store);
      const items: ArchiveItem[] = [];
      for await (const item of store.archive.dump()) {
        if (items.length === 1) await insertOrganization(store, { name: 'zz-late' });
        items.push(item);
      }
      const end = items.at(-1);
      assert.ok(items[0]?.kind === 'head' && end?.kind === 'end');
      assert.equal(end.rows, items[0].rows);
      assert.ok(!items.some((item) => item.kind === 'row' && item.row['name'] === 'zz-late'));
    });
  });
}
