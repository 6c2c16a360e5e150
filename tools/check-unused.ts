import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Runs knip (knip.json): nothing unused stays in the house. */
function main(): number {
  const knip = join(root, 'node_modules/knip/bin/knip.js');
  const { status } = spawnSync(process.execPath, [knip, '--no-progress'], { cwd: root, stdio: 'inherit' });
  if (status === 0) console.log('unused: no violations');
  return status ?? 1;
}

process.exitCode = main();
