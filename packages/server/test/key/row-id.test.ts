import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/adapters/random.ts';

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids of rows have the shape of a UUIDv4 and ascend, however fast they are drawn', () => {
  const ids = Array.from({ length: 20_000 }, () => systemRandom.rowId());
  for (const id of ids) assert.match(id, shape);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.toSorted(), ids);
});

test('ids of rows end in bits that differ from draw to draw', () => {
  const ends = new Set(Array.from({ length: 1000 }, () => systemRandom.rowId().slice(19)));
  assert.equal(ends.size, 1000);
});

test('an id of a row begins with the moment at which it was drawn', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0x1abcdef01234 });
  assert.match(systemRandom.rowId(), /^1abcdef0-1234-4000-/);
  assert.match(systemRandom.rowId(), /^1abcdef0-1234-4001-/);
  t.mock.timers.setTime(0x1abcdef01200);
  assert.match(systemRandom.rowId(), /^1abcdef0-1234-4002-/, 'goes on while the clock is behind');
});
