import { DatabaseSync } from 'node:sqlite';
import { allMigrations, migrate } from '../../migrations/list.ts';
import type { StoredRow } from '../../row.ts';

/** A table as both engines have it. */
export interface StoreTable {
  readonly name: string;
  readonly columns: readonly StoreColumn[];
}

export interface StoreColumn {
  readonly name: string;
  readonly type: 'text' | 'integer';
  /** Never null. */
  readonly present: boolean;
  /** Part of the primary key. */
  readonly key: boolean;
}

/** The tables that the newest migration leaves, by name. */
export async function readTables(): Promise<ReadonlyMap<string, StoreTable>> {
  const db = new DatabaseSync(':memory:');
  try {
    const query = (text: string) => db.prepare(text).all() as StoredRow[];
    await migrate(
      {
        types: { text: 'text', integer: 'integer', serial: 'integer primary key' },
        execute: async (text) => db.exec(text),
        query: async (text) => query(text),
        // Rows are only copied.
        afterInsert: async () => undefined,
        hasTable: async (name) => query(`select 1 from pragma_table_info('${name}')`).length > 0,
      },
      allMigrations,
    );
    const names = query(`select name from sqlite_schema where type = 'table'`).map(({ name }) => String(name));
    return new Map(names.map((name) => [name, { name, columns: readColumns(query, name) }]));
  } finally {
    db.close();
  }
}

function readColumns(query: (text: string) => StoredRow[], table: string): StoreColumn[] {
  return query(`select name, type, "notnull", pk from pragma_table_info('${table}') order by cid`).map((row) => ({
    name: String(row['name']),
    type: String(row['type']).toLowerCase() === 'text' ? 'text' : 'integer',
    present: row['notnull'] === 1 || row['pk'] !== 0,
    key: row['pk'] !== 0,
  }));
}
