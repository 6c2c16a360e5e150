import { setTimeout as sleep } from 'node:timers/promises';
import type { Served } from './child.ts';

const lookMilliseconds = 500;
const looksMax = 120;
/** Of one processor. */
const idleShare = 0.1;

/** Waits until a server that was just started is done with what it does by itself: the index of a seeded store, mostly. */
export async function settle(served: Pick<Served, 'readUsage'>): Promise<void> {
  let { cpuMicroseconds: before } = await served.readUsage();
  for (let looks = 0; looks < looksMax; looks++) {
    await sleep(lookMilliseconds);
    const { cpuMicroseconds: after } = await served.readUsage();
    if (after - before < lookMilliseconds * 1000 * idleShare) return;
    before = after;
  }
}
