import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { App } from '../../src/domain/app.ts';
import type { Company } from '../../src/domain/company.ts';
import { type Developer, keyOfEmail } from '../../src/domain/developer.ts';
import { compareBytewise } from '../../src/domain/text.ts';
import type { AppFilter } from '../../src/ports/key-store.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  insertApp,
  insertCompany,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  makeApp,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

export function appSuite(engine: StoreEngine): void {
  describe(`${engine.name}: apps`, () => {
    appTests(engine);
    listTests(engine);
    ownerTests(engine);
  });
}

function appTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, present or absent', async () => {
    const { id } = await insertOrganization(context.store);
    const developer = await insertDeveloper(context.store, id);
    const company = await insertCompany(context.store, id);
    const bare = await insertApp(context.store, developer);
    const full = await insertApp(context.store, company, {
      ownerKind: 'company',
      name: 'A #1 app.$%',
      status: 'revoked',
      callbackUrl: '',
      attributes: [{ name: 'ü', value: '🚀 "quoted" \\ \n' }],
      scopes: ['read', 'write'],
      appFamily: 'default',
    });
    assert.deepEqual(await context.store.apps.find(id, bare.id), bare);
    assert.deepEqual(await context.store.apps.findByName(full.owner, full.name), full);
    const other = await insertOrganization(context.store);
    assert.equal(await context.store.apps.find(other.id, bare.id), undefined);
  });

  it('refuses a name that the owner has, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const [ann, bob] = [await insertDeveloper(context.store, id), await insertDeveloper(context.store, id)];
    const app = await insertApp(context.store, ann, { name: 'shop' });
    const copy = makeApp(id, app.owner, { name: 'shop' });
    assert.equal((await context.store.write((t) => t.apps.insert(copy))).value, false);
    assert.equal(await context.store.apps.find(id, copy.id), undefined);
    const others = makeApp(id, { kind: 'developer', id: bob.id }, { name: 'shop' });
    assert.equal((await context.store.write((t) => t.apps.insert(others))).value, true);
    const recased = makeApp(id, app.owner, { name: 'Shop' });
    assert.equal((await context.store.write((t) => t.apps.insert(recased))).value, true);
  });

  it('tells which ids are taken, in whichever organization, and by what waits to be swept', async () => {
    const [one, two] = [await insertOrganization(context.store), await insertOrganization(context.store)];
    const [ann, bob] = [await insertDeveloper(context.store, one.id), await insertDeveloper(context.store, two.id)];
    const [live, dead] = [await insertApp(context.store, ann), await insertApp(context.store, bob)];
    await context.store.write((t) => t.developers.delete(bob));
    const taken = await context.store.apps.takenIds([live.id, dead.id, randomUUID()]);
    assert.deepEqual([...taken].toSorted(), [live.id, dead.id].toSorted());
    assert.deepEqual([...(await context.store.developers.takenIds([ann.id, live.id]))], [ann.id]);
    assert.deepEqual([...(await context.store.developers.takenIds([bob.id]))], [bob.id], 'its apps would come alive');
    assert.deepEqual([...(await context.store.apps.takenIds([]))], []);
    while ((await context.store.sweep(100)) > 0);
    assert.deepEqual([...(await context.store.developers.takenIds([bob.id]))], []);
  });

  it('lists the first apps of many owners, by name', async () => {
    const { id } = await insertOrganization(context.store);
    const [ann, none] = [await insertDeveloper(context.store, id), await insertDeveloper(context.store, id)];
    const company = await insertCompany(context.store, id);
    for (const name of ['c', 'a', 'b']) await insertApp(context.store, ann, { name });
    const shared = await insertApp(context.store, company, { ownerKind: 'company', name: 'z' });
    const listed = await context.store.apps.listOfOwners([ann.id, none.id, company.id], 2);
    assert.deepEqual(
      listed.get(ann.id)?.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(listed.get(company.id), [shared]);
    assert.equal(listed.has(none.id), false);
  });

  it('updates and deletes the version that was read, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const app = await insertApp(context.store, await insertDeveloper(context.store, id));
    const changed = nextVersion(app, { status: 'revoked', scopes: ['a'], callbackUrl: 'https://example.com' });
    await context.store.write((t) => t.apps.update(changed));
    assert.deepEqual(await context.store.apps.find(id, app.id), changed);
    for (const work of ['update', 'delete'] as const) {
      await assert.rejects(
        context.store.write((t) => t.apps[work](work === 'update' ? changed : app)),
        isProblem('entity.changed'),
      );
    }
    await context.store.write((t) => t.apps.delete(changed));
    assert.equal(await context.store.apps.find(id, app.id), undefined);
    const again = makeApp(id, app.owner, { name: app.name });
    assert.equal((await context.store.write((t) => t.apps.insert(again))).value, true);
  });

  it('takes no app beneath an owner who is gone', async () => {
    const { id } = await insertOrganization(context.store);
    const developer = await insertDeveloper(context.store, id);
    await insertApp(context.store, developer, { name: 'shop' });
    await context.store.write((t) => t.developers.delete(developer));
    const owners = [
      { kind: 'developer', id: developer.id },
      { kind: 'developer', id: randomUUID() },
      { kind: 'company', id: randomUUID() },
    ] as const;
    for (const owner of owners) {
      const app = makeApp(id, owner, { name: 'shop' });
      await assert.rejects(
        context.store.write((t) => t.apps.insert(app)),
        isProblem('entity.changed'),
      );
    }
  });
}

