import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { SqlRow } from '../../../ports/query.ts';
import { quoteName } from '../../name.ts';
import type { Fetch, TableFetch } from '../pushdown/fetch.ts';
import type { StoreTable } from '../pushdown/schema.ts';
import type { PostgresSource } from './source.ts';

/** Makes the store's tables in SQLite, empty, with values that convert as those of a store in a file do. */
export function createTables(database: DatabaseSync, schema: ReadonlyMap<string, StoreTable>): void {
  for (const { name, columns } of schema.values()) {
    const typed = columns.map((column) => `${quoteName(column.name)} ${column.type}`);
    database.exec(`create table main.${quoteName(name)} (${typed.join(', ')})`);
  }
}

/** The rows of one query, for as long as it runs. */
export class Content {
  readonly #database: DatabaseSync;
  readonly #schema: ReadonlyMap<string, StoreTable>;
  #filled: readonly TableFetch[] = [];

  constructor(database: DatabaseSync, schema: ReadonlyMap<string, StoreTable>) {
    this.#database = database;
    this.#schema = schema;
  }

  /** @throws SqlError */
  async fill({ tables }: Fetch, source: PostgresSource): Promise<void> {
    this.#filled = tables;
    for (const table of tables) {
      this.#database.exec('begin');
      await this.#copy(table, source);
      for (const column of table.indexes) {
        this.#database.exec(
          `create index main.${nameIndex(table.table, column)} on ${quoteName(table.table)} (${quoteName(column)})`,
        );
      }
      this.#database.exec('commit');
    }
  }

  clear(): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
    for (const { table, indexes } of this.#filled) {
      for (const column of [...indexes, 'key'])
        this.#database.exec(`drop index if exists main.${nameIndex(table, column)}`);
      this.#database.exec(`delete from main.${quoteName(table)}`);
    }
    this.#filled = [];
  }

  async #copy({ table, columns, reads }: TableFetch, source: PostgresSource): Promise<void> {
    if (reads.length > 1) this.#database.exec(this.#keyText(table));
    const insert = new Insert(
      this.#database,
      `insert or ignore into main.${quoteName(table)} (${columns.map(quoteName).join(', ')})`,
      columns.length,
    );
    for (const { text, values } of reads) {
      for await (const rows of source.read(text, values)) insert.add(rows);
    }
  }

  /** Rows that come of more than one read are kept once. */
  #keyText(table: string): string {
    const key = (this.#schema.get(table)?.columns ?? []).filter((column) => column.key);
    const names = key.map(({ name }) => quoteName(name)).join(', ');
    return `create unique index main.${nameIndex(table, 'key')} on ${quoteName(table)} (${names})`;
  }
}

function nameIndex(table: string, column: string): string {
  return quoteName(`${table}_by_${column}`);
}

/** A call of SQLite costs as much as a row does: many rows go into one. */
const rowsPerInsert = 32;

class Insert {
  readonly #one;
  readonly #many;

  constructor(database: DatabaseSync, head: string, width: number) {
    const row = `(${Array(width).fill('?').join(', ')})`;
    this.#one = database.prepare(`${head} values ${row}`);
    this.#many = database.prepare(`${head} values ${Array(rowsPerInsert).fill(row).join(', ')}`);
  }

  add(rows: readonly SqlRow[]): void {
    const whole = rows.length - (rows.length % rowsPerInsert);
    for (let at = 0; at < whole; at += rowsPerInsert) {
      this.#many.run(...(rows.slice(at, at + rowsPerInsert).flat() as SQLInputValue[]));
    }
    for (const row of rows.slice(whole)) this.#one.run(...(row as SQLInputValue[]));
  }
}
