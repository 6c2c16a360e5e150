import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePathPattern, normalizePath, pathLengthMax } from '../src/index.ts';

const read: readonly [target: string, path: string][] = [
  ['', ''],
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a/b/', '/a/b/'],
  ['/a?x=/../', '/a'],
  ['/caf%C3%A9', '/café'],
  ['/a%20b+c', '/a b+c'],
  ['/a;v=1/b', '/a;v=1/b'],
  ['/100%25', '/100%'],
  ['/..a/b..', '/..a/b..'],
];

for (const [target, path] of read) {
  test(`the path of ${target || 'the base path'} is read`, () => assert.equal(normalizePath(target), path));
}

const ambiguous = [
  'a',
  'http://other/a',
  '//other/a',
  '/a//b',
  '/a/./b',
  '/a/../b',
  '/a/..',
  '/a/%2e%2e/b',
  '/a/%2E/b',
  '/a#b',
  '/a#/../b',
  '/a%2fb',
  '/a%2Fb',
  '/a\\b',
  '/a%5Cb',
  '/a%252fb',
  '/a%2500',
  '/a%00',
  '/a\u0007',
  '/a%0d%0aX: 1',
  '/a%',
  '/a%zz',
  '/a%ff',
  '/a/..;x=1/b',
  '/a/;x/b',
  '/a/;x',
  `/${'a'.repeat(9000)}`,
  '/\ud800',
];

for (const target of ambiguous) {
  test(`${JSON.stringify(target.slice(0, 40))} is refused: two readers could differ`, () => {
    assert.equal(normalizePath(target), undefined);
  });
}

test('a path that was read is read the same again, unless it holds what encodes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const path = normalizePath(`/${text}`);
      if (path === undefined || /[%?#]/.test(path)) return;
      assert.equal(normalizePath(path), path);
    }),
    { numRuns: 2000 },
  );
});

const patterns: readonly [pattern: string, yes: readonly string[], no: readonly string[]][] = [
  ['/', ['', '/', '/a', '/a/b/c'], []],
  ['/**', ['/', '/a', '/a/b'], ['']],
  ['/*', ['/a', '/abc'], ['', '/', '/a/', '/a/b']],
  ['/a', ['/a'], ['/a/', '/A', '/ab', '/x/a', '']],
  ['/a/**', ['/a/', '/a/b', '/a/b/c'], ['/a', '/ab', '/x/a/b']],
  ['/a/*/c', ['/a/b/c'], ['/a/c', '/a//c', '/a/b/b/c', '/a/b/cd']],
  ['/**/c', ['/b/c', '/a/b/c', '//c'], ['/c', '/b/c/d']],
  ['/a/**/z/*', ['/a/z/z/b', '/a/b/c/z/q'], ['/a/z/', '/a/b/z/']],
  ['/a.c', ['/a.c'], ['/abc']],
  ['/v*/x', ['/v1/x', '/v22/x'], ['/v/x', '/v1/y']],
];

for (const [pattern, yes, no] of patterns) {
  test(`the pattern ${pattern} names what it says`, () => {
    const matches = compilePathPattern(pattern);
    assert.deepEqual(
      yes.filter((path) => !matches(path)),
      [],
    );
    assert.deepEqual(no.filter(matches), []);
  });
}

test('a pattern agrees with the regular expression that it stands for', () => {
  const piece = fc.constantFrom('/', 'a', 'b', '*', '**', '.');
  const path = fc.array(fc.constantFrom('/', 'a', 'b', '.'), { maxLength: 8 }).map((parts) => `/${parts.join('')}`);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), path, (pieces, text) => {
      const pattern = `/${pieces.join('')}`;
      // Three stars in a row are `**` and `*`.
      const source = pattern.replaceAll(
        /\*\*|\*|\./g,
        (found) => ({ '**': '.*', '*': '[^/]+', '.': '\\.' })[found] ?? '',
      );
      const expected = pattern === '/' || new RegExp(`^${source}$`, 's').test(text);
      assert.equal(compilePathPattern(pattern)(text), expected);
    }),
    { numRuns: 5000 },
  );
});

test('a path is read alike at first sight and more closely', () => {
  const piece = fc.constantFrom(
    '/',
    '/',
    '.',
    '..',
    'a',
    'b',
    ';',
    '\\',
    '?',
    '#',
    ' ',
    'é',
    '\u0001',
    '\u007f',
    '\ud800',
    '-_~!$&()*+,=:@',
  );
  const target = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  fc.assert(
    // Whatever is encoded anywhere is looked at closely.
    fc.property(target, (path) => assert.equal(normalizePath(`/a${path}`), normalizePath(`/%61${path}`))),
    { numRuns: 3000 },
  );
  const long = `/${'a'.repeat(pathLengthMax - 1)}`;
  assert.deepEqual([long, `${long}?a`, `${long}a`].map(normalizePath), [long, long, undefined]);
});
