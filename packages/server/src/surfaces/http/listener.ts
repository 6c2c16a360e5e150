import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactoryHandler,
  LogController,
} from 'fastify';
import { createLazyValidators } from './lazy-validator.ts';

/** Bounds of one listener. Everything that a stranger can make grow has one. */
export interface ListenerOptions {
  /** Certificate and key in PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses and networks whose X-Forwarded-For is believed. Empty: none. */
  readonly trustedProxies: readonly string[];
  readonly bodyBytesMax: number;
  /** All headers of a request; absent: as much as clients of an API have. */
  readonly headerBytesMax?: number | undefined;
  readonly logger: FastifyBaseLogger;
  /** Longest time that a request may take to arrive; 0: none, for a socket that only the owner can open. */
  readonly requestTimeoutMs?: number | undefined;
  /** Stands between the socket and the router; absent: nothing does. */
  readonly door?: ((route: RequestListener) => RequestListener) | undefined;
  /** Answers what the router itself refuses, as a path that is no text: no route, and so no surface, was found. */
  readonly refuse: (error: Error, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Longest segment of a path, decoded: a consumer key of 2 KB and more. */
const paramLengthMax = 4096;
const headerBytesMaxDefault = 16_384;
const requestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 72_000;

/** Sockets whose request may take as long as it comes on. */
const patient = new WeakSet<Socket>();
const silenceMsMax = 60_000;

/**
 * Lets the body of this request take longer to arrive than others may: it is dealt with as it comes, and what holds it
 * up may be our own work. A sender who falls silent is still let go.
 */
export function letTakeTime({ raw }: FastifyRequest): void {
  patient.add(raw.socket);
  raw.setTimeout(silenceMsMax);
  raw.once('close', () => patient.delete(raw.socket));
}

/** What can't be read as HTTP, or takes too long, ends the connection; but for those who were given time. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && patient.has(socket)) return;
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, message } = clientErrors[error.code ?? ''] ?? { status: 400, message: 'Client Error' };
  const body = JSON.stringify({ error: STATUS_CODES[status], message, statusCode: status });
  const headers = `Connection: close\r\nContent-Length: ${body.length}\r\nContent-Type: application/json`;
  if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`);
  socket.destroy(error);
}

const clientErrors: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'Client Timeout' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'Exceeded maximum allowed HTTP header size' },
};

/** A Fastify instance with our limits, logs and request ids, and no routes yet. */
export function createListener(options: ListenerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: shareLogger(options.logger),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: options.bodyBytesMax,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    schemaController: { compilersFactory: { buildValidator: createLazyValidators() } },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: paramLengthMax },
    serverFactory: (handler) => createBoundedServer(options, handler),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      options.refuse(error, request, reply);
    },
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false, allErrors: false, useDefaults: true } },
  });
  app.decorateRequest('account', undefined);
  app.decorateRequest('doorNote', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  return app;
}

/**
 * Fastify asks for a logger of its own for each request, which costs more than the line that few of them write. They all
 * share this one; our lines name the request.
 */
function shareLogger(logger: FastifyBaseLogger): FastifyBaseLogger {
  const shared = Object.create(logger) as FastifyBaseLogger;
  return Object.assign(shared, { child: () => shared });
}

function createBoundedServer(options: ListenerOptions, handler: FastifyServerFactoryHandler): Server {
  const route = handler as RequestListener;
  const listener = options.door ? options.door(route) : route;
  const bounds = {
    maxHeaderSize: options.headerBytesMax ?? headerBytesMaxDefault,
    requestTimeout: options.requestTimeoutMs ?? requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  };
  return options.tls ? createTlsServer({ ...bounds, ...options.tls }, listener) : createServer(bounds, listener);
}