interface Plaza {
  readonly organizationId: string;
  readonly ann: Developer;
  readonly acme: Company;
  /** Two of ann's, one of acme's: the last is revoked. */
  readonly apps: readonly [App, App, App];
}

async function insertPlaza(store: Store): Promise<Plaza> {
  const { id: organizationId } = await insertOrganization(store);
  const ann = await insertDeveloper(store, organizationId);
  const acme = await insertCompany(store, organizationId);
  const apps = [
    await insertApp(store, ann, { name: 'b' }),
    await insertApp(store, ann, { name: 'a', appFamily: 'family' }),
    await insertApp(store, acme, { ownerKind: 'company', name: 'a', status: 'revoked' }),
  ] as const;
  await insertCredential(store, apps[0], { products: [{ name: 'p', status: 'revoked' }] });
  await insertCredential(store, apps[0], { products: [{ name: 'p', status: 'approved' }], status: 'revoked' });
  await insertCredential(store, apps[2], { products: [{ name: 'p', status: 'approved' }] });
  return { organizationId, ann, acme, apps };
}

function listTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('lists an owner’s apps by the bytes of their names, from a name and after it', async () => {
    const { id } = await insertOrganization(context.store);
    const developer = await insertDeveloper(context.store, id);
    const all = ['B', 'a', 'a b', 'a-b', 'a.b', '#', 'ab', 'Z'];
    for (const name of all) await insertApp(context.store, developer, { name });
    const owner = { kind: 'developer', id: developer.id } as const;
    const names = async (page: { from?: string; after?: string; limit: number }) =>
      (await context.store.apps.listOfOwner(owner, page)).map(({ name }) => name);
    const sorted = all.toSorted(compareBytewise);
    assert.deepEqual(await names({ limit: 99 }), sorted);
    assert.deepEqual(await names({ from: 'a', limit: 2 }), ['a', 'a b']);
    assert.deepEqual(await names({ after: 'a', limit: 1 }), ['a b']);
    assert.deepEqual(await names({ after: 'ab', limit: 9 }), []);
  });

  it('filters an organization’s apps by every member, alone and together, and counts the same', async () => {
    const { organizationId, ann, acme, apps } = await insertPlaza(context.store);
    await insertPlaza(context.store);
    const [first, second, third] = apps;
    const cases: (readonly [AppFilter, readonly App[]])[] = [
      [{}, apps],
      [{ ownerKind: 'company' }, [third]],
      [{ ownerId: ann.id }, [first, second]],
      [{ ownerId: acme.id, ownerKind: 'developer' }, []],
      [{ name: 'a' }, [second, third]],
      [{ status: 'approved' }, [first, second]],
      [{ keyStatus: 'approved' }, [first, third]],
      [{ keyStatus: 'revoked' }, [first]],
      [{ apiProduct: 'p' }, [first, third]],
      [{ apiProduct: 'q' }, []],
      [{ ids: [first.id, third.id, randomUUID()] }, [first, third]],
      [{ ids: [] }, []],
      [{ appFamily: 'family' }, [second]],
      [{ apiProduct: 'p', ownerKind: 'company', name: 'a', status: 'revoked' }, [third]],
    ];
    for (const [filter, expected] of cases) {
      const sorted = expected.toSorted((one, other) => compareBytewise(one.id, other.id));
      const listed = await context.store.apps.list(organizationId, filter, { limit: 9 });
      assert.deepEqual(listed, sorted, JSON.stringify(filter));
      assert.equal(await context.store.apps.count(organizationId, filter), expected.length, JSON.stringify(filter));
    }
  });

  it('pages through a filtered list by id', async () => {
    const { organizationId, apps } = await insertPlaza(context.store);
    const ids = apps.map(({ id }) => id).sort(compareBytewise);
    for (const filter of [{}, { apiProduct: 'p' }]) {
      const expected = (await context.store.apps.list(organizationId, filter, { limit: 9 })).map(({ id }) => id);
      const paged: string[] = [];
      for (let after: string | undefined; ; ) {
        const [app] = await context.store.apps.list(organizationId, filter, { after, limit: 1 });
        if (app === undefined) break;
        paged.push(app.id);
        after = app.id;
      }
      assert.deepEqual(paged, expected);
    }
    const last = await context.store.apps.list(organizationId, {}, { from: ids[2] ?? '', limit: 9 });
    assert.deepEqual(
      last.map(({ id }) => id),
      ids.slice(2),
    );
  });

  it('names the owners of many apps', async () => {
    const { ann, acme, apps } = await insertPlaza(context.store);
    const names = await context.store.apps.ownerNames(apps);
    const expected = [ann.email, ann.email, acme.name].map((name, at) => [apps[at]?.id, name] as const);
    assert.deepEqual([...names], expected);
    assert.deepEqual(await context.store.apps.ownerNames([]), new Map());
  });
}

