import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeaderTable } from '../../src/surfaces/gateway/envoy/header-table.ts';

/** Few letters and short names, so that many share a place in the memory; now and then one that is too long for it. */
const name = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom('a', 'B', 'c', '-', 'é', '\u0000'), maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', 'Z'), minLength: 60, maxLength: 70 }) },
);

test('whatever names came before, each is told as it came, in lower case, and its value is found by it', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
      const bytes = Buffer.from(names.join(''), 'latin1');
      const table = new HeaderTable(bytes);
      let at = 0;
      for (const each of names) {
        table.add({ keyStart: at, keyEnd: at + each.length, valueStart: at, valueEnd: at + each.length });
        at += each.length;
      }
      const lower = names.map((each) => each.toLowerCase());
      assert.deepEqual(table.names, lower);
      for (const wanted of lower) {
        assert.deepEqual(
          table.valuesOf(wanted),
          names.filter((each) => each.toLowerCase() === wanted),
        );
      }
    }),
    { numRuns: 2000 },
  );
});
