import type { LeaseHold } from '../ports/verifier-lease.ts';

/** A lease as this node knows it. Times are monotonic; Infinity: without an end. */
export interface RememberedLease {
  readonly id: string;
  readonly organizationId: string;
  epoch: string;
  applied: number;
  heardAt: number;
  /** How long the verifier may answer. */
  until: number;
  /** How long the row says that it may: never less, of a lease that was held. */
  standsUntil: number;
  /** The row's end by the store's clock. */
  endsAt: number;
  /** A write under way, and how long the row stands then. */
  writing: { readonly until: number; readonly done: Promise<void> } | undefined;
  /** What the row says is applied, when it was told so, and how often it was told in vain since. */
  toldApplied: number;
  toldAt: number;
  untold: number;
}

/** Leases that were held on this node. */
export class LeaseMemory {
  readonly #byId = new Map<string, RememberedLease>();

  find(id: string): RememberedLease | undefined {
    return this.#byId.get(id);
  }

  remember(lease: RememberedLease): void {
    this.#byId.set(lease.id, lease);
  }

  forget(id: string): void {
    this.#byId.delete(id);
  }

  /** Notes what a poll says. Returns whether it applied more than was known. */
  note(lease: RememberedLease, { epoch, applied, forMilliseconds = Number.POSITIVE_INFINITY }: LeaseHold, now: number) {
    const isNews = lease.epoch !== epoch || applied > lease.applied;
    lease.applied = lease.epoch === epoch ? Math.max(lease.applied, applied) : applied;
    lease.epoch = epoch;
    lease.heardAt = now;
    lease.until = now + forMilliseconds;
    return isNews;
  }

  /** Forgets what has ended; answers the ids of the rest. */
  prune(now: number): string[] {
    for (const { id, until, standsUntil, writing } of this.#byId.values()) {
      if (until < now && standsUntil < now && writing === undefined) this.#byId.delete(id);
    }
    return [...this.#byId.keys()];
  }
}
