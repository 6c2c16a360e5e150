import type { Served } from './child.ts';
import { load } from './load.ts';
import type { Pace } from './pace.ts';
import type { Load, Loaded } from './traffic.ts';

/** Whoever is slower is measured as he is by then. */
const warmMillisecondsMax = 20_000;

/**
 * Counts the processor time that requests cost a server over all of its loads. Where others use the machine too, it
 * says more than a rate: a server that waits for a processor pays nothing for it.
 */
export class CostMeter {
  readonly url: string;
  readonly #served: Pick<Served, 'readUsage'>;
  #microseconds = 0;
  #requests = 0;

  /** @param url where it is asked, if not where it says */
  constructor(served: Pick<Served, 'url' | 'readUsage'>, url = served.url) {
    this.#served = served;
    this.url = url;
  }

  async load(task: Omit<Load, 'url'>): Promise<Loaded> {
    const before = await this.#served.readUsage();
    const loaded = await load({ ...task, url: this.url });
    const after = await this.#served.readUsage();
    this.#microseconds += after.cpuMicroseconds - before.cpuMicroseconds;
    this.#requests += loaded.requests;
    return loaded;
  }

  /**
   * Loads in turns of `warmSeconds` until `warmRequests` were answered or the patience is at its end, and forgets what
   * they cost. A compiler counts calls and not seconds: a server that does more for each is not warm as soon as another.
   */
  async warmUp(pace: Pace, loadFor: (seconds: number) => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    do await loadFor(pace.warmSeconds);
    while (this.#requests < pace.warmRequests && performance.now() - begun < warmMillisecondsMax);
    this.reset();
  }

  /** Forgets what the warming up cost. */
  reset(): void {
    this.#microseconds = 0;
    this.#requests = 0;
  }

  /** Microseconds of processor time for each request. */
  get cost(): number {
    return this.#microseconds / this.#requests;
  }
}

export function describeCosts(value: CostMeter, baseline: CostMeter): string {
  const ratio = (baseline.cost / value.cost).toFixed(2);
  return `processor time ${value.cost.toFixed(0)} µs a request against ${baseline.cost.toFixed(0)}: ratio ${ratio}`;
}
