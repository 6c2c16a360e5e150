import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { alternativeSegments } from '../../../src/surfaces/x/path-segment.ts';

describe('a path segment', () => {
  test('stands for itself where nothing is encoded', () => {
    for (const segment of ['a+b@c.com', 'My Product', '100%', '%zz', '%', '']) {
      assert.deepEqual(alternativeSegments(segment), [segment]);
    }
  });

  test('that was encoded twice stands for its once more decoded form too, after itself', () => {
    assert.deepEqual(alternativeSegments('a%2Bb%40c.com'), ['a%2Bb%40c.com', 'a+b@c.com']);
    assert.deepEqual(alternativeSegments('My%20Product'), ['My%20Product', 'My Product']);
  });

  test('is never decoded a third time', () => {
    assert.deepEqual(alternativeSegments('a%2540c'), ['a%2540c', 'a%40c']);
  });

  test('stands for itself alone where decoding it fails or gives what no name holds', () => {
    for (const segment of ['%ff', '%20%', '%c3%28', 'a%00', '%0d%0ax']) {
      assert.deepEqual(alternativeSegments(segment), [segment]);
    }
  });

  test('finds every name that a client encoded twice', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/\p{Cc}/u.test(name));
    fc.assert(
      fc.property(names, (name) => {
        const once = decodeURIComponent(encodeURIComponent(encodeURIComponent(name)));
        assert.equal(alternativeSegments(once).at(-1), name);
      }),
    );
  });
});
