import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Packs the server, installs the archive into an empty folder and runs its bin, as somebody who gets it from npm. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-package-'));
  try {
    const manifest = readFileSync(join(root, 'packages/server/package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const packed = run(
      'npm',
      ['pack', '--workspace', '@claviger/server', '--json', '--pack-destination', folder],
      root,
    );
    const archive = nameOfArchive(packed);
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n');
    run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${archive}`], folder);
    const told = run(process.execPath, ['node_modules/@claviger/server/bin/claviger.js', '--version'], folder).trim();
    if (!told.includes(version)) throw new Error(`claviger --version says ${told}, the package is ${version}`);
    console.log(`package: ${archive} installs into an empty folder, and claviger --version says ${told}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a command printed. @throws where it fails */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}`);
  return stdout;
}

/** npm prints what scripts print before its own JSON; the archive's name stands once in it. */
function nameOfArchive(output: string): string {
  const [, name] = /"filename":\s*"([^"]+\.tgz)"/.exec(output) ?? [];
  if (name === undefined) throw new Error(`npm pack names no archive: ${output}`);
  return name;
}

main();
