import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentMap } from './recent-map.ts';

test('what was not used for longest goes first, and the limit holds', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.get('a'), 1);
  map.set('c', 3);
  assert.equal(map.get('b'), undefined);
  assert.equal(map.get('a'), 1);
  map.set('c', 4);
  assert.equal(map.get('c'), 4);
  assert.equal(map.size, 2);
  map.delete('c');
  assert.equal(map.get('c'), undefined);
  assert.equal(map.size, 1);
});

test('a map without room is refused', () => {
  for (const limit of [0, -1, 1.5, Number.NaN]) assert.throws(() => new RecentMap(limit), RangeError);
});
