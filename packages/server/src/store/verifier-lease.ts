import { Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaseHold, VerifierLease, VerifierLeases } from '../ports/verifier-lease.ts';
import { Bell, type Engine, type Executor } from './engine.ts';
import { LeaseMemory, type RememberedLease } from './lease-memory.ts';
import { LeaseTeller } from './lease-teller.ts';
import {
  endless,
  findEnd,
  hold,
  type ListedRow,
  listAll,
  listOf,
  miss,
  remove,
  removeEnded,
  removeOrphans,
} from './verifier-lease-statement.ts';

/** How much longer than asked a lease is written, so that not every poll is a write: a share of it, and at most. */
const aheadShare = 0.25;
const aheadMillisecondsMax = 60_000;
/** Rows of ended leases stay so long: what a stepped clock ended may still be held somewhere. */
const graceMilliseconds = 3_600_000;

interface LeaseParts {
  readonly engine: Pick<Engine, 'reader' | 'sideline'>;
  readonly clock: Clock;
  readonly transact: (work: (executor: Executor) => Promise<number>) => Promise<{ readonly value: number }>;
}

/**
 * Leases: rows for how long each lasts, which are written ahead, and memory for what was said since. Where there is one
 * node its memory is the truth; where there are many the others are told in passing (docs/decisions/0009-feed.md).
 */
