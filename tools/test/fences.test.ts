import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkFences } from '../check-fences.ts';
import { fences } from '../fences.ts';
import { formatFinding } from '../finding.ts';
import { plantTree, type Tree } from './tree.ts';

const server = 'packages/server/src';

/** A small house in which every import is allowed. */
const clean: Tree = {
  [`${server}/domain/app.ts`]: 'export interface App { readonly at: number }\nexport const one = Math.max(0, 1);\n',
  [`${server}/ports/store.ts`]:
    "import type { App } from '../domain/app.ts';\nexport interface Store { find(): App }\n",
  [`${server}/operations/app.ts`]: "import type { Store } from '../ports/store.ts';\nexport type Plane = Store;\n",
  [`${server}/store/app.ts`]: "import { DatabaseSync } from 'node:sqlite';\nexport { DatabaseSync };\n",
  [`${server}/surfaces/http/listener.ts`]: "import fastify from 'fastify';\nexport const listener = fastify;\n",
  [`${server}/surfaces/edge/app.ts`]:
    "import { listener } from '../http/listener.ts';\nexport const edge = listener;\n",
  [`${server}/surfaces/x/app.ts`]: 'export const x = 1;\n',
  [`${server}/serve.ts`]: "import './store/app.ts';\nimport './surfaces/edge/app.ts';\nexport const serve = 1;\n",
  [`${server}/main.ts`]: "import './serve.ts';\n",
  'packages/server/test/app.test.ts': "import '../src/serve.ts';\n",
};

const law = { ...fences, modulesMin: 1, edgesMin: 1 };

function findIn(context: TestContext, planted: Tree): string[] {
  return checkFences(plantTree(context, { ...clean, ...planted }), law).findings.map(formatFinding);
}

test('a tree that keeps every fence passes, and tells how much of it was read', (context) => {
  const report = checkFences(plantTree(context, clean), law);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.summary, ['10 modules and 9 imports read']);
});

const violations: readonly { readonly name: string; readonly planted: Tree; readonly found: RegExp }[] = [
  {
    name: 'domain that imports a port',
    planted: {
      [`${server}/domain/bad.ts`]: "import type { Store } from '../ports/store.ts';\nexport type S = Store;\n",
    },
    found: /domain\/bad\.ts:1 \[fence\] domain may import not ports/,
  },
  {
    name: 'a port that loads domain code instead of naming its types',
    planted: { [`${server}/ports/bad.ts`]: "import { one } from '../domain/app.ts';\nexport const two = one;\n" },
    found: /ports\/bad\.ts:1 \[fence\] ports may import only the types of domain/,
  },
  {
    name: 'a port that writes type inside the braces, which still loads the module',
    planted: { [`${server}/ports/bad.ts`]: "import { type App } from '../domain/app.ts';\nexport type B = App;\n" },
    found: /ports\/bad\.ts:1 \[fence\]/,
  },
  {
    name: 'an operation that imports the store',
    planted: { [`${server}/operations/bad.ts`]: "export * from '../store/app.ts';\n" },
    found: /operations\/bad\.ts:1 \[fence\] operations may import not store/,
  },
  {
    name: 'an operation that imports the store at run time',
    planted: { [`${server}/operations/bad.ts`]: "export const late = () => import('../store/app.ts');\n" },
    found: /operations\/bad\.ts:1 \[fence\]/,
  },
  {
    name: 'an operation that names a type of the store in place',
    planted: { [`${server}/operations/bad.ts`]: "export type D = import('../store/app.ts').DatabaseSync;\n" },
    found: /operations\/bad\.ts:1 \[fence\]/,
  },
  {
    name: 'a dialect that imports its sibling, if only a type',
    planted: {
      [`${server}/surfaces/x/bad.ts`]: "import type { edge } from '../edge/app.ts';\nexport type E = typeof edge;\n",
    },
    found: /surfaces\/x\/bad\.ts:1 \[fence\] surfaces\/x may import not surfaces\/edge/,
  },
  {
    name: 'a dialect that nobody has named yet and that imports another',
    planted: { [`${server}/surfaces/soap/bad.ts`]: "export * from '../x/app.ts';\n" },
    found: /surfaces\/soap\/bad\.ts:1 \[fence\]/,
  },
  {
    name: 'the listener that imports a dialect',
    planted: { [`${server}/surfaces/http/bad.ts`]: "export * from '../x/app.ts';\n" },
    found: /surfaces\/http\/bad\.ts:1 \[fence\]/,
  },
  {
    name: 'a dialect that imports the composition root',
    planted: { [`${server}/surfaces/x/bad.ts`]: "export * from '../../serve.ts';\n" },
    found: /surfaces\/x\/bad\.ts:1 \[fence\] surfaces\/x may import not serve/,
  },
  {
    name: 'code that imports a test',
    planted: {
      [`${server}/bad.test.ts`]: 'export const t = 1;\n',
      [`${server}/cli/bad.ts`]: "export * from '../bad.test.ts';\n",
    },
    found: /cli\/bad\.ts:1 \[fence\] cli may import not test/,
  },
  {
    name: 'a package outside its ring',
    planted: { [`${server}/surfaces/x/bad.ts`]: "import { Kysely } from 'kysely';\nexport { Kysely };\n" },
    found: /surfaces\/x\/bad\.ts:1 \[package\] surfaces\/x may not import kysely/,
  },
  {
    name: 'node:sqlite outside the store, where other built-in modules are welcome',
    planted: { [`${server}/adapters/bad.ts`]: "import 'node:fs';\nimport 'node:sqlite';\n" },
    found: /adapters\/bad\.ts:2 \[package\] adapters may not import node:sqlite/,
  },
  {
    name: 'a built-in module in domain',
    planted: { [`${server}/domain/bad.ts`]: "import { join } from 'node:path';\nexport { join };\n" },
    found: /domain\/bad\.ts:1 \[package\]/,
  },
  {
    name: 'a built-in module without node:',
    planted: { [`${server}/adapters/bad.ts`]: "import 'fs';\n" },
    found: /adapters\/bad\.ts:1 \[package\] writes node:fs without node:/,
  },
  {
    name: 'a circle of types',
    planted: {
      [`${server}/domain/left.ts`]:
        "import type { Right } from './right.ts';\nexport interface Left { right: Right }\n",
      [`${server}/domain/right.ts`]: "import type { Left } from './left.ts';\nexport interface Right { left: Left }\n",
    },
    found: /domain\/left\.ts \[circle\] imports itself: \S+left\.ts -> \S+right\.ts -> \S+left\.ts/,
  },
  {
    name: 'a file that belongs nowhere',
    planted: { [`${server}/helpers/bad.ts`]: 'export const h = 1;\n' },
    found: /helpers\/bad\.ts \[ring\] belongs to no ring/,
  },
  {
    name: 'an import of what is not there',
    planted: { [`${server}/domain/bad.ts`]: "import './absent.ts';\n" },
    found: /domain\/bad\.ts:1 \[unresolved\]/,
  },
  {
    name: 'an import that no fence can see',
    planted: { [`${server}/operations/bad.ts`]: 'export const late = (path: string) => import(path);\n' },
    found: /operations\/bad\.ts:1 \[computed-import\]/,
  },
  {
    name: 'a file that cannot be parsed',
    planted: { [`${server}/domain/bad.ts`]: 'export const = ;\n' },
    found: /domain\/bad\.ts \[syntax\]/,
  },
];

