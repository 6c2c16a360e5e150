import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SearchNoun, searchNouns, termsOfQuery } from '../../src/domain/search.ts';
import type { Store } from '../../src/ports/store.ts';
import { allMigrations } from '../../src/store/migrations/list.ts';
import {
  insertApp,
  insertCredential,
  insertDeveloper,
  insertOrganization,
  makeApp,
  makeChange,
  makeCredential,
  makeDeveloper,
  nextVersion,
} from '../support/entity.ts';
import type { StoreEngine } from '../support/store.ts';
import { replay } from './archive.ts';
import { collect, useStore } from './context.ts';

const patient = 60_000;

async function catchUp(store: Store): Promise<string> {
  const { generation, complete } = await store.search.catchUp(patient);
  assert.ok(complete);
  return generation;
}

/** All that the index proposes, by number. */
async function propose(store: Store, organizationId: string, noun: SearchNoun, terms: readonly string[] = []) {
  const found: { readonly number: number; readonly id: string }[] = [];
  for (let after = 0, end = false; !end; ) {
    const step = await store.search.propose({ organizationId, noun, terms, after, limit: 7 });
    found.push(...step.found);
    assert.ok(step.end || step.reached > after);
    ({ reached: after, end } = step);
  }
  if (terms.length > 0) assert.equal(await store.search.count({ organizationId, noun, terms }), found.length);
  return found;
}

async function proposeAll(store: Store, organizationId: string): Promise<string[][]> {
  const all: string[][] = [];
  for (const noun of searchNouns) all.push((await propose(store, organizationId, noun)).map(({ id }) => id).sort());
  return all;
}

/** A developer with an app and its key, and no change of any of them. */
async function insertChain(store: Store, organizationId: string): Promise<[string, string, string]> {
  const developer = await insertDeveloper(store, organizationId);
  const app = await insertApp(store, developer);
  return [developer.id, app.id, (await insertCredential(store, app)).id];
}

export function searchSuite(engine: StoreEngine): void {
  buildingSuite(engine);
  followingSuite(engine);
}

function buildingSuite(engine: StoreEngine): void {
  describe(`${engine.name}: search index, built`, () => {
    const context = useStore(engine);

    it('is built from what was there before it, in steps that a restart does not lose', async () => {
      const home = await context.createHome();
      const old = await context.open(home, {
        migrations: allMigrations.slice(
          0,
          allMigrations.findIndex(({ name }) => name === 'search'),
        ),
      });
      const { id } = await insertOrganization(old);
      const chains: [string, string, string][] = [];
      for (let at = 0; at < 25; at++) chains.push(await insertChain(old, id));
      await old.close();
      let steps = 0;
      for (let more = true; more; steps++) {
        const store = await context.open(home);
        for (let twice = 0; more && twice < 2; twice++) more = await store.search.advance(7);
        await store.close();
      }
      assert.ok(steps > 3);
      const store = await context.open(home);
      assert.deepEqual(
        await proposeAll(store, id),
        [0, 1, 2].map((noun) => chains.map((chain) => chain[noun] ?? '').sort()),
      );
    });

    it('is no part of an archive, and is built anew from what one brings', async () => {
      const [source, target] = [await context.open(await context.createHome()), context.store];
      const { id } = await insertOrganization(source);
      const chain = await insertChain(source, id);
      const generation = await catchUp(source);
      const items = await collect(source.archive.dump());
      assert.ok(!items.some((item) => item.kind === 'row' && item.table.startsWith('search')));
      const former = await catchUp(target);
      await target.archive.load(replay(items));
      const latter = await catchUp(target);
      assert.equal(new Set([generation, former, latter]).size, 3);
      assert.deepEqual(
        await proposeAll(target, id),
        chain.map((each) => [each]),
      );
    });
  });
}

