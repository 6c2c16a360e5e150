import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { sharePostgres } from '../../support/postgres.ts';
import { makeDirectory } from './directory.ts';
import { type Image, readPostgresImage, readSqliteImage } from './image.ts';

export type EngineName = 'sqlite' | 'postgres';
export const engines: readonly EngineName[] = ['sqlite', 'postgres'];

/** Where a server of the test keeps what it writes. Use with `await using`. */
export interface StorePlace extends AsyncDisposable {
  readonly dataDirectory: string;
  /** Absent: SQLite in the data directory. */
  readonly store: string | undefined;
  /** The tables, read past the server. */
  readImage(): Promise<Image>;
  /** Counts rows of developers again and again, cheaply. */
  openCounter(): Promise<Counter>;
}

export interface Counter extends AsyncDisposable {
  /** Of developers whose e-mail begins with `prefix`. */
  count(prefix: string): Promise<number>;
}

export async function openPlace(engine: EngineName): Promise<StorePlace> {
  const directory = makeDirectory();
  const dataDirectory = directory.path;
  if (engine === 'sqlite') {
    return {
      dataDirectory,
      store: undefined,
      readImage: async () => readSqliteImage(join(dataDirectory, 'claviger.db')),
      openCounter: async () => openSqliteCounter(join(dataDirectory, 'claviger.db')),
      [Symbol.asyncDispose]: async () => directory[Symbol.dispose](),
    };
  }
  const postgres = await sharePostgres();
  const store = await postgres.createDatabase();
  return {
    dataDirectory,
    store,
    readImage: () => readPostgresImage(store),
    openCounter: () => openPostgresCounter(store),
    [Symbol.asyncDispose]: async () => {
      await postgres.remove();
      directory[Symbol.dispose]();
    },
  };
}

function openSqliteCounter(file: string): Counter {
  const db = new DatabaseSync(file, { readOnly: true });
  const statement = db.prepare('select count(*) as rows from developer where email like ?');
  return {
    count: async (prefix) => Number(statement.get(`${prefix}%`)?.['rows']),
    [Symbol.asyncDispose]: async () => db.close(),
  };
}

async function openPostgresCounter(url: string): Promise<Counter> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    count: async (prefix) => {
      const { rows } = await client.query('select count(*) as rows from developer where email like $1', [`${prefix}%`]);
      return Number(rows[0]?.rows);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
