import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { StartRefusal } from './adapters/start-refusal.ts';
import { placeSocket } from './config/command-socket.ts';
import { type Config, describeStore } from './config/config.ts';
import { operator } from './operations/operator.ts';
import type { Plane } from './operations/plane.ts';
import { closePlane, openPlane, reasonOf } from './serve-plane.ts';
import type { SqlService } from './serve-sql.ts';
import { openSqlLater, withSql } from './serve-sql-later.ts';
import { logRequests } from './surfaces/http/access-log.ts';
import { type ListeningSocket, listenOnSocket } from './surfaces/http/command-socket.ts';
import { createListener } from './surfaces/http/listener.ts';
import { answerUnrouted, serveSurface } from './surfaces/http/surface.ts';
import { nativeSurface } from './surfaces/native/surface.ts';

interface CommandParts {
  readonly log: Logger;
  readonly sql: SqlService;
}

/** The native API for whoever may open the command socket, who is the operator. */
async function buildCommandApp(plane: Plane, config: Config, { log, sql }: CommandParts): Promise<FastifyInstance> {
  const { bodyBytesMax, store } = config;
  const app = createListener({
    trustedProxies: [],
    bodyBytesMax,
    logger: log,
    requestTimeoutMs: 0,
    refuse: (error, request, reply) => answerUnrouted([nativeSurface], { error, request, reply }),
  });
  logRequests(app);
  // A command that was told of another store must not change this one.
  app.get('/store', { schema: { hide: true } }, async () => ({ store: describeStore(store) }));
  await serveSurface(app, plane, withSql(sql), async () => operator);
  return app;
}

/** Undefined where other nodes of a PostgreSQL store have the directory already: commands connect to the database. */
export async function serveCommands(
  plane: Plane,
  config: Config,
  parts: CommandParts,
): Promise<ListeningSocket | undefined> {
  const app = await buildCommandApp(plane, config, parts);
  try {
    return await listenOnSocket(app, placeSocket(config.dataDirectory));
  } catch (cause) {
    await app.close();
    if (config.store.engine === 'sqlite') throw new StartRefusal(reasonOf(cause), { cause });
    parts.log.warn({ err: cause }, 'no command socket');
    return undefined;
  }
}

/** A plane that a command opened for itself, where no server is running. */
export interface CommandPlane {
  /** Serves the native API to the operator, in a directory that nobody else can enter. */
  readonly socketPath: string;
  close(): Promise<void>;
}

/** @throws StartRefusal, StoreInUse */
export async function openCommandPlane(config: Config, log: Logger): Promise<CommandPlane> {
  const plane = await openPlane(config, log, () => config.publicUrl ?? '');
  const sql = openSqlLater(plane, config, log);
  try {
    const directory = await mkdtemp(join(tmpdir(), 'claviger-'));
    const app = await buildCommandApp(plane, config, { log, sql });
    const socket = await listenOnSocket(app, { path: join(directory, 'socket'), note: join(directory, 'note') });
    const close = async () => {
      await socket.close();
      await sql.close();
      await closePlane(plane);
      await rm(directory, { recursive: true, force: true });
    };
    return { socketPath: socket.path, close };
  } catch (error) {
    await closePlane(plane);
    throw error;
  }
}
