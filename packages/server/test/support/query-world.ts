import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keyLookup, sqlResources } from '../../src/domain/sql-resource-table.ts';
import { QueryScopes } from '../../src/operations/query-scope.ts';
import type {
  QueryColumn,
  QueryCursor,
  QueryEngine,
  QueryOptions,
  QueryScope,
  SqlRow,
  SqlValue,
} from '../../src/ports/query.ts';
import { openPostgresQueries, openSqliteQueries, type SqliteQueriesOptions } from '../../src/store/query/engine.ts';
import { newViewName } from '../../src/surfaces/sql/view-name.ts';
import { sharePostgres } from './postgres.ts';
import { adminEmail, startTestServer, type TestServer } from './server.ts';

export interface Answered {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly SqlRow[];
}

export interface QueryRun extends Partial<QueryOptions> {
  readonly values?: readonly SqlValue[] | undefined;
  /** Absent: the administrator's. */
  readonly scope?: QueryScope | undefined;
}

/** A server with content, and the query engine over its store. */
export interface QueryWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly engine: QueryEngine;
  /** The database file of the store, where it is SQLite's. */
  readonly file: string;
  /** What an account may read. */
  scopeOf(email: string): Promise<QueryScope>;
  /** Runs a query in which `$developers` stands for the view of a resource. */
  open(text: string, run?: QueryRun): Promise<QueryCursor>;
  query(text: string, run?: QueryRun): Promise<Answered>;
  /** A row as an object. */
  objects(text: string, run?: QueryRun): Promise<Record<string, SqlValue>[]>;
}

export const entry = resolve(import.meta.dirname, '../../src/serve-query.ts');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `.ci/run` has a step that runs tests on PostgreSQL alone. */
const storeDefault = process.env['CLAVIGER_TEST_STORES'] === 'postgres' ? 'postgres' : 'sqlite';

export async function openQueryWorld(
  options: Partial<SqliteQueriesOptions> = {},
  store: 'sqlite' | 'postgres' = storeDefault,
): Promise<QueryWorld> {
  const data = await mkdtemp(join(tmpdir(), 'claviger-test-'));
  const postgres = store === 'postgres' ? await sharePostgres() : undefined;
  const url = await postgres?.createDatabase();
  const server = await startTestServer(url === undefined ? { settings: { data } } : { store: { postgres: url } });
  const file = join(data, 'claviger.db');
  const { plane } = server;
  const parts = {
    entry,
    processesMax: 2,
    memoryMegabytes: 256,
    stallMilliseconds: 30_000,
    log: silent,
    findKeys: async (id: string) => (await plane.store.vaults.find(id))?.bareKeys(),
    ...options,
  };
  const engine = url === undefined ? openSqliteQueries({ file, ...parts }) : openPostgresQueries({ url, ...parts });
  const scopes = new QueryScopes(plane);
  const scopeOf = async (email: string) => {
    const account = await plane.store.accounts.findByEmail(email);
    if (account === undefined) throw new Error(`no account ${email}`);
    return scopes.find(account);
  };
  const open = async (text: string, { values = [], scope, ...rest }: QueryRun = {}) => {
    const limits = { timeoutMilliseconds: 20_000, rowsMax: 1_000_000 };
    const named = nameViews(text);
    return engine.run({ ...named, scope: scope ?? (await scopeOf(adminEmail)) }, values, { ...limits, ...rest });
  };
  const query = async (text: string, run?: QueryRun) => readAll(await open(text, run));
  return {
    server,
    engine,
    file,
    scopeOf,
    open,
    query,
    async objects(text, run) {
      const { columns, rows } = await query(text, run);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await server.close();
      await postgres?.remove();
    },
  };
}

const names: ReadonlySet<string> = new Set([...sqlResources.map(({ name }) => name), keyLookup]);

/** `$developers` becomes the name of a view. */
export function nameViews(text: string): { readonly text: string; readonly views: Record<string, string> } {
  const views: Record<string, string> = {};
  const named = text.replace(/\$([a-z_]+)/g, (written, resource: string) => {
    if (!names.has(resource)) return written;
    views[resource] ??= newViewName(resource);
    return views[resource];
  });
  return { text: named, views };
}

export async function readAll(cursor: QueryCursor): Promise<Answered> {
  const rows: SqlRow[] = [];
  for (let batch = await cursor.next(); batch !== undefined; batch = await cursor.next()) rows.push(...batch);
  return { columns: cursor.columns, rows };
}
