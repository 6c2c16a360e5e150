import type { Clock } from '../ports/clock.ts';
import type { Sideline } from './engine.ts';
import type { RememberedLease } from './lease-memory.ts';
import { acknowledge } from './verifier-lease-statement.ts';

/** Between two words to the other nodes: under many writes one tells of several. */
const gapMilliseconds = 15;
/** After one that failed. */
const retryMilliseconds = 1_000;
/** A verifier that applied nothing new is told of so seldom. */
const idleMilliseconds = 5_000;
/** A row that was passed over so often is not being written: it is gone. */
const untoldMax = 5;

/** Tells other nodes what the verifiers that poll here have applied. What a crash takes away is said again. */
export class LeaseTeller {
  readonly #sideline: Sideline;
  readonly #clock: Clock;
  readonly #waiting = new Set<RememberedLease>();
  #telling: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(sideline: Sideline, clock: Clock) {
    this.#sideline = sideline;
    this.#clock = clock;
  }

  tell(lease: RememberedLease): void {
    const now = this.#clock.monotonic();
    if (lease.applied === lease.toldApplied && now - lease.toldAt < idleMilliseconds) return;
    this.#waiting.add(lease);
    if (this.#telling === undefined && this.#timer === undefined) {
      this.#schedule(Math.max(0, this.#toldAt + gapMilliseconds - performance.now()));
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#telling;
    if (this.#waiting.size > 0) await this.#tellAll().catch(() => undefined);
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#start(), milliseconds);
    this.#timer.unref();
  }

  #start(): void {
    this.#timer = undefined;
    this.#telling = this.#tellAll()
      .then(() => gapMilliseconds)
      .catch(() => retryMilliseconds)
      .then((pause) => {
        this.#telling = undefined;
        this.#toldAt = performance.now();
        if (this.#waiting.size > 0) this.#schedule(pause);
      });
  }

  async #tellAll(): Promise<void> {
    const told = [...this.#waiting].map((lease) => ({ lease, applied: lease.applied, epoch: lease.epoch }));
    const said = JSON.stringify(told.map(({ lease: { id }, applied, epoch }) => ({ id, applied, epoch })));
    const at = this.#clock.monotonic();
    const rows = await this.#sideline.rows(acknowledge, { said });
    const found = new Map(rows.map(({ id, remaining }) => [id, remaining]));
    for (const { lease, applied, epoch } of told) {
      const remaining = found.get(lease.id);
      if (remaining === undefined) this.#passedOver(lease);
      else {
        lease.untold = 0;
        lease.toldAt = at;
        lease.toldApplied = applied;
        // The server's clock may have been set since the row was written.
        if (lease.standsUntil !== Number.POSITIVE_INFINITY) lease.standsUntil = at + remaining;
        if (lease.applied === applied && lease.epoch === epoch) this.#waiting.delete(lease);
      }
    }
  }

  /** The next poll writes a row that is gone. */
  #passedOver(lease: RememberedLease): void {
    lease.untold++;
    if (lease.untold < untoldMax) return;
    lease.untold = 0;
    lease.standsUntil = Number.NEGATIVE_INFINITY;
    this.#waiting.delete(lease);
  }
}
