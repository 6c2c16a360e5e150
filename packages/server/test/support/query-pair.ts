import { randomBytes } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { sqlResources } from '../../src/domain/sql-resource-table.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import type { QueryEngine, QueryScope, SqlRow, SqlValue } from '../../src/ports/query.ts';
import { openPostgresQueries, openSqliteQueries } from '../../src/store/query/engine.ts';
import { sharePostgres } from './postgres.ts';
import { postgresEngine, quietLog, sqliteEngine } from './store.ts';

/** Rows of the store's tables, as every engine holds them. */
export interface Planted {
  readonly table: string;
  readonly row: Readonly<Record<string, null | number | string>>;
}

export type Answer = { readonly rows: readonly SqlRow[] } | { readonly state: string };

/** The same content in a SQLite file and in PostgreSQL, and queries over each. */
export interface QueryPair {
  readonly sqlite: QueryEngine;
  readonly postgres: QueryEngine;
  /** Of the PostgreSQL store. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openQueryPair(planted: readonly Planted[]): Promise<QueryPair> {
  const server = await sharePostgres();
  const [file, database] = [await sqliteEngine.createHome(), await postgresEngine(() => server).createHome()];
  for (const home of [file, database]) await (await home.open()).close();
  plantSqlite(file.place, planted);
  await plantPostgres(database.place, planted);
  const entry = fileURLToPath(new URL('../../src/serve-query.ts', import.meta.url));
  const parts = {
    entry,
    processesMax: 1,
    memoryMegabytes: 512,
    stallMilliseconds: 30_000,
    log: quietLog,
    findKeys: async () => undefined,
  };
  const sqlite = openSqliteQueries({ ...parts, file: file.place });
  const postgres = openPostgresQueries({ ...parts, url: database.place });
  return {
    sqlite,
    postgres,
    url: database.place,
    async close() {
      await Promise.all([sqlite.close(), postgres.close()]);
      await Promise.all([file.remove(), database.remove()]);
      await server.remove();
    },
  };
}

function plantSqlite(file: string, planted: readonly Planted[]): void {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; begin');
  for (const { table, row } of planted) {
    const marks = Object.keys(row).map(() => '?');
    const text = `insert into ${table} (${Object.keys(row).join(', ')}) values (${marks.join(', ')})`;
    db.prepare(text).run(...(Object.values(row) as SQLInputValue[]));
  }
  db.exec('commit');
  db.close();
}

async function plantPostgres(url: string, planted: readonly Planted[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  for (const { table, row } of planted) {
    const marks = Object.keys(row).map((_, at) => `$${at + 1}`);
    const text = `insert into ${table} (${Object.keys(row).join(', ')}) values (${marks.join(', ')})`;
    await client.query(text, Object.values(row));
  }
  await client.query('commit');
  await client.end();
}

/** Everything in these organizations. */
export function scopeOf(organizations: readonly { readonly id: string; readonly name: string }[]): QueryScope {
  const resources = sqlResources.map(({ name }) => name);
  return { organizations: organizations.map(({ id, name }) => ({ id, name, resources })) };
}

/** Asks a text in which `{developers}` stands for the view of that resource. */
export async function ask(
  engine: QueryEngine,
  scope: QueryScope,
  text: string,
  values: readonly SqlValue[] = [],
): Promise<Answer> {
  const views: Record<string, string> = {};
  const named = text.replace(/\{(\w+)\}/g, (_, resource: string) => {
    views[resource] ??= `v${randomBytes(16).toString('hex')}_${resource}`;
    return views[resource];
  });
  try {
    const query = { text: named, views, scope };
    const cursor = await engine.run(query, values, { timeoutMilliseconds: 20_000, rowsMax: 100_000 });
    const rows: SqlRow[] = [];
    for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) rows.push(...batch);
    return { rows };
  } catch (error) {
    if (error instanceof SqlError) return { state: error.state };
    throw error;
  }
}

/** The rows that it answers. */
export async function askRows(...question: Parameters<typeof ask>): Promise<readonly SqlRow[]> {
  const answer = await ask(...question);
  if ('rows' in answer) return answer.rows;
  throw new Error(`${question[2]} failed with ${answer.state}`);
}
