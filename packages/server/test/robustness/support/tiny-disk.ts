import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from './directory.ts';

/** A file system of a few megabytes that a test can fill. Use with `using`. */
export interface TinyDisk extends Disposable {
  readonly path: string;
  /** Leaves so many bytes. */
  fill(left: number): void;
  /** Takes the filling away. */
  clear(): void;
}

/** Undefined where no file system can be mounted here: that takes root on Linux. */
export function mountTinyDisk(megabytes: number): TinyDisk | undefined {
  const directory = makeDirectory();
  const { path } = directory;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path]);
  if (mounted.status !== 0) {
    directory[Symbol.dispose]();
    return undefined;
  }
  const fillings: string[] = [];
  return {
    path,
    fill: (left) => {
      const { bfree, bsize } = statfsSync(path);
      const filling = join(path, `filling-${fillings.length}`);
      fillings.push(filling);
      writeFileSync(filling, Buffer.alloc(Math.max(0, Number(bfree) * Number(bsize) - left)));
    },
    clear: () => {
      for (const filling of fillings.splice(0)) rmSync(filling);
    },
    [Symbol.dispose]: () => {
      spawnSync('umount', ['-l', path]);
      directory[Symbol.dispose]();
    },
  };
}
