import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { listenOn, type OwnListener, type OwnListenerOptions } from '../own-listener.ts';
import type { GatewayParts } from '../part.ts';
import { answerChecks, answerHealth, authorizationService, healthService } from './service.ts';

/** Envoy keeps a few for each of its threads. */
const connectionsMax = 1024;
/** For what is under way when the server is to stop. */
const patienceMs = 10_000;

/** Bounds of what one peer may take. */
const options = {
  // Headers of a request, and its route's configuration; bodies are not asked for.
  'grpc.max_receive_message_length': 262_144,
  'grpc.max_concurrent_streams': 1024,
  'grpc-node.max_session_memory': 64,
  'grpc.max_connection_idle_ms': 600_000,
  'grpc.max_connection_age_ms': 3_600_000,
  'grpc.max_connection_age_grace_ms': 10_000,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // It counts for a tool that nobody could reach.
  'grpc.enable_channelz': 0,
};

export interface EnvoyOptions extends OwnListenerOptions {
  /** Milliseconds in which a connection has to begin to speak HTTP/2. */
  readonly helloMs?: number | undefined;
}

const helloMsDefault = 5000;
/** What HTTP/2 begins with. */
const prefaceBytes = 24;

/** Starts `ext_authz` over gRPC. Rejects where the address can't be had. */
export async function startEnvoyServer(
  parts: GatewayParts,
  { host, port, tls, onAnswer, helloMs = helloMsDefault }: EnvoyOptions,
): Promise<OwnListener> {
  const grpc = new Server(options);
  grpc.addService(authorizationService, { Check: answerChecks(parts, onAnswer) });
  grpc.addService(healthService, { Check: answerHealth(parts) });
  const injector = grpc.createConnectionInjector(createCredentials(tls));
  const sockets = new Set<Socket>();
  // A listener of our own, since that of the library has no bound for connections.
  const tcp = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const hello = setTimeout(() => void (socket.bytesRead < prefaceBytes && socket.destroy()), helloMs);
    socket.once('close', () => {
      sockets.delete(socket);
      clearTimeout(hello);
    });
    injector.injectConnection(socket);
  });
  tcp.maxConnections = connectionsMax;
  const found = await listenOn(tcp, { host, port });
  tcp.on('error', (error) => parts.log.error({ err: error }, 'the ext_authz listener failed'));
  return { port: found, close: () => closeAll(tcp, grpc, sockets) };
}

function createCredentials(tls: OwnListenerOptions['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  return ServerCredentials.createSsl(null, [pair], false);
}

/** Answers what is under way; who is not done in time is cut off. */
async function closeAll(tcp: TcpServer, grpc: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
  const end = setTimeout(() => {
    grpc.forceShutdown();
    for (const socket of sockets) socket.destroy();
  }, patienceMs);
  await new Promise<void>((resolve) => grpc.tryShutdown(() => resolve()));
  // What never became a session of HTTP/2 is nobody's call.
  for (const socket of sockets) socket.destroy();
  await closed;
  clearTimeout(end);
}
