import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { systemClock } from './adapters/clock.ts';
import { createDigests } from './adapters/digest.ts';
import { createForeignTokens } from './adapters/foreign-token.ts';
import { loadMasterKey } from './adapters/master-key.ts';
import { createPasswords } from './adapters/password.ts';
import { systemRandom } from './adapters/random.ts';
import { loadSigningKey } from './adapters/signing-key.ts';
import { createTokens } from './adapters/token.ts';
import { type Config, type StoreLocation, urlOfListener } from './config/config.ts';
import type { FirstAccount } from './operations/first-account.ts';
import { prepareFirstStart } from './operations/first-start.ts';
import type { Plane } from './operations/plane.ts';
import { SignInMemory } from './operations/sign-in.ts';
import type { Clock } from './ports/clock.ts';
import type { Store } from './ports/store.ts';
import { startSweeper } from './runtime/sweeper.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { edgeSurface } from './surfaces/edge/surface.ts';
import { logRequests } from './surfaces/http/access-log.ts';
import { openDoor } from './surfaces/http/door.ts';
import { serveHealth } from './surfaces/http/health.ts';
import { createListener } from './surfaces/http/listener.ts';
import { serveMetrics } from './surfaces/http/metrics.ts';
import { serveReference } from './surfaces/http/reference.ts';
import { serveSurface } from './surfaces/http/surface.ts';
import { serveTokenEndpoint } from './surfaces/http/token-endpoint.ts';
import { serveDiscovery } from './surfaces/x/discovery-route.ts';
import { xSurface } from './surfaces/x/surface.ts';

/** A plane that is up. */
export interface RunningServer {
  readonly plane: Plane;
  /** Where the management API is, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Set where this start made the first administrator. */
  readonly firstAccount: FirstAccount | undefined;
  /** Answers what is under way, then closes listener and store. */
  close(): Promise<void>;
}

/** Structured logs as JSON lines on standard error; standard output is for people. */
export function createLogger(level: Config['logLevel']): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: false, minLength: 4096 }));
}

/**
 * Opens the store and what else operations need. Refuses to start where something is missing or wrong (G6).
 * @throws StartRefusal
 */
export async function openPlane(config: Config, log: Logger, publicUrl: () => string): Promise<Plane> {
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const masterKey = await loadMasterKey({ value: config.masterKey, file: config.masterKeyFile });
  const store = await openStore(config.store, log, clock);
  try {
    const digests = createDigests();
    return {
      store,
      clock,
      log,
      digests,
      random: systemRandom,
      passwords: await createPasswords(),
      tokens: createTokens({ key: await loadSigningKey(store, masterKey), publicUrl, clock }),
      signIns: new SignInMemory(clock, digests),
      foreignTokens: config.oidc && createForeignTokens({ ...config.oidc, clock, log }),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openStore(location: StoreLocation, log: Logger, clock: Clock): Promise<Store> {
  return location.engine === 'sqlite'
    ? openSqliteStore({ ...location, log, clock })
    : openPostgresStore({ ...location, log, clock });
}

/** Starts everything, in the order in which it depends on each other. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  let url = config.publicUrl ?? '';
  const publicUrl = () => url;
  const plane = await openPlane(config, log, publicUrl);
  try {
    const firstAccount = await prepareFirstStart(plane, {
      admin: { email: config.adminEmail, password: config.adminPassword },
      organization: { name: config.firstOrganization, dialect: config.firstOrganizationDialect },
    });
    const app = await buildManagementApp(plane, config, { log, publicUrl });
    await app.listen({ host: config.listen.host, port: config.listen.port });
    const { port } = app.server.address() as AddressInfo;
    const listening = urlOfListener({ host: config.listen.host, port }, config.tls !== undefined);
    url ||= listening;
    const sweeper = startSweeper({ store: plane.store, log });
    const close = async () => {
      await app.close();
      await sweeper.stop();
      await plane.store.close();
    };
    return { plane, url: listening, firstAccount, close };
  } catch (error) {
    await plane.store.close();
    throw error;
  }
}

/** The management listener with everything that it serves. */
export async function buildManagementApp(
  plane: Plane,
  config: Config,
  { log, publicUrl }: { readonly log: Logger; readonly publicUrl: () => string },
): Promise<FastifyInstance> {
  const { tls, trustedProxies, bodyBytesMax, defaultDialect } = config;
  const findOrganization = (name: string) => plane.store.organizations.findByName(name);
  const app = createListener({
    tls: tls && { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') },
    trustedProxies,
    bodyBytesMax,
    logger: log,
    door: (route) => openDoor({ findOrganization, defaultDialect }, route),
  });
  logRequests(app);
  serveMetrics(app);
  serveHealth(app, plane);
  await serveTokenEndpoint(app, plane);
  const edge = await serveSurface(app, plane, edgeSurface);
  const x = await serveSurface(app, plane, xSurface);
  serveDiscovery(app, publicUrl);
  await serveReference(app, [
    { ...edge, name: 'edge', title: edgeSurface.title },
    { ...x, name: 'x', title: xSurface.title },
  ]);
  return app;
}
