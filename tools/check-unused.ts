import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const entry = 'packages/server/src/main.ts';

/** Runs knip (knip.json). Without the server's entry everything would count as unused, so it says so and waits. */
function main(): number {
  if (!existsSync(join(root, entry))) {
    console.log(`unused: not checked, since ${entry} does not exist yet and nothing is reachable without it`);
    return 0;
  }
  const knip = join(root, 'node_modules/knip/bin/knip.js');
  const { status } = spawnSync(process.execPath, [knip, '--no-progress'], { cwd: root, stdio: 'inherit' });
  if (status === 0) console.log('unused: no violations');
  return status ?? 1;
}

process.exitCode = main();
