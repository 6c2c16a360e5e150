import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readNameFilter } from '../../src/surfaces/gateway/apigee/name-filter.ts';

const piece = fc.tuple(
  fc.constantFrom('a', 'b', '-', '.', '[ab]', '[^a]', '[a-c]', '\\.', '\\*'),
  fc.constantFrom('', '', '*', '+', '?'),
);
const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.map((each) => each.join('')).join(''));
const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '*', '-'), maxLength: 8 });

test('a filter of names matches as the regular expression does, whole', () => {
  fc.assert(
    fc.property(pattern, name, fc.boolean(), (source, text, anchored) => {
      const filter = readNameFilter(anchored ? `^${source}$` : source);
      assert.ok(filter, source);
      assert.equal(filter(text), new RegExp(`^(?:${source})$`, 'su').test(text), `${source} on ${text}`);
    }),
    { numRuns: 5000 },
  );
});

test('a filter that could take long is none, or does not take long', () => {
  for (const source of ['(a+)+', 'a{9}', 'a|b', '[a', 'a**', '\\d', '(?=a)', 'a'.repeat(300)]) {
    assert.equal(readNameFilter(source), undefined, source);
  }
  assert.equal(readNameFilter('a*'.repeat(100))?.(`${'a'.repeat(2000)}b`), false);
});
