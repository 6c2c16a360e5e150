import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Adds what npm leaves out of package-lock.json where the registry in use does not serve the packages of other
 * platforms: `npm ci` then refuses the file everywhere. Run it after `npm install`; it changes nothing where nothing is
 * missing. Names and versions are the ones that the dependent package pins; hashes are unknown here, and npm writes them
 * at the next `npm install` against a registry that has the packages.
 */

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dev?: true;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

/** The entries that packages pin for other platforms and that the lockfile lacks, by their path in node_modules. */
export function findMissing(packages: Readonly<Record<string, LockEntry>>): Map<string, LockEntry> {
  const missing = new Map<string, LockEntry>();
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const pinned = /^\d+\.\d+\.\d+/.test(version);
      const there = listPlaces(path, name).some((place) => packages[place]?.version === version);
      if (!pinned || there) continue;
      // Beside the package that wants it, where npm puts such things; beneath it where another version has that place.
      const [beneath = '', beside = beneath] = listPlaces(path, name);
      missing.set(packages[beside] === undefined ? beside : beneath, describe(name, version, dev));
    }
  }
  return missing;
}

/** Where a package at `path` finds another, the nearest first. */
function listPlaces(path: string, name: string): string[] {
  const inner = `${path === '' ? '' : `${path}/`}node_modules/${name}`;
  if (path === '') return [inner];
  return [inner, ...listPlaces(path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1)), name)];
}

function describe(name: string, version: string, dev: true | undefined): LockEntry {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = /-(?:gnu|musl)(?:eabihf)?$/.exec(name)?.[0].includes('musl') ? 'musl' : 'glibc';
  if (os === undefined || cpu === undefined) throw new Error(`${name} names no platform that is known here`);
  return {
    version,
    ...(dev && { dev }),
    optional: true,
    os: [os],
    cpu: [cpu],
    ...(/-(?:gnu|musl)/.test(name) && { libc: [libc] }),
  };
}

if (import.meta.main) {
  const path = join(resolve(process.argv[2] ?? '.'), 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockEntry> };
  const missing = findMissing(lock.packages);
  const entries = Object.entries(lock.packages).concat([...missing]);
  lock.packages = Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`lockfile: ${missing.size} packages of other platforms added`);
}
