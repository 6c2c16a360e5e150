import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Whole servers in the process of the test: to load their code takes a file as long as its tests do. */
const bundledDirectory = 'packages/server/test/wire/';
const filesOfBundle = 8;

export interface Bundles {
  /** What to run: bundles, and the files that are in none. */
  readonly files: readonly string[];
  /** Where the bundles were written, to be removed after the run; undefined where there are none. */
  readonly directory: string | undefined;
}

/**
 * Puts several files of whole servers into one process each, where many of them run: a file that imports them. They share
 * nothing but code. Each still runs by itself, too, and so no file there may have hooks outside of a `describe`.
 */
export function bundleFiles(files: readonly string[]): Bundles {
  const bundled = files.filter((file) => file.startsWith(bundledDirectory));
  if (bundled.length <= filesOfBundle) return { files, directory: undefined };
  const directory = mkdtempSync(join(tmpdir(), 'claviger-tests-'));
  // Dealt like cards: neighbours are alike, and so are their durations.
  const hands = Map.groupBy(bundled.entries(), ([at]) => at % Math.ceil(bundled.length / filesOfBundle));
  const bundles = [...hands].map(([number, hand]) => {
    const bundle = join(directory, `wire-${number + 1}.test.mjs`);
    const imports = hand.map(([, file]) => `import ${JSON.stringify(pathToFileURL(resolve(file)).href)};\n`);
    writeFileSync(bundle, imports.join(''));
    return bundle;
  });
  return { files: [...bundles, ...files.filter((file) => !bundled.includes(file))], directory };
}
