import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  flush,
  frame,
  int32,
  parse,
  query,
  startup,
  sync,
  text,
  WireClient,
} from '../support/wire-client.ts';

const anonymous = new Map([['stackql', 'admin@example.com']]);
const numRuns = process.env['CLAVIGER_LONG'] === undefined ? 60 : 3000;

const name = fc.constantFrom('', 'a', 'b');
const format = fc.integer({ min: 0, max: 2 });
const sql = fc.constantFrom(
  'select n from numbers where n = $1',
  'select word from numbers',
  'begin',
  'commit',
  'rollback',
  'declare c cursor for select n from numbers',
  'fetch 1 from c',
  'close c',
  'deallocate all',
  'discard all',
  'insert into numbers values ($1, $2)',
  "select 'open",
  'select 1; select 2',
  'copy x',
  '',
);
const value = fc.option(fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)));
const oid = fc.constantFrom(0, 16, 17, 20, 23, 25, 701, 1082, 1114, 1184, 1700, 2950, 3802, 999);
const what = fc.constantFrom('S' as const, 'P' as const);
const known = fc.oneof(
  sql.map(query),
  fc.tuple(sql, name, fc.array(oid, { maxLength: 3 })).map((given) => parse(...given)),
  fc
    .record({
      portal: name,
      statement: name,
      formats: fc.array(format, { maxLength: 2 }),
      values: fc.array(value, { maxLength: 3 }),
      resultFormats: fc.array(format, { maxLength: 2 }),
    })
    .map(bind),
  fc.tuple(what, name).map((given) => describeMessage(...given)),
  fc.tuple(what, name).map((given) => close(...given)),
  fc.tuple(fc.integer({ min: -2, max: 3 }), name).map((given) => execute(...given)),
  fc.constantFrom(sync, flush, frame('X'), frame('F'), frame('d', Buffer.alloc(3))),
);
const junk = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer()).map(([type, length]) => {
    return Buffer.concat([Buffer.from([type]), int32(length), Buffer.alloc(20)]);
  }),
  fc.tuple(known, fc.nat({ max: 40 })).map(([bytes, at]) => bytes.subarray(0, at)),
  fc.constantFrom(startup('stackql'), frame('', int32(80_877_103)), frame('p', text('SCRAM-SHA-256'), int32(-1))),
);

describe('the PostgreSQL protocol, spoken badly', () => {
  let world: WireWorld;
  before(async () => {
    world = await openWireWorld({ anonymous, limits: { handshakeMs: 2000 } });
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Says all of it in pieces, and waits until the server has closed. */
  async function say(bytes: Buffer, cuts: readonly number[]): Promise<void> {
    const client = await WireClient.open(world.listener.port);
    let from = 0;
    for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
      if (client.socket.writable) client.socket.write(bytes.subarray(from, cut));
      from = cut;
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.end();
    while ((await client.message()) !== undefined);
    client.close();
  }

  async function checkHealth(): Promise<void> {
    while (world.held.sessions > 0 || world.tally.connections > 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(world.held, { sessions: 0, results: 0 });
    const bugs = world.test.logLines.filter((line) => line.includes('bug:'));
    assert.deepEqual(bugs, []);
    const client = await world.connect({ user: 'stackql' });
    assert.equal((await client.query('select n from numbers where n = $1', [1])).rowCount, 1);
    await client.end();
  }

  it('lives through anything that is said before signing in', async () => {
    const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 3 });
    const property = fc.asyncProperty(fc.array(fc.oneof(junk, known), { maxLength: 4 }), cuts, async (parts, at) => {
      await say(Buffer.concat(parts), at);
    });
    await fc.assert(property, { numRuns });
    await checkHealth();
  });

  it('lives through anything that is said behind it, in whatever order', async () => {
    const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 4 });
    const message = fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: junk });
    const property = fc.asyncProperty(fc.array(message, { maxLength: 16 }), cuts, async (parts, at) => {
      await say(Buffer.concat([startup('stackql'), ...parts]), at);
    });
    await fc.assert(property, { numRuns });
    await checkHealth();
  });
});
