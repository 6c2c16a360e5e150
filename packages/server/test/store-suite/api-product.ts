import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApiProduct } from '../../src/domain/api-product.ts';
import { compareBytewise } from '../../src/domain/text.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  insertProduct,
  makeProduct,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

export function apiProductSuite(engine: StoreEngine): void {
  describe(`${engine.name}: API products`, () => {
    productTests(engine);
    userTests(engine);
  });
}

const quota = { limit: '10', interval: '1', timeUnit: undefined };
const full: Partial<ApiProduct> = {
  displayName: undefined,
  description: 'Größe 测试 🚀',
  approvalType: 'manual',
  attributes: [{ name: 'access', value: 'public' }],
  apiResources: ['/', '/**'],
  environments: ['test'],
  proxies: ['a'],
  scopes: ['', 'read'],
  quota: '10',
  quotaInterval: '1',
  quotaTimeUnit: 'minute',
  quotaCounterScope: 'PROXY',
  operationGroup: {
    operationConfigType: 'proxy',
    operationConfigs: [
      { apiSource: 'a', quota, attributes: [], operations: [{ resource: '/', methods: ['GET'] }] },
      { apiSource: 'b', quota: undefined, attributes: [{ name: 'c', value: 'd' }], operations: [] },
    ],
  },
  graphqlOperationGroup: {
    operationConfigType: undefined,
    operationConfigs: [
      { apiSource: 'a', quota, attributes: [], operations: [{ operation: undefined, operationTypes: ['QUERY'] }] },
    ],
  },
  space: 'market',
};

function productTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, present or absent', async () => {
    const { id } = await insertOrganization(context.store);
    const bare = await insertProduct(context.store, id);
    const rich = await insertProduct(context.store, id, full);
    assert.deepEqual(await context.store.products.find(id, bare.name), bare);
    assert.deepEqual(await context.store.products.find(id, rich.name), rich);
    const many = await context.store.products.findMany(id, [rich.name, 'none', bare.name]);
    assert.deepEqual(many, [rich, bare]);
    const other = await insertOrganization(context.store);
    assert.deepEqual(await context.store.products.findMany(other.id, [rich.name]), []);
  });

  it('refuses a name that is taken in the organization', async () => {
    const { id } = await insertOrganization(context.store);
    const product = await insertProduct(context.store, id);
    const copy = makeProduct(id, { name: product.name });
    assert.equal((await context.store.write((t) => t.products.insert(copy))).value, false);
    assert.deepEqual(await context.store.products.find(id, product.name), product);
  });

  it('updates and deletes the version that was read, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const product = await insertProduct(context.store, id);
    const changed = nextVersion(product, full);
    await context.store.write((t) => t.products.update(changed));
    assert.deepEqual(await context.store.products.find(id, product.name), changed);
    for (const work of ['update', 'delete'] as const) {
      await assert.rejects(
        context.store.write((t) => t.products[work](work === 'update' ? changed : product)),
        isProblem('entity.changed'),
      );
    }
    await context.store.write((t) => t.products.delete(changed));
    assert.equal(await context.store.products.find(id, product.name), undefined);
  });

  it('lists by the bytes of the name, by attribute and by space', async () => {
    const { id } = await insertOrganization(context.store);
    const attribute = { name: 'n'.repeat(1024), value: '测'.repeat(2048) };
    const names = ['b', 'A', 'a b', 'ä', 'c'];
    for (const [at, name] of names.entries()) {
      const attributes = at % 2 === 0 ? [attribute, { name: 'other', value: '' }] : [];
      await insertProduct(context.store, id, { name, attributes, space: at < 3 ? 'market' : undefined });
    }
    const list = async (filter: Parameters<Store['products']['list']>[1], page: { from?: string; after?: string }) =>
      (await context.store.products.list(id, filter, { limit: 4, ...page })).map(({ name }) => name);
    const sorted = names.toSorted(compareBytewise);
    assert.deepEqual(await list({}, {}), sorted.slice(0, 4));
    assert.deepEqual(await list({}, { after: 'b' }), ['c', 'ä']);
    assert.deepEqual(await list({ attribute }, {}), ['a b', 'b', 'c']);
    assert.deepEqual(await list({ attribute }, { from: 'b' }), ['b', 'c']);
    assert.deepEqual(await list({ attribute: { ...attribute, value: 'x' } }, {}), []);
    assert.deepEqual(await list({ space: 'market' }, {}), ['A', 'a b', 'b']);
    assert.deepEqual(await list({ space: 'market', attribute }, { after: 'a b' }), ['b']);
  });

  it('forgets attributes that a product no longer has', async () => {
    const { id } = await insertOrganization(context.store);
    const [a, b] = [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ];
    const product = await insertProduct(context.store, id, { attributes: [a] });
    const changed = nextVersion(product, { attributes: [b] });
    await context.store.write((t) => t.products.update(changed));
    assert.deepEqual(await context.store.products.list(id, { attribute: a }, { limit: 9 }), []);
    assert.deepEqual(await context.store.products.list(id, { attribute: b }, { limit: 9 }), [changed]);
    await context.store.write((t) => t.products.delete(changed));
    assert.deepEqual(await context.store.products.list(id, { attribute: b }, { limit: 9 }), []);
  });
}

function userTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('lists and counts the keys, apps, developers and companies that name a product', async () => {
    const { store } = context;
    const { id } = await insertOrganization(store);
    const [ann, bob] = [await insertDeveloper(store, id), await insertDeveloper(store, id)];
    const acme = await insertCompany(store, id, { name: 'Acme' });
    const apps = [
      await insertApp(store, ann),
      await insertApp(store, ann),
      await insertApp(store, bob),
      await insertApp(store, acme, { ownerKind: 'company' }),
    ];
    const products = [{ name: 'p', status: 'revoked' }] as const;
    const keys: string[] = [];
    for (const app of [...apps, ...apps.slice(0, 1)]) {
      keys.push((await insertCredential(store, app, { products })).consumerKey);
    }
    await insertCredential(store, await insertApp(store, bob), { products: [{ name: 'q', status: 'approved' }] });
    const list = (entity: 'keys' | 'apps' | 'developers' | 'companies', page: { from?: string; after?: string } = {}) =>
      store.products.listUsers(id, 'p', { entity, page: { limit: 99, ...page } });
    const appIds = apps.map((app) => app.id).sort(compareBytewise);
    const developerIds = [ann.id, bob.id].sort(compareBytewise);
    const listedKeys = await list('keys');
    assert.deepEqual(listedKeys.toSorted(), keys.toSorted());
    assert.deepEqual(await list('keys', { after: listedKeys[1] ?? '' }), listedKeys.slice(2));
    assert.deepEqual(await list('keys', { from: listedKeys[1] ?? '' }), listedKeys.slice(1));
    assert.deepEqual(await list('keys', { after: 'unknown' }), []);
    assert.deepEqual(await list('apps'), appIds);
    assert.deepEqual(await list('apps', { after: appIds[0] ?? '' }), appIds.slice(1));
    assert.deepEqual(await list('apps', { from: appIds[1] ?? '' }), appIds.slice(1));
    assert.deepEqual(await list('developers'), developerIds);
    assert.deepEqual(await list('developers', { after: developerIds[0] ?? '' }), developerIds.slice(1));
    assert.deepEqual(await list('companies'), ['Acme']);
    assert.deepEqual(await list('companies', { after: 'Acme' }), []);
    const counts = { keys: 5, apps: 4, developers: 2, companies: 1 } as const;
    for (const entity of ['keys', 'apps', 'developers', 'companies'] as const) {
      assert.equal(await store.products.countUsers(id, 'p', entity), counts[entity], entity);
    }
  });
}
