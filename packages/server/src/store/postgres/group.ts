import type pg from 'pg';
import { type Job, type Outbox, type Outcome, Rerun } from '../engine.ts';
import type { Compiler } from '../statement.ts';
import { PostgresExecutor } from './connection.ts';
import { translatePostgresError } from './error.ts';
import { sendOutbox } from './outbox.ts';
import { WorkExecutor } from './work-executor.ts';

export interface GroupOptions {
  readonly compiler: Compiler;
  readonly now: () => number;
}

/** How often a work that came too late runs again at once: a new statement sees what the other transaction did. */
const rerunsInPlace = 2;

/** One work that ran, and what it appended. */
interface Ran {
  readonly outcome: Outcome;
  readonly outbox: Outbox;
}

/**
 * Runs works one after another in one transaction; one outcome for each, once it is committed.
 *
 * Savepoints would cost each work more than its own statements do, and few works fail once they have written. So the
 * first try has none; where a work has to be taken back, all run once more, each in a savepoint.
 * @throws Problem store.unavailable, Rerun: nothing was committed, and the connection is of no more use
 */
export async function runGroup(client: pg.Client, jobs: readonly Job[], options: GroupOptions): Promise<Outcome[]> {
  const group = new Group(client, options.compiler);
  const ran = (await group.runAll(jobs, 'bare')) ?? (await group.runAll(jobs, 'saved')) ?? [];
  const sequences = await group.commit(
    ran.map(({ outbox }) => outbox),
    options.now(),
  );
  let drawn = 0;
  return ran.map(({ outcome, outbox }) => {
    drawn += outbox.changes.length;
    if ('error' in outcome || outbox.changes.length === 0) return outcome;
    return { committed: { value: outcome.committed.value, sequence: sequences[drawn - 1] } };
  });
}

/** One transaction under way. What needs no answer at once is sent along with what does. */
class Group {
  readonly #client: pg.Client;
  readonly #compiler: Compiler;
  #begun = false;
  /** Whether the server holds a savepoint for the work under way. */
  #saved = false;
  /** Whether a work that succeeded has written, and must outlive the failure of a later one. */
  #kept = false;
  /** A control statement that failed: then so did the transaction. */
  #failure: unknown;

  constructor(client: pg.Client, compiler: Compiler) {
    this.#client = client;
    this.#compiler = compiler;
  }

  /** Undefined, with the transaction rolled back, where a work has to be taken back and has no savepoint. */
  async runAll(jobs: readonly Job[], mode: 'bare' | 'saved'): Promise<Ran[] | undefined> {
    const all: Ran[] = [];
    for (const job of jobs) {
      const ran = await this.#runJob(job, mode);
      if (this.#failure !== undefined) throw this.#failure;
      if (ran === undefined) return undefined;
      all.push(ran);
    }
    return all;
  }

  async commit(outboxes: readonly Outbox[], now: number): Promise<number[]> {
    const changes = outboxes.flatMap((outbox) => outbox.changes);
    const entries = outboxes.flatMap((outbox) => outbox.entries);
    if (changes.length + entries.length > 0) this.#begin();
    if (!this.#begun) return [];
    try {
      const appended = sendOutbox(this.#client, { changes, entries }, now);
      const [sequences, result] = await Promise.all([appended, this.#client.query('commit')]);
      // A transaction that failed before answers its commit with success, and the word ROLLBACK.
      if (result.command !== 'COMMIT') throw this.#failure ?? new Error('the transaction had failed');
      return sequences;
    } catch (error) {
      throw error === this.#failure ? error : translatePostgresError(error, 'commit');
    }
  }

  async #runJob(job: Job, mode: 'bare' | 'saved'): Promise<Ran | undefined> {
    for (let rerun = 0; ; rerun++) {
      const outbox: Outbox = { changes: [], entries: [] };
      const inner = new PostgresExecutor(this.#client, this.#compiler);
      const executor = new WorkExecutor(inner, () => this.#prepare(mode));
      try {
        const value = await job.work(executor, outbox);
        if (executor.failure !== undefined) throw executor.failure;
        if (executor.wrote) this.#keep();
        return { outcome: { committed: { value, sequence: undefined } }, outbox };
      } catch (error) {
        if (executor.wrote && !this.#undo()) return undefined;
        // What the server itself called off is not tried again at once: others may wait for this transaction.
        const again = error instanceof Rerun && executor.failure === undefined && rerun < rerunsInPlace;
        if (!again) return { outcome: { error }, outbox: { changes: [], entries: [] } };
      }
    }
  }

  /** Before the first statement of a work. */
  #prepare(mode: 'bare' | 'saved'): void {
    this.#begin();
    if (mode === 'bare' || this.#saved || !this.#kept) return;
    this.#send('savepoint work');
    this.#saved = true;
  }

  #begin(): void {
    if (!this.#begun) this.#send('begin');
    this.#begun = true;
  }

  #keep(): void {
    if (this.#saved) this.#send('release savepoint work');
    this.#saved = false;
    this.#kept = true;
  }

  /** Takes back what the work did: false where that took back other works too. */
  #undo(): boolean {
    if (this.#saved) {
      // The savepoint remains, and serves the next work.
      this.#send('rollback to savepoint work');
      return true;
    }
    const alone = !this.#kept;
    this.#send('rollback');
    this.#begun = false;
    this.#kept = false;
    return alone;
  }

  #send(text: string): void {
    this.#client.query(text).catch((error: unknown) => {
      this.#failure ??= translatePostgresError(error, text);
    });
  }
}
