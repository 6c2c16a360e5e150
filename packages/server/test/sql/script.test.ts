import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isComplete, splitScript } from '../../src/language/script.ts';
import { tokenize } from '../../src/language/token.ts';

describe('a script', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    [' ; ;; -- nothing;', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
    ['SELECT \';\' ; SELECT ";", `;`, [;]', ["SELECT ';'", 'SELECT ";", `;`, [;]']],
    ["SELECT 'it''s;'; SELECT 2", ["SELECT 'it''s;'", 'SELECT 2']],
    ['-- a;\nSELECT /* b; */ 1 -- c;\n;SELECT 2', ['SELECT /* b; */ 1', 'SELECT 2']],
    ['/*+ exists; */ SELECT 1; SELECT 2', ['/*+ exists; */ SELECT 1', 'SELECT 2']],
    ["SELECT 1; SELECT 'open; SELECT 2", ['SELECT 1', "SELECT 'open; SELECT 2"]],
    ['SELECT 1; SELECT /* open; ', ['SELECT 1', 'SELECT /* open; ']],
    ['\u{feff}SELECT 1;', ['SELECT 1']],
  ];
  for (const [script, parts] of cases) {
    test(`${JSON.stringify(script)} has ${parts.length} statements`, () => {
      const found = splitScript(script);
      assert.deepEqual(
        found.map(({ text }) => text),
        parts,
      );
      for (const { text, position } of found) assert.equal(script.slice(position, position + text.length), text);
    });
  }

  test('is whole with its last semicolon, and where no more text would mend it', () => {
    const whole = ['SELECT 1;', 'SELECT 1; -- done', "SELECT ';';", 'SELECT \0'];
    const open = ['', 'SELECT 1', "SELECT ';", 'SELECT /* ;', 'SELECT "a;', 'SELECT [a;', 'SELECT 1; SELECT'];
    assert.deepEqual([...whole, ...open].map(isComplete), [...whole.map(() => true), ...open.map(() => false)]);
  });
});

describe('tokens', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a."b""c" [x y] `z`', 'word:a operator:. quoted:b"c quoted:x y quoted:z'],
    ["'it''s' x'AB' X''", "string:it's blob:x'AB' blob:X''"],
    [
      '1 1.5 .5 1e3 0x1F 1_000 1..2',
      'number:1 number:1.5 number:.5 number:1e3 number:0x1F number:1_000 number:1. number:.2',
    ],
    [
      '? ?12 :a @b $c $1 @@json',
      'parameter:? parameter:?12 parameter::a parameter:@b parameter:$c parameter:$1 parameter:@@json',
    ],
    ['a::int :b::int', 'word:a operator::: word:int parameter::b operator::: word:int'],
    [
      '->->>||<<>>!=<><=',
      'operator:-> operator:->> operator:|| operator:<< operator:>> operator:!= operator:<> operator:<=',
    ],
    ['/*+ AWAIT */ /* x */ -- y', 'hint:AWAIT'],
    ['größe 😀x', 'word:größe word:😀x'],
    ['a$b _c', 'word:a$b word:_c'],
  ];
  for (const [text, expected] of cases) {
    test(text, () => {
      const tokens = tokenize(text);
      assert.equal(tokens.map(({ kind, value }) => `${kind}:${value}`).join(' '), expected);
      for (const token of tokens) assert.equal(text.slice(token.start, token.end), token.text);
    });
  }
});
