import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Builds what is published of the server: JavaScript in dist/, and the licence beside it. Runs before `npm pack`. The
 * verifier's code goes in with it: who installs the server needs no other package of ours.
 */
function build(root: string): number {
  const [server, verify] = [join(root, 'packages/server'), join(root, 'packages/verify')];
  for (const folder of [server, verify]) rmSync(join(folder, 'dist'), { recursive: true, force: true });
  copyFileSync(join(root, 'LICENSE'), join(server, 'LICENSE'));
  for (const folder of [verify, server]) {
    const status = compile(root, join(folder, 'tsconfig.build.json'));
    if (status !== 0) return status;
  }
  cpSync(join(verify, 'dist'), join(server, 'dist/verify'), { recursive: true });
  pointToOwn(join(server, 'dist'));
  return 0;
}

function compile(root: string, config: string): number {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' }).status ?? 1;
}

/** Imports of the package become imports of its copy. */
function pointToOwn(dist: string): void {
  for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|d\.ts)$/.test(entry)) continue;
    const file = join(dist, entry);
    const text = readFileSync(file, 'utf8');
    const own = relative(dirname(file), join(dist, 'verify/index.js'));
    const pointed = text.replaceAll("from '@claviger/verify'", `from '${own.startsWith('.') ? own : `./${own}`}'`);
    if (pointed !== text) writeFileSync(file, pointed);
  }
}

process.exitCode = build(resolve(import.meta.dirname, '..'));
