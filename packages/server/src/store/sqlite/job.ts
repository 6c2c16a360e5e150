import { fromAudit, insertAudit } from '../audit.ts';
import { fromChange, insertChange } from '../change.ts';
import type { Executor, Job, Outbox, Outcome } from '../engine.ts';
import type { Statement } from '../statement.ts';
import type { SqliteConnection } from './connection.ts';

/** Runs a job in the transaction that is under way. */
export type RunJob = (connection: SqliteConnection, job: Job, now: () => number) => Promise<Outcome | 'half-written'>;

/** `half-written`: it failed after it wrote, and what it wrote is still there. */
export const runPlainly: RunJob = async (connection, job, now) => {
  const { outcome, wrote } = await run(connection, job, now);
  return wrote && 'error' in outcome ? 'half-written' : outcome;
};

/** A failure takes back what the job wrote, and nothing else. */
export const runInSavepoint: RunJob = async (connection, job, now) => {
  try {
    connection.execute('savepoint work');
    const { outcome } = await run(connection, job, now);
    if (connection.isTransaction) connection.execute(endOf(outcome));
    return outcome;
  } catch (error) {
    return { error };
  }
};

function endOf(outcome: Outcome): string {
  return 'error' in outcome ? 'rollback to work; release work' : 'release work';
}

async function run(
  connection: SqliteConnection,
  { work }: Job,
  now: () => number,
): Promise<{ outcome: Outcome; wrote: boolean }> {
  const executor = new WorkExecutor(connection);
  const outbox: Outbox = { changes: [], entries: [] };
  try {
    const value = await work(executor, outbox);
    if (executor.failure !== undefined) throw executor.failure;
    executor.wrote ||= outbox.changes.length + outbox.entries.length > 0;
    return { outcome: { committed: { value, sequence: flush(connection, outbox, now()) } }, wrote: executor.wrote };
  } catch (error) {
    return { outcome: { error }, wrote: executor.wrote };
  }
}

function flush(connection: SqliteConnection, { changes, entries }: Outbox, at: number): number | undefined {
  let sequence: number | undefined;
  for (const change of changes) sequence = connection.insertNow(insertChange, fromChange(change, at));
  for (const entry of entries) connection.runNow(insertAudit, fromAudit(entry));
  return sequence;
}

/** Remembers whether anything was written, and a statement that failed: a work that goes on has not done all it says. */
class WorkExecutor implements Executor {
  readonly #connection: SqliteConnection;
  failure: unknown;
  wrote = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return this.#watch(() => this.#connection.rowsNow(statement, args));
  }

  first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return this.#watch(() => this.#connection.firstNow(statement, args));
  }

  run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return this.#watch(() => {
      const changed = this.#connection.runNow(statement, args);
      if (changed > 0) this.wrote = true;
      return changed;
    });
  }

  async #watch<T>(action: () => T): Promise<T> {
    try {
      return action();
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}
