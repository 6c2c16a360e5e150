import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { contentOf, fillStore, replay } from '../store-suite/archive.ts';
import { collect } from '../store-suite/context.ts';
import { type PostgresDatabases, sharePostgres } from '../support/postgres.ts';
import { postgresEngine, sqliteEngine } from '../support/store.ts';

let server: PostgresDatabases;
before(async () => {
  server = await sharePostgres();
});
after(() => server.remove());

it('moves a store from SQLite to PostgreSQL and back without a difference', async () => {
  const homes = [
    await sqliteEngine.createHome(),
    await postgresEngine(() => server).createHome(),
    await sqliteEngine.createHome(),
  ];
  const [source, middle, target] = await Promise.all(homes.map((home) => home.open()));
  assert.ok(source && middle && target);
  await fillStore(source);
  await middle.archive.load(source.archive.dump());
  await target.archive.load(replay(await collect(middle.archive.dump())));
  const dumps = await Promise.all([source, middle, target].map((store) => collect(store.archive.dump())));
  const [first, second, third] = dumps.map(contentOf);
  assert.ok(first !== undefined && first.length > 60);
  assert.deepEqual(second, first);
  assert.deepEqual(third, first);
  for (const store of [source, middle, target]) await store.close();
  for (const home of homes) await home.remove();
});
