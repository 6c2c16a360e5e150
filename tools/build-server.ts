import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Builds what is published of the server: JavaScript in dist/, and the licence beside it. Runs before `npm pack`. */
function build(root: string): number {
  const server = join(root, 'packages/server');
  rmSync(join(server, 'dist'), { recursive: true, force: true });
  copyFileSync(join(root, 'LICENSE'), join(server, 'LICENSE'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const config = join(server, 'tsconfig.build.json');
  return spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = build(resolve(import.meta.dirname, '..'));
