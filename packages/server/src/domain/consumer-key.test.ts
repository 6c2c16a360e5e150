import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawKeyText, hintOfKey, parseKeyText, parseMovedKeyText, readKeyLengths } from './consumer-key.ts';

describe('a generated key', () => {
  it('draws each letter and digit from as many bytes as any other, and none from those left over', () => {
    const text = drawKeyText(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const counts = new Map<string, number>();
    for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    assert.equal(counts.size, 62);
    assert.deepEqual([...new Set(counts.values())], [4]);
    assert.match(text, /^[A-Za-z0-9]{248}$/);
  });

  for (const [value, length] of [
    ['16', 16],
    ['128', 128],
    ['15', 32],
    ['129', 32],
    ['', 32],
    ['32.5', 32],
    ['many', 32],
  ] as const) {
    it(`has ${length} characters where the property says ${JSON.stringify(value)}`, () => {
      const properties = [{ name: 'keymanagement.consumer.key.length', value }];
      assert.deepEqual(readKeyLengths(properties), { key: length, secret: 16 });
    });
  }
});

describe('a key of a client', () => {
  it('is taken as it is, up to 2 KB', () => {
    for (const key of ['k', 'CDX-QAoqiu93ui20170301', '_-', 'k'.repeat(2048)]) {
      assert.equal(parseKeyText(key, 'consumerKey'), key);
    }
  });

  for (const key of [undefined, '', ' ', 'a b', 'a/b', 'ü', 'a\n', 'k'.repeat(2049)]) {
    it(`is refused as ${JSON.stringify(key)?.slice(0, 20)}, and not repeated`, () => {
      assert.throws(
        () => parseKeyText(key, 'consumerSecret'),
        (error: Error & { readonly facts?: object }) => {
          assert.equal(error.name, 'Problem');
          if (key !== undefined && key.length > 1) assert.ok(!JSON.stringify(error.facts).includes(key));
          return true;
        },
      );
    });
  }
});

describe('a key that was given out elsewhere', () => {
  it('is taken with all that a URI or header can carry', () => {
    for (const key of ['Jmjtd%7Clu6y29u8nl%2Crl%3Do5-l622', 'a/b+c==', '~!', '...', 'k'.repeat(2048)]) {
      assert.equal(parseMovedKeyText(key, 'consumerKey'), key);
    }
  });

  for (const key of [undefined, '', ' ', 'a b', 'ü', 'a\n', '.', '..', 'k'.repeat(2049)]) {
    it(`is refused as ${JSON.stringify(key)?.slice(0, 20)}`, () => {
      assert.throws(() => parseMovedKeyText(key, 'consumerKey'), { name: 'Problem' });
    });
  }
});

describe('the hint of a key', () => {
  for (const [key, hint] of [
    ['abcdefghijklmnopqrstuvwxyzabcdef', 'abcd***'],
    ['abcdefgh', 'ab***'],
    ['abc', '***'],
  ] as const) {
    it(`is ${hint} for ${key}`, () => assert.equal(hintOfKey(key), hint));
  }
});
