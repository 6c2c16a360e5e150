import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { SqlResource } from './domain/sql-resource.ts';
import { sqlResources } from './domain/sql-resource-table.ts';
import { SqlError } from './language/sql-error.ts';
import type { Plane } from './operations/plane.ts';
import { QueryScopes } from './operations/query-scope.ts';
import type { QueryEngine, QueryScope } from './ports/query.ts';
import { openPostgresQueries, openSqliteQueries } from './store/query/engine.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import type { SqlTally } from './surfaces/http/sql-metrics.ts';
import { serveSurface } from './surfaces/http/surface.ts';
import { openCatalog } from './surfaces/sql/catalog/catalog-plane.ts';
import { type InnerApp, openInnerApp } from './surfaces/sql/inner-app.ts';
import { createStatementKinds, openSession, type StatementKinds } from './surfaces/sql/open-session.ts';
import type { OpenSession } from './surfaces/sql/session.ts';
import { listenForSql, type SqlListener } from './surfaces/sql/wire/listener.ts';
import { xSurface } from './surfaces/x/surface.ts';

/** SQL over a plane. */
export interface SqlService {
  /** What can be asked for. */
  readonly resources: readonly SqlResource[];
  /** Begins a conversation with the rights of an account. @throws SqlError 3D000: it may see no such organization */
  readonly openSession: OpenSession;
  /** Ends what runs. */
  close(): Promise<void>;
}

/** Costs nothing until somebody asks. */
export function openSql(plane: Plane, config: Config, log: Logger): SqlService {
  const engine = openQueries(plane, config, log);
  const scopes = new QueryScopes(plane);
  const limits = { timeoutMilliseconds: config.sql.secondsMax * 1000, rowsMax: config.sql.rowsMax };
  let methods: Promise<Methods> | undefined;
  const openSessionOf: OpenSession = async (account, { organization } = {}) => {
    methods ??= openMethods(plane, config, log);
    const { kinds, callMethod } = await methods;
    const scope = () => scopes.find(account);
    if (organization !== undefined) requireOrganization(await scope(), organization);
    const { clock } = plane;
    return openSession(
      { account, organization, engine, scope, resources: sqlResources, callMethod, clock, limits },
      kinds,
    );
  };
  return {
    resources: sqlResources,
    openSession: openSessionOf,
    async close() {
      await engine.close();
      await (await methods)?.close();
    },
  };
}

function requireOrganization({ organizations }: QueryScope, name: string): void {
  if (organizations.some((granted) => granted.name === name)) return;
  throw new SqlError('3D000', `database "${name}" does not exist`, {
    hint: 'The database is the name of an organization that you have a role in, or claviger for all of them.',
  });
}

/** The program of a query process, beside this file. */
function findEntry(): string {
  const built = import.meta.url.endsWith('.js');
  return fileURLToPath(new URL(built ? './serve-query.js' : './serve-query.ts', import.meta.url));
}

function openQueries({ store }: Plane, { store: location, sql }: Config, log: Logger): QueryEngine {
  const parts = {
    entry: findEntry(),
    processesMax: sql.processes,
    memoryMegabytes: sql.memoryMegabytes,
    log,
    findKeys: async (organizationId: string) => (await store.vaults.find(organizationId))?.bareKeys(),
  };
  return location.engine === 'sqlite'
    ? openSqliteQueries({ ...parts, file: location.file })
    : openPostgresQueries({ ...parts, url: location.url });
}

interface Methods extends Pick<InnerApp, 'callMethod' | 'close'> {
  readonly kinds: StatementKinds;
}

/** What statements of SQL call, with the rights of the account that a session has. */
async function openMethods(plane: Plane, { bodyBytesMax }: Config, log: Logger): Promise<Methods> {
  const { callMethod, documents, close } = await openInnerApp({
    plane,
    bodyBytesMax,
    log,
    serveX: (app, identify) => serveSurface(app, plane, xSurface, identify),
    serveEdge: (app, identify) => serveSurface(app, plane, edgeSurface, identify),
  });
  return { callMethod, close, kinds: createStatementKinds(documents) };
}

export interface SqlListenerNeeds {
  readonly sql: SqlService;
  readonly log: Logger;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly tally: SqlTally;
}

/** Undefined where it is not wanted; or where nobody chose the address, and another server has it. */
export async function listenForSqlClients(
  plane: Plane,
  config: Config,
  { sql, log, tls, tally }: SqlListenerNeeds,
): Promise<SqlListener | undefined> {
  const { sqlListen: address, sqlListenChosen: chosen, sqlRequireTls: requiresTls, sqlAnonymous: anonymous } = config;
  if (address === undefined) return undefined;
  const { openSession: open, resources } = sql;
  const catalog = openCatalog({ resources });
  const parts = { plane, openSession: open, catalog, serverVersion: catalog.serverVersion, resources, tally };
  try {
    const listener = await listenForSql(parts, { ...address, tls, requiresTls, anonymous });
    const close = async () => {
      await listener.close();
      await catalog.close();
    };
    return { host: listener.host, port: listener.port, close };
  } catch (error) {
    await catalog.close();
    if (chosen || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    log.warn(
      { err: error },
      'PostgreSQL clients are not answered here: another server has the address; set sql-listen',
    );
    return undefined;
  }
}
