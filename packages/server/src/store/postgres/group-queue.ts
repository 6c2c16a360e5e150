import type { Committed } from '../../ports/store.ts';
import { type Job, queueMax, settle, unavailable, type Work } from '../engine.ts';
import type { Lane } from './lane.ts';

/** Works in line, given to the lanes in groups. A lane that is free takes what has come since the last turn. */
export class GroupQueue {
  readonly #idle: Lane[];
  readonly #lanes: readonly Lane[];
  readonly #ring: () => void;
  readonly #groupMax: number;
  readonly #queue: Job[] = [];
  readonly #running = new Set<Promise<void>>();
  #scheduled = false;

  /** @param groupMax works that share a commit, at most */
  constructor(lanes: readonly Lane[], ring: () => void, groupMax: number) {
    this.#lanes = lanes;
    this.#idle = [...lanes];
    this.#ring = ring;
    this.#groupMax = groupMax;
  }

  transact<T>(work: Work<T>): Promise<Committed<T>> {
    if (this.#queue.length >= queueMax) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as Job['resolve'], reject });
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    while (this.#queue.length > 0 || this.#running.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(this.#running);
    }
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0 || this.#idle.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    const lane = this.#idle.pop();
    if (lane === undefined) return;
    // An even share for each lane that is free, so that none takes all and leaves the others idle.
    const share = Math.ceil(this.#queue.length / (this.#idle.length + 1));
    const run = this.#runGroup(lane, this.#queue.splice(0, Math.min(this.#groupMax, share))).finally(() => {
      this.#running.delete(run);
      this.#idle.push(lane);
      this.#schedule();
    });
    this.#running.add(run);
    this.#schedule();
  }

  async #runGroup(lane: Lane, jobs: readonly Job[]): Promise<void> {
    const outcomes = await lane.run(jobs);
    for (const [at, job] of jobs.entries()) settle(job, outcomes[at] ?? { error: unavailable() });
    if (outcomes.some((outcome) => 'committed' in outcome && outcome.committed.sequence !== undefined)) this.#ring();
  }
}
