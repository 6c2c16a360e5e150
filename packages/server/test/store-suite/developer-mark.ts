import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Developer, DeveloperView } from '../../src/domain/developer.ts';
import type { Store } from '../../src/ports/store.ts';
import { developerMark } from '../../src/store/migrations/0004-developer-mark.ts';
import { allMigrations, newestOf } from '../../src/store/migrations/list.ts';
import { insertApp, insertCompany, insertDeveloper, insertOrganization, makeApp } from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { replay } from './archive.ts';
import { collect, useStore } from './context.ts';

/** The schema without marks but with all else, so that what writes rows today can fill it; and the step to marks. */
const unmarked = allMigrations.filter((migration) => migration !== developerMark);
const marked = [...unmarked, { ...developerMark, number: newestOf(allMigrations) + 1 }];
const appsEach = 2;
const page = { limit: 1000 };

/** Whole developers as the list shows them, by the marks, are those that a look at each one finds. */
async function checkLists(store: Store, organizationId: string): Promise<DeveloperView[]> {
  const developers = await store.developers.list(organizationId, page);
  const expected = await Promise.all(developers.map((developer) => lookAt(store, developer)));
  assert.deepEqual(await store.developers.listViews(organizationId, page, appsEach), expected);
  assert.deepEqual(
    await store.developers.listViews(organizationId, { ...page, withoutCompany: true }, appsEach),
    expected.filter(({ companies }) => companies.length === 0),
  );
  return expected;
}

async function lookAt({ developers }: Store, developer: Developer): Promise<DeveloperView> {
  const apps = await developers.appNames(developer.id, appsEach);
  return { ...developer, apps, companies: await developers.companyNames(developer.id) };
}

/** Four developers: with an app, in a company, with both, with neither. */
async function fill(store: Store) {
  const { id } = await insertOrganization(store);
  const [ann, bob, cid] = await Promise.all(['ann', 'bob', 'cid', 'dan'].map((name) => insertNamed(store, id, name)));
  assert.ok(ann && bob && cid);
  const company = await insertCompany(store, id);
  const app = await insertApp(store, ann);
  await insertApp(store, cid);
  for (const { id: developerId } of [bob, cid]) {
    await store.write((t) => t.companies.setMember(company, { developerId, roles: [] }));
  }
  return { id, ann, bob, cid, company, app };
}

function insertNamed(store: Store, organizationId: string, name: string): Promise<Developer> {
  return insertDeveloper(store, organizationId, { email: `${name}@example.com` });
}

function countsOf(views: readonly DeveloperView[]): string[] {
  return views.map(({ email, apps, companies }) => `${email.slice(0, 3)} ${apps.length} ${companies.length}`);
}

const filled = ['ann 1 0', 'bob 0 1', 'cid 1 1', 'dan 0 0'];

export function developerMarkSuite(engine: StoreEngine): void {
  describe(`${engine.name}: what a developer’s row says of apps and companies`, () => {
    const context = useStore(engine);

    it('holds through what is added, taken away, swept and made again', async () => {
      const { store } = context;
      const { id, ann, bob, cid, company, app } = await fill(store);
      assert.deepEqual(countsOf(await checkLists(store, id)), filled);
      await store.write((t) => t.apps.delete(app));
      await store.write((t) => t.companies.removeMember(company, bob.id));
      assert.deepEqual(countsOf(await checkLists(store, id)), ['ann 0 0', 'bob 0 0', 'cid 1 1', 'dan 0 0']);
      await store.write((t) => t.companies.delete(company));
      assert.deepEqual(countsOf(await checkLists(store, id)), ['ann 0 0', 'bob 0 0', 'cid 1 0', 'dan 0 0']);
      await store.write((t) => t.developers.delete(cid));
      while ((await store.sweep(100)) > 0);
      await insertNamed(store, id, 'cid');
      await insertApp(store, ann);
      const next = await insertCompany(store, id);
      await store.write((t) => t.companies.setMember(next, { developerId: bob.id, roles: [] }));
      assert.deepEqual(countsOf(await checkLists(store, id)), ['ann 1 0', 'bob 0 1', 'cid 0 0', 'dan 0 0']);
    });

    it('holds where a write is taken back, alone or with all that shared its commit', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const ann = await insertNamed(store, id, 'ann');
      const owner = { kind: 'developer', id: ann.id } as const;
      const works = [0, 1, 2, 3].map((at) =>
        store.write(async (t) => {
          await t.apps.insert(makeApp(id, owner, { name: `app-${at}` }));
          if (at % 2 === 0) throw new Error('taken back');
        }),
      );
      const settled = await Promise.allSettled(works);
      assert.equal(settled.filter(({ status }) => status === 'rejected').length, 2);
      assert.deepEqual(countsOf(await checkLists(store, id)), ['ann 2 0']);
    });

    it('holds where many nodes add and remove at the same time', async () => {
      const node = await context.openNodes(2);
      const { id } = await insertOrganization(node(0));
      const company = await insertCompany(node(0), id);
      const developers = await Promise.all(Array.from({ length: 12 }, () => insertDeveloper(node(0), id)));
      const work = async (at: number): Promise<void> => {
        for (const developer of at % 2 === 0 ? developers : developers.toReversed()) {
          const app = makeApp(id, { kind: 'developer', id: developer.id });
          const member = { developerId: developer.id, roles: [] };
          await node(at).write(async (t) => {
            await t.apps.insert(app);
            await t.companies.setMember(company, member);
          });
          if (at === 0) await node(at).write((t) => t.companies.removeMember(company, developer.id));
          if (at === 1) await node(at).write((t) => t.apps.delete(app));
        }
      };
      await Promise.all([0, 1, 2, 3].map(work));
      const views = await checkLists(node(0), id);
      assert.ok(views.every(({ apps }) => apps.length === appsEach));
    });

    it('is filled for the rows of a store that had none, and of its archive', async () => {
      const home = await context.createHome();
      const old = await context.open(home, { migrations: unmarked });
      const { id } = await fill(old);
      const archive = await collect(old.archive.dump());
      await old.close();
      const store = await context.open(home, { migrations: marked });
      assert.deepEqual(countsOf(await checkLists(store, id)), filled);
      const other = await context.open(await context.createHome(), { migrations: marked });
      await other.archive.load(replay(archive));
      assert.deepEqual(countsOf(await checkLists(other, id)), filled);
      await insertApp(other, await insertNamed(other, id, 'eve'));
      assert.deepEqual(countsOf(await checkLists(other, id)), [...filled, 'eve 1 0']);
    });
  });
}
