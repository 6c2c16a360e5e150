import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../../../src/domain/problem.ts';
import { parsePrettyPrint, prettyPrint } from '../../../src/surfaces/x/print.ts';

describe('printing', () => {
  test('lays out with two spaces and a line end, unless told not to', () => {
    assert.equal(prettyPrint({ a: [1], b: {} }), '{\n  "a": [\n    1\n  ],\n  "b": {}\n}\n');
    assert.equal(prettyPrint({}), '{}\n');
    assert.equal(prettyPrint({ a: [1], b: {} }, false), '{"a":[1],"b":{}}');
  });

  test('stays valid text whatever a string holds', () => {
    assert.equal(prettyPrint({ a: '\ud800\u0000' }, false), '{"a":"\\ud800\\u0000"}');
  });

  test('reads prettyPrint', () => {
    for (const text of [undefined, '', 'true', '1']) assert.equal(parsePrettyPrint(text), true);
    for (const text of ['false', '0']) assert.equal(parsePrettyPrint(text), false);
    assert.throws(() => parsePrettyPrint('yes'), Problem);
  });
});
