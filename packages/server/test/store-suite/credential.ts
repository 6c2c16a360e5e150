import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { App } from '../../src/domain/app.ts';
import { addProducts, type Credential } from '../../src/domain/credential.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  makeApp,
  makeCredential,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, isProblem, useStore } from './context.ts';

export function credentialSuite(engine: StoreEngine): void {
  describe(`${engine.name}: credentials`, () => {
    credentialTests(engine);
    newAppTests(engine);
    ownerTests(engine);
    concurrencyTests(engine);
  });
}

async function insertOwnApp(store: Store): Promise<App> {
  const { id } = await insertOrganization(store);
  return insertApp(store, await insertDeveloper(store, id));
}

/** Whether the store took the credential. */
async function isTaken(store: Store, credential: Credential): Promise<boolean> {
  return (await store.write((t) => t.credentials.insert(credential))).value;
}

function credentialTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, and finds a credential by its key in its organization alone', async () => {
    const app = await insertOwnApp(context.store);
    const full = await insertCredential(context.store, app, {
      consumerKey: 'k'.repeat(2048),
      consumerSecret: 's'.repeat(2048),
      status: 'pending',
      products: [
        { name: 'z', status: 'revoked' },
        { name: 'a', status: 'approved' },
      ],
      attributes: [{ name: 'ü', value: '🚀' }],
      scopes: ['b', 'a'],
      expiresAt: 253_402_300_799_999,
    });
    assert.deepEqual(await context.store.credentials.findByKey(app.organizationId, full.consumerKey), full);
    const bare = await insertCredential(context.store, app, { consumerSecret: undefined });
    assert.deepEqual(await context.store.credentials.findByKey(app.organizationId, bare.consumerKey), bare);
    const other = await insertOwnApp(context.store);
    assert.equal(await context.store.credentials.findByKey(other.organizationId, full.consumerKey), undefined);
    assert.equal(await context.store.credentials.findByKey(randomUUID(), full.consumerKey), undefined);
    const cased = full.consumerKey.toUpperCase();
    assert.equal(await context.store.credentials.findByKey(app.organizationId, cased), undefined);
  });

  it('lists newest first: by issue, then by order of insertion', async () => {
    const app = await insertOwnApp(context.store);
    const issues = [5, 7, 5, 6, 5];
    const inserted: Credential[] = [];
    for (const issuedAt of issues) inserted.push(await insertCredential(context.store, app, { issuedAt }));
    const expected = [1, 3, 4, 2, 0].map((at) => inserted[at]);
    assert.deepEqual(await context.store.credentials.listOfApp(app.id), expected);
    const bare = await insertOwnApp(context.store);
    const listed = await context.store.credentials.listOfApps([bare.id, app.id, app.id, randomUUID()]);
    assert.deepEqual(listed, new Map([[app.id, expected]]));
    assert.equal(await context.store.credentials.countOfApp(app.id), 5);
    assert.equal(await context.store.credentials.countOfApp(bare.id), 0);
  });

  it('refuses a key that a live credential of the organization has', async () => {
    const app = await insertOwnApp(context.store);
    const { consumerKey } = await insertCredential(context.store, app);
    const copy = makeCredential(app, { consumerKey });
    assert.equal(await isTaken(context.store, copy), false);
    assert.equal(await context.store.credentials.countOfApp(app.id), 1);
    const elsewhere = await insertOwnApp(context.store);
    assert.equal(await isTaken(context.store, makeCredential(elsewhere, { consumerKey })), true);
  });

  it('updates all but key and secret, in the version that was read and no other', async () => {
    const app = await insertOwnApp(context.store);
    const credential = await insertCredential(context.store, app, { products: [{ name: 'a', status: 'approved' }] });
    const changed = nextVersion(credential, {
      status: 'revoked',
      products: [{ name: 'b', status: 'pending' }],
      attributes: [{ name: 'a', value: 'b' }],
      scopes: ['read'],
      expiresAt: 9,
    });
    await context.store.write((t) => t.credentials.update({ ...changed, consumerSecret: undefined }));
    assert.deepEqual(await context.store.credentials.listOfApp(app.id), [changed]);
    const inUse = (product: string) => context.store.credentials.isProductInUse(app.organizationId, product);
    assert.deepEqual([await inUse('a'), await inUse('b')], [false, true]);
    for (const work of ['update', 'delete'] as const) {
      await assert.rejects(
        context.store.write((t) => t.credentials[work](work === 'update' ? changed : credential)),
        isProblem('entity.changed'),
      );
    }
  });

  it('frees the key of a deleted credential at once', async () => {
    const app = await insertOwnApp(context.store);
    const credential = await insertCredential(context.store, app, { products: [{ name: 'a', status: 'approved' }] });
    await context.store.write((t) => t.credentials.delete(credential));
    assert.equal(await context.store.credentials.findByKey(app.organizationId, credential.consumerKey), undefined);
    assert.equal(await context.store.credentials.isProductInUse(app.organizationId, 'a'), false);
    const again = makeCredential(app, { consumerKey: credential.consumerKey });
    assert.equal(await isTaken(context.store, again), true);
    assert.deepEqual(await context.store.credentials.listOfApp(app.id), [again]);
  });

  it('takes no credential beneath an app that is gone', async () => {
    const app = await insertOwnApp(context.store);
    await context.store.write((t) => t.apps.delete(app));
    await assert.rejects(
      context.store.write((t) => t.credentials.insert(makeCredential(app))),
      isProblem('entity.changed'),
    );
  });
}

function newAppTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('takes credentials in the transaction that makes their app', async () => {
    const { store } = context;
    const { organizationId, owner } = await insertOwnApp(store);
    const app = makeApp(organizationId, owner);
    const made = [0, 1, 2].map(() =>
      makeCredential(app, { issuedAt: 1, products: [{ name: 'a', status: 'approved' }] }),
    );
    await store.write(async (t) => {
      assert.equal(await t.apps.insert(app), true);
      for (const each of made) assert.equal(await t.credentials.insert(each), true);
    });
    assert.deepEqual(await store.credentials.listOfApp(app.id), made.toReversed());
    assert.equal(await store.credentials.isProductInUse(organizationId, 'a'), true);
  });

  it('refuses the key of another app in the transaction that makes an app, and takes it once that app is gone', async () => {
    const { store } = context;
    const other = await insertOwnApp(store);
    const { consumerKey } = await insertCredential(store, other);
    const app = makeApp(other.organizationId, other.owner);
    const credential = makeCredential(app, { consumerKey });
    await store.write(async (t) => {
      await t.apps.insert(app);
      assert.equal(await t.credentials.insert(credential), false);
      await t.apps.delete(other);
      assert.equal(await t.credentials.insert(credential), true);
    });
    assert.deepEqual(await store.credentials.findByKey(app.organizationId, consumerKey), credential);
  });

  it('takes no credential of an app that its own transaction made and deleted', async () => {
    const { store } = context;
    const { organizationId, owner } = await insertOwnApp(store);
    const app = makeApp(organizationId, owner);
    const work = store.write(async (t) => {
      await t.apps.insert(app);
      await t.apps.delete(app);
      await t.credentials.insert(makeCredential(app));
    });
    await assert.rejects(work, isProblem('entity.changed'));
  });
}

function ownerTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('hides a key and frees it at the moment its app, developer or company is deleted, swept or not', async () => {
    const { store } = context;
    for (const gone of ['app', 'developer', 'company'] as const) {
      const { id } = await insertOrganization(store);
      const developer = await insertDeveloper(store, id);
      const company = await insertCompany(store, id);
      const owner = gone === 'company' ? company : developer;
      const app = await insertApp(store, owner, { ownerKind: gone === 'company' ? 'company' : 'developer' });
      const products = [{ name: 'p', status: 'approved' }] as const;
      const credential = await insertCredential(store, app, { products });
      await store.write(async (t) => {
        if (gone === 'app') await t.apps.delete(app);
        if (gone === 'developer') await t.developers.delete(developer);
        if (gone === 'company') await t.companies.delete(company);
      });
      assert.equal(await store.credentials.findByKey(id, credential.consumerKey), undefined, gone);
      assert.deepEqual(await store.credentials.listOfApps([app.id]), new Map());
      assert.equal(await store.credentials.countOfApp(app.id), 0);
      assert.equal(await store.credentials.isProductInUse(id, 'p'), false);
      for (const entity of ['keys', 'apps', 'developers', 'companies'] as const) {
        assert.deepEqual(await store.products.listUsers(id, 'p', { entity, page: { limit: 9 } }), []);
        assert.equal(await store.products.countUsers(id, 'p', entity), 0);
      }
      const heir = await insertApp(store, await insertDeveloper(store, id));
      const again = makeCredential(heir, { consumerKey: credential.consumerKey });
      assert.equal(await isTaken(store, again), true, gone);
      while ((await store.sweep(100)) > 0);
      assert.deepEqual(await store.credentials.findByKey(id, credential.consumerKey), again);
    }
  });

  it('leaves no row of a key behind the sweep', async () => {
    const store = await context.open(await context.createHome());
    const { id } = await insertOrganization(store);
    const developer = await insertDeveloper(store, id);
    for (let at = 0; at < 3; at++) {
      const app = await insertApp(store, developer);
      const products = ['p', 'q'].map((name) => ({ name, status: 'approved' }) as const);
      for (let each = 0; each < 3; each++) await insertCredential(store, app, { products });
    }
    await store.write((t) => t.developers.delete(developer));
    let removed = 0;
    for (let step = 0; ; removed += step) {
      step = await store.sweep(5);
      assert.ok(step <= 5);
      if (step === 0) break;
    }
    // Developer's job; three apps, each with a job, three credentials and six rows of products.
    assert.equal(removed, 1 + 3 * (1 + 1 + 3 + 6));
    const left = (await collect(store.archive.dump())).flatMap((item) => (item.kind === 'row' ? item.table : []));
    assert.deepEqual(
      left.filter((table) => /^(app|credential|sweep)/.test(table)),
      [],
    );
  });
}

function concurrencyTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('lets one of many win who import the same key at once', async () => {
    const node = await context.openNodes(2);
    const app = await insertOwnApp(node(0));
    const copies = Array.from({ length: 8 }, () => makeCredential(app, { consumerKey: 'the-key' }));
    const taken = await Promise.all(copies.map((copy, at) => isTaken(node(at), copy)));
    assert.equal(taken.filter(Boolean).length, 1);
    const winner = copies[taken.indexOf(true)];
    assert.deepEqual(await node(0).credentials.listOfApp(app.id), [winner]);
  });

  it('lets one of many win who import a key that a deleted app leaves', async () => {
    const node = await context.openNodes(2);
    const { id: organizationId } = await insertOrganization(node(0));
    const owner = await insertDeveloper(node(0), organizationId);
    const dead = await insertApp(node(0), owner);
    const heir = await insertApp(node(0), owner);
    await insertCredential(node(0), dead, { consumerKey: 'the-key' });
    await node(0).write((t) => t.apps.delete(dead));
    const copies = Array.from({ length: 8 }, () => makeCredential(heir, { consumerKey: 'the-key' }));
    const taken = await Promise.all(copies.map((copy, at) => isTaken(node(at), copy)));
    assert.equal(taken.filter(Boolean).length, 1);
    assert.equal(await node(1).credentials.countOfApp(heir.id), 1);
  });

  it('loses none of the products that many add to one key at once', async () => {
    const node = await context.openNodes(2);
    const app = await insertOwnApp(node(0));
    const { consumerKey } = await insertCredential(node(0), app);
    const names = Array.from({ length: 12 }, (_, at) => `product-${at}`);
    await Promise.all(
      names.map((name, at) =>
        node(at).write(async (t) => {
          const read = await t.credentials.findByKey(app.organizationId, consumerKey);
          assert.ok(read);
          const products = addProducts(read.products, [{ name, approvalType: 'auto' }]);
          await t.credentials.update(nextVersion(read, { products }));
        }),
      ),
    );
    const [credential] = await node(1).credentials.listOfApp(app.id);
    assert.deepEqual(credential?.products.map(({ name }) => name).sort(), names.toSorted());
    for (const name of names) assert.equal(await node(0).credentials.isProductInUse(app.organizationId, name), true);
  });

  it('leaves no orphan where apps and keys are added while their owner is deleted', async () => {
    const node = await context.openNodes(2);
    const { id } = await insertOrganization(node(0));
    for (let round = 0; round < 3; round++) {
      const developer = await insertDeveloper(node(0), id);
      const app = await insertApp(node(0), developer);
      await Promise.allSettled([
        ...[0, 1, 2, 3].map((at) => insertApp(node(at), developer)),
        node(1).write((t) => t.developers.delete(developer)),
        ...[0, 1, 2, 3].map((at) => insertCredential(node(at), app)),
        node(0).sweep(100),
        ...[0, 1, 2, 3].map((at) => insertApp(node(at), developer)),
      ]);
    }
    while ((await node(0).sweep(100)) > 0);
    const left = (await collect(node(0).archive.dump())).flatMap((item) => (item.kind === 'row' ? item.table : []));
    assert.deepEqual(
      left.filter((table) => /^(developer|app|credential|sweep)/.test(table)),
      [],
    );
  });
}
