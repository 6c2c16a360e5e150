import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SqlError } from '../../src/language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../src/ports/query.ts';
import { openQueryWorld, type QueryRun, type QueryWorld, readAll } from '../support/query-world.ts';

/** Short or endless, by its parameter; the second only tells one question from another. */
const counting =
  'with recursive n(x) as (select 1 union all select x + 1 from n where x < ?1) select count(*), ?2 from n';
/** Takes memory by its parameter. */
const sorting = `with recursive n(x) as (select 1 union all select x + 1 from n where x < ?1)
  select count(*), ?2 from (select x, zeroblob(1000) as z from n order by z, x desc limit 100000000)`;
const few = 10;
const endless = 10_000_000_000;

describe('short queries that are asked at once', () => {
  let world: QueryWorld;
  before(async () => {
    world = await openQueryWorld({ memoryMegabytes: 192 });
  });
  after(() => world[Symbol.asyncDispose]());
  const ask = (values: readonly SqlValue[], run: QueryRun = {}, text = counting): Promise<readonly SqlRow[]> =>
    world.query(text, { scope: { organizations: [] }, values, ...run }).then(({ rows }) => rows);
  /** From here on they are known to be short. */
  const learn = async (text = counting) => {
    for (let round = 0; round < 3; round++) assert.deepEqual(await ask([few, round], {}, text), [[few, round]]);
  };
  const askMany = (count: number, text = counting) =>
    Promise.all(Array.from({ length: count }, (_, at) => ask([few, at], {}, text)));
  const expected = (count: number) => Array.from({ length: count }, (_, at) => [[few, at]]);
  const stateOf = (done: Promise<unknown>) =>
    done.then(
      () => 'answered',
      (error: unknown) => (error instanceof SqlError ? error.state : String(error)),
    );

  it('are answered each for itself', async () => {
    await learn();
    for (let round = 0; round < 20; round++) assert.deepEqual(await askMany(30), expected(30));
  });

  it('do not wait behind one that takes long this time, which goes on', async () => {
    await learn();
    const controller = new AbortController();
    const long = stateOf(ask([endless, 'long'], { signal: controller.signal }));
    assert.deepEqual(await askMany(25), expected(25));
    assert.equal(await Promise.race([long, turn('running')]), 'running');
    controller.abort();
    assert.equal(await long, '57014');
    assert.deepEqual(await askMany(5), expected(5));
  });

  it('are answered where one of them is cancelled, wherever it stands', async () => {
    for (const before of [0, 3, 20]) {
      await learn();
      const controller = new AbortController();
      const first = askMany(before);
      const cancelled = stateOf(ask([endless, 'cancelled'], { signal: controller.signal }));
      const rest = askMany(8);
      await turn();
      await turn();
      controller.abort();
      assert.equal(await cancelled, '57014');
      assert.deepEqual(await first, expected(before));
      assert.deepEqual(await rest, expected(8));
    }
  });

  it('end with the time that each has', async () => {
    await learn();
    const late = stateOf(ask([endless, 'late'], { timeoutMilliseconds: 700 }));
    assert.deepEqual(await askMany(12), expected(12));
    assert.equal(await late, '57014');
  });

  it('are answered where one of them takes all memory, and that one is told', async () => {
    await learn(sorting);
    const large = stateOf(ask([endless, 'large'], { timeoutMilliseconds: 20_000 }, sorting));
    assert.deepEqual(await askMany(12, sorting), expected(12));
    assert.equal(await large, '53200');
  });

  it('may be closed unread, and whoever reads on gets all of his', async () => {
    await learn();
    const cursors = await Promise.all(
      Array.from({ length: 20 }, (_, at) => world.open(counting, { scope: { organizations: [] }, values: [few, at] })),
    );
    const unread = cursors.filter((_, at) => at % 3 === 0);
    await Promise.all(unread.map((cursor) => cursor.close()));
    for (const cursor of unread) assert.equal(await cursor.next(), undefined);
    for (const [at, cursor] of cursors.entries()) {
      if (!unread.includes(cursor)) assert.deepEqual((await readAll(cursor)).rows, [[few, at]]);
    }
    assert.deepEqual(await askMany(5), expected(5));
  });

  it('may be of many rows this time, which come whole', async () => {
    const text = 'with recursive n(x) as (select 1 union all select x + 1 from n where x < ?1) select x, ?2 from n';
    for (let round = 0; round < 3; round++) await ask([few, round], {}, text);
    const long = ask([20_000, 'long'], {}, text);
    const others = Promise.all(Array.from({ length: 12 }, (_, at) => ask([few, at], {}, text)));
    assert.equal((await long).length, 20_000);
    for (const rows of await others) assert.equal(rows.length, few);
  });
});