function ownerTests(engine: StoreEngine): void {
  const context = useStore(engine);

  async function seenApps({ organizationId, ann, acme, apps }: Plaza): Promise<string[]> {
    const { store } = context;
    const seen = [
      ...(await store.apps.list(organizationId, {}, { limit: 9 })),
      ...(await store.apps.list(organizationId, { apiProduct: 'p' }, { limit: 9 })),
    ];
    for (const app of apps) {
      seen.push(...[await store.apps.find(organizationId, app.id)].filter((found) => found !== undefined));
      seen.push(...[await store.apps.findByName(app.owner, app.name)].filter((found) => found !== undefined));
    }
    const names = [
      ...(await store.apps.listOfOwner({ kind: 'company', id: acme.id }, { limit: 9 })).map(({ name }) => name),
      ...(await store.apps.listOfOwner({ kind: 'developer', id: ann.id }, { limit: 9 })).map(({ name }) => name),
    ];
    const counted = await store.apps.count(organizationId, {});
    return [...seen.map(({ id }) => id), ...names, ...(counted === 0 ? [] : [`${counted} counted`])];
  }

  it("finds an app by the e-mail of its developer, and no other owner's", async () => {
    const { store } = context;
    const [one, two] = [await insertOrganization(store), await insertOrganization(store)];
    const email = `Ann-${randomUUID()}@Example.com`;
    const ann = await insertDeveloper(store, one.id, { email });
    const bob = await insertDeveloper(store, one.id);
    const abroad = await insertDeveloper(store, two.id, { email });
    const app = await insertApp(store, ann, { name: 'shop' });
    await insertApp(store, bob, { name: 'store' });
    const find = (organizationId: string, name: string) =>
      store.apps.findOfDeveloper(organizationId, keyOfEmail(email), name);
    assert.deepEqual(await find(one.id, 'shop'), { app, ownerName: ann.email });
    assert.equal(await find(one.id, 'store'), undefined);
    assert.equal(await find(one.id, 'Shop'), undefined);
    assert.equal(await find(two.id, 'shop'), undefined);
    const theirs = await insertApp(store, abroad, { name: 'shop' });
    assert.deepEqual(await find(two.id, 'shop'), { app: theirs, ownerName: abroad.email });
    await store.write((t) => t.developers.delete(ann));
    assert.equal(await find(one.id, 'shop'), undefined, 'not swept yet');
  });

  it('shows nothing beneath an owner who is deleted, from that moment on', async () => {
    const plaza = await insertPlaza(context.store);
    assert.ok((await seenApps(plaza)).length > 10);
    await context.store.write(async (t) => {
      await t.developers.delete(plaza.ann);
      await t.companies.delete(plaza.acme);
    });
    assert.deepEqual(await seenApps(plaza), []);
    while ((await context.store.sweep(100)) > 0);
    assert.deepEqual(await seenApps(plaza), []);
  });

  it('shows nothing beneath an organization that is deleted, from that moment on', async () => {
    const plaza = await insertPlaza(context.store);
    const organization = await context.store.organizations.find(plaza.organizationId);
    assert.ok(organization);
    await context.store.write((t) => t.organizations.delete(organization));
    assert.deepEqual(await seenApps(plaza), []);
    assert.deepEqual(await context.store.credentials.listOfApp(plaza.apps[0].id), []);
    assert.deepEqual(await context.store.credentials.listOfApps([plaza.apps[0].id]), new Map());
  });
}
