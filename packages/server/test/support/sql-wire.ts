import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { splitScript } from '../../src/language/script.ts';
import { SqlError } from '../../src/language/sql-error.ts';
import type { SqlRow, SqlValue } from '../../src/ports/query.ts';
import { SqlTally } from '../../src/surfaces/http/sql-metrics.ts';
import type { SqlSession } from '../../src/surfaces/sql/session.ts';
import { Settings } from '../../src/surfaces/sql/setting.ts';
import { listenForSql, type SqlListener, type SqlListenerOptions } from '../../src/surfaces/sql/wire/listener.ts';
import { openTestPlane, type TestPlane } from './plane.ts';

/** What the sessions of a test hold open now. */
export interface Held {
  sessions: number;
  results: number;
}

export interface WireWorld {
  readonly test: TestPlane;
  readonly listener: SqlListener;
  readonly tally: SqlTally;
  readonly held: Held;
  /** Connects with node-postgres as the administrator. */
  connect(settings?: pg.ClientConfig): Promise<pg.Client>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A listener over a plane of real parts, with sessions that ask a SQLite of their own. */
export async function openWireWorld(options: Partial<SqlListenerOptions> = {}): Promise<WireWorld> {
  const test = await openTestPlane();
  const tally = new SqlTally();
  const held: Held = { sessions: 0, results: 0 };
  const listener = await listenForSql(
    {
      plane: test.plane,
      openSession: async (_account, { organization }) => {
        if (organization === 'absent') throw new SqlError('3D000', 'database "absent" does not exist');
        return openSqliteSession(held, organization);
      },
      catalog: undefined,
      resources: [
        {
          name: 'numbers',
          aliases: [],
          description: '',
          columns: [{ name: 'n', type: 'integer', description: '' }],
          key: ['n'],
          paths: [],
        },
      ],
      tally,
    },
    { host: '127.0.0.1', port: 0, tls: undefined, requiresTls: true, anonymous: new Map(), ...options },
  );
  const connect = async (settings: pg.ClientConfig = {}) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: listener.port,
      user: test.admin.email,
      password: 'correct horse battery',
      database: 'claviger',
      ...settings,
    });
    // A connection that is cut off while nothing runs tells so here.
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const close = async () => {
    await listener.close();
    await test[Symbol.asyncDispose]();
  };
  return { test, listener, tally, held, connect, [Symbol.asyncDispose]: close };
}

/** Answers in pieces, as a query process does, and waits for `sleep()` until it is cancelled. */
function openSqliteSession(held: Held, organization: string | undefined): SqlSession {
  const db = new DatabaseSync(':memory:');
  db.exec('create table numbers (n integer, word text)');
  db.prepare('insert into numbers values (1, ?), (2, null)').run(organization ?? 'one');
  held.sessions++;
  return {
    split: splitScript,
    prepare: async (text) => prepare(db, held, text),
    settings: new Settings(),
    close: async () => {
      held.sessions--;
      db.close();
    },
  };
}

function prepare(db: DatabaseSync, held: Held, text: string): ReturnType<SqlSession['prepare']> {
  if (/^\s*(begin|commit|rollback)/i.test(text)) return Promise.resolve(stateTag(text.trim().split(/\s/)[0] ?? ''));
  let statement: ReturnType<DatabaseSync['prepare']>;
  try {
    statement = db.prepare(text.replaceAll(/\$(\d+)/g, '?$1'));
  } catch (error) {
    const near = /near "(.*)": syntax error/.exec((error as Error).message)?.[1];
    const position = near === undefined ? undefined : text.indexOf(near);
    throw new SqlError(near === undefined ? '42P01' : '42601', (error as Error).message, { position });
  }
  statement.setReadBigInts(true);
  const columns = statement.columns().map(({ name, type }) => ({
    name: name ?? '?',
    type: type === 'INTEGER' ? ('integer' as const) : type === 'TEXT' ? ('text' as const) : undefined,
  }));
  const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const isQuery = columns.length > 0;
  const run = async (values: readonly SqlValue[], { signal }: { signal?: AbortSignal | undefined }) => {
    if (text.includes('sleep')) await sleepUntilCancelled(signal);
    held.results++;
    let isOpen = true;
    const close = async () => {
      if (isOpen) held.results--;
      isOpen = false;
    };
    const rows = isQuery ? readPieces(statement, values) : undefined;
    const changed = isQuery ? 0 : Number(statement.run(...(values as (string | number)[])).changes);
    let count = 0;
    return {
      columns: isQuery ? columns : undefined,
      next: async () => {
        if (signal?.aborted) throw new SqlError('57014', 'canceling statement due to user request');
        await new Promise((resolve) => setImmediate(resolve));
        const piece = isOpen ? rows?.next().value : undefined;
        count += piece?.length ?? 0;
        return piece ?? undefined;
      },
      tag: () => (isQuery ? `SELECT ${count}` : `INSERT 0 ${changed}`),
      notices: text.includes('notice') ? ['be told'] : [],
      close,
    };
  };
  return Promise.resolve({ parameters, columns: isQuery ? columns : undefined, run });
}

function stateTag(word: string): Awaited<ReturnType<SqlSession['prepare']>> {
  const result = {
    columns: undefined,
    next: async () => undefined,
    tag: () => word.toUpperCase(),
    notices: [],
    close: async () => {},
  };
  return { parameters: 0, columns: undefined, run: async () => result };
}

function sleepUntilCancelled(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => {
    const end = () => reject(new SqlError('57014', 'canceling statement due to user request'));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end, { once: true });
  });
}

const pieceRows = 500;

function* readPieces(
  statement: ReturnType<DatabaseSync['prepare']>,
  values: readonly SqlValue[],
): Generator<readonly SqlRow[], undefined> {
  let piece: SqlRow[] = [];
  for (const row of statement.iterate(...(values as (string | number)[]))) {
    piece.push(Object.values(row) as SqlValue[]);
    if (piece.length < pieceRows) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
  return undefined;
}
