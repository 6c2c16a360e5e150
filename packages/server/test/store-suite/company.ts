import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompanyFilter } from '../../src/domain/company.ts';
import {
  insertApp,
  insertCompany,
  insertDeveloper,
  insertOrganization,
  makeCompany,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { collect, isProblem, useStore } from './context.ts';

export function companySuite(engine: StoreEngine): void {
  describe(`${engine.name}: companies`, () => {
    companyTests(engine);
    memberTests(engine);
  });
}

function companyTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('keeps every member, present or absent', async () => {
    const { id } = await insertOrganization(context.store);
    const bare = await insertCompany(context.store, id);
    const full = await insertCompany(context.store, id, {
      name: 'Acme Inc.',
      displayName: 'Größe 🚀',
      status: 'inactive',
      attributes: [{ name: 'a', value: '' }],
      channelId: 'c',
      channelUri: 'https://example.com',
      email: 'acme@example.com',
    });
    assert.deepEqual(await context.store.companies.find(id, bare.id), bare);
    assert.deepEqual(await context.store.companies.findByName(id, 'acme inc.'), full);
    const other = await insertOrganization(context.store);
    assert.equal(await context.store.companies.find(other.id, full.id), undefined);
    assert.equal(await context.store.companies.findByName(other.id, 'acme inc.'), undefined);
  });

  it('refuses a name that is taken in any case', async () => {
    const { id } = await insertOrganization(context.store);
    await insertCompany(context.store, id, { name: 'acme' });
    const copy = makeCompany(id, { name: 'ACME' });
    assert.equal((await context.store.write((t) => t.companies.insert(copy))).value, false);
    assert.equal(await context.store.companies.find(id, copy.id), undefined);
  });

  it('updates and deletes the version that was read, and no other', async () => {
    const { id } = await insertOrganization(context.store);
    const company = await insertCompany(context.store, id);
    const changed = nextVersion(company, { status: 'inactive', displayName: 'New', channelId: 'c' });
    await context.store.write((t) => t.companies.update(changed));
    assert.deepEqual(await context.store.companies.find(id, company.id), changed);
    for (const work of ['update', 'delete'] as const) {
      await assert.rejects(
        context.store.write((t) => t.companies[work](work === 'update' ? changed : company)),
        isProblem('entity.changed'),
      );
    }
    await context.store.write((t) => t.companies.delete(changed));
    assert.equal(await context.store.companies.find(id, company.id), undefined);
    const again = makeCompany(id, { name: company.name });
    assert.equal((await context.store.write((t) => t.companies.insert(again))).value, true);
  });

  it('lists by lower-cased name, filtered, and counts the same', async () => {
    const { id } = await insertOrganization(context.store);
    await insertCompany(context.store, id, { name: 'b', channelId: '1', channelUri: 'u' });
    await insertCompany(context.store, id, { name: 'C', status: 'inactive', channelId: '1' });
    await insertCompany(context.store, id, { name: 'a' });
    const cases: (readonly [CompanyFilter, string])[] = [
      [{}, 'abC'],
      [{ status: 'active' }, 'ab'],
      [{ channelId: '1' }, 'bC'],
      [{ channelId: '1', status: 'inactive' }, 'C'],
      [{ channelUri: 'u' }, 'b'],
    ];
    for (const [filter, names] of cases) {
      const listed = await context.store.companies.list(id, filter, { limit: 9 });
      assert.equal(listed.map(({ name }) => name).join(''), names);
      assert.equal(await context.store.companies.count(id, filter), names.length);
    }
    const page = async (given: { from?: string; after?: string }) =>
      (await context.store.companies.list(id, {}, { limit: 1, ...given })).map(({ name }) => name);
    assert.deepEqual(await page({ after: 'b' }), ['C']);
    assert.deepEqual(await page({ from: 'b' }), ['b']);
  });
}

function memberTests(engine: StoreEngine): void {
  const context = useStore(engine);

  it('sets, replaces and removes members, and lists those who exist by e-mail', async () => {
    const { store } = context;
    const { id } = await insertOrganization(store);
    const company = await insertCompany(store, id);
    const zoe = await insertDeveloper(store, id, { email: 'zoe@example.com' });
    const ann = await insertDeveloper(store, id, { email: 'Ann@example.com' });
    const member = (developerId: string, ...roles: string[]) => ({ developerId, roles });
    await store.write(async (t) => {
      await t.companies.setMember(company, member(zoe.id, 'admin'));
      await t.companies.setMember(company, member(ann.id));
      await t.companies.setMember(company, member(zoe.id, 'b', 'a'));
    });
    assert.deepEqual(await store.companies.listMembers(company.id), [
      { ...member(ann.id), email: ann.email },
      { ...member(zoe.id, 'b', 'a'), email: zoe.email },
    ]);
    const remove = () => store.write((t) => t.companies.removeMember(company, zoe.id));
    assert.deepEqual([(await remove()).value, (await remove()).value], [true, false]);
    await store.write((t) => t.developers.delete(ann));
    assert.deepEqual(await store.companies.listMembers(company.id), []);
    const bob = await insertDeveloper(store, id);
    await store.write((t) => t.companies.setMember(company, member(bob.id)));
    await store.write((t) => t.companies.removeAllMembers(company));
    assert.deepEqual(await store.companies.listMembers(company.id), []);
  });

  it('takes no member into a company that is gone, and nobody who is', async () => {
    const { store } = context;
    const { id } = await insertOrganization(store);
    const [company, gone] = [await insertCompany(store, id), await insertCompany(store, id)];
    const [ann, bob] = [await insertDeveloper(store, id), await insertDeveloper(store, id)];
    await store.write(async (t) => {
      await t.companies.delete(gone);
      await t.developers.delete(bob);
    });
    for (const [to, developer] of [[gone, ann] as const, [company, bob] as const]) {
      await assert.rejects(
        store.write((t) => t.companies.setMember(to, { developerId: developer.id, roles: [] })),
        isProblem('entity.changed'),
      );
    }
  });

  it('takes apps and memberships along, and leaves no orphan beside a race', async () => {
    const node = await context.openNodes(2);
    const { id } = await insertOrganization(node(0));
    const ann = await insertDeveloper(node(0), id);
    for (let round = 0; round < 3; round++) {
      const company = await insertCompany(node(0), id);
      const join = (at: number) =>
        node(at).write((t) => t.companies.setMember(company, { developerId: ann.id, roles: [] }));
      await join(0);
      await Promise.allSettled([
        ...[0, 1].map(join),
        ...[0, 1].map((at) => insertApp(node(at), company, { ownerKind: 'company' })),
        node(1).write((t) => t.companies.delete(company)),
        node(0).sweep(100),
        ...[0, 1].map(join),
        ...[0, 1].map((at) => insertApp(node(at), company, { ownerKind: 'company' })),
      ]);
      assert.deepEqual(await node(0).companies.listMembers(company.id), []);
      assert.deepEqual(await node(0).apps.listOfOwner({ kind: 'company', id: company.id }, { limit: 9 }), []);
    }
    while ((await node(0).sweep(100)) > 0);
    const left = (await collect(node(0).archive.dump())).flatMap((item) => (item.kind === 'row' ? item.table : []));
    assert.deepEqual(
      left.filter((table) => /^(app|company|company_member|sweep)$/.test(table)),
      [],
    );
  });
}
