import type { StatementSync } from 'node:sqlite';
import type { Rebuilder } from '../engine.ts';
import { quoteName } from '../name.ts';
import type { StoredRow } from '../row.ts';
import type { SqliteConnection } from './connection.ts';
import { translateSqliteError } from './error.ts';

/** Changes schema and content on the writer's connection, in the transaction that it has begun. */
export function createSqliteRebuilder(connection: SqliteConnection): Rebuilder {
  const inserts = new Map<string, StatementSync>();
  return {
    types: { text: 'text', integer: 'integer', serial: 'integer primary key autoincrement' },
    execute: async (text) => connection.execute(text),
    afterInsert: async ({ name, table, statement }) =>
      connection.execute(`create trigger ${name} after insert on ${table} begin ${statement}; end`),
    query: async (text) => connection.query(text),
    hasTable: async (name) =>
      connection.query(`select 1 from sqlite_master where type = 'table' and name = ?`, [name]).length > 0,
    insert: async (table, row) => {
      const text = insertText(table, row);
      const insert = inserts.get(text) ?? connection.prepare(text);
      inserts.set(text, insert);
      try {
        insert.run(...Object.values(row));
      } catch (error) {
        throw translateSqliteError(error, text);
      }
    },
    // A file says nothing of where it came from: copies of it are not told apart.
    origin: async () => 'file',
    // AUTOINCREMENT goes on after the highest key that was ever written, given ones included.
    finish: async () => undefined,
  };
}

function insertText(table: string, row: StoredRow): string {
  const columns = Object.keys(row);
  const names = columns.map(quoteName).join(', ');
  const marks = columns.map(() => '?').join(', ');
  return `insert into ${quoteName(table)} (${names}) values (${marks})`;
}
