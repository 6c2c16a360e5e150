import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Store } from '../../src/ports/store.ts';
import { isProblem } from '../store-suite/context.ts';
import { insertOrganization, makeChange, makeOrganization } from '../support/entity.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { postgresEngine } from '../support/store.ts';

describe('PostgreSQL: the server', () => {
  let server: PostgresServer;
  const engine = postgresEngine(() => server);
  const stores: Store[] = [];
  const openNew = async () => {
    const store = await (await engine.createHome()).open();
    stores.push(store);
    return store;
  };

  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of stores) await store.close();
    await server.remove();
  });

  it('answers store.unavailable while the server is down, and recovers by itself', async () => {
    const store = await openNew();
    await insertOrganization(store, { name: 'before' });
    await server.stop('immediate');
    await assert.rejects(store.organizations.findByName('before'), isProblem('store.unavailable'));
    await assert.rejects(
      store.write((t) => t.organizations.insert(makeOrganization())),
      isProblem('store.unavailable'),
    );
    await assert.rejects(store.check(), isProblem('store.unavailable'));
    await assert.rejects(store.feed.head(), isProblem('store.unavailable'));
    await assert.rejects(
      store.snapshot(async (view) => view.settings.get('a')),
      isProblem('store.unavailable'),
    );
    await server.start();
    await store.check();
    assert.ok(await store.organizations.findByName('before'));
    await insertOrganization(store, { name: 'after' });
    assert.ok(await store.organizations.findByName('after'));
  });

  it('keeps every write that it answered over a crash of the server under load', async () => {
    const store = await openNew();
    const { id } = await insertOrganization(store);
    const answered: number[] = [];
    let running = true;
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let at = 0; running; at++) {
        try {
          const { sequence } = await store.write(async (t) => {
            await t.settings.set(`${writer}-${at}`, 'answered');
            t.append(makeChange(id, { entityId: `${writer}-${at}` }));
          });
          if (sequence !== undefined) answered.push(sequence);
        } catch (error) {
          assert.ok(isProblem('store.unavailable')(error), String(error));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    });
    while (answered.length < 300) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.stop('immediate');
    const before = answered.length;
    await server.start();
    while (answered.length < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
    running = false;
    await Promise.all(writers);
    const changes = new Map((await store.feed.after(0, 1_000_000)).map((change) => [change.sequence, change.entityId]));
    assert.deepEqual(
      answered.filter((sequence) => !changes.has(sequence)),
      [],
    );
    for (const name of changes.values()) assert.equal(await store.settings.get(name), 'answered');
  });

  it('hears of other nodes again after the server was away', async () => {
    const home = await engine.createHome();
    const nodes = [await home.open(), await home.open()] as const;
    stores.push(...nodes);
    await server.stop('fast');
    await server.start();
    const rung = new Promise<void>((resolve) => void nodes[1].feed.onCommit(resolve));
    await nodes[0].write(async (t) => t.append(makeChange('org')));
    await rung;
  });

  it('lets nodes start at once on an empty database', async () => {
    const home = await engine.createHome();
    const nodes = await Promise.all([home.open(), home.open(), home.open()]);
    stores.push(...nodes);
    const epochs = new Set(await Promise.all(nodes.map(async (node) => (await node.feed.head()).epoch)));
    assert.equal(epochs.size, 1);
  });

  for (const setting of ['synchronous_commit', 'fsync']) {
    it(`refuses a server with ${setting} off`, async () => {
      const careless = await startPostgres({ [setting]: 'off' });
      try {
        const home = await postgresEngine(() => careless).createHome();
        await assert.rejects(home.open(), new RegExp(`${setting} = off`));
      } finally {
        await careless.remove();
      }
    });
  }

  it('answers store.unavailable where no server is', async () => {
    const gone = await startPostgres();
    const home = await postgresEngine(() => gone).createHome();
    await gone.remove();
    await assert.rejects(home.open(), isProblem('store.unavailable'));
  });
});
