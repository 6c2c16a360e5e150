import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { readTls } from './adapters/pem.ts';
import type { Config } from './config/config.ts';
import type { FirstAccount } from './operations/first-account.ts';
import { prepareFirstStart } from './operations/first-start.ts';
import type { Plane } from './operations/plane.ts';
import { startIndexer } from './runtime/indexer.ts';
import { startSweeper } from './runtime/sweeper.ts';
import type { LocalVerifier } from './runtime/verifier.ts';
import { serveCommands } from './serve-command.ts';
import {
  buildRuntimeApp,
  type ListenerParts,
  listenForGateways,
  listenForProtocols,
  openFeeds,
  openVerifier,
} from './serve-gateway.ts';
import { closePlane, openPlane } from './serve-plane.ts';
import type { SqlService } from './serve-sql.ts';
import { openSqlLater, withSql } from './serve-sql-later.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import type { OwnAddress } from './surfaces/gateway/own-listener.ts';
import type { ProtocolAddresses } from './surfaces/gateway/protocol.ts';
import { logRequests } from './surfaces/http/access-log.ts';
import { AnswerTally } from './surfaces/http/answer-tally.ts';
import { openDoor } from './surfaces/http/door.ts';
import { drain } from './surfaces/http/drain.ts';
import { serveHealth } from './surfaces/http/health.ts';
import { listen } from './surfaces/http/listen.ts';
import { createListener } from './surfaces/http/listener.ts';
import { serveMetrics } from './surfaces/http/metrics.ts';
import { serveReference } from './surfaces/http/reference.ts';
import { registerRevocations } from './surfaces/http/revocation-metrics.ts';
import { SqlTally } from './surfaces/http/sql-metrics.ts';
import { answerUnrouted, serveSurface } from './surfaces/http/surface.ts';
import { serveTokenEndpoint } from './surfaces/http/token-endpoint.ts';
import { registerLeases, registerVerifier } from './surfaces/http/verifier-metrics.ts';
import { nativeSurface } from './surfaces/native/surface.ts';
import { serveStackqlRegistry } from './surfaces/stackql/route.ts';
import { serveDiscovery } from './surfaces/x/discovery-route.ts';
import { xSurface } from './surfaces/x/surface.ts';

export { createLogger } from './adapters/logger.ts';

/** A plane that is up. */
export interface RunningServer {
  readonly plane: Plane;
  /** Where the management API is, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where gateways ask, e.g. `http://127.0.0.1:8090`; undefined: nowhere. */
  readonly runtimeUrl: string | undefined;
  /** Where gateways ask by protocols of their own, and PostgreSQL's clients. */
  readonly protocols: ProtocolAddresses & { readonly sql: OwnAddress | undefined };
  /** Begins conversations in SQL. */
  readonly sql: SqlService;
  /** Set where this start made the first administrator. */
  readonly firstAccount: FirstAccount | undefined;
  /** Answers what is under way, then closes listener and store. */
  close(): Promise<void>;
}