export class VerifierLeaseTable implements VerifierLeases {
  readonly #parts: LeaseParts;
  readonly #memory = new LeaseMemory();
  readonly #bell = new Bell();
  readonly #teller: LeaseTeller | undefined;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    const { sideline } = parts.engine;
    this.#teller = sideline && new LeaseTeller(sideline, parts.clock);
  }

  async hold(asked: LeaseHold): Promise<void> {
    const now = this.#parts.clock.monotonic();
    const known = this.#memory.find(asked.id);
    if (known === undefined) return this.#begin(asked, now);
    if (known.organizationId !== (asked.organizationId ?? '')) throw taken();
    if (this.#memory.note(known, asked, now)) this.#bell.ring();
    if (!this.#stands(known, asked, now)) await this.#prolong(known, asked, now);
    this.#teller?.tell(known);
  }

  async leave(id: string): Promise<void> {
    await this.#parts.transact((executor) => executor.run(remove, { id }));
    this.#memory.forget(id);
    this.#bell.ring();
    // Others find it gone when they look; this lets them look at once.
    await this.#parts.engine.sideline?.ring().catch(() => undefined);
  }

  async list(organizationId: string | undefined): Promise<VerifierLease[]> {
    const { clock, engine } = this.#parts;
    const at = clock.monotonic();
    const now = clock.now();
    const rows = await (organizationId === undefined
      ? engine.reader.rows(listAll, { now })
      : engine.reader.rows(listOf, { organizationIds: [organizationId, ''], now }));
    return rows.flatMap((row) => this.#toLease(row, at) ?? []).sort(byName);
  }

  async miss(ids: readonly string[], sequence: number): Promise<void> {
    const { engine, transact } = this.#parts;
    if (engine.sideline !== undefined) await engine.sideline.rows(miss, { ids, sequence });
    else await transact((executor) => executor.run(miss, { ids, sequence }));
  }

  onAcknowledge(listener: () => void): () => void {
    const stops = [this.#bell.add(listener), this.#parts.engine.sideline?.onRing(listener)];
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  /** Removes up to `limit` rows of leases that ended long ago; resolves to how many. */
  async sweep(executor: Executor, limit: number): Promise<number> {
    const { clock } = this.#parts;
    const args = {
      now: clock.now(),
      grace: graceMilliseconds,
      held: this.#memory.prune(clock.monotonic()),
      limit,
    };
    return (await executor.run(removeEnded, args)) + (await executor.run(removeOrphans, args));
  }

  /** Tells what was not told yet. */
  async close(): Promise<void> {
    await this.#teller?.close();
  }

  async #begin(asked: LeaseHold, now: number): Promise<void> {
    const lease: RememberedLease = {
      id: asked.id,
      organizationId: asked.organizationId ?? '',
      epoch: asked.epoch,
      applied: asked.applied,
      heardAt: now,
      until: now + (asked.forMilliseconds ?? Number.POSITIVE_INFINITY),
      standsUntil: Number.NEGATIVE_INFINITY,
      endsAt: 0,
      writing: undefined,
      toldApplied: asked.applied,
      toldAt: now,
      untold: 0,
    };
    // Only once it is known to be no other organization's.
    await this.#write(lease, asked, now);
    if (this.#memory.find(asked.id) === undefined) this.#memory.remember(lease);
    this.#bell.ring();
    void this.#parts.engine.sideline?.ring().catch(() => undefined);
  }

  /** Whether the row lasts as long as was asked, by our monotonic clock and, where it is ours, by the store's. */
  #stands({ standsUntil, endsAt }: RememberedLease, { forMilliseconds }: LeaseHold, now: number): boolean {
    if (forMilliseconds === undefined) return standsUntil === Number.POSITIVE_INFINITY;
    if (standsUntil < now + forMilliseconds) return false;
    return this.#parts.engine.sideline !== undefined || endsAt >= this.#parts.clock.now() + forMilliseconds;
  }

  async #prolong(lease: RememberedLease, asked: LeaseHold, now: number): Promise<void> {
    const needed = now + (asked.forMilliseconds ?? Number.POSITIVE_INFINITY);
    if (lease.writing === undefined || lease.writing.until < needed) {
      const done = this.#write(lease, asked, now).finally(() => {
        if (lease.writing?.done === done) lease.writing = undefined;
      });
      lease.writing = { until: needed + aheadOf(asked), done };
    }
    await lease.writing.done;
  }

  async #write(lease: RememberedLease, asked: LeaseHold, now: number): Promise<void> {
    const { id, epoch, applied, forMilliseconds } = asked;
    const duration = forMilliseconds === undefined ? endless : Math.ceil(forMilliseconds + aheadOf(asked));
    const { organizationId } = lease;
    const args = { id, organizationId, name: asked.name, epoch, applied, duration, now: this.#parts.clock.now() };
    const { value: endsAt } = await this.#parts.transact(async (executor) => {
      if ((await executor.run(hold, args)) === 0) return 0;
      return (await executor.first(findEnd, { id }))?.ends_at ?? 0;
    });
    if (endsAt === 0) throw taken();
    lease.endsAt = endsAt;
    lease.standsUntil = duration === endless ? Number.POSITIVE_INFINITY : now + duration;
    lease.toldApplied = Math.max(lease.toldApplied, applied);
  }

  #toLease(row: ListedRow, at: number): VerifierLease | undefined {
    const remembered = this.#memory.find(row.id);
    const known = remembered?.organizationId === row.organization_id ? remembered : undefined;
    const remaining = this.#remaining(row, known, at);
    if (remaining <= 0) return undefined;
    const applied = row.epoch === row.epoch_now ? row.applied : 0;
    const silent = Math.max(0, row.now - row.heard_at);
    return {
      id: row.id,
      organizationId: row.organization_id === '' ? undefined : row.organization_id,
      name: row.name,
      applied: known?.epoch === row.epoch_now ? Math.max(applied, known.applied) : applied,
      missed: row.missed,
      remainingMilliseconds: remaining === Number.POSITIVE_INFINITY ? undefined : remaining,
      silentMilliseconds: known === undefined ? silent : Math.min(silent, Math.max(0, at - known.heardAt)),
    };
  }

  /** What another node heard stands in the row alone; where there is no other, what was heard here is exact. */
  #remaining(row: ListedRow, known: RememberedLease | undefined, at: number): number {
    const written = row.ends_at >= endless ? Number.POSITIVE_INFINITY : row.ends_at - row.now;
    if (known === undefined) return written;
    return this.#teller === undefined ? known.until - at : Math.max(written, known.until - at);
  }
}

function aheadOf({ forMilliseconds }: LeaseHold): number {
  return Math.min(aheadMillisecondsMax, (forMilliseconds ?? 0) * aheadShare);
}

function taken(): Problem<'request.invalid'> {
  return new Problem('request.invalid', { field: 'verifier', reason: 'is one of another organization' });
}

function byName(left: VerifierLease, right: VerifierLease): number {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}
