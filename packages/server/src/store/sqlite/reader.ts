import type { Executor } from '../engine.ts';
import type { Statement } from '../statement.ts';
import type { SqliteConnection } from './connection.ts';

/**
 * Reads outside of a transaction. All reads of one turn of the event loop share a read transaction: beginning one
 * takes and gives back locks in the file system, which costs more than a point read. None is older than the last
 * commit, since the writer ends it before each (`rest`), and nobody else writes to a store that is owned.
 */
export class SqliteReader implements Executor {
  readonly #connection: SqliteConnection;
  #scheduled = false;
  /** Whether a transaction was begun; asking the driver for each read costs more than keeping it. */
  #begun = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async rows<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    this.#begin();
    return this.#connection.rowsNow(statement, args);
  }

  async first<Args extends object, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    this.#begin();
    return this.#connection.firstNow(statement, args);
  }

  async run<Args extends object>(statement: Statement<Args, unknown>, args: Args): Promise<number> {
    return this.#connection.runNow(statement, args);
  }

  /** Lets go of what it sees: the next read sees all that is committed by then. */
  rest(): void {
    this.#begun = false;
    if (this.#connection.isTransaction) this.#connection.commit();
  }

  close(): void {
    this.#connection.close();
  }

  #begin(): void {
    if (this.#begun) return;
    // One that an error left open is still there.
    if (!this.#connection.isTransaction) this.#connection.begin();
    this.#begun = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#scheduled = false;
    try {
      this.rest();
    } catch {
      // Nobody waits for this one. If it lasts, the writer fails on it before its next commit, so nothing read is stale.
    }
  }
}
