import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readId, writeId } from '../src/words.ts';

const odd = ['A1', 'KaX_9-z', '0B6F1C5E-2C1E-4E8A-9D5C-8E5C77D00001', 'ffffffff-ffff-ffff-ffff-ffff00000000', 'é', '-'];

test('every id is read as it was written, and no two are the same words', () => {
  const id = fc.oneof(fc.uuid(), fc.constantFrom(...odd), fc.string({ minLength: 1, maxLength: 128 }));
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 20 }), (ids) => {
      const words = new Uint32Array(ids.length * 4);
      for (const [at, each] of ids.entries()) writeId(each, words, at * 4);
      for (const [at, each] of ids.entries()) assert.equal(readId(words, at * 4), each);
      const names = new Set(ids.map((_, at) => words.slice(at * 4, at * 4 + 4).join()));
      assert.equal(names.size, ids.length);
    }),
  );
});

test('the same id is the same words, whenever it is written', () => {
  for (const id of odd) {
    const [one, two] = [new Uint32Array(4), new Uint32Array(4)];
    writeId(id, one);
    writeId('another', new Uint32Array(4));
    writeId(id, two);
    assert.deepEqual(one, two);
  }
});
