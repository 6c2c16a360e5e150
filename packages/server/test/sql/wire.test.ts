import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { openWireWorld, type WireWorld } from '../support/sql-wire.ts';

describe('the PostgreSQL protocol, asked by node-postgres', () => {
  let world: WireWorld;
  let client: pg.Client;
  before(async () => {
    world = await openWireWorld();
    client = await world.connect();
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
    assert.equal(command, 'SELECT');
    assert.equal(rowCount, 2);
  });

  it('answers a query with parameters, and takes a number that is compared with an integer column as one', async () => {
    const { rows } = await client.query('select word from numbers where n = $1', [1]);
    assert.deepEqual(rows, [{ word: 'one' }]);
  });
});
