import assert from 'node:assert/strict';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleFiles } from '../test-bundle.ts';

const root = resolve(import.meta.dirname, '../..');
const wire = globSync('packages/server/test/wire/**/*.test.ts', { cwd: root });

test('every file of whole servers is in one bundle, others and few files are run as they are', (t) => {
  const others = ['tools/test/ci.test.ts', 'packages/server/test/bin.test.ts'];
  const { files, directory } = bundleFiles([...others, ...wire]);
  assert.ok(directory);
  t.after(() => rmSync(directory, { recursive: true }));
  const bundles = files.filter((file) => file.startsWith(directory));
  assert.deepEqual(files.slice(bundles.length), others);
  const imported = bundles.flatMap((bundle) =>
    [...readFileSync(bundle, 'utf8').matchAll(/^import (".+");$/gm)].map(([, url]) =>
      fileURLToPath(JSON.parse(url ?? '')),
    ),
  );
  assert.deepEqual(imported.toSorted(), wire.map((file) => resolve(file)).toSorted());
  assert.deepEqual(bundleFiles(wire.slice(0, 3)), { files: wire.slice(0, 3), directory: undefined });
});

test('no file of a bundle has hooks that would run for its neighbours', () => {
  assert.ok(wire.length > 50);
  const hooked = wire.filter((file) =>
    /^(?:before|after|beforeEach|afterEach)\(/m.test(readFileSync(resolve(root, file), 'utf8')),
  );
  assert.deepEqual(hooked, []);
});
