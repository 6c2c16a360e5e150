import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

/**
 * Stands beside a query process in a thread of its own, since SQLite holds the first thread for as long as a statement
 * runs: ends the process where it takes too much memory, and where the plane is gone.
 */
export interface WatchdogData {
  readonly memoryBytesMax: number;
  readonly parent: number;
}

const intervalMilliseconds = 25;

async function watch({ memoryBytesMax, parent }: WatchdogData): Promise<never> {
  for (;;) {
    await sleep(intervalMilliseconds);
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    // The plane tells by the signal why the process ended (pool-process.ts).
    if (process.memoryUsage.rss() > memoryBytesMax) process.kill(process.pid, 'SIGTERM');
  }
}

await watch(workerData as WatchdogData);
