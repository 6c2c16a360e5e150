import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allMigrations, newestOf } from '../../src/store/migrations/list.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import type { StoreEngine } from '../support/store.ts';
import { contentOf, fillStore, replay } from './archive.ts';
import { collect, useStore } from './context.ts';

/** A step after the newest one, that changes a table and the data in it. */
const later: Migration = {
  number: newestOf(allMigrations) + 1,
  name: 'later',
  async up(editor) {
    await editor.execute(`alter table organization add column motto ${editor.types.text}`);
    for (const { id, name } of await editor.query('select id, name from organization')) {
      await editor.execute(`update organization set motto = 'motto of ${name}' where id = '${id}'`);
    }
  },
};
const failing: Migration = {
  number: newestOf(allMigrations) + 1,
  name: 'failing',
  async up(editor) {
    await editor.execute('delete from organization');
    await editor.execute('this is no statement');
  },
};

export function migrationSuite(engine: StoreEngine): void {
  describe(`${engine.name}: migrations`, () => {
    const context = useStore(engine);

    it('numbers its migrations in the order in which they run', () => {
      const numbers = allMigrations.map(({ number }) => number);
      assert.deepEqual(
        numbers,
        [...new Set(numbers)].sort((left, right) => left - right),
      );
    });

    it('brings a store of every earlier version forward, with its data', async () => {
      for (const [at, { number }] of allMigrations.entries()) {
        const home = await context.createHome();
        const old = await context.open(home, { migrations: allMigrations.slice(0, at + 1) });
        await old.write((t) => t.settings.set('kept', String(number)));
        await old.close();
        const store = await context.open(home);
        assert.equal(await store.settings.get('kept'), String(number));
        await store.close();
      }
    });

    it('carries data through a step, and through the load of an older archive', async () => {
      const home = await context.createHome();
      const old = await context.open(home);
      await fillStore(old);
      const archive = await collect(old.archive.dump());
      await old.close();
      const next = await context.open(home, { migrations: [...allMigrations, later] });
      const mottoes = async () =>
        (await collect(next.archive.dump())).flatMap((item) =>
          item.kind === 'row' && item.table === 'organization' ? [item.row['motto']] : [],
        );
      assert.deepEqual(await mottoes(), ['motto of acme']);
      await next.archive.load(replay(archive));
      assert.deepEqual(await mottoes(), ['motto of acme']);
      await next.close();
    });

    it('refuses a store that a newer version made, and leaves it as it is', async () => {
      const home = await context.createHome();
      const newer = await context.open(home, { migrations: [...allMigrations, later] });
      await fillStore(newer);
      const before = contentOf(await collect(newer.archive.dump()));
      await newer.close();
      await assert.rejects(home.open(), /made by a newer claviger/);
      const again = await context.open(home, { migrations: [...allMigrations, later] });
      assert.deepEqual(contentOf(await collect(again.archive.dump())), before);
    });

    it('leaves the store as it was where a step fails', async () => {
      const home = await context.createHome();
      const store = await context.open(home);
      await fillStore(store);
      await store.close();
      await assert.rejects(home.open({ migrations: [...allMigrations, failing] }));
      const again = await context.open(home);
      assert.ok(await again.organizations.findByName('acme'));
    });
  });
}
