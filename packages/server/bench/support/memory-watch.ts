import { setTimeout as sleep } from 'node:timers/promises';
import type { Served } from './child.ts';

const sampleMilliseconds = 500;

/** Resident bytes of a server, again and again until something is done. One at least. */
export async function watchMemory(served: Pick<Served, 'readUsage'>, work: Promise<unknown>): Promise<number[]> {
  const ended = work.then(
    () => true,
    () => true,
  );
  const samples: number[] = [];
  do samples.push((await served.readUsage()).residentBytes);
  while (!(await Promise.race([ended, sleep(sampleMilliseconds, false)])));
  return samples;
}
