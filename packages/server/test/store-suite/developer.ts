import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { compareBytewise } from '../../src/domain/text.ts';
import {
  insertCompany,
  insertDeveloper,
  insertOrganization,
  makeApp,
  makeDeveloper,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { isProblem, useStore } from './context.ts';

export function developerSuite(engine: StoreEngine): void {
  describe(`${engine.name}: developers`, () => {
    developerTests(engine);
    listTests(engine);
    ownerTests(engine);
  });
}

function developerTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, present or absent', async () => {
    const { id } = await insertOrganization(context.store);
    const bare = await insertDeveloper(context.store, id);
    const full = await insertDeveloper(context.store, id, {
      email: 'Ann.O’Hara@Example.com',
      userName: '',
      status: 'inactive',
      attributes: [
        { name: 'b', value: '' },
        { name: 'a', value: '🚀 "quoted" \\ \n' },
      ],
      accessType: 'x',
      appFamily: 'default',
    });
    assert.deepEqual(await context.store.developers.find(id, bare.id), bare);
    assert.deepEqual(await context.store.developers.findByEmail(id, 'ann.o’hara@example.com'), full);
  });

  it('finds nobody of another organization', async () => {
    const [own, other] = [await insertOrganization(context.store), await insertOrganization(context.store)];
    const developer = await insertDeveloper(context.store, own.id);
    assert.equal(await context.store.developers.find(other.id, developer.id), undefined);
    assert.equal(await context.store.developers.findByEmail(other.id, developer.email), undefined);
    assert.deepEqual(await context.store.developers.listByIds(other.id, [developer.id, developer.email]), []);
  });

  it('refuses an e-mail that is taken in the organization, in any case', async () => {
    const { id } = await insertOrganization(context.store);
    const ann = await insertDeveloper(context.store, id, { email: 'ann@example.com' });
    const copy = makeDeveloper(id, { email: 'ANN@example.com' });
    assert.equal((await context.store.write((t) => t.developers.insert(copy))).value, false);
    const bob = await insertDeveloper(context.store, id, { email: 'bob@example.com' });
    const renamed = nextVersion(bob, { email: 'Ann@example.com' });
    assert.equal((await context.store.write((t) => t.developers.update(renamed))).value, false);
    assert.deepEqual(await context.store.developers.find(id, bob.id), bob);
    const recased = nextVersion(ann, { email: 'Ann@Example.com' });
    assert.equal((await context.store.write((t) => t.developers.update(recased))).value, true);
  });

  it('updates and deletes the version that was read, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const developer = await insertDeveloper(context.store, id);
    const changed = nextVersion(developer, { firstName: 'Anna', userName: 'anna', email: 'moved@example.com' });
    assert.equal((await context.store.write((t) => t.developers.update(changed))).value, true);
    assert.deepEqual(await context.store.developers.find(id, developer.id), changed);
    await assert.rejects(
      context.store.write((t) => t.developers.update(changed)),
      isProblem('entity.changed'),
    );
    await assert.rejects(
      context.store.write((t) => t.developers.delete(developer)),
      isProblem('entity.changed'),
    );
  });
}

function listTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('orders by the bytes of the key, on every engine alike', async () => {
    const { id } = await insertOrganization(context.store);
    const locals = ['a', 'a-b', 'a.b', 'a_b', 'ab', 'ä', 'z', '~', '0', 'é', '\u{ff5e}', '\u{1f680}', 'ß', 'i\u0307'];
    for (const local of locals) await insertDeveloper(context.store, id, { email: `${local}@example.com` });
    const listed = (await context.store.developers.list(id, { limit: 100 })).map(({ email }) => email);
    assert.deepEqual(listed, locals.map((local) => `${local}@example.com`).sort(compareBytewise));
    const named = await context.store.developers.listByIds(id, listed.toReversed());
    assert.deepEqual(
      named.map(({ email }) => email),
      listed,
    );
  });

  it('pages from a key and after it', async () => {
    const { id } = await insertOrganization(context.store);
    for (const name of ['a', 'b', 'c']) await insertDeveloper(context.store, id, { email: `${name}@example.com` });
    const emails = async (page: { from?: string; after?: string; limit: number }) =>
      (await context.store.developers.list(id, page)).map(({ email }) => email[0]).join('');
    assert.equal(await emails({ from: 'b@example.com', limit: 9 }), 'bc');
    assert.equal(await emails({ after: 'a@example.com', limit: 1 }), 'b');
    assert.equal(await emails({ limit: 2 }), 'ab');
  });

  it('lists by ids and by e-mail keys, each developer once', async () => {
    const { id } = await insertOrganization(context.store);
    const [ann, bob] = [await insertDeveloper(context.store, id), await insertDeveloper(context.store, id)];
    const named = await context.store.developers.listByIds(id, [ann.id, ann.email, bob.email, randomUUID()]);
    assert.deepEqual(
      named,
      [ann, bob].sort((left, right) => compareBytewise(left.email, right.email)),
    );
    assert.deepEqual(await context.store.developers.listByIds(id, []), []);
  });
}

