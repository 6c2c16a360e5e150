import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import type { Store } from '../../src/ports/store.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { assertComplete, type Followed, followWriters } from '../store-suite/feed.ts';
import { insertOrganization, makeChange } from '../support/entity.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { quietLog, systemClock } from '../support/store.ts';
import { testVault } from '../support/vault.ts';

/**
 * Holds each commit back for a while of its own after its changes have their sequences, so that transactions commit
 * out of order as often as on a busy network.
 */
const jitter = `
  create function hold_back() returns trigger language plpgsql as $$
    begin perform pg_sleep(random() * 0.004); return null; end $$;
  create constraint trigger hold_back after insert on change
    deferrable initially deferred for each row execute function hold_back();`;

/** Found before the built-in one, it takes no lock: what is left is a plain sequence. */
const lockless = `create function pg_advisory_xact_lock(integer) returns void language sql as 'select'`;

describe('PostgreSQL: feed under adversity (G2)', () => {
  let server: PostgresServer;
  const stores: Store[] = [];
  const clients: pg.Client[] = [];

  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of stores) await store.close();
    for (const client of clients) await client.end();
    await server.remove();
  });

  async function connect(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  }

  async function open(url: string): Promise<Store> {
    const store = await openPostgresStore({
      url,
      log: quietLog,
      clock: systemClock,
      vault: testVault,
      lanes: 4,
      readers: 4,
    });
    stores.push(store);
    return store;
  }

  /** Two nodes with four transactions each, over a database that `prepare` has tampered with. */
  async function follow(options: { prepare: string; searchPath?: string }): Promise<Followed> {
    const url = await server.createDatabase();
    await open(url);
    const client = await connect(url);
    await client.query(options.prepare);
    const tampered = options.searchPath === undefined ? url : `${url}?options=-c%20search_path%3D${options.searchPath}`;
    const nodes = [await open(tampered), await open(tampered)] as const;
    return followWriters((at) => nodes[at % 2 === 0 ? 0 : 1], nodes[1].feed);
  }

  it('loses nothing while transactions commit out of order', async () => {
    assertComplete(await follow({ prepare: jitter }));
  });

  it('fails the same test where sequences are drawn without the lock', async () => {
    const followed = await follow({ prepare: `${jitter}; ${lockless}`, searchPath: 'public,pg_catalog' });
    assert.ok(followed.seen.length < followed.log.length, 'a plain sequence lost nothing: the test proves nothing');
    assert.throws(() => assertComplete(followed));
  });

  it('hides nothing behind an open transaction of somebody else, in this database or another', async () => {
    const foreign = await connect(await server.createDatabase());
    await foreign.query('create table other (id int); begin; insert into other values (1)');
    const url = await server.createDatabase();
    const store = await open(url);
    const neighbour = await connect(url);
    await neighbour.query('begin; create table neighbour (id int)');
    const { sequence } = await store.write(async (t) => t.append(makeChange('org')));
    assert.equal((await store.feed.after(0, 9)).at(-1)?.sequence, sequence);
    assertComplete(await followWriters(() => store, store.feed));
    await foreign.query('rollback');
    await neighbour.query('rollback');
  });

  it('begins a new epoch where the database is a copy, and goes on above its last change', async () => {
    const url = await server.createDatabase();
    const source = await open(url);
    await insertOrganization(source, { name: 'acme' });
    await source.write(async (t) => t.append(makeChange('org')));
    const head = await source.feed.head();
    await source.close();
    const copyUrl = await server.createDatabase(url);
    const copy = await open(copyUrl);
    assert.ok(await copy.organizations.findByName('acme'));
    const copied = await copy.feed.head();
    assert.equal(copied.last, head.last);
    assert.notEqual(copied.epoch, head.epoch);
    assertComplete(await followWriters(() => copy, copy.feed));
    await copy.close();
    assert.equal((await (await open(copyUrl)).feed.head()).epoch, copied.epoch);
    assert.equal((await (await open(url)).feed.head()).epoch, head.epoch);
  });
});
