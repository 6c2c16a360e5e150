import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** So short that who has used up his share waits for a moment only. */
const periodMicroseconds = 10_000;

/** Linux has two ways to say it: groups of the first version, and of the second. */
const versions = [
  {
    root: '/sys/fs/cgroup/cpu',
    limit: (folder: string, quota: number) => {
      write(join(folder, 'cpu.cfs_period_us'), periodMicroseconds);
      write(join(folder, 'cpu.cfs_quota_us'), quota);
    },
  },
  {
    root: '/sys/fs/cgroup',
    limit: (folder: string, quota: number) => {
      write(join(folder, 'cpu.max'), `${quota} ${periodMicroseconds}`);
    },
  },
];

/**
 * Gives a process that share of one processor and no more, as a machine of its own would. Linux alone, and mostly root
 * alone.
 * @returns what takes the limit away once the process has ended; undefined: it can't be set here
 */
export function limitProcessor(pid: number, share: number): (() => void) | undefined {
  for (const { root, limit } of versions) {
    const folder = join(root, `claviger-bench-${pid}`);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    try {
      limit(folder, Math.round(share * periodMicroseconds));
      write(join(folder, 'cgroup.procs'), pid);
      return () => rmdirSync(folder);
    } catch {
      rmdirSync(folder);
    }
  }
  return undefined;
}

/** Into a file that is there: in a folder that is no group, there is none. */
function write(file: string, value: string | number): void {
  writeFileSync(file, String(value), { flag: 'r+' });
}
