import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';

describe('the PostgreSQL protocol, asked by node-postgres', () => {
  let world: WireWorld;
  let client: pg.Client;
  const notices: string[] = [];
  before(async () => {
    world = await openWireWorld();
    client = await world.connect();
    client.on('notice', ({ message }) => notices.push(message ?? ''));
  });
  after(async () => {
    await client?.end();
    await world?.[Symbol.asyncDispose]();
  });

  it('answers a simple query with typed rows', async () => {
    const { rows, fields, command, rowCount } = await client.query('select n, word, n * 1.5 as more from numbers');
    assert.deepEqual(rows, [
      { n: '1', word: 'one', more: '1.5' },
      { n: '2', word: null, more: '3' },
    ]);
    assert.deepEqual(
      fields.map(({ dataTypeID }) => dataTypeID),
      [20, 25, 25],
    );
    assert.deepEqual([command, rowCount], ['SELECT', 2]);
  });

  it('takes a number that is compared with an integer column as one', async () => {
    for (const condition of ['n = $1', '$1 = n', 'n in ($1, $1)', 'n between $1 and $1', 'numbers.n <= $1']) {
      const { rows } = await client.query(`select word from numbers where ${condition}`, [1]);
      assert.deepEqual(rows, [{ word: 'one' }], condition);
    }
    const { rows } = await client.query('select n from numbers order by n limit $1 offset $2', [1, 1]);
    assert.deepEqual(rows, [{ n: '2' }]);
  });

  it('answers in the binary format', async () => {
    // Its types know the parameter, but not where: the text is sent in binary then.
    const query = { text: 'select n, word from numbers where word = $1', values: ['one'], binary: true };
    assert.deepEqual((await client.query(query)).rows, [{ n: '1', word: 'one' }]);
  });

  it('makes a named statement ready once, and runs it as often as it is asked', async () => {
    for (const n of [1, 2, 1]) {
      const named = { name: 'by-number', text: 'select word from numbers where n = $1', values: [n] };
      assert.equal((await client.query(named)).rows.length, 1);
    }
  });

  it('runs the statements of one text in order, and says what a later error does not take back', async () => {
    const both = (await client.query('select 1 as a; select 2 as a')) as unknown as { rows: unknown[] }[];
    assert.deepEqual(
      both.map(({ rows }) => rows),
      [[{ a: '1' }], [{ a: '2' }]],
    );
    await assert.rejects(client.query("insert into numbers values (3, 'three'); select missing"), { code: '42P01' });
    assert.match(notices.at(-1) ?? '', /not taken back/);
    assert.equal((await client.query('select n from numbers where n = 3')).rows.length, 1);
  });

  it('tells where an error is, in characters of the whole text, and goes on', async () => {
    const text = "select '😀'; select 1 fro numbers";
    const failed = await client.query(text).then(
      () => assert.fail('it was answered'),
      (error: { code: string; position: string }) => error,
    );
    assert.deepEqual([failed.code, failed.position], ['42601', String([...text].join('').indexOf('numbers'))]);
    await assert.rejects(client.query('select $1 fro numbers', [1]), { code: '42601' });
    assert.deepEqual((await client.query('select 1 as a')).rows, [{ a: '1' }]);
  });

  it('hands on the notices of a statement', async () => {
    await client.query("select 'notice'");
    assert.equal(notices.at(-1), 'be told');
  });

  it('answers nothing to nothing', async () => {
    assert.deepEqual((await client.query('')).rows, []);
    assert.deepEqual((await client.query(' -- nothing\n ; ')).rows, []);
  });

  it('refuses all but the end of a transaction that failed', async () => {
    await client.query('begin');
    await assert.rejects(client.query('select missing'), { code: '42P01' });
    await assert.rejects(client.query('select 1'), { code: '25P02' });
    await assert.rejects(client.query('select 1 where $1 = 1', [1]), { code: '25P02' });
    assert.equal((await client.query('commit')).command, 'ROLLBACK');
    assert.equal((await client.query('select 1')).rowCount, 1);
  });

  it('reads a cursor forward, in a transaction', async () => {
    await assert.rejects(client.query('declare c cursor for select 1'), { code: '25P01' });
    await client.query('begin');
    await client.query('declare c no scroll cursor for select n from numbers order by n');
    assert.deepEqual((await client.query('fetch 1 from c')).rows, [{ n: '1' }]);
    assert.equal((await client.query('move 1 in c')).command, 'MOVE');
    assert.deepEqual((await client.query('fetch forward all from c')).rows, [{ n: '3' }]);
    assert.deepEqual((await client.query('fetch c')).rows, []);
    await client.query('close c');
    await assert.rejects(client.query('fetch c'), { code: '34000' });
    await client.query('rollback');
  });

  it('refuses COPY and NOTIFY, and says of LISTEN that nothing will come', async () => {
    await assert.rejects(client.query('copy numbers to stdout'), { code: '0A000' });
    await assert.rejects(client.query("notify c, 'x'"), { code: '0A000' });
    await client.query('listen changes');
    assert.match(notices.at(-1) ?? '', /feed/);
  });

  it('limits the session to the organization that the database is named after', async () => {
    const other = await world.connect({ database: 'acme' });
    assert.deepEqual((await other.query('select word from numbers where n = 1')).rows, [{ word: 'acme' }]);
    await other.end();
    await assert.rejects(world.connect({ database: 'absent' }), { code: '3D000' });
  });

  it('leaves nothing open behind statements that were done', () => {
    assert.equal(world.held.results, 0);
  });
});
