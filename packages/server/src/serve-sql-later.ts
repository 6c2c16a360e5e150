import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { sqlResources } from './domain/sql-resource-table.ts';
import type { Plane } from './operations/plane.ts';
import type { SqlService } from './serve-sql.ts';
import { nativeSurface } from './surfaces/native/surface.ts';
import { listSqlRoutes } from './surfaces/sql/http/route.ts';

/** SQL is loaded where somebody asks, or may: most commands do neither, and would take half as long again to start. */
export function openSqlLater(plane: Plane, config: Config, log: Logger): SqlService {
  let service: Promise<SqlService> | undefined;
  const load = (): Promise<SqlService> => {
    service ??= import('./serve-sql.ts').then(({ openSql }) => openSql(plane, config, log));
    return service;
  };
  return {
    resources: sqlResources,
    openSession: async (account, request) => (await load()).openSession(account, request),
    listen: async (tls, tally) => (config.sqlListen === undefined ? undefined : (await load()).listen(tls, tally)),
    close: async () => (await service)?.close(),
  };
}

/** The native API with what it says in SQL. */
export function withSql(sql: SqlService | undefined): typeof nativeSurface {
  return sql === undefined
    ? nativeSurface
    : { ...nativeSurface, routes: [...nativeSurface.routes, ...listSqlRoutes(sql)] };
}
