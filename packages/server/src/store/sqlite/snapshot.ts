import type { Snapshot } from '../engine.ts';
import type { StoredRow } from '../row.ts';
import type { SqliteConnection } from './connection.ts';

/** Connections kept open for the next snapshots: opening one reads the whole schema. */
const idleMax = 2;

/** Snapshots, each on a connection of its own: a read transaction sees the moment of its first read until its end. */
export class SqliteSnapshots {
  readonly #connect: () => SqliteConnection;
  readonly #idle: SqliteConnection[] = [];
  readonly #open = new Set<SqliteConnection>();

  constructor(connect: () => SqliteConnection) {
    this.#connect = connect;
  }

  async open(): Promise<Snapshot> {
    const connection = this.#idle.pop() ?? this.#connect();
    this.#open.add(connection);
    connection.execute('begin; select number from migration limit 1');
    return {
      executor: connection,
      scan: (table) => scan(connection, table),
      close: async () => this.#giveBack(connection),
    };
  }

  close(): void {
    for (const connection of [...this.#idle, ...this.#open]) connection.close();
    this.#idle.length = 0;
    this.#open.clear();
  }

  #giveBack(connection: SqliteConnection): void {
    if (!this.#open.delete(connection)) return;
    connection.execute('rollback');
    if (this.#idle.length < idleMax) this.#idle.push(connection);
    else connection.close();
  }
}

async function* scan(connection: SqliteConnection, table: string): AsyncIterable<StoredRow> {
  const rows = connection.prepare(`select * from "${table}" order by ${keyOf(connection, table)}`).iterate();
  for (const row of rows) yield { ...row } as StoredRow;
}

function keyOf(connection: SqliteConnection, table: string): string {
  const columns = connection.query(`select name from pragma_table_info(?) where pk > 0 order by pk`, [table]);
  return columns.map(({ name }) => `"${name}"`).join(', ');
}
