import { spawnSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { bundleFiles } from './test-bundle.ts';

const everyTest = ['packages/*/{src,test}/**/*.test.ts', 'tools/test/**/*.test.ts'];
/** A file counts as a test, too. The longer rounds of `.ci/run` have more patience than `npm test`. */
const minutesMaxOfOneTest = process.env['CLAVIGER_LONG'] === '1' ? 25 : 10;

/** Starting a PostgreSQL costs as much as a file of tests takes: from so many files on they share one. */
const filesToShareMin = 8;
const sharePostgres = 'packages/server/test/support/share-postgres.ts';

/** Begun at the end, it would be the only one left to wait for. */
const longest = 'packages/server/test/store/postgres.test.ts';

/** `npm test` runs every test; `npm test -- <path or glob> …` runs those. Options of `node --test` may stand in front. */
function main(args: readonly string[]): number {
  const options = args.filter((arg) => arg.startsWith('-'));
  const named = args.filter((arg) => !arg.startsWith('-'));
  const patterns = named.length > 0 ? named : everyTest;
  const files = globSync(patterns.map((pattern) => (pattern.endsWith('.ts') ? pattern : `${pattern}/**/*.test.ts`)));
  if (files.length === 0) {
    console.error(`no test file matches ${patterns.join(' ')}`);
    return 1;
  }
  // Many wait for a disk or for time to pass: among all of them one more fills the gaps. Longer rounds have none.
  const concurrency = Math.min(4, availableParallelism() + (named.length === 0 ? 1 : 0));
  const settings = [`--test-concurrency=${concurrency}`, `--test-timeout=${minutesMaxOfOneTest * 60_000}`];
  if (files.length >= filesToShareMin) settings.push(`--test-global-setup=${sharePostgres}`);
  const runner = ['--test', '--test-reporter=spec', ...settings, ...options];
  // Each test file is a process, and many start servers and commands: reading the same code anew is half of their start.
  const env = {
    NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'),
    ...(named.length === 0 && { CLAVIGER_TEST_EVERYTHING: '1' }),
    ...process.env,
  };
  const bundles = bundleFiles(files.sort());
  try {
    // The runner sorts what it is given: `/` stands before every other name.
    const ordered = bundles.files.map((file) => (file === longest ? resolve(file) : file));
    const { status } = spawnSync(process.execPath, [...runner, ...ordered], { stdio: 'inherit', env });
    return status ?? 1;
  } finally {
    if (bundles.directory !== undefined) rmSync(bundles.directory, { recursive: true });
  }
}

process.exitCode = main(process.argv.slice(2));
