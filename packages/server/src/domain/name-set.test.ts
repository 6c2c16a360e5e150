import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameSet } from './name-set.ts';

test('a set of names knows what was added, and nothing else, through many growths', () => {
  const set = new NameSet();
  const count = 100_000;
  for (let at = 0; at < count; at++) set.add(`developer dev-${at}@example.com`);
  set.add('developer dev-0@example.com');
  assert.equal(set.size, count);
  for (let at = 0; at < count; at++) {
    assert.ok(set.has(`developer dev-${at}@example.com`));
    assert.ok(!set.has(`company dev-${at}@example.com`));
  }
  assert.ok(!set.has(''));
});