/** Starts everything, in the order in which it depends on each other. @throws StartRefusal, StoreInUse */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  let url = config.publicUrl ?? '';
  const publicUrl = () => url;
  const tls = readTls(config.tls);
  const plane = await openPlane(config, log, publicUrl);
  const sql = openSqlLater(plane, config, log);
  const doors: (() => Promise<void>)[] = [];
  const closeDoors = async () => {
    plane.acknowledgements.stop();
    await Promise.all(doors.map((close) => close()));
    await sql.close();
  };
  try {
    const verifier = openVerifier(plane, config);
    let runtime: FastifyInstance | undefined;
    const feeds = verifier && openFeeds(plane);
    // In this order: who waits is answered, then all who ask, and then nobody has to wait for the verifier any more.
    if (verifier !== undefined) {
      doors.push(async () => {
        await feeds?.stop();
        if (runtime !== undefined) await drain(runtime);
        await verifier.stop();
      });
    }
    const tally = new AnswerTally();
    const sqlTally = new SqlTally();
    if (config.sqlListen !== undefined) sqlTally.state = 'starting';
    const app = await buildManagementApp(plane, config, { log, publicUrl, tls, verifier, tally, sql, sqlTally });
    doors.push(() => drain(app));
    // Before anything is made: where the address is taken, no password is lost with a start that fails.
    const listening = await listen(app, config.listen, tls !== undefined);
    url ||= listening;
    runtime = verifier && feeds && (await buildRuntimeApp(plane, config, { log, tls, verifier, feeds }));
    const runtimeUrl = runtime && (await listenForGateways(runtime, config, log));
    const protocols = verifier && (await listenForProtocols(plane, config, { log, tls, verifier, tally }));
    if (protocols !== undefined) doors.push(() => protocols.close());
    const sqlListener = await sql.listen(tls, sqlTally);
    sqlTally.state = sqlListener === undefined ? 'off' : 'listening';
    const socket = await serveCommands(plane, config, { log, sql });
    if (socket !== undefined) doors.push(() => socket.close());
    const firstAccount = await prepareFirstStart(plane, {
      admin: { email: config.adminEmail, password: config.adminPassword },
      organization: { name: config.firstOrganization, dialect: config.firstOrganizationDialect },
    });
    const tasks = startTasks(plane);
    const close = async () => {
      await closeDoors();
      await tasks.stop();
      await closePlane(plane);
    };
    const addresses = { ...protocols?.addresses, sql: sqlListener };
    return { plane, url: listening, runtimeUrl, protocols: addresses, sql, firstAccount, close };
  } catch (error) {
    await closeDoors();
    await closePlane(plane);
    throw error;
  }
}

/** What is done whether anybody asks or not. */
function startTasks({ store, log }: Plane): { stop(): Promise<void> } {
  const tasks = [startSweeper({ store, log }), startIndexer({ store, log })];
  return { stop: async () => void (await Promise.all(tasks.map((task) => task.stop()))) };
}

interface ManagementOptions extends ListenerParts {
  readonly publicUrl: () => string;
  /** For its metrics. */
  readonly verifier?: LocalVerifier | undefined;
  readonly tally?: AnswerTally | undefined;
  readonly sqlTally?: SqlTally | undefined;
  /** Absent: it is not served. */
  readonly sql?: SqlService | undefined;
}

/** The management listener with everything that it serves. */
export async function buildManagementApp(
  plane: Plane,
  config: Config,
  { log, publicUrl, tls, verifier, tally, sqlTally, sql }: ManagementOptions,
): Promise<FastifyInstance> {
  const { trustedProxies, bodyBytesMax, defaultDialect } = config;
  const findOrganization = (name: string) => plane.store.organizations.findByName(name);
  const app = createListener({
    tls,
    trustedProxies,
    bodyBytesMax,
    logger: log,
    refuse: (error, request, reply) =>
      answerUnrouted([edgeSurface, xSurface, nativeSurface], { error, request, reply }),
    door: (route) => openDoor({ findOrganization, defaultDialect }, route),
  });
  logRequests(app);
  const registry = serveMetrics(app);
  if (verifier !== undefined) registerVerifier(registry, verifier);
  registerRevocations(registry, plane.acknowledgements);
  tally?.register(registry);
  sqlTally?.register(registry);
  registerLeases(registry, plane.store.leases);
  serveHealth(app, plane, sqlTally);
  await serveTokenEndpoint(app, plane);
  const edge = await serveSurface(app, plane, edgeSurface);
  const x = await serveSurface(app, plane, xSurface);
  const native = await serveSurface(app, plane, withSql(sql));
  serveDiscovery(app, publicUrl);
  serveStackqlRegistry(app, { document: x.document, serverUrl: () => `${publicUrl()}/x` });
  await serveReference(app, [
    { ...edge, name: 'edge', title: edgeSurface.title },
    { ...x, name: 'x', title: xSurface.title },
    { ...native, name: 'native', title: nativeSurface.title },
  ]);
  return app;
}
