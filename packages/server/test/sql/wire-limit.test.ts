import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';
import { query, startup, stateOf, WireClient } from '../support/wire-client.ts';

const anonymous = new Map([['stackql', 'admin@example.com']]);
const million =
  'with recursive c(i) as (select 1 union all select i + 1 from c limit 1000000) select i, i as again from c';

describe('what clients of the PostgreSQL protocol may take', () => {
  const worlds: WireWorld[] = [];
  const clients: WireClient[] = [];
  beforeEach(() => worlds.splice(0));
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const world of worlds) await world[Symbol.asyncDispose]();
  });

  async function open(limits: object = {}): Promise<WireWorld> {
    const world = await openWireWorld({ anonymous, limits });
    worlds.push(world);
    return world;
  }

  async function connect(world: WireWorld): Promise<WireClient> {
    const client = await WireClient.open(world.listener.port);
    clients.push(client);
    return client;
  }

  async function enter(world: WireWorld): Promise<WireClient> {
    const client = await connect(world);
    client.send(startup('stackql'));
    await client.until('Z');
    return client;
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  it('serves 32 busy clients beside 200 idle ones, and turns away those that are too many', async () => {
    const world = await open({ connectionsMax: 232 });
    const idle = await Promise.all(Array.from({ length: 200 }, () => enter(world)));
    const busy = await Promise.all(Array.from({ length: 32 }, () => enter(world)));
    const work = async (client: WireClient) => {
      for (let round = 0; round < 10; round++) {
        client.send(query('select n from numbers'));
        assert.equal(await client.types(), 'TDDCZ');
      }
    };
    await Promise.all(busy.map(work));
    const late = await connect(world);
    late.send(startup('stackql'));
    assert.equal(stateOf(await late.until('E')), '53300');
    assert.deepEqual([world.tally.connections, world.held.sessions], [232, 232]);
    idle[0]?.close();
    await until(() => world.tally.connections === 231);
    await work(await enter(world));
  });

  it('holds little for a client that does not read, and nothing once it is gone', async () => {
    const world = await open();
    const client = await enter(world);
    client.socket.pause();
    client.send(query(million));
    await until(() => world.held.results === 1);
    const measure = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
    const before = measure();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Garbage of what ran before may stand in it for a while.
    await until(() => measure() - before < 16 * 1024 * 1024);
    client.close();
    await until(() => world.held.results === 0 && world.held.sessions === 0 && world.tally.connections === 0);
  });

  it('sends rows without end', async () => {
    const world = await open();
    const client = await enter(world);
    client.socket.removeAllListeners('data');
    let bytes = 0;
    client.socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    const rows = process.env['CLAVIGER_LONG'] === undefined ? 100_000 : 1_000_000;
    client.send(query(million.replace('1000000', String(rows))));
    // Two numbers a row, and 15 bytes round them.
    await until(() => bytes > rows * 22 && world.held.results === 0);
  });

  it('ends what runs for a client that is killed', async () => {
    const world = await open();
    const client = await enter(world);
    client.send(query("select 'sleep'"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.close();
    await until(() => world.held.sessions === 0);
  });

  it('cuts off who does not sign in, who says nothing, and who does not read', async () => {
    // One short limit each: a machine that is busy for so long must not meet another one.
    const silent = await connect(await open({ handshakeMs: 50 }));
    assert.equal(await silent.message(), undefined);
    const idle = await enter(await open({ idleMs: 50 }));
    assert.equal(stateOf(await idle.until('E')), '57P05');
    const slow = await open({ stallMs: 50 });
    const stalled = await enter(slow);
    stalled.socket.pause();
    stalled.send(query(million));
    await until(() => slow.held.sessions === 0);
  });

  it('keeps no more than so many statements and open portals of a connection', async () => {
    const world = await open();
    const client = await world.connect();
    for (let index = 0; index < 8; index++) await client.query(`declare c${index} cursor with hold for select 1`);
    await assert.rejects(client.query('declare c cursor with hold for select 1'), { code: '53400' });
    await client.query('close all');
    const prepare = (name: string) => client.query({ name, text: 'select 1 where $1 = 1', values: [1] });
    for (let index = 0; index < 1000; index++) await prepare(`s${index}`);
    await assert.rejects(prepare('one more'), { code: '53400' });
    await client.query('deallocate all');
    await prepare('one more');
    await client.end();
    await until(() => world.held.results === 0);
  });

  it('lets statements come to their end when it is to stop, and tells who is idle', async () => {
    const world = await open({ patienceMs: 60_000 });
    const [idle, busy] = await Promise.all([enter(world), enter(world)]);
    busy.send(query(million.replace('1000000', '5000')));
    await busy.message();
    worlds.pop();
    const closed = world[Symbol.asyncDispose]();
    assert.equal(stateOf(await idle.until('E')), '57P01');
    const rest = await busy.until('E');
    assert.equal(rest.at(-2)?.type, 'Z');
    assert.equal(stateOf(rest), '57P01');
    await closed;
    assert.deepEqual([world.held, world.tally.connections], [{ sessions: 0, results: 0 }, 0]);
  });

  it('waits so long and no longer for a statement without end', async () => {
    const world = await open({ patienceMs: 100 });
    const endless = await enter(world);
    // Once the first is answered, the second has arrived as well.
    endless.send(query('select 1'), query("select 'sleep'"));
    await endless.until('Z');
    worlds.pop();
    const closed = world[Symbol.asyncDispose]();
    assert.deepEqual(await endless.until('Z'), []);
    await closed;
    assert.deepEqual([world.held, world.tally.connections], [{ sessions: 0, results: 0 }, 0]);
  });
});
