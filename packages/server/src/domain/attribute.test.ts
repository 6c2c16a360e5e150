import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAttributes } from './attribute.ts';
import { dialectRules } from './dialect.ts';

const { edge, x } = dialectRules;
const twice = [
  { name: 'b', value: 'new' },
  { name: 'a', value: '1' },
  { name: 'b', value: 'old' },
];

test('the first of a name that comes twice counts on Edge, in its place', () => {
  assert.deepEqual(parseAttributes(twice, edge, 'attributes'), [
    { name: 'b', value: 'new' },
    { name: 'a', value: '1' },
  ]);
});

test('X refuses a name that comes twice', () => {
  assert.throws(() => parseAttributes(twice, x, 'attributes'), { code: 'request.invalid' });
});

test('the limit is one of names, not of entries', () => {
  const full = Array.from({ length: edge.attributesMax }, (_, at) => ({ name: `n${at}`, value: 'old' }));
  const changed = parseAttributes([{ name: 'n9', value: 'new' }, ...full], edge, 'attributes');
  assert.equal(changed.length, full.length);
  assert.deepEqual(changed[0], { name: 'n9', value: 'new' });
  for (const rules of [edge, x]) {
    const more = [...full, { name: 'more' }];
    assert.throws(() => parseAttributes(more, rules, 'attributes'), { code: 'attribute.too-many' });
  }
});

test('an entry that is dropped has to be good too', () => {
  const bad = [{ name: 'a' }, { name: 'a', value: '\u0000' }];
  assert.throws(() => parseAttributes(bad, edge, 'attributes'), { code: 'request.invalid' });
});
