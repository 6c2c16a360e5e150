import { setTimeout as sleep } from 'node:timers/promises';
import type { Committed } from '../../ports/store.ts';
import { type Job, type Outcome, queueMax, settle, unavailable, type Work } from '../engine.ts';
import type { SqliteConnection } from './connection.ts';
import { type RunJob, runInSavepoint, runPlainly } from './job.ts';

/** Another process that writes into the file, as a backup tool may, is waited for; readers go on meanwhile. */
const beginTriesMax = 100;
const beginPauseMilliseconds = 20;

export interface WriterOptions {
  /** Opens the one connection that writes; again after it was lost. */
  readonly connect: () => SqliteConnection;
  readonly now: () => number;
  readonly ring: () => void;
  /** Called right before each commit, in the same breath. */
  readonly beforeCommit: () => void;
  /** Works that share a commit, at most. */
  readonly groupMax: number;
}

/**
 * The one writer. Works that come in one turn of the event loop share a commit: they run one after another, and are
 * answered together once the commit is on disk. A savepoint for each costs as much as what it writes, so they do
 * without; only where one fails half-way does the group run anew with savepoints (works are repeatable, ports/store.ts).
 */
export class SqliteWriter {
  readonly #options: WriterOptions;
  readonly #queue: Job[] = [];
  #connection: SqliteConnection | undefined;
  /** The group or rebuild under way, or the last one; never rejects. */
  #busy: Promise<void> = Promise.resolve();
  #scheduled = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#connection = options.connect();
  }

  transact<T>(work: Work<T>): Promise<Committed<T>> {
    if (this.#queue.length >= queueMax) return Promise.reject(unavailable());
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as Job['resolve'], reject });
      this.#schedule();
    });
  }

  /** Runs `action` in a transaction of its own, between two groups. */
  exclusively<T>(action: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const result = this.#busy.then(async () => {
      const connection = await this.#begin();
      try {
        const value = await action(connection);
        this.#commit(connection);
        return value;
      } catch (error) {
        this.#rollBack(connection);
        throw error;
      }
    });
    this.#busy = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Waits for what is in line. */
  async close(): Promise<void> {
    while (this.#queue.length > 0 || this.#scheduled) await new Promise((resolve) => setImmediate(resolve));
    await this.#busy;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A turn later, so that all requests read in one turn share the commit.
    setImmediate(() => {
      this.#busy = this.#busy.then(() => this.#runGroup());
    });
  }

  async #runGroup(): Promise<void> {
    this.#scheduled = false;
    const jobs = this.#queue.splice(0, this.#options.groupMax);
    if (this.#queue.length > 0) this.#schedule();
    const outcomes = await this.#commitGroup(jobs).catch((error: unknown): Outcome[] => jobs.map(() => ({ error })));
    for (const [at, job] of jobs.entries()) settle(job, outcomes[at] ?? { error: unavailable() });
    if (outcomes.some((outcome) => 'committed' in outcome && outcome.committed.sequence !== undefined)) {
      this.#options.ring();
    }
  }

  async #commitGroup(jobs: readonly Job[]): Promise<Outcome[]> {
    return (await this.#tryGroup(jobs, runPlainly)) ?? (await this.#tryGroup(jobs, runInSavepoint)) ?? [];
  }

  /** Undefined, and nothing written, where a job left half a write that can't be taken back alone. */
  async #tryGroup(jobs: readonly Job[], run: RunJob): Promise<Outcome[] | undefined> {
    const connection = await this.#begin();
    const outcomes: Outcome[] = [];
    try {
      for (const job of jobs) {
        const outcome = await run(connection, job, this.#options.now);
        // A full disk or a broken file ends the whole transaction, with all that earlier works wrote.
        if (!connection.isTransaction) throw unavailable();
        if (outcome === 'half-written') {
          connection.execute('rollback');
          return undefined;
        }
        outcomes.push(outcome);
      }
      this.#commit(connection);
    } catch (error) {
      this.#rollBack(connection);
      throw error;
    }
    return outcomes;
  }

  async #begin(): Promise<SqliteConnection> {
    this.#connection ??= this.#options.connect();
    const connection = this.#connection;
    for (let tries = 1; !connection.tryBegin(); tries++) {
      if (tries === beginTriesMax) throw unavailable();
      await sleep(beginPauseMilliseconds);
    }
    return connection;
  }

  #commit(connection: SqliteConnection): void {
    this.#options.beforeCommit();
    connection.execute('commit');
  }

  /** After this nothing of the transaction is left, or the connection is given up and opened anew for the next one. */
  #rollBack(connection: SqliteConnection): void {
    try {
      if (connection.isTransaction) connection.execute('rollback');
    } catch {
      this.#connection = undefined;
      connection.close();
    }
  }
}
