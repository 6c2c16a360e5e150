import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkSize } from '../check-size.ts';
import { formatFinding } from '../finding.ts';
import { type SizeLaw, sizeLaw } from '../size-law.ts';
import { plantTree, type Tree } from './tree.ts';

const law: SizeLaw = { ...sizeLaw, exemptions: [], filesMin: 1 };
const long = (lines: number): string => 'export const one = 1;\n'.repeat(lines).replaceAll('one', 'o');
const body = (lines: number): string => '  work();\n'.repeat(lines);

function findIn(context: TestContext, tree: Tree, kept = law): string[] {
  return checkSize(plantTree(context, tree), kept).findings.map(formatFinding);
}

test('what is exactly as large as allowed passes', (context) => {
  const tree = {
    'packages/a/src/file-name.ts': `export const a = 1;\n${'\n'.repeat(399)}`,
    'packages/a/src/function.ts': `export function f(a: 1, b: 2, c: 3, d: 4) {\n${body(58)}}\n`,
    'packages/a/test/suite.test.ts': `describe('many', () => {\n${body(100)}});\n`,
  };
  assert.deepEqual(findIn(context, tree), []);
});

const violations: readonly { readonly name: string; readonly tree: Tree; readonly found: RegExp }[] = [
  {
    name: 'a file of 401 lines',
    tree: { 'packages/a/src/big.ts': `export const a = 1;\n${'\n'.repeat(400)}` },
    found: /^packages\/a\/src\/big\.ts \[file-lines\] has 401 lines/,
  },
  {
    name: 'a function of 61 lines',
    tree: { 'packages/a/src/big.ts': `\nexport function f() {\n${body(59)}}\n` },
    found: /^packages\/a\/src\/big\.ts:2 \[function-lines\] f has 61 lines/,
  },
  {
    name: 'an arrow of 61 lines',
    tree: { 'packages/a/src/big.ts': `export const f = () => {\n${body(59)}};\n` },
    found: /\[function-lines\] f has 61 lines/,
  },
  {
    name: 'a test of 121 lines',
    tree: { 'packages/a/test/big.test.ts': `test('much', () => {\n${body(119)}});\n` },
    found: /\[function-lines\]/,
  },
  {
    name: 'a function with five parameters',
    tree: { 'packages/a/src/wide.ts': 'export function f(a: 1, b: 2, c: 3, d: 4, ...e: 5[]) {}\n' },
    found: /^packages\/a\/src\/wide\.ts:1 \[parameters\] f takes 5 parameters/,
  },
  {
    name: 'a method of an interface with five parameters',
    tree: { 'packages/a/src/wide.ts': 'export interface I {\n  m(a: 1, b: 2, c: 3, d: 4, e: 5): void;\n}\n' },
    found: /^packages\/a\/src\/wide\.ts:2 \[parameters\] m takes 5 parameters/,
  },
  {
    name: 'a name with a capital',
    tree: { 'packages/a/src/badName.ts': 'export const a = 1;\n' },
    found: /badName\.ts \[kebab-case\] badName\.ts is not/,
  },
  {
    name: 'a folder with an underscore',
    tree: { 'packages/a/src/bad_name/a.ts': 'export const a = 1;\n' },
    found: /\[kebab-case\] bad_name is not/,
  },
  {
    name: 'a default export',
    tree: { 'packages/a/src/a.ts': '\nexport default function a() {}\n' },
    found: /a\.ts:2 \[default-export\]/,
  },
  {
    name: 'a default export by another way',
    tree: { 'packages/a/src/a.ts': 'const a = 1;\nexport { a as default };\n' },
    found: /a\.ts:2 \[default-export\]/,
  },
];

for (const { name, tree, found } of violations) {
  test(`is found: ${name}`, (context) => {
    const findings = findIn(context, tree);
    assert.equal(findings.length, 1, findings.join('\n'));
    assert.match(findings[0] ?? '', found);
  });
}

test('a file is exempt by name from one rule, and only for as long as it needs to be', (context) => {
  const file = 'packages/a/src/table.ts';
  const exempt: SizeLaw = { ...law, exemptions: [{ file, rule: 'file-lines', reason: 'a table of data' }] };
  assert.deepEqual(findIn(context, { [file]: long(500) }, exempt), []);
  assert.deepEqual(findIn(context, { [file]: long(10) }, exempt), [
    `${file} [exemption] is exempt from file-lines and does not need to be`,
  ]);
});

test('a guard that reads next to nothing fails', (context) => {
  const root = plantTree(context, { 'packages/a/src/a.ts': 'export const a = 1;\n' });
  const command = join(import.meta.dirname, '../check-size.ts');
  const { status, stderr } = spawnSync(process.execPath, [command, root], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /\[blind\] read 1 files/);
});
