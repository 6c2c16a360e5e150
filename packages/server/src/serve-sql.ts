import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Account } from './domain/account.ts';
import type { SqlResource } from './domain/sql-resource.ts';
import { sqlResources } from './domain/sql-resource-table.ts';
import type { Plane } from './operations/plane.ts';
import { QueryScopes } from './operations/query-scope.ts';
import type { QueryEngine } from './ports/query.ts';
import { openPostgresQueries, openSqliteQueries } from './store/query/engine.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import type { SqlTally } from './surfaces/http/sql-metrics.ts';
import { serveSurface } from './surfaces/http/surface.ts';
import type { Catalog } from './surfaces/sql/catalog/catalog.ts';
import { openCatalog } from './surfaces/sql/catalog/catalog-plane.ts';
import { type InnerApp, openInnerApp } from './surfaces/sql/inner-app.ts';
import { createStatementKinds, openSession, type StatementKinds } from './surfaces/sql/open-session.ts';
import { limitToOrganization } from './surfaces/sql/organization-limit.ts';
import type { OpenSession } from './surfaces/sql/session.ts';
import type { SqlListener, SqlListenerOptions } from './surfaces/sql/wire/listener.ts';
import { startSqlListener } from './surfaces/sql/wire/start.ts';
import { xSurface } from './surfaces/x/surface.ts';

/** SQL over a plane. */
export interface SqlService {
  /** What can be asked for. */
  readonly resources: readonly SqlResource[];
  /** Begins a conversation with the rights of an account. @throws SqlError 3D000: it may see no such organization */
  readonly openSession: OpenSession;
  /** Lets clients of PostgreSQL's protocol in. Undefined where they are let in nowhere. */
  listen(tls: SqlListenerOptions['tls'], tally: SqlTally): Promise<SqlListener | undefined>;
  /** Lets clients' statements come to their end, and ends the rest. */
  close(): Promise<void>;
}

/** Costs nothing until somebody asks. */
export function openSql(plane: Plane, config: Config, log: Logger): SqlService {
  const engine = openQueries(plane, config, log);
  const scopes = new QueryScopes(plane);
  const limits = { timeoutMilliseconds: config.sql.secondsMax * 1000, rowsMax: config.sql.rowsMax };
  let methods: Promise<Methods> | undefined;
  let catalog: Catalog | undefined;
  let listener: SqlListener | undefined;
  const open: OpenSession = async (account, { organization } = {}) => {
    methods ??= openMethods(plane, config, log);
    const { kinds, callMethod } = await methods;
    const scope = (now?: Account) => scopes.find(account, now);
    const parts = { account, engine, scope, resources: sqlResources, callMethod, limits };
    return openSession(organization === undefined ? parts : await limitToOrganization(parts, organization), kinds);
  };
  return {
    resources: sqlResources,
    openSession: open,
    async listen(tls, tally) {
      catalog = openCatalog({ resources: sqlResources });
      const parts = { plane, openSession: open, catalog, resources: sqlResources, tally };
      listener = await startSqlListener(parts, config, tls);
      return listener;
    },
    async close() {
      await listener?.close();
      await catalog?.close();
      await engine.close();
      await (await methods)?.close();
    },
  };
}

/** The program of a query process, beside this file. */
function findEntry(): string {
  return fileURLToPath(new URL(`./serve-query${extname(import.meta.filename)}`, import.meta.url));
}

function openQueries({ store }: Plane, { store: location, sql }: Config, log: Logger): QueryEngine {
  const parts = {
    entry: findEntry(),
    processesMax: sql.processes,
    memoryMegabytes: sql.memoryMegabytes,
    stallMilliseconds: sql.stallSecondsMax * 1000,
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
