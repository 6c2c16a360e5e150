import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that the conformance suite puts in front of an API, with the package of Debian that has them. */
const gateways: readonly { readonly program: string; readonly debianPackage: string }[] = [
  { program: 'nginx', debianPackage: 'nginx-light' },
  { program: 'caddy', debianPackage: 'caddy' },
  { program: 'haproxy', debianPackage: 'haproxy' },
];

/**
 * Runs the conformance table through every gateway that is installed, and says loudly which are not. Options of
 * `node --test` may follow; `CLAVIGER_GATEWAYS=required` fails where one is missing.
 */
function main(args: readonly string[]): number {
  const mode = process.env['CLAVIGER_GATEWAYS'] ?? 'installed';
  if (mode !== 'installed' && mode !== 'required') {
    console.error(`CLAVIGER_GATEWAYS is "${mode}", but takes installed or required`);
    return 1;
  }
  const missing = gateways.filter(({ program }) => !isInstalled(program));
  for (const { program, debianPackage } of missing) {
    console.error(`*** NOT INSTALLED: ${program}. Nothing is tested with it. (apt-get install ${debianPackage})`);
  }
  if (missing.length > 0 && mode === 'required') return 1;
  const files = args.some((arg) => !arg.startsWith('-')) ? [] : ['packages/server/test/gateway'];
  const { status } = spawnSync(process.execPath, ['tools/test.ts', ...args, ...files], {
    stdio: 'inherit',
    env: { ...process.env, CLAVIGER_GATEWAYS: mode },
  });
  return status ?? 1;
}

/** Debian keeps what serves in /usr/sbin, which is not in everybody's PATH. */
function isInstalled(program: string): boolean {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return places.some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

process.exitCode = main(process.argv.slice(2));