function ownerTests(engine: StoreEngine): void {
  const context = useStore(engine);
  const insertApps = (organizationId: string, ownerId: string, names: readonly string[]) =>
    context.store.write(async (t) => {
      for (const name of names)
        await t.apps.insert(makeApp(organizationId, { kind: 'developer', id: ownerId }, { name }));
    });

  it('names the first apps of one and of many', async () => {
    const { id } = await insertOrganization(context.store);
    const [ann, bob, cid] = await Promise.all([1, 2, 3].map(() => insertDeveloper(context.store, id)));
    assert.ok(ann && bob && cid);
    await insertApps(id, ann.id, ['c', 'a', 'B']);
    await insertApps(id, bob.id, ['x']);
    assert.deepEqual(await context.store.developers.appNames(ann.id, 2), ['B', 'a']);
    const names = await context.store.developers.appNamesOfMany([ann.id, bob.id, cid.id, ann.id], 2);
    assert.deepEqual(
      names,
      new Map([
        [ann.id, ['B', 'a']],
        [bob.id, ['x']],
      ]),
    );
  });

  it('names the companies of one and of many, and lists those who belong to none', async () => {
    const { id } = await insertOrganization(context.store);
    const [ann, bob] = await Promise.all([1, 2].map(() => insertDeveloper(context.store, id)));
    assert.ok(ann && bob);
    const companies = [];
    for (const name of ['zeta', 'alpha']) companies.push(await insertCompany(context.store, id, { name }));
    for (const company of companies) {
      await context.store.write((t) => t.companies.setMember(company, { developerId: ann.id, roles: [] }));
    }
    assert.deepEqual(await context.store.developers.companyNames(ann.id), ['alpha', 'zeta']);
    assert.deepEqual(await context.store.developers.companyNames(bob.id), []);
    const names = await context.store.developers.companyNamesOfMany([ann.id, bob.id]);
    assert.deepEqual(names, new Map([[ann.id, ['alpha', 'zeta']]]));
    const without = await context.store.developers.list(id, { limit: 9, withoutCompany: true });
    assert.deepEqual(without, [bob]);
    const after = await context.store.developers.list(id, { limit: 9, withoutCompany: true, after: bob.email });
    assert.deepEqual(after, []);
  });

  it('lists the owners of an app, and none who is gone', async () => {
    const { id } = await insertOrganization(context.store);
    const ann = await insertDeveloper(context.store, id, { email: 'ann@example.com' });
    const bob = await insertDeveloper(context.store, id, { email: 'bob@example.com' });
    for (const { id: owner } of [bob, ann]) await insertApps(id, owner, ['shop', 'other']);
    assert.deepEqual(await context.store.developers.listByApp(id, 'shop', 9), [ann, bob]);
    assert.deepEqual(await context.store.developers.listByApp(id, 'shop', 1), [ann]);
    await context.store.write((t) => t.developers.delete(ann));
    assert.deepEqual(await context.store.developers.listByApp(id, 'shop', 9), [bob]);
    const again = await insertDeveloper(context.store, id, { email: 'ann@example.com' });
    assert.deepEqual(await context.store.developers.appNames(again.id, 9), []);
  });
}
