import { RecentMap } from '../domain/recent-map.ts';
import type { Clock } from '../ports/clock.ts';

export interface BackoffRule {
  /** Failures that cost nothing. */
  readonly free: number;
  readonly delayMaxMilliseconds: number;
  /** Without a failure for so long, all is forgotten. */
  readonly forgetMilliseconds: number;
  /** Parties kept in memory. */
  readonly partiesMax: number;
}

interface Failures {
  count: number;
  /** Monotonic. */
  lastAt: number;
}

const firstDelayMilliseconds = 1000;

/** Counts the failures of parties, and makes each wait: a second after the first that is not free, then twice that. */
export class Backoff {
  readonly #rule: BackoffRule;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #records: RecentMap<string, Failures>;

  constructor(rule: BackoffRule, clock: Pick<Clock, 'monotonic'>) {
    this.#rule = rule;
    this.#clock = clock;
    this.#records = new RecentMap(rule.partiesMax);
  }

  /** Milliseconds that the party still has to wait; 0: it may try. */
  waitMilliseconds(party: string): number {
    const record = this.#find(party);
    const beyond = record === undefined ? 0 : record.count - this.#rule.free;
    if (record === undefined || beyond < 0) return 0;
    const delay = Math.min(firstDelayMilliseconds * 2 ** beyond, this.#rule.delayMaxMilliseconds);
    return Math.max(0, record.lastAt + delay - this.#clock.monotonic());
  }

  /** Failures that are remembered of the party. */
  count(party: string): number {
    return this.#find(party)?.count ?? 0;
  }

  /** Counts a failure. Returns a function that takes it back. */
  fail(party: string): () => void {
    const record = this.#find(party) ?? { count: 0, lastAt: 0 };
    const before = record.lastAt;
    const at = this.#clock.monotonic();
    record.count++;
    record.lastAt = at;
    this.#records.set(party, record);
    return () => {
      record.count--;
      if (record.lastAt === at) record.lastAt = before;
    };
  }

  forget(party: string): void {
    this.#records.delete(party);
  }

  #find(party: string): Failures | undefined {
    const record = this.#records.get(party);
    if (record === undefined) return undefined;
    if (this.#clock.monotonic() - record.lastAt < this.#rule.forgetMilliseconds) return record;
    this.#records.delete(party);
    return undefined;
  }
}
