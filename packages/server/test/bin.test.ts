import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const oldNode = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";

/** The bin in a package of its own, with a main that tells how it was called. */
function plantPackage(context: TestContext, main: 'src/main.ts' | 'dist/main.js'): string {
  const root = mkdtempSync(join(tmpdir(), 'claviger-bin-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const home = join(root, 'packages/server');
  for (const folder of ['bin', 'src', 'dist']) mkdirSync(join(home, folder), { recursive: true });
  copyFileSync(join(import.meta.dirname, '../bin/claviger.js'), join(home, 'bin/claviger.js'));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  const told = `process.argv.slice(2).join(' ') + ' of ' + (process.env.CLAVIGER_NODE_TRIED ?? 'first')`;
  const body = `console.log(${JSON.stringify(main)}, ${told}); process.exitCode = 7;`;
  writeFileSync(join(home, main), body);
  return root;
}

function run(root: string, options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: join(root, 'cache') };
  for (const name of ['CLAVIGER_NODE_TRIED', 'NODE_COMPILE_CACHE']) delete env[name];
  const command = [...options, join(root, 'packages/server/bin/claviger.js'), 'serve', '--help'];
  return spawnSync(process.execPath, command, { encoding: 'utf8', env });
}

const asOldNode = ['--import', `data:text/javascript,${encodeURIComponent(oldNode)}`];

test('the bin runs the source of a clone, and ends as it ends', (context) => {
  const { status, stdout, stderr } = run(plantPackage(context, 'src/main.ts'), []);
  assert.deepEqual(
    { status, stdout, stderr },
    { status: 7, stdout: 'src/main.ts serve --help of first\n', stderr: '' },
  );
});

test('the bin runs the build of a published package', (context) => {
  const { status, stdout } = run(plantPackage(context, 'dist/main.js'), []);
  assert.deepEqual({ status, stdout }, { status: 7, stdout: 'dist/main.js serve --help of first\n' });
});

test('under a Node that is too old, the bin takes the one that the workspace has pinned', (context) => {
  const root = plantPackage(context, 'src/main.ts');
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  const { status, stdout } = run(root, asOldNode);
  assert.deepEqual({ status, stdout }, { status: 7, stdout: 'src/main.ts serve --help of 1\n' });
});

test('under a Node that is too old and with no other, the bin says what to do', (context) => {
  const { status, stdout, stderr } = run(plantPackage(context, 'src/main.ts'), asOldNode);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^claviger needs Node 24 or newer, and this is v[\d.]+\.\nInstall a newer one/);
});

test('the notice of Node 24 that SQLite is experimental is not shown, and other warnings are', (context) => {
  const root = plantPackage(context, 'src/main.ts');
  const warnings = `process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning');
process.emitWarning('the roof is open', 'RoofWarning');`;
  writeFileSync(join(root, 'packages/server/src/main.ts'), warnings);
  const { stderr } = run(root, []);
  assert.match(stderr, /RoofWarning: the roof is open/);
  assert.doesNotMatch(stderr, /SQLite/);
});

test('the bin keeps what it compiled for the next start, and nowhere where others could write', (context) => {
  const root = plantPackage(context, 'src/main.ts');
  const directory = join(root, 'cache/claviger');
  assert.equal(run(root, []).status, 7);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  const kept = readdirSync(directory);
  assert.notDeepEqual(kept, []);
  for (const each of kept) rmSync(join(directory, each), { recursive: true });
  chmodSync(directory, 0o770);
  assert.equal(run(root, []).status, 7);
  assert.deepEqual(readdirSync(directory), []);
});

test('the bin starts where nothing can be kept', (context) => {
  const root = plantPackage(context, 'src/main.ts');
  writeFileSync(join(root, 'cache'), 'no directory');
  const { status, stderr } = run(root, []);
  assert.deepEqual({ status, stderr }, { status: 7, stderr: '' });
});
