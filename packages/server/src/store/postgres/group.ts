import type pg from 'pg';
import { type Job, type Outbox, type Outcome, Rerun } from '../engine.ts';
import type { Compiler } from '../statement.ts';
import { insertMany } from './batch.ts';
import { PostgresExecutor } from './connection.ts';
import { translatePostgresError } from './error.ts';
import { sendOutbox } from './outbox.ts';
import { type Go, WorkExecutor } from './work-executor.ts';

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

/** One run of a work. */
interface Attempt {
  readonly executor: WorkExecutor;
  readonly outbox: Outbox;
  /** Of a work that was begun ahead: lets it go on, and what it comes to. */
  readonly go?: Go;
  readonly value?: Promise<unknown>;
  /** Of what it begins with, the rows that are written already. */
  written?: number | undefined;
}

function begin(job: Job, { executor, outbox }: Attempt): Pick<Attempt, 'go' | 'value'> {
  const go = executor.hold();
  const value = job.work(executor, outbox);
  // Whoever runs the work hears of its failure; one that the group never comes to is run anew.
  value.catch(() => undefined);
  return { go, value };
}

/** Works from there on that begin with the same insert. */
function takeBatch(begun: readonly Attempt[], from: number): Attempt[] {
  const statement = begun[from]?.executor.waitsToInsert?.statement;
  if (statement === undefined) return [];
  const end = begun.findIndex(({ executor }, at) => at > from && executor.waitsToInsert?.statement !== statement);
  return begun.slice(from, end < 0 ? undefined : end);
}

/** One transaction under way. What needs no answer at once is sent along with what does. */
class Group {
  readonly #client: pg.Client;
  readonly #executor: PostgresExecutor;
  #begun = false;
  /** Whether the server holds a savepoint for the work under way. */
  #saved = false;
  /** Whether a work that succeeded has written, and must outlive the failure of a later one. */
  #kept = false;
  /** A control statement that failed: then so did the transaction. */
  #failure: unknown;

  constructor(client: pg.Client, compiler: Compiler) {
    this.#client = client;
    this.#executor = new PostgresExecutor(client, compiler);
  }

  /**
   * Undefined, with the transaction rolled back, where a work has to be taken back and has no savepoint. Works run one
   * after another, but those in a row that begin by inserting into the same table are begun together, and what they
   * begin with is written at once.
   */
  async runAll(jobs: readonly Job[], mode: 'bare' | 'saved'): Promise<Ran[] | undefined> {
    const begun = mode === 'bare' && jobs.length > 1 ? await this.#beginAll(jobs) : [];
    const all: Ran[] = [];
    for (const [at, job] of jobs.entries()) {
      if (!(await this.#insertFirst(begun, at))) return undefined;
      const ran = await this.#runJob(job, mode, begun[at]);
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

  /** Lets each work run up to its first statement. */
  async #beginAll(jobs: readonly Job[]): Promise<Attempt[]> {
    const begun = jobs.map((job) => {
      const attempt = this.#attempt('bare');
      return { ...attempt, ...begin(job, attempt) };
    });
    // A work awaits nothing but its statements, so that by then it waits for the first one, or is over.
    await new Promise((resolve) => setImmediate(resolve));
    return begun;
  }

  /**
   * Before the first of a row of works that begin alike: writes what they begin with.
   * @returns false, with the transaction rolled back, where that failed: one of them is to blame
   */
  async #insertFirst(begun: readonly Attempt[], at: number): Promise<boolean> {
    const batch = begun[at]?.written === undefined ? takeBatch(begun, at) : [];
    if (batch.length < 2) return true;
    this.#begin();
    try {
      const rows = batch.flatMap(({ executor }) => executor.waitsToInsert ?? []);
      const written = await insertMany(this.#executor, rows);
      for (const [place, attempt] of batch.entries()) attempt.written = written[place];
      if (written.includes(1)) this.#kept = true;
      return true;
    } catch {
      this.#undo();
      return false;
    }
  }

  #attempt(mode: 'bare' | 'saved'): Attempt {
    const executor = new WorkExecutor(this.#executor, () => this.#prepare(mode));
    return { executor, outbox: { changes: [], entries: [] } };
  }

  async #runJob(job: Job, mode: 'bare' | 'saved', begun?: Attempt): Promise<Ran | undefined> {
    for (let rerun = 0; ; rerun++) {
      const attempt = (rerun === 0 ? begun : undefined) ?? this.#attempt(mode);
      const { executor, outbox } = attempt;
      try {
        attempt.go?.(attempt.written);
        const value = await (attempt.value ?? job.work(executor, outbox));
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