function followingSuite(engine: StoreEngine): void {
  describe(`${engine.name}: search index, following`, () => {
    const context = useStore(engine);

    it('keeps the number of an entity through its changes, and gives it to no other', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const [first, second] = [makeDeveloper(id), makeDeveloper(id)];
      const put = (entityId: string) => makeChange(id, { entityId });
      for (const developer of [first, second]) {
        await store.write(async (t) => {
          await t.developers.insert(developer);
          t.append(put(developer.id));
        });
        await catchUp(store);
      }
      const before = await propose(store, id, 'developer');
      const renamed = nextVersion(first, { email: 'other@example.com', lastName: 'Other' });
      const third = makeDeveloper(id);
      await store.write(async (t) => {
        await t.developers.update(renamed);
        await t.developers.delete(second);
        await t.developers.insert(third);
        for (const each of [first, third]) t.append(put(each.id));
        t.append(makeChange(id, { entityId: second.id, kind: 'delete' }));
      });
      await catchUp(store);
      const after = await propose(store, id, 'developer');
      assert.deepEqual(after[0], before[0]);
      assert.deepEqual(
        after.map(({ id: each }) => each),
        [first.id, third.id],
      );
      assert.ok((after[1]?.number ?? 0) > (before[1]?.number ?? 0));
      const others = await propose(store, id, 'developer', termsOfQuery({ text: 'other@' }));
      assert.deepEqual(others, [before[0]]);
      assert.deepEqual(await propose(store, id, 'developer', termsOfQuery({ text: first.email })), []);
    });

    it('forgets all that hung on a deleted one, however much that was', async () => {
      const { store } = context;
      const { id } = await insertOrganization(store);
      const developer = await insertDeveloper(store, id);
      const apps = Array.from({ length: 450 }, () => makeApp(id, { kind: 'developer', id: developer.id }));
      await store.write(async (t) => {
        for (const app of apps) {
          const credentials = [makeCredential(app), makeCredential(app), makeCredential(app)];
          await t.apps.insert(app);
          for (const credential of credentials) await t.credentials.insert(credential);
          t.append(makeChange(id, { noun: 'app', entityId: app.id }));
          for (const { id: entityId } of credentials) t.append(makeChange(id, { noun: 'credential', entityId }));
        }
      });
      await catchUp(store);
      assert.deepEqual(
        (await proposeAll(store, id)).map(({ length }) => length),
        [0, 450, 1350],
      );
      await store.write(async (t) => {
        await t.developers.delete(developer);
        t.append(makeChange(id, { entityId: developer.id, kind: 'delete' }));
      });
      await catchUp(store);
      assert.deepEqual(await proposeAll(store, id), [[], [], []]);
    });

    it('goes with its organization', async () => {
      const { store } = context;
      const organization = await insertOrganization(store);
      const developer = makeDeveloper(organization.id);
      await store.write(async (t) => {
        await t.developers.insert(developer);
        t.append(makeChange(organization.id, { entityId: developer.id }));
      });
      await catchUp(store);
      assert.equal((await propose(store, organization.id, 'developer')).length, 1);
      await store.write(async (t) => {
        await t.organizations.delete(organization);
        // A change of it that comes late.
        t.append(makeChange(organization.id, { entityId: developer.id }));
      });
      while ((await store.sweep(100)) > 0);
      await catchUp(store);
      assert.deepEqual(await proposeAll(store, organization.id), [[], [], []]);
    });

    it('is written by many at once as by one', async () => {
      const nodeAt = await context.openNodes(2);
      const { id } = await insertOrganization(nodeAt(0));
      const developers = Array.from({ length: 60 }, () => makeDeveloper(id));
      await Promise.all([
        ...developers.map((developer, at) =>
          nodeAt(at).write(async (t) => {
            await t.developers.insert(developer);
            t.append(makeChange(id, { entityId: developer.id }));
          }),
        ),
        ...Array.from({ length: 30 }, (_, at) => nodeAt(at).search.advance(5)),
      ]);
      await Promise.all([catchUp(nodeAt(0)), catchUp(nodeAt(1))]);
      const found = await propose(nodeAt(1), id, 'developer', termsOfQuery({ status: 'active' }));
      assert.deepEqual(found.map((each) => each.id).sort(), developers.map((each) => each.id).sort());
      assert.deepEqual(
        found.map(({ number }) => number),
        developers.map((_, at) => at + 1),
      );
    });
  });
}
