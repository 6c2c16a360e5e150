import pg from 'pg';
import { SqlError, sqlStates } from '../../../language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../../ports/query.ts';
import { clientConfig } from '../../postgres/connection.ts';

/** Rows that wait for whoever reads them, at which the server is made to wait too. */
const rowsWaitingMax = 4_000;
const int8Type = 20;
const float8Type = 701;

/** PostgreSQL does not take the statement, or fails at it: SQLite may still do it, if no row came of it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/**
 * A connection that reads, in transactions of one snapshot. Takes statements of ours alone: what a user writes comes as
 * values. It ends with the process, and the server ends what ran on it within a second.
 */
export class PostgresSource {
  readonly #url: string;
  #client: pg.Client | undefined;
  #begun = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws SqlError 08006 where the server can't be reached */
  async begin(timeoutMilliseconds: number): Promise<void> {
    try {
      const client = this.#client ?? (await this.#connect());
      const timeout = `set local statement_timeout = ${Math.ceil(timeoutMilliseconds)}`;
      await client.query(`begin transaction isolation level repeatable read read only; ${timeout}`);
      this.#begun = true;
    } catch (error) {
      this.close();
      throw translate(error);
    }
  }

  /** Rows in batches. Whoever does not read on makes the server wait; whoever stops ends the connection. */
  async *read(text: string, values: readonly SqlValue[]): AsyncGenerator<SqlRow[], void, undefined> {
    const client = this.#client;
    if (client === undefined) throw lost;
    let finished = false;
    try {
      yield* streamRows(client, text, values);
      finished = true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && isRefusal(error)) {
        finished = true;
        throw new Refused(error.message);
      }
      throw translate(error);
    } finally {
      if (!finished) this.close();
    }
  }

  /** Ends the transaction; the connection stays for the next. */
  async end(): Promise<void> {
    if (!this.#begun) return;
    this.#begun = false;
    try {
      await this.#client?.query('rollback');
    } catch {
      this.close();
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#begun = false;
    client?.connection.stream.destroy();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...clientConfig(this.#url, 'unbounded'),
      application_name: 'claviger-sql',
      // Else a server whose client was killed works on until it has a row to send.
      options: '-c client_connection_check_interval=500 -c idle_in_transaction_session_timeout=600000',
    });
    client.on('error', () => this.#forget(client));
    await client.connect();
    this.#client = client;
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
  }
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    if (oid === int8Type) return readInteger;
    return oid === float8Type ? Number : readText;
  }) as typeof pg.types.getTypeParser,
};

function readText(text: string): string {
  return text;
}

function readInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** No cursor, for which PostgreSQL would plan without parallel workers: the socket waits while nobody reads. */
async function* streamRows(
  client: pg.Client,
  text: string,
  values: readonly SqlValue[],
): AsyncGenerator<SqlRow[], void, undefined> {
  let rows: SqlRow[] = [];
  let wake = () => {};
  const state: { ended: boolean; error: Error | undefined } = { ended: false, error: undefined };
  const config = { text, values: [...values], rowMode: 'array', types, queryMode: 'extended' };
  const query = new pg.Query<SqlValue[]>(config);
  query.on('row', (row) => {
    rows.push(row);
    if (rows.length === rowsWaitingMax) client.connection.stream.pause();
    if (rows.length === 1) wake();
  });
  query.on('error', (error) => {
    state.error = error;
    wake();
  });
  query.on('end', () => {
    state.ended = true;
    wake();
  });
  client.query(query);
  for (;;) {
    if (rows.length === 0 && !state.ended && state.error === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      // The rest of what came with the first row.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const batch = rows;
    rows = [];
    if (batch.length >= rowsWaitingMax) client.connection.stream.resume();
    if (batch.length > 0) yield batch;
    else if (state.error !== undefined) throw state.error;
    else if (state.ended) return;
  }
}

const lost = new SqlError('08006', 'the store can not be reached');

/** A statement that is wrong, can't be done, or met a value that it can't do: it was ours, and another way is left. */
function isRefusal({ code = '' }: pg.DatabaseError): boolean {
  return ['0A', '22', '42', '54'].includes(code.slice(0, 2));
}

function translate(error: unknown): Error {
  if (error instanceof SqlError) return error;
  if (!(error instanceof pg.DatabaseError)) return error instanceof TypeError ? error : lost;
  const { code = '' } = error;
  if (code === sqlStates.cancelled) return new SqlError(code, 'canceling statement due to statement timeout');
  if (code.startsWith('57')) return new SqlError(code, 'the store was shut down');
  if (code.startsWith('53')) return new SqlError(code, 'the store has no room for the query');
  return lost;
}
