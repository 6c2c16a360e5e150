import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Account } from './domain/account.ts';
import { sqlResources } from './domain/sql-resource-table.ts';
import type { Plane } from './operations/plane.ts';
import { QueryScopes } from './operations/query-scope.ts';
import type { QueryEngine } from './ports/query.ts';
import { openPostgresQueries, openSqliteQueries } from './store/query/engine.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import { serveSurface } from './surfaces/http/surface.ts';
import { type InnerApp, openInnerApp } from './surfaces/sql/inner-app.ts';
import { createStatementKinds, openSession } from './surfaces/sql/open-session.ts';
import type { SqlSession } from './surfaces/sql/session.ts';
import { xSurface } from './surfaces/x/surface.ts';

/** SQL over a plane. */
export interface SqlService {
  /** Begins a conversation with the rights of an account. */
  openSession(account: Account): SqlSession;
  /** Ends what runs. */
  close(): Promise<void>;
}

export async function openSql(plane: Plane, config: Config, log: Logger): Promise<SqlService> {
  const { callMethod, documents, ...methods } = await openMethods(plane, config, log);
  const engine = openQueries(plane, config, log);
  const scopes = new QueryScopes(plane);
  const kinds = createStatementKinds(documents);
  const shared = {
    engine,
    callMethod,
    clock: plane.clock,
    resources: sqlResources,
    limits: { timeoutMilliseconds: config.sql.secondsMax * 1000, rowsMax: config.sql.rowsMax },
  };
  return {
    openSession: (account) => openSession({ ...shared, account, scope: () => scopes.find(account) }, kinds),
    async close() {
      await engine.close();
      await methods.close();
    },
  };
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

/** What statements of SQL call, with the rights of the account that a session has. */
function openMethods(plane: Plane, { bodyBytesMax }: Config, log: Logger): Promise<InnerApp> {
  return openInnerApp({
    plane,
    bodyBytesMax,
    log,
    serveX: (app, identify) => serveSurface(app, plane, xSurface, identify),
    serveEdge: (app, identify) => serveSurface(app, plane, edgeSurface, identify),
  });
}