for (const { name, planted, found } of violations) {
  test(`is found: ${name}`, (context) => {
    const findings = findIn(context, planted);
    assert.equal(findings.length, 1, findings.join('\n'));
    assert.match(findings[0] ?? '', found);
  });
}

const ambient: Readonly<Record<string, string>> = {
  Date: 'export const now = () => Date.now();',
  'Date as a type': 'export interface At { at: Date }',
  'Math.random': 'export const roll = () => Math.random();',
  'Math.random, computed': "export const roll = () => Math['random']();",
  'Math.random, taken out of Math': 'export const { random } = Math;',
  process: 'export const home = process.env;',
  fetch: "export const get = () => fetch('http://127.0.0.1');",
  globalThis: 'export const world = globalThis;',
  setTimeout: 'export const wait = (done: () => void) => setTimeout(done, 1);',
  'process in shorthand': 'export const world = { process };',
  'import.meta': 'export const here = import.meta.url;',
};

for (const [name, source] of Object.entries(ambient)) {
  test(`domain is pure: ${name} is found`, (context) => {
    const findings = findIn(context, { [`${server}/domain/bad.ts`]: `// why\n${source}\n` });
    assert.equal(findings.length, 1, findings.join('\n'));
    assert.match(findings[0] ?? '', /domain\/bad\.ts:2 \[pure\] domain is pure and may not name/);
  });
}

test('a member that is called like a global is not the global', (context) => {
  const source =
    'export interface Step { process: string; Date?: number }\nexport const f = (s: Step) => s.process + s.Date;\n';
  assert.deepEqual(findIn(context, { [`${server}/domain/fine.ts`]: source }), []);
});

test('a guard that reads next to nothing fails instead of finding nothing', (context) => {
  const root = plantTree(context, { [`${server}/domain/app.ts`]: 'export const one = 1;\n' });
  const command = join(import.meta.dirname, '../check-fences.ts');
  const { status, stderr } = spawnSync(process.execPath, [command, root], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /\[blind\] read 1 modules and 0 imports/);
});
