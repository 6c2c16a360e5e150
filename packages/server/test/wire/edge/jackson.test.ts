import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonValue, printJackson } from '../../../src/surfaces/edge/jackson.ts';

const recorded = new URL('../../fixtures/edge/apigee-config-maven-plugin-recorded-2017/', import.meta.url);
const responses = readdirSync(recorded).filter((file) => file.endsWith('.response.json'));

test('the recorded answers are all here', () => {
  assert.equal(responses.length, 7);
});

for (const file of responses) {
  test(`prints the bytes of the real Edge: ${file}`, () => {
    // The recordings were saved with a line end after the body.
    const body = readFileSync(new URL(file, recorded), 'utf8').replace(/\n$/, '');
    assert.equal(printJackson(JSON.parse(body) as JsonValue), body);
  });
}

test('prints empty things with a blank between the brackets', () => {
  assert.equal(printJackson([]), '[ ]');
  assert.equal(printJackson({}), '{ }');
  assert.equal(printJackson({ a: {}, b: [[], {}] }), '{\n  "a" : { },\n  "b" : [ [ ], { } ]\n}');
});

test('prints arrays on the line where they begin and indents for objects only', () => {
  assert.equal(printJackson(['prod', 'test']), '[ "prod", "test" ]');
  assert.equal(printJackson([[1, 2], [{ a: 1 }]]), '[ [ 1, 2 ], [ {\n  "a" : 1\n} ] ]');
  assert.equal(
    printJackson({ a: [{ b: null }, { c: true }] }),
    '{\n  "a" : [ {\n    "b" : null\n  }, {\n    "c" : true\n  } ]\n}',
  );
});

test('prints a bare scalar as it is', () => {
  assert.equal(printJackson('a'), '"a"');
  assert.equal(printJackson(1510746439133), '1510746439133');
  assert.equal(printJackson(-1), '-1');
  assert.equal(printJackson(false), 'false');
  assert.equal(printJackson(null), 'null');
});

test('leaves out members that are undefined', () => {
  assert.equal(printJackson({ a: undefined, b: 1, c: undefined }), '{\n  "b" : 1\n}');
  assert.equal(printJackson({ a: undefined }), '{ }');
});

test('escapes as Jackson does', () => {
  assert.equal(printJackson('\b\f\n\r\t"\\'), '"\\b\\f\\n\\r\\t\\"\\\\"');
  assert.equal(printJackson('\u0000\u001f\u000b'), '"\\u0000\\u001F\\u000B"');
  assert.equal(printJackson('/ é 漢 😀 \u007f\u2028'), '"/ é 漢 😀 \u007f\u2028"');
  assert.equal(printJackson('\\u001f'), '"\\\\u001f"');
  assert.equal(printJackson({ 'a"\u001f': 1 }), '{\n  "a\\"\\u001F" : 1\n}');
});

test('half of a surrogate pair is printed as an escape, which every reader takes', () => {
  assert.equal(printJackson('a\ud8ab'), '"a\\uD8AB"');
});

test('numbers that JSON has no word for are null', () => {
  assert.equal(printJackson([Number.NaN, Number.POSITIVE_INFINITY, -0]), '[ null, null, 0 ]');
});

test('a member named __proto__ is printed and changes no prototype', () => {
  const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as JsonValue;
  assert.deepEqual(JSON.parse(printJackson(value)), value);
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('what is printed parses to the value, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Once through JSON, which has no -0.
      const canonical = JSON.parse(JSON.stringify(value)) as JsonValue;
      assert.deepEqual(JSON.parse(printJackson(canonical)), canonical);
    }),
    { numRuns: 500 },
  );
});

test('any text, lone surrogates included, survives as a value and as a name', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      (text) => {
        assert.deepEqual(JSON.parse(printJackson([text])), [text]);
        assert.deepEqual(Object.keys(JSON.parse(printJackson({ [text]: 1 })) as object), [text]);
      },
    ),
    { numRuns: 500 },
  );
});

test('what is not kept for the next time is printed alike: deep objects, long names, very many of them', () => {
  const depth = 60;
  let nested: JsonValue = 1;
  for (let level = 0; level < depth; level++) nested = { [`${'n'.repeat(100)}${level}`]: nested };
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`member-${at}`, at]));
  for (const value of [nested, many]) {
    const expected = JSON.stringify(value, null, 2).replaceAll('": ', '" : ');
    assert.equal(printJackson(value), expected);
    assert.equal(printJackson(value), expected, 'again');
  }
});
