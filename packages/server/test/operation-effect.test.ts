import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const folder = join(import.meta.dirname, '../src/operations');

/** Files of the operations that hold this text. */
function findAll(text: string): string[] {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
  return names.filter((name) => readFileSync(join(folder, name), 'utf8').includes(text)).sort();
}

test('operations change entities through the one way that notes what they did, and says whether it takes a right away', () => {
  // A task is in the audit log alone; the first start has nobody who could wait; what proves a password is no entity.
  assert.deepEqual(findAll('.store.write('), [
    'authentication.ts',
    'call.ts',
    'first-account.ts',
    'first-start.ts',
    'sql-sign-in.ts',
    'task.ts',
  ]);
  assert.deepEqual(findAll('.append('), ['call.ts']);
});
