import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { systemClock } from './adapters/clock.ts';
import { createDigests } from './adapters/digest.ts';
import { createForeignTokens } from './adapters/foreign-token.ts';
import { createGatewaySigner } from './adapters/gateway-signer.ts';
import { decodePreviousKeys, loadMasterKey } from './adapters/master-key.ts';
import { createPasswords } from './adapters/password.ts';
import { readTls } from './adapters/pem.ts';
import { systemRandom } from './adapters/random.ts';
import { loadSigningKey } from './adapters/signing-key.ts';
import { StartRefusal } from './adapters/start-refusal.ts';
import { createTokens } from './adapters/token.ts';
import { createVault, type VaultOptions } from './adapters/vault.ts';
import { placeSocket } from './config/command-socket.ts';
import { type Config, describeStore } from './config/config.ts';
import { Problem } from './domain/problem.ts';
import { sqlResources } from './domain/sql-resource-table.ts';
import type { FirstAccount } from './operations/first-account.ts';
import { prepareFirstStart } from './operations/first-start.ts';
import { operator } from './operations/operator.ts';
import type { Plane } from './operations/plane.ts';
import { SignInMemory } from './operations/sign-in.ts';
import type { Clock } from './ports/clock.ts';
import type { Exporter } from './ports/exporter.ts';
import type { Store } from './ports/store.ts';
import { MasterKeyMismatch, type Vault } from './ports/vault.ts';
import { Acknowledger } from './runtime/acknowledgement.ts';
import { startIndexer } from './runtime/indexer.ts';
import { startSweeper } from './runtime/sweeper.ts';
import type { LocalVerifier } from './runtime/verifier.ts';
import type { ExportThreadData } from './serve-export.ts';
import {
  buildRuntimeApp,
  type ListenerParts,
  listenForGateways,
  listenForProtocols,
  openFeeds,
  openVerifier,
} from './serve-gateway.ts';
import type { SqlService } from './serve-sql.ts';
import { ExportThread } from './store/export/thread.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { StoreInUse } from './store/sqlite/ownership.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import type { OwnAddress } from './surfaces/gateway/own-listener.ts';
import type { ProtocolAddresses } from './surfaces/gateway/protocol.ts';
import { logRequests } from './surfaces/http/access-log.ts';
import { AnswerTally } from './surfaces/http/answer-tally.ts';
import { type ListeningSocket, listenOnSocket } from './surfaces/http/command-socket.ts';
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
import { listSqlRoutes } from './surfaces/sql/http/route.ts';
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

/**
 * Opens the store and what else operations need. Refuses to start where something is missing or wrong (G6).
 * @throws StartRefusal, StoreInUse
 */
export async function openPlane(config: Config, log: Logger, publicUrl: () => string): Promise<Plane> {
  makeDataDirectory(config.dataDirectory);
  const clock = systemClock;
  const { acknowledgeMillisecondsMax: millisecondsMax } = config;
  const vaultOptions = await loadMasterKeys(config);
  const vault = createVault(vaultOptions);
  const store = await openStore(config, { log, clock, vault });
  try {
    const digests = createDigests();
    return {
      store,
      clock,
      log,
      digests,
      random: systemRandom,
      passwords: await createPasswords(),
      tokens: createTokens({ key: await loadSigningKey(store, vault), publicUrl, clock }),
      signIns: new SignInMemory(clock, digests),
      gatewayKeys: createGatewaySigner({
        store,
        vault,
        clock,
        lifetimeSeconds: config.gatewayTokenSeconds,
        issuer: publicUrl,
      }),
      acknowledgements: new Acknowledger({ leases: store.leases, clock, log, millisecondsMax }),
      exporter: openExporter(config, vaultOptions, log),
      foreignTokens: config.oidc && createForeignTokens({ ...config.oidc, clock, log }),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function closePlane({ exporter, store }: Plane): Promise<void> {
  await exporter.close();
  await store.close();
}

async function loadMasterKeys(config: Config): Promise<VaultOptions> {
  const { masterKey: value, masterKeyCommand: command, masterKeyFile: file, previousMasterKeys } = config;
  return {
    masterKey: await loadMasterKey({ value, command, file }),
    previousMasterKeys: decodePreviousKeys(previousMasterKeys),
  };
}

/** Costs nothing until somebody exports. */
function openExporter({ store, logLevel }: Config, vault: VaultOptions, log: Logger): Exporter {
  const built = import.meta.url.endsWith('.js');
  const place =
    store.engine === 'sqlite' ? { engine: store.engine, file: store.file } : { engine: store.engine, url: store.url };
  const workerData: ExportThreadData = { place, vault, logLevel };
  const entry = new URL(built ? './serve-export.js' : './serve-export.ts', import.meta.url);
  return new ExportThread({ entry, workerData, log });
}

function makeDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartRefusal(`The data directory ${directory} can't be made (${reasonOf(cause)}).`, { cause });
  }
}

interface StoreParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly vault: Vault;
}

async function openStore({ store }: Config, parts: StoreParts): Promise<Store> {
  try {
    return store.engine === 'sqlite'
      ? await openSqliteStore({ ...store, ...parts })
      : await openPostgresStore({ ...store, ...parts });
  } catch (cause) {
    if (cause instanceof StoreInUse) throw cause;
    if (cause instanceof MasterKeyMismatch) throw new StartRefusal(cause.message, { cause });
    throw new StartRefusal(`The store ${describeStore(store)} can't be opened (${reasonOf(cause)}).`, { cause });
  }
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

/** SQL is loaded where somebody asks, or may: most commands do neither, and would take half as long again to start. */
function openSqlLater(plane: Plane, config: Config, log: Logger): SqlService {
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

/** The native API with what it says in SQL. */
function withSql(sql: SqlService | undefined): typeof nativeSurface {
  return sql === undefined
    ? nativeSurface
    : { ...nativeSurface, routes: [...nativeSurface.routes, ...listSqlRoutes(sql)] };
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
  serveHealth(app, plane);
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
async function serveCommands(plane: Plane, config: Config, parts: CommandParts): Promise<ListeningSocket | undefined> {
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

/** Why, in words for an operator: a system's code where there is one. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Problem && cause.code === 'store.unavailable')
    return 'it does not answer, or can not be written';
  if (!(cause instanceof Error)) return 'unknown reason';
  return cause.message.replace(/\.$/, '');
}
